"""Words outside a form: understood, answered with results at once, and never lost."""

from __future__ import annotations

import pytest

from domain.access import CITY
from storage import threads
from storage.people import persons
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town

SAID = "早上送完孩子九点到十一点有空，会钩针，想领活回家"


def stranger(town: Town) -> Chat:
    """Somebody who greeted and did not want the form."""
    return town.person().says("登记").taps("取消").taps("确定取消")


def test_posts_at_once_what_was_read_and_then_what_is_missing(town: Town) -> None:
    towns.position(town.store, town.now, mode="take_home", title="钩针帽子", skills=["knitting"], trains=False)
    towns.position(town.store, town.now, "P2", mode="flexible", title="站柜台")
    chat = stranger(town).says(SAID)
    chat.hears("钩针帽子", "编织钩针", "领回家做", "每天 09:00-11:00")
    assert "站柜台" not in chat.text and "同意" not in chat.text
    chat.taps("登记，").hears_question("intake", "consent").says("1 3").says("海风3").hears_question("intake", "pay")


def test_a_community_in_the_sentence_is_where_distances_are_from_and_is_not_asked_again(town: Town) -> None:
    towns.position(town.store, town.now, title="钩针帽子", community="YT02")
    chat = stranger(town).says("我住海风1社区，上午有空，想找活").hears("离您1.0公里")
    chat.taps("登记，").says("1 3")
    assert town.label("intake", "community") not in chat.text


def test_what_was_read_is_stored_only_when_she_submits(town: Town) -> None:
    chat = stranger(town).says(SAID)
    chat.says("登记")
    with town.store.read() as tx:
        found = persons.find(tx, "web", "a")
        assert found is not None and persons.profile(tx, found.person_id) is None
    chat.says("1 3").says("海风3").says("跳过").says("跳过").taps("提交")
    with town.store.read() as tx:
        profile = persons.profile(tx, found.person_id)
        assert profile is not None
        assert (profile.skills, profile.modes, profile.windows) == (["knitting"], ["take_home"], "1-7 09:00-11:00")


def test_words_go_into_the_form_that_was_put_off(town: Town) -> None:
    chat = town.person().says("登记").says("1 3").says("海风3").says("稍后").says(SAID).says("登记")
    chat.hears("编织钩针", "对吗").says("对").says("跳过").says("跳过").hears("海风3社区", "编织钩针", "提交")
    with town.store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM conversation").scalar_one() == 1


def sewing(town: Town) -> Chat:
    """A registered mother who sews and is free on weekday mornings."""
    chat = registered(town)
    with town.store.begin() as tx:
        found = persons.find(tx, "web", chat.address)
        assert found is not None
        persons.save_profile(tx, found.person_id, {"skills": ["sewing"], "windows": "1-5 08:00-12:00"}, now=town.now)
    return chat


@pytest.mark.parametrize(
    ("answer", "skills", "windows"),
    [
        ("这次就行", ["sewing"], "1-5 08:00-12:00"),
        ("以后也这样", ["knitting"], "1-7 09:00-11:00"),
        ("加上", ["sewing", "knitting"], "1-5 08:00-12:00; 1-7 09:00-11:00"),
    ],
)
def test_what_a_registered_mother_says_anew_is_stored_only_as_she_wants_it(
    town: Town, answer: str, skills: list[str], windows: str
) -> None:
    towns.position(town.store, town.now, mode="take_home", title="钩针帽子")
    chat = sewing(town).says(SAID).hears("钩针帽子", "编织钩针", "这次就行")
    assert "提交" not in chat.labels()
    chat.taps(answer)
    with town.store.read() as tx:
        found = persons.find(tx, "web", chat.address)
        assert found is not None
        profile = persons.profile(tx, found.person_id)
        assert profile is not None and (profile.skills, profile.windows) == (skills, windows)


def test_what_does_not_differ_from_her_profile_is_not_asked_about(town: Town) -> None:
    assert "这次就行" not in sewing(town).says("我会缝纫，想找活").labels()


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("你好", "您想做什么"),
        ("谢谢啦", "不客气"),
        ("这个怎么用", "常用的有"),
        ("把我的资料删了", "全部删掉"),
        ("别再给我发了", "不主动给您发消息"),
        ("重新给我推送吧", "以后有合适的再告诉您"),
        ("转人工", "转给社区的同事了"),
        ("小区门口路灯坏了好久，能不能修修", "要不要写进意见箱"),
        ("婆婆天天骂我", "请一位调解员"),
        ("这个月工资啥时候发", "要不要我转给"),
        ("想学直播带货", "培训班"),
        ("asdfgh", "没听明白"),
    ],
)
def test_every_intent_is_answered(town: Town, said: str, heard: str) -> None:
    registered(town).says(said).hears(heard)


def test_what_goes_to_a_person_goes_with_her_words(town: Town) -> None:
    duty = town.invited("duty", "coordinator")
    registered(town).says("这个月工资啥时候发").taps("转给")
    duty.says("/menu").taps("等着回话的人").taps("工钱").hears("工资啥时候发")
    with town.store.read() as tx:
        assert len(threads.waiting(tx, (CITY,), limit=9)) == 1


def test_two_different_matters_do_not_overwrite_each_other(town: Town) -> None:
    duty = town.invited("duty", "coordinator")
    registered(town).says("这个月工资啥时候发").taps("转给").says("人工")
    duty.says("/menu").taps("等着回话的人").taps("工钱").hears("工资")
    duty.says("/menu").taps("等着回话的人").hears("想找人")
