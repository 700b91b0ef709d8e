"""Offers in the store: each mother once a post, never more open than a wave may make, and a crash repeats nothing; on both stores."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, insert, select

from bot import ticks
from bot.transactions import Transactions
from handlers.content import Content
from handlers.work import candidates
from storage import notices
from storage.database import Store
from storage.people import consents, persons
from storage.tables import messages, work
from storage.work import offers, places, posts, seekers
from storage.work.offers import Recipient
from tests.support import towns


@pytest.fixture
def place(store: Store) -> Store:
    towns.small(store)
    return store


def mothers(store: Store, now: datetime, count: int, *, first: int = 0) -> list[int]:
    """Mothers of YT01 who agreed and have an address."""
    made = []
    with store.begin() as tx:
        home = next(one.id for one in persons.communities(tx) if one.code == "YT01")
        for number in range(first, first + count):
            person = persons.add(tx, "web", f"m{number}", language="zh", now=now).person_id
            persons.save_profile(tx, person, {}, now=now)
            persons.change(tx, person, community_id=home)
            consents.agree(tx, person, "jobs", version=1, now=now)
            made.append(person)
    return made


def announce(store: Store, content: Content, now: datetime) -> None:
    tick = ticks.by_name(store, Transactions(store), content, now=lambda: now, wake=lambda: None)["announce"]
    asyncio.run(tick())  # type: ignore[arg-type]


def rows(store: Store, position: int) -> list[tuple[int, str]]:
    with store.read() as tx:
        mine = select(work.offer.c.person_id, work.offer.c.status).where(work.offer.c.position_id == position).order_by(work.offer.c.id)
        return [(row.person_id, row.status) for row in tx.execute(mine)]


def test_each_mother_is_offered_a_post_once(place: Store, now: datetime) -> None:
    [one, two] = mothers(place, now, 2)
    post = towns.position(place, now)
    with place.begin() as tx:
        assert offers.add(tx, post, [Recipient(one, 50, ["a"]), Recipient(two, 40, [])], wave=1, now=now) == [
            (one, 50, ["a"]),
            (two, 40, []),
        ]
        assert offers.add(tx, post, [Recipient(two, 60, [])], wave=2, now=now) == []
        assert offers.answered(tx, one, post, "declined", now, reason="far")
        assert not offers.answered(tx, 10**9, post, "declined", now)
        assert offers.add(tx, post, [Recipient(one, 60, [])], wave=2, now=now) == []
        assert offers.excluded(tx, post) == {one, two}
        assert [(row.person_id, row.reason, row.terms.code) for row in offers.refusals(tx, [one, two], since=now - timedelta(1))] == [
            (one, "far", "P1")
        ]
        assert offers.lately(tx, [one, two], since=now - timedelta(1)) == {one: 1, two: 1}
        profile = persons.profile(tx, one)
        assert profile is not None and profile.last_offer_at == now


def test_what_was_filled_may_be_offered_again_and_nothing_else(place: Store, now: datetime) -> None:
    ids = mothers(place, now, 3)
    post = towns.position(place, now)
    with place.begin() as tx:
        offers.add(tx, post, [Recipient(person, 0, []) for person in ids], wave=1, now=now)
        offers.answered(tx, ids[0], post, "applied", now)
        offers.filled(tx, post, now)
        assert offers.open_of(tx, post) == 0 and offers.excluded(tx, post) == {ids[0]}
        again = offers.add(tx, post, [Recipient(person, 0, []) for person in ids], wave=2, now=now)
        assert [person for person, _, _ in again] == ids[1:]


def test_an_offer_lapses_a_wave_after_it_was_told(place: Store, now: datetime) -> None:
    ids = mothers(place, now, 3)
    post = towns.position(place, now)
    wave = timedelta(days=1)
    with place.begin() as tx:
        told = [Recipient(person, 0, []) for person in ids]
        notice = notices.add(tx, "position", {}, now=now, position_id=post)
        notices.add_recipients(tx, notice, told, due_at=now)
        offers.add(tx, post, told, wave=1, now=now)
        first, late, never = [row.id for row in notices.of_notice(tx, notice)]
        notices.withheld(tx, [first], "no_consent", now=now)
        notices.withheld(tx, [late], "no_consent", now=now + wave / 2)
        notices.wait(tx, [never], now + 9 * wave, "cap")
        assert offers.lapse(tx, post, wave=wave, now=now + wave / 2) == now + wave
        assert offers.lapse(tx, post, wave=wave, now=now + wave) == now + 1.5 * wave
        assert offers.open_of(tx, post) == 2
        assert offers.lapse(tx, post, wave=wave, now=now + 1.5 * wave) == now + 2 * wave
        assert offers.lapse(tx, post, wave=wave, now=now + 2 * wave) is None


def test_posts_are_due_by_their_columns(place: Store, now: datetime) -> None:
    fresh = towns.position(place, now, "P1")
    waiting = towns.position(place, now, "P2", announced_at=now, next_wave_at=now)
    towns.position(place, now, "P3", announced_at=now, next_wave_at=now + timedelta(seconds=1))
    towns.position(place, now, "P4", announced_at=now)
    towns.position(place, now, "P5", opens_on=now.date() + timedelta(days=2))
    towns.position(place, now, "P6", status="draft")
    gone = towns.position(place, now, "P7", status="closed", announced_at=now, next_wave_at=now)
    with place.read() as tx:
        assert [row.id for row in offers.due(tx, now=now, limit=9)] == [fresh, waiting, gone]
        assert [row.id for row in offers.due(tx, now=now, limit=1)] == [fresh]
        assert [row.code for row in offers.dry(tx)] == ["P4"]


def test_a_closed_post_ends_its_offers(place: Store, content: Content, now: datetime) -> None:
    mothers(place, now, 2)
    post = towns.position(place, now)
    announce(place, content, now)
    with place.begin() as tx:
        towns.change(tx, post, status="closed")
    announce(place, content, now + timedelta(days=1))
    assert [status for _, status in rows(place, post)] == ["filled", "filled"]
    with place.read() as tx:
        assert offers.due(tx, now=now + timedelta(days=99), limit=9) == []


class Killed(Exception):
    """The process is gone."""


class Dying(Store):
    """A store whose transaction number `at` is cut off before its commit."""

    def __init__(self, store: Store, at: int) -> None:
        self.url, self.remote, self.engine, self.left = store.url, store.remote, store.engine, at

    @contextmanager
    def begin(self, *, patient: bool = True) -> Iterator[Connection]:
        with super().begin(patient=patient) as tx:
            yield tx
            self.left -= 1
            if self.left == 0:
                raise Killed


@pytest.mark.parametrize("at", range(1, 6))
def test_a_crash_in_the_middle_repeats_nothing(place: Store, content: Content, now: datetime, at: int) -> None:
    mothers(place, now, 8)
    posts = [towns.position(place, now, f"P{n}", headcount=1) for n in range(3)]
    try:
        announce(Dying(place, at), content, now)
    except Killed:
        announce(place, content, now)
    for post in posts:
        found = rows(place, post)
        assert len(found) == 3 and max(Counter(person for person, _ in found).values()) == 1
        with place.read() as tx:
            notice = notices.of_position(tx, post)
            assert notice is not None
            assert [row.person_id for row in notices.outcomes(tx, notice)] == [person for person, _ in found]
            assert tx.execute(select(func.count()).where(messages.notice.c.position_id == post)).scalar_one() == 1


def test_two_processes_make_one_wave(place: Store, content: Content, now: datetime) -> None:
    """Both looked before either wrote."""
    from handlers.work.offers import wave

    mothers(place, now, 8)
    post = towns.position(place, now, headcount=1)
    with place.read() as tx:
        [row] = offers.due(tx, now=now, limit=9)
        line = candidates.line(tx, content, row, now=now)
    with place.begin() as tx:
        assert len(wave(tx, content, post, line, now=now)) == 3
    with place.begin() as tx:
        offers.answered(tx, rows(place, post)[0][0], post, "declined", now)
        assert wave(tx, content, post, line, now=now) == [], "room there is, but the next wave is tomorrow"
    assert len(rows(place, post)) == 3


@pytest.fixture
def shipped(content: Content) -> Callable[[], Content]:
    """Hypothesis writes down what a test gets, and the content is long."""
    return lambda: content


KINDS = ("wave", "early wave", "early wave", "decline", "apply", "fill", "give back", "time", "mother", "change", "tell")
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 99)), min_size=8, max_size=25)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, headcount=st.integers(1, 3), per_place=st.integers(1, 3))
def test_a_wave_never_offers_more_than_so_many_a_free_place(
    empty_sqlite: Path,
    shipped: Callable[[], Content],
    now: datetime,
    steps: list[tuple[str, int]],
    headcount: int,
    per_place: int,
) -> None:
    """Whatever happens in between. Places that go leave offers that were made before: no word once given is taken back before all are gone."""
    content = replace(shipped(), rules=replace(shipped().rules, offers_per_place=per_place))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "motherpost.db"
        file.write_bytes(empty_sqlite.read_bytes())
        store = Store(f"sqlite:///{file}")
        towns.small(store)
        mothers(store, now, 6)
        post = towns.position(store, now, headcount=headcount)
        _walk(store, content, post, steps, now)
        store.close()


def _walk(store: Store, content: Content, post: int, steps: list[tuple[str, int]], now: datetime) -> None:
    for number, (step, drawn) in enumerate(steps):
        before = dict(rows(store, post))
        match step:
            case "mother":
                mothers(store, now, 1, first=100 + number)
            case "time":
                now += timedelta(hours=(1, 12, 24)[drawn % 3])
            case "wave":
                announce(store, content, now)
            case "early wave":
                with store.begin() as tx:
                    offers.wake(tx, [post], now=now)
                announce(store, content, now)
            case _:
                with store.begin() as tx:
                    _do(tx, step, drawn, post=post, now=now)
        after = rows(store, post)
        with store.read() as tx:
            row = posts.get(tx, post)
        assert row is not None
        assert len(dict(after)) == len(after), "once a mother"
        open_ = sum(status == "offered" for _, status in after)
        new = {person for person, status in after if status == "offered" and before.get(person) != "offered"}
        assert not new or open_ <= content.rules.offers_per_place * (row.headcount - row.taken)
        assert all(before.get(person) in (None, "filled") for person in new), "who answered, or did not in time, is left in peace"
        assert row.status == "published" or open_ == 0


def _do(tx: Connection, step: str, drawn: int, *, post: int, now: datetime) -> None:
    mine = select(work.offer.c.person_id).where(work.offer.c.position_id == post, work.offer.c.status == "offered")
    open_ = list(tx.execute(mine.order_by(work.offer.c.person_id)).scalars())
    person = open_[drawn % len(open_)] if open_ else None
    if step == "decline" and person is not None:
        offers.answered(tx, person, post, "declined", now, reason=("far", "time", "pay", "kind", "other")[drawn % 5])
    if (step == "apply" and person is not None) or step == "fill":
        if places.take_place(tx, post) and person is not None:
            offers.answered(tx, person, post, "applied", now)
        row = posts.get(tx, post)
        if row is not None and row.status == "filled":
            offers.filled(tx, post, now)
    if step == "give back":
        places.give_back(tx, post, now=now)
        offers.wake(tx, [post], now=now)
    if step == "change":
        row = posts.get(tx, post)
        assert row is not None
        towns.change(tx, post, headcount=max(1 + drawn % 4, row.taken + 1))
        offers.wake(tx, [post], now=now)
    if step == "tell":
        notice = notices.of_position(tx, post)
        if notice is not None:
            notices.withheld(tx, [row.id for row in notices.of_notice(tx, notice)], "no_consent", now=now)


def test_rows_are_what_matching_takes(place: Store, now: datetime) -> None:
    from handlers.work.fitting import as_seeker

    ids = mothers(place, now, 3)
    values: persons.Told = {
        "skills": ["sewing", "packing"],
        "modes": ["flexible"],
        "sectors": ["garment"],
        "windows": "1-5 08:30-11:00",
        "max_distance_m": 900,
        "min_monthly_pay_fen": 200_000,
        "hardship": True,
        "last_offer_at": now + timedelta(days=3),
    }
    with place.begin() as tx:
        persons.save_profile(tx, ids[0], values, now=now)
        consents.withdraw(tx, ids[1], "jobs", now=now)
        persons.change(tx, ids[2], community_id=None)
    with place.read() as tx:
        from domain.matching.mothers import Mothers

        found = candidates._load(seekers.rows(tx), Mothers())
        mine = {row.wishes.person_id: row for row in seekers.changed(tx, ids)}
        assert len(found) == seekers.count(tx) == 2
        other = Mothers()
        for person in ids[:2]:
            other.put(
                as_seeker(mine[person].wishes._replace(key=str(person))),
                since=mine[person].since.date().toordinal(),
                hardship=mine[person].hardship,
            )
        other.settle()
    assert mine[ids[2]].wishes.lat is None
    for name in ("key", "place", "windows", "limit", "wish", "hardship"):
        assert found.rows[name].tolist() == other.rows[name].tolist(), name
    assert abs(found.rows["since"] - other.rows["since"]).max() <= 1


@pytest.mark.parametrize("what", ["profile", "consent", "withdrawn", "community", "moved community", "imported"])
def test_whatever_changes_a_mother_is_seen_by_every_process(place: Store, now: datetime, what: str) -> None:
    from domain.lists import KINDS
    from storage import lists

    [one] = mothers(place, now, 1)
    with place.read() as tx:
        seen = seekers.changes(tx, since=now - timedelta(days=1), limit=9)
    with place.begin() as tx:
        match what:
            case "profile":
                persons.save_profile(tx, one, {"skills": ["sewing"]}, now=now + timedelta(seconds=1))
            case "consent":
                consents.withdraw(tx, one, "jobs", now=now)
                consents.agree(tx, one, "jobs", version=1, now=now)
            case "withdrawn":
                consents.withdraw(tx, one, "jobs", now=now)
            case "community":
                persons.change(tx, one, community_id=None)
            case "moved community":
                row = {"code": "YT01", "name": "海风1社区", "lat": 37.6, "lon": 121.5}
                assert lists.save(tx, KINDS["communities"], [row], consent_version=1, now=now).changed == 1
            case _:
                tx.execute(insert(work.enterprise).values(code="E9", name="x", licence="", contact="", share_percent=10))
                key = persons.get(tx, one).key
                consents.withdraw(tx, one, "jobs", now=now)
                tx.exec_driver_sql("DELETE FROM consent")
                seen = seekers.changes(tx, since=now - timedelta(days=1), limit=9)
                row = {"key": key, "community": "YT01", "job_consent": True}
                assert lists.save(tx, KINDS["mothers"], [row], consent_version=1, now=now).changed == 1
    with place.read() as tx:
        assert seekers.changes(tx, since=now - timedelta(days=1), limit=9).get(one, now) > seen[one]
        assert seekers.newest(tx, now=now) <= now


def test_how_far_changes_were_considered_is_kept(place: Store, now: datetime) -> None:
    with place.begin() as tx:
        assert seekers.considered(tx) is None
        seekers.set_considered(tx, now)
        seekers.set_considered(tx, now + timedelta(microseconds=1))
        assert seekers.considered(tx) == now + timedelta(microseconds=1)
