"""Notices by template: its fields, each filled by its kind within the platform's lengths.

doc/offiaccount/Message_Management/Template_Message_Interface and doc/service/api/notify/notify/api_sendnewsubscribemsg: thing at most 20
characters, phrase 5, character_string 32; no line breaks. A field that is wrong: 47003.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from domain.cutting import clean
from domain.notices import LOCAL

_FIELD = re.compile(r"\{\{\s*(\w+)\.DATA\s*\}\}")
_NUMBER = re.compile(r"\d+$")
THING, PHRASE, CHARACTERS = 20, 5, 32


def fields(content: str) -> list[str]:
    """The names of the fields of a template, in their order."""
    return list(dict.fromkeys(_FIELD.findall(content)))


def filled(names: Sequence[str], text: str, *, more: str, status: str, number: int, at: datetime) -> dict[str, dict[str, str]]:
    """The fields of a message: the first words of the text in the first field that takes them, `more` in the others."""
    data, told = {}, False
    for name in names:
        match _NUMBER.sub("", name):
            case "time" | "date":
                value = f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"
            case "phrase":
                value = _short(status, PHRASE)
            case "character_string" | "number":
                value = str(number)[:CHARACTERS]
            case _:
                value, told = _short(more if told else text, THING), True
        data[name] = {"value": value}
    return data


def fits(text: str) -> bool:
    """Whether a notice says all of it."""
    return _short(text, THING) == text


def _short(text: str, most: int) -> str:
    line = clean(" ".join(text.split()))
    return line if len(line) <= most else line[: most - 1] + "…"
