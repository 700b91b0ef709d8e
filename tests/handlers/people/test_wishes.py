"""How often she is written to, and when not: by taps and in her words."""

from __future__ import annotations

from typing import Any

import pytest

from storage.people import persons
from tests.handlers.work.test_positions import draft, person_id
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town


def wishes(town: Town, chat: Chat) -> dict[str, Any]:
    with town.store.read() as tx:
        row = persons.get(tx, person_id(town, chat))
        return {name: getattr(row, name) for name in ("per_day", "quiet", "notices")}


def test_the_menu_of_a_mother_is_short(town: Town) -> None:
    [said] = registered(town).says("/menu").fresh
    assert len(said.buttons) <= 7
    for label in ("我的岗位", "我的班", "我的消息", "我的资料", "多久告诉我一次"):
        assert label in [button.label for button in said.choices()]


def test_her_number_a_day_is_kept_to(town: Town) -> None:
    mother = registered(town)
    mother.says("/menu").taps("多久告诉我一次").hears("每天最多给您发2条", "21:00到第二天08:00")
    mother.taps("每天1条").hears("每天最多给您发1条")
    assert wishes(town, mother)["per_day"] == 1
    for n in range(3):
        towns.position(town.store, town.now, f"P{n}", title=f"缝纫{n}")
        town.tick()
        town.later(minutes=1)
    assert len(mother.listens()) == 1


def test_none_and_back_again(town: Town) -> None:
    mother = registered(town).says("多久告诉我一次").taps("都别发").hears("不主动给您发消息")
    mother.says("免打扰").hears("现在不主动给您发消息")
    mother.taps("每天5条").hears("5条")
    assert wishes(town, mother) == {"per_day": 5, "quiet": "", "notices": True}


def test_quiet_hours_by_taps_and_words(town: Town) -> None:
    mother = registered(town).says("免打扰时间").taps("22:00到07:00别发").hears("22:00到第二天07:00")
    mother.taps("再改改").taps("午睡").hears("22:00到第二天07:00、13:00到15:00")
    mother.taps("再改改").taps("午睡")
    assert wishes(town, mother)["quiet"] == "22:00-07:00;13:00-15:00", "tapped twice it is there once"
    mother.taps("再改改").taps("我自己说时间").says("孩子睡觉十二点半到两点").taps("提交").hears("22:00到第二天07:00、12:30到14:00")
    assert wishes(town, mother)["quiet"] == "22:00-07:00;12:30-14:00"
    mother.taps("再改改").taps("我自己说时间").says("随便吧").taps("提交").hears("没听明白", "先没改")
    assert wishes(town, mother)["quiet"] == "22:00-07:00;12:30-14:00"
    mother.taps("再改改").taps("什么时候都行")
    assert wishes(town, mother)["quiet"] == "00:00-00:00;12:30-14:00"


def test_her_nap_holds_a_post_until_it_is_over(town: Town) -> None:
    mother = registered(town).says("免打扰").taps("午睡")
    town.later(hours=3, minutes=30)  # 13:30 in Yantai
    draft(town, status="published", published_at=town.now)
    town.tick()
    assert mother.listens() == []
    town.later(hours=2)
    town.tick()
    mother.listens()
    mother.hears("新岗位")


def test_fewer_messages_below_a_notice_asks_how_many(town: Town) -> None:
    mother = registered(town)
    towns.position(town.store, town.now)
    town.tick()
    mother.listens()
    mother.taps("少发消息").hears("每天1条", "都别发")
    assert wishes(town, mother)["notices"] is True
    mother.says("退订").hears("不主动给您发消息")
    assert wishes(town, mother)["notices"] is False


@pytest.mark.parametrize(
    "choice", ["wish:", "wishes:day:", "wishes:day:99", "wishes:day:-1", "wishes:quiet:x", "wishes:night99", "wishes:day:²"]
)
def test_made_up_buttons_change_nothing(town: Town, choice: str) -> None:
    mother = registered(town)
    before = wishes(town, mother)
    mother.taps_choice(choice).hears("按钮太旧了")
    assert wishes(town, mother) == before
