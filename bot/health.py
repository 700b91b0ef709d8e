"""Whether the process lives, whether it works, and figures for Prometheus."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from storage import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.app import Bot

# A sender that did not come round for so long hangs (seconds); the slowest platform call is bounded well below.
SENDER_SILENT = 120.0


def routes(bot: Bot) -> list[Route]:
    """GET /healthz, /readyz, and /metrics for who shows the token of the settings."""
    registry = CollectorRegistry()
    registry.register(_Figures(bot))

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        wrong = troubles(bot)
        return JSONResponse({"ready": not wrong, "wrong": wrong}, status_code=503 if wrong else 200)

    def metrics(request: Request) -> Response:
        if not _knows(request.headers.get("authorization", ""), bot.metrics_token):
            return PlainTextResponse("Not Found", status_code=404)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _knows(shown: str, token: str) -> bool:
    """Whether a request shows the token; nobody does where none is set."""
    return bool(token) and secrets.compare_digest(shown.encode(), f"Bearer {token}".encode())


def troubles(bot: Bot) -> dict[str, str]:
    """What does not work, by part."""
    wrong = {}
    try:
        with bot.store.read() as tx:
            tx.exec_driver_sql("SELECT 1 FROM outbox LIMIT 1")
    except Exception as error:  # whatever the store says, it is not ready
        wrong["store"] = type(error).__name__
    for sender in bot.senders:
        trouble = sender.trouble or getattr(sender.channel, "trouble", None)
        if trouble:
            wrong[f"channel {sender.channel.name}"] = trouble
        if sender.silent_for() > SENDER_SILENT:
            wrong[f"sender {sender.channel.name}"] = "silent"
    if not bot.schedule.running:
        wrong["schedule"] = "stopped"
    if bot.failed:
        wrong["process"] = "a part ended"
    return wrong


class _Figures(Collector):
    """Counted when asked, from the store and the running parts."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._bot.store.read() as tx:
            rows = told.counts(tx)
        box = GaugeMetricFamily("motherpost_outbox", "Outbox rows", labels=["channel", "status"])
        for (channel, status), count in rows.items():
            box.add_metric([channel, status], count)
        yield box
        yield GaugeMetricFamily("motherpost_messages_processed", "Messages committed since start", value=self._bot.consumer.processed)
        sent = GaugeMetricFamily("motherpost_messages_sent", "Messages that a platform took since start", labels=["channel"])
        for sender in self._bot.senders:
            sent.add_metric([sender.channel.name], sender.sent)
        yield sent
