"""Every word the bot knows is found in one pass: `scan` reads content/lexicon/*.yaml once and then costs microseconds a message."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import ahocorasick_rs

from domain.reading.terms import BLOCK, FOLDER, GAP, GAP_LENGTH, MAX_FORMS, entries, expand, load_shared, load_yaml, with_typos
from domain.reading.terms_check import check

__all__ = ["FOLDER", "MAX_FORMS", "Hit", "build", "check", "find", "load_yaml", "scan", "words"]

MAX_BLOCK = 16  # characters of the longest blocking term that is looked for
Meaning = tuple[str, str, str]
Raw = tuple[int, int, str, str, str]
_ENDS = " ,.。!！?？~"
_BREAK = re.compile(r"[,，.。!！?？;；:：、\n~]")


class Hit(NamedTuple):
    """A term found at `start:end` of the normalised text; `term` is how the lexicon writes it (a typing error is already undone)."""

    start: int
    end: int
    kind: str
    code: str
    term: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A term of two pieces with up to `length` characters of one clause between them."""

    length: int
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Matcher:
    """Per searched word: the terms it is, and the gap terms it opens and closes. Per term of `alike`: how it is written and what it is."""

    exact: Callable[[str], list[tuple[int, int, int]]]
    whole: list[tuple[Meaning, ...]]
    pieces: list[tuple[tuple[int, ...], tuple[int, ...]] | None]
    gaps: list[Gap]
    alike: Callable[[str], list[tuple[int, int, int]]]
    alike_terms: list[tuple[str, list[Meaning]]]
    sounds: dict[int, str]


def build(folder: Path) -> Matcher:
    """Compile all lexicon files of a folder."""
    shared = load_shared(folder)
    whole: dict[str, list[Meaning]] = {}
    opens: dict[str, list[int]] = {}
    closes: dict[str, list[int]] = {}
    right: dict[str, list[Meaning]] = {}
    gaps: list[Gap] = []
    for kind, code, term in entries(folder):
        first, dots, second = term.partition(GAP)
        if dots:
            length = GAP_LENGTH * (1 + len(second) - len(second.lstrip(GAP)))
            for table, piece in ((opens, first), (closes, second.lstrip(GAP))):
                for word in expand(piece, shared):
                    table.setdefault(word, []).append(len(gaps))
            gaps.append(Gap(length, (kind, code, term)))
            continue
        for word in expand(term, shared):
            right.setdefault(word, []).append((kind, code, word))
            for written in with_typos(word, shared):
                whole.setdefault(written, []).append((kind, code, word))
    words = list({**whole, **opens, **closes})
    alike = {word: meanings for word, meanings in right.items() if len(word) >= 2}
    return Matcher(
        _automaton(words),
        [tuple(whole.get(word, ())) for word in words],
        [(tuple(opens.get(word, ())), tuple(closes.get(word, ()))) if word in opens or word in closes else None for word in words],
        gaps,
        _automaton([word.translate(shared.sounds) for word in alike]),
        list(alike.items()),
        shared.sounds,
    )


def _automaton(patterns: Iterable[str]) -> Callable[[str], list[tuple[int, int, int]]]:
    automaton = ahocorasick_rs.AhoCorasick(list(patterns), store_patterns=False)
    return lambda text: automaton.find_matches_as_indexes(text, overlapping=True)


@cache
def matcher() -> Matcher:
    """The project's own lexicon, built at first use."""
    return build(FOLDER)


@lru_cache(maxsize=2)  # several readers scan the same message in a row
def scan(text: str) -> tuple[Hit, ...]:
    """All terms in a normalised text, sorted by start; inside one kind a shorter term within a longer one is dropped. Linear in length."""
    return find(text, matcher())


def find(text: str, matcher: Matcher) -> tuple[Hit, ...]:
    """`scan` with a given lexicon."""
    if not text.isprintable():
        text = text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates would stop the automaton
    found = matcher.exact(text)
    raw, split = _collect(text, found, matcher)
    blocks = _blocks(raw, split)
    if blocks:
        raw = [item for item in raw if item[2] not in blocks or item[3] == BLOCK or not _cut(item[0], -item[1], blocks[item[2]])]
    for item, first_end, second_start in split:
        spans = blocks.get(item[2])
        if not spans or item[3] == BLOCK or not (_cut(item[0], first_end, spans) or _cut(second_start, -item[1], spans)):
            raw.append(item)
    raw.extend(_misheard(text, found, matcher))
    raw.sort()
    return _longest(raw)


