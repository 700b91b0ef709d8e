"""Two records become one: no row is lost, no rule of the store is broken, a consent withdrawn stays withdrawn; on both stores."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, PrimaryKeyConstraint, Table, UniqueConstraint, func, insert, select, update
from sqlmodel import SQLModel

from domain.access import CITY
from domain.survey.duplicates import Said, name_key, settle
from domain.work.applications import HOLDING
from domain.workshops.pieces import PLACES
from storage import access_log, erasure, mergers, merging
from storage.council import leaving
from storage.database import Store
from storage.people import answered, consents, persons
from storage.staff import roles, tasks
from storage.survey import campaigns
from storage.tables.columns import table
from storage.tables.messages import conversation
from storage.tables.people import Address, Answer, Consent, Person
from storage.tables.work import Application, Position
from storage.work import places, posts
from tests.support import doors, towns

P, A, C, ANSWER, APP, POSITION = (table(model) for model in (Person, Address, Consent, Answer, Application, Position))


@pytest.fixture
def pair(store: Store, now: datetime) -> tuple[int, int]:
    """Two records of one woman, the second the newer one."""
    towns.small(store)
    here = doors.cell(store)
    kept = doors.woman(store, here, now - timedelta(days=30), "王芳", phone="13900001111", building="3号楼")
    return kept, doors.woman(store, here, now, "王芳芳", phone="13900002222", birth_year=1991)


def apply(tx: Connection, person: int, position: int, now: datetime, status: str = "applied", *, holds: bool = False) -> int:
    values = {"person_id": person, "position_id": position, "status": status, "reason": "", "holds": holds, "created_at": now}
    return int(tx.execute(insert(APP).values(values).returning(APP.c.id)).scalar_one())


def test_the_newer_word_wins_and_the_other_is_kept_as_an_answer(store: Store, now: datetime, pair: tuple[int, int]) -> None:
    kept, gone = pair
    with store.begin() as tx:
        persons.save_profile(tx, kept, {"skills": ["sewing"], "modes": ["take_home"]}, now=now)
        persons.save_profile(tx, gone, {"skills": ["cooking"]}, now=now)
        differing = {name: (wins, loses) for name, wins, loses in merging.compare(tx, kept, gone)}
        assert differing["name"] == ("王芳芳", "王芳") and differing["skills"] == (["cooking"], ["sewing"])
        merging.merge(tx, kept, gone, by=None, now=now)
        person, profile = persons.get(tx, kept), persons.profile(tx, kept)
        assert profile is not None and persons.profile(tx, gone) is None
        assert (person.name, person.phone, person.building) == ("王芳芳", "13900002222", "3号楼")
        assert (profile.birth_year, profile.skills, profile.modes) == (1991, ["cooking"], ["take_home"])
        assert person.name_digest == persons.name_digest("王芳芳", 1991)
        lost = tx.execute(select(ANSWER.c.name, ANSWER.c.value).where(ANSWER.c.person_id == kept, ANSWER.c.form == "merged")).all()
        assert {(row.name, row.value) for row in lost} >= {("name", '"王芳"'), ("phone", '"13900001111"'), ("skills", '["sewing"]')}
        left = persons.get(tx, gone)
        assert (left.merged_into, left.name, left.phone_digest, left.name_digest, left.cell_id) == (
            kept,
            None,
            None,
            None,
            None,
        )
        assert merging.last_of(tx, gone) == kept
        assert campaigns.alike(tx, phone=person.phone_digest, name=person.name_digest, besides=kept) == []


def test_an_answer_of_her_own_is_newer_than_a_later_list(store: Store, now: datetime, pair: tuple[int, int]) -> None:
    kept, gone = pair
    with store.begin() as tx:
        answered.save(tx, [answered.Answer(kept, "intake", 1, "phone", '"13900001111"', now + timedelta(days=1))])
        merging.merge(tx, kept, gone, by=None, now=now)
        assert persons.get(tx, kept).phone == "13900001111"


@pytest.mark.parametrize("withdrawn_by", ["kept", "gone"])
def test_a_consent_withdrawn_stays_withdrawn(store: Store, now: datetime, pair: tuple[int, int], withdrawn_by: str) -> None:
    kept, gone = pair
    whose = kept if withdrawn_by == "kept" else gone
    with store.begin() as tx:
        for person in pair:
            consents.agree(tx, person, "children", version=1, now=now)
            persons.save_profile(tx, person, {"children": ["2021-03"]}, now=now)
        consents.withdraw(tx, whose, "jobs", now=now)
        consents.withdraw(tx, whose, "children", now=now)
        before = tx.execute(select(func.count()).select_from(C)).scalar()
        merging.merge(tx, kept, gone, by=None, now=now)
        assert consents.given(tx, kept) == {"profile": 1}
        profile = persons.profile(tx, kept)
        assert profile is not None and profile.children == []
        assert tx.execute(select(func.count()).select_from(C)).scalar() == before, "the rows stay as proof"


def test_what_only_one_was_asked_stays_given(store: Store, now: datetime, pair: tuple[int, int]) -> None:
    kept, gone = pair
    with store.begin() as tx:
        consents.agree(tx, gone, "hardship", version=1, now=now)
        persons.save_profile(tx, gone, {"hardship": True}, now=now)
        merging.merge(tx, kept, gone, by=None, now=now)
        assert "hardship" in consents.given(tx, kept)
        profile = persons.profile(tx, kept)
        assert profile is not None and profile.hardship is True


@pytest.mark.parametrize(("hers", "others", "stays"), [("applied", "started", "started"), ("trial", "declined", "trial")])
def test_of_two_applications_the_one_that_is_further_is_hers(
    store: Store, now: datetime, pair: tuple[int, int], hers: str, others: str, stays: str
) -> None:
    kept, gone = pair
    position = towns.position(store, now, headcount=2, taken=2, status="filled")
    with store.begin() as tx:
        ids = [apply(tx, kept, position, now, hers, holds=True), apply(tx, gone, position, now, others, holds=True)]
        merging.merge(tx, kept, gone, by=None, now=now)
        rows = {row.id: row for row in tx.execute(select(APP))}
        mine = [row for row in rows.values() if row.person_id == kept]
        assert [row.status for row in mine] == [stays] and set(rows) == set(ids)
        assert sum(row.holds for row in rows.values()) == 1, "one woman holds one place"
        post = posts.get(tx, position)
        assert post is not None and (post.taken, post.status) == (1, "published")


def test_her_phone_and_her_talks_come_along(store: Store, now: datetime, pair: tuple[int, int]) -> None:
    kept, gone = pair
    with store.begin() as tx:
        for person, address in ((kept, "old"), (gone, "new")):
            tx.execute(insert(A).values(person_id=person, channel="web", address=address, state="open", used_at=now))
            tx.execute(insert(conversation).values(person_id=person, form="intake", status="active", state={}, about={}, updated_at=now))
        merging.merge(tx, kept, gone, by=None, now=now)
        assert {persons.find(tx, "web", address).person_id for address in ("old", "new")} == {kept}  # type: ignore[union-attr]
        talks = tx.execute(select(conversation.c.person_id, conversation.c.status).order_by(conversation.c.id)).all()
        assert [tuple(row) for row in talks] == [(kept, "active"), (kept, "postponed")]


def test_undone_each_has_her_own_again_and_what_she_did_since_stays(store: Store, now: datetime, pair: tuple[int, int]) -> None:
    kept, gone = pair
    position, later = towns.position(store, now, headcount=1, taken=1, status="filled"), now + timedelta(days=3)
    with store.begin() as tx:
        for person, address in ((kept, "old"), (gone, "new")):
            tx.execute(insert(A).values(person_id=person, channel="web", address=address, state="open", used_at=now))
        consents.withdraw(tx, kept, "jobs", now=now)
        roles.give(tx, gone, "mother", CITY, now=now)
        held = apply(tx, gone, position, now, "started", holds=True)
        merger = merging.merge(tx, kept, gone, by=None, now=now)
        assert persons.find(tx, "web", "new").person_id == kept  # type: ignore[union-attr]
        consents.withdraw(tx, kept, "profile", now=later)
        persons.change(tx, kept, name="王方")
    with store.begin() as tx:
        merged = mergers.get(tx, merger, now=later)
        assert merged is not None and mergers.undo(tx, merged, by=kept, now=later)
        assert not mergers.undo(tx, merged, by=kept, now=later)
        assert [persons.find(tx, "web", address).person_id for address in ("old", "new")] == [kept, gone]  # type: ignore[union-attr]
        assert (persons.get(tx, kept).name, persons.get(tx, gone).name, persons.get(tx, gone).phone) == ("王方", "王芳芳", "13900002222")
        assert persons.get(tx, gone).merged_into is None and len(roles.roles_of(tx, gone)) == 1 and not roles.roles_of(tx, kept)
        assert consents.given(tx, gone) == {"jobs": 1}, "her own again; what was withdrawn since stays withdrawn"
        assert consents.given(tx, kept) == {}
        assert tx.execute(select(APP.c.person_id).where(APP.c.id == held)).scalar() == gone
        assert persons.profile(tx, gone).birth_year == 1991 and persons.profile(tx, kept).birth_year == 1990  # type: ignore[union-attr]


def test_a_place_that_was_given_away_meanwhile_is_waited_for(store: Store, now: datetime, pair: tuple[int, int]) -> None:
    kept, gone = pair
    position = towns.position(store, now, headcount=2, taken=2, status="filled")
    with store.begin() as tx:
        apply(tx, kept, position, now, "started", holds=True)
        asked = apply(tx, gone, position, now, "applied", holds=True)
        merger = merging.merge(tx, kept, gone, by=None, now=now)
        assert places.take_place(tx, position), "somebody else has it"
        mergers.undo(tx, mergers.get(tx, merger, now=now), by=kept, now=now)  # type: ignore[arg-type]
        row = tx.execute(select(APP).where(APP.c.id == asked)).one()
        assert (row.status, row.holds, posts.get(tx, position).taken) == ("waiting", False, 2)  # type: ignore[union-attr]


def test_after_thirty_days_and_after_deletion_nothing_is_kept_to_undo_it(store: Store, now: datetime, pair: tuple[int, int]) -> None:
    kept, gone = pair
    with store.begin() as tx:
        merger = merging.merge(tx, kept, gone, by=None, now=now)
        assert "13900001111" not in str(tx.exec_driver_sql("select changes from merger").all()), "it is sealed"
        over = now + timedelta(days=30)
        assert mergers.get(tx, merger, now=over) is None
        assert mergers.forget(tx, now=over, limit=9) == 1 and mergers.forget(tx, now=over, limit=9) == 0
        assert tx.exec_driver_sql("select changes from merger").scalar() is None
        tx.exec_driver_sql("update merger set changes = 'x'")
        erasure.erase(tx, kept, now=now)
        assert tx.exec_driver_sql("select changes from merger").scalar() is None


def test_merging_is_logged_and_the_log_itself_stays_as_it_was(store: Store, now: datetime, pair: tuple[int, int]) -> None:
    kept, gone = pair
    with store.begin() as tx:
        access_log.write(tx, actor_id=gone, action="people.see", subject_kind="person", subject_id=gone, now=now)
        merging.merge(tx, kept, gone, by=kept, now=now)
        rows = tx.execute(select(access_log.LOG).order_by(access_log.LOG.c.id)).all()
    assert [(row.action, row.actor_id, row.subject_id) for row in rows] == [("people.see", gone, gone), ("people.merge", kept, kept)]
    assert rows[1].detail == {"gone": gone}


def test_her_open_visits_and_tasks_are_where_she_is(store: Store, now: datetime) -> None:
    towns.small(store)
    old, new = doors.cell(store, "A"), doors.cell(store, "B", community="YT02")
    kept, gone = doors.woman(store, old, now - timedelta(days=9)), doors.woman(store, new, now)
    doors.campaign_of(store, now)
    with store.begin() as tx:
        task = tasks.put(tx, "knock", kept, now=now)
        merging.merge(tx, kept, gone, by=None, now=now)
        assert (persons.get(tx, kept).community_id, persons.get(tx, kept).cell_id) == (new.community_id, new.cell_id)
        assert campaigns.due(tx, [old], until=now + timedelta(days=1)) == []
        assert len(campaigns.due(tx, [new], until=now + timedelta(days=1))) == 1, "one woman is visited once"
        assert tasks.get(tx, task).cell_id == new.cell_id  # type: ignore[union-attr]


# ----- Any rows at all


# Columns that the database holds to be the sum of others.
SUMS: dict[str, dict[str, tuple[str, ...]]] = {
    "lot": {"pieces": PLACES},
    "pay_slip": {"total_fen": ("piece_fen", "extra_fen", "top_up_fen")},
}
UNTOUCHED = ("person", "mother", "access_log", "likeness", "merger", "found_by")


def everything(tx: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but those that tell of the merging itself, and of what was changed when."""
    stays = ("access_log", "likeness", "merger", "revision", "found_by")
    shown = {}
    for rows in SQLModel.metadata.sorted_tables:
        if rows.name not in stays:
            found = [dict(row._mapping) for row in tx.execute(select(rows))]
            shown[rows.name] = sorted((_without_times(rows, row) for row in found), key=str)
    return shown


