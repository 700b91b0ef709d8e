"""我的事: one list of all her matters, to which every capability adds its own."""

from __future__ import annotations

from dataclasses import replace

from domain.messages import Button
from handlers.capability import Matter
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Town


def test_nothing_is_said_plainly_and_shows_a_way(town: Town) -> None:
    chat = town.person().says("我的事").hears("没有在办的事")
    assert chat.labels()


def test_applications_and_who_answers_her_stand_in_one_list(town: Town) -> None:
    towns.position(town.store, town.now)
    chat = registered(town, "a")
    chat.says("找活干").taps("我想去").taps("先不给").says("人工")
    chat.says("我的事").hears("一共 2 件", "“缝纫工”（暖阳服装厂）", "还没有人接", "我的岗位")
    chat.taps("我的岗位").hears("您报过的岗位")


def test_a_long_list_is_shown_piece_by_piece(town: Town) -> None:
    capabilities = replace(
        town.content.capabilities,
        matters=(lambda turn: [Matter(f"第{n}件", Button("看", f"mine:{n}")) for n in range(30)],),
    )
    town.content = replace(town.content, capabilities=capabilities)
    chat = town.person().says("我的事").hears("一共 30 件", "1. 第0件", "12. 第11件")
    chat.taps("看后面的").hears("13. 第12件").taps("看后面的").hears("30. 第29件")
    assert "看后面的" not in chat.labels()
    chat.taps_choice("menu:matters:99999").hears("1. 第0件")


def test_in_a_form_it_is_answered_and_the_form_waits(town: Town) -> None:
    chat = town.person().says("登记").says("1")
    chat.says("我的事").hears("没有在办的事", "刚才的表还在")
