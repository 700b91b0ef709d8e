"""Hours without a day (上午九点到下午三点): on which days is asked before they count."""

from __future__ import annotations

import re
from dataclasses import replace

from domain import windows
from domain.forms.conversation import Reader
from domain.forms.schema import Form
from domain.plain import Json

# The buttons, in their order, by the names of their phrases in content/phrases/form.yaml.
CHOICES = {"days_work": (1, 2, 3, 4, 5), "days_all": (1, 2, 3, 4, 5, 6, 7), "days_weekend": (6, 7)}
_EVERY = CHOICES["days_all"]
_NAMED = re.compile(r"周|星期|礼拜|每天|每日|天天|哪天|平时|平常|日常|工作日|双休|休息日|节假日|随时|整天|全天|一周|上学|放学|幼儿园|孩子")
_CLOCK = re.compile(r"[点时:：]")
_SAID = {
    "days_work": "1 周一到周五 工作日 平时 平常 上班日 周一至周五 星期一到星期五 礼拜一到礼拜五 一到五",
    "days_all": "2 每天 天天 都行 都可以 每日 一周七天 哪天都行 随便 都有空 不一定哪天",
    "days_weekend": "3 周末 双休日 周六日 周六周日 星期六日 礼拜六礼拜天 休息日",
}
_BY_WORD = {word: CHOICES[name] for name, words in _SAID.items() for word in words.split()}
# 周一三五, 周二和周四
_EACH = re.compile(r"[一二三四五六日天1-7]")
_LISTED = re.compile(r"^(?:就|只|都|是|在|逢|每)*(?:(?:周|星期|礼拜)[一二三四五六日天1-7、和,，跟 ]+)+(?:吧|都行|就行|可以|有空)*$")
_NUMBERS = dict(zip("一二三四五六日天1234567", (1, 2, 3, 4, 5, 6, 7, 7, 1, 2, 3, 4, 5, 6, 7), strict=True))


def open_in(form: Form, pending: dict[str, Json], text: str) -> bool:
    """Whether what was read holds hours of every day although her words name no day."""
    return bool(_CLOCK.search(text)) and not _NAMED.search(text) and any(_every_day(value) for value in _windows(form, pending))


def _windows(form: Form, pending: dict[str, Json]) -> list[str]:
    named = ((form.at(path), value) for path, value in pending.items())
    return [value for question, value in named if question is not None and question.type == "windows" and isinstance(value, str)]


def _every_day(value: str) -> bool:
    return all(one.days == _EVERY for one in windows.parse(value))


def hours(form: Form, pending: dict[str, Json]) -> list[str]:
    """The hours that were read, without the days."""
    return [f"{windows.clock(one.start)}–{windows.clock(one.end)}" for value in _windows(form, pending) for one in windows.parse(value)]


def on(form: Form, pending: dict[str, Json], days: tuple[int, ...]) -> dict[str, Json]:
    """The same with these days."""
    asked = _windows(form, pending)
    return {path: _moved(value, days) if isinstance(value, str) and value in asked else value for path, value in pending.items()}


def _moved(value: str, days: tuple[int, ...]) -> str:
    return windows.text(replace(one, days=days) for one in windows.parse(value))


def said(plain: str, reader: Reader) -> tuple[int, ...]:
    """The days that her words name; none where they name none."""
    if plain in _BY_WORD:
        return _BY_WORD[plain]
    if _LISTED.match(plain) and "到" not in plain:
        return tuple(sorted({_NUMBERS[one] for one in _EACH.findall(plain)}))
    found = reader(plain + "有空").get("windows") or []
    if not _NAMED.search(plain):
        return ()
    return tuple(sorted({day for one in found for day in one["days"]}))


def tapped(code: str) -> tuple[int, ...]:
    """The days of a button; none where it is another button."""
    name = code.partition("~")[0]
    return CHOICES.get(name, ())