def _without_times(rows: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if (rows.name, name) != ("mother", "updated_at")}


def references() -> list[tuple[Table, str]]:
    """Every column of every table that names a person."""
    found = []
    for rows in SQLModel.metadata.sorted_tables:
        found += [(rows, column.name) for column in rows.columns if any(key.column.table is P for key in column.foreign_keys)]
    return found


def filled(tx: Connection, rows: Table, now: datetime, chance: random.Random, **given: Any) -> Any:
    """Insert one row of any table, its references taken from rows that are there; its primary key."""
    values: dict[str, Any] = {}
    # Of what may stand there once, each has its own.
    rules = [
        *(one for one in rows.indexes if one.unique),
        *(one for one in rows.constraints if isinstance(one, (UniqueConstraint, PrimaryKeyConstraint))),
    ]
    once = {column.name for rule in rules for column in rule.columns}
    for column in rows.columns:
        if column.name in given:
            values[column.name] = given[column.name]
        elif column.foreign_keys and not column.nullable:
            other = next(iter(column.foreign_keys)).column.table
            there = None if other is P or column.name in once else tx.execute(select(other.primary_key.columns[0]).limit(1)).scalar()
            values[column.name] = there or filled(tx, other, now, chance)[0]
        elif not column.primary_key and not column.nullable and not column.foreign_keys:
            values[column.name] = made(str(column.type), column.name, now, chance)
    for column in rows.primary_key:
        if column.name not in values and not column.foreign_keys and "CHAR" in str(column.type):
            values[column.name] = f"{chance.getrandbits(60):x}"
    for name, parts in SUMS.get(rows.name, {}).items():
        values[name] = sum(values[part] for part in parts)
    return tx.execute(insert(rows).values(values)).inserted_primary_key


