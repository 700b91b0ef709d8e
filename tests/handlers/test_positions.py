"""A post is published, its mothers are found, and each is told, if the notice rules let it through."""

from __future__ import annotations

import pytest

from storage import notices, people, work
from tests.handlers.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town


def outcomes(town: Town, position: int) -> list[tuple[str, str]]:
    with town.store.read() as tx:
        notice = notices.of_position(tx, position)
        assert notice is not None
        return [(row["outcome"], row["why"]) for row in notices.outcomes(tx, notice)]


def draft(town: Town, code: str = "D1", **values: object) -> int:
    return towns.position(town.store, town.now, code, status="draft", published_at=None, **values)


def publish(town: Town, title: str = "缝纫工") -> Chat:
    return town.invited(f"coordinator {title}", "coordinator").says("/menu").taps("待发布岗位").taps(f"发布 {title}")


def test_a_published_post_reaches_the_mother_it_fits(town: Town) -> None:
    mother = registered(town)
    post = draft(town)
    publish(town).hears("发布了")
    assert mother.listens() == []
    town.tick()
    mother.listens()
    mother.hears("有一个新岗位适合您", "缝纫工", "离家0米", "我想去", "少发消息")
    mother.taps("我想去").hears("已经告诉")
    assert outcomes(town, post) == [("delivered", "")]
    town.tick()
    assert mother.listens() == [], "the same message comes once"


def test_who_is_too_far_away_is_not_told(town: Town) -> None:
    far = registered(town, community="海风11社区")
    post = draft(town)
    publish(town)
    town.tick()
    assert far.listens() == []
    assert outcomes(town, post) == []


def test_quiet_hours_hold_it_until_morning_and_the_form_is_not_disturbed(town: Town) -> None:
    mother = registered(town)
    post = draft(town)
    publish(town)
    town.later(hours=12)
    town.tick()
    assert mother.listens() == []
    assert outcomes(town, post) == [("waiting", "quiet")]
    town.later(hours=10)
    town.tick()
    mother.listens()
    mother.hears("新岗位")


def test_over_the_daily_cap_the_rest_comes_as_one_digest_the_next_morning(town: Town) -> None:
    mother = registered(town)
    for n in range(5):
        towns.position(town.store, town.now, f"P{n}", title=f"缝纫{n}")
        town.tick()
        town.later(minutes=1)
    assert len(mother.listens()) == 2
    town.later(days=1)
    town.tick()
    [digest] = mother.listens()
    assert "3 个新岗位" in digest.text and len([b for b in digest.choices() if "我想去" in b.label]) == 3


def test_a_post_filled_meanwhile_is_withheld_with_its_reason(town: Town) -> None:
    mother = registered(town)
    town.later(hours=12)
    post = towns.position(town.store, town.now, headcount=1)
    town.tick()
    with town.store.begin() as tx:
        assert work.take_place(tx, post)
    town.later(hours=10)
    town.tick()
    assert mother.listens() == []
    assert outcomes(town, post) == [("withheld", "stale")]


def test_without_consent_or_after_unsubscribing_nothing_comes(town: Town) -> None:
    refused = town.person("refused").says("/start").says("1").says("海风1社区").taps("都还不会")
    for _ in range(5):
        refused.says("跳过")
    refused.taps("提交").hears("登记好了")
    stopped = registered(town, "stopped").says("退订").hears("不主动给您发消息")
    post = draft(town)
    publish(town)
    town.tick()
    assert refused.listens() == [] and stopped.listens() == []
    assert outcomes(town, post) == [("withheld", "unsubscribed")], "who did not agree to job notices is not even matched"
    stopped.says("恢复消息").hears("以后有合适的再告诉您")


def test_who_cannot_be_reached_is_listed_at_once(town: Town) -> None:
    mother = registered(town)
    with town.store.begin() as tx:
        people.set_address_state(tx, "web", mother.address, "gone")
    post = draft(town)
    publish(town)
    town.tick()
    assert outcomes(town, post) == [("withheld", "unreachable")]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("招缝纫工，每件2元，先交押金200元，干满一个月退。", "不能发布"),
        ("招缝纫工，男士优先，每件2元。", "不能发布"),
        ("招工，工资面议。", "要问清楚"),
    ],
)
def test_the_gate_holds_back_what_must_not_be_published(town: Town, text: str, answer: str) -> None:
    post = draft(town, text=text)
    publish(town).hears(answer, "“")
    with town.store.read() as tx:
        row = work.position(tx, post)
        assert row is not None and row["status"] == "draft"


def test_an_open_question_needs_the_federation(town: Town) -> None:
    draft(town, text="招工，工资面议。")
    town.invited("f", "federation", None).says("/menu").taps("待发布岗位").taps("发布").hears("发布了")


def test_only_who_may_publish_sees_drafts(town: Town) -> None:
    draft(town)
    town.invited("foreign", "coordinator", "YT02").says("/menu").taps("待发布岗位").hears("没有等着发布的岗位")
    town.invited("grid", "grid_worker").taps_choice("s:drafts").hears("要有相应的身份")
    town.invited("grid2", "grid_worker").taps_choice("pub:1").hears("要有相应的身份")
