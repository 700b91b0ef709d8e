"""Everything that one process runs: channels, consumer, senders and schedule around one store."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import socket
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot import case_files, desk, health, mailbox, my_data, parts, slip_files, ticks, wechat_menu
from bot.config import Settings, beside
from bot.consumer import BACK, Consumer
from bot.elsewhere import Elsewhere
from bot.emergency import Emergency
from bot.feeder import Feeder
from bot.heart import Heart, tell
from bot.schedule import AT_START, Schedule
from bot.sender import Sender
from bot.transactions import PATIENCE, Slow, Transactions
from channels import Channel
from channels.web import BoardPages, VisitPages, WebChannel
from channels.web.download import Exports, no_exports
from channels.web.transport import StrictTransport
from domain.capabilities import WEB
from domain.council.board import Board
from handlers import dispatch
from handlers.content import Content
from handlers.council import board
from handlers.survey import visit_page
from storage import leases, processes, sealed
from storage.database import Store, unable
from storage.people import pages

log = logging.getLogger(__name__)


def utcnow() -> datetime:
    """The wall clock; everything else is handed the time."""
    return datetime.now(UTC)


def open_channels(
    settings: Settings,
    transactions: Transactions,
    content: Content,
    *,
    exports: Exports = no_exports,
    now: Callable[[], datetime] = utcnow,
    wake: Callable[[], None] = lambda: None,
) -> list[Channel]:
    """The channels that are on. Telegram is imported only here: aiogram takes seconds and 150 MB."""
    box = mailbox.Mailbox(transactions, now=now)
    web = WebChannel(
        sealed.secret_for("web"),
        settings.web.public_url,
        box.history,
        box.seen,
        pictures=box.picture,
        exports=exports,
        may_send=box.may_send,
        ended=box.ended,
        left=box.left,
        menu=wechat_menu.columns(),
    )
    channels: list[Channel] = [web]
    telegram = settings.channels.telegram
    if telegram.enabled:
        from dataclasses import replace

        from channels.telegram import TelegramChannel
        from domain.capabilities import TELEGRAM

        channels.append(
            TelegramChannel(
                telegram.token,
                mode=telegram.mode,
                webhook_secret=telegram.webhook_secret,
                api_base=telegram.api_base,
                public_url=settings.public_url,
                capabilities=replace(TELEGRAM, rate=telegram.rate, chat_interval=telegram.chat_interval),
                pictures=box.picture,
                menu=wechat_menu.commands(),
            )
        )
    if settings.channels.wechat.enabled:
        from bot.wechat import channel

        channels.append(channel(settings, transactions, content, now=now, wake=wake))
    if settings.channels.wecom_kf.enabled:
        from bot import wecom

        channels.append(wecom.channel(settings, transactions, content, now=now))
    if settings.channels.wecom.enabled:
        from channels.wecom.robot import Robot

        channels.append(Robot(settings.channels.wecom.robot_url, clock=time.monotonic))
    return channels


def _labels(content: Content, section: str) -> dict[str, str]:
    """The phrases of one file by their own names, for pages that are made of them."""
    return {name.removeprefix(f"{section}."): text for name, text in content.phrases.texts.items() if name.startswith(f"{section}.")}


class Bot:
    """The running parts and the order in which they start and stop."""

    def __init__(
        self, settings: Settings, store: Store, content: Content, *, now: Callable[[], datetime] = utcnow, role: str = "all"
    ) -> None:
        self.store = store
        self.parts = parts.of_role(role)
        self.now = now
        self.transactions = Transactions(store)
        links = [one.exports(self.transactions, content, now=now) for one in (my_data, case_files, slip_files)]
        exports: Exports = lambda token: next((download for link in links if (download := link(token)) is not None), None)  # noqa: E731
        self.channels = open_channels(settings, self.transactions, content, exports=exports, now=now, wake=self.wake)
        self.heart = Heart(self.transactions, now=now, wake=self.wake, role=role)
        # A page is brought what it gets by a process that has pages, a platform by one that sends.
        sent = [channel for channel in self.channels if (self.parts.hears if channel.name == WEB.channel else self.parts.sends)]
        self.senders = [Sender(channel, self.transactions, now=now, owner=self.heart.process) for channel in sent]
        receive = partial(dispatch.receive, content=content)
        self.emergency = Emergency(beside(settings), content)
        self.consumer = Consumer(
            self.transactions, receive, now=now, committed=self.wake, prepare=dispatch.lock_senders, emergency=self.emergency
        )
        by_name = ticks.by_name(store, self.transactions, content, now=now, wake=self.wake, process=self.heart.process)
        self.schedule = Schedule(settings.schedule, by_name)
        self.feeder = Feeder(by_name["broadcasts"])
        box = mailbox.Mailbox(self.transactions, now=now)
        self.visits = VisitPages(sealed.secret_for("web"), settings.web.public_url, self._visits, self._enter_visits, box.ended)
        self.board = BoardPages(self._places, self._board, _labels(content, "council"))
        self.metrics_token = settings.web.metrics_token
        self._public_url = settings.web.public_url
        self._secure = settings.web.public_url.startswith("https:")
        self._content = content
        self._tasks: list[asyncio.Task[None]] = []
        self.failed = False

    def wake(self) -> None:
        """Something may be due for every sender."""
        for sender in self.senders:
            sender.wake()
        self.feeder.wake()

    async def _visits(self, address: str) -> visit_page.Today | None:
        """What the worker's page takes along; each woman on it is logged."""
        now = self.now()
        return await self.transactions.run(lambda tx: visit_page.today(tx, self._content, address, now))

    async def _enter_visits(self, key: str, sits: str) -> str:
        """Whom a key of the worker's page lets in."""
        return await self.transactions.run(lambda tx: pages.opened(tx, key, sits, now=self.now()))

    def _places(self) -> list[tuple[str, str]]:
        with self.store.read() as tx:
            return board.places(tx)

    def _board(self, code: str) -> Board | None:
        with self.store.read() as tx:
            return board.board(tx, code, self.now())

    def asgi(self) -> ASGIApp:
        """The web application: what the channels receive, and what watches over the process."""
        routes: list[BaseRoute] = []
        if self.parts.hears:
            routes += [route for channel in self.channels for route in channel.routes(self.consumer.submit)]
            routes += self.visits.routes(self.consumer.submit)
        if self.parts.hears or self.parts.desk:
            routes += self.board.routes()
        if self.parts.desk:
            routes += desk.routes(self.transactions, self._content, public_url=self._public_url, now=self.now, wake=self.wake)
        middleware = [Middleware(StrictTransport)] if self._secure else []
        return Starlette(routes=[*routes, *health.routes(self)], lifespan=self._lifespan, middleware=middleware)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def start(self) -> None:
        """Hear people as soon as danger can be seen in what they say; the rest begins with the store, which may be down."""
        self._tasks = []
        if self.parts.hears:
            await asyncio.to_thread(self._warm)
            self.emergency.open()
            self._tasks = [self._task(self.consumer.run(), "consumer")]
            self._tasks += [self._task(self._receive(channel), f"channel {channel.name}") for channel in self.channels]
            # Danger does not wait for this; the first question would, for seconds.
            self._tasks.append(self._task(asyncio.to_thread(self._warm_answers), "answers"))
        if not await self._begin():
            self._tasks.append(self._task(self._begin_later(), "beginning"))

    async def _begin_later(self) -> None:
        while not await self._begin():  # noqa: ASYNC110 - nobody tells when the store is back
            await asyncio.sleep(BACK)

    async def _begin(self) -> bool:
        """Take up what a crash left, then work. False where the store is down."""
        try:
            tell(*await self.transactions.run_soon(self.heart.begin, patience=PATIENCE))
        except Exception as error:
            if not (isinstance(error, Slow) or unable(error)):
                raise
            log.warning("the store is down; danger is answered meanwhile: %s", type(error).__name__)
            return False
        self._tasks.append(self._task(self.heart.run(), "heart"))
        self._tasks += [self._task(sender.run(), f"sender {sender.channel.name}") for sender in self.senders]
        if self.parts.hears and self.store.remote:
            self._tasks += [
                self._task(Elsewhere(self.store, page, now=self.now).run(), "pages")
                for page in self.channels
                if isinstance(page, WebChannel)
            ]
        if self.parts.ticks:
            self._tasks.append(self._task(self.feeder.run(), "broadcasts"))
            self.schedule.start()
        elif self.parts.hears or self.parts.desk:
            self.schedule.start(only=AT_START)
        return True

    async def _receive(self, channel: Channel) -> None:
        """Of several processes one polls a platform; what has routes is posted to, wherever it arrives."""
        if not self.store.remote or channel.routes(self.consumer.submit):
            return await channel.receive(self.consumer.submit)
        name = f"receive {channel.name}"
        while True:
            if await self._leads(name):
                receiving = asyncio.create_task(channel.receive(self.consumer.submit))
                while await self._leads(name) and not receiving.done():
                    await asyncio.wait({receiving}, timeout=processes.BEAT)
                if receiving.done():
                    return receiving.result()
                receiving.cancel()
                await asyncio.gather(receiving, return_exceptions=True)
            await asyncio.sleep(processes.BEAT)

    async def _leads(self, name: str) -> bool:
        """Whether this process has a lease; nobody does while the store is down."""
        try:
            return await self.transactions.run(lambda tx: leases.hold(tx, name, self.heart.process))
        except SQLAlchemyError as error:
            log.warning("nobody knows who has the lease %s: %s", name, type(error).__name__)
            return False

    def _warm(self) -> None:
        """Load what the first message would otherwise wait for, more than a second on a slow machine: the lexicons.

        Posts as columns wait until somebody asks for them.
        """
        from domain import reading

        reading.read("早上送完孩子有空，会缝纫，想领活回家")

    def _warm_answers(self) -> None:
        """Count the pieces of all wordings, which the first search would do."""
        self._content.answers.best("能带孩子吗")

    def _task(self, work: Coroutine[object, None, None], name: str) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s ended", task.get_name(), exc_info=error)
            self.failed = True

    async def stop(self) -> None:
        """No new messages, then the consumer, then what is in flight is recorded."""
        self.schedule.stop()
        for task in reversed(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.heart.end()
        for channel in self.channels:
            await channel.close()
        self.emergency.close()
        self.store.close()


class Server(uvicorn.Server):
    """uvicorn, with our own signals (its own end the process before the outbox is marked) and one line when it serves."""

    ready: Callable[[str], None] = staticmethod(lambda address: None)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the port, then say so."""
        await super().startup(sockets)
        if self.started and not self.should_exit:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self.ready(f"http://{self.config.host or host}:{port}")


async def serve(bot: Bot, *, host: str, port: int, ready: Callable[[str], None], stop: asyncio.Event) -> bool:
    """Serve until `stop` is set or a part fails; whether all went well. Raises OSError where the port cannot be had."""
    opened = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048)
    config = uvicorn.Config(
        bot.asgi(),
        host=host,
        port=port,
        http="httptools",
        ws="websockets-sansio",
        lifespan="on",
        ws_max_size=262_144,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    server = Server(config)
    server.ready = ready
    # What is loaded now lives as long as the process: the collector need not look at it again.
    gc.collect()
    gc.freeze()
    serving = asyncio.create_task(server.serve(sockets=[opened]))
    while not (stop.is_set() or bot.failed or serving.done()):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await stop.wait()
    server.should_exit = True
    await serving
    return not bot.failed and server.started
