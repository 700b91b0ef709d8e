"""The mother's intake: short, every step by tap, number or words, and nothing asked that she already said."""

from __future__ import annotations

import pytest

from domain.capabilities import ALL, TELEGRAM, WECHAT, Capabilities
from domain.codebook import Slots
from domain.forms.load import load
from domain.plain import Json
from tests.domain.forms.talk import INTAKE, Talk

FORM = load(INTAKE)
WHOLE = {
    "consent": ["profile", "children", "jobs"],
    "community": "c1",
    "children": ["2021-03"],
    "skills": ["sewing"],
    "modes": ["flexible"],
    "windows": "1-5 08:00-12:00; 6,7 08:00-18:00",
    "distance_m": 1600,
    "pay": 2000,
    "learn": ["livestream"],
}


def test_a_mother_with_one_child_taps_through_in_ten_screens() -> None:
    talk = Talk(FORM)
    talk.taps("存下我的资料", "记孩子", "有合适的岗位", "好了", "海滨").taps("2021", "3月", "好了")
    talk.taps("缝纫", "好了", "去附近", "好了", "工作日上午", "周末", "好了", "走路20", "2000元", "直播", "好了")
    assert talk.at == "*"
    assert talk.screens == 10
    talk.taps("提交")
    assert talk.done == WHOLE


@pytest.mark.parametrize("capabilities", ALL.values(), ids=list(ALL))
def test_the_same_by_numbers_on_every_channel(capabilities: Capabilities) -> None:
    talk = Talk(FORM, capabilities=capabilities)
    talk.says("1 2 3", "1", "2021年3月", "好了", "2", "第一个", "1，4", "二", "2", "11", "提交")
    assert talk.done == WHOLE
    assert talk.screens <= 11  # without edits the list of children is shown once more


def test_the_same_by_labels() -> None:
    talk = Talk(FORM, capabilities=WECHAT)
    talk.says(
        "存下我的资料、记孩子，有合适的岗位",
        "海滨",
        "2021-03",
        "好了",
        "缝纫",
        "去附近工坊",
        "工作日上午，周末白天",
        "走路20分钟",
        "2000",
        "直播",
        "提交",
    )
    assert talk.done == WHOLE


def test_without_consent_to_a_profile_nothing_more_is_asked() -> None:
    assert Talk(FORM).taps("都不同意").done == {}
    assert Talk(FORM).says("没有").done == {}
    assert Talk(FORM).taps("有合适的岗位", "好了").done == {"consent": ["jobs"]}


def test_taking_the_profile_back_at_the_end_asks_before_it_throws_the_answers_away() -> None:
    talk = Talk(FORM).says("1 3", "1", "2").says("修改", "1")
    talk.taps("存下我的资料", "好了")
    assert talk.done is None
    assert "全部删掉" in talk.said
    kept = talk.conversation
    assert talk.taps("接着填").at == "consent"
    assert talk.answers["skills"] == kept.answers["skills"] == ["sewing"]
    talk.taps("好了").taps("确定")
    assert talk.done == {"consent": ["jobs"]}
    assert talk.answers == {}


def test_children_are_asked_only_with_her_consent() -> None:
    talk = Talk(FORM).says("1 3", "1")
    assert talk.at == "skills"
    talk.says("修改", "1").taps("记孩子", "好了")
    assert talk.at == "children"
    talk.says("2021年3月", "好了", "修改", "1").taps("记孩子", "好了")
    assert "children" not in talk.answers


def test_children_never_pass_a_channel_that_may_not_carry_them() -> None:
    heard: Slots = {"children": [30], "skills": ["sewing"]}
    talk = Talk(FORM, heard=heard, capabilities=TELEGRAM, carries_private=False)
    assert "孩子（" not in talk.said
    assert "缝纫裁剪" in talk.said
    talk.says("1 2 3", "1")
    assert talk.at == "modes"
    talk.carries_private = True
    talk.says("2", "跳过", "跳过", "跳过")
    assert talk.done is None
    assert "2024年5月" in talk.said


