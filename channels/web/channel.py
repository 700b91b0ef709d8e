"""The web channel: what an open page says is acknowledged once stored, and what a page missed comes with its history."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from channels import NotStored, Sent, Submit
from channels.web import page
from channels.web.download import Exports, no_exports
from channels.web.download import route as download_route
from channels.web.frames import Answer, Frame, Hello, Item, ItemButton, Malformed, Ping, Said, Seen, bot_item, parse
from channels.web.limits import Allowances, Tries, is_try, too_fast, too_many_tries
from channels.web.pictures import MaySend, Pictures, Uploads, everybody, no_pictures
from channels.web.pictures import route as picture_route
from channels.web.seats import Seats, host_of, is_chat_seat, same_origin
from channels.web.socket import OpenPage
from domain.capabilities import WEB
from domain.messages import Outbound
from domain.traditional import TRADITIONAL, traditional

# history(address, after): after=0 gives the last 50 messages, hers and the bot's, oldest first; after=N the bot's rows with an id above N;
# None where the store is down.
History = Callable[[str, int], Awaitable[list[Item] | None]]
# seen(address, row ids): these rows were on her screen. The ids come from the page: store only those that are hers.
StoreSeen = Callable[[str, list[int]], Coroutine[object, None, None]]

# ended(address): whether she left it, so that its cookie is nobody's.
Ended = Callable[[str], Awaitable[bool]]
# left(address): she leaves it now.
Left = Callable[[str], Awaitable[None]]

# Close codes: the cookie is missing or no longer valid, so the page loads itself anew; she left, so the page clears itself first.
_NO_SEAT, _LEFT = 4401, 4403


async def none_ended(_address: str) -> bool:
    """For a bot that keeps no addresses."""
    return False


async def keeps_none(_address: str) -> None:
    """For such a bot as well."""


def _now() -> datetime:
    return datetime.now(UTC)


class WebChannel:
    """The bot's own page. `secret` signs the cookies; `public_url` is where the page is reached from outside."""

    name = WEB.channel
    capabilities = WEB

    def __init__(
        self,
        secret: bytes,
        public_url: str,
        history: History,
        seen: StoreSeen,
        *,
        pictures: Pictures = no_pictures,
        exports: Exports = no_exports,
        may_send: MaySend = everybody,
        ended: Ended = none_ended,
        left: Left = keeps_none,
        menu: page.Menu = (),
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._seats = Seats(secret, secure=public_url.startswith("https:"))
        self._public_url = public_url
        self._history = history
        self._seen = seen
        self._pictures = pictures
        self._exports = exports
        self._may_send = may_send
        self._ended = ended
        self._left = left
        self._menu = menu
        self._now = now
        self._open: defaultdict[str, set[OpenPage]] = defaultdict(set)
        self._submitting: set[asyncio.Task[None]] = set()
        self._allowances = Allowances()
        self._tries = Tries()

    def routes(self, submit: Submit) -> list[BaseRoute]:
        """`/` the page, `/static/…` its files, `/picture/…` what it shows, `/my-data/…` her own file, `/chat` its socket."""

        async def chat(websocket: WebSocket) -> None:
            await self._chat(websocket, submit)

        files = [Route("/static/{name}", page.static), picture_route(self._pictures), download_route(self._exports)]
        files.append(Uploads(self._sits, self._may_send, submit, self._now).route())
        files.append(Route("/leave", self._leave, methods=["POST"]))
        return [Route("/", self._page), *files, WebSocketRoute("/chat", chat)]

    async def receive(self, submit: Submit) -> None:
        """Nothing to poll: the routes do the work."""

    async def send(self, address: str, outbound: Outbound, row_id: int) -> Sent:
        """Push to every open page of `address`. Where none is open she finds the row in her history, so it counts as sent."""
        self.show(address, outbound, row_id)
        return Sent(str(row_id))

    @property
    def stands_open(self) -> bool:
        """Whether any page stands open here."""
        return bool(self._open)

    def waiting_pages(self, address: str, row_id: int) -> bool:
        """Whether a page of this address stands open here to which this row was not pushed."""
        return any(row_id not in open_page.rows for open_page in self._open.get(address, ()))

    def show(self, address: str, outbound: Outbound, row_id: int) -> None:
        """Push a row to the pages of `address` that do not have it yet."""
        item = bot_item(row_id, outbound, self._now())
        for open_page in tuple(self._open.get(address, ())):
            if row_id in open_page.rows:
                continue
            open_page.rows.append(row_id)
            open_page.push({"type": "message", "item": item})
            if outbound.parts:
                open_page.push({"type": "left", "text": outbound.text})

    async def close(self) -> None:
        """Let all open pages go; they come back by themselves."""
        for open_pages in tuple(self._open.values()):
            for open_page in tuple(open_pages):
                open_page.let_go()

    async def _page(self, request: Request) -> Response:
        seat = request.query_params.get("as", "")
        if not is_chat_seat(seat):
            return PlainTextResponse("网址不对", status_code=400)
        response = page.page(page.language_of(request.cookies, request.headers), self._menu)
        address = self._seats.address(request.cookies, seat)
        self._seats.seat(response, seat, "" if address and await self._ended(address) else address)
        return response

    async def _leave(self, request: Request) -> Response:
        """She leaves this browser: nothing here tells who she was, and a copy of its cookie opens nothing."""
        seat = request.query_params.get("as", "")
        address = self._own_address(request)
        if not address:
            return Response(status_code=403)
        await self._left(address)
        for open_page in tuple(self._open.get(address, ())):
            open_page.push({"type": "left", "text": ""})
        response = Response(status_code=204, headers={"Clear-Site-Data": '"cache", "storage"', "Cache-Control": "no-store"})
        self._seats.leave(response, seat)
        return response

    async def _sits(self, request: Request) -> str:
        """The same, and she has not left since."""
        address = self._own_address(request)
        return "" if address and await self._ended(address) else address

    def _own_address(self, request: Request) -> str:
        """Who sent a request from our own page; empty for any other request."""
        seat, headers = request.query_params.get("as", ""), request.headers
        if not is_chat_seat(seat) or not same_origin(headers.get("origin", ""), headers.get("host", ""), self._public_url):
            return ""
        return self._seats.address(request.cookies, seat)

    async def _chat(self, websocket: WebSocket, submit: Submit) -> None:
        seat, headers = websocket.query_params.get("as", ""), websocket.headers
        if not is_chat_seat(seat) or not same_origin(headers.get("origin", ""), headers.get("host", ""), self._public_url):
            await websocket.close()  # before it is accepted this answers 403
            return
        await websocket.accept()
        address = self._seats.address(websocket.cookies, seat)
        if not address or await self._ended(address):
            await websocket.close(_LEFT if address else _NO_SEAT)
            return

        async def read(open_page: OpenPage) -> None:
            await self._read(open_page, submit)

        open_page = OpenPage(websocket, address, page.language_of(websocket.cookies, headers), host_of(websocket))
        try:
            await open_page.run(read)
        finally:
            self._forget(open_page)

    def _forget(self, open_page: OpenPage) -> None:
        self._open[open_page.address].discard(open_page)
        if not self._open[open_page.address]:
            del self._open[open_page.address]

    async def _read(self, open_page: OpenPage, submit: Submit) -> None:
        async for raw in open_page.frames():
            try:
                frame = parse(raw, address=open_page.address, language=open_page.language, now=self._now())
            except Malformed as error:
                answer: Answer = {"type": "nack", "event": error.event, "again": False} if error.event else {"type": "error"}
                open_page.push({**answer, "why": error.why})
                continue
            await self._weigh(open_page, frame, submit)

    async def _weigh(self, open_page: OpenPage, frame: Hello | Seen | Ping | Said, submit: Submit) -> None:
        """Within the limits of her address it is taken; above them only danger is."""
        now = asyncio.get_running_loop().time()
        allowance = self._allowances.of(open_page.address, now)
        if isinstance(frame, Said) and is_try(frame) and not self._tries.allow(open_page.host, open_page.address):
            open_page.push(too_many_tries(frame))
        elif allowance.allows(frame, now) or (isinstance(frame, Said) and await allowance.endangered(frame)):
            await self._take(open_page, frame, submit)
        elif isinstance(frame, Said):
            open_page.push(too_fast(frame))

    async def _take(self, open_page: OpenPage, frame: Hello | Seen | Ping | Said, submit: Submit) -> None:
        match frame:
            case Hello(after):
                await self._greet(open_page, after)
            case Seen(ids):
                self._meanwhile(self._seen(open_page.address, ids))
            case Ping():
                open_page.push({"type": "pong"})
            case Said():
                self._tell_others(open_page, frame)
                # A task of its own, which goes on when the page goes away: what is enqueued will be stored either way.
                self._meanwhile(_submit(open_page, frame, submit))

    async def _greet(self, open_page: OpenPage, after: int) -> None:
        """The history, or where there is none just now that she can write all the same. What is pushed meanwhile comes behind it."""
        open_page.hold()
        # Registered before the look: each row is in the history or pushed.
        self._open[open_page.address].add(open_page)
        items = await self._history(open_page.address, after)
        shown: Answer = {"type": "down"}
        if items is not None:
            open_page.rows.extend(item["id"] for item in items if item["id"] > 0)
            shown = {"type": "history", "items": [_as_shown(item, open_page) for item in items]}
        open_page.release(shown)

    def _meanwhile(self, work: Coroutine[object, None, None]) -> None:
        task = asyncio.create_task(work)
        self._submitting.add(task)
        task.add_done_callback(self._submitting.discard)

    def _tell_others(self, open_page: OpenPage, said: Said) -> None:
        """Her other windows show what she says in this one."""
        inbound = said.inbound
        if inbound.kind == "choice":
            frame: Frame = {"type": "tap", "choice": inbound.choice, "label": inbound.text, "ref": int(inbound.message_ref or 0)}
        elif inbound.kind == "text":
            frame = {"type": "say", "text": inbound.text}
        else:
            return
        for other in tuple(self._open.get(open_page.address, ())):
            if other is not open_page:
                other.push({"type": "own", "frame": frame | {"event": said.event}})


async def _submit(open_page: OpenPage, said: Said, submit: Submit) -> None:
    try:
        answers = (await submit(said.inbound)).answers
    except NotStored as error:
        answers = error.answers
        open_page.push({"type": "nack", "event": said.event, "why": "还没存好，马上再试", "again": True})
    else:
        open_page.push({"type": "ack", "event": said.event})
    for outbound in answers:
        # In no row: the page shows it, and neither reports it as seen nor asks for it again.
        open_page.push({"type": "help", "item": bot_item(0, outbound, _now()) | {"id": f"help {said.event}"}})


def _traditional_row(row: list[ItemButton]) -> list[ItemButton]:
    return [{**button, "label": traditional(button["label"])} for button in row]


def _as_shown(item: Item, open_page: OpenPage) -> Item:
    """An item in the page's characters, whichever it was said in; the page knows its events without the address that `frames` put before them."""
    if item["from"] == "bot" and open_page.language == TRADITIONAL:
        item = {**item, "text": traditional(item["text"]), "buttons": [_traditional_row(row) for row in item["buttons"]]}
        if "cards" in item:
            cards = item["cards"]
            item = {**item, "cards": [{"text": traditional(card["text"]), "buttons": _traditional_row(card["buttons"])} for card in cards]}
    return {**item, "event": item["event"].removeprefix(f"{open_page.address}:")} if "event" in item else item
