"""Day 7, 30 and 90: three taps, missing wages told at once, who left is matched anew, who is silent is visited."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from domain.capabilities import ALL, Capabilities
from domain.notices import LOCAL
from handlers.content import Content
from storage.database import Store
from storage.people import persons
from storage.staff import tasks
from storage.tables import people, work
from storage.tables.columns import table
from storage.tables.work import Cell
from storage.work import follow_ups
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town

CELL = table(Cell)


@pytest.fixture
def town(store: Store, content: Content, now: datetime) -> Town:
    towns.small(store)
    return Town(store, content, now)


def person_of(town: Town, chat: Chat) -> int:
    with town.store.read() as tx:
        found = persons.find(tx, chat.channel.channel, chat.address)
        assert found is not None
        return found.person_id


def started(town: Town, mother: Chat, code: str = "P1") -> int:
    """She started at a post today; the application's id."""
    position = towns.position(town.store, town.now, code, announced_at=town.now, taken=1)
    person = person_of(town, mother)
    with town.store.begin() as tx:
        values = {"person_id": person, "position_id": position, "status": "started", "holds": True, "reason": ""}
        row = insert(work.application).values(**values, created_at=town.now, started_at=town.now).returning(work.application.c.id)
        application = int(tx.execute(row).scalar_one())
        follow_ups.plan(tx, application_id=application, person_id=person, started_at=town.now)
    return application


def talks(town: Town, application: int) -> dict[int, dict[str, Any]]:
    with town.store.read() as tx:
        rows = tx.execute(select(work.follow_up).where(work.follow_up.c.application_id == application))
        return {row.day: row._asdict() for row in rows}


def open_tasks(town: Town, kind: str) -> list[tasks.Open]:
    from domain.access import CITY

    with town.store.read() as tx:
        return tasks.open_(tx, [CITY], kinds=[kind])


def asked(town: Town, mother: Chat, *, days: int = 7) -> Chat:
    """The day has come, and she was asked."""
    town.later(days=days, hours=1)
    town.tick()
    mother.listens()
    if not mother.fresh:
        # Where a channel may not speak unasked any more, it waits for her word.
        mother.says("更多")
    return mother


def test_three_taps_and_all_is_well(town: Town) -> None:
    mother = registered(town)
    application = started(town, mother)
    asked(town, mother).hears("暖阳服装厂", "缝纫工", "一个星期", "还在做吗", "还在做", "不做了")
    mother.taps("还在做").hears_question("follow_up", "paid_on_time").taps("按时发了").hears_question("follow_up", "right_amount").taps(
        "对"
    ).hears("记下了", "还想说两句")
    row = talks(town, application)[7]
    assert (row["status"], row["still_there"], row["paid_on_time"], row["right_amount"]) == ("answered", True, True, True)
    assert row["answered_at"] == town.now
    assert open_tasks(town, "wage") == []


@pytest.mark.parametrize("capabilities", ALL.values(), ids=list(ALL))
def test_the_same_by_numbers_and_by_words(town: Town, capabilities: Capabilities) -> None:
    mother = town.person("m", capabilities)
    mother.says("登记").says("1 2 3").says("海风1社区").says("没有孩子").says("跳过")
    for _ in range(9):
        mother.says("跳过")
    mother.says("提交").hears("登记好了")
    application = started(town, mother)
    asked(town, mother).says("1").hears_question("follow_up", "paid_on_time").says("没按时发").hears_question(
        "follow_up", "right_amount"
    ).says("1").hears("记下了")
    row = talks(town, application)[7]
    assert (row["still_there"], row["paid_on_time"], row["right_amount"]) == (True, False, True)


def test_she_is_asked_on_each_of_the_three_days_at_ten_and_not_before(town: Town) -> None:
    mother = registered(town)
    application = started(town, mother)
    due = {day: row["due_at"].astimezone(LOCAL) for day, row in talks(town, application).items()}
    first = town.now.astimezone(LOCAL).date()
    assert {day: (at.date() - first, at.hour, at.minute) for day, at in due.items()} == {d: (timedelta(d), 10, 0) for d in (7, 30, 90)}
    for day, words in ((7, "一个星期"), (30, "一个月"), (90, "三个月")):
        town.now = due[day] - timedelta(minutes=1)
        town.tick()
        assert mother.listens() == []
        town.now = due[day]
        town.tick()
        mother.listens()
        mother.hears(words)
        mother.taps("还在做").taps("按时发了").taps("对")


