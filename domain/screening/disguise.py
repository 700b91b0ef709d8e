"""Words that hide from a reader are given back their plain spelling: homophones, pinyin, initials, look-alikes and emoji."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypedDict

from domain.normal import Normal, normalise
from domain.reading.lexicon import load_yaml

FOLDER = Path(__file__).parents[2] / "content" / "lexicon" / "screening"


_LEFT, _RIGHT = "(?<![a-z0-9_])", "(?![a-z_])"


@dataclass(frozen=True, slots=True)
class Disguises:
    """`pattern` finds candidates; a match of group i stands for `words[i - 1]`, and needs `_plausible` from `sounding` on."""

    pattern: re.Pattern[str]
    words: list[str]
    sounding: int
    common: frozenset[str]
    emoji: dict[int, str]


def unmask(text: str) -> Normal:
    """Normalise `text`, joined up, with every disguised word written plainly. Offsets still lead to the original. Linear in length."""
    normal = normalise(text, join=True)
    found = disguises()
    pieces: list[str] = []
    offsets: list[int] = []
    at = look = 0
    plain = normal.text.translate(found.emoji)
    while match := found.pattern.search(plain, look):
        start, end = match.span()
        word = found.words[(match.lastindex or 1) - 1]
        if not word:  # an ordinary word that only happens to sound like one of ours
            look = end
            continue
        if (match.lastindex or 0) > found.sounding and not _plausible(word, match[0], found.common):
            look = start + 1
            continue
        pieces += plain[at:start], word
        offsets.extend(normal.offsets[at:start])
        offsets.extend([normal.offsets[start]] * (len(word) - 1) + [normal.offsets[end - 1]])
        at = look = end
    if not pieces:
        return Normal(text, plain, normal.offsets)
    pieces.append(plain[at:])
    offsets.extend(normal.offsets[at:])
    return Normal(text, "".join(pieces), offsets)


def _plausible(word: str, written: str, common: frozenset[str]) -> bool:
    """Whether `written` reads as a disguise of `word`: enough of it is left, and what changed is no everyday character."""
    if written == word:
        return False
    kept = sum(char in written for char in word)
    changed = [char for char in written if char not in word and char != " "]
    if all(char.isascii() for char in changed):
        return kept > 0 or len(changed) > len(word)
    return kept * 2 >= len(word) and not common.intersection(changed)


class _File(TypedDict):
    """disguises.yaml: texts are words with blanks between."""

    alike: str
    ordinary: str
    aliases: dict[str, str]
    sounds: str
    letters: str
    emoji: dict[str, str]
    common: str


@cache
def disguises() -> Disguises:
    """The project's own list, read once from content/lexicon/screening."""
    return compile_disguises(load_yaml(FOLDER / "disguises.yaml"), load_yaml(FOLDER / "sounds.yaml"))


def compile_disguises(content: _File, sounds: dict[str, str]) -> Disguises:
    """Build the pattern from the lists of disguises.yaml and the syllables of sounds.yaml."""
    syllables: dict[str, list[str]] = {}
    for syllable, chars in sounds.items():
        for char in chars:
            syllables.setdefault(char, []).append(syllable)
    alike = {char: group for group in content["alike"].split() for char in group}
    parts: list[tuple[str, str]] = [("|".join(map(re.escape, content["ordinary"].split())), "")]
    for word, spellings in content["aliases"].items():
        plain = sorted({normalise(spelling).text for spelling in spellings.split()}, key=len, reverse=True)
        parts.append(("|".join(map(_bounded, plain)), word))
    aliases = len(parts)
    for words, heard in ((content["sounds"], True), (content["letters"], False)):
        for word in sorted(words.split(), key=len, reverse=True):
            last = len(word) - 1
            positions = [
                _position(
                    char,
                    syllables.get(char, []),
                    _same(char, syllables, sounds if heard else {}) + alike.get(char, ""),
                    ends=(i == 0, i == last),
                )
                for i, char in enumerate(word)
            ]
            parts.append((" ?".join(positions), word))
    emoji = {ord(char): word for word, chars in content["emoji"].items() for char in chars}
    # Most characters begin none of them: a look at the first one spares the search hundreds of branches.
    firsts = "".join(sorted(_firsts(content, syllables, sounds, alike)))
    pattern = re.compile(f"(?=[{re.escape(firsts)}])(?:" + "|".join(f"({part})" for part, _ in parts) + ")")
    return Disguises(pattern, [word for _, word in parts], aliases, frozenset(content["common"]), emoji)


def _firsts(content: _File, syllables: dict[str, list[str]], sounds: dict[str, str], alike: dict[str, str]) -> set[str]:
    """Every character that an ordinary word, an alias or a disguised word may begin with."""
    found = {word[0] for word in content["ordinary"].split()}
    found |= {normalise(spelling).text[0] for spellings in content["aliases"].values() for spelling in spellings.split()}
    for words, heard in ((content["sounds"], True), (content["letters"], False)):
        for first in {word[0] for word in words.split()}:
            found |= {first, *_same(first, syllables, sounds if heard else {}), *alike.get(first, "")}
            found |= {syllable[0] for syllable in syllables.get(first, [])}
    return found


def _bounded(spelling: str) -> str:
    """Letters at either end belong to no longer word or account name."""
    left = _LEFT if spelling[0].isascii() else ""
    return left + re.escape(spelling) + (_RIGHT if spelling[-1].isascii() else "")


def _same(char: str, syllables: dict[str, list[str]], sounds: dict[str, str]) -> str:
    return "".join(sounds.get(syllable, "") for syllable in syllables.get(char, []))


def _position(char: str, read: list[str], same: str, *, ends: tuple[bool, bool]) -> str:
    """One character of a word: itself, one that sounds or looks the same, its pinyin or the pinyin's first letter."""
    letters = "|".join(sorted(read, key=len, reverse=True) + sorted({syllable[0] for syllable in read}))
    if not letters:
        return f"[{char}{same}]"
    return f"(?:[{char}{same}]|{_LEFT if ends[0] else ''}(?:{letters}){_RIGHT if ends[1] else ''})"
