"""A grid cell changes hands whole: before the new worker's word nothing moves, with it everything, and nothing falls between."""

from __future__ import annotations

import random
from datetime import datetime

import pytest
from sqlalchemy import Connection, select, update

from domain.access import Scope, scopes
from handlers.content import Content
from storage import conversations
from storage.database import Store
from storage.people import persons
from storage.staff import roles, tasks
from storage.survey import campaigns, handovers
from storage.tables import people, survey
from tests.handlers.staff.test_invitations import cell, person, role_row
from tests.support import towns
from tests.support.chat import Chat, Town


def woman(town: Town, cell_id: int, name: str = "王芳", *, campaign: int | None = None, todo: bool = False) -> int:
    """A woman of a cell of YT01 with an open visit, and perhaps a task; her row id."""
    with town.store.begin() as tx:
        values = {"key": persons.new_key(), "language": "zh", "notices": True, "created_at": town.now, "quiet": ""}
        row = int(
            tx.execute(
                people.person.insert().values(**values, community_id=1, cell_id=cell_id, name=name).returning(people.person.c.id)
            ).scalar_one()
        )
        persons.save_profile(tx, row, {}, now=town.now)
        visit = {"campaign_id": campaign or running(town, tx), "community_id": 1, "cell_id": cell_id, "status": "open", "missed": 0}
        tx.execute(survey.visit.insert().values(person_id=row, due_at=town.now, **visit))
        if todo:
            tasks.put(tx, "unreached", row, now=town.now)
        return row


def running(town: Town, tx: Connection) -> int:
    """The one campaign of these tests."""
    found = tx.execute(select(survey.campaign.c.id)).scalar()
    if found is None:
        found = campaigns.start(tx, name="春季", community_id=1, before=None, by=None, now=town.now)
        tx.execute(update(survey.campaign).values(status="open"))
    return int(found)


def seen(town: Town, name: str) -> tuple[set[int], set[int]]:
    """The open visits and tasks that lie in what somebody may see."""
    with town.store.read() as tx:
        held = roles.roles_of(tx, person(town, name))
        visits = set(campaigns.due(tx, scopes(held, "visits.see"), until=town.now.replace(year=2030)))
        kinds = set(tx.execute(select(people.task.c.kind)).scalars())
        todo = {row.id for row in tasks.open_(tx, scopes(held, "tasks.see"), kinds=kinds, limit=500)} if kinds else set()
    return visits, todo


@pytest.fixture
def street(town: Town) -> Town:
    """YT01 with two cells, each with two women; an old and a new worker; their coordinator."""
    for code, name in (("W1", "第一网格"), ("W2", "第二网格")):
        row = cell(town, code, name=name)
        woman(town, row, todo=True)
        woman(town, row, "李娜")
    town.invited("coordinator", "coordinator")
    town.invited("old", "grid_worker", cell="W1")
    town.invited("new", "grid_worker", cell="W2")
    for name, called in (("old", "刘姐"), ("new", "陈姐")):
        with town.store.begin() as tx:
            persons.change(tx, person(town, name), name=called)
    return town


def offered(town: Town) -> tuple[Chat, Chat, Chat]:
    """The coordinator offered the first cell; she, the old and the new worker."""
    coordinator, old, new = town.person("coordinator"), town.person("old"), town.person("new")
    coordinator.says("/menu").taps("网格交接").taps("交接 1 第一网格").hears("交给谁", "陈姐").taps("陈姐")
    return coordinator, old, new


def test_until_the_new_worker_takes_it_the_old_one_keeps_everything(street: Town) -> None:
    before = seen(street, "old"), seen(street, "new")
    coordinator, old, new = offered(street)
    coordinator.hears("已经请陈姐接手海风1社区第一网格", "妇女 2 位", "待走访 2 户", "待办 1 件", "由刘姐管")
    old.listens()
    old.hears("她接手以前，还是您管")
    new.listens()
    new.hears("请您接手海风1社区第一网格", "妇女 2 位", "待走访 2 户", "待办 1 件", "现在接不了")
    assert (seen(street, "old"), seen(street, "new")) == before
    new.says("/menu").taps("等您接手的网格").hears("请您接手海风1社区第一网格")


