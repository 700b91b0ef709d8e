"""Sits at the desk like a person: `desk.opens("/desk")`, `desk.sees("…")`, `desk.does("publish", …)`, through the real pages and a real file database."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Coroutine
from typing import Any

import httpx
from sqlalchemy import select
from starlette.applications import Starlette

from bot import desk as pages
from bot.consumer import Transactions
from storage.desk import sessions
from storage.tables.people import address
from tests.support.chat import Chat, Town

CODE = re.compile(r"\b[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}\b")
URL = "http://testserver"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


def application(town: Town) -> Starlette:
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

    def __init__(self, town: Town) -> None:
        self.town = town
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(application(town)), base_url=URL, headers={"user-agent": CHROME}, follow_redirects=True
        )
        self.html = ""
        self.status = 0

    @classmethod
    def of(cls, chat: Chat) -> Desk:
        """Somebody of the staff, signed in by a link that lets her browser in."""
        desk = cls(chat.town)
        with chat.town.store.begin() as tx:
            until = chat.town.now.replace(year=chat.town.now.year + 1)
            code = sessions.link(tx, person_of(chat), admits=True, now=chat.town.now, expires_at=until)
        return desk.enters(code)

    def enters(self, code: str) -> Desk:
        """Type a code from the chat."""
        return self._got(self.client.post("/desk/in", data={"code": code}, headers={"origin": URL}))

    def opens(self, address: str, **headers: str) -> Desk:
        return self._got(self.client.get(address, headers=headers))

    def sends(self, address: str, *, files: Any = None, origin: str = URL, token: str | None = None, **fields: Any) -> Desk:
        """Send a form to an address with the token that the page before had."""
        found = re.search(r'name="token" value="([0-9a-f]{32})"', self.html)
        data = {"token": token if token is not None else found[1] if found else "", **fields}
        return self._got(self.client.post(address, data=data, files=files, headers={"origin": origin}))

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
        answer = asyncio.run(asking)
        self.html, self.status, self.address = answer.text, answer.status_code, str(answer.url).removeprefix(URL)
        self.headers, self.content = answer.headers, answer.content
        return self
