"""Two records become one only where the system found them alike and, where both have a phone, a second person says so; a tap takes them apart."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from domain.access import Scope
from storage.people import persons
from storage.staff import roles
from storage.tables.merging import merger
from storage.tables.people import access_log, address, person, task
from tests.support import doors
from tests.support.chat import Chat, Town


@pytest.fixture
def cell(town: Town) -> Scope:
    return doors.cell(town.store)


@pytest.fixture
def worker(town: Town, cell: Scope) -> Chat:
    return doors.worker(town, cell)


def twins(town: Town, cell: Scope, *, phones: bool = False) -> tuple[int, int]:
    """Two records with one telephone number; with `phones` each is somebody who writes."""
    pair = tuple(doors.woman(town.store, cell, town.now, name, phone="13900001234") for name in ("王芳", "王方"))
    doors.campaign(town, community=cell.community_id)
    if phones:
        with town.store.begin() as tx:
            for one, at in zip(pair, ("first", "second"), strict=True):
                tx.execute(insert(address).values(person_id=one, channel="web", address=at, state="open", used_at=town.now))
    return pair[0], pair[1]


def card(town: Town, worker: Chat, her: int) -> Chat:
    return worker.taps_choice(f"visit:{doors.visit_of(town.store, her)['id']}")


def merged(town: Town) -> int:
    with town.store.read() as tx:
        return len(tx.execute(select(person.c.id).where(person.c.merged_into.is_not(None))).all())


@pytest.mark.parametrize("name", ["merge", "mrg"])
def test_two_unlike_women_are_never_merged(town: Town, cell: Scope, worker: Chat, name: str) -> None:
    one, other = doors.woman(town.store, cell, town.now, "王芳"), doors.woman(town.store, cell, town.now, "李红")
    for choice in (f"{name}:{one}:{other}", f"{name}:{one}:{other}:yes", f"{name}:{other}:{one}:yes", f"{name}:{one}:{one}:yes"):
        worker.taps_choice(choice).hears("不能合")
    assert merged(town) == 0


def test_it_takes_a_likeness_that_the_system_wrote_down(town: Town, cell: Scope, worker: Chat) -> None:
    one, other = twins(town, cell)
    worker.taps_choice(f"merge:{one}:{other}:yes").hears("不能合")
    card(town, worker, one).taps("对一对").hears("合成一份", "王方").taps("合起来").hears("合好了")
    assert merged(town) == 1


def test_a_likeness_that_is_none_any_more_does_not_count(town: Town, cell: Scope, worker: Chat) -> None:
    one, other = twins(town, cell)
    card(town, worker, one).taps("对一对")
    with town.store.begin() as tx:
        persons.change(tx, other, phone="13900005678")
    worker.taps("合起来").hears("不能合")
    assert merged(town) == 0


def asked(town: Town, cell: Scope, worker: Chat) -> tuple[int, int]:
    one, other = twins(town, cell, phones=True)
    card(town, worker, one).taps("对一对").taps("合起来").hears("另一位同事")
    assert merged(town) == 0
    return one, other


def test_where_both_have_a_phone_a_second_person_has_to_say_so_and_both_are_told(town: Town, cell: Scope, worker: Chat) -> None:
    office = town.invited("office", "coordinator")
    asked(town, cell, worker)
    office.listens()
    office.hears("等您看一眼").taps("待办").hears("王芳", "王方").taps("打开看").hears("合成一份", "…1234").taps("是同一个人")
    assert merged(town) == 1
    for at in ("first", "second"):
        phone = town.person(at)
        phone.listens()
        phone.hears("两份资料合成了一份")
    with town.store.read() as tx:
        assert {persons.find(tx, "web", at).person_id for at in ("first", "second")} == {  # type: ignore[union-attr]
            tx.execute(select(merger.c.kept_id)).scalar()
        }


def number_of(town: Town) -> int:
    with town.store.read() as tx:
        return int(tx.execute(select(task.c.id).where(task.c.kind == "same_woman")).scalar_one())


def test_nobody_gives_the_second_word_for_herself_or_for_another_place(town: Town, cell: Scope, worker: Chat) -> None:
    foreign, thief = town.invited("foreign", "coordinator", "YT02"), town.person("thief")
    one, other = asked(town, cell, worker)
    number = number_of(town)
    with town.store.begin() as tx:
        found = persons.find(tx, "web", "worker")
        assert found is not None
        # She has an office as well; it is still her own word.
        roles.give(tx, found.person_id, "coordinator", Scope(cell.community_id), now=town.now)
    worker.taps_choice(f"task:{number}:same").hears("另一位同事来定")
    worker.taps_choice("merge_look:1").hears("另一位同事来定")
    foreign.taps_choice(f"task:{number}:same").hears("要有相应的身份")
    foreign.taps_choice("merge_look:1").hears("不在您的网格里")
    thief.taps_choice(f"task:{number}:same").hears("要有相应的身份")
    worker.taps_choice(f"merge:{other}:{one}:yes").hears("另一位同事")
    assert merged(town) == 0


@pytest.mark.parametrize("since", ["a role", "another number"])
def test_what_changed_since_it_was_asked_counts(town: Town, cell: Scope, worker: Chat, since: str) -> None:
    office = town.invited("office", "coordinator")
    _, other = asked(town, cell, worker)
    with town.store.begin() as tx:
        if since == "a role":
            roles.give(tx, other, "federation", Scope(), now=town.now)
        else:
            persons.change(tx, other, phone="13900005678")
    office.taps_choice(f"task:{number_of(town)}:same").hears("不能合")
    assert merged(town) == 0


def test_the_second_person_says_they_are_two_and_that_is_remembered(town: Town, cell: Scope, worker: Chat) -> None:
    office = town.invited("office", "coordinator")
    one, other = asked(town, cell, worker)
    office.taps_choice("tasks:same_woman").taps("打开看").taps("不是同一个人")
    assert "对一对" not in "".join(card(town, worker, one).labels())
    worker.taps_choice(f"merge:{one}:{other}:yes").hears("不能合")
    assert merged(town) == 0


def test_a_merging_is_taken_apart_from_the_list_and_written_down(town: Town, cell: Scope, worker: Chat) -> None:
    foreign = town.invited("foreign", "coordinator", "YT02")
    one, other = twins(town, cell)
    with town.store.begin() as tx:
        tx.execute(insert(address).values(person_id=other, channel="web", address="hers", state="open", used_at=town.now))
    card(town, worker, one).taps("对一对").taps("合起来").hears("合好了", "合错了")
    foreign.taps_choice("unmerge:1:yes").hears("要有相应的身份")
    town.person("thief").taps_choice("unmerge:1:yes").hears("要有相应的身份")
    town.later(days=29)
    worker.says("/menu").taps("合过的资料").taps("王").hears("各回各的").taps("拆开").hears("拆开了")
    phone = town.person("hers")
    phone.listens()
    phone.hears("两份资料合成了一份", "拆开了")
    with town.store.read() as tx:
        assert persons.find(tx, "web", "hers").person_id == other  # type: ignore[union-attr]
        assert persons.get(tx, other).name == "王方" and persons.get(tx, one).name == "王芳"
        undone = tx.execute(select(access_log.c.subject_id).where(access_log.c.action == "people.unmerge")).scalars().all()
        assert set(undone) == {one, other}
    worker.taps_choice("unmerge:1:yes").hears("拆不开了")
    assert "对一对" not in "".join(card(town, worker, one).labels())


def test_after_thirty_days_it_stays(town: Town, cell: Scope, worker: Chat) -> None:
    one, _ = twins(town, cell)
    card(town, worker, one).taps("对一对").taps("合起来")
    town.later(days=30, seconds=1)
    worker.taps_choice("unmerge:1:yes").hears("拆不开了")
    town.tick()
    with town.store.read() as tx:
        assert tx.execute(select(merger.c.changes)).scalars().all() == [None]
