"""Walking a form: controls, lists, repeats, changes at the end, old buttons, new versions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from domain.codebook import Slots
from domain.forms.conversation import Cancelled, Done, Postponed, State
from domain.forms.load import load
from domain.forms.schema import Choice, Form
from tests.domain.forms.talk import INTAKE, LISTS, Talk, form_of

INTAKE_FORM = load(INTAKE)
SMALL = """
    - {type: integer, name: age, label: 您多大了？, required: true, constraint: . >= 18 and . < 100, constraint_message: 要满18岁。}
    - {type: select_one yes_no, name: married, label: 结婚了吗？, short: 结婚}
    - {type: text, name: note, label: 还想说什么？, relevant: "${age} > 30", short: 想说的}
    - {type: calculate, name: decade, calculation: "int(${age} div 10)"}
"""
LISTS_OF_SMALL = "choices:\n  yes_no: {y: 结了, n: 没有}\n"


@pytest.fixture
def small(tmp_path: Path) -> Form:
    return form_of(tmp_path, SMALL, rest=LISTS_OF_SMALL)


def test_words_numbers_and_chinese_numbers(small: Form) -> None:
    talk = Talk(small).says("三十六", "第二个", "没啥")
    assert talk.says("提交").done == {"age": 36, "married": "n", "note": "没啥", "decade": 3}


def test_wrong_answers_keep_the_question_and_say_why(small: Form) -> None:
    talk = Talk(small).says("十七")
    assert "要满18岁" in talk.said and talk.at == "age"
    assert "整数" in talk.says("啊").said
    assert talk.says("20", "5").phrases() == ["form.no_such_number"]
    assert talk.answers == {"age": 20, "decade": 2}


def test_a_required_question_cannot_be_skipped(small: Form) -> None:
    talk = Talk(small).says("跳过")
    assert talk.phrases() == ["form.cannot_skip"] and talk.at == "age"
    assert "跳过" not in talk.labels()


def test_a_choice_may_be_called_like_a_skip_word(small: Form) -> None:
    assert Talk(small).says("20", "没有").answers["married"] == "n"


def test_back_shows_the_earlier_answer_and_goes_on_where_she_was(small: Form) -> None:
    talk = Talk(small).says("40", "1").says("返回", "返回")
    assert talk.at == "age" and "您之前答的是：40" in talk.said
    talk.taps("不改")
    assert talk.at == "note"
    assert Talk(small).says("返回").phrases() == ["form.at_first"]


def test_later_goes_on_where_it_stopped(small: Form) -> None:
    talk = Talk(small).says("40").taps("稍后")
    assert talk.has(Postponed) and talk.conversation.status == "postponed"
    taken_up = talk.says("继续").conversation
    assert (taken_up.at, taken_up.status) == ("married", "open")
    assert talk.says("稍后再说").says("1").answers["married"] == "y", "an answer is taken up as well"


def test_cancel_asks_once_and_then_nothing_is_kept(small: Form) -> None:
    talk = Talk(small).says("40", "取消")
    assert not talk.has(Cancelled)
    assert talk.says("不").at == "married"
    talk.says("取消").says("对")
    assert talk.has(Cancelled) and talk.answers == {}
    token = talk.tokens[0]
    assert talk.taps_token(token).phrases() == ["form.old_button_done"]


def test_an_answer_instead_of_a_yes_is_an_answer(small: Form) -> None:
    assert Talk(small).says("40", "取消", "第一个").answers["married"] == "y"


def test_changes_in_the_summary_ask_again_what_depends_on_them(small: Form) -> None:
    talk = Talk(small).says("40", "1", "有孩子", "1", "25")
    assert talk.at == "*"
    assert "note" not in talk.answers and talk.answers["decade"] == 2
    talk.says("改结婚").says("2")
    assert talk.at == "*" and talk.answers["married"] == "n"
    assert talk.taps("您多大了").says("50").at == "note"


def test_a_constraint_on_another_answer_is_checked_again(tmp_path: Path) -> None:
    form = form_of(
        tmp_path,
        """
        - {type: integer, name: least, label: 最少多少？, short: 最少}
        - {type: integer, name: most, label: 最多多少？, short: 最多, constraint: ". >= ${least}", constraint_message: 最多不能比最少还少。}
        """,
    )
    talk = Talk(form).says("10", "20").says("1", "30")
    assert talk.at == "most" and "最多不能比最少还少" in talk.said and "您之前答的是：20" in talk.said
    assert talk.answers["most"] == 20, "nothing is lost"
    assert talk.says("40", "提交").done == {"least": 30, "most": 40}


def test_the_middle_of_the_form_can_be_reviewed(small: Form) -> None:
    talk = Talk(small).says("40", "修改")
    assert talk.at == "*" and "继续" in "".join(talk.labels())
    assert talk.says("提交").at == "married", "what is open is asked first"
    assert talk.says("修改").says("1").says("41").answers["age"] == 41


@pytest.mark.parametrize(
    "nonsense",
    ["", "   ", "😀", "\x00\ud800", "x" * 10_000, "'; DROP TABLE people; --", "${age}", "{}", "\u200b", "９" * 400, "f:7:1:age:1"],
)
def test_nothing_that_she_sends_raises_or_loses(small: Form, nonsense: str) -> None:
    talk = Talk(small).says("40").says(nonsense)
    assert talk.at == "married" and talk.answers["age"] == 40 and talk.said
    talk.says("1").says(nonsense)
    assert talk.answers["married"] == "y"
    for token in (
        nonsense,
        f"f:7:1:{nonsense}:1",
        f"f:7:1:married:{nonsense}",
        f"f:7:x:*:!{nonsense}",
        "f:7:1:age:!remove.x.0",
        "f:7:1:married:!more.x",
    ):
        talk.taps_token(token)
    assert talk.answers["age"] == 40


def test_texts_have_a_sane_length(small: Form) -> None:
    talk = Talk(small).says("40", "1").says("长" * 501)
    assert talk.phrases() == ["form.too_long"] and "501个字" in talk.said
    assert talk.says("长" * 500).answers["note"] == "长" * 500


def test_the_same_tap_twice_does_no_harm() -> None:
    talk = Talk(INTAKE_FORM)
    tick = talk.token("存下我的资料")
    assert talk.taps_token(tick).taps_token(tick).conversation.toggles == ["profile"]
    ready = talk.token("好了")
    talk.taps_token(ready).taps_token(ready)
    assert talk.at == "community"
    pick = talk.token("海滨")
    talk.taps_token(pick).taps_token(pick)
    assert (talk.at, talk.answers["community"]) == ("skills", "c1")
    back = talk.token("返回")
    assert talk.taps_token(back).taps_token(back).at == "community"


def test_toggles_are_edits_of_the_same_message_and_numbers_are_all_at_once() -> None:
    talk = Talk(INTAKE_FORM).taps("存下我的资料")
    assert talk.message.edits == "m1" and "☑ 1 存下我的资料好找活" in [button.label for button in talk.message.choices()]
    assert talk.says("3").answers["consent"] == ["profile", "jobs"], "ticked and typed together"


def test_an_old_button_changes_its_answer_and_she_goes_on_where_she_was() -> None:
    talk = Talk(INTAKE_FORM).says("1")
    elsewhere = talk.token("东山")
    talk.says("1", "2", "2")
    assert talk.at == "windows"
    talk.taps_token(elsewhere)
    assert talk.answers["community"] == "c3" and talk.at == "windows"
    assert "住哪里 → 东山社区" in talk.said


def test_an_old_button_in_the_middle_of_a_list_leaves_her_in_the_list() -> None:
    talk = Talk(INTAKE_FORM).says("1 2")
    elsewhere = talk.token("东山")
    talk.says("1", "2021年3月").taps_token(elsewhere)
    assert talk.at == "children" and talk.answers["community"] == "c3"


def test_an_old_tick_opens_its_question_and_keeps_the_rest() -> None:
    talk = Talk(INTAKE_FORM).says("1", "1")
    knitting = talk.token("编织")
    talk.says("2", "2").taps_token(knitting)
    assert talk.at == "skills" and talk.answers["skills"] == ["sewing"]
    talk.taps("好了")
    assert talk.answers["skills"] == ["knitting", "sewing"] and talk.at == "windows"


def test_buttons_of_another_conversation_or_of_a_gone_question_are_answered_politely(small: Form) -> None:
    talk = Talk(small).says("20")
    assert talk.taps_token("f:8:1:married:y").phrases() == ["form.old_button"]
    assert talk.taps_token("f:7:1:note:y").phrases() == ["form.old_button_gone"]
    assert talk.taps_token("f:7:1:married:zzz").phrases() == ["form.old_button_gone"]
    assert talk.at == "married"


def test_a_newer_version_keeps_what_is_still_an_answer(tmp_path: Path, small: Form) -> None:
    talk = Talk(small).says("40", "1", "都好")
    old = talk.tokens[:]
    talk.form = form_of(
        tmp_path,
        """
        - {type: integer, name: age, label: 您多大了？, required: true, constraint: . >= 45}
        - {type: select_one yes_no, name: married, label: 结婚了吗？}
        - {type: select_one yes_no, name: driver, label: 会开车吗？, required: true}
        """,
        version=2,
        rest=LISTS_OF_SMALL,
    )
    assert talk.says("提交").at == "age"
    assert "这几项要麻烦您再答一次：您多大了？" in talk.said
    assert talk.conversation.version == 2 and talk.answers == {"married": "y"}
    talk.says("46")
    assert talk.at == "driver"
    married_no = next(token for token in old if token.startswith("f:7:1:married:n"))
    assert talk.taps_token(married_no).answers["married"] == "n", "a button of the old version still works"
    assert talk.says("1", "提交").done == {"age": 46, "married": "n", "driver": "y"}


def test_a_number_for_a_list_of_an_older_version_is_not_guessed(tmp_path: Path, small: Form) -> None:
    talk = Talk(small).says("20")
    talk.form = form_of(tmp_path, SMALL, version=2, rest="choices:\n  yes_no: {n: 没有, y: 结了}\n")
    talk.says("1")
    assert talk.phrases() == ["form.choose_again"] and "married" not in talk.answers


def test_gone_questions_are_counted_in_one_line(tmp_path: Path, small: Form) -> None:
    talk = Talk(small).says("40", "1")
    talk.form = form_of(tmp_path, SMALL.replace("name: married", "name: wed"), version=3, rest=LISTS_OF_SMALL)
    talk.says("返回")
    assert talk.phrases()[0] == "form.renewed_gone" and talk.answers["age"] == 40


def test_words_are_said_back_and_may_answer_later_questions() -> None:
    reading: Slots = {"skills": ["sewing"], "learn": ["livestream"]}
    talk = Talk(INTAKE_FORM, reader=lambda text: reading if "机器" in text else {}).says("1", "1", "我会踩机器想学直播")
    assert "您是说：会做的活（缝纫裁剪）、想学的（直播带货）" in talk.said
    assert talk.answers.get("skills") is None
    yes = talk.token("对")
    talk.taps_token(yes)
    assert talk.answers["skills"] == ["sewing"] and talk.at == "modes"
    assert talk.taps_token(yes).phrases() == ["form.old_button_passed"]
    talk.says("2", "跳过", "跳过")
    assert talk.at == "*" and talk.answers["learn"] == ["livestream"]


def test_words_by_the_way_overwrite_nothing() -> None:
    talk = Talk(INTAKE_FORM, reader=lambda _: {"skills": ["driving"], "modes": ["take_home"]}).says("1", "1", "缝纫", "开车的活能带回家吗")
    assert talk.conversation.pending == {"modes": ["take_home"]}
    assert talk.says("对").answers["skills"] == ["sewing"]


def test_stored_texts_that_are_too_long_are_asked_again(small: Form) -> None:
    assert Talk(small, known={"age": 40, "married": "y", "note": "长" * 501}).at == "note"


def test_what_was_misheard_is_said_again() -> None:
    talk = Talk(INTAKE_FORM, reader=lambda _: {"skills": ["driving"]}).says("1", "1", "会骑三轮").taps("重说")
    assert talk.at == "skills" and talk.answers.get("skills") is None and talk.conversation.pending == {}
    assert talk.says("会骑三轮").says("缝纫").answers["skills"] == ["sewing"], "or corrected at once"


def test_a_short_answer_is_read_in_the_light_of_its_question() -> None:
    heard: list[str] = []

    def reader(text: str) -> Slots:
        heard.append(text)
        return {"children": [30]} if text == "孩子两岁半" else {}

    talk = Talk(INTAKE_FORM, reader=reader).says("1 2", "1", "两岁半")
    assert heard == ["两岁半", "孩子两岁半"] and "2024年5月" in talk.said


def test_a_sentence_in_the_summary_changes_answers_after_a_yes() -> None:
    talk = Talk(INTAKE_FORM, reader=lambda text: {"pay": {"min": 80, "unit": "day"}} if "80" in text else {})
    talk.says("1", "1", "跳过", "2", "跳过", "2", "跳过").says("一天80")
    assert "1760元以上" in talk.said
    assert talk.says("对").answers["pay"] == 1760 and talk.at == "*"


def test_one_screen_list_adds_replaces_and_removes() -> None:
    talk = Talk(INTAKE_FORM, reader=lambda text: {"children": [72, 18]} if "六岁" in text else {}).says("1 2", "1")
    talk.taps("2021")
    assert talk.screen.edit and "12月" in talk.labels()
    march = talk.token("3月")
    talk.taps_token(march).taps_token(march)
    assert talk.answers["children"] == ["2021-03"], "a second tap of the same button adds no twin"
    talk.says("大的六岁小的一岁半", "对")
    assert talk.answers["children"] == ["2021-03", "2020-11", "2025-05"]
    gone = talk.token("2021年3月")
    talk.taps_token(gone).taps_token(gone)
    assert talk.answers["children"] == ["2020-11", "2025-05"]
    talk.says("删2").taps("2021", "3月", "2021", "3月")
    assert talk.answers["children"] == ["2020-11", "2021-03", "2021-03"], "twins"
    assert talk.says("2030年1月").phrases() == ["form.message"]
    assert talk.says("没有了").at == "skills"


def test_month_by_halves_in_words() -> None:
    talk = Talk(INTAKE_FORM).says("1 2", "1", "2021")
    assert "3月" in talk.labels()
    assert talk.says("三月").answers["children"] == ["2021-03"]
    assert talk.says("5").phrases() == ["form.wrong_month"], "a month or an age? asked, not guessed"


def test_a_repeat_of_several_questions_asks_whether_there_is_more(tmp_path: Path) -> None:
    form = form_of(
        tmp_path,
        """
        - {type: begin repeat, name: child, label: 孩子}
        - {type: text, name: called, label: 叫什么？, required: true}
        - {type: integer, name: years, label: 几岁了？, relevant: "${called} != '小宝'"}
        - {type: end repeat}
        - {type: calculate, name: how_many, calculation: "count(${child})"}
        """,
    )
    talk = Talk(form).says("有", "大宝", "6")
    assert talk.at == "child/+" and "已有1个" in talk.said
    more = talk.token("再加一个")
    talk.taps_token(more).says("小宝")
    assert talk.at == "child/+"
    assert talk.taps_token(more).at == "child/+", "the old button adds no third child"
    talk.taps("没有了")
    assert "第1个·叫什么？" in talk.labels()
    talk.taps("第1个·几岁了").says("7").taps("提交")
    assert talk.done == {"child": [{"called": "大宝", "years": 7}, {"called": "小宝"}], "how_many": 2}
    assert Talk(form).says("没有", "提交").done == {"child": [], "how_many": 0}
    talk = Talk(form).says("有", "大宝", "6", "有", "二宝", "4").taps("去掉最后").taps("没有了", "提交")
    assert talk.done == {"child": [{"called": "大宝", "years": 6}], "how_many": 1}


def test_long_lists_are_paged_and_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"第{number}小区" for number in range(1, 30)] + ["海滨北里", "海滨南里"]
    monkeypatch.setitem(LISTS, "homes", tuple(Choice(f"c{number}", name) for number, name in enumerate(names, 1)))
    talk = Talk(INTAKE_FORM).says("1")
    assert sum("小区" in label for label in talk.labels()) == 10
    talk.taps("更多").says("更多")
    assert "第21小区" in talk.labels()
    talk.says("海滨")
    assert talk.phrases() == ["form.narrowed"] and [one.number for one in talk.screen.options] == [30, 31]
    assert talk.taps("海滨南里").answers["community"] == "c31"
    assert Talk(INTAKE_FORM).says("1", "30").answers["community"] == "c30", "numbers hold on every page"
    assert "更多（1/4）" in Talk(INTAKE_FORM).says("1", "海滨").taps("看全部").labels()


def test_codes_that_are_too_long_for_a_button_still_work(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "community-with-a-very-long-code-of-another-register-000001"
    monkeypatch.setitem(LISTS, "homes", (Choice(code, "海滨"), Choice(code + "2", "东山")))
    talk = Talk(INTAKE_FORM).says("1")
    assert all(len(token.encode()) <= 64 for token in talk.tokens)
    assert talk.taps("东山").answers["community"] == code + "2"


def test_places_dates_notes_defaults_and_decimals(tmp_path: Path) -> None:
    form = form_of(
        tmp_path,
        """
        - {type: note, name: hello, label: 先说两句。}
        - {type: place, name: where, label: 在哪儿？}
        - {type: date, name: day, label: 哪一天？}
        - {type: decimal, name: price, label: 一件几元？, default: 1.5}
        """,
    )
    talk = Talk(form)
    assert "先说两句" in talk.said
    assert talk.says("37.5 121.4").answers["where"] == [37.5, 121.4]
    talk.says("返回").sends_place(37.6, 121.3).says("二零二六年三月八日")
    assert "就是1.5" in "".join(talk.labels())
    talk.says("3月8日")
    assert talk.at == "price"
    talk.taps("就是1.5").says("提交")
    assert talk.done == {"where": [37.6, 121.3], "day": "2026-03-08", "price": 1.5}


def test_a_place_nobody_asked_for_is_answered(small: Form) -> None:
    assert Talk(small).sends_place(37.6, 121.3).phrases() == ["form.no_place_wanted"]


def test_the_end_is_one_effect_and_the_conversation_forgets(small: Form) -> None:
    talk = Talk(small).says("20", "1", "提交")
    assert [type(effect) for effect in talk.effects] == [Done] and talk.answers == {}
    assert talk.says("你好").phrases() == ["form.finished"]


def test_a_question_that_looks_ahead(tmp_path: Path) -> None:
    form = form_of(
        tmp_path,
        """
        - {type: text, name: why, label: 为什么不想？, relevant: "${wants} = 'n'"}
        - {type: select_one yes_no, name: wants, label: 想干活吗？}
        """,
        rest="choices:\n  yes_no: {y: 想, n: 不想}\n",
    )
    assert form.looks_ahead
    talk = Talk(form).says("不想")
    assert talk.at == "why"
    assert talk.says("忙", "提交").done == {"why": "忙", "wants": "n"}


def test_unknown_fields_of_a_saved_conversation_are_left_out(small: Form) -> None:
    talk = Talk(small).says("20")
    talk.saved = cast("State", {**talk.saved, "added_later": 1})
    assert talk.conversation == replace(talk.conversation)
