"""What `domain.reading` found in her words, turned into answers to the questions that ask for it (`read: slot`)."""

from __future__ import annotations

from datetime import date

from domain.codebook import Slots
from domain.forms.conversation import Reader
from domain.forms.months import months_ago
from domain.forms.schema import Form, Lists, Question
from domain.forms.values import fit
from domain.plain import Json

# Said alone as an answer, 两岁半 or 直播 do not tell what they are about; the question does.
_LEADS = {
    "children": "孩子",
    "learn": "想学",
    "skills": "我会",
    "pay": "一个月",
    "phone": "电话",
    "modes": "我想",
    "distance_m": "离家",
    "age": "我今年",
}
_BY_TYPE = {"month": "children", "windows": "windows", "phone": "phone"}
WORKDAYS_A_MONTH = 22


def slot(question: Question) -> str:
    """The slot that can answer a question: the one it names, or the one of its type."""
    inner = question.questions[0] if question.listed else question
    return question.read or inner.read or _BY_TYPE.get(inner.type, "")


def read(text: str, wanted: str, reader: Reader) -> Slots:
    """Read `text`, said at a question for `wanted`; where that is not found, once more with the question's own words before it."""
    slots = reader(text)
    if not wanted or slots.get(wanted) or wanted not in _LEADS or any(no in text for no in "不没别"):
        return slots
    again = reader(_LEADS[wanted] + text)
    return again if again.get(wanted) else slots


def answers(form: Form, reading: Slots, *, today: date, lists: Lists) -> dict[str, Json]:
    """By question, what of a reading is a possible answer; what is none is left out."""
    heard_answers: dict[str, Json] = {}
    for question in form.questions:
        wanted = question.read or (question.questions[0].read if question.listed else "")
        value = answer(question, wanted, reading.get(wanted), today=today, lists=lists) if wanted else None
        if value is not None:
            heard_answers[question.name] = value
    return heard_answers


def answer(question: Question, wanted: str, value: object, *, today: date, lists: Lists) -> Json:
    """One slot of a reading as the recorded answer of a question; None where it is none."""
    if value is None or value == []:
        return None
    inner = question.questions[0] if question.listed else question
    options = inner.options(lists)
    one = _converted(wanted, value, today)
    if inner.type == "select_multiple":
        codes = {choice.name for choice in options}
        one = [code for code in one if code in codes] if isinstance(one, list) else one
    elif isinstance(one, list) and not question.listed:
        one = one[0] if len(one) == 1 else None
    return fit(question, one, options) or None


def _converted(wanted: str, value: object, today: date) -> object:
    """A slot as a form records it."""
    if wanted == "children" and isinstance(value, list):
        return [months_ago(age, today) for age in value if isinstance(age, int) and 0 <= age <= 1200]
    if wanted == "windows" and isinstance(value, list):
        return "; ".join(f"{','.join(map(str, one['days']))} {one['start']}-{one['end']}" for one in value)
    return _monthly_pay(value) if wanted == "pay" else value


def _monthly_pay(pay: object) -> int | None:
    """The least she wishes, in yuan per month. Pay by the hour or piece tells nothing about a month."""
    if not isinstance(pay, dict) or "min" not in pay:
        return None
    times = {"month": 1, "day": WORKDAYS_A_MONTH}.get(pay.get("unit", ""))
    return round(pay["min"] * times) if times else None
