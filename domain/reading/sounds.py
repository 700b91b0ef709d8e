"""How characters sound, without tones and with zh, ch, sh, -ng as z, c, s, -n: a word that is typed by ear is still the same sounds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

# One line a syllable: its letters, and the characters that sound so (`python -m train.syllables`).
FILE = Path(__file__).parent / "weights" / "syllables.txt"
_ABOVE_CHARACTERS = 0x110000


def sounds(text: str) -> list[int]:
    """A number a character: that of its syllable, or its code point where no sound is known."""
    table = _table()
    return [table.get(char, ord(char)) for char in text]


@cache
def _table() -> dict[str, int]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {char: number for number, line in enumerate(lines, _ABOVE_CHARACTERS) for char in line.partition(" ")[2]}
