"""Sits at the desk like a person: `desk.opens("/desk")`, `desk.sees("…")`, `desk.does("publish", …)`, through the real pages and a real file database."""

from __future__ import annotations

import asyncio
import html
import re
import weakref
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, Protocol

import httpx
from sqlalchemy import select
from starlette.applications import Starlette

from bot import desk as pages
from bot.transactions import Transactions
from handlers.content import Content
from storage.database import Store
from storage.desk import sessions
from storage.tables.people import address
from tests.support.chat import Chat

CODE = re.compile(r"\b[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}\b")
URL = "http://testserver"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


class Place(Protocol):
    """Where a desk stands: a store, its words, and what time it is there."""

    @property
    def store(self) -> Store: ...
    @property
    def content(self) -> Content: ...
    @property
    def now(self) -> datetime: ...


def application(town: Place) -> Starlette:
    """The desk's pages alone."""
    transactions = Transactions(town.store)
    routes = pages.routes(transactions, town.content, public_url="", now=lambda: town.now, wake=lambda: None)
    return Starlette(routes=routes)


def person_of(chat: Chat) -> int:
    """Who talks there."""
    with chat.town.store.read() as tx:
        hers = address.c.address == chat.address, address.c.channel == chat.channel.channel
        return int(tx.execute(select(address.c.person_id).where(*hers)).scalar_one())


def link_from(chat: Chat) -> str:
    """The code that her chat gives her."""
    chat.taps_choice("desk:code")
    found = CODE.search(chat.text)
    assert found, chat.text
    return found[0]


class Desk:
    """One browser."""

    def __init__(self, town: Place) -> None:
        self.town = town
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(application(town)), base_url=URL, headers={"user-agent": CHROME}, follow_redirects=True
        )
        # One loop as long as the browser is open: to begin one for each page costs more than the page.
        self._runner = asyncio.Runner()
        weakref.finalize(self, self._runner.close)
        self.html = ""
        self.status = 0

    @classmethod
    def of(cls, chat: Chat) -> Desk:
        """Somebody of the staff, signed in by a link that lets her browser in."""
        return cls.for_person(chat.town, person_of(chat))

    @classmethod
    def for_person(cls, town: Place, person_id: int) -> Desk:
        """The same, of whom only the row is known."""
        with town.store.begin() as tx:
            code = sessions.link(tx, person_id, admits=True, now=town.now, expires_at=town.now.replace(year=town.now.year + 1))
        return cls(town).enters(code)

    def enters(self, code: str) -> Desk:
        """Type a code from the chat."""
        return self._got(self.client.post("/desk/in", data={"code": code}, headers={"origin": URL}))

    def opens(self, address: str, **headers: str) -> Desk:
        return self._got(self.client.get(address, headers=headers))

    def sends(self, address: str, *, files: Any = None, origin: str = URL, token: str | None = None, **fields: Any) -> Desk:
        """Send a form to an address with the token that the page before had."""
        data = {"token": self.token if token is None else token, **fields}
        return self._got(self.client.post(address, data=data, files=files, headers={"origin": origin}))

    @property
    def token(self) -> str:
        """What the forms of the page carry; empty where it has none."""
        found = re.search(r'name="token" value="([0-9a-f]{32})"', self.html)
        return found[1] if found else ""

    def does(self, do: str, *, at: str = "", **fields: Any) -> Desk:
        """Press a button of the page that is open."""
        return self.sends(at or self.address, do=do, **fields)

    def sees(self, *pieces: str) -> Desk:
        for piece in pieces:
            assert piece in self.text, f"“{piece}” is not in:\n{self.text}"
        return self

    def sees_not(self, *pieces: str) -> Desk:
        for piece in pieces:
            assert piece not in self.text, f"“{piece}” is in:\n{self.text}"
        return self

    @property
    def text(self) -> str:
        """What is read on the page."""
        body = re.sub(r"<(script|style|head)\b.*?</\1>", "", self.html, flags=re.DOTALL)
        return re.sub(r"\s*\n\s*", "\n", html.unescape(re.sub(r"<[^>]+>", "", body))).strip()

    def links(self) -> list[str]:
        return [html.unescape(found) for found in re.findall(r'<a[^>]* href="([^"]+)"', self.html)]

    def _got(self, asking: Coroutine[Any, Any, httpx.Response]) -> Desk:
        answer = self._runner.run(asking)
        self.html, self.status, self.address = answer.text, answer.status_code, str(answer.url).removeprefix(URL)
        self.headers, self.content = answer.headers, answer.content
        return self
