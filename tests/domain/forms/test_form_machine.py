"""A random person: taps, old taps, numbers, words, back, edits, new versions and other channels, saved and loaded between all steps."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from domain.capabilities import ALL
from domain.codebook import Slots
from domain.forms.conversation import SUMMARY, Around, Conversation, Say, Show
from domain.forms.load import load
from domain.forms.schema import Form
from domain.forms.screen import express, render
from domain.forms.walk import Walk
from domain.plain import Json
from tests.domain.forms.talk import INTAKE, LISTS, NOW, PHRASES, Talk, form_of

EVERYTHING = """
    - {type: note, name: hello, label: 您好。}
    - {type: integer, name: age, label: 多大了, required: true, constraint: . >= 18 and . < 100, private: true}
    - {type: integer, name: least, label: 最少}
    - {type: integer, name: most, label: 最多, constraint: ". >= ${least} or ${least} = ''"}
    - {type: text, name: why, label: 为什么, relevant: "${works} = 'n'"}
    - {type: select_one yes_no, name: works, label: 干活吗, required: true}
    - type: begin repeat
      name: child
      label: 孩子
    - {type: text, name: called, label: 叫什么, required: true}
    - {type: month, name: birth, label: 哪年哪月, relevant: "${called} != '小宝'"}
    - {type: end repeat}
    - {type: repeat, name: days, label: 哪几天, questions: [{type: date, name: day, label: 哪天}]}
    - {type: place, name: where, label: 在哪}
    - {type: decimal, name: price, label: 几元, default: 1.5}
    - {type: calculate, name: decade, calculation: "int(${age} div 10)"}
    - {type: phone, name: phone, label: 电话, appearance: summary}
