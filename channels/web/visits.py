"""The worker's page at `/visits`: kept by the browser for where there is no network, its answers taken in once each."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from channels import NotStored, Submit
from channels.web import page
from channels.web.seats import Seats, is_seat, same_origin
from domain.capabilities import WEB
from domain.messages import Inbound
from domain.plain import Json

# today(address): what the page takes along for who sits there; None where she visits nobody.
Today = Callable[[str], Awaitable[Mapping[str, object] | None]]
# enter(key): the address that a link from another channel opens; an empty text where it is false or too old.
Enter = Callable[[str], str]

# Whom a key lets in sits apart from who chats in this browser.
SEAT = "visits"
MAX_BODY = 65_536  # bytes: a form of sixty questions, each answered at length
_EVENT = re.compile(r"[0-9a-f]{32}")


class VisitPages:
    """`secret` signs the cookies, the same ones as the chat's; `public_url` is where the page is reached from outside."""

    def __init__(self, secret: bytes, public_url: str, today: Today, enter: Enter) -> None:
        self._seats = Seats(secret, secure=public_url.startswith("https:"))
        self._public_url = public_url
        self._today = today
        self._enter = enter

    def routes(self, submit: Submit) -> list[BaseRoute]:
        """The page, what keeps it without network, its list, and where its answers go."""

        async def answers(request: Request) -> Response:
            return await self._answers(request, submit)

        return [
            Route("/visits", self._page),
            Route("/visits/worker.js", page.visit_worker),
            Route("/visits/today", self._list),
            Route("/visits/answers", answers, methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        if key := request.query_params.get("key"):
            address = self._enter(key) or self._seats.address(request.cookies, SEAT)
            if not address:
                return PlainTextResponse("这个链接过期了，请在聊天里再点一次", status_code=403)
            response: Response = RedirectResponse(f"/visits?as={SEAT}", status_code=303)
            self._seats.seat(response, SEAT, address)
            return response
        return page.visits()

    def _address(self, request: Request) -> str:
        seat = request.query_params.get("as", "")
        return self._seats.address(request.cookies, seat) if is_seat(seat) else ""

    async def _list(self, request: Request) -> Response:
        address = self._address(request)
        sheet = await self._today(address) if address else None
        return _json({"why": "请先在聊天里用网格员的身份登录"}, 401) if sheet is None else _json(sheet)

    async def _answers(self, request: Request, submit: Submit) -> Response:
        if not same_origin(request.headers.get("origin", ""), request.headers.get("host", ""), self._public_url):
            return _json({"why": "页面出错了，请刷新"}, 403)
        address = self._address(request)
        if not address:
            return _json({"why": "请先在聊天里用网格员的身份登录"}, 401)
        told = _load(await _body(request))
        if told is None:
            return _json({"why": "这一份读不了"}, 400)
        event = told.pop("event")
        inbound = Inbound(
            channel=WEB.channel,
            # The prefix keeps events apart from those of anybody else's page.
            event_id=f"{address}:visit-{event}",
            sender=address,
            kind="command",
            text=f"visit_sent {orjson.dumps(told).decode()}",
            sent_at=datetime.now(UTC),
        )
        try:
            await submit(inbound)
        except NotStored:
            return _json({"why": "还没存好，马上再试"}, 503)
        return _json({"stored": event})


async def _body(request: Request) -> bytes:
    """What was sent; nothing where it is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return b""
    return body


def _load(body: bytes) -> dict[str, Json] | None:
    try:
        told = orjson.loads(body.replace(b"\\u0000", b""))
    except orjson.JSONDecodeError:
        return None
    return told if isinstance(told, dict) and isinstance(told.get("event"), str) and _EVENT.fullmatch(told["event"]) else None


def _json(content: Mapping[str, object], status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(orjson.dumps(content), status_code=status, media_type="application/json", headers=headers)
