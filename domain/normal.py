"""One plain spelling for matching (simplified, half-width, lower-case, nothing invisible), and the way back to what was written."""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

# Stands in the translated text where a character drops or grows, so that one search tells whether offsets still count one by one.
_UNEVEN = "\ufdd0"
# A hostile text may hold every code point once; past this many remembered characters they are worked out anew each time.
_REMEMBERED = 60_000

# Letters of other scripts by shape, capitals apart from small letters because their shapes differ (Η is H, η is n).
_ALIKE = str.maketrans(
    "АВСЕНІЈКМОРЅТХУаавсԁеҽһніјкӏмопрԛѕтхуԝ"
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβγεικηνορτυχω"
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɡıℓ"
    "❶❷❸❹❺❻❼❽❾➊➋➌➍➎➏➐➑➒⓿〇"
    "収実発単圧払験検気売価図"
    "⺟⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻩⻬⻮⻰",
    "abcehijkmopstxyaabcdeehhijklmonpqstxyw"
    "abezhikmnoptyxabyeiknvoptuxw"
    "abcdefghijklmnoprstuvwyzgil"
    "12345678912345678900"
    "收实发单压付验检气卖价图"
    "母民西见角贝车长门青韦页风飞食马骨鬼鱼鸟黄齐齿龙",
)
_DROPPED = frozenset("\u115f\u1160\u3164\uffa0")
_BREAKS = {0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n", 0x09: " ", 0x0D: " ", 0x2800: " "}

_CJK = "\u3007\u3400-\u9fff\U00020000-\U0003ffff"
# Blanks and ornaments a writer may put inside a word. A comma or a line break ends a clause and stays.
_GAP = r"(?:[ .·•・*_|^`'\"#=\u2014\u2026]|(?<![元块毛角分周一二三四五六七八九十日天点时月岁号])[-/+~])+"
_JOIN = re.compile(
    rf"(?<=[{_CJK}]){_GAP}(?=[{_CJK}a-z0-9])|(?<=[a-z0-9]) +(?=[{_CJK}])"
    r"|(?<=(?<![a-z])[a-z])[ .*_-]{1,3}(?=[a-z](?![a-z]))"
)


@dataclass(frozen=True, slots=True)
class Normal:
    """The normalised `text`; `offsets[i]` is the index in `original` of the character `text[i]` came from, the last entry its length."""

    original: str
    text: str
    offsets: Sequence[int]

    def quote(self, start: int, end: int) -> str:
        """The exact piece of the original behind `text[start:end]`; a character that grew is quoted whole."""
        return self.original[self.offsets[start] : self.offsets[end - 1] + 1] if end > start else ""


@lru_cache(maxsize=64)  # one message is looked at for many things
def normalise(text: str, *, join: bool = False) -> Normal:
    """Spell `text` plainly, character by character. `join` also drops blanks and ornaments inside spaced-out words (押 金, s f z).

    Per character: NFKC, lower case, accents off Latin letters, Traditional to Simplified (OpenCC's characters), look-alike letters of other
    scripts to Latin; zero-width, control, combining and lone surrogate characters are dropped. Never raises; time is linear in the length.
    """
    plain = text.translate(_table())
    offsets: Sequence[int] = range(len(text) + 1)
    if _UNEVEN in plain:
        plain, offsets = _uneven(text, plain)
    normal = Normal(text, plain, offsets)
    return _joined(normal) if join else normal


class _Table(dict[int, str]):
    """Fills itself on demand: working out all of Unicode at start would take half a second."""

    def __missing__(self, code: int) -> str:
        spelt = spell(chr(code))
        one = spelt if len(spelt) == 1 else _UNEVEN
        if len(self) < _REMEMBERED:
            self[code] = one
        return one


@cache
def _table() -> _Table:
    return _Table()


@cache
def _simplified() -> dict[int, str]:
    """Traditional characters of the opencc package; found without importing it, for only its list is needed."""
    spec = importlib.util.find_spec("opencc")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("opencc-python-reimplemented is not installed")
    lines = (Path(spec.origin).parent / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines)
    return {ord(pair[0]): pair[1] for pair in pairs if len(pair) > 1 and len(pair[0]) == len(pair[1]) == 1}


def spell(char: str) -> str:
    """The plain spelling of one character: usually one character, none where it drops, several where it stands for several."""
    code = ord(char)
    if code in _BREAKS:
        return _BREAKS[code]
    if 0x1F150 <= code <= 0x1F189:  # white letters on black discs and squares, for which Unicode gives no plain form
        return chr(ord("a") + (code - 0x1F150) % 32) if (code - 0x1F150) % 32 < 26 else char
    if 0x1F3FB <= code <= 0x1F3FF:  # skin tones
        return ""
    # Twice: some capitals have a look-alike only as small letters, some Traditional characters are simplified in two steps.
    plain = unicodedata.normalize("NFKC", char.translate(_ALIKE)).translate(_ALIKE).lower().translate(_ALIKE)
    return "".join(_letter(part) for part in plain).translate(_simplified()).translate(_simplified())


def _letter(char: str) -> str:
    if char == "\n":
        return char
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Mn", "Me"} or char in _DROPPED:
        return ""
    base = unicodedata.normalize("NFD", char)[0]
    return base if base.isascii() and base.isalpha() else char


def _uneven(text: str, plain: str) -> tuple[str, list[int]]:
    spelt: list[str] = []
    offsets: list[int] = []
    at = 0
    while (index := plain.find(_UNEVEN, at)) >= 0:
        piece = spell(text[index])
        spelt += plain[at:index], piece
        offsets.extend(range(at, index))
        offsets.extend([index] * len(piece))
        at = index + 1
    spelt.append(plain[at:])
    offsets.extend(range(at, len(text) + 1))
    return "".join(spelt), offsets


def _joined(normal: Normal) -> Normal:
    kept: list[str] = []
    offsets: list[int] = []
    at = 0
    for gap in _JOIN.finditer(normal.text):
        kept.append(normal.text[at : gap.start()])
        offsets.extend(normal.offsets[at : gap.start()])
        at = gap.end()
    if not kept:
        return normal
    kept.append(normal.text[at:])
    offsets.extend(normal.offsets[at:])
    return Normal(normal.original, "".join(kept), offsets)
