"""What one typed answer means for one question: exactly an answer, probably one, something to narrow down, or wrong and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Literal

from domain import windows
from domain.forms import months, words
from domain.forms.conversation import Words, say
from domain.forms.numerals import decimal, integer, numbers
from domain.forms.schema import Choice, Question
from domain.forms.values import NUMBER_MAX, PHONE, TEXT_MAX, fit, joined
from domain.plain import Json

_PIECES = re.compile(r"[\s,，、;；。.!！+&/和跟与及还有也会]+")


@dataclass(frozen=True, slots=True)
class Parsed:
    """`exact`: take `value`. `words`: say it back first. `year`: half a month. `search`: `value` narrows a long list. `wrong`: say `why`."""

    kind: Literal["exact", "words", "year", "search", "wrong", "unread"]
    value: Json = None
    why: Words = ""


UNREAD = Parsed("unread")
# So much may stand beside a choice's name in a text that is nothing but this answer (我家在…，…小区3号楼).
BESIDE = 6
# From so many choices on a name may be misspelt; how alike it has to be.
LONG_LIST, NEAR = 8, 0.66
# 不对，是会做饭 · 还是银杏湾吧 · 我选…
_CORRECTION = re.compile(r"^(?:不对|错了|说错了|不是)[,，。 ]*(?:是|应该是|要|选)?|^(?:还是|我选|我要|选|要)|(?:吧|那个|这个)$")
_KIND = re.compile(r"(?:小区|社区|居委会|村委会|村)$")
_ORDINAL = re.compile(r"^第?(\d+|[一二三四五六七八九十]+)(?:个|项|条|号)$")


def parse(question: Question, text: str, plain: str, options: Sequence[Choice], *, today: date, year: str = "") -> Parsed:
    """Understand `text` (cleaned; `plain` is its plain spelling, not empty) as an answer to `question`. Never raises."""
    if question.type == "text":
        return _text(text)
    if options:
        chosen = _chosen(question, plain, options)
        if chosen.kind != "unread":
            return chosen
    return _PARSERS[question.type](plain, today, year) if question.type in _PARSERS else UNREAD


def _text(text: str) -> Parsed:
    if len(text) > TEXT_MAX:
        return Parsed("wrong", why=say("form.too_long", most=TEXT_MAX, length=len(text)))
    return Parsed("exact", text)


def _chosen(question: Question, plain: str, options: Sequence[Choice]) -> Parsed:
    said_numbers = numbers(_ORDINAL.sub(r"\1", _CORRECTION.sub("", plain)))
    if said_numbers and len(said_numbers) == 1 and question.type in ("select_multiple", "windows") and said_numbers[0] > len(options):
        # 123 for 1, 2 and 3.
        digits = [int(digit) for digit in str(said_numbers[0])]
        said_numbers = digits if all(1 <= digit <= len(options) for digit in digits) else said_numbers
    if said_numbers:
        return _numbered(question, said_numbers, options, plain)
    many = question.type in ("select_multiple", "windows")
    if many and plain in words.ALL:
        return Parsed("words", joined(question, [choice.name for choice in options], options))
    plain = _CORRECTION.sub("", plain) or plain
    matches = match(plain, options)
    if len(matches) == 1:
        return _exact(question, matches, options)
    if many:
        return _several(question, plain, options)
    if matches:
        return Parsed("search", plain)
    return _named_in(plain, options)


def _named_in(plain: str, options: Sequence[Choice]) -> Parsed:
    """A choice that a longer text names: the longest name counts (没发 before 发); where hardly more is said, that is the answer."""
    named = [(len(name), choice, name) for choice in options for name in words.keys_of(choice) if len(name) > 1 and name in plain]
    if not named:
        return _nearest(plain, options)
    longest = max(length for length, _, _ in named)
    best = {choice.name: choice for length, choice, _ in named if length == longest}
    others = {choice.name for _, choice, name in named if not any(name in longer for length, _, longer in named if length == longest)}
    if len(best) > 1 or others - best.keys():
        return UNREAD
    [choice] = best.values()
    return Parsed("exact" if len(plain) <= longest + BESIDE else "words", choice.recorded)


def _nearest(plain: str, options: Sequence[Choice]) -> Parsed:
    """In a long list a name that is one wrong character away is asked back."""
    names = {_bare(name): choice for choice in options for name in words.keys_of(choice)}
    said = _bare(plain)
    # What ends every name (…社区) makes no name like another.
    near = get_close_matches(said, names, n=2, cutoff=NEAR) if len(options) >= LONG_LIST and len(said) > 1 else []
    nearest = {names[name].name: names[name] for name in near}
    return Parsed("words", next(iter(nearest.values())).recorded) if len(nearest) == 1 else UNREAD


def _bare(name: str) -> str:
    return _KIND.sub("", name) or name


def _exact(question: Question, chosen: Sequence[Choice], options: Sequence[Choice]) -> Parsed:
    if question.type in ("select_multiple", "windows"):
        return Parsed("exact", joined(question, [choice.name for choice in chosen], options))
    return Parsed("exact", chosen[0].recorded)


def _numbered(question: Question, said_numbers: list[int], options: Sequence[Choice], plain: str) -> Parsed:
    many, typed = question.type in ("select_multiple", "windows"), question.type not in ("select_one", "select_multiple", "windows")
    wrong = next((number for number in said_numbers if not 1 <= number <= len(options)), None)
    if typed and (len(said_numbers) > 1 or wrong is not None):
        return UNREAD  # a number of its own, not one of the list
    if wrong is not None:
        return Parsed("wrong", why=say("form.no_such_number", number=wrong, most=len(options)))
    if len(set(said_numbers)) > 1 and not many:
        return Parsed("wrong", why=say("form.only_one"))
    return _exact(question, [options[number - 1] for number in said_numbers], options)


def match(plain: str, options: Sequence[Choice]) -> list[Choice]:
    """The choice with this label, or all whose label holds it (from two characters on, one finds only what it is the whole of)."""
    whole = [choice for choice in options if plain in words.keys_of(choice)]
    if whole or len(plain) < 2:
        return whole[:1]
    return [choice for choice in options if any(plain in key for key in words.keys_of(choice))]


def _several(question: Question, plain: str, options: Sequence[Choice]) -> Parsed:
    pieces = [piece for piece in _PIECES.split(plain) if piece]
    matches = [match(piece, options) for piece in pieces]
    if pieces and all(len(matched) == 1 for matched in matches):
        return _exact(question, [matched[0] for matched in matches], options)
    inside = [choice.name for choice in options if len(words.key_of(choice)) > 1 and words.key_of(choice) in plain]
    return Parsed("words", joined(question, inside, options)) if inside else UNREAD


def _integer(plain: str, _: date, __: str) -> Parsed:
    return _number(plain, integer, "form.wrong_integer")


def _decimal(plain: str, _: date, __: str) -> Parsed:
    return _number(plain, decimal, "form.wrong_decimal")


def _number(plain: str, read: Callable[[str], float | None], phrase: str) -> Parsed:
    number = read(re.sub(r"[元块岁个米人口斤天]钱?$", "", plain))
    if number is not None:
        return Parsed("exact", number) if abs(number) <= NUMBER_MAX else Parsed("wrong", why=say("form.number_too_big"))
    inside = re.findall(r"\d{1,9}(?:\.\d+)?|[一二两三四五六七八九十百千万]+", plain)
    value = read(inside[0]) if len(inside) == 1 else None
    return Parsed("wrong", why=say(phrase)) if value is None or abs(value) > NUMBER_MAX else Parsed("words", value, say(phrase))


def _month(plain: str, today: date, chosen_year: str) -> Parsed:
    if month := months.month(plain, today, chosen_year):
        return Parsed("exact" if month[1] else "words", month[0])
    year = months.year(plain, today)
    return Parsed("year", str(year)) if year else Parsed("wrong", why=say("form.wrong_month"))


def _day(plain: str, today: date, _: str) -> Parsed:
    day = months.day(plain, today)
    return Parsed("exact" if day[1] else "words", day[0]) if day else Parsed("wrong", why=say("form.wrong_date"))


def _windows(plain: str, _: date, __: str) -> Parsed:
    try:
        return Parsed("exact", windows.text(windows.parse(plain)))
    except ValueError:
        return Parsed("wrong", why=say("form.wrong_windows"))


def _phone(plain: str, _: date, __: str) -> Parsed:
    digits = re.sub(r"[\s\-()+]|^\+?86(?=1\d{10}$)", "", plain)
    digits = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    return Parsed("exact", digits) if PHONE.fullmatch(digits) else Parsed("wrong", why=say("form.wrong_phone"))


def _place(plain: str, _: date, __: str) -> Parsed:
    parts = [decimal(piece) for piece in re.split(r"[\s,，]+", plain)]
    if len(parts) == 2 and None not in parts and fit(_PLACE, parts, ()) is not None:
        return Parsed("exact", fit(_PLACE, parts, ()))
    return Parsed("wrong", why=say("form.wrong_place"))


_PLACE = Question(type="place", name="place")
_PARSERS: dict[str, Callable[[str, date, str], Parsed]] = {
    "integer": _integer,
    "decimal": _decimal,
    "month": _month,
    "date": _day,
    "windows": _windows,
    "phone": _phone,
    "place": _place,
}
