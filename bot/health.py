"""Whether the process lives, whether it works, and figures for Prometheus."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.transactions import PATIENCE, Slow
from storage import drills, keys, processes, told
from storage.database import full, locked, unable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from bot.app import Bot

# A sender that did not come round for so long hangs (seconds); the slowest platform call is bounded well below.
SENDER_SILENT = 120.0
# Seconds for which it is known whether the store takes what is written.
FRESH = 1.0
# Bytes without which an SQLite store may stop at the next message.
LEAST_ROOM = 16 << 20


def routes(bot: Bot) -> list[Route]:
    """GET /healthz, /readyz, and /metrics for who shows the token of the settings."""
    registry = CollectorRegistry()
    registry.register(_Figures(bot))

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    store = StoreHealth(bot)

    async def readyz(_request: Request) -> Response:
        wrong = {**await store.trouble(), **troubles(bot)}
        return JSONResponse({"ready": not wrong, "wrong": wrong}, status_code=503 if wrong else 200)

    def metrics(request: Request) -> Response:
        if not _knows(request.headers.get("authorization", ""), bot.metrics_token):
            return PlainTextResponse("Not Found", status_code=404)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _knows(shown: str, token: str) -> bool:
    """Whether a request shows the token; nobody does where none is set."""
    return bool(token) and secrets.compare_digest(shown.encode(), f"Bearer {token}".encode())


class StoreHealth:
    """Whether the store takes what is written, tried at most once in `FRESH` seconds, however often it is asked for."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._known: dict[str, str] = {}
        self._until = 0.0
        self._trying = asyncio.Lock()

    async def trouble(self) -> dict[str, str]:
        """What is wrong with the store, in a word; empty where it is well."""
        async with self._trying:
            if time.monotonic() >= self._until:
                self._known = await self._try()
                self._until = time.monotonic() + FRESH
            return self._known

    async def _try(self) -> dict[str, str]:
        try:
            await self._bot.transactions.run_soon(self._write, patience=PATIENCE)
        except Exception as error:  # whatever the store says, it is not ready
            return {"store": reason(error)}
        folder = self._bot.store.folder
        if folder is not None and shutil.disk_usage(folder).free < LEAST_ROOM:
            return {"disk": "nearly full"}
        return {}

    def _write(self, tx: Connection) -> None:
        keys.prove_quickly(tx)
        processes.beat(tx, self._bot.heart.process, host=socket.gethostname(), pid=os.getpid(), role=self._bot.heart.role)


def reason(error: Exception) -> str:
    """Why the store does not take what is written."""
    if isinstance(error, keys.WrongKey):
        return str(error)
    if isinstance(error, Slow):
        return "does not answer"
    if locked(error):
        return "locked by another process"
    if full(error):
        return "disk full"
    return "refuses writes" if unable(error) else type(error).__name__


def troubles(bot: Bot) -> dict[str, str]:
    """What does not work, by part."""
    wrong = {}
    if waiting := len(bot.emergency.messages):
        wrong["kept"] = f"{waiting} messages wait for the store"
    for sender in bot.senders:
        trouble = sender.trouble or getattr(sender.channel, "trouble", None)
        if trouble:
            wrong[f"channel {sender.channel.name}"] = trouble
        if sender.silent_for() > SENDER_SILENT:
            wrong[f"sender {sender.channel.name}"] = "silent"
    if bot.parts.ticks and not bot.schedule.running:
        wrong["schedule"] = "stopped"
    if bot.failed:
        wrong["process"] = "a part ended"
    return wrong


class _Figures(Collector):
    """Counted when asked, from the store and the running parts; with the store away what the process knows itself is told still."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._of_process()
        try:
            with self._bot.store.read() as tx:
                yield from self._of_store(tx)
            there = 1
        except DBAPIError:
            there = 0
        yield GaugeMetricFamily("motherpost_store", "Whether the store answers", value=there)

    def _of_process(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("motherpost_kept", "Messages kept beside the store", value=len(self._bot.emergency.messages))
        yield _labelled("motherpost_trouble", "What does not work, by part", ["part"], [((part,), 1) for part in troubles(self._bot)])
        yield GaugeMetricFamily("motherpost_messages_processed", "Messages committed since start", value=self._bot.consumer.processed)
        sent = [((sender.channel.name,), sender.sent) for sender in self._bot.senders]
        yield _labelled("motherpost_messages_sent", "Messages that a platform took since start", ["channel"], sent)

    def _of_store(self, tx: Connection) -> Iterator[GaugeMetricFamily]:
        # 0 is never: an alert on the age of the last one fires then too.
        drilled = drill.at.timestamp() if (drill := drills.last(tx)) else 0
        yield GaugeMetricFamily("motherpost_drill_timestamp_seconds", "When a backup last came back whole", value=drilled)
        yield _labelled("motherpost_outbox", "Outbox rows", ["channel", "status"], told.counts(tx).items())
        now = self._bot.now()
        late = [((channel,), (now - due_at).total_seconds()) for channel, due_at in told.oldest_due(tx, now=now)]
        yield _labelled("motherpost_outbox_late_seconds", "How long the message that waits longest has been due", ["channel"], late)
        if self._bot.store.remote:
            living = [((role,), count) for role, count in processes.living(tx).items()]
            yield _labelled("motherpost_processes", "Processes that live, by role", ["role"], living)


def _labelled(name: str, help_: str, labels: list[str], values: Iterable[tuple[tuple[str, ...], float]]) -> GaugeMetricFamily:
    """A figure for each of several things."""
    family = GaugeMetricFamily(name, help_, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family
