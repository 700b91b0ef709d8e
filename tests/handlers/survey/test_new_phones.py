"""换手机 by staff who see her: for her alone, once, for a quarter of an hour, with her knowledge, and without showing the maker anything."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.access import Scope
from domain.capabilities import TELEGRAM
from storage.people import persons
from storage.staff import roles
from storage.tables.people import access_log, invitation
from tests.handlers.survey.test_takeovers import seat, visit, who
from tests.support import doors
from tests.support.chat import Chat, Town
from tests.support.desk import Desk


@pytest.fixture
def cell(town: Town) -> Scope:
    return doors.cell(town.store)


@pytest.fixture
def worker(town: Town, cell: Scope) -> Chat:
    return doors.worker(town, cell)


def made(worker: Chat, number: int) -> str:
    worker.taps_choice(f"visit:{number}").taps("她换手机了").hears("当面核对是她本人", "您看不到她说过的话")
    return worker.text.partition("start ")[2][:10]


def seated(town: Town, cell: Scope) -> tuple[int, int]:
    """A woman who has talked on Telegram and at a page, and her visit."""
    her, number = visit(town, cell)
    seat(town, her, "page")
    seat(town, her, "7", channel="telegram")
    return her, number


def test_with_a_lost_phone_she_goes_on_on_a_new_one_and_hears_of_it_everywhere(town: Town, cell: Scope, worker: Chat) -> None:
    her, number = seated(town, cell)
    page, old = town.person("page"), town.person("7", TELEGRAM)
    old.says("我想问问缝纫班的事，别让人知道")
    code = made(worker, number)
    assert "缝纫" not in worker.text and "139" not in worker.text
    for one in (page, old):
        one.listens()
        one.hears("换手机", "15分钟", "不是我在办")
    new = town.person("new").says("你好").says(f"/start {code}").hears("姓王的妈妈").taps("是我本人").hears("都接上了")
    assert who(town, "new") == her
    for one in (page, old):
        one.listens()
        one.hears("换到了一部新手机")
    assert worker.listens() == []
    old.taps("不是我，断开那里").hears("分开了")
    assert who(town, "new") != her
    new.says("我的资料").hears("没有存您的资料")
    with town.store.read() as tx:
        done = set(tx.execute(select(access_log.c.action).where(access_log.c.subject_id == her)).scalars())
    assert {"people.phone_code", "people.new_phone", "people.part"} <= done


def test_her_word_makes_it_void_at_once(town: Town, cell: Scope, worker: Chat) -> None:
    _, number = seated(town, cell)
    code = made(worker, number)
    page = town.person("page")
    page.listens()
    page.taps("不是我在办").hears("作废")
    town.person("thief").says(f"/start {code}").hears("作废")
    page.taps("不是我在办").hears("没有要作废的码")


@pytest.mark.parametrize("end", ["used", "late", "newer", "not she", "takes a role"])
def test_a_code_is_good_once_and_not_for_long(town: Town, cell: Scope, worker: Chat, end: str) -> None:
    her, number = seated(town, cell)
    code, other = made(worker, number), town.person("other").says("你好")
    if end == "used":
        town.person("new").says(f"/start {code}").taps("是我本人").hears("都接上了")
    elif end == "late":
        town.later(minutes=16)
    elif end == "newer":
        made(worker, number)
    elif end == "not she":
        other.says(f"/start {code}").taps("不是我").hears("作废")
    else:
        with town.store.begin() as tx:
            roles.give(tx, her, "mediator", Scope(cell.community_id), now=town.now)
    other.says(f"/start {code}").hears("作废")
    for choice in (f"phone_code:yes:{code}", f"takeover:{code}:yes", f"link:{code}:yes"):
        other.taps_choice(choice)
    assert who(town, "other") != her


def test_neither_the_maker_nor_a_colleague_uses_it(town: Town, cell: Scope, worker: Chat) -> None:
    her, number = seated(town, cell)
    code, colleague = made(worker, number), town.invited("colleague", "coordinator")
    for one in (worker, colleague):
        one.says(f"/start {code}").hears("请让她用自己的手机打开")
        one.taps_choice(f"phone_code:yes:{code}").hears("请让她用自己的手机打开")
    assert her not in (who(town, "worker"), who(town, "colleague"))


@pytest.mark.parametrize("whom", ["nobody sat there", "works here", "another cell"])
def test_for_whom_no_code_is_made(town: Town, cell: Scope, worker: Chat, whom: str) -> None:
    her, number = visit(town, cell)
    if whom != "nobody sat there":
        seat(town, her)
    if whom == "works here":
        with town.store.begin() as tx:
            roles.give(tx, her, "federation", Scope(cell.community_id), now=town.now)
    asks = doors.worker(town, doors.cell(town.store, "G2"), "elsewhere") if whom == "another cell" else worker
    asks.taps_choice(f"visit:{number}")
    assert "她换手机了，给她一个码" not in asks.labels()
    asks.taps_choice(f"visit:{number}:phone").hears("不在您的网格里" if whom == "another cell" else "只给自己用手机说过话的妈妈")
    with town.store.read() as tx:
        assert tx.execute(select(invitation.c.id).where(invitation.c.purpose == "new_phone")).all() == []


def test_at_the_desk_she_gets_one_too(town: Town, cell: Scope) -> None:
    her, _ = seated(town, cell)
    with town.store.begin() as tx:
        persons.change(tx, her, name="吕丽萍")
    desk = Desk.of(town.invited("li", "coordinator")).opens(f"/desk/people/{her}").sees("给她换手机的码")
    desk.does("phone_code").sees("吕某某", "start ", "15分钟内有效").sees_not("吕丽萍")
    page = town.person("page")
    page.listens()
    page.hears("不是我在办")