def test_planning_twice_changes_nothing(town: Town) -> None:
    mother = registered(town)
    application = started(town, mother)
    asked(town, mother).taps("还在做").taps("按时发了").taps("对")
    before = talks(town, application)
    with town.store.begin() as tx:
        follow_ups.plan(tx, application_id=application, person_id=person_of(town, mother), started_at=town.now)
    assert talks(town, application) == before


def test_short_pay_is_told_to_the_coordinator_at_once_without_naming_her(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    foreign = town.invited("foreign", "coordinator", "YT02")
    mother = registered(town)
    started(town, mother)
    asked(town, mother).taps("还在做").taps("按时发了").taps("少了").hears("已经告诉社区的协调员")
    coordinator.listens()
    coordinator.hears("工钱的事", "编号")
    assert "缝纫工" not in coordinator.text and "暖阳" not in coordinator.text and "居民" not in coordinator.text
    coordinator.taps("看一看").hears("工钱拿到了，但是少了", "缝纫工", "没有留电话", "补发了", "查清楚了", "转劳动监察")
    assert foreign.listens() == []
    foreign.says("待办").hears("现在没有待办的事")


def test_wages_stay_open_until_settled_and_she_has_the_last_word(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    mother = registered(town)
    started(town, mother)
    asked(town, mother).taps("还在做").taps("没按时发").taps("还没拿到钱")
    coordinator.listens()
    coordinator.taps("看一看").hears("该发的工钱还没拿到").taps("补发了").hears("去掉了")
    assert open_tasks(town, "wage") == []
    mother.listens()
    mother.hears("补发了", "真的拿到了吗").taps("没有").hears("又告诉协调员")
    coordinator.listens()
    coordinator.hears("工钱的事").taps("看一看").hears("还是没有拿到", "该发的工钱还没拿到").taps("查清楚了")
    mother.listens()
    mother.taps("拿到了").hears("那就好")
    assert open_tasks(town, "wage") == []


def test_before_pay_day_nothing_is_missing_but_who_left_is_due_all(town: Town) -> None:
    mother, other = registered(town), registered(town, "other")
    started(town, mother)
    started(town, other, "P2")
    asked(town, mother).taps("还在做").taps("还没到发的日子").taps("还没拿到钱").hears("记下了，谢谢")
    assert open_tasks(town, "wage") == []
    other.listens()
    other.taps("不做了").taps("还没到发的日子").taps("还没拿到钱").hears("已经告诉社区的协调员")
    assert [row.person_id for row in open_tasks(town, "wage")] == [person_of(town, other)]


def test_after_a_week_the_coordinator_is_reminded_and_the_federation_told_once(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    federation = town.invited("federation", "federation", None)
    mother = registered(town)
    started(town, mother)
    asked(town, mother).taps("还在做").taps("没按时发").taps("还没拿到钱")
    coordinator.listens()
    federation.listens()
    assert federation.fresh == []
    town.later(days=6, hours=23)
    town.tick()
    assert coordinator.listens() == []
    town.later(hours=2)
    town.tick()
    town.tick()
    for staff in (coordinator, federation):
        staff.listens()
        assert len(staff.fresh) == 1
        staff.hears("7天了", "没有办好")


def test_who_left_is_out_and_sees_at_once_what_fits(town: Town) -> None:
    mother = registered(town)
    application = started(town, mother)
    towns.position(town.store, town.now, "P2", title="织毛线帽", announced_at=town.now)
    asked(town, mother).taps("不做了").taps("按时发了").taps("对").hears("记下了", "织毛线帽", "我想去")
    with town.store.read() as tx:
        row = tx.execute(select(work.application).where(work.application.c.id == application)).one()
    assert (row.status, row.ended_at) == ("left", town.now)
    assert {day: one["status"] for day, one in talks(town, application).items()} == {7: "answered", 30: "cancelled", 90: "cancelled"}
    town.later(days=100)
    town.tick()
    assert not any("还在做吗" in said.text for said in mother.listens())
    mother.taps("不做了").hears("找活干")


def test_who_begins_anew_is_asked_anew(town: Town) -> None:
    mother = registered(town)
    application = started(town, mother)
    asked(town, mother).taps("不做了").taps("按时发了").taps("对")
    with town.store.begin() as tx:
        tx.execute(
            update(work.application)
            .where(work.application.c.id == application)
            .values(status="started", started_at=town.now, ended_at=None)
        )
        follow_ups.plan(tx, application_id=application, person_id=person_of(town, mother), started_at=town.now)
    asked(town, mother, days=30).hears("一个月")


def test_nobody_asks_who_left_otherwise_or_had_her_data_deleted(town: Town) -> None:
    mother, other = registered(town), registered(town, "other")
    application, second = started(town, mother), started(town, other, "P2")
    with town.store.begin() as tx:
        tx.execute(update(work.application).where(work.application.c.id == application).values(status="left"))
    other.says("我的资料").taps("删掉").taps("删")
    town.later(days=8)
    town.tick()
    assert not any("还在做吗" in said.text for said in [*mother.listens(), *other.listens()])
    assert talks(town, application)[7]["status"] == talks(town, second)[7]["status"] == "cancelled"


def worker(town: Town, mother: Chat, code: str = "1") -> Chat:
    """A grid worker of the cell in which she lives."""
    chat = town.person("worker")
    chat.says("登记")
    with town.store.begin() as tx:
        community = tx.execute(select(work.community.c.id).where(work.community.c.code == "YT01")).scalar_one()
        cell = tx.execute(insert(CELL).values(community_id=community, code=code, name=f"{code}网格").returning(CELL.c.id)).scalar_one()
        held = {"person_id": person_of(town, chat), "role": "grid_worker", "community_id": community, "cell_id": cell}
        tx.execute(insert(people.role).values(**held, given_at=town.now))
        persons.change(tx, person_of(town, mother), cell_id=cell, building="3号楼2单元501")
    return chat


def silent(town: Town, mother: Chat) -> None:
    """She is asked twice and says nothing."""
    asked(town, mother).hears("还在做吗")
    town.later(days=2, hours=23)
    town.tick()
    assert mother.listens() == []
    town.later(hours=2)
    town.tick()
    mother.listens()
    mother.hears("还在做吗")
    assert open_tasks(town, "no_answer") == []
    town.later(days=3)
    town.tick()


def test_twice_unanswered_goes_to_her_grid_worker(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    mother = registered(town)
    grid = worker(town, mother)
    application = started(town, mother)
    silent(town, mother)
    assert talks(town, application)[7]["status"] == "unanswered"
    assert mother.listens() == [] and coordinator.listens() == []
    grid.listens()
    grid.hears("没有回音").taps("待办").hears("回访没回音", "3号楼2单元501", "第7天", "缝纫工", "还在做", "联系不上")


def test_where_nobody_holds_the_cell_the_coordinator_is_told(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    mother = registered(town)
    started(town, mother)
    silent(town, mother)
    coordinator.listens()
    coordinator.hears("没有回音")


def test_a_late_answer_counts_and_takes_her_off_the_list(town: Town) -> None:
    mother = registered(town)
    grid = worker(town, mother)
    application = started(town, mother)
    silent(town, mother)
    grid.listens()
    mother.taps("还在做").taps("按时发了").taps("对").hears("记下了")
    assert talks(town, application)[7]["status"] == "answered"
    grid.says("待办").hears("现在没有待办的事")
    town.tick()
    with town.store.read() as tx:
        assert tx.execute(select(people.task.c.outcome)).scalars().all() == ["answered"]


@pytest.mark.parametrize(
    ("tap", "expected"),
    [("还在做", ("answered", True, "started")), ("不做了", ("answered", False, "left")), ("联系不上", ("unanswered", None, "started"))],
)
def test_what_is_heard_at_the_door_is_her_answer(town: Town, tap: str, expected: tuple[object, ...]) -> None:
    mother = registered(town)
    grid = worker(town, mother)
    application = started(town, mother)
    silent(town, mother)
    grid.listens()
    grid.taps("待办").taps(tap).hears("去掉了")
    with town.store.read() as tx:
        status = tx.execute(select(work.application.c.status).where(work.application.c.id == application)).scalar_one()
    row = talks(town, application)[7]
    assert (row["status"], row["still_there"], status) == expected


def test_wages_heard_of_at_the_door_go_to_the_coordinator(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    mother = registered(town)
    grid = worker(town, mother)
    started(town, mother)
    silent(town, mother)
    grid.listens()
    grid.taps("待办").taps("工钱有问题")
    coordinator.listens()
    coordinator.hears("工钱的事").taps("看一看").hears("上门听她说工钱有问题")
    grid.says("待办").hears("现在没有待办的事")


def test_who_has_no_address_is_on_the_list_at_once(town: Town) -> None:
    mother = registered(town)
    started(town, mother)
    with town.store.begin() as tx:
        persons.set_address_state(tx, mother.channel.channel, mother.address, "gone")
    town.later(days=7, hours=1)
    town.tick()
    assert len(open_tasks(town, "no_answer")) == 1


def test_a_free_word_reaches_the_coordinator(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    mother = registered(town)
    application = started(town, mother)
    asked(town, mother).taps("还在做").taps("按时发了").taps("对")
    mother.taps("还想说两句").hears("您说").says("车间里太冷了").hears("会给社区的协调员看")
    assert talks(town, application)[7]["said"] == "车间里太冷了"
    coordinator.says("待办").taps("回访里说的话").hears("车间里太冷了").taps("看过了")
    coordinator.says("待办").hears("现在没有待办的事")
    with town.store.read() as tx:
        raw = tx.exec_driver_sql("SELECT said FROM follow_up WHERE day = 7").scalar_one()
    assert "冷" not in raw


def test_a_free_word_about_wages_stands_with_the_wages(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    mother = registered(town)
    started(town, mother)
    asked(town, mother).taps("还在做").taps("按时发了").taps("少了").taps("还想说两句").says("少了两百块")
    coordinator.listens()
    coordinator.taps("看一看").hears("少了两百块", "但是少了")
    assert open_tasks(town, "word") == []


def test_her_newest_first_tap_counts(town: Town) -> None:
    mother = registered(town)
    application = started(town, mother)
    asked(town, mother)
    mother.taps("不做了").hears_question("follow_up", "paid_on_time")
    mother.taps("还在做").hears_question("follow_up", "paid_on_time").taps("按时发了").taps("对")
    assert talks(town, application)[7]["still_there"] is True
    mother.taps_choice(f"follow_up:{talks(town, application)[7]['id']}:no").hears("已经答过了").taps("重新答一次").hears_question(
        "follow_up", "still_there"
    )
    mother.taps("还在做").taps("按时发了").taps("少了").hears("已经告诉")


def test_answering_in_the_middle_of_another_form_loses_neither(town: Town) -> None:
    mother = registered(town)
    application = started(town, mother)
    town.later(days=7, hours=1)
    mother.says("登记").hears("登记")
    town.tick()
    mother.listens()
    mother.hears("还在做吗").taps("还在做").taps("按时发了").taps("对")
    assert talks(town, application)[7]["status"] == "answered"
    mother.says("继续").hears("提交")


def test_other_peoples_and_made_up_buttons_do_nothing(town: Town) -> None:
    mother, other = registered(town), registered(town, "other")
    application = started(town, mother)
    asked(town, mother).taps("还在做").taps("按时发了").taps("少了")
    number = talks(town, application)[7]["id"]
    task = open_tasks(town, "wage")[0].id
    before = talks(town, application)
    for choice in (f"follow_up:{number}:yes", f"follow_up:{number}:again", f"word:{number}", f"wage:{task}:no", f"wage:{task}:yes"):
        other.taps_choice(choice).hears("太旧")
    for choice in (f"task:{task}:repaid", "tasks:wage", "todo:"):
        other.taps_choice(choice).hears("要有相应的身份")
    for choice in (
        *(
            "fu:",
            "follow_up:x:yes",
            "follow_up:1e3:yes",
            "follow_up:99999999999999999999:yes",
            f"follow_up:{number}:maybe",
            "word:",
            "word:-1",
            "wage::",
            "wage:9:no",
        ),
        *("task:", "task:²:repaid", "task:1:", "tasks:nonsense", "tasks:wage:x", "tasks:wage:99999999999999999999"),
    ):
        other.taps_choice(choice)
        assert other.fresh and "出了点问题" not in other.text, choice
    assert talks(town, application) == before and len(open_tasks(town, "wage")) == 1


def test_a_list_that_grows_in_several_steps_is_told_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.work.follow_ups.STEP", 1)
    coordinator = town.invited("coordinator", "coordinator")
    for name in "abc":
        started(town, registered(town, name), f"P{name}")
    for days in (7, 3, 3):
        town.later(days=days, minutes=1)
        town.tick()
    assert len(open_tasks(town, "no_answer")) == 3
    assert [said.text for said in coordinator.listens() if "没有回音" in said.text] == [coordinator.fresh[-1].text]
