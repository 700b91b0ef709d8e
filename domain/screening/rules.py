"""The blocking rules as staff write them in content/lexicon/screening, compiled once to patterns."""

from __future__ import annotations

import re
from functools import cache

from domain.reading.lexicon import load_yaml
from domain.screening.disguise import FOLDER

CLAUSE_END = ",。;!?\n"
NUMBER = r"(?:\d[\d.]{0,9}|[一二两三四五六七八九十百千万半几]{1,8})"
# A gap never steps over a denial: 不收押金 must not read as 收 … 押金.
_GAPS = {"~": r"[^,。;!?\n不无免没勿未]{0,8}?", "…": r"[^。;!?\n]{0,24}?", "#": NUMBER}
_SIGN = re.compile(r"\[(?:\\.|[^\]\\])*\]|\{([a-z_]+)\}|[~…]\??|#|(?<!\\)\((?!\?)")

# Python looks back over one width only, so (?<!甲|乙丙) is written out as one look for each.
_NOT_AFTER = re.compile(r"\(\?<!([^()\[\]|]+(?:\|[^()\[\]|]+)+)\)")
_ENDLESS = re.compile(r"(?<=[\])])[*+]")


@cache
def word_sets() -> dict[str, str]:
    """Named sets of words, each as one alternation with the longest word first."""
    content: dict[str, str] = load_yaml(FOLDER / "sets.yaml")
    return {name: alternation(words) for name, words in content.items()}


def alternation(words: str) -> str:
    """Words with blanks between as a pattern."""
    return "(?:" + "|".join(sorted({re.escape(word.lower()) for word in words.split()}, key=len, reverse=True)) + ")"


def expand(written: str) -> str:
    """A rule as written (`{set}`, `~`, `…`, `#`) as a regular expression. Raises KeyError for an unknown set.

    Every repetition is bounded, so that no text, however hostile, takes more than linear time.
    """
    written = _NOT_AFTER.sub(lambda match: "".join(f"(?<!{word})" for word in match[1].split("|")), written)
    return _ENDLESS.sub(lambda match: "{0,9}" if match[0] == "*" else "{1,9}", _SIGN.sub(_sign, written))


def _sign(match: re.Match[str]) -> str:
    sign = match[0]
    if sign[0] == "[":  # a list of characters stays as it is
        return sign
    if sign == "(":
        return "(?:"
    return word_sets()[match[1]] if match[1] else _GAPS[sign[0]]


def compiled(patterns: list[str]) -> re.Pattern[str]:
    """One pattern that finds any of the rules."""
    return re.compile("|".join(expand(pattern) for pattern in patterns))


@cache
def rules() -> dict[str, re.Pattern[str]]:
    """Blocking code → pattern."""
    return {code: compiled(patterns) for code, patterns in load_yaml(FOLDER / "rules.yaml")["terms"].items()}


@cache
def signs() -> dict[str, re.Pattern[str]]:
    """What is no finding itself but decides on one: pay, duties, hours, denials."""
    terms: dict[str, list[str]] = {**load_yaml(FOLDER / "signs.yaml")["terms"], **load_yaml(FOLDER / "duty.yaml")["terms"]}
    return {name: compiled(patterns) for name, patterns in terms.items()}


@cache
def harmless() -> re.Pattern[str]:
    """Ordinary wordings that a rule might take for something else."""
    terms: dict[str, list[str]] = load_yaml(FOLDER / "harmless.yaml")["terms"]
    return compiled([pattern for patterns in terms.values() for pattern in patterns])
