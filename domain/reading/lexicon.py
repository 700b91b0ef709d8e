"""Every word the bot knows is found in one pass: `scan` reads content/lexicon/*.yaml once and then costs microseconds a message."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import ahocorasick_rs

from domain.reading.terms import BLOCK, FOLDER, GAP, GAP_LENGTH, MAX_FORMS, entries, expand, load_shared, load_yaml, with_typos
from domain.reading.terms_check import check

__all__ = ["FOLDER", "MAX_FORMS", "Hit", "build", "check", "find", "load_yaml", "scan", "words"]

MAX_BLOCK = 16  # characters of the longest blocking or known term that is looked for
Meaning = tuple[str, str, str]  # kind, code and term; the term is "" where it is what is written
Raw = tuple[int, int, str, str, str]
_ENDS = " ,.。!！?？~"
_SHORT = 8  # characters of a text that may be one misheard word
_END = itemgetter(2)
_WIDEST = GAP_LENGTH * 4  # characters that the widest gap may span
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
    """Per searched word: the terms it is, the kinds it blocks, and the gap terms it opens and closes, one bit each. Per term of `alike`: how it is written and
    what it is; `pairs` are its terms of two characters, by sound."""

    exact: Callable[[str], list[tuple[int, int, int]]]
    whole: list[tuple[Meaning, ...]]
    blocking: dict[int, list[str]]
    pieces: list[tuple[int, int] | None]
    gaps: list[Gap]
    alike: Callable[[str], list[tuple[int, int, int]]]
    alike_terms: list[tuple[str, list[Meaning]]]
    pairs: dict[str, list[tuple[str, list[Meaning]]]]
    sounds: dict[int, str]


def build(folder: Path) -> Matcher:
    """Compile all lexicon files of a folder."""
    shared = load_shared(folder)
    whole: dict[str, list[Meaning]] = {}
    opens: dict[str, int] = {}
    closes: dict[str, int] = {}
    right: dict[str, list[Meaning]] = {}
    gaps: list[Gap] = []
    for kind, code, term in entries(folder):
        first, dots, second = term.partition(GAP)
        if dots:
            length = GAP_LENGTH * (1 + len(second) - len(second.lstrip(GAP)))
            for table, piece in ((opens, first), (closes, second.lstrip(GAP))):
                for word in expand(piece, shared):
                    table[word] = table.get(word, 0) | 1 << len(gaps)
            gaps.append(Gap(length, (kind, code, term)))
            continue
        for word in expand(term, shared):
            right.setdefault(word, []).append((kind, code, word))
            for written in with_typos(word, shared):
                whole.setdefault(written, []).append((kind, code, "" if written == word else word))
    words = list({**whole, **opens, **closes})
    shared_meanings: dict[tuple[Meaning, ...], tuple[Meaning, ...]] = {}
    alike = [(word, meanings) for word, meanings in right.items() if len(word) > 2]
    pairs: dict[str, list[tuple[str, list[Meaning]]]] = {}
    for word, meanings in right.items():
        if len(word) == 2:
            pairs.setdefault(word.translate(shared.sounds), []).append((word, meanings))
    return Matcher(
        _automaton(words),
        # Words that mean the same share one tuple: the fewer places of memory a message touches, the faster it is read.
        [shared_meanings.setdefault(said := tuple(whole.get(word, ())), said) for word in words],
        {i: kinds for i, word in enumerate(words) if (kinds := [kind for kind, code, _ in whole.get(word, ()) if code == BLOCK])},
        [(opens.get(word, 0), closes.get(word, 0)) if word in opens or word in closes else None for word in words],
        gaps,
        _automaton([word.translate(shared.sounds) for word, _ in alike]),
        alike,
        pairs,
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
    whole = matcher.whole
    raw: list[Raw] = [(start, -end, kind, code, word) for index, start, end in found for kind, code, word in whole[index]]
    split = _split(text, found, matcher)
    blocks = _blocks(found, split, matcher.blocking)
    if blocks:
        raw = [item for item in raw if item[2] not in blocks or item[3] == BLOCK or not _cut(item[0], -item[1], blocks[item[2]])]
    for item, first_end, second_start in split:
        spans = blocks.get(item[2])
        if not spans or item[3] == BLOCK or not (_cut(item[0], first_end, spans) or _cut(second_start, -item[1], spans)):
            raw.append(item)
    raw.extend(_misheard(text, found, matcher))
    raw.sort()
    return _longest(text, raw)


def _split(text: str, found: list[tuple[int, int, int]], matcher: Matcher) -> list[tuple[Raw, int, int]]:
    """Gap terms with the end of their first and the start of their second piece. Matches arrive sorted by their end."""
    split: list[tuple[Raw, int, int]] = []
    opened = 0
    firsts: list[tuple[int, int, int]] = []
    pieces = matcher.pieces
    for index, start, end in found:
        if both := pieces[index]:
            opens, closes = both
            if closes := closes & opened:
                split.extend(_closed(text, firsts, closes, start, end, matcher.gaps))
            if opens:
                opened |= opens
                firsts.append((start, end, opens))
    return split


def _closed(
    text: str, firsts: list[tuple[int, int, int]], waiting: int, start: int, end: int, gaps: list[Gap]
) -> Iterator[tuple[Raw, int, int]]:
    """The gap terms of the bits `waiting` that end with the piece `start:end`, each with the first piece nearest to it."""
    for first_start, first_end, opens in reversed(firsts):
        if not waiting or first_end < start - _WIDEST:
            return
        if first_end > start:
            continue
        near = opens & waiting
        waiting &= ~near
        while near:
            gap = gaps[(near & -near).bit_length() - 1]
            near &= near - 1
            if start - first_end <= gap.length and not _BREAK.search(text, first_end, start):
                yield (first_start, -end, *gap.meaning), first_end, start


def _blocks(
    found: list[tuple[int, int, int]], split: list[tuple[Raw, int, int]], blocking: dict[int, list[str]]
) -> dict[str, list[tuple[int, int]]]:
    blocks: dict[str, list[tuple[int, int]]] = {}
    for index, start, end in found:
        if index in blocking:
            for kind in blocking[index]:
                blocks.setdefault(kind, []).append((start, end))
    for (start, minus_end, kind, code, _), _, _ in split:
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
    said = text.translate(matcher.sounds)
    word = said.strip(_ENDS) if len(text) <= _SHORT else ""
    if word in matcher.pairs:
        at = said.index(word)
        alike = [(at, at + 2, *term) for term in matcher.pairs[word]]
    else:
        alike = [(start, end, *matcher.alike_terms[index]) for index, start, end in matcher.alike(said)]
    for start, end, term, meanings in alike:
        if text.startswith(term, start):
            continue
        wrong = [start + i for i, char in enumerate(term) if char != text[start + i]]
        # A character that belongs to a known word is no error.
        if len(wrong) <= (1 if len(term) < 5 else 2) and not any(_known(at, found, matcher.whole) for at in wrong):
            heard.extend((start, -end, kind, code, word) for kind, code, word in meanings)
    return heard


def _known(at: int, found: list[tuple[int, int, int]], whole: list[tuple[Meaning, ...]]) -> bool:
    """Whether the character `at` is in a term of two and more; `found` is sorted by the ends."""
    for i in range(bisect_right(found, at, key=_END), len(found)):
        index, start, end = found[i]
        if start <= at and end - start > 1 and whole[index]:
            return True
        if end > at + MAX_BLOCK:
            return False
    return False


def _longest(text: str, raw: list[Raw]) -> tuple[Hit, ...]:
    """Without shorter terms inside longer ones of their kind, doubles and blocking terms."""
    hits: list[Hit] = []
    furthest: dict[str, Raw] = {}
    new = tuple.__new__  # half the time of a call of Hit
    for item in raw:
        start, minus_end, kind, code, term = item
        last = furthest.get(kind)
        if last is not None and minus_end >= last[1] and (start != last[0] or minus_end != last[1] or code == last[3]):
            continue
        furthest[kind] = item
        if code != BLOCK:
            hits.append(new(Hit, (start, -minus_end, kind, code, term or text[start:-minus_end])))
    return tuple(hits)


@cache
def words() -> tuple[str, ...]:
    """All terms of two characters and more, without typing errors: for a segmenter's dictionary."""
    shared = load_shared(FOLDER)
    whole = {word for _, _, term in entries(FOLDER) if GAP not in term for word in expand(term, shared)}
    return tuple(sorted(word for word in whole if len(word) > 1))