def test_with_her_word_women_visits_tasks_and_lists_move_together(street: Town) -> None:
    mine, others = seen(street, "old"), seen(street, "new")
    coordinator, old, new = offered(street)
    new.listens()
    new.taps("接手").hears("您接手了海风1社区第一网格", "妇女 2 位", "待走访 2 户", "待办 1 件")
    coordinator.listens()
    coordinator.hears("陈姐接手了海风1社区第一网格", "一样没落")
    old.listens()
    old.hears("陈姐接手了", "待走访 2 户")
    assert seen(street, "old") == (set(), set())
    assert seen(street, "new") == (mine[0] | others[0], mine[1] | others[1])
    assert "走访" not in "".join(old.says("/menu").labels())
    with street.store.read() as tx:
        row = tx.execute(select(survey.handover)).one()
        assert (row.women, row.visits, row.tasks, row.acknowledged_at) == (2, 2, 1, street.now)
    new.taps_choice(f"handover:take:{row.id}").hears("已经结束了")


def test_it_can_be_taken_back_and_declined(street: Town) -> None:
    before = seen(street, "old")
    coordinator, old, new = offered(street)
    new.listens()
    coordinator.taps("收回这次交接").hears("原来怎么管，现在还怎么管")
    new.listens()
    new.hears("不用接了")
    new.taps("接手").hears("已经结束了")
    offered(street)
    new.listens()
    new.taps("现在接不了").hears("已经告诉协调员")
    coordinator.listens()
    coordinator.hears("现在接不了", "另找一位")
    assert seen(street, "old") == before


def test_only_who_was_asked_can_take_it_and_only_while_she_works_there(street: Town) -> None:
    _, old, new = offered(street)
    new.listens()
    [take] = [b.choice for said in new.fresh for b in said.choices() if b.label == "接手"]
    street.invited("third", "grid_worker", cell="W2").taps_choice(take).hears("已经结束了")
    old.taps_choice(take).hears("已经结束了")
    coordinator = street.person("coordinator")
    coordinator.taps_choice(f"team:end:{role_row(street, 'new')}").hears("等她接手的 1 个网格")
    new.taps_choice(take).hears("已经结束了")
    assert seen(street, "new") == (set(), set())
    assert len(seen(street, "old")[0]) == 2


def test_strangers_and_made_up_buttons_change_nothing(street: Town) -> None:
    offered(street)
    foreign = street.invited("foreign", "coordinator", "YT02")
    worker = street.person("old")
    for chat in (foreign, worker, street.person("new")):
        for choice in ("cells", "handover:1", "handover:1:0:3", "handover:back:1", "handover:list:0"):
            chat.taps_choice(choice)
            assert not any(word in chat.text for word in ("1. 海风1社区", "收回了", "已经请")), (chat.address, choice)
    coordinator = street.person("coordinator")
    coordinator.taps_choice("handover:back:1")
    for choice in (
        "hand:",
        "handover:x",
        "handover:999",
        "handover:1:999",
        "handover:1:999:1",
        "handover:1:0:3",
        "handover:1:²",
        "handover:take:x",
        "handover:no:",
        "handover:back:9",
    ):
        coordinator.taps_choice(choice)
        assert coordinator.fresh and "出了点问题" not in coordinator.text
    with street.store.read() as tx:
        assert tx.execute(select(survey.handover.c.id).where(survey.handover.c.ended_at.is_(None))).all() == []


