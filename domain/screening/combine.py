"""Finds what a notice says by its parts: words of several classes close together in one sentence, in whatever order they stand."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Required, TypedDict

from domain.reading.lexicon import load_yaml
from domain.screening.disguise import FOLDER
from domain.screening.notice import SENTENCE_END, Notice, Span, denied
from domain.screening.rules import CLAUSE_END, alternation, compiled, signs

REACH = 12  # characters between two parts where a combination names no other distance
_NEAR = 3  # how many neighbours of a class are tried on either side: enough, and the time stays linear


@dataclass(frozen=True, slots=True)
class Combination:
    """All of `parts` with at most `within` characters between neighbours; none of `unless` in their clauses, none of `never` in the notice.

    `stops` are the marks no gap steps over; `ordered` keeps the order as written; `negative` allows a denial between the parts, where a
    denial is what the wording is about.
    """

    parts: tuple[str, ...]
    within: int
    unless: tuple[str, ...]
    never: tuple[str, ...]
    stops: str
    ordered: bool
    negative: bool


class _Row(TypedDict, total=False):
    all: Required[str]
    within: int
    unless: str
    never: str
    across: bool
    clause: bool
    ordered: bool
    negative: bool


class _File(TypedDict, total=False):
    classes: dict[str, str | list[str]]
    terms: dict[str, list[_Row]]


@cache
def classes() -> dict[str, re.Pattern[str]]:
    """Class name → pattern, from all files of combinations."""
    found: dict[str, re.Pattern[str]] = {}
    for content in _files():
        for name, words in (content.get("classes") or {}).items():
            found[name] = re.compile(alternation(words)) if isinstance(words, str) else compiled(words)
    return found


@cache
def combinations() -> dict[str, tuple[Combination, ...]]:
    """Code → its combinations. Raises KeyError where a combination names a class that nobody defined."""
    known = classes()
    found: dict[str, list[Combination]] = {}
    for content in _files():
        for code, written in (content.get("terms") or {}).items():
            found.setdefault(code, []).extend(_combination(row) for row in written)
    for rows in found.values():
        for name in (name for row in rows for name in row.parts + row.unless + row.never):
            known[name]
    return {code: tuple(rows) for code, rows in found.items()}


def _files() -> Iterator[_File]:
    for path in sorted((FOLDER / "combinations").glob("*.yaml")):
        yield load_yaml(path)


def _combination(row: _Row) -> Combination:
    return Combination(
        tuple(row["all"].split()),
        int(row.get("within", REACH)),
        tuple(row.get("unless", "").split()),
        tuple(row.get("never", "").split()),
        stops="" if row.get("across") else CLAUSE_END if row.get("clause") else SENTENCE_END,
        ordered=bool(row.get("ordered")),
        negative=bool(row.get("negative")),
    )


def combined(notice: Notice, code: str) -> Iterator[Span]:
    """Spans where a combination of `code` stands."""
    for row in combinations().get(code, ()):
        if not all(_places(notice, name) for name in row.parts) or any(_places(notice, name) for name in row.never):
            continue
        columns = [_places(notice, name) for name in row.parts]
        for anchor in columns[0]:
            chosen = _gather(notice.text, row, anchor, columns[1:])
            if chosen and not _lifted(notice, row, chosen):
                yield chosen[0][0], max(end for _, end in chosen)


def _places(notice: Notice, name: str) -> list[Span]:
    if name not in notice.places:
        notice.places[name] = [match.span() for match in classes()[name].finditer(notice.text)]
    return notice.places[name]


def _gather(text: str, row: Combination, anchor: Span, columns: list[list[Span]]) -> list[Span]:
    """The anchor with the nearest word of every other class, in the order of the text; empty where one is missing."""
    chosen = [anchor]
    for column in columns:
        start, end = chosen[0][0], chosen[-1][1]
        at = bisect_left(column, (start, start))
        near = [
            (max(other[0] - end, start - other[1], 0), other)
            for other in column[max(0, at - _NEAR) : at + _NEAR]
            if all(other[1] <= one[0] or other[0] >= one[1] for one in chosen) and (not row.ordered or other[0] >= end)
        ]
        for distance, other in sorted(near):
            gap = text[min(end, other[1]) : max(start, other[0])]
            if distance <= row.within and not any(mark in gap for mark in row.stops):
                chosen = sorted([*chosen, other])
                break
        else:
            return []
    return chosen


def _lifted(notice: Notice, row: Combination, chosen: list[Span]) -> bool:
    """Whether a denial stands between the parts, or something beside them that makes them harmless."""
    text = notice.text
    if not row.negative:
        gaps = [text[one[1] : other[0]] for one, other in zip(chosen, chosen[1:], strict=False)]
        if any(signs()["denial"].search(gap) for gap in gaps) or any(denied(notice, *part) for part in chosen):
            return True
    if not row.unless:
        return False
    start, end = notice.clause(chosen[0][0], max(end for _, end in chosen))
    return any(_touches(_places(notice, name), start, end) for name in row.unless)


def _touches(column: list[Span], start: int, end: int) -> bool:
    at = bisect_left(column, (start, start))
    return any(one[0] < end and one[1] > start for one in column[max(0, at - 1) : at + 1])
