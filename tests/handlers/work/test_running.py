"""Her running matters by words: found, confirmed in one tap, the other side told; nothing is done before she confirms it."""

from __future__ import annotations

import pytest

from storage.work import places
from tests.handlers.training.test_classes import taught
from tests.handlers.work.test_applications import contact, invites, rows, wants
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town


@pytest.fixture
def post(town: Town) -> int:
    return towns.position(town.store, town.now)


def on_trial(town: Town) -> tuple[Chat, Chat, Chat]:
    """A mother whose trial is tomorrow, the coordinator and the firm's contact."""
    coordinator, firm = town.invited("coordinator", "coordinator"), contact(town)
    mother = wants(town)
    invites(coordinator)
    firm.listens()
    mother.listens()
    return mother, coordinator, firm


def at_work(town: Town) -> tuple[Chat, Chat, Chat]:
    mother, coordinator, firm = on_trial(town)
    town.later(days=2)
    with town.store.begin() as tx:
        assert places.move(tx, 1, "started", by=None, now=town.now, started_at=town.now)
    firm.listens()
    return mother, coordinator, firm


@pytest.mark.parametrize("said", ["明天去不了", "孩子发烧了明天去不了", "能不能改时间"])
def test_a_trial_that_she_cannot_come_to_gets_another_time_in_one_tap(town: Town, post: int, said: str) -> None:
    mother, _, firm = on_trial(town)
    mother.says(said).hears("缝纫工", "11月25日")
    assert rows(town, post) == [("trial", True)]
    mother.taps("换个时间").hears("哪天能去")
    assert rows(town, post) == [("applied", True)]
    firm.listens()
    firm.hears("想换一个")
    mother.taps("11月27日").hears("告诉他们了")
    firm.listens()
    firm.hears("11月27日", "能来")


def test_the_day_she_names_is_told_with_it(town: Town, post: int) -> None:
    mother, coordinator, firm = on_trial(town)
    mother.says("能不能改到下周三").taps("改到12月2日").hears("12月2日", "名额还给您留着")
    for staff in (coordinator, firm):
        staff.listens()
        staff.hears("想改到12月2日")


def test_who_does_not_want_to_go_any_more_is_asked_once_and_her_place_is_given_back(town: Town, post: int) -> None:
    mother, _, firm = on_trial(town)
    mother.says("我不想去了").hears("让给下一位").taps("不去了")
    assert rows(town, post) == [("withdrawn", False)]
    firm.listens()
    firm.hears("不去“缝纫工”了")


def test_who_is_late_is_announced(town: Town, post: int) -> None:
    mother, _, firm = on_trial(town)
    mother.says("迟到半小时").taps("告诉他们").hears("已经替您告诉")
    firm.listens()
    firm.hears("要晚到30分钟")
    assert rows(town, post) == [("trial", True)]


@pytest.mark.parametrize("said", ["不做了", "班不上了", "我不干了"])
def test_who_leaves_her_post_says_so_and_the_firm_is_told_to_settle_her_wages(town: Town, post: int, said: str) -> None:
    mother, _, firm = at_work(town)
    mother.says(said).hears("缝纫工")
    assert rows(town, post) == [("started", True)]
    mother.taps("不做了").hears("结清")
    assert rows(town, post) == [("left", False)]
    firm.listens()
    firm.hears("工钱")


def test_a_day_off_is_told_and_changes_nothing(town: Town, post: int) -> None:
    mother, _, firm = at_work(town)
    mother.says("孩子病了，明天去不了").taps("告诉他们")
    firm.listens()
    firm.hears("请个假", "11月27日")
    assert rows(town, post) == [("started", True)]


def test_who_was_taken_after_her_trial_says_so(town: Town, post: int) -> None:
    mother, _, _ = on_trial(town)
    town.later(days=1, hours=3)
    mother.says("做得挺好，让我下周一去").taps("我上岗了").hears("恭喜")
    assert rows(town, post) == [("started", True)]


def test_where_the_trial_is(town: Town, post: int) -> None:
    mother, _, _ = on_trial(town)
    town.later(hours=3)
    mother.says("在哪里").hears("工坊201", "11月25日")


def test_it_is_heard_in_a_form_which_waits(town: Town, post: int) -> None:
    mother, _, _ = on_trial(town)
    mother.says("我的资料").says("明天去不了").hears("缝纫工", "表还在")


def test_a_class_she_cannot_come_to_or_leaves(town: Town) -> None:
    number = taught(town)
    coordinator, mother = town.invited("coordinator", "coordinator"), registered(town)
    mother.taps_choice(f"class:join:{number}").says("明天去不了").taps("这次去不了").hears("已经告诉")
    coordinator.listens()
    coordinator.hears("课来不了")
    mother.says("我不去上课了").taps("不上了").hears("让给后面")


@pytest.mark.parametrize("said", ["明天去不了", "我不想去了", "不做了", "迟到半小时"])
def test_who_has_no_such_matter_is_asked_nothing_about_it(town: Town, said: str) -> None:
    chat = registered(town).says(said)
    assert not {"换个时间", "不去了", "不做了", "告诉他们"} & set(chat.labels())


def test_nobody_confirms_what_is_another_womans(town: Town, post: int) -> None:
    on_trial(town)
    other = registered(town, "other")
    for choice in (
        "running:1:quit",
        "running:1:late:5",
        "running:1:other:2026-12-02",
        "running:1:day:x",
        "running:x:quit",
        "session:1:late:5",
    ):
        other.taps_choice(choice).hears("太旧了")
    assert rows(town, post) == [("trial", True)]
