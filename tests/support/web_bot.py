"""A bot in memory behind the real web channel on a real port, which tests may cut off, kill and start again."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from datetime import UTC, datetime

import uvicorn
from starlette.applications import Starlette

from channels import NotStored
from channels.web import Item, WebChannel, bot_item
from domain.messages import Button, Inbound, Outbound, Receipt
from domain.staff.invitations import qr

SECRET = b"only for tests"
PICTURES = {"k" * 32: ("image/png", qr("https://example.org/?start=abcdefghjk"))}
SKILLS = {"sewing": "缝纫裁剪", "knitting": "编织钩针", "packing": "打包分拣"}
HELP = "我在。110 12338"
GREETING = "您好，我是母亲岗的小助手。\n想在家门口找份活儿吗？"


class WebBot:
    """Greets, echoes words, offers skills to toggle; remembers each event once. `now` stands still."""

    def __init__(self, *, now: datetime | None = None) -> None:
        self._now = now
        self.inbounds: list[Inbound] = []
        self.seen: dict[str, set[int]] = {}
        self.failures = 0  # as many messages as this are not stored
        self.down = False  # no history, and danger is answered beside the store
        self.acks = asyncio.Event()  # while clear, messages are stored but never acknowledged
        self.acks.set()
        self.answers = asyncio.Event()  # while clear, messages are stored but the answer takes its time
        self.answers.set()
        self.skills: set[str] = set()
        self._seen_more = asyncio.Event()
        self._items: list[tuple[str, Item]] = []
        self.channel = self.new_channel()

    def new_channel(self, public_url: str = "http://127.0.0.1") -> WebChannel:
        self.channel = WebChannel(SECRET, public_url, self.history, self.store_seen, pictures=PICTURES.get, now=self.now)
        return self.channel

    def now(self) -> datetime:
        return self._now or datetime.now(UTC)

    async def submit(self, inbound: Inbound) -> Receipt:
        if self.down:
            return Receipt(inbox_id=None, answers=(Outbound(text=HELP),) if "救命" in inbound.text else ())
        if self.failures:
            self.failures -= 1
            raise NotStored
        if inbound.event_id not in {known.event_id for known in self.inbounds}:
            self.inbounds.append(inbound)
            item: Item = {
                "id": len(self._items) + 1,
                "from": "me",
                "text": _own_words(inbound),
                "buttons": [],
                "edits": "",
                "at": self.now().isoformat(),
            }
            self._items.append((inbound.sender, {**item, "event": inbound.event_id}))
            await self.answers.wait()
            for outbound in self._answers(inbound):
                await self.say(inbound.sender, outbound)
        await self.acks.wait()
        return Receipt(inbox_id=len(self.inbounds))

    async def say(self, address: str, outbound: Outbound) -> int:
        row_id = len(self._items) + 1
        self._items.append((address, bot_item(row_id, outbound, self.now())))
        await self.channel.send(address, outbound, row_id)
        return row_id

    async def history(self, address: str, after: int) -> list[Item] | None:
        if self.down:
            return None
        items = [item for owner, item in self._items if owner == address]
        if after:
            return [item for item in items if item["id"] > after and item["from"] == "bot"]
        return items[-50:]

    async def store_seen(self, address: str, ids: list[int]) -> None:
        self.seen.setdefault(address, set()).update(ids)
        self._seen_more.set()

    async def until_seen(self, address: str, ids: set[int]) -> None:
        while self.seen.get(address) != ids:
            self._seen_more.clear()
            await self._seen_more.wait()

    def said(self, text: str) -> int:
        """How many times somebody said `text`, as the bot stored it."""
        return sum(text in (inbound.text, inbound.choice) for inbound in self.inbounds)

    def _answers(self, inbound: Inbound) -> list[Outbound]:
        if inbound.kind == "command":
            return [Outbound(text=GREETING, buttons=((Button("填一填我的情况", "skills"),), (Button("先看看有什么活儿", "posts"),)))]
        if inbound.choice == "posts":
            return [_post(title) for title in ("围裙缝纫（幸福社区）", "毛线帽编织", "年货礼盒打包")]
        if inbound.choice == "more":
            return [Outbound(text="这是第二页。", buttons=((Button("再看第一页", "more"),),), edits=inbound.message_ref)]
        if inbound.choice == "skills":
            return [self._toggles("")]
        if inbound.choice.removeprefix("toggle:") in SKILLS:
            self.skills ^= {inbound.choice.removeprefix("toggle:")}
            return [self._toggles(inbound.message_ref)]
        return [Outbound(text=f"收到：{inbound.text}")]

    def _toggles(self, edits: str) -> Outbound:
        rows = [(Button(f"{'✓' if code in self.skills else '☐'} {label}", f"toggle:{code}"),) for code, label in SKILLS.items()]
        text = f"您会做哪些？可以选几样。\n已选 {len(self.skills)} 样。"
        return Outbound(text=text, buttons=(*rows, (Button("返回", "back"), Button("跳过", "skip"), Button("选好了", "done"))), edits=edits)


class Served:
    """The bot on a port of its own. `kill` drops every connection without a goodbye; `start` opens the same port again."""

    def __init__(self, bot: WebBot) -> None:
        self.bot = bot
        self.port = 0
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        app = Starlette(routes=self.bot.new_channel().routes(self.bot.submit))
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="websockets-sansio"))
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0)

    async def kill(self) -> None:
        assert self._server and self._serving
        for connection in tuple(self._server.server_state.connections):
            connection.transport.abort()
        self._server.should_exit = self._server.force_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await self._serving


def _own_words(inbound: Inbound) -> str:
    return f"/{inbound.text}" if inbound.kind == "command" else inbound.text


def _post(title: str) -> Outbound:
    text = f"{title}\n离您 600 米，上午 8:30–11:00，按件算，每月大约 1,500 到 2,200 元。\n为什么合适：您会踩缝纫机，送完孩子正好有空。"
    return Outbound(text=text, buttons=((Button("我想去", f"want:{title}"), Button("看地图", "", "https://example.org/map")),))