def test_a_cell_is_offered_to_one_at_a_time(street: Town) -> None:
    coordinator, _, _ = offered(street)
    street.invited("third", "grid_worker", cell="W2")
    coordinator.says("/menu").taps("网格交接").hears("正等陈姐接手").taps("交接 1").hears("已经在等陈姐接手").taps("收回这次交接")
    coordinator.says("/menu").taps("网格交接").taps("交接 1").hears("交给谁")


def test_cells_without_a_worker_stand_first_and_are_given_by_the_same_taps(street: Town) -> None:
    cell(street, "W0", name="第零网格")
    coordinator, new = street.person("coordinator"), street.person("new")
    coordinator.taps_choice(f"team:end:{role_row(street, 'old')}")
    coordinator.says("/menu").taps("网格交接").hears(
        "1. 海风1社区第零网格：⚠️没有人管", "2. 海风1社区第一网格：⚠️没有人管", "3. 海风1社区第二网格：陈姐"
    )
    coordinator.taps("交接 2 第一网格").taps("陈姐").hears("她点了“接手”才算数")
    new.listens()
    new.taps("接手").hears("您接手了")
    assert len(seen(street, "new")[0]) == 4
    coordinator.says("/menu").taps("网格交接")
    assert coordinator.text.count("没有人管") == 2, "the heading, and the cell that nobody works"


def test_who_has_the_whole_community_works_every_cell(street: Town) -> None:
    street.invited("all", "grid_worker")
    street.person("coordinator").taps_choice(f"team:end:{role_row(street, 'old')}")
    assert "⚠️" not in street.person("coordinator").taps_choice("cells").hears("管整个社区").text


def test_after_a_day_she_is_reminded_after_three_the_coordinator_is_told(street: Town) -> None:
    coordinator, old, new = offered(street)
    for chat in (coordinator, old, new):
        chat.listens()
    street.later(hours=23)
    street.tick()
    assert new.listens() == []
    street.later(hours=2)
    street.tick()
    new.listens()
    new.hears("提醒您", "第一网格", "接手")
    street.tick()
    assert new.listens() == [] and coordinator.listens() == []
    street.later(days=2)
    street.tick()
    coordinator.listens()
    coordinator.hears("三天了，她还没有接手", "收回这次交接")
    street.later(days=9)
    street.tick()
    assert coordinator.listens() == [] and old.listens() == []
    new.taps("接手").hears("您接手了")


def test_a_half_filled_door_form_goes_on_with_the_new_worker(street: Town) -> None:
    old, new = street.person("old"), street.person("new")
    visit = min(seen(street, "old")[0])
    old.taps_choice(f"visit:{visit}:fill").says("1 2 3").says("海风1社区")
    with street.store.read() as tx:
        [draft] = handovers.drafts(tx, 1, person(street, "old"))
        half = conversations.get(tx, draft, person(street, "old"))
    offered(street)
    new.listens()
    new.taps("接手").hears("填了一半的 1 张表也交给您了")
    old.listens()
    old.hears("填了一半的 1 张表，也交给她接着填了")
    with street.store.read() as tx:
        moved = conversations.get(tx, draft, person(street, "new"))
        assert moved is not None and half is not None and moved.state == half.state and moved.status == "postponed"
        assert conversations.get(tx, draft, person(street, "old")) is None
    asked = new.taps_choice(f"visit:{visit}:fill").text
    assert "社区" not in asked.split("\n")[-1], "what was answered is not asked again"
    with street.store.read() as tx:
        active = conversations.get(tx, draft, person(street, "new"))
        assert active is not None and active.status == "active" and "海风" not in asked
    old.taps_choice(f"visit:{visit}:fill").hears("要有相应的身份")
    assert "填" not in "".join(old.labels())


