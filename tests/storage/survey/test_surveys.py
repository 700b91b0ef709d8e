"""Campaigns and coverage as they are stored; on both stores."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update

from domain.access import CITY, Scope
from storage import erasure
from storage.database import Store
from storage.people import persons
from storage.survey import campaigns, coverage
from storage.tables.columns import table
from storage.tables.people import Mother, Person
from storage.tables.survey import Campaign, Visit
from tests.support import doors, towns

V, P, M, C = table(Visit), table(Person), table(Mother), table(Campaign)


def began(store: Store, now: datetime, *, community: int | None = None, before: datetime | None = None, limit: int = campaigns.STEP) -> int:
    with store.begin() as tx:
        row = campaigns.start(tx, name="走访", community_id=community, before=before, by=None, now=now)
        while campaigns.assign(tx, row, now=now, limit=limit):
            pass
        return row


def given(store: Store, campaign: int) -> list[int]:
    with store.read() as tx:
        return list(tx.execute(select(V.c.person_id).where(V.c.campaign_id == campaign).order_by(V.c.person_id)).scalars())


def test_every_woman_of_the_place_gets_one_visit_in_steps_of_any_size(store: Store, now: datetime) -> None:
    towns.small(store)
    here, there = doors.cell(store), doors.cell(store, community="YT02")
    women = [doors.woman(store, here, now, f"妈妈{n}") for n in range(7)]
    elsewhere = doors.woman(store, there, now)
    with store.begin() as tx:
        stranger = persons.add(tx, "web", "stranger", language="zh", now=now).person_id
        merged = doors_merged(tx, women[0], now)
    for limit in (1, 3, 7, 100):
        assert given(store, began(store, now, community=here.community_id, limit=limit)) == women
    assert given(store, began(store, now, limit=3)) == [*women, elsewhere]
    assert not {stranger, merged} & set(given(store, began(store, now)))


def doors_merged(tx, into: int, now: datetime) -> int:  # type: ignore[no-untyped-def]
    person = campaigns.add(tx, name="双", phone=None, building=None, place=CITY, now=now)
    persons.save_profile(tx, person, {}, now=now)
    tx.execute(update(P).where(P.c.id == person).values(merged_into=into))
    return person


def test_only_who_was_not_surveyed_since(store: Store, now: datetime) -> None:
    towns.small(store)
    here = doors.cell(store)
    old, new = doors.woman(store, here, now - timedelta(days=400)), doors.woman(store, here, now)
    with store.begin() as tx:
        never = campaigns.add(tx, name="新", phone=None, building=None, place=here, now=now)
        persons.save_profile(tx, never, {}, now=now)
    assert given(store, began(store, now, before=now - timedelta(days=180))) == [old, never]
    assert new in given(store, began(store, now))


def test_who_came_in_meanwhile_at_the_door_is_not_given_a_second_visit(store: Store, now: datetime) -> None:
    towns.small(store)
    here = doors.cell(store)
    first = doors.woman(store, here, now)
    with store.begin() as tx:
        row = campaigns.start(tx, name="走访", community_id=None, before=None, by=None, now=now)
    newer = doors.woman(store, here, now)
    with store.begin() as tx:
        visit = campaigns.visit_of(tx, newer, standing="上门登记", by=first, now=now)
        assert campaigns.visit_of(tx, newer, standing="上门登记", by=first, now=now) == visit
        while campaigns.assign(tx, row, now=now, limit=1):
            pass
    assert given(store, row) == [first, newer]


def test_coverage_by_cell_and_by_day_within_scopes(store: Store, now: datetime) -> None:
    towns.small(store)
    one, two, far = doors.cell(store, "A"), doors.cell(store, "B"), doors.cell(store, "A", community="YT02")
    women = {where: [doors.woman(store, where, now) for _ in range(4)] for where in (one, two, far)}
    campaign = began(store, now)
    with store.begin() as tx:
        ids = {person: campaigns.visit_of(tx, person, standing="", by=1, now=now) for group in women.values() for person in group}
        campaigns.record(tx, ids[women[one][0]], "done", by=1, now=now)
        campaigns.record(tx, ids[women[one][1]], "moved", by=1, now=now + timedelta(hours=15))  # past local midnight
        campaigns.missed(tx, ids[women[one][2]], by=1, again=now, now=now)
        campaigns.record(tx, ids[women[far][0]], "refused", by=1, now=now)
        for _ in range(3):
            campaigns.missed(tx, ids[women[far][1]], by=1, again=now, now=now)

        def cells(*where: Scope) -> list[tuple[object, ...]]:
            names = ("community", "cell", "all", "done", "moved", "refused", "not_home", "often_not_home", "open")
            return [tuple(getattr(row, name) for name in names) for row in coverage.by_cell(tx, campaign, where)]

        own = ("海风1社区", "A网格", 4, 1, 1, 0, 1, 0, 1)
        assert cells(one) == [own]
        assert cells(Scope(one.community_id)) == [own, ("海风1社区", "B网格", 4, 0, 0, 0, 0, 0, 4)]
        assert cells(CITY)[2:] == [("海风2社区", "A网格", 4, 0, 0, 1, 1, 1, 2)]
        assert cells() == []
        days = {row.day: (row.done, row.moved, row.refused, row.not_home) for row in coverage.by_day(tx, campaign, [CITY])}
        assert days == {"2026-11-24": (1, 0, 1, 2), "2026-11-25": (0, 1, 0, 0)}
        assert coverage.by_day(tx, campaign, [two]) == []


def test_buildings_are_sorted_as_people_read_them(store: Store, now: datetime) -> None:
    towns.small(store)
    here = doors.cell(store)
    names = ["10号楼1单元", "2号楼", "10号楼", "1号楼3单元12", "1号楼3单元2", None, "乙楼"]
    women = {doors.woman(store, here, now, building=name): name for name in names}
    began(store, now)
    with store.read() as tx:
        due = campaigns.due(tx, [here], until=now + timedelta(days=1))
        shown = [women[row.person_id] for row in campaigns.visits(tx, due)]
    assert shown == ["1号楼3单元2", "1号楼3单元12", "2号楼", "10号楼", "10号楼1单元", "乙楼", None]


def test_a_closed_campaign_is_on_no_list(store: Store, now: datetime) -> None:
    towns.small(store)
    here = doors.cell(store)
    doors.woman(store, here, now)
    campaign = began(store, now)
    with store.begin() as tx:
        assert campaigns.due(tx, [here], until=now + timedelta(days=1))
        assert campaigns.close(tx, campaign, now=now) and not campaigns.close(tx, campaign, now=now)
        assert campaigns.due(tx, [here], until=now + timedelta(days=1)) == []
        assert campaigns.campaigns(tx, [CITY]) == []


def test_the_digest_of_name_and_birth_year_follows_both(store: Store, now: datetime) -> None:
    towns.small(store)
    her = doors.woman(store, doors.cell(store), now, "王芳", birth_year=None)
    with store.begin() as tx:
        assert persons.get(tx, her).name_digest is None
        persons.save_profile(tx, her, {"birth_year": 1990}, now=now)
        assert persons.get(tx, her).name_digest == persons.name_digest("王 芳", 1990)
        persons.change(tx, her, name="王方")
        assert persons.get(tx, her).name_digest == persons.name_digest("王方", 1990)
        erasure.erase(tx, her, now=now)
        assert persons.get(tx, her).name_digest is None


def test_five_thousand_women_take_one_statement(sqlite_store: Store, now: datetime) -> None:
    towns.small(sqlite_store)
    here = doors.cell(sqlite_store)
    with sqlite_store.begin() as tx:
        rows = [{"key": f"k{n}", "language": "zh", "notices": True, "created_at": now, "cell_id": here.cell_id} for n in range(5000)]
        tx.execute(insert(P), [{**row, "community_id": here.community_id} for row in rows])
        blank = {"children": [], "skills": [], "learn": [], "modes": [], "sectors": [], "windows": "", "updated_at": now}
        tx.execute(insert(M), [{"person_id": id_, **blank} for id_ in tx.execute(select(P.c.id)).scalars()])
    campaign = began(sqlite_store, now)
    with sqlite_store.read() as tx:
        assert tx.execute(select(func.count()).where(V.c.campaign_id == campaign, V.c.cell_id == here.cell_id)).scalar() == 5000
