"""XLSForm expressions, compiled once to XPath 1.0 and evaluated without `eval`; the same values always give the same result.

Functions: https://docs.getodk.org/form-operators-functions/. Dates and months are numbers of days inside expressions, so that they compare.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from lxml import etree

from domain.plain import Json, JsonObject

ANSWER = "_"
NOW = "_now"
_REMEMBERED = 256
# Beyond these a binary fraction has no digits left to round.
_EXACT, _PLACES = 1e15, 9

_TOKEN = re.compile(
    r"""(?P<string>"[^"]*"|'[^']*')
    |\$\{\s*(?P<name>[^}]*?)\s*\}
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<call>[A-Za-z_][\w.-]*)\s*\(
    |(?P<word>[A-Za-z_][\w.-]*)
    |(?P<path>\.\.|/|@|::)
    |(?P<answer>\.)""",
    re.VERBOSE,
)
_BUILTIN = frozenset(
    {
        "not",
        "true",
        "false",
        "concat",
        "contains",
        "starts-with",
        "substring",
        "string-length",
        "translate",
        "normalize-space",
        "number",
        "string",
        "boolean",
        "floor",
    }
)
# XPath's own round and count take other arguments than XLSForm's, and libxml2 lets nobody replace them.
_RENAMED = {
    "round": "round-to(",
    "count": "count-selected(",
    "ceiling": "ceiling(",
    "once": f"once(${ANSWER} , ",
    "today": "day-of($_now ",
    "now": f"number(${NOW} ",
}


# What XPath computes with, and one of its functions.
Plain = str | float
Function = Callable[..., Plain]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A compiled expression. `names` are the questions it reads, `answers` whether it reads the answer itself (`.`)."""

    source: str
    names: tuple[str, ...]
    answers: bool
    timed: bool
    run: Callable[[tuple[Plain, ...]], Plain]

    def value(self, values: JsonObject, *, answer: Json = None, now: datetime) -> str | float | None:
        """The result as str, int, float or bool; None where there is none (an empty text, no finite number)."""
        inputs = [plain(values.get(name)) for name in self.names]
        if self.answers:
            inputs.append(plain(answer))
        if self.timed:
            inputs.append(now.toordinal() + (now.hour * 60 + now.minute) / 1440)
        result = self.run(tuple(inputs))
        if isinstance(result, float):
            return None if not math.isfinite(result) else int(result) if result.is_integer() else result
        return None if result == "" else result

    def holds(self, values: JsonObject, *, answer: Json = None, now: datetime) -> bool:
        """Whether it is true, as XPath's boolean() sees it."""
        return bool(self.value(values, answer=answer, now=now))


def plain(value: Json) -> Plain:
    """An answer as XPath sees it: text, number or truth; several choices as one text with blanks; dates as days."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, str):
        return _days(value) if len(value) in (7, 10) and value[4:5] == "-" else value
    return " ".join(map(str, value))


def compile_expression(source: str) -> Expression:
    """Compile `${age} >= 18 and . != ''`. Raises ValueError, in Chinese, where it is not an expression that can be evaluated."""
    names: dict[str, None] = {}
    seen: set[str] = set()

    def spell(match: re.Match[str]) -> str:
        kind = match.lastgroup
        text = match.group(kind) if kind else ""
        if kind == "name":
            names[text] = None
            return f"$v.{text} "  # the blank keeps `${a}-1` from becoming a variable called a-1
        if kind == "answer":
            seen.add(ANSWER)
            return f"${ANSWER} "
        if kind == "call":
            return _call(text, seen)
        if kind == "path" or (kind == "word" and text not in ("and", "or", "div", "mod")):
            raise ValueError(f"表达式里的“{text}”看不懂（问题名要写成 ${{{text}}}，文字要加引号）")
        return match.group(0)

    if "\0" in source:
        raise ValueError("表达式里有不可见字符")
    xpath = _TOKEN.sub(spell, source)
    inputs = [f"v.{name}" for name in names] + sorted(seen)
    expression = Expression(source, tuple(names), ANSWER in seen, NOW in seen, _runner(source, xpath, inputs))
    _try(expression)
    return expression


def _call(name: str, seen: set[str]) -> str:
    if name in ("today", "now"):
        seen.add(NOW)
    if name == "once":
        seen.add(ANSWER)
    if name not in _BUILTIN and name not in _RENAMED and (None, name) not in _functions():
        raise ValueError(f"没有“{name}”这个函数")
    return _RENAMED.get(name, f"{name}(")


def _runner(source: str, xpath: str, inputs: list[str]) -> Callable[[tuple[Plain, ...]], Plain]:
    try:
        compiled = etree.XPath(xpath, extensions=_functions(), smart_strings=False)
    except etree.XPathError as error:
        raise ValueError(f"表达式“{source}”写错了：{error}") from None
    nothing = etree.Element("form")

    def run(values: tuple[Plain, ...]) -> Plain:
        runner = compiled(nothing, **dict(zip(inputs, values, strict=True)))
        if not isinstance(runner, (str, int, float)):
            raise TypeError("neither text nor number nor truth")
        return runner

    # Most steps change nothing that an expression reads. An answer itself may be a phone number or a child's birth: never remembered.
    return run if ANSWER in inputs else lru_cache(_REMEMBERED)(run)


def _try(expression: Expression) -> None:
    """Evaluate once, for libxml2 sees unknown functions and wrong numbers of arguments only then."""
    try:
        for sample in ("", "1"):
            expression.value(dict.fromkeys(expression.names, sample), answer=sample, now=datetime(2000, 1, 1))  # noqa: DTZ001 - a sample
    except (etree.XPathError, TypeError, re.error, OverflowError) as error:
        raise ValueError(f"表达式“{expression.source}”算不出来：{error}") from None


def _days(text: str) -> float | str:
    try:
        return float(date.fromisoformat(text if len(text) == 10 else f"{text}-01").toordinal())
    except ValueError:
        return text


def _number(value: Plain) -> float:
    try:
        return float(value)
    except ValueError:
        return math.nan


def _round(_: object, value: Plain, digits: Plain = 0.0) -> float:
    number, places = _number(value), _number(digits)
    if not math.isfinite(number) or abs(number) > _EXACT or not abs(places) <= _PLACES:
        return number
    return float(Decimal(str(number)).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP))


def _format_date(_: object, value: Plain, pattern: str) -> str:
    days = _number(value)
    return date.fromordinal(int(days)).strftime(pattern) if 1 <= days <= date.max.toordinal() else ""


def _selected_at(_: object, value: Plain, index: Plain) -> str:
    parts, at = str(value).split(), _number(index)
    return parts[int(at)] if 0 <= at < len(parts) else ""


def _whole(_: object, value: Plain) -> float:
    number = _number(value)
    return float(math.trunc(number)) if math.isfinite(number) else math.nan


@cache
def _functions() -> dict[tuple[None, str], Function]:
    functions: dict[str, Function] = {
        "selected": lambda _, value, code: code in str(value).split(),
        "selected-at": _selected_at,
        "count-selected": lambda _, value: float(len(str(value).split())),
        "if": lambda _, condition, yes, no: yes if condition else no,
        "coalesce": lambda _, *values: next((value for value in values if value not in ("", None)), ""),
        "once": lambda _, current, value: value if current == "" else current,
        "regex": lambda _, value, pattern: re.fullmatch(pattern, _text(value)) is not None,
        "int": _whole,
        "round-to": _round,
        "ceiling": lambda _, value: float(math.ceil(number)) if math.isfinite(number := _number(value)) else math.nan,
        "min": lambda _, *values: min(map(_number, values), default=math.nan),
        "max": lambda _, *values: max(map(_number, values), default=math.nan),
        "date": lambda _, value: plain(str(value)),
        "day-of": lambda _, moment: float(math.floor(moment)),
        "format-date": _format_date,
    }
    return {(None, name): function for name, function in functions.items()}


def _text(value: Plain) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
