"""The desk: pages for who works here, made of the same deeds as the chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.routing import BaseRoute, Route

from bot.desk.door import Door
from bot.desk.drawing import static
from bot.desk.events import Events
from bot.desk.frame import Frame
from bot.desk.pages import PAGES
from bot.transactions import Transactions
from handlers.content import Content


def routes(
    transactions: Transactions, content: Content, *, public_url: str, now: Callable[[], datetime], wake: Callable[[], None]
) -> list[BaseRoute]:
    """Everything under /desk."""
    frame = Frame(PAGES, transactions, content, public_url=public_url, now=now, wake=wake)
    files = Route("/desk/static/{name}", static)
    return [files, Route("/desk/events", Events(frame).serve), *Door(frame).routes(), *frame.routes()]
