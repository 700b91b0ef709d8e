"""From 我想去 to the coordinator's answer, with everything that can come in between."""

from __future__ import annotations

from storage import work
from tests.support import towns
from tests.support.chat import Chat, Town


def registered(town: Town, name: str = "mother", *, community: str = "海风1社区") -> Chat:
    """A mother who filled the intake form with the least that it takes."""
    chat = town.person(name)
    chat.says("/start").says("1 2 3").says(community).taps("没有孩子").taps("都还不会").says("跳过").says("跳过").says("跳过").says(
        "跳过"
    ).says("跳过")
    return chat.taps("提交").hears("登记好了")


def test_a_mother_sees_what_fits_applies_and_is_told(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    mother = registered(town)
    mother.hears("缝纫工", "暖阳服装厂", "海风1社区", "离家0米", "按件计酬", "每件2元")
    mother.taps("我想去").hears("已经告诉海风1社区的协调员")
    coordinator.listens()
    coordinator.hears("想去“缝纫工”", "请她来", "这次不行")
    coordinator.taps("请她来").hears("已经告诉")
    mother.listens()
    mother.hears("好消息", "缝纫工", "不用交任何钱")
    mother.says("我的报名").hears("请您去")


def test_declined_is_told_kindly_and_another_way_is_shown(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    mother = registered(town).taps("我想去")
    coordinator.listens()
    coordinator.taps("这次不行")
    mother.listens()
    mother.hears("这次没有成", "找活干")


def test_applying_twice_counts_once(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    mother = registered(town).taps("我想去")
    mother.taps("我想去").hears("已经报过名")
    coordinator.listens()
    assert coordinator.text.count("想去“缝纫工”") == 1
    coordinator.says("/menu").taps("谁想去上岗").hears("缝纫工")
    assert len(coordinator.fresh) == 1


def test_the_last_place_is_given_once(town: Town) -> None:
    row = towns.position(town.store, town.now, headcount=1)
    coordinator = town.invited("coordinator", "coordinator")
    registered(town, "first").taps("我想去")
    second = registered(town, "second").taps("我想去")
    coordinator.says("/menu").taps("谁想去上岗")
    yes = [b.choice for said in coordinator.fresh for b in said.choices() if b.label == "请她来"]
    coordinator.taps_choice(yes[0]).hears("已经告诉")
    coordinator.taps_choice(yes[1]).hears("已经招满")
    with town.store.read() as tx:
        position = work.position(tx, row)
        assert position is not None and (position["taken"], position["status"]) == (1, "filled")
        assert [a["status"] for a in work.applications(tx, limit=9)] == ["applied"]
    second.listens()
    assert second.fresh == [], "nobody is told a thing that was undone"


def test_a_filled_post_cannot_be_wanted_and_is_not_shown(town: Town) -> None:
    towns.position(town.store, town.now, headcount=1)
    mother = registered(town)
    other = registered(town, "other").taps("我想去")
    with town.store.begin() as tx:
        application = work.applications(tx, limit=1)[0]
        work.take_place(tx, application["position_id"])
    mother.taps("我想去").hears("已经招满")
    mother.says("找活干").hears("眼下没有正好合适的岗位")
    assert other.heard


def test_a_decision_is_made_once(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    registered(town).taps("我想去")
    coordinator.listens()
    coordinator.taps("请她来")
    coordinator.taps("这次不行").hears("请她来")
    with town.store.read() as tx:
        assert work.applications(tx, limit=9) == []


def test_the_coordinator_of_another_community_may_neither_see_nor_decide(town: Town) -> None:
    towns.position(town.store, town.now)
    own = town.invited("own", "coordinator", "YT01")
    foreign = town.invited("foreign", "coordinator", "YT02")
    registered(town).taps("我想去")
    foreign.listens()
    assert foreign.fresh == []
    foreign.says("/menu").taps("谁想去上岗").hears("现在没有等回话的报名")
    own.listens()
    choice = next(b.choice for said in own.fresh for b in said.choices() if b.label == "请她来")
    foreign.taps_choice(choice).hears("要有相应的身份")
    registered(town, "nobody").taps_choice(choice).hears("要有相应的身份")


def test_at_night_the_coordinator_is_told_in_the_morning(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    town.later(hours=12)  # 22:00 in Yantai
    registered(town).taps("我想去").hears("已经告诉")
    assert coordinator.listens() == []
    town.later(hours=10)
    town.tick()
    coordinator.listens()
    coordinator.hears("想去“缝纫工”")


def test_made_up_buttons_do_nothing(town: Town) -> None:
    mother = registered(town)
    for choice in (
        "go:",
        "go:999999",
        "go:-1",
        "go:1e9",
        "app:1:yes",
        "app:x:yes",
        "pub:1",
        "m:nonsense",
        "zzz",
        "",
        "f:1:1:x:y",
        "f:999:1:a:b",
        "safe:1:call",
    ):
        mother.taps_choice(choice)
        assert mother.fresh, choice
        assert "出了点问题" not in mother.text, choice
