"""A screen as a message: buttons where the channel has them, the same numbers in the text where it has none."""

from __future__ import annotations

from dataclasses import replace

from domain.capabilities import ALL, TELEGRAM, WECHAT
from domain.forms import words
from domain.forms.conversation import Option, Screen, say
from domain.forms.load import load
from domain.forms.screen import express, render
from tests.domain.forms.talk import INTAKE, PHRASES, Talk

FORM = load(INTAKE)


def test_buttons_carry_the_numbers_and_controls_come_last() -> None:
    message = Talk(FORM).says("1", "1").message
    labels = [button.label for button in message.choices()]
    assert labels[0] == "☐ 1 编织钩针" and labels[-5:] == ["⬅ 返回", "都还不会", "修改", "稍后再说", "取消"]
    assert all(
        len(button.choice.encode()) <= TELEGRAM.choice_bytes and len(button.label) <= TELEGRAM.max_label for button in message.choices()
    )
    assert "1 编织钩针" not in message.text


def test_without_buttons_the_list_stands_in_the_text_and_the_controls_are_words_that_work() -> None:
    message = Talk(FORM, capabilities=WECHAT).says("1", "1").message
    assert message.buttons == () and "1 编织钩针\n2 缝纫裁剪" in message.text
    last = message.text.splitlines()[-1]
    assert last.endswith("返回、都还不会、修改、稍后再说、取消")


def test_every_control_button_can_be_typed() -> None:
    for key, control in {
        "back": words.BACK,
        "skip": words.SKIP,
        "change": words.CHANGE,
        "later": words.LATER,
        "cancel": words.CANCEL,
        "ready": words.READY,
        "keep": words.READY,
        "submit": words.SUBMIT,
    }.items():
        assert words.control(words.plain(PHRASES.say(f"form.button_{key}"))) == control


def test_an_edit_names_the_message_only_where_the_channel_can() -> None:
    screen = Talk(FORM).taps("存下").screen
    assert render(screen, TELEGRAM, PHRASES, message_ref="9").edits == "9"
    assert render(screen, replace(TELEGRAM, edits=False), PHRASES, message_ref="9").edits == ""
    assert render(replace(screen, edit=False), TELEGRAM, PHRASES, message_ref="9").edits == ""


def test_child_data_is_marked_private() -> None:
    talk = Talk(FORM).says("1 2", "1")
    assert talk.message.private
    assert not talk.says("没有").message.private
    assert Talk(FORM).says("1 2", "1", "2021-03", "修改").message.private


def test_languages_fall_back_to_chinese() -> None:
    label = {"zh": "红", "en": "red"}
    assert [express(label, PHRASES, language) for language in ("en", "zh", "ug")] == ["red", "红", "红"]
    assert express((label, "x", say("form.with_unit", number="3", unit={"zh": "元"})), PHRASES, "zh") == "红、x、3元"


def test_long_texts_are_cut_but_the_way_on_stays() -> None:
    screen = Screen(path="a", lines=("长" * 9000,), options=(Option("甲", "f:1:1:a:b", 1),), controls=(Option("返回", "f:1:1:a:!back"),))
    for capabilities in ALL.values():
        message = render(screen, capabilities, PHRASES)
        assert len(message.text) <= capabilities.max_text
        assert message.buttons or message.text.endswith("返回")
