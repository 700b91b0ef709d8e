"""Looking through posts: as cards, by what was just shown, and near ones first; nothing has to be given for it."""

from __future__ import annotations

import pytest

from domain.capabilities import TELEGRAM, WECHAT
from storage import erasure
from storage.people import persons
from storage.work import browsing
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town

PER_LIST = 3


@pytest.fixture
def posts(town: Town) -> Town:
    """Seven posts, each a kilometre further north, of two kinds."""
    for number in range(1, 8):
        sector = "garment" if number < 5 else "packing"
        windows = "1-5 08:30-11:00" if number == 7 else "1-5 13:30-17:00"
        values = {"title": f"活计{number}号", "sector": sector, "windows": windows, "community": f"YT{number:02}"}
        towns.position(town.store, town.now, f"P{number}", **values)
    return town


def titles(chat: Chat) -> list[str]:
    return [card.text.partition("\n")[0] for said in chat.fresh for card in said.cards]


def test_from_hello_to_posts_with_hours_is_one_tap_and_a_named_community_brings_the_distance(posts: Town) -> None:
    chat = posts.person().says("你好").taps("看看有什么活")
    assert len(titles(chat)) == PER_LIST
    chat.hears("13:30-17:00", "海风", "说一声住哪个社区")
    chat.says("我住海风3社区").hears("就在您社区", "离您1.0公里")
    assert titles(chat)[0] == "活计3号"


def test_for_who_is_registered_hello_to_posts_with_distance_is_one_tap(posts: Town) -> None:
    registered(posts).says("你好").taps("找活干").hears("13:30-17:00", "离您1.0公里")


def test_what_was_shown_can_be_talked_of(posts: Town) -> None:
    chat = posts.person().says("找活").says("海风1社区")
    first, second, third = titles(chat)
    chat.says("第二个在哪里").hears(second, "地图", "离您")
    chat.says("离我多远").hears("离您").says("分享").hears("/?start=post-")
    chat.says("第三个").hears(third, "我想去")
    chat.says("我想去1").hears("同意")
    chat.says("电话多少").hears("不直接给")
    chat.says("什么时候去").hears("13:30")
    assert first not in titles(chat.says("还有别的吗"))


def test_more_never_shows_a_post_twice_and_others_are_of_other_kinds(posts: Town) -> None:
    chat = posts.person().says("找活")
    seen = titles(chat)
    seen += titles(chat.taps("更多"))
    seen += titles(chat.says("还有吗"))
    assert len(seen) == len(set(seen)) == 7
    chat.says("还有吗").hears("就这些")
    fresh = posts.person("b").says("找活")
    assert titles(fresh.taps("换一批")) == ["活计5号", "活计6号", "活计7号"]


def test_nearer_and_the_time_of_day_narrow_the_list(posts: Town) -> None:
    chat = posts.person().says("找活").says("海风7社区").says("近一点的")
    assert titles(chat)[0] == "活计7号"
    assert titles(chat.says("上午的")) == ["活计7号"]


def test_near_ones_come_before_far_work_at_home_which_says_how_material_comes(town: Town) -> None:
    towns.position(town.store, town.now, "FAR", title="远处钩织", mode="take_home", community="YT11")
    towns.position(
        town.store, town.now, "TOLD", title="送料钩织", mode="take_home", community="YT10", text="照样品编。材料每周一送到社区。"
    )
    towns.position(town.store, town.now, "HERE", title="家门口缝纫", community="YT02")
    chat = town.person().says("找活").says("海风1社区").hears("料怎么送", "料怎么来：材料每周一送到社区")
    assert titles(chat)[0] == "家门口缝纫"


@pytest.mark.parametrize("channel", [TELEGRAM, WECHAT], ids=lambda one: one.channel)
def test_where_no_cards_are_drawn_a_number_means_the_post(posts: Town, channel: object) -> None:
    chat = posts.person("x", channel).says("找活")  # type: ignore[arg-type]
    assert chat.fresh[-1].cards == () and "2. 活计" in chat.text
    second = chat.text.partition("2. ")[2].partition("\n")[0]
    chat.says("2").hears("同意")
    chat.says("详情2" if channel is WECHAT else "详情 2").hears(second)


def test_a_link_that_was_passed_on_opens_the_post_for_anybody(posts: Town) -> None:
    posts.person().says("找活").says("第一个").taps("分享").hears("start=post-")
    number = posts.person("q").says("找活").fresh[0].cards[0].buttons[0].choice.partition(":")[2]
    posts.person("b").says(f"/start post-{number}").hears("我想去", "不收钱")
    posts.person("c").says("/start post-999").hears("没有了")


def test_words_about_posts_are_heard_in_a_form_which_waits(posts: Town) -> None:
    chat = posts.person().says("登记").says("1 3").says("找活").says("第一个在哪里").hears("地图", "表还在")
    chat.says("海风2社区").hears("哪些活")


def test_what_was_shown_is_forgotten_after_a_day_and_with_her_data(posts: Town) -> None:
    chat = posts.person().says("找活")
    posts.later(hours=3)
    chat.says("第一个在哪里").hears("翻不回去", "看看有什么活")
    with posts.store.begin() as tx:
        found = persons.find(tx, "web", chat.address)
        assert found is not None
        since = posts.now.replace(year=2000)
        assert browsing.last(tx, found.person_id, since=since) is not None
        browsing.forget(tx, before=posts.now)
        assert browsing.last(tx, found.person_id, since=since) is None
        browsing.keep(tx, found.person_id, {"shown": [1]}, now=posts.now)
        erasure.erase(tx, found.person_id, now=posts.now)
        assert browsing.last(tx, found.person_id, since=since) is None
