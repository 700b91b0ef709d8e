"""Two hundred words that nobody says are put into cases: no log, error, metric, preview, export, backup or screen of others has one of them."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from bot.commands import council, mediation, report
from domain.access import TABLE
from domain.lists import KINDS
from domain.mediation.states import Limits
from handlers.capabilities import CAPABILITIES
from handlers.content import Content
from storage import lists
from storage.bodies import outbounds
from storage.database import Store
from storage.mediation import agreements, assignments, cases, duties, referrals, sides, sittings
from storage.tables.mediation import party
from storage.tables.messages import outbox
from tests.support import towns
from tests.support.chat import Chat, Town
from tests.support.mediation import who

CASES = 8
LOOKS = ("", "take", "names", "words")
OTHERS = (
    ("外调", "mediator"),
    ("协调", "coordinator"),
    ("网格", "grid_worker"),
    ("数据", "data_officer"),
    ("妈妈", "mother"),
    ("妇联", "federation"),
)
CITYWIDE = ("data_officer", "federation")


class Cage:
    """Words like none that there are."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self.words: list[str] = []

    def word(self) -> str:
        self.words.append(f"雀{next(self._numbers):03}鸢")
        return self.words[-1]

    def found(self, text: str) -> list[str]:
        return [word for word in self.words if word in text]


@pytest.fixture
def cage() -> Cage:
    return Cage()


def fill(town: Town, cage: Cage, holder: int, receiver: int) -> None:
    """Cases with such a word in everything that can be said in them."""
    limits, now = Limits(), town.now
    with town.store.begin() as tx:
        place = next(iter(lists.ids(tx, KINDS["communities"]).values()))
        for _ in range(CASES):
            told = {"kind": "neighbour", "source": "self", "hazards": [], "danger": False, "reported_by": None, "limits": limits}
            case_id = cases.add(tx, community_id=place, now=now, **told)  # type: ignore[arg-type]
            ids = []
            for side in ("a", "b"):
                facts = {name: cage.word() for name in ("name", "phone", "occupation", "address", "contact_words")}
                ids.append(sides.add(tx, case_id, side, **facts))  # type: ignore[arg-type]
                sides.consent(tx, ids[-1], "given", cage.word(), now=now)
                for kind in ("account", "wish", "word"):
                    sides.say(tx, case_id, kind, cage.word(), party_id=ids[-1], author_id=None, now=now)
            sides.say(tx, case_id, "finding", cage.word(), party_id=None, author_id=holder, now=now)
            assignments.ask(tx, case_id, holder, answer_by=now, now=now)
            assignments.answer(tx, case_id, holder, "accepted", now=now)
            sitting = sittings.propose(tx, case_id, party_id=None, room="二楼", times=[now])
            sittings.confirm(tx, sitting, now, remind_at=now)
            sittings.held(tx, sitting, {"stated": cage.word()}, now=now)
            texts = {name: cage.word() for name in ("facts", "terms", "manner")}
            agreements.add(tx, case_id, oral=False, copies=3, promised=[(cage.word(), now.date())], now=now, **texts)
            duties.ask_report(tx, case_id, now=now)
            duties.reported(tx, case_id, "police", cage.word(), by=holder, now=now)
            referrals.add(tx, case_id, ids[0], "court", receiver_id=receiver, consent_words=cage.word(), by=holder, due_at=now, now=now)


def raw(store: Store) -> str:
    """All that a backup holds, as who has no key reads it."""
    with store.read() as tx:
        if tx.dialect.name == "sqlite":
            file = tx.exec_driver_sql("PRAGMA database_list").all()[0][2]
            return b"".join(Path(f"{file}{end}").read_bytes() for end in ("", "-wal")).decode("utf-8", "ignore")
        return "".join(str(tx.exec_driver_sql(f'SELECT * FROM "{name}"').all()) for name in SQLModel.metadata.tables)  # noqa: S608


def screens(chat: Chat, role: str) -> Iterator[str]:
    """What somebody hears who taps whatever she is shown, and guesses numbers."""
    todo = [entry.route for entry in CAPABILITIES.menu if role in TABLE[entry.needs]]
    todo += [f"case:{number}:{look}".rstrip(":") for number in (1, 2) for look in LOOKS]
    todo += [f"{door}:{number}" for door in ("case_over", "matter", "referral") for number in (1, 2)]
    for choice in todo:
        chat.taps_choice(choice)
        yield chat.text + "".join(chat.labels())


def test_none_of_two_hundred_words_gets_out(
    store: Store, content: Content, now: datetime, cage: Cage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    towns.small(store)
    town = Town(store, content, now)
    holder, women = town.invited("调解", "mediator"), town.invited("妇联", "federation", None)
    told = cage.word()
    mother = town.person("m").says("调解").says(f"邻居半夜打麻将，她家{told}").taps("邻居").taps("几个月了").says("安静").says("海风1社区")
    mother.taps("只在这里说").taps("先不留").taps("交给调解员").taps("提交")
    fill(town, cage, who(town, holder), who(town, women))
    holder.taps_choice("case:1:take").taps_choice("case:1:words").hears(told)
    holder.taps_choice("case:1:note:a").says(cage.word()).hears("记下了")
    assert len(cage.words) >= 200
    town.later(days=3)
    town.tick()

    for name, role in OTHERS:
        chat = women if role == "federation" else town.invited(name, role, None if role in CITYWIDE else "YT01")
        for screen in screens(chat, role):
            assert cage.found(screen) == [], (role, screen)
    with store.read() as tx:
        for notice in outbounds(tx, tx.execute(outbox.select().where(outbox.c.inbox_id.is_(None))).all()):
            assert cage.found(notice.text) == [], "a preview"
        for kind in KINDS.values():
            assert cage.found("".join(str(one) for one in lists.listed(tx, kind))) == [], kind.name
    for table in (report.table, council.table, mediation.table):
        assert cage.found(str(table(store, content, month=None, outside=False, now=town.now))) == []
    with pytest.raises(SQLAlchemyError) as error, store.begin() as tx:
        tx.execute(insert(party).values(case_id=1, side="a", name=told, anonymous=False, sex="", ethnic="", contact="", consent=""))
    assert cage.found(f"{error.value!s}{error.value!r}") == []
    assert cage.found(caplog.text) == [] and cage.found(generate_latest().decode()) == []
    assert cage.found(raw(store)) == []
