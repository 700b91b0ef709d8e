"""Every relation to a case × every deed: who may, may; to all others it answers in the same bytes as a case that does not exist, and the log knows."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from domain.capabilities import WEB
from domain.lists import KINDS
from domain.messages import Inbound
from handlers import dispatch
from storage import lists
from storage.mediation import visible
from storage.mediation.visible import Viewer
from storage.tables.messages import outbox
from storage.tables.people import access_log
from tests.support.chat import Chat, Town
from tests.support.mediation import consented, joins, last, tell, who

_events = itertools.count()
# A case, and one that is not there; the deeds of each door.
NOWHERE = 9_999
CASE = (
    *("", "take", "decline", "names", "words", "back", "note:a", "papers", "accept", "refuse:court", "keep", "danger", "danger:yes"),
    *("duty", "close", "fail:failed", "rights:a", "consent:b", "facts:a", "code:b", "sit:joint", "sitting:1", "fits:1:a", "cancel:1"),
    *("minutes:1", "agree", "sign:seal", "promises", "kept:1", "confirm:yes", "visit:1", "refer:a:police", "revoke:1"),
)
DOORS: dict[str, tuple[str, ...]] = {
    "case": CASE,
    "case_over": ("", "give", "give:1"),
    "referral": ("", "accept", "reject", "done"),
    "matter": ("", "say", "times", "suits:1", "longer", "stop", "stop_yes", "again", "copy", "word", "reach:self"),
}
# Who comes through which door; through `case` without having it only to look, to take it and to decline.
OPEN: dict[str, dict[str, tuple[str, ...]]] = {
    "holder": {"case": tuple(deed for deed in CASE if deed not in ("take", "decline"))},
    "coordinator": {"case_over": DOORS["case_over"]},
    "federation": {"case_over": DOORS["case_over"], "referral": DOORS["referral"]},
    "side a": {"matter": DOORS["matter"]},
    "side b": {"matter": DOORS["matter"]},
    "declined": {},
    "other mediator": {},
    "other coordinator": {},
    "grid worker": {},
    "employer": {},
    "data officer": {},
    "mother": {},
}


@pytest.fixture
def people(town: Town) -> dict[str, Chat]:
    """Everybody, each with her relation to case 1."""
    declined = town.invited("推", "mediator")
    mother = tell(town)
    declined.taps_choice("case:1:decline")
    holder = town.invited("调解", "mediator")
    federation = town.invited("妇联", "federation", None)
    coordinator = town.invited("协调", "coordinator")
    coordinator.taps_choice(f"case_over:1:give:{who(town, holder)}")
    consented(town, holder)
    other = joins(town, holder)
    holder.taps_choice("case:1:sit:joint").says("明天").taps("上午9点").taps("好了").says("二楼会客室")
    holder.taps_choice("case:1:refer:a:federation").says("她说愿意转给妇联")
    assert last(town).state == "mediating"
    return {
        "holder": holder,
        "coordinator": coordinator,
        "federation": federation,
        "side a": mother,
        "side b": other,
        "declined": declined,
        "other mediator": town.invited("外调", "mediator", "YT02"),
        "other coordinator": town.invited("外协", "coordinator", "YT02"),
        "grid worker": town.invited("网格", "grid_worker"),
        "employer": town.invited("企业", "employer", None, enterprise="E1"),
        "data officer": town.invited("数据", "data_officer", None),
        "mother": town.invited("妈妈", "mother"),
    }


class _Undone(Exception):  # noqa: N818 - the way out of a transaction that is to leave nothing
    pass


def answer(town: Town, chat: Chat, choice: str) -> tuple[str, list[tuple[str, int | None]]]:
    """What she hears to a tap, as it is stored, and what the log got; nothing of it stays."""
    heard: list[str] = []
    logged: list[tuple[str, int | None]] = []
    tap = Inbound(channel=WEB.channel, event_id=f"x{next(_events)}", sender=chat.address, kind="choice", choice=choice, sent_at=town.now)
    try:
        with town.store.begin() as tx:
            rows, log = tx.execute(select(outbox.c.id)).scalars().all(), tx.execute(select(access_log.c.id)).scalars().all()
            dispatch.receive(tx, tap, town.now, content=town.content)
            mine = outbox.c.address == chat.address, outbox.c.id > max(rows, default=0)
            heard = [row.body for row in tx.execute(select(outbox.c.body).where(*mine).order_by(outbox.c.id))]
            fresh = select(access_log.c.action, access_log.c.subject_id).where(access_log.c.id > max(log, default=0))
            logged = [(row.action, row.subject_id) for row in tx.execute(fresh)]
            raise _Undone
    except _Undone:
        pass
    return "\n".join(map(str, heard)), logged


@pytest.mark.parametrize("relation", OPEN)
def test_who_may_not_hears_the_same_as_of_a_case_that_is_not_there(town: Town, people: dict[str, Chat], relation: str) -> None:
    chat, opened = people[relation], OPEN[relation]
    for door, deeds in DOORS.items():
        nowhere, _ = answer(town, chat, f"{door}:{NOWHERE}")
        for deed in deeds:
            heard, logged = answer(town, chat, f"{door}:1:{deed}".rstrip(":"))
            assert "出了点问题" not in heard, (door, deed)
            if deed in opened.get(door, ()):
                assert heard != nowhere, (door, deed)
                continue
            assert heard == nowhere and heard, (door, deed, heard)
            assert any(action.endswith("denied") for action, _ in logged), (door, deed, logged)


def test_lists_and_counts_know_a_case_of_its_people_alone(town: Town, people: dict[str, Chat]) -> None:
    sees = {"holder": ["cases"], "coordinator": ["cases_over"], "federation": ["cases_over", "referrals"]}
    for relation, chat in people.items():
        for route in ("cases", "cases:ended:0", "cases_due", "cases_over", "referrals"):
            heard, _ = answer(town, chat, route)
            assert ("1号" in heard or "1 号" in heard) == (route in sees.get(relation, ())), (relation, route, heard)
            assert "麻将" not in heard and "王小雨" not in heard, (relation, route)
        with town.store.read() as tx:
            mine = who(town, chat)
            seen = Viewer(mine, mediates=relation in ("holder", "declined", "other mediator"))
            assert visible.count(tx, seen, how=["holds", "asked", "receives", "oversees"]) == (relation == "holder"), relation


def test_nobody_finds_a_case_by_searching_or_in_an_export(town: Town, people: dict[str, Chat]) -> None:
    for chat in (one for relation, one in people.items() if not OPEN[relation]):
        for words in ("麻将", "王小雨"):
            chat.says(words)
            assert not any(f"{route}:1" in button.choice for route in DOORS for said in chat.fresh for button in said.choices()), words
    with town.store.read() as tx:
        for kind in KINDS.values():
            told = "".join(str(row) for row in lists.listed(tx, kind))
            assert "麻将" not in told and "王小雨" not in told
