"""What all pages share: who sits there and what she may, reading beside the loop, deeds in a transaction, and what must never be kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.datastructures import FormData, ImmutableMultiDict, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.consumer import Transactions
from bot.desk.cookies import Cookies, is_token, token_of
from bot.desk.drawing import HEADERS, Drawing
from bot.desk.page import Deed, Fields, File, Go, Job, Look, Note, Page, Shown, Steps, View, Who, query_of
from channels.web.seats import same_origin
from domain import desk
from domain.access import ROLES, Held, scopes
from domain.errors import Refused
from handlers.content import Content
from handlers.tell import for_others
from storage import access_log
from storage.desk import sessions
from storage.desk.sessions import Session
from storage.staff import roles

Result = TypeVar("Result")
# Bytes of a form without files, and of its fields.
FORM = 65_536
# That somebody sits there is written down once in so long.
TOUCH = timedelta(seconds=30)
# Seconds between two steps of a long deed: whoever wrote meanwhile comes first.
GAP = 0.003


class Seated(NamedTuple):
    """Who sits there, with what she holds; `locked`: nobody does, as far as the bot knows."""

    session: Session
    held: list[Held]
    locked: bool


class Frame:
    """Serves pages to who may see them."""

    def __init__(
        self,
        pages: tuple[Page, ...],
        transactions: Transactions,
        content: Content,
        *,
        public_url: str,
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self.pages = pages
        self._known = frozenset(page.path for page in pages)
        self.transactions = transactions
        self.content = content
        self.public_url = public_url
        self.cookies = Cookies(secure=public_url.startswith("https:"))
        self.drawing = Drawing(content)
        self.now = now
        self.wake = wake

    def routes(self) -> list[BaseRoute]:
        """One for each page."""
        return [Route(page.path, self._serve(page), methods=["GET", "POST"]) for page in self.pages]

    def _serve(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def served(request: Request) -> Response:
            seated = await self.read(lambda tx: self.seated(tx, self.cookies.session(request.cookies)))
            if (elsewhere := self._elsewhere(request, seated)) is not None:
                return elsewhere
            assert seated is not None
            if not scopes(seated.held, page.needs):
                return self.problem(seated, "staff.not_allowed", 403)
            if request.method == "POST":
                return await self._post(page, request, seated)
            return await self._get(page, request, seated)

        return served

    def _elsewhere(self, request: Request, seated: Seated | None) -> Response | None:
        """Where a request goes that is not hers to make: signing in, a second factor, the lock."""
        if seated is None:
            return self.to("/desk/in")
        if seated.session.device_id is None:
            return self.to("/desk/confirm")
        if seated.locked:
            return self.to(f"/desk/locked?next={quote(request.url.path)}" if request.method == "GET" else "/desk/locked")
        return None

    def seated(self, tx: Connection, token: str) -> Seated | None:
        """The session of a token, where it is one that lasts and belongs to somebody who works here."""
        session, now = sessions.of_token(tx, token), self.now()
        if session is None or session.ended_at is not None or now - session.begun_at > desk.LONGEST:
            return None
        held = roles.roles_of(tx, session.person_id)
        if not scopes(held, "desk.open"):
            return None
        return Seated(session, held, desk.is_locked(seen_at=session.seen_at, locked_at=session.locked_at, now=now))

    async def read(self, look: Callable[[Connection], Result]) -> Result:
        """What a look returns; it runs beside the loop, so that nobody's message waits for it."""

        def reading() -> Result:
            with self.transactions.store.read() as tx:
                return look(tx)

        return await asyncio.to_thread(reading)

    def to(self, address: str) -> Response:
        """On to another page."""
        return RedirectResponse(address, status_code=303, headers=HEADERS)

    async def _get(
        self,
        page: Page,
        request: Request,
        seated: Seated,
        *,
        form: Fields | None = None,
        refused: Refused | None = None,
        show: Callable[[Look], Shown] | None = None,
    ) -> Response:
        """The page, or what `show` makes of what was sent to it; where that is refused, the page with the reason."""
        noted: list[Note] = []

        def look(tx: Connection) -> Shown | Refused:
            asked = Look(
                tx=tx,
                content=self.content,
                now=self.now(),
                person_id=seated.session.person_id,
                path=request.path_params,
                query=query_of(request.query_params),
                form=form or Fields(),
                noted=noted,
            )
            try:
                shown = (show or page.show)(asked)
            except Refused as why:
                return why
            if not isinstance(shown, View):
                return shown
            said = request.query_params.get("said", "")
            around = {
                "who": self._who(tx, seated, request, self.cookies.session(request.cookies)),
                "path": request.url.path,
                "known": self._known,
                "query": asked.query,
                "form": asked.form,
                "said": self.content.phrases.texts.get(f"desk.said.{said}", ""),
                "problem": "" if refused is None else self._words(refused),
            }
            return replace(shown, values={"text": self.drawing.text(shown.template, {**around, **shown.values})})

        shown = await self.read(look)
        await self.transactions.run(lambda tx: self._written(tx, seated, noted))
        if isinstance(shown, Refused):
            if show is not None:
                return await self._get(page, request, seated, form=form, refused=shown)
            return self.problem(seated, self._words(shown), 404)
        if isinstance(shown, View):
            status = 422 if refused is not None else shown.status
            return Response(shown.values["text"], status_code=status, media_type="text/html", headers=HEADERS)
        return self._sent(shown)

    def _written(self, tx: Connection, seated: Seated, noted: list[Note]) -> None:
        """That she sits there, and what she saw."""
        now, session = self.now(), seated.session
        if now - session.seen_at > TOUCH:
            sessions.seen(tx, session.id, now=now)
        for note in noted:
            access_log.write(tx, actor_id=session.person_id, now=now, **note._asdict())

    async def _post(self, page: Page, request: Request, seated: Seated) -> Response:
        if not self.ours(request):
            raise HTTPException(403)
        form = await self.form(request, most=page.upload or FORM)
        if not is_token(self.cookies.session(request.cookies), form.text("token")):
            raise HTTPException(403)
        do = form.text("do")
        if do in page.looks:
            return await self._get(page, request, seated, form=form, show=page.looks[do])
        if do in page.jobs:
            return await self._job(page, page.jobs[do], request, seated, form)
        act = page.acts.get(do)
        if act is None:
            raise HTTPException(400)

        def deed(tx: Connection) -> Shown:
            # Looked at again in the transaction of the deed: a role may have been withdrawn since.
            if self.seated(tx, self.cookies.session(request.cookies)) is None:
                raise Refused("staff.not_allowed")
            sessions.seen(tx, seated.session.id, now=self.now())
            asked = Deed(
                tx=tx,
                content=self.content,
                now=self.now(),
                person_id=seated.session.person_id,
                path=request.path_params,
                query=query_of(request.query_params),
                form=form,
            )
            asked.scopes(page.needs)
            return act(asked)

        try:
            done = await self.transactions.run(deed)
        except Refused as refused:
            return await self._get(page, request, seated, form=form, refused=refused)
        self.wake()
        if isinstance(done, View):
            return await self._drawn(done, request, seated, form)
        return self._sent(done)

    async def _job(self, page: Page, job: Callable[[Job], Steps], request: Request, seated: Seated, form: Fields) -> Response:
        """Step by step, so that nobody's message waits for all of it; who may no longer do it is stopped between two steps."""
        steps = job(Job(content=self.content, now=self.now(), person_id=seated.session.person_id, form=form))
        token, result = self.cookies.session(request.cookies), None

        def step(tx: Connection) -> Any:
            still = self.seated(tx, token)
            if still is None or not scopes(still.held, page.needs):
                raise Refused("staff.not_allowed")
            return take(tx)

        while True:
            try:
                take = steps.send(result)
                result = await self.transactions.run(step)
            except StopIteration as ended:
                done: Shown = ended.value
                break
            except Refused as refused:
                return await self._get(page, request, seated, form=form, refused=refused)
            await asyncio.sleep(GAP)
        self.wake()
        return await self._drawn(done, request, seated, form) if isinstance(done, View) else self._sent(done)

    async def _drawn(self, view: View, request: Request, seated: Seated, form: Fields) -> Response:
        """A page that a deed shows itself."""
        who = await self.read(lambda tx: self._who(tx, seated, request, self.cookies.session(request.cookies)))
        around = {"who": who, "path": request.url.path, "known": self._known, "query": query_of(request.query_params), "form": form}
        return self.drawing.page(view.template, {**around, "said": "", "problem": "", **view.values}, status=view.status)

    def _sent(self, done: Go | File) -> Response:
        if isinstance(done, Go):
            sign = "&" if "?" in done.to else "?"
            address, _, part = done.to.partition("#")
            said = f"{sign}said={quote(done.said)}" if done.said else ""
            return self.to(f"{address}{said}{'#' + part if part else ''}")
        kept = "inline" if done.shown else "attachment"
        named = {"Content-Disposition": f"{kept}; filename*=UTF-8''{quote(done.name)}"}
        return Response(done.content, media_type=done.mime, headers=HEADERS | named)

    def ours(self, request: Request) -> bool:
        """Whether a form was sent from a page of ours: browsers say where from, and no page can forge it."""
        return same_origin(request.headers.get("origin", ""), request.headers.get("host", ""), self.public_url)

    async def form(self, request: Request, *, most: int) -> Fields:
        """What was sent, of so many bytes at most. Raises HTTPException 413 for more, 400 for what is no form."""
        size = 0

        async def receive() -> Any:
            nonlocal size
            message = await request.receive()
            size += len(message.get("body", b""))
            if size > most:
                raise HTTPException(413)
            return message

        if not request.headers.get("content-length", "0").isdecimal() or int(request.headers.get("content-length", "0")) > most:
            raise HTTPException(413)
        bounded = Request(request.scope, receive)
        try:
            given: FormData = await bounded.form(max_files=1, max_fields=600, max_part_size=most)
        except (MultiPartException, UnicodeDecodeError):
            raise HTTPException(400) from None
        files = {name: await value.read() for name, value in given.items() if isinstance(value, UploadFile)}
        fields = Fields(ImmutableMultiDict([(name, value) for name, value in given.multi_items() if isinstance(value, str)]), files)
        names = {name: value.filename or "" for name, value in given.items() if isinstance(value, UploadFile)}
        await given.close()
        return replace(fields, names=names)

    def _who(self, tx: Connection, seated: Seated, request: Request, token: str) -> Who:
        session = seated.session
        role = next(held.role for held in seated.held if ROLES[held.role].staff)
        menu = [
            (self.content.phrases.say(page.menu), page.path, request.url.path == page.path)
            for page in sorted(self.pages, key=lambda page: page.rank)
            if page.menu and scopes(seated.held, page.needs)
        ]
        voice = for_others(self.content)
        return Who(
            session.person_id, voice.called(session.name, session.key), voice.words(f"staff.role_{role}"), token_of(token), menu, self.now()
        )

    def _words(self, refused: Refused) -> str:
        return self.content.phrases.say(refused.phrase, **refused.values)

    def problem(self, seated: Seated | None, why: str, status: int) -> Response:
        """A page that says why not."""
        words = self.content.phrases.texts.get(why, why)
        return self.drawing.page("problem.html", {"why": words, "home": "/desk" if seated else "/desk/in"}, status=status)

    def plain(self, template: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
        """A page for somebody who is not in yet."""
        return self.drawing.page(template, values, status=status)
