"""No form traps her: another matter is dealt with at once, the form waits unharmed; and answers are taken as people give them."""

from __future__ import annotations

import pytest

from domain.capabilities import WEB
from storage.people import persons
from tests.handlers.work.test_work import registered
from tests.support.chat import Chat, Town


def state(town: Town, chat: Chat) -> tuple[object, object]:
    """Where she stands in her form: place and answers."""
    with town.store.read() as tx:
        found = persons.find(tx, WEB.channel, chat.address)
    assert found is not None and found.state is not None
    return found.state["at"], found.state["answers"]


def at(town: Town, step: str) -> Chat:
    chat = town.person(step).says("登记")
    for said in {"consent": [], "community": ["1"], "skills": ["1", "海风1社区"], "modes": ["1", "海风1社区", "2"]}[step]:
        chat.says(said)
    return chat


MATTERS = ["工钱没发，老板拖着不给", "我婆婆天天骂我", "小区路灯坏了好久没人修", "别再给我发了", "转人工", "你们是骗子吗", "帮我把资料删了"]


@pytest.mark.parametrize("step", ["consent", "community", "skills", "modes"])
@pytest.mark.parametrize("matter", MATTERS)
def test_another_matter_is_dealt_with_and_the_form_is_unharmed(town: Town, step: str, matter: str) -> None:
    chat = at(town, step)
    before = state(town, chat)
    chat.says(matter)
    assert "没太听懂" not in chat.text, chat.text
    assert state(town, chat) == before
    chat.hears("接着填" if "继续" not in "".join(chat.labels()) else "继续")


@pytest.mark.parametrize("said", ["我家在海风3社区", "海风3社区7号楼", "不对，是海风3社区", "还是海风3社区吧"])
def test_a_community_is_understood_as_people_say_it(town: Town, said: str) -> None:
    at(town, "community").says(said).hears("哪些活")


def test_after_two_misses_in_a_row_another_way_is_shown(town: Town) -> None:
    chat = at(town, "community").says("嗯哼哼")
    assert "找人帮忙" not in chat.labels()
    chat.says("哼哼嗯").hears("先放一放", "找人帮忙")


def test_several_numbers_without_a_blank_are_several_choices(town: Town) -> None:
    at(town, "skills").says("123").hears_question("intake", "modes")


def test_a_registered_mother_who_says_more_gets_posts_and_no_second_form(town: Town) -> None:
    chat = registered(town).says("我想登记")
    chat.says("工钱没发，老板拖着不给")
    assert "没太听懂" not in chat.text
