"""Speaks like a person: `chat.says("2"); chat.hears("…")`, through the real dispatch and a real file database, on any channel's capabilities."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import ticks
from bot.ledger import StoredLedger
from bot.transactions import Transactions
from domain.allowance import Account
from domain.capabilities import WEB, Capabilities
from domain.forms.schema import texts
from domain.messages import Button, Inbound, Outbound, Receipt
from handlers import dispatch
from handlers.content import Content
from storage import sending
from storage.database import Store
from storage.reach import answers
from storage.reach.answers import Given, Held

_events = itertools.count(1)


class Town:
    """One store with its clock; persons talk in it."""

    def __init__(self, store: Store, content: Content, now: datetime) -> None:
        self.store = store
        self.content = content
        self.now = now

    def label(self, form: str, question: str) -> str:
        """How a question of a form is asked, as it stands there."""
        return texts(self.content.forms[form].named[question].label)[0].strip()

    def short(self, form: str, question: str) -> str:
        """How a summary names a question of a form."""
        return texts(self.content.forms[form].named[question].short)[0]

    def person(self, name: str = "a", channel: Capabilities = WEB) -> Chat:
        return Chat(self, name, channel)

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def tick(self) -> None:
        """What the schedule would do now, until nothing is left to do."""
        asyncio.run(self._tick())

    async def _tick(self) -> None:
        for tick in ticks.by_name(self.store, Transactions(self.store), self.content, now=lambda: self.now, wake=lambda: None).values():
            await tick()

    def invited(
        self, name: str, role: str, community: str | None = "YT01", *, cell: str | None = None, enterprise: str | None = None
    ) -> Chat:
        """A person of the staff, who came by an invitation."""
        from bot.commands.town import invitation

        chat = self.person(name)
        places = {"community": community, "cell": cell, "enterprise": enterprise}
        code = invitation(self.store, role, **places, expires_at=self.now + timedelta(hours=1), now=self.now)
        chat.says(f"/start {code}")
        return chat


class Chat:
    """One person on one channel. Between any two messages everything is in the store alone."""

    def __init__(self, town: Town, address: str, channel: Capabilities) -> None:
        self.town = town
        self.address = address
        self.channel = channel
        self.heard: list[tuple[str, Outbound]] = []
        self.fresh: list[Outbound] = []

    def says(self, text: str, *, event: str | None = None) -> Chat:
        kind = "command" if text.startswith("/") else "text"
        return self.sends(Inbound(**self._event(event), kind=kind, text=text.removeprefix("/")))  # type: ignore[arg-type]

    def taps(self, label: str, *, event: str | None = None) -> Chat:
        """Tap the newest button whose label holds these words; on a channel without buttons say its number or words."""
        found = self._buttons(label)
        if not found and any(button.choice == "staff_menu:do" for said in self.fresh for button in said.choices()):
            # Not on the first screen of the staff's menu: whoever wants it looks under 办事, then under 更多.
            for part in ("办事", "更多"):
                found = found or self.taps(part)._buttons(label)
        assert found, f"no button “{label}” in {self.labels()}"
        ref, button = found[0]
        return self.taps_choice(button.choice, ref=ref, event=event)

    def _buttons(self, label: str) -> list[tuple[str, Button]]:
        return [(ref, button) for ref, said in reversed(self.heard) for button in said.choices() if label in button.label]

    def skips_to(self, label: str, *, at_most: int = 40) -> Chat:
        """Skip question after question until a button holds these words; a form that never offers it fails instead of going on for ever."""
        for _ in range(at_most):
            if any(label in one for one in self.labels()):
                return self
            self.says("跳过")
        raise AssertionError(f"no button “{label}” after {at_most} questions skipped:\n{self.text}")

    def taps_choice(self, choice: str, *, ref: str = "", event: str | None = None) -> Chat:
        return self.sends(Inbound(**self._event(event), kind="choice", choice=choice, message_ref=ref))  # type: ignore[arg-type]

    def sends(self, inbound: Inbound) -> Chat:
        """Hand one event in, then hear all that is due for this person."""
        with self.town.store.begin() as tx:
            receipt = dispatch.receive(tx, inbound, self.town.now, content=self.town.content)
        answered = list(self._in_response(receipt))
        self.fresh = [*answered, *self.listens()]
        return self

    def _in_response(self, receipt: Receipt) -> Iterator[Outbound]:
        """What a platform that waits for it gets in its own response: what waited for this word, then the answer; nothing to a repeat."""
        if not self.channel.answers_in_response or receipt.inbox_id is None or receipt.repeated:
            return
        with self.town.store.begin() as tx:
            kept = answers.kept(tx, self.channel.channel, self.address, limit=100)
            rows = Given(answers.replies(tx, receipt.inbox_id), kept, False, self.town.now)
            answers.carry(tx, rows, now=self.town.now)
            answers.out(tx, rows.ids, now=self.town.now)
        yield from map(self._checked, (*rows.kept, *rows.replies))

    def _checked(self, row: sending.Claimed | Held) -> Outbound:
        said = row.outbound
        assert len(said.text) <= self.channel.max_text and said.text.strip()
        assert all(len(b.choice.encode()) <= self.channel.choice_bytes for b in said.choices())
        self.heard.append((said.edits or str(row.id), said))
        return said

    def listens(self) -> list[Outbound]:
        """What arrives for this person now."""
        self.fresh = list(self._delivered())
        return self.fresh

    def hears(self, *pieces: str) -> Chat:
        """What arrived last holds all of these."""
        said = "\n".join([self.text, *self.labels()])
        for piece in pieces:
            assert piece in said, f"“{piece}” is not in:\n{said}"
        return self

    def hears_question(self, form: str, question: str) -> Chat:
        """What arrived last asks this; its words stand in the form alone, so that they may change there."""
        return self.hears(self.town.label(form, question))

    def labels(self) -> list[str]:
        return [button.label for said in self.fresh for button in said.choices()]

    @property
    def text(self) -> str:
        return "\n".join(piece for said in self.fresh for piece in (said.text, *(card.text for card in said.cards)))

    def _may(self, tx: Connection, row_id: int) -> bool:
        """Whether the platform lets it through now, as such a channel asks its ledger."""
        if not self.channel.counted:
            return True
        account = self.town.content.rules.accounts.get(self.channel.channel, Account())
        now = self.town.now
        return StoredLedger(self.channel.channel, None, account, now=lambda: now)._way(tx, row_id, self.address, 1) is not None  # type: ignore[arg-type]

    def _event(self, event: str | None) -> dict[str, object]:
        number = event or f"{self.address}{next(_events)}"
        opens = "word" if self.channel.counted else ""
        return {"channel": self.channel.channel, "event_id": number, "sender": self.address, "sent_at": self.town.now, "opens": opens}

    def _delivered(self) -> Iterator[Outbound]:
        """Claim, deliver and mark what is due, as a sender would; other people's rows are left alone."""
        while True:
            with self.town.store.begin() as tx:
                rows = sending.claim(tx, self.channel.channel, now=self.town.now, most=100)
                others = [row.id for row in rows if row.address != self.address]
                mine = [row for row in rows if row.address == self.address and self._may(tx, row.id)]
                closed = [row.id for row in rows if row.address == self.address and row not in mine]
                for row_id in closed:
                    answers.keep(tx, row_id, "window")
                if others:
                    sending.release(tx, others)
                sending.mark_sent(tx, [(row.id, str(row.id)) for row in mine], now=self.town.now) if mine else None
            if not mine and not closed:
                return
            yield from map(self._checked, mine)