"""
CHOICES = "choices:\n  yes_no: {y: 干, n: 没有}\n"
NEWER = (
    EVERYTHING.replace("- {type: integer, name: least, label: 最少}", "")
    .replace(", constraint: \". >= ${least} or ${least} = ''\"", ", required: true")
    .replace("< 100", "< 50")
)
WORDS = [
    "返回",
    "跳过",
    "修改",
    "稍后",
    "取消",
    "好了",
    "更多",
    "提交",
    "继续",
    "对",
    "不对",
    "重说",
    "没有",
    "有",
    "都行",
    "1",
    "2",
    "3",
    "9",
    "十二",
    "两千五",
    "三十六",
    "15",
    "2021",
    "2021年3月",
    "三月",
    "2026-03-08",
    "13800001111",
    "海滨",
    "东山",
    "缝纫",
    "直播",
    "小宝",
    "大宝",
    "会踩机器",
    "想学直播",
    "两岁半",
    "上午",
    "删1",
    "1,3",
    "改电话",
    "37.5,121.4",
]


def reader(text: str) -> Slots:
    found: Slots = {}
    if "机器" in text:
        found["skills"] = ["sewing", "nonsense"]
    if "学" in text:
        found["learn"] = ["livestream"]
    if "岁" in text:
        found |= {"children": [30, 6], "age": 36}
    if "上午" in text:
        found["windows"] = [{"days": [1, 2], "start": "08:00", "end": "12:00"}]
    return found


class Person(RuleBasedStateMachine):
    forms: dict[str, tuple[Form, Form]]

    @initialize(name=st.sampled_from(["intake", "small"]), heard=st.booleans(), known=st.booleans())
    def begin(self, name: str, heard: bool, known: bool) -> None:
        self.older, self.newer = self.forms[name]
        stored: dict[str, Json] = {"community": "c2", "age": 40, "phone": "13900001111", "skills": "bad"} if known else {}
        self.talk = Talk(self.older, heard=reader("机器 学 岁 上午") if heard else {}, known=stored, reader=reader)
        self.check({}, None)

    @rule(data=st.data())
    def tap(self, data: st.DataObject) -> None:
        if any(isinstance(effect, Show) for effect in self.talk.effects):
            self.send(choice=data.draw(st.sampled_from([one.token for one in self.talk.options()])))

    @rule(data=st.data(), twice=st.booleans())
    def tap_an_old_button(self, data: st.DataObject, twice: bool) -> None:
        token = data.draw(st.sampled_from(self.talk.tokens or ["f:7:1:x:y"]))
        self.send(choice=token)
        if twice:
            self.send(choice=token)

    @rule(text=st.sampled_from(WORDS) | st.text(max_size=30))
    def say(self, text: str) -> None:
        self.send(text=text)

    @rule(
        text=st.lists(
            st.sampled_from(
                ["f", "7", "1", "skills", "child/0/birth", "child/+", "*", "!yes", "!remove.0.1", "+sewing", "@2021", "~00000000"]
            ),
            min_size=1,
        ).map(":".join)
    )
    def forge(self, text: str) -> None:
        self.send(choice=text)

    @rule()
    def send_a_place(self) -> None:
        self.talk.sends_place(37.5, 121.4)

    @rule()
    def deploy(self) -> None:
        self.talk.form = self.newer if self.talk.form is self.older else self.older

    @rule()
    def change_channel(self) -> None:
        self.talk.carries_private = not self.talk.carries_private

    @precondition(lambda self: self.talk.conversation.status in ("done", "cancelled"))
    @rule()
    def begin_again(self) -> None:
        self.talk = Talk(self.talk.form, reader=reader)

    def send(self, *, text: str = "", choice: str = "") -> None:
        before = self.talk.conversation
        if choice:
            self.talk.taps_token(choice)
        else:
            self.talk.says(text)
        self.check(before.answers, before, choice)

    def check(self, answers: dict[str, Json], before: Conversation | None, choice: str = "") -> None:
        talk, after = self.talk, self.talk.conversation
        assert talk.effects, "she always hears something"
        for effect in talk.effects:
            if isinstance(effect, Show):
                for capabilities in ALL.values():
                    message = render(effect.screen, capabilities, PHRASES)
                    assert 0 < len(message.text) <= capabilities.max_text
                    assert len(message.choices()) <= capabilities.max_buttons
                    assert all(len(one.choice.encode()) <= capabilities.choice_bytes and one.label for one in message.choices())
                    assert talk.carries_private or not effect.screen.private
            elif isinstance(effect, Say):
                assert express(effect, PHRASES, "zh")
        if before is not None and after.status in ("open", "postponed"):
            self.nothing_lost(answers, before, after, choice)
        if before is not None and talk.done is not None:
            self.done_is_whole(before, talk.done)

    def nothing_lost(self, answers: dict[str, Json], before: Conversation, after: Conversation, choice: str) -> None:
        """An answer changes only where she stood, where she tapped, or where she confirmed; or it no longer applies or is valid."""
        touched = {before.at, *before.pending, choice.split(":", 4)[3].split("/")[0] if choice.count(":") > 3 else ""}
        walk = self.walk(after)
        applies = {path for path, _ in walk.order}
        for path, value in answers.items():
            question = self.talk.form.at(path)
            if value in (None, []) or question is None or question.type == "calculate" or path in touched or path.split("/")[0] in touched:
                continue
            if path.split("/")[0] == before.at.split("/")[0] or (before.at == SUMMARY and not question.asked):
                continue
            if path not in applies and not (question.private and not self.talk.carries_private):
                continue
            if (
                before.version != self.talk.form.version
                and Walk(self.talk.form, before, walk.around).accepts(path, question, value) is None
            ):
                continue
            assert after.answers.get(path) == value, f"{path} was lost"

    def done_is_whole(self, before: Conversation, done: dict[str, Json]) -> None:
        end = self.talk.form.end_when
        if end is not None and set(done) <= set(end.names) and end.holds(done, now=NOW):
            return
        for question in self.talk.form.questions:
            applies = all(one.holds(done, now=NOW) for one in question.relevant)
            hidden = question.private and not self.talk.carries_private
            if question.required and applies and not hidden:
                assert question.name in done, f"{question.name} is missing"
            if question.name in done and not applies:
                raise AssertionError(f"{question.name} does not apply")
        children = done.get("child", [])
        assert isinstance(children, list) and all(isinstance(child, dict) and child.get("called") for child in children)

    def walk(self, conversation: Conversation) -> Walk:
        return Walk(self.talk.form, conversation, Around(now=NOW, lists=LISTS, reader=reader, carries_private=self.talk.carries_private))


def test_a_random_person(tmp_path: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    older, newer = form_of(tmp_path, EVERYTHING, rest=CHOICES), form_of(tmp_path, NEWER, version=2, rest=CHOICES)
    intake = load(INTAKE)
    Person.forms = {"small": (older, newer), "intake": (intake, intake)}
    run_state_machine_as_test(
        Person,
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
        ),
    )


def test_the_machine_sees_a_lost_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    person = Person.__new__(Person)
    person.talk = Talk(form_of(tmp_path, EVERYTHING, rest=CHOICES)).says("20", "5", "6")
    before = person.talk.conversation
    monkeypatch.setitem(person.talk.saved, "answers", {"age": 20})
    with pytest.raises(AssertionError, match="was lost"):
        person.nothing_lost(before.answers, before, person.talk.conversation, "")
