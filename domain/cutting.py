"""Text in pieces that a channel takes: cut where a reader would pause, never inside a character, never empty."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

BLANK = "…"
"""Stands where nothing visible is left: platforms refuse an empty text, and the row behind it would never be delivered."""

# How many characters of a text fit into one message.
Fits = Callable[[str], int]

_INVISIBLE = "\u2800\ufffc"  # symbols by category, yet shown as spaces
_ZWJ = "\u200d"
_BORDERS = [re.compile(p) for p in (r"\n\s*\n", r"\n", r"[。！？!?；;…]+[”’」』）)\"']*", r"[，、,\s]")]


def visible(text: str) -> bool:
    """Whether a reader would find anything in it."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _INVISIBLE for char in text)


def clean(text: str) -> str:
    """Lone surrogates become U+FFFD, which UTF-8 can carry; blank text becomes `BLANK`."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole if visible(whole) else BLANK


def cut(text: str, fits: Fits) -> list[str]:
    """Pieces that fit, cut after a paragraph, a line, a sentence or a word, in this order of preference."""
    pieces, rest = [], clean(text).strip()
    while len(rest) > (limit := fits(rest)):
        at = _border(rest, limit)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [piece for piece in (*pieces, rest) if visible(piece)]


def characters(limit: int) -> Fits:
    """For a platform that counts code points, as `len` does."""
    return lambda _text: limit


def in_bytes(limit: int) -> Fits:
    """For a platform that counts bytes of UTF-8."""

    def fits(text: str) -> int:
        encoded = text.encode()
        # What is left of a character that was cut in the middle is ignored.
        return len(text) if len(encoded) <= limit else len(encoded[:limit].decode(errors="ignore"))

    return fits


def character_border(text: str, limit: int) -> int:
    """The last place up to `limit` that is between two characters as a person sees them; `limit` where there is none."""
    return next((at for at in range(limit, limit // 2, -1) if not _joined(text, at)), limit)


def _border(text: str, limit: int) -> int:
    """Where the next piece ends. A border in the first half is no use: it would make many tiny messages."""
    for border in _BORDERS:
        ends = [match.end() for match in border.finditer(text, limit // 2, limit) if not _joined(text, match.end())]
        if ends:
            return ends[-1]
    return character_border(text, limit)


def _joined(text: str, at: int) -> bool:
    """Whether the code points around `at` belong to one visible character: accents, skin tones, families, flags."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if _ZWJ in (before, after) or unicodedata.category(after).startswith("M"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    if not _regional(before) or not _regional(after):
        return False
    run = at
    while run and _regional(text[run - 1]):
        run -= 1
    return (at - run) % 2 == 1


def _regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