def _collect(text: str, found: list[tuple[int, int, int]], matcher: Matcher) -> tuple[list[Raw], list[tuple[Raw, int, int]]]:
    """Whole terms, and gap terms with the end of their first and the start of their second piece. Matches arrive sorted by their end."""
    raw: list[Raw] = []
    split: list[tuple[Raw, int, int]] = []
    waiting: dict[int, list[tuple[int, int]]] = {}
    whole, pieces = matcher.whole, matcher.pieces
    for index, start, end in found:
        for meaning in whole[index]:
            raw.append((start, -end, *meaning))
        if both := pieces[index]:
            opens, closes = both
            for gap in closes:
                if gap in waiting:
                    split.extend(_closed(text, waiting[gap], matcher.gaps[gap], start, end))
            for gap in opens:
                waiting.setdefault(gap, []).append((start, end))
    return raw, split


def _closed(text: str, firsts: list[tuple[int, int]], gap: Gap, start: int, end: int) -> Iterator[tuple[Raw, int, int]]:
    for first_start, first_end in firsts[: -GAP_LENGTH * 4 : -1]:
        if first_end <= start:
            if start - first_end <= gap.length and not _BREAK.search(text, first_end, start):
                yield (first_start, -end, *gap.meaning), first_end, start
            return


def _blocks(raw: list[Raw], split: list[tuple[Raw, int, int]]) -> dict[str, list[tuple[int, int]]]:
    blocks: dict[str, list[tuple[int, int]]] = {}
    for start, minus_end, kind, code, _ in itertools.chain(raw, (item for item, _, _ in split)):
        if code == BLOCK:
            blocks.setdefault(kind, []).append((start, -minus_end))
    for spans in blocks.values():
        spans.sort()
    return blocks


def _cut(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    """Whether a blocking term overlaps `start:end` and is not within it: in 社区的工作人员 neither 的工作 nor 找…工作 is found."""
    for at in range(bisect_left(spans, (start - MAX_BLOCK, 0)), len(spans)):
        low, high = spans[at]
        if low >= end:
            break
        if high > start and (low < start or high > end):
            return True
    return False


def _misheard(text: str, found: list[tuple[int, int, int]], matcher: Matcher) -> list[Raw]:
    """Terms of three characters and more with one character, or two of five, replaced by one that sounds the same; shorter ones only as the whole text."""
    heard: list[Raw] = []
    known: bytearray | None = None
    for index, start, end in matcher.alike(text.translate(matcher.sounds)):
        term, meanings = matcher.alike_terms[index]
        written = text[start:end]
        if written == term or (len(term) == 2 and (len(text) > 8 or end - start < len(text.strip(_ENDS)))):
            continue
        if known is None:
            known = _known(len(text), found, matcher)
        wrong = [start + i for i, char in enumerate(term) if char != written[i]]
        # A character that belongs to a known word is no error.
        if len(wrong) <= (1 if len(term) < 5 else 2) and not any(known[i] for i in wrong):
            heard.extend((start, -end, kind, code, word) for kind, code, word in meanings)
    return heard


def _known(length: int, found: list[tuple[int, int, int]], matcher: Matcher) -> bytearray:
    known = bytearray(length)
    for index, start, end in found:
        if end - start > 1 and matcher.whole[index]:
            known[start:end] = b"\1" * (end - start)
    return known


def _longest(raw: list[Raw]) -> tuple[Hit, ...]:
    """Without shorter terms inside longer ones of their kind, doubles and blocking terms."""
    hits: list[Hit] = []
    furthest: dict[str, Raw] = {}
    for item in raw:
        start, minus_end, kind, code, term = item
        last = furthest.get(kind)
        if last is not None and minus_end >= last[1] and (start != last[0] or minus_end != last[1] or code == last[3]):
            continue
        furthest[kind] = item
        if code != BLOCK:
            hits.append(Hit(start, -minus_end, kind, code, term))
    return tuple(hits)


@cache
def words() -> tuple[str, ...]:
    """All terms of two characters and more, without typing errors: for a segmenter's dictionary."""
    shared = load_shared(FOLDER)
    whole = {word for _, _, term in entries(FOLDER) if GAP not in term for word in expand(term, shared)}
    return tuple(sorted(word for word in whole if len(word) > 1))