def test_distance_is_asked_only_of_those_who_would_go_out() -> None:
    out, home = Talk(FORM).says("1", "1", "跳过", "2"), Talk(FORM).says("1", "1", "跳过", "1")
    assert (out.says("1").at, home.says("1").at) == ("pay", "distance_m")
    assert Talk(FORM).says("1", "1", "跳过", "跳过", "跳过").at == "distance_m"


def test_what_is_known_is_never_asked_and_marked_in_the_summary() -> None:
    known: dict[str, Json] = {
        "consent": ["profile"],
        "community": "c2",
        "skills": [],
        "phone": "13800001111",
        "learn": ["nonsense"],
        "pay": True,
    }
    talk = Talk(FORM, known=known)
    assert talk.at == "modes"
    talk.says("2", "跳过", "跳过")
    assert talk.at == "learn", "a stored value that is no choice any more is asked again"
    talk.says("跳过")
    assert "幸福里社区（之前登记过）" in talk.said
    assert talk.says("提交").done == {
        "consent": ["profile"],
        "community": "c2",
        "skills": [],
        "modes": ["take_home"],
        "phone": "13800001111",
    }


def test_what_she_said_before_is_said_back_once_and_never_asked() -> None:
    heard: Slots = {
        "skills": ["sewing"],
        "windows": [{"days": [1, 2, 3, 4, 5], "start": "08:30", "end": "11:00"}],
        "children": [30],
    }
    talk = Talk(FORM, heard=heard)
    first = talk.said.splitlines()[0]
    assert "缝纫裁剪" in first and "周一到周五 08:30-11:00" in first and "2024年5月" in first
    visited = []
    for answer in ("1 2 3", "1", "1", "2", "2", "2"):
        visited.append(talk.at)
        talk.says(answer)
    assert visited == ["consent", "community", "modes", "distance_m", "pay", "learn"]
    assert talk.says("提交").ended["windows"] == "1-5 08:30-11:00"


def test_optional_answers_are_given_in_the_summary_by_typing_or_tapping() -> None:
    talk = Talk(FORM).says("1", "1", "跳过", "2", "跳过", "跳过", "跳过")
    assert "电话：未填" in talk.said
    talk.says("138 0000 1111", "服装加工")
    assert talk.answers["phone"] == "13800001111"
    assert talk.answers["sectors"] == ["garment"]
    talk.taps("电话").says("139000011")
    assert "11位" in talk.said
    talk.says("+86 139-0000-1111")
    assert talk.says("提交").ended["phone"] == "13900001111"


def test_hours_in_her_own_words_survive_a_look_at_the_question() -> None:
    heard: Slots = {"windows": [{"days": [1], "start": "09:00", "end": "10:00"}]}
    talk = Talk(FORM, heard=heard).says("1", "1", "跳过", "2", "跳过", "跳过").taps("有空时间")
    assert "周一 09:00-10:00" in talk.said
    talk.says("好了")
    assert talk.answers["windows"] == "1 09:00-10:00"


def test_texts_stay_short() -> None:
    talk = Talk(FORM, capabilities=WECHAT)
    for answer in ("1 2 3", "1", "2021年3月", "好了", "1 2 3 4 5 6 7 8 9 10", "1 2 3", "1 2 3 4", "1", "1", "1 2 3 4 5 6 7 8 9"):
        assert len(talk.message.text) < WECHAT.max_text
        talk.says(answer)
    assert talk.at == "*"
    assert len(talk.message.text) < WECHAT.max_text


def test_what_was_given_elsewhere_is_kept_but_not_shown_on_such_a_channel() -> None:
    talk = Talk(FORM).says("1 2", "1", "2021年3月", "好了")
    talk.carries_private = False
    talk.says("修改")
    assert "2021年3月" not in talk.said and "孩子" not in talk.labels() and not talk.message.private
    asked = Talk(FORM, carries_private=False).says("1 2", "1")
    assert asked.at == "skills"
    talk.says("继续", "跳过", "2", "跳过", "跳过", "跳过", "提交")
    assert talk.ended["children"] == ["2021-03"]
