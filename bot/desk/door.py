"""The pages before the desk: a code from the chat, the second factor, the lock, and the way out."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.desk.cookies import token_of
from bot.desk.frame import Frame, Seated
from bot.desk.sent import form_of
from channels.web.limits import Tries
from channels.web.seats import host_of
from handlers.desk import signing
from handlers.desk.signing import Answer
from handlers.scene import Scene
from storage.desk import sessions

# What a browser says of itself, in the order in which it has to be asked.
BROWSERS = (("Edg/", "Edge"), ("MicroMessenger", "微信"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("Android", "安卓"), ("iPhone", "iPhone"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))


class Door:
    """Lets people in and out of a frame."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._tries = Tries()

    def routes(self) -> list[BaseRoute]:
        """Signing in, the second factor, the lock, and the end."""
        both = ["GET", "POST"]
        return [
            Route("/desk/in", self._in, methods=both),
            Route("/desk/enter", self._in, methods=both),
            Route("/desk/confirm", self._confirm, methods=both),
            Route("/desk/locked", self._locked, methods=both),
            Route("/desk/out", self._out, methods=["POST"]),
            Route("/desk/here", self._here, methods=["POST"]),
        ]

    async def _in(self, request: Request) -> Response:
        """A link is only shown by a look at it; the button behind it uses it up, so that no preview of a messenger does."""
        frame = self._frame
        if request.method == "GET":
            return frame.plain("door_in.html", {"code": request.query_params.get("code", "")[:40], "problem": ""})
        if not frame.ours(request):
            raise HTTPException(403)
        form = await form_of(request)
        if not self._tries.allow(host_of(request)):
            return self._again("desk.too_many_tries", 429)
        browser, label = frame.cookies.browser(request.cookies), label_of(request.headers.get("user-agent", ""))
        now, code = frame.now(), form.text("code", 40)
        entered = await frame.transactions.run(
            lambda tx: signing.enter(tx, frame.content, code, browser=browser, label=label, now=now) if code else None
        )
        if entered is None:
            return self._again("desk.code_void", 422)
        frame.wake()
        response = frame.to("/desk/confirm" if entered.waits else "/desk")
        frame.cookies.begin(response, entered.token, browser)
        return response

    def _again(self, why: str, status: int) -> Response:
        return self._frame.plain("door_in.html", {"code": "", "problem": self._frame.content.phrases.say(why)}, status=status)

    async def _confirm(self, request: Request) -> Response:
        seated = await self._seated(request)
        if seated is None:
            return self._frame.to("/desk/in")
        if seated.session.device_id is not None:
            return self._frame.to("/desk")
        return await self._coded(request, seated, "door_confirm.html", signing.confirm)

    async def _locked(self, request: Request) -> Response:
        """The lock; a page that locks itself sends its reader here with `now=1`."""
        seated = await self._seated(request)
        if seated is None or seated.session.device_id is None:
            return self._frame.to("/desk/in" if seated is None else "/desk/confirm")
        if request.method == "GET" and not seated.locked and request.query_params.get("now") == "1":
            now, number = self._frame.now(), seated.session.id
            await self._frame.transactions.run(lambda tx: sessions.lock(tx, number, now=now))
        elif not seated.locked:
            return self._frame.to("/desk")
        return await self._coded(request, seated, "door_locked.html", signing.unlock)

    async def _coded(
        self, request: Request, seated: Seated, template: str, deed: Callable[[Scene, sessions.Session, str], Answer]
    ) -> Response:
        """A page that asks for a code, and what comes of it."""
        frame, session = self._frame, seated.session
        token, number = frame.cookies.session(request.cookies), f"{session.id:04d}"
        values = {"name": session.name or session.key, "number": number, "token": token_of(token), "problem": ""}
        if request.method == "GET":
            return frame.plain(template, values)
        form = await frame.form(request)
        code = form.text("code", 40)
        answer = await frame.transactions.run(lambda tx: deed(self._scene(tx, session.person_id), session, code))
        frame.wake()
        if answer == "wrong":
            return frame.plain(template, {**values, "problem": frame.content.phrases.say("desk.wrong_code")}, status=422)
        return frame.to("/desk" if answer == "right" else "/desk/in")

    def _scene(self, tx: Connection, person_id: int) -> Scene:
        return Scene(tx=tx, content=self._frame.content, now=self._frame.now(), person_id=person_id)

    async def _seated(self, request: Request) -> Seated | None:
        token = self._frame.cookies.session(request.cookies)
        return await self._frame.read(lambda tx: self._frame.seated(tx, token))

    async def _out(self, request: Request) -> Response:
        """签出. Whoever is out already only loses the cookie."""
        frame = self._frame
        form = await frame.form(request)
        seated, forget = await self._seated(request), form.text("forget") == "yes"
        if seated is not None:
            await frame.transactions.run(
                lambda tx: signing.sign_out(self._scene(tx, seated.session.person_id), seated.session, forget=forget)
            )
        response = frame.to("/desk/in")
        frame.cookies.end(response)
        return response

    async def _here(self, request: Request) -> Response:
        """She types, though she sends nothing: the page says so now and then, and learns whether she is still in."""
        seated = await self._seated(request)
        if not self._frame.ours(request) or seated is None or seated.locked or seated.session.device_id is None:
            return Response(status_code=401, headers={"Cache-Control": "no-store"})
        now = self._frame.now()
        await self._frame.transactions.run(lambda tx: sessions.seen(tx, seated.session.id, now=now))
        return Response(status_code=204, headers={"Cache-Control": "no-store"})


def label_of(agent: str) -> str:
    """What a browser says that it is: enough to know it again in a list, too little to follow it."""
    names = [next((name for sign, name in signs if sign in agent), "") for signs in (BROWSERS, SYSTEMS)]
    return " · ".join(one for one in names if one) or "浏览器"
