"""Write domain/reading/weights/syllables.txt from pypinyin: the characters of GB 2312 and those of the training texts, by how they sound."""

from __future__ import annotations

import re
import unicodedata

from pypinyin.pinyin_dict import pinyin_dict

from domain.normal import normalise
from domain.reading.sounds import FILE
from train import texts

# Many speakers, and so many typists, do not tell these apart.
_ALIKE = ((re.compile("^zh"), "z"), (re.compile("^ch"), "c"), (re.compile("^sh"), "s"), (re.compile("ng$"), "n"))


def syllable(reading: str) -> str:
    """The first reading of a character, without its tone, with what sounds alike as one."""
    letters = unicodedata.normalize("NFD", reading.partition(",")[0])
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter) or letter == "\u0308")
    for pattern, instead in _ALIKE:
        plain = pattern.sub(instead, plain)
    return unicodedata.normalize("NFC", plain)


def in_gb2312(char: str) -> bool:
    """Whether a character is one of the 6,763 in daily use."""
    try:
        return len(char.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def main() -> None:
    """Write the table."""
    seen = {char for one in texts.load() for char in normalise(one.text).text}
    groups: dict[str, list[str]] = {}
    for point, reading in sorted(pinyin_dict.items()):
        if chr(point) in seen or in_gb2312(chr(point)):
            groups.setdefault(syllable(reading), []).append(chr(point))
    FILE.write_text("".join(f"{name} {''.join(chars)}\n" for name, chars in sorted(groups.items())), encoding="utf-8")
    print(f"{sum(map(len, groups.values()))} characters in {len(groups)} syllables")


if __name__ == "__main__":
    main()