def test_a_handover_is_in_force_at_once_or_not_at_all(store: Store, content: Content, now: datetime) -> None:
    """On both stores, also where two acknowledge at the same time: the second changes nothing."""
    towns.small(store)
    town = Town(store, content, now)
    row = cell(town)
    woman(town, row, todo=True)
    with store.begin() as tx:
        ids = [persons.add(tx, "web", name, language="zh", now=now).person_id for name in ("c", "old", "new")]
        for one in ids[1:]:
            roles.give(tx, one, "grid_worker", Scope(1, row if one == ids[1] else None), now=now)
        made = handovers.offer(tx, row, from_id=ids[1], to_id=ids[2], by=ids[0], now=now)
        assert made is not None and handovers.offer(tx, row, from_id=ids[1], to_id=ids[2], by=ids[0], now=now) is None
        open_ = handovers.get(tx, made)
        assert open_ is not None
    with store.begin() as tx:
        assert handovers.acknowledge(tx, open_, now=now) == handovers.Load(1, 1, 1)
    with store.begin() as tx:
        assert handovers.acknowledge(tx, open_, now=now) is None
        assert not handovers.end(tx, made, now=now)
        assert [r.id for r in handovers.workers(tx, row, 1)] == [ids[2]]
        again = handovers.offer(tx, row, from_id=ids[2], to_id=ids[1], by=ids[0], now=now)
        assert again is not None and handovers.end_of(tx, ids[1], now=now) == 1, "she is no worker there any more"
        assert handovers.end_of(tx, ids[2], now=now) == 0


@pytest.mark.parametrize("seed", range(3))
def test_at_every_moment_a_cells_workers_see_all_of_it(street: Town, seed: int) -> None:
    """Whatever is offered, taken, declined, taken back, given and withdrawn: each cell with a worker is seen whole by each of its workers."""
    chance = random.Random(seed)
    coordinator = street.person("coordinator")
    names = ["old", "new", "w3", "w4"]
    for name in names[2:]:
        street.invited(name, "grid_worker", cell="W2")
    for step in range(25):
        match chance.randrange(6):
            case 0 | 1:
                chosen = chance.choice((1, 2))
                coordinator.taps_choice(f"handover:{chosen}")
                buttons = [b.choice for said in coordinator.fresh for b in said.choices() if b.choice.startswith(f"handover:{chosen}:")]
                if buttons:
                    coordinator.taps_choice(chance.choice(buttons))
                    further = [b.choice for said in coordinator.fresh for b in said.choices() if b.choice.count(":") == 3]
                    coordinator.taps_choice(chance.choice(further)) if further else None
            case 2 | 3:
                for name in names:
                    street.person(name).taps_choice(f"handover:{chance.choice(('take', 'take', 'no'))}:{chance.randrange(1, 12)}")
            case 4:
                coordinator.taps_choice(f"handover:back:{chance.randrange(1, 12)}")
            case 5:
                if chance.random() < 0.4:
                    coordinator.taps_choice(f"team:end:{chance.randrange(1, 12)}")
                else:
                    street.invited(chance.choice(names), "grid_worker", cell=chance.choice(("W1", "W2")))
        whole_is_seen(street, names, step)


def whole_is_seen(town: Town, names: list[str], step: int) -> None:
    ids = {person(town, name): name for name in names}
    with town.store.read() as tx:
        found = {c: [row.id for row in handovers.workers(tx, c, 1)] for c in (1, 2)}
        all_visits = {c: set(tx.execute(select(survey.visit.c.id).where(survey.visit.c.cell_id == c)).scalars()) for c in found}
        all_tasks = {c: set(tx.execute(select(people.task.c.id).where(people.task.c.cell_id == c)).scalars()) for c in found}
    for c, workers in found.items():
        assert len(all_visits[c]) == 2 and len(all_tasks[c]) == 1
        for name in (ids[one] for one in workers):
            visits, todo = seen(town, name)
            assert all_visits[c] <= visits and all_tasks[c] <= todo, (step, c, name)
    for one, name in ids.items():
        mine = [c for c, workers in found.items() if one in workers]
        assert seen(town, name) == (set().union(*(all_visits[c] for c in mine)), set().union(*(all_tasks[c] for c in mine))), (step, name)
