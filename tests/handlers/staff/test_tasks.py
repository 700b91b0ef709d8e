"""待办: each kind only for who may see it there, counted within the same scope, closed with one tap, or by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from domain.access import TABLE
from handlers.capabilities import CAPABILITIES
from handlers.content import Content
from storage.database import Store
from storage.people import consents, persons
from storage.staff import tasks
from storage.tables import people, work
from storage.tables.columns import table
from storage.tables.people import AccessLog
from storage.tables.work import Cell, Offer
from tests.handlers.work.test_follow_ups import person_of
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town

CELL, LOG, OFFER = table(Cell), table(AccessLog), table(Offer)


@pytest.fixture
def town(store: Store, content: Content, now: datetime) -> Town:
    towns.small(store)
    return Town(store, content, now)


def cell(town: Town, code: str = "1", community: str = "YT01") -> int:
    with town.store.begin() as tx:
        place = tx.execute(select(work.community.c.id).where(work.community.c.code == community)).scalar_one()
        return int(tx.execute(insert(CELL).values(community_id=place, code=code, name=code).returning(CELL.c.id)).scalar_one())


def worker(town: Town, name: str, of: int, community: str = "YT01") -> Chat:
    """A grid worker of one cell."""
    chat = town.person(name)
    chat.says("登记")
    with town.store.begin() as tx:
        place = tx.execute(select(work.community.c.id).where(work.community.c.code == community)).scalar_one()
        held = {"person_id": person_of(town, chat), "role": "grid_worker", "community_id": place, "cell_id": of, "given_at": town.now}
        tx.execute(insert(people.role).values(held))
    return chat


def woman(town: Town, chat: str, of: int | None = None, **values: Any) -> int:
    person = person_of(town, registered(town, chat))
    with town.store.begin() as tx:
        persons.change(tx, person, cell_id=of, **values)
    return person


def put(town: Town, kind: str, person: int, **values: Any) -> int:
    with town.store.begin() as tx:
        return tasks.put(tx, kind, person, now=town.now, **values)


def task(town: Town, number: int) -> tasks.Task:
    with town.store.read() as tx:
        found = tasks.get(tx, number)
        assert found is not None
        return found


def test_every_kind_is_whole(content: Content) -> None:
    for name, kind in CAPABILITIES.tasks.items():
        assert kind.roles and kind.roles <= TABLE["tasks.see"] & TABLE["tasks.close"], name
        # One that ends where it is looked at has no outcome to choose.
        assert (kind.outcomes or kind.look) and content.phrases.say(f"tasks.kind_{name}")
        assert all(content.phrases.say(f"tasks.outcome_{outcome}") for outcome in kind.outcomes)
    assert {kind.ends for kind in CAPABILITIES.tasks.values() if kind.ends} <= set(tasks.ENDS)


def test_a_grid_worker_sees_her_own_cell_only_and_counts_obey_it(town: Town) -> None:
    first, second = cell(town, "1"), cell(town, "2")
    mine, other = worker(town, "mine", first), worker(town, "other", second)
    coordinator, foreign = town.invited("coordinator", "coordinator"), town.invited("foreign", "coordinator", "YT02")
    put(town, "knock", woman(town, "a", first, name="林秀", building="3号楼", phone="13900000001"), said="停水通知")
    put(town, "knock", woman(town, "b", second))
    put(town, "knock", woman(town, "c"))
    mine.says("待办").hears("消息没送到 1").taps("消息没送到").hears("林秀", "3号楼", "13900000001", "停水通知", "告诉她了", "搬走了")
    assert len(mine.fresh) == 1
    other.says("待办").hears("消息没送到 1")
    coordinator.says("菜单").taps("待办").hears("消息没送到 3")
    foreign.says("待办").hears("现在没有待办的事")
    registered(town, "nobody").says("待办").hears("要有相应的身份")


def test_wages_are_not_on_a_grid_workers_list(town: Town) -> None:
    first = cell(town)
    grid = worker(town, "grid", first)
    coordinator, federation = town.invited("coordinator", "coordinator"), town.invited("federation", "federation", None)
    number = put(town, "wage", woman(town, "a", first), said="少了")
    grid.says("待办").hears("现在没有待办的事")
    grid.taps_choice("tasks:wage").hears("要有相应的身份")
    grid.taps_choice(f"task:{number}:repaid").hears("要有相应的身份")
    assert task(town, number).closed_at is None
    for staff in (coordinator, federation):
        staff.says("待办").hears("工钱 1")


def test_who_is_both_sees_each_kind_where_she_may(town: Town) -> None:
    """A coordinator here who holds a cell elsewhere sees no wages there."""
    there = cell(town, "1", "YT02")
    both = worker(town, "both", there, "YT02")
    with town.store.begin() as tx:
        place = tx.execute(select(work.community.c.id).where(work.community.c.code == "YT01")).scalar_one()
        held = {"person_id": person_of(town, both), "role": "coordinator", "community_id": place, "given_at": town.now}
        tx.execute(insert(people.role).values(held))
        far = tx.execute(select(work.community.c.id).where(work.community.c.code == "YT02")).scalar_one()
    near, away = woman(town, "near"), woman(town, "away", there, community_id=far)
    put(town, "wage", near)
    put(town, "wage", away)
    put(town, "knock", near)
    put(town, "knock", away)
    both.says("待办").hears("工钱 1", "消息没送到 2")


def test_every_look_is_logged(town: Town) -> None:
    first = cell(town)
    grid = worker(town, "grid", first)
    person = woman(town, "a", first)
    number = put(town, "knock", person)
    grid.says("待办")
    with town.store.read() as tx:
        assert tx.execute(select(LOG).where(LOG.c.action == "tasks.see")).all() == []
    grid.taps("消息没送到").taps("告诉她了")
    with town.store.read() as tx:
        found = tx.execute(
            select(LOG.c.action, LOG.c.actor_id, LOG.c.subject_id).where(LOG.c.action.like("tasks.%")).order_by(LOG.c.id)
        ).all()
    me = person_of(town, grid)
    assert [tuple(row) for row in found] == [("tasks.see", me, person), ("tasks.close", me, person)]
    row = task(town, number)
    assert (row.outcome, row.closed_by, row.closed_at) == ("told", me, town.now)


def test_closing_twice_counts_once(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    number = put(town, "knock", woman(town, "a"))
    coordinator.says("待办").taps("消息没送到").taps("告诉她了").hears("去掉了")
    coordinator.taps("搬走了").hears("已经办完了")
    assert task(town, number).outcome == "told"


def test_pages(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    person = woman(town, "a")
    for number in range(1, 8):
        put(town, "word", person, about_id=number, said=f"第{number}句话。")
    coordinator.says("待办").hears("回访里说的话 7").taps("回访里说的话").hears("第1句话", "第5句话", "更多")
    assert "第6句话" not in coordinator.text
    coordinator.taps("更多").hears("第6句话", "第7句话")
    assert "第5句话" not in coordinator.text and "更多" not in coordinator.labels()


def test_a_knock_ends_when_she_writes(town: Town) -> None:
    first = cell(town)
    grid = worker(town, "grid", first)
    mother = registered(town, "a")
    with town.store.begin() as tx:
        persons.change(tx, person_of(town, mother), cell_id=first)
    town.later(minutes=5)
    number = put(town, "knock", person_of(town, mother))
    town.tick()
    grid.says("待办").hears("消息没送到 1")
    town.later(minutes=5)
    mother.says("你好")
    grid.says("待办").hears("现在没有待办的事")
    assert task(town, number).closed_at is None
    town.tick()
    assert (task(town, number).outcome, task(town, number).closed_by) == ("wrote", None)
    town.later(minutes=5)
    assert put(town, "knock", person_of(town, mother)) == number
    grid.says("待办").hears("消息没送到 1")


def test_a_task_goes_where_she_moves(town: Town) -> None:
    here, there = cell(town, "1"), cell(town, "2")
    before, after = worker(town, "before", here), worker(town, "after", there)
    person = woman(town, "a", here)
    put(town, "knock", person)
    with town.store.begin() as tx:
        persons.change(tx, person, cell_id=there)
    before.says("待办").hears("现在没有待办的事")
    after.says("待办").hears("消息没送到 1")


def test_who_has_her_data_deleted_is_on_no_list(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    federation = town.invited("federation", "federation", None)
    mother = registered(town, "a")
    number = put(town, "wage", person_of(town, mother), said="少了两百块", due_at=town.now)
    mother.says("我的资料").taps("删掉").taps("删")
    row = task(town, number)
    assert (row.outcome, row.said) == ("erased", None)
    town.later(days=1)
    town.tick()
    for staff in (coordinator, federation):
        assert not any("工钱" in said.text for said in staff.listens())
        staff.says("待办").hears("现在没有待办的事")


def listed(town: Town) -> list[int]:
    town.tick()
    with town.store.read() as tx:
        where = (people.task.c.kind == "nothing", people.task.c.closed_at.is_(None))
        return list(tx.execute(select(people.task.c.person_id).where(*where).order_by(people.task.c.id)).scalars())


def offered(town: Town, person: int, code: str) -> None:
    position = towns.position(town.store, town.now, code, announced_at=town.now, status="filled", taken=2)
    with town.store.begin() as tx:
        row = {"position_id": position, "person_id": person, "wave": 1, "score": 1, "reasons": [], "status": "lapsed", "reason": ""}
        tx.execute(insert(OFFER).values(**row, offered_at=town.now))


def test_who_agreed_to_be_told_and_got_nothing_for_two_weeks_is_listed_once(town: Town) -> None:
    first = cell(town)
    grid = worker(town, "grid", first)
    person = woman(town, "a", first)
    town.later(days=13, hours=23)
    assert listed(town) == []
    town.later(hours=2)
    assert listed(town) == [person]
    assert listed(town) == [person]
    grid.says("待办").taps("找活没着落").hears("聊过了", "有活了").taps("聊过了")
    town.later(days=30)
    assert listed(town) == []
    offered(town, person, "P1")
    town.later(days=13)
    assert listed(town) == []
    town.later(days=2)
    assert listed(town) == [person]


def test_an_offer_or_an_application_takes_her_off(town: Town) -> None:
    one, two = woman(town, "a"), woman(town, "b")
    town.later(days=15)
    assert listed(town) == [one, two]
    town.later(hours=1)
    offered(town, one, "P1")
    assert listed(town) == [two]
    position = towns.position(town.store, town.now, "P2", announced_at=town.now, status="filled", taken=2)
    with town.store.begin() as tx:
        row = {"person_id": two, "position_id": position, "status": "declined", "reason": "", "holds": False, "created_at": town.now}
        tx.execute(insert(work.application).values(row))
    assert listed(town) == []
    with town.store.read() as tx:
        assert set(tx.execute(select(people.task.c.outcome)).scalars()) == {"offered"}
    town.later(days=15)
    assert sorted(listed(town)) == [one, two]


def test_who_only_asked_herself_is_listed_too_and_who_did_neither_is_not(town: Town) -> None:
    asked, quiet = registered(town, "asked"), registered(town, "quiet")
    with town.store.begin() as tx:
        for chat in (asked, quiet):
            consents.withdraw(tx, person_of(town, chat), "jobs", now=town.now)
    asked.says("找活干")
    town.later(days=10)
    asked.says("我想找个活干")
    town.later(days=5)
    assert listed(town) == [person_of(town, asked)]


def test_who_has_work_or_deleted_her_data_is_not_listed(town: Town) -> None:
    person = woman(town, "a")
    position = towns.position(town.store, town.now, "P1", announced_at=town.now, taken=2, status="filled")
    with town.store.begin() as tx:
        row = {"person_id": person, "position_id": position, "status": "started", "reason": "", "holds": True}
        tx.execute(insert(work.application).values(**row, created_at=town.now, started_at=town.now))
    gone = registered(town, "gone")
    gone.says("我的资料").taps("删掉").taps("删")
    town.later(days=20)
    assert listed(town) == []


def test_figures_in_chat_are_of_her_own_places(town: Town) -> None:
    own, foreign = town.invited("own", "coordinator"), town.invited("foreign", "coordinator", "YT02")
    federation = town.invited("federation", "federation", None)
    registered(town, "a")
    registered(town, "b")
    own.says("数字").hears("2026-11", "登记：2", "摸底：2", "上岗：0", "登记到上岗天数：还没有")
    foreign.says("菜单").taps("数字").hears("登记：0")
    federation.says("数字").hears("登记：2")
    registered(town, "c").says("数字").hears("要有相应的身份")
    worker(town, "grid", cell(town)).says("数字").hears("要有相应的身份")
