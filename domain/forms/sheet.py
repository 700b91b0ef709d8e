"""A form on one page: its open questions as data, and a page's answers through the same walk that decides in the chat."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from domain.forms.conversation import Around, Done
from domain.forms.engine import begin
from domain.forms.schema import TOGGLED, Answers, Choice, Form, Label, Lists, Question
from domain.forms.values import joined
from domain.forms.walk import Walk
from domain.plain import Json


class Chosen(TypedDict):
    """A choice as a page shows it and sends it back."""

    label: str
    value: str | float


class Asked(TypedDict):
    """A question as a page shows it; `relevant` are its conditions as they are written."""

    name: str
    type: str
    several: bool
    label: str
    hint: str
    unit: str
    required: bool
    relevant: list[str]
    choices: list[Chosen]


def open_questions(form: Form, known: Answers, lists: Lists) -> list[Asked]:
    """What is still to be asked, as a page shows it; conditions are given as they are written. Groups of several questions are left to the chat."""
    shown = [question for question in form.questions if question.name not in known and question.type not in ("note", "calculate", "place")]
    return [_shown(question, lists) for question in shown if question.type != "repeat" or question.listed]


def _shown(question: Question, lists: Lists) -> Asked:
    inner = question.questions[0] if question.listed else question
    return {
        "name": question.name,
        "type": inner.type,
        "several": question.listed,
        "label": _text(question.label),
        "hint": _text(question.hint),
        "unit": _text(question.unit),
        "required": question.required,
        "relevant": [expression.source for expression in question.relevant],
        "choices": [_choice(choice, keep_name=question.type in TOGGLED) for choice in inner.options(lists)],
    }


def _choice(choice: Choice, *, keep_name: bool) -> Chosen:
    return {"label": _text(choice.label), "value": choice.name if keep_name else choice.recorded}


def _text(label: Label) -> str:
    return label if isinstance(label, str) else str(label.get("zh") or next(iter(label.values()), ""))


def filled(form: Form, known: Answers, said: Answers, *, lists: Lists, now: datetime) -> tuple[dict[str, Json], list[Question]]:
    """The answers as the walk would have ended with them, and the questions whose answer counts but is none. What does not apply is dropped."""
    told = {name: _recorded(form.named[name], value, lists) for name, value in said.items() if name in form.named}
    skipped = {question.name: None for question in form.questions if question.name not in known and not question.required}
    step = begin(form, key="0", known={**skipped, **known, **told}, heard={}, lists=lists, now=now)
    ended = next((effect.answers for effect in step.effects if isinstance(effect, Done)), None)
    if ended is not None:
        return ended, []
    walk = Walk(form, step.conversation, Around(now=now, lists=lists, reader=lambda _text: {}))
    if walk.ends_early:
        return walk.result(), []
    result = walk.result()
    wrong = [question for path, question in walk.order if _given(told.get(path)) and path not in result]
    missing = [question for path, question in walk.order if question.required and path not in result and question not in wrong]
    return result, [*wrong, *missing]


def _given(value: Json) -> bool:
    return value not in (None, "", [])


def _recorded(question: Question, value: Json, lists: Lists) -> Json:
    """Ticked time windows as one text; everything else as it is."""
    if question.type == "windows" and isinstance(value, list):
        return joined(question, [str(one) for one in value], question.options(lists)) or None
    return value if _given(value) else None
