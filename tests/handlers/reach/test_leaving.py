"""退出这台手机: nothing of hers is on that phone any more, and she alone comes back, by a code."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.capabilities import TELEGRAM
from storage.people import persons
from storage.survey import takeovers
from storage.tables.people import address
from tests.handlers.reach.test_linking import code_in, joined, person, told
from tests.support.chat import Chat, Town


def seat(town: Town, chat: Chat) -> str:
    with town.store.read() as tx:
        where = (address.c.channel == chat.channel.channel, address.c.address == chat.address)
        return str(tx.execute(select(address.c.state).where(*where)).scalar_one())


@pytest.mark.parametrize("way", ["退出这台手机", "登出", "签出", "menu"])
def test_she_leaves_and_nobody_there_is_she(town: Town, way: str) -> None:
    her = town.person("w").says("登记").says("1")
    number = person(town, her)
    (her.says("我的资料").taps("退出这台手机") if way == "menu" else her.says(way)).hears("当面找网格员", "要一个回来码")
    her.taps("退出").hears("已经退出了")
    assert her.fresh[-1].parts and seat(town, her) == "ended"
    told(town, her, "新消息")
    with town.store.read() as tx:
        assert persons.reach(tx, number) is None
    # A copy of the cookie, or another window: whoever writes is somebody new, and the address stays closed.
    her.says("继续").says("我的资料").hears("没有存您的资料")
    assert person(town, her) != number and seat(town, her) == "ended"
    with town.store.read() as tx:
        assert not takeovers.free(tx, number), "no code for the door opens what she left"


def test_she_comes_back_by_the_code_that_she_wrote_down(town: Town) -> None:
    her = town.person("w").says("登记").says("1")
    number = person(town, her)
    code = code_in(her.says("退出这台手机").taps("要一个回来码"))
    her.taps("记下了，退出").hears("已经退出了")
    town.later(days=29)
    new = town.person("n").says(f"/start {code}").hears("是您自己")
    new.says("1").hears("合好了")
    assert person(town, new) == number
    town.person("thief").says(f"/start {code}").hears("用过了")


@pytest.mark.parametrize("ending", ["stays", "never answers", "a month later"])
def test_a_code_to_come_back_does_not_lie_about(town: Town, ending: str) -> None:
    her = town.person("w").says("你好")
    code = code_in(her.says("退出这台手机").taps("要一个回来码"))
    if ending == "stays":
        her.taps("先不退").hears("没有退")
    elif ending == "a month later":
        her.taps("记下了，退出")
    town.later(**{"minutes": 1} if ending == "stays" else {"minutes": 16} if ending == "never answers" else {"days": 31})
    town.person("thief").says(f"/start {code}").hears("用过了，或者过期了")


def test_who_works_here_gets_no_code_on_paper(town: Town) -> None:
    worker = town.invited("g", "grid_worker")
    worker.says("退出登录").hears("工作人员")
    assert "要一个回来码" not in worker.labels()
    worker.taps_choice("exit:code").hears("太旧了")
    worker.taps("退出").hears("已经退出了")
    worker.says("/menu")
    assert "待办" not in worker.labels()


def test_elsewhere_she_is_told_that_the_talk_is_hers_to_delete(town: Town) -> None:
    her = town.person("7", TELEGRAM).says("你好")
    number = person(town, her)
    her.says("退出这台手机").taps("退出").hears("请您自己删掉")
    her.says("你好")
    assert person(town, her) != number and seat(town, her) == "open"


def test_a_page_that_is_parted_from_elsewhere_shows_nothing_more(town: Town) -> None:
    web, phone = joined(town)
    phone.says("解除关联").says("解除网页").hears("分开了")
    assert seat(town, web) == "ended"
