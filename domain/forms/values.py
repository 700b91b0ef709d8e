"""What a recorded answer looks like, by type; everything that goes into a conversation from outside passes through `fit`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import date

from domain import windows
from domain.forms.conversation import Words, say
from domain.forms.schema import Choice, Question
from domain.plain import Json

TEXT_MAX = 500
NUMBER_MAX = 10**9
LIST_MAX = 12
PHONE = re.compile(r"1[3-9]\d{9}", re.ASCII)
# lxml takes only what XML can hold: no control characters, no lone surrogates.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """What she typed without characters that no store and no expression can hold."""
    return _UNFIT.sub("", text).strip()


def fit(question: Question, value: object, options: Sequence[Choice]) -> Json:
    """The value as it is recorded (plain JSON data). None where it is no answer to this question, or an empty one."""
    if question.type == "repeat":
        if not question.listed or not isinstance(value, (list, tuple)) or len(value) > LIST_MAX:
            return None
        inner = question.questions[0]
        fitted = [fit(inner, one, options) for one in value]
        return None if None in fitted else fitted
    if question.type == "select_multiple":
        codes = value if isinstance(value, (list, tuple)) else str(value).split()
        wanted = {str(code) for code in codes}
        chosen = [choice.name for choice in options if choice.name in wanted]
        return chosen if len(chosen) == len(wanted) else None
    return _FITS[question.type](value, options) if question.type in _FITS else None


def _fit_text(value: object, _: Sequence[Choice]) -> str | None:
    text = clean(value) if isinstance(value, str) else ""
    return text if 0 < len(text) <= TEXT_MAX else None


def _fit_choice(value: object, options: Sequence[Choice]) -> str | None:
    return next((choice.name for choice in options if choice.name == value), None)


def _fit_number(value: object, _: Sequence[Choice]) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return value if abs(value) <= NUMBER_MAX else None


def _fit_integer(value: object, options: Sequence[Choice]) -> int | None:
    number = _fit_number(value, options)
    return int(number) if number is not None and number == int(number) else None


def _fit_date(value: object, _: Sequence[Choice]) -> str | None:
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _fit_month(value: object, options: Sequence[Choice]) -> str | None:
    first_day = _fit_date(f"{value}-01", options) if isinstance(value, str) else None
    return first_day[:7] if first_day else None


def _fit_windows(value: object, _: Sequence[Choice]) -> str | None:
    try:
        return windows.text(windows.parse(value)) or None if isinstance(value, str) else None
    except ValueError:
        return None


def _fit_phone(value: object, _: Sequence[Choice]) -> str | None:
    return value if isinstance(value, str) and PHONE.fullmatch(value) else None


def _fit_place(value: object, _: Sequence[Choice]) -> list[float] | None:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return None
    numbers = [_fit_number(one, ()) for one in value]
    lat, lon = numbers
    return [float(lat), float(lon)] if lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180 else None


_FITS: dict[str, Callable[[object, Sequence[Choice]], Json]] = {
    "text": _fit_text,
    "select_one": _fit_choice,
    "integer": _fit_integer,
    "decimal": _fit_number,
    "date": _fit_date,
    "month": _fit_month,
    "windows": _fit_windows,
    "phone": _fit_phone,
    "place": _fit_place,
}


def answers_in(value: Json) -> Sequence[Json]:
    """What a list holds; nothing where there is no list."""
    return value if isinstance(value, (list, tuple)) else ()


def toggled(question: Question, value: Json, options: Sequence[Choice]) -> list[str]:
    """The choices that are ticked for a recorded answer."""
    if question.type == "windows":
        parts = set(str(value or "").split("; "))
        return [choice.name for choice in options if choice.value is not None and set(str(choice.value).split("; ")) <= parts]
    return [str(code) for code in answers_in(value)]


def joined(question: Question, codes: Sequence[str], options: Sequence[Choice]) -> str | list[str]:
    """The answer that ticked choices stand for, in the order of the list."""
    chosen = [choice for choice in options if choice.name in codes]
    if question.type != "windows":
        return [choice.name for choice in chosen]
    parts = dict.fromkeys(part for choice in chosen for part in str(choice.recorded).split("; "))
    return "; ".join(parts)


def in_words(question: Question, value: Json, options: Sequence[Choice]) -> Words:
    """An answer as it is said back to her: labels of choices, 2021年3月, 周一到周五 08:30-11:00."""
    if value is None or value == [] or value == "":
        return say("form.empty_answer")
    if question.type == "repeat":
        return tuple(in_words(question.questions[0], one, options) for one in answers_in(value))
    if question.type == "place":
        lat, lon = answers_in(value)
        return say("form.place_value", lat=f"{lat:.4f}", lon=f"{lon:.4f}")
    text = str(value)
    if question.type == "windows":
        by_part = {str(choice.value): choice.label for choice in options}
        return by_part[text] if text in by_part else tuple(by_part.get(part) or _window(part) for part in text.split("; "))
    if question.type == "month":
        return say("form.month_value", year=int(text[:4]), month=int(text[5:]))
    if question.type == "date":
        return say("form.date_value", year=int(text[:4]), month=int(text[5:7]), day=int(text[8:]))
    if isinstance(value, list):
        by_name = {choice.name: choice.label for choice in options}
        return tuple(by_name.get(str(code), str(code)) for code in value)
    label = next((choice.label for choice in options if choice.recorded == value), None)
    return label if label is not None else say("form.with_unit", number=text, unit=question.unit) if question.unit else text


def hours_in_words(windows_text: str) -> Words:
    """Times of the week as the store writes them, as people say them; never empty text."""
    return tuple(_window(part) for part in windows_text.split("; ") if part) or say("form.empty_answer")


def _window(part: str) -> Words:
    days, _, hours = part.partition(" ")
    first, dash, last = days.partition("-")
    if days == "1-7":
        return say("form.every_day", hours=hours)
    if dash:
        return say("form.days_between", first=_day(first), last=_day(last), hours=hours)
    return say("form.days_listed", days=tuple(_day(day) for day in days.split(",")), hours=hours)


def _day(day: str) -> Words:
    return say("form.weekdays." + day)