def made(kind: str, name: str, now: datetime, chance: random.Random) -> Any:
    if "JSON" in kind:
        return {} if name in ("state", "about", "body", "audience", "detail") else []
    if "DATETIME" in kind:
        return now + timedelta(seconds=chance.randrange(10**8))
    if "BOOL" in kind:
        return chance.random() < 0.5
    if name == "capacity":
        return 1000
    if "INT" in kind:
        return chance.randrange(1, 1000)
    if "FLOAT" in kind:
        return 1.0
    if "BLOB" in kind:
        return b"x"
    if kind == "DATE":
        return now.date()
    if name == "status":
        return chance.choice(
            ["open", "done", "applied", "started", "trial", "waiting", "enrolled", "passed", "offered", "queued", "lapsed"]
        )
    return f"{chance.getrandbits(60):x}"


@pytest.mark.parametrize("seed", range(4))
def test_no_row_is_lost_whatever_the_two_have(sqlite_store: Store, now: datetime, seed: int) -> None:
    chance = random.Random(seed)
    towns.small(sqlite_store)
    here = doors.cell(sqlite_store)
    kept, gone = (doors.woman(sqlite_store, here, now - timedelta(days=chance.randrange(9))) for _ in range(2))
    with sqlite_store.begin() as tx:
        for rows, column in references():
            if rows.name in UNTOUCHED:
                continue
            twins = [
                rule for rule in rows.constraints if isinstance(rule, (UniqueConstraint, PrimaryKeyConstraint)) and column in rule.columns
            ]
            # The same thing of both, so that they collide wherever they can; partial indexes allow one open talk a person.
            shared = {}
            for name in (one.name for rule in twins for one in rule.columns if one.name != column):
                target = next(iter(rows.c[name].foreign_keys), None)
                shared[name] = (
                    filled(tx, target.column.table, now, chance)[0] if target else ("x" if str(rows.c[name].type) == "VARCHAR" else 7)
                )
            for person in (kept, gone):
                filled(tx, rows, now, chance, **{**shared, column: person})
        # Who holds a place is somebody who may, and there is room: what a post is to undo is tested by itself.
        tx.execute(update(POSITION).values(status="published", headcount=10_000))
        tx.execute(update(APP).where(APP.c.status.not_in(HOLDING)).values(holds=False))
        for person in (kept, gone):
            leaving.recount(tx, person)
        before = {rows.name: tx.execute(select(func.count()).select_from(rows)).scalar_one() for rows in SQLModel.metadata.sorted_tables}
        as_it_was = everything(tx)
        merger = merging.merge(tx, kept, gone, by=None, now=now)
        after = {rows.name: tx.execute(select(func.count()).select_from(rows)).scalar_one() for rows in SQLModel.metadata.sorted_tables}
        fewer = {name for name in before if after[name] < before[name]} - {"found_by"}
        assert fewer == {"mother"}, "the profiles became one, everything else is there"
        for rows, column in references():
            if rows.name in UNTOUCHED:
                continue
            hers = tx.execute(select(func.count()).where(rows.c[column] == kept)).scalar()
            left = tx.execute(select(func.count()).where(rows.c[column] == gone)).scalar()
            twins = [
                rule for rule in rows.constraints if isinstance(rule, (UniqueConstraint, PrimaryKeyConstraint)) and column in rule.columns
            ]
            assert hers and (left == 0 or twins), f"{rows.name}.{column}"
            assert left is not None and left <= 2
        merged = mergers.get(tx, merger, now=now + timedelta(days=29))
        assert merged is not None and mergers.undo(tx, merged, by=kept, now=now)
        assert everything(tx) == as_it_was, "undone, both are as they were"
        assert mergers.get(tx, merger, now=now) is None


def test_a_name_is_the_same_however_it_is_typed() -> None:
    assert name_key("王 芳", 1990) == name_key("王·芳", 1990) == name_key("王芳", 1990) != name_key("王芳", 1991)
    assert name_key("王芳", None) is None and name_key("", 1990) is None and name_key(None, 1990) is None


def test_nothing_never_wins_over_something(now: datetime) -> None:
    old, new = now, now + timedelta(days=1)
    assert settle(Said("a", old), Said(None, new)) == ("a", None)
    assert settle(Said([], new), Said(["a"], old)) == (["a"], None)
    assert settle(Said("a", old), Said("b", new)) == ("b", "a")
    assert settle(Said("a", new), Said("b", old)) == ("a", "b")
    assert settle(Said("a", old), Said("a", new)) == ("a", None)
