"""The worker's page at `/visits`: kept by the browser for where there is no network, its answers taken in once each."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from html import escape
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from channels import NotStored, Submit
from channels.web import page
from channels.web.channel import Ended
from channels.web.seats import VISITS, Seats, is_seat, same_origin
from domain.capabilities import WEB
from domain.messages import Inbound
from domain.plain import Json

# today(address): what the page takes along for who sits there; None where she visits nobody.
Today = Callable[[str], Awaitable[Mapping[str, object] | None]]
# enter(key, sits): the address that a link from another channel opens on one device, which may have that of `sits` already; an empty text
# where the key is false, used or too old.
Enter = Callable[[str, str], Awaitable[str]]

MAX_BODY = 65_536  # bytes: a form of sixty questions, each answered at length
_EVENT = re.compile(r"[0-9a-f]{32}")
_KEY = re.compile(r"[0-9a-z]{1,64}")
_OVER = "这个链接过期了，或者已经在一部手机上打开过，请在聊天里再点一次"
_OPEN = (page.FOLDER / "visit_open.html").read_text("utf-8")
# The browser names our page as the origin of the form only where it may name a referrer to ourselves.
_OPEN_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
}


class VisitPages:
    """`secret` signs the cookies, the same ones as the chat's; `public_url` is where the page is reached from outside."""

    def __init__(self, secret: bytes, public_url: str, today: Today, enter: Enter, ended: Ended) -> None:
        self._seats = Seats(secret, secure=public_url.startswith("https:"))
        self._public_url = public_url
        self._today = today
        self._enter = enter
        self._ended = ended

    def routes(self, submit: Submit) -> list[BaseRoute]:
        """The page, what keeps it without network, its list, and where its answers go."""

        async def answers(request: Request) -> Response:
            return await self._answers(request, submit)

        return [
            Route("/visits", self._page),
            Route("/visits/open", self._let_in, methods=["POST"]),
            Route("/visits/worker.js", page.visit_worker),
            Route("/visits/today", self._list),
            Route("/visits/answers", answers, methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        """The page itself; with a key the way there, which needs a tap: a messenger that looks at links uses none up."""
        key = request.query_params.get("key", "")
        if not key:
            return page.visits()
        if not _KEY.fullmatch(key):
            return PlainTextResponse(_OVER, status_code=403)
        return HTMLResponse(page.versioned(_OPEN.replace("KEY", escape(key))), headers=_OPEN_HEADERS)

    async def _let_in(self, request: Request) -> Response:
        if not same_origin(request.headers.get("origin", ""), request.headers.get("host", ""), self._public_url):
            return PlainTextResponse("页面出错了，请刷新", status_code=403)
        key = dict(parse_qsl((await _body(request)).decode(errors="replace"))).get("key", "")
        address = await self._enter(key, self._seats.address(request.cookies, VISITS)) if _KEY.fullmatch(key) else ""
        if not address:
            return PlainTextResponse(_OVER, status_code=403)
        response = RedirectResponse(f"/visits?as={VISITS}", status_code=303)
        self._seats.seat(response, VISITS, address)
        return response

    async def _address(self, request: Request) -> str:
        seat = request.query_params.get("as", "")
        address = self._seats.address(request.cookies, seat) if is_seat(seat) else ""
        return "" if address and await self._ended(address) else address

    async def _list(self, request: Request) -> Response:
        address = await self._address(request)
        sheet = await self._today(address) if address else None
        return _json({"why": "请先在聊天里用网格员的身份登录"}, 401) if sheet is None else _json(sheet)

    async def _answers(self, request: Request, submit: Submit) -> Response:
        if not same_origin(request.headers.get("origin", ""), request.headers.get("host", ""), self._public_url):
            return _json({"why": "页面出错了，请刷新"}, 403)
        address = await self._address(request)
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
