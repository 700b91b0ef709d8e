"""A visit writes what it asked and was answered, and nothing else: no consent ends and nothing is emptied by what stayed blank."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import insert, select

from domain.access import Scope
from storage.people import consents, persons
from storage.tables.people import access_log, address, answer, person
from tests.support import doors
from tests.support.chat import Chat, Town

CHILDREN = ["2015-01", "2018-06", "2021-03"]


@pytest.fixture
def cell(town: Town) -> Scope:
    return doors.cell(town.store)


@pytest.fixture
def her(town: Town, cell: Scope) -> int:
    """A woman who agreed to everything on paper, with three children and what an office wrote of her."""
    person = doors.woman(town.store, cell, town.now, phone="13900001234", building="3号楼")
    with town.store.begin() as tx:
        consents.agree(tx, person, "children", version=1, now=town.now)
        told: persons.Told = {"children": CHILDREN, "skills": ["sewing"], "windows": "1-5 08:00-12:00", "min_monthly_pay_fen": 200000}
        persons.save_profile(tx, person, told, now=town.now)
        persons.change(tx, person, notices=False)
    doors.campaign(town, community=cell.community_id)
    return person


@pytest.fixture
def worker(town: Town, cell: Scope) -> Chat:
    return doors.worker(town, cell)


def seat(town: Town, person: int) -> Chat:
    with town.store.begin() as tx:
        tx.execute(insert(address).values(person_id=person, channel="web", address="hers", state="open", used_at=town.now))
    return town.person("hers")


def everything(town: Town, person: int) -> tuple[Any, ...]:
    with town.store.read() as tx:
        known, profile = persons.get(tx, person), persons.profile(tx, person)
        assert profile is not None
        untimed = profile._replace(updated_at=town.now, surveyed_at=None)
        return known, untimed, sorted(consents.given(tx, person))


def sends(town: Town, worker: Chat, person: int, answers: dict[str, Any], **more: Any) -> Chat:
    """The page of the worker, with these answers."""
    with town.store.read() as tx:
        found = persons.find(tx, "web", worker.address)
        assert found is not None
        key = persons.get(tx, found.person_id).key
    told = {"worker": key, "visit": doors.visit_of(town.store, person)["id"], "outcome": "done", "answers": answers, **more}
    return worker.says(f"/visit_sent {orjson.dumps(told).decode()}")


@pytest.mark.parametrize("answers", [{}, {"consent": None}, {"consent": []}, {"consent": ["jobs"]}])
def test_a_page_with_nothing_ticked_takes_nothing_away(town: Town, worker: Chat, her: int, answers: dict[str, Any]) -> None:
    before = everything(town, her)
    sends(town, worker, her, answers)
    assert everything(town, her) == before


def test_what_is_left_blank_stays_and_what_is_answered_is_written(town: Town, worker: Chat, her: int) -> None:
    known, profile, given = everything(town, her)
    sends(town, worker, her, {"consent": ["profile"], "modes": ["take_home"], "learn": None, "distance_m": None}).hears("存好了")
    assert everything(town, her) == (known, profile._replace(modes=["take_home"]), given), "also her 退订 stays"


def test_a_page_writes_nothing_that_it_was_not_shown(town: Town, worker: Chat, her: int) -> None:
    """Made up by hand, or taken along before she said it herself."""
    known, profile, given = everything(town, her)
    said = {"consent": ["profile"], "phone": "13911112222", "children": [], "skills": ["cooking"], "pay": 9000, "name": "李红"}
    sends(town, worker, her, said).hears("以她自己填的为准", "会做的活", "电话")
    assert everything(town, her) == (known, profile, given)


def test_in_chat_only_what_the_worker_asked_is_written_also_where_she_said_more_meanwhile(town: Town, worker: Chat, her: int) -> None:
    worker.says("/menu").taps("今天的走访").taps("王芳").taps("填表").hears_question("intake", "consent").says("1 2 3")
    with town.store.begin() as tx:
        persons.save_profile(tx, her, {"skills": ["sewing", "cooking"]}, now=town.now)
    known, profile, given = everything(town, her)
    worker.skips_to("提交")
    worker.taps("提交").hears("存好了")
    assert everything(town, her) == (known, profile, given)


def test_what_is_taken_back_in_the_summary_is_taken_back(town: Town, worker: Chat, her: int) -> None:
    worker.says("/menu").taps("今天的走访").taps("王芳").taps("填表").says("1 2 3")
    worker.skips_to("提交")
    worker.says("修改").taps("会做的活")
    worker.says("跳过")
    worker.skips_to("提交")
    worker.taps("提交").hears("存好了")
    assert everything(town, her)[1].skills == []
    assert everything(town, her)[1].children == CHILDREN


def test_nobody_who_has_a_phone_is_deleted_by_an_empty_page(town: Town, worker: Chat, her: int) -> None:
    phone = seat(town, her)
    with town.store.begin() as tx:
        for purpose in ("profile", "children", "jobs"):
            consents.withdraw(tx, her, purpose, now=town.now)
    sends(town, worker, her, {"consent": []}).hears("没同意存")
    with town.store.read() as tx:
        assert persons.get(tx, her).name == "王芳"
    assert phone.listens() == []


def test_a_withdrawal_is_an_act_of_its_own_and_she_is_told(town: Town, worker: Chat, her: int) -> None:
    phone = seat(town, her)
    number = doors.visit_of(town.store, her)["id"]
    worker.taps_choice(f"visit:{number}:withdraw").taps("出生年月").hears("马上删掉")
    assert everything(town, her)[1].children == CHILDREN
    worker.taps("她说收回").hears("收回了")
    assert everything(town, her)[1].children == [] and "children" not in everything(town, her)[2]
    phone.listens()
    phone.hears("您收回了", "出生年月", "不是您的意思")
    with town.store.read() as tx:
        assert tx.execute(select(access_log.c.id).where(access_log.c.action == "consent.withdraw_door")).first() is not None
    for verb in ("withdraw:profile", "withdraw:profile:yes"):
        worker.taps_choice(f"visit:{number}:{verb}").hears("别人不能替她删")
    assert everything(town, her)[0].name == "王芳"


def test_hardship_taken_back_is_told_to_her(town: Town, worker: Chat, her: int) -> None:
    phone = seat(town, her)
    number = doors.visit_of(town.store, her)["id"]
    worker.taps_choice(f"visit:{number}:hard").hears("记下了").taps("去掉").hears("去掉了")
    assert everything(town, her)[1].hardship is False and "hardship" not in everything(town, her)[2]
    phone.listens()
    phone.hears("您收回了", "家里困难")


def test_another_cells_worker_withdraws_nothing(town: Town, cell: Scope, her: int) -> None:
    other = doors.worker(town, doors.cell(town.store, "G2"), "other")
    number = doors.visit_of(town.store, her)["id"]
    for verb in ("withdraw", "withdraw:jobs", "withdraw:jobs:yes", "withdraw:x:yes"):
        other.taps_choice(f"visit:{number}:{verb}").hears("不在您的网格里")
    assert "jobs" in everything(town, her)[2]


def test_who_was_met_at_the_door_and_agrees_to_nothing_is_not_kept(town: Town, cell: Scope, worker: Chat) -> None:
    worker.says("/menu").taps("今天的走访").taps("新登记一位").says("赵敏").says("1993").says("13911112222").says("5号楼").taps("提交")
    worker.taps("填表").taps("都不同意")
    if "确定" in worker.text:
        worker.taps("确定")
    worker.hears("都没有存")
    with town.store.read() as tx:
        assert tx.execute(select(answer.c.id)).first() is None
        found = tx.execute(select(person.c.name, person.c.phone).where(person.c.cell_id.is_(None))).all()
        assert all(row.name is None and row.phone is None for row in found)
