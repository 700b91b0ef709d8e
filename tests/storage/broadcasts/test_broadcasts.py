"""Recipients of a broadcast: everybody once, after a crash too; stopping, what each row says, and whom to knock at; on both stores."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Unpack

import pytest
from sqlalchemy import Connection, insert, select

from bot import ticks
from domain.access import CITY, Scope
from domain.broadcasts.audience import Audience
from domain.messages import Button, Outbound
from handlers.broadcasts import running
from handlers.content import Content
from handlers.tell import body
from storage import outbox, sending, told
from storage.broadcasts import meant, queue, recipients, results
from storage.database import Store
from storage.people import persons
from storage.staff import roles
from storage.tables import messages, people
from storage.tables.messages import BULK, NoticeStatus
from tests.support import towns

SAID = Outbound(text="明天停水", buttons=((Button("已读", "broadcast_tap:1:read"),),))


def town(store: Store, now: datetime, count: int = 6, **profile: Unpack[persons.Told]) -> list[int]:
    """So many mothers with a web address, in communities 1, 2, 1, 2, …; the first one may write to the whole city."""
    towns.small(store)
    with store.begin() as tx:
        found = [persons.add(tx, "web", f"a{n}", language="zh", now=now - timedelta(days=1)).person_id for n in range(count)]
        for n, person in enumerate(found):
            persons.change(tx, person, community_id=1 + n % 2)
            persons.save_profile(tx, person, profile, now=now)
        roles.give(tx, found[0], "federation", CITY, now=now)
    return found


def notice(
    store: Store,
    writer: int,
    now: datetime,
    *,
    audience: Audience | None = None,
    status: NoticeStatus = "choosing",
    corrects: int | None = None,
) -> int:
    with store.begin() as tx:
        row = queue.add(tx, "broadcast", audience=audience or Audience(), urgent=False, created_by=writer, now=now, corrects=corrects)
        queue.write(tx, row, body(SAID))
        queue.move(tx, row, ["counting"], status, starts_at=now)
    return row


def read(tx: Connection, number: int) -> queue.Broadcast:
    found = queue.get(tx, number)
    assert found is not None
    return found


def row(store: Store, number: int) -> queue.Broadcast:
    with store.read() as tx:
        return read(tx, number)


def choose(store: Store, number: int, now: datetime, chunk: int = 2) -> bool:
    with store.begin() as tx:
        return recipients.choose(tx, read(tx, number), now=now, chunk=chunk)


def chosen(store: Store, number: int) -> list[int]:
    with store.read() as tx:
        return list(tx.execute(select(messages.recipient.c.person_id).where(messages.recipient.c.notice_id == number)).scalars())


def steps(store: Store, content: Content, now: datetime) -> None:
    for _ in range(100):
        with store.begin() as tx:
            if not running.step(tx, content, now):
                return
    raise AssertionError("it never ends")


def statuses(store: Store, number: int) -> list[str]:
    with store.read() as tx:
        return list(
            tx.execute(
                select(messages.outbox.c.status).where(messages.outbox.c.notice_id == number).order_by(messages.outbox.c.id)
            ).scalars()
        )


def test_everybody_is_chosen_once_however_often_it_goes_on_after_a_crash(store: Store, now: datetime) -> None:
    found = town(store, now)
    number = notice(store, found[0], now)
    assert choose(store, number, now)
    with pytest.raises(RuntimeError), store.begin() as tx:
        recipients.choose(tx, read(tx, number), now=now, chunk=2)
        raise RuntimeError
    while choose(store, number, now):
        pass
    assert sorted(chosen(store, number)) == found
    with store.begin() as tx:
        tx.execute(messages.notice.update().values(chosen_to=0))
    while choose(store, number, now):
        pass
    assert sorted(chosen(store, number)) == found, "a second walk finds nobody new"
    assert row(store, number).recipients == len(found)


@pytest.mark.parametrize(
    ("audience", "whom"),
    [
        (Audience(places=(Scope(1),)), [0, 2, 4]),
        (Audience(places=(Scope(1), Scope(2))), [0, 1, 2, 3, 4, 5]),
        (Audience(skills=("sewing", "knitting")), [1, 2]),
        (Audience(modes=("take_home",)), [2]),
        (Audience(months=(0, 36)), [3]),
        (Audience(months=(36, 83)), [3, 4]),
        (Audience(channel="telegram"), [5]),
        (Audience(places=(Scope(1),), skills=("sewing",)), [2]),
        (Audience(status="applied"), []),
        (Audience(status="class"), []),
        (Audience(status="started"), []),
    ],
)
def test_whom_it_is_for(store: Store, now: datetime, audience: Audience, whom: list[int]) -> None:
    found = town(store, now)
    with store.begin() as tx:
        persons.save_profile(tx, found[1], {"skills": ["knitting"]}, now=now)
        persons.save_profile(tx, found[2], {"skills": ["cooking", "sewing"], "modes": ["take_home"]}, now=now)
        persons.save_profile(tx, found[3], {"children": ["2020-05", "2024-06"]}, now=now)
        persons.save_profile(tx, found[4], {"children": ["2021-01"]}, now=now)
        tx.execute(insert(people.address).values(person_id=found[5], channel="telegram", address="7", state="open", used_at=now))
        # Nobody without a profile is meant, and nobody twice.
        persons.add(tx, "web", "stranger", language="zh", now=now)
        twin = persons.add(tx, "web", "twin", language="zh", now=now).person_id
        persons.save_profile(tx, twin, {"skills": ["sewing"]}, now=now)
        persons.change(tx, twin, community_id=1, merged_into=found[2])
    number = notice(store, found[0], now, audience=audience)
    while choose(store, number, now):
        pass
    assert sorted(chosen(store, number)) == [found[n] for n in whom]
    with store.read() as tx:
        counted = meant.count(tx, read(tx, number), now=now)
    assert sum(counted.values()) == len(whom)


def test_a_row_says_what_the_notice_says_unless_it_has_words_of_its_own(store: Store, content: Content, now: datetime) -> None:
    found = town(store, now, count=2)
    with store.begin() as tx:
        persons.change(tx, found[1], language="zh-Hant")
    number = notice(store, found[0], now)
    steps(store, content, now)
    with store.begin() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM outbox WHERE body = ''").scalar_one() == 1
        claimed = sending.claim(tx, "web", now=now, most=9)
        assert outbox.choice_named(tx, "web", "a0", "已读") == "broadcast_tap:1:read"
    assert {one.address: one.outbound.text for one in claimed} == {"a0": "明天停水", "a1": "明天停水"}
    assert {one.priority for one in claimed} == {BULK}
    assert claimed[0].outbound.buttons == SAID.buttons
    with store.begin() as tx:
        sending.mark_sent(tx, [(one.id, "m") for one in claimed], now=now)
        [said] = told.said_to(tx, "web", "a0", after=0, limit=9)
    assert said.outbound.text == "明天停水"
    assert len(chosen(store, number)) == 2


def test_only_so_many_wait_in_the_outbox(store: Store, content: Content, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "AHEAD", 2)
    found = town(store, now)
    number = notice(store, found[0], now)
    for sent in (2, 4, 6):
        steps(store, content, now)
        assert len(statuses(store, number)) == sent and statuses(store, number).count("waiting") == 2
        with store.begin() as tx:
            sending.mark_sent(tx, [(one.id, "m") for one in sending.claim(tx, "web", now=now, most=9)], now=now)
    steps(store, content, now)
    assert row(store, number).status == "done"


def test_stopped_at_any_moment_nothing_more_goes_and_everybody_has_an_end(store: Store, content: Content, now: datetime) -> None:
    found = town(store, now)
    number = notice(store, found[0], now)
    steps(store, content, now)
    with store.begin() as tx:
        sent, flying, tried, lost = sending.claim(tx, "web", now=now, most=4)
        sending.mark_sent(tx, [(sent.id, "m")], now=now)
        queue.move(tx, number, queue.STOPPABLE, "stopped", fed_to=0)
        recipients.withhold(tx, number)
        sending.release(tx, [flying.id])
        sending.postpone(tx, tried.id, due_at=now, why="throttled")
    with store.begin() as tx:
        assert sending.recover(tx, now=now, all_leases=True) == (0, 1)
    assert statuses(store, number) == ["sent", "withheld", "withheld", "uncertain", "withheld", "withheld"]
    steps(store, content, now)
    with store.begin() as tx:
        assert sending.claim(tx, "web", now=now, most=9) == []
        figures = results.figures(tx, read(tx, number))
        assert [one.id for one in told.troubled(tx, 9)] == [lost.id]
    assert (figures.recipients, figures.sent, figures.uncertain, figures.waiting) == (6, 1, 1, 0)
    assert figures.withheld == {"stopped": 4}
    assert row(store, number).ended_at is not None


def test_stopped_while_choosing_the_rest_is_withheld(store: Store, content: Content, now: datetime) -> None:
    found = town(store, now)
    number = notice(store, found[0], now)
    choose(store, number, now, chunk=4)
    with store.begin() as tx:
        queue.move(tx, number, queue.STOPPABLE, "stopped", fed_to=0)
        assert results.figures(tx, read(tx, number)).withheld == {"stopped": 4}
    steps(store, content, now)
    assert statuses(store, number) == []
    with store.read() as tx:
        kept = messages.recipient
        assert set(tx.execute(select(kept.c.status, kept.c.why).where(kept.c.notice_id == number)).all()) == {("withheld", "stopped")}


def test_a_correction_goes_to_exactly_those_who_may_have_it(store: Store, content: Content, now: datetime) -> None:
    found = town(store, now)
    wrong = notice(store, found[0], now)
    steps(store, content, now)
    with store.begin() as tx:
        rows = sending.claim(tx, "web", now=now, most=9)
        sending.mark_sent(tx, [(one.id, "m") for one in rows[:3]], now=now)
        sending.mark_read(tx, rows[1].address, [rows[1].id], channel="web")
        sending.mark_failed(tx, rows[2].id, why="", status="uncertain")
        sending.mark_failed(tx, rows[3].id, why="gone")
        sending.mark_failed(tx, rows[4].id, why="stopped", status="withheld")
    right = notice(store, found[0], now, corrects=wrong)
    steps(store, content, now)
    assert chosen(store, right) == [], "one is still on its way"
    with store.begin() as tx:
        sending.mark_failed(tx, rows[5].id, why="rejected")
    steps(store, content, now)
    assert sorted(chosen(store, right)) == found[:3]


def test_who_was_not_reached_is_a_door_to_knock_on_once(store: Store, content: Content, now: datetime) -> None:
    found = town(store, now, count=4)
    with store.begin() as tx:
        persons.set_address_state(tx, "web", "a1", "gone")
        persons.change(tx, found[2], notices=False)
    number = notice(store, found[0], now)
    steps(store, content, now)
    with store.begin() as tx:
        rows = sending.claim(tx, "web", now=now, most=9)
        sending.mark_sent(tx, [(rows[0].id, "m")], now=now)
        sending.mark_failed(tx, rows[1].id, why="gone")
    steps(store, content, now)
    with store.begin() as tx:
        tx.execute(messages.notice.update().where(messages.notice.c.id == number).values(status="listing", chosen_to=0, ended_at=None))
    steps(store, content, now)
    with store.read() as tx:
        doors = tx.execute(select(people.task).where(people.task.c.kind == "knock").order_by(people.task.c.id)).all()
    assert [(one.person_id, one.about_id) for one in doors] == [(found[1], number), (found[3], number)]
    assert [one.community_id for one in doors] == [2, 2]
    assert all("明天停水" in one.said for one in doors)


def test_one_word_approves_and_never_the_writers(store: Store, now: datetime) -> None:
    writer, second, third = town(store, now, count=3)
    number = notice(store, writer, now, status="asked")
    for person, wanted in ((writer, False), (second, True), (third, False)):
        with store.begin() as tx:
            assert queue.approve(tx, number, by=person, now=now) is wanted
    assert row(store, number).approved_by == second


async def test_many_are_counted_beside_the_talk(store: Store, content: Content, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.transactions import Transactions

    monkeypatch.setattr(queue, "FEW", 1)
    found = town(store, now)
    number = notice(store, found[0], now, status="counting")
    with store.read() as tx:
        assert not queue.few(tx)
    await ticks.by_name(store, Transactions(store), content, now=lambda: now, wake=lambda: None)["broadcasts"]()
    with store.begin() as tx:
        [told] = sending.claim(tx, "web", now=now, most=9)
    assert told.address == "a0" and "一共6人" in told.outbound.text
    assert row(store, number).status == "draft"
