"""Danger, in whatever form it is said: help at once, the person on duty told at any hour, the form unharmed."""

from __future__ import annotations

from typing import get_args

import pytest

from domain import triage
from domain.access import CITY
from domain.capabilities import TELEGRAM
from domain.messages import Inbound, InboundKind
from handlers import safety
from storage import threads
from tests.support.chat import Town

SAID = "他又打我了，我和孩子躲在厕所里"


@pytest.mark.parametrize("hour", [0, 13, 18])
def test_help_lines_at_once_and_word_to_who_is_on_duty_at_any_hour(town: Town, hour: int) -> None:
    duty = town.invited("duty", "coordinator")
    town.later(hours=hour)
    mother = town.person("m").says(SAID)
    mother.hears("110", "120", "12338", "12348", "给我打电话", "在这里说", "先不用")
    duty.listens()
    duty.hears("需要马上联系")
    assert "打我" not in duty.text and "厕所" not in duty.text, "a preview on a screen must not tell"


def test_each_plea_is_answered_however_many_there_were(town: Town) -> None:
    mother = town.person("m")
    for _ in range(21):
        mother.says(SAID).hears("110")


def test_the_answer_is_neutral_on_the_screen(town: Town) -> None:
    said = town.person("m").says(SAID).text
    assert not any(word in said for word in ("家暴", "暴力", "打我", "动手", "自杀", "危险", "警察", "受害"))


def test_the_form_she_was_in_waits_unharmed(town: Town) -> None:
    mother = town.person("m").says("登记").says("1")
    mother.says(SAID).hears("110")
    mother.says("继续").hears("社区")
    mother.taps("海风3社区").hears("哪些活")


def test_she_says_how_she_may_be_reached_and_staff_see_it(town: Town) -> None:
    duty = town.invited("duty", "coordinator")
    mother = town.person("m").says(SAID).taps("在这里说").hears("值班的同事看得到")
    duty.listens()
    duty.says("/menu").taps("等着回话的人").hears("【急】").taps("【急】").hears("只在这里说，不要打电话", SAID)
    with town.store.read() as tx:
        actions = [row.action for row in tx.exec_driver_sql("SELECT action FROM access_log ORDER BY id")]
        assert "threads.see" in actions
    assert mother.heard


def test_another_coordinator_does_not_see_who_is_registered_elsewhere(town: Town) -> None:
    town.invited("own", "coordinator", "YT01")
    foreign = town.invited("foreign", "coordinator", "YT02")
    town.invited("m", "mother", "YT01").says(SAID)
    foreign.listens()
    assert foreign.fresh == []
    foreign.says("/menu").taps("等着回话的人").hears("现在没有等着回话的人")


def test_saying_it_again_makes_one_request_and_tells_again(town: Town) -> None:
    duty = town.invited("duty", "coordinator")
    town.person("m").says(SAID).says(SAID)
    duty.listens()
    assert duty.text.count("需要马上联系") == 2
    with town.store.read() as tx:
        assert len(threads.waiting(tx, (CITY,), limit=9)) == 1


def test_on_a_channel_for_nothing_private_staff_are_sent_to_the_page_for_the_words(town: Town) -> None:
    duty = town.invited("duty", "coordinator")
    town.person("m").says(SAID)
    phone = town.person("phone", TELEGRAM)
    from bot.commands.town import invitation

    code = invitation(town.store, "coordinator", community="YT01", expires_at=town.now.replace(year=2027), now=town.now)
    phone.says(f"/start {code}").says("/menu").taps("等着回话的人").taps("【急】").hears("网页版")
    assert "厕所" not in phone.text
    assert duty.heard


def test_made_up_answers_to_a_call_request_change_nothing(town: Town) -> None:
    mother = town.person("m").says(SAID)
    choice = next(button.choice for said in mother.fresh for button in said.choices() if "打电话" in button.label)
    town.person("other").taps_choice(choice).hears("太旧了")
    with town.store.read() as tx:
        assert threads.waiting(tx, (CITY,), limit=9)[0].contact is None


WAYS: dict[str, dict[str, object]] = {
    "text": {"kind": "text", "text": SAID},
    "caption of a picture": {"kind": "image", "text": SAID},
    "caption of something unreadable": {"kind": "unreadable", "text": SAID},
    "words behind a command": {"kind": "command", "text": f"start {SAID}"},
    "words behind an unknown command": {"kind": "command", "text": f"help_me {SAID}"},
    "an edited message": {"kind": "edited", "text": SAID},
    "a mention in a group": {"kind": "group", "text": f"@bot {SAID}"},
}


def test_every_kind_of_message_that_carries_words_is_tried() -> None:
    kinds = {str(way["kind"]) for way in WAYS.values()}
    assert set(get_args(InboundKind)) - kinds == {"choice", "location", "stopped", "moved"}, "these carry no words of hers"


@pytest.mark.parametrize("way", WAYS)
def test_danger_is_met_in_whatever_form_it_is_said(town: Town, way: str) -> None:
    duty = town.invited("duty", "coordinator")
    mother = town.person("m")
    mother.sends(Inbound(channel="web", event_id="1", sender="m", sent_at=town.now, **WAYS[way]))  # type: ignore[arg-type]
    mother.hears("110", "12338")
    duty.listens()
    duty.hears("需要马上联系")


def test_in_a_group_nothing_is_asked_that_others_would_read(town: Town) -> None:
    mother = town.person("m")
    mother.sends(Inbound(channel="web", event_id="1", sender="m", sent_at=town.now, kind="group", text=SAID))
    assert mother.labels() == []


def test_danger_in_a_paper_of_the_box_reaches_who_is_on_duty(town: Town) -> None:
    duty = town.invited("duty", "coordinator")
    with town.store.begin() as tx:
        safety.listed(tx, town.content, number="S7", community_id=1, now=town.now)
    duty.listens()
    duty.hears("S7", "不安全")


WORRYING = "他又喝多了，我躲在屋里不敢出去"


def test_a_worry_is_one_warm_question_and_nobody_is_told_before_she_answers(town: Town) -> None:
    duty = town.invited("duty", "coordinator")
    town.person("m").says(WORRYING).hears("惦记您", "我没事", "我需要帮助", "不方便说")
    duty.listens()
    assert duty.fresh == []


def test_who_needs_help_gets_what_danger_gets_and_her_words_reach_staff(town: Town) -> None:
    duty = town.invited("duty", "coordinator")
    town.person("m").says(WORRYING).taps("我需要帮助").hears("110", "12338", "给我打电话")
    duty.listens()
    duty.hears("需要马上联系")
    with town.store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM thread WHERE kind = 'danger'").scalar() == 1


def test_who_cannot_talk_is_left_in_peace(town: Town) -> None:
    duty = town.invited("duty", "coordinator")
    town.person("m").says(WORRYING).taps("不方便说").hears("我没有告诉任何人")
    duty.listens()
    assert duty.fresh == []


def test_who_is_fine_has_her_quarrel_dealt_with_as_a_quarrel(town: Town) -> None:
    duty = town.invited("duty", "coordinator")
    town.person("m").says(WORRYING).taps("我没事").hears("那就好", "请调解员")
    assert duty.listens() == [], "nobody is told of it unasked"


def test_what_she_came_for_is_dealt_with_in_the_same_reply(town: Town) -> None:
    said = "想领点手工活回家做，活着真累，撑不下去了"
    assert isinstance(triage.look(said), triage.Ask)
    town.person("m").says(said).hears("惦记您", "我没事").hears("岗位")
