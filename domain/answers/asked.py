"""What the search for an answer sees of a question: runs of characters and classes of words, what people say alike being one."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from domain.normal import normalise
from domain.reading.terms import FOLDER, load_yaml
from domain.reading.word_classes import classes_of_words

FILE = FOLDER / "answers" / "asking.yaml"
LONGEST = 2  # units of a run
# What a class of words counts beside a single character; a run counts the root of its length.
OF_CLASS = 1.4
_NOISE = re.compile(r"[\W_]+")
# A number and a word of letters are one each, however long.
_UNIT = re.compile(r"[a-z]+|\d+|.")
# 收费不, 贵不贵, 发工资没: asked by the verb alone.
_ASKED = re.compile(r"(.)[不没]\1|[不没]$|没有$|[?？]")


class _Words(NamedTuple):
    same: re.Pattern[str]
    instead: dict[str, str]
    empty: re.Pattern[str]
    asks: re.Pattern[str]


@cache
def _words() -> _Words:
    table = load_yaml(FILE)
    instead = {word: str(plain) for plain, words in table["same"].items() for word in str(words).split()}
    return _Words(_any(instead), instead, _any(str(table["empty"]).split()), _any(str(table["asks"]).split()))


def _any(words: dict[str, str] | list[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


def _spelt(text: str) -> str:
    words = _words()
    return words.same.sub(lambda found: words.instead[found[0]], normalise(text, join=True).text)


def plain(text: str) -> str:
    """A question without what tells nothing of what is asked."""
    letters = _NOISE.sub("", _spelt(text))
    return _words().empty.sub("", letters) or letters


def pieces(text: str) -> dict[str, float]:
    """Each piece of a question with what it counts."""
    asked = plain(text)
    units = _UNIT.findall(asked)
    found = {"".join(units[i : i + n]): n**0.5 for n in range(1, LONGEST + 1) for i in range(len(units) - n + 1)}
    return found | dict.fromkeys(classes_of_words(asked), OF_CLASS)


def is_asked(text: str) -> bool:
    """Whether a text has the form of a question."""
    spelt = _spelt(text).rstrip("。！!~～ .，,啊呀哦")
    return bool(_words().asks.search(spelt) or _ASKED.search(spelt))
