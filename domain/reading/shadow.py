"""A message redrawn as one line of letters, so that short patterns can say who did what to whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from domain.reading.lexicon import Hit

# One letter for each code of content/lexicon/hazards.yaml; M is the sender, C a child, A P H X other people, s m e S blows.
LETTERS = {
    "me": "M", "own": "o", "child": "C", "adult": "A", "parent": "P", "they": "H", "stranger": "X", "passive": "B", "by": "b", "to": "D",
    "hit": "s", "move": "m", "beat": "S", "hurt": "I", "body": "y", "thing": "t", "game": "g", "habit": "R", "not": "N", "dont": "n",
    "over": "O", "past": "p", "again": "r", "screen": "V", "press": "W", "scuffle": "z", "accident": "a", "want": "J", "worry": "w",
    "will": "u", "say": "Y", "weapon": "k", "grip": "G", "menace": "v", "kill": "K", "threat": "T", "burn": "F", "doom": "E",
    "stalk": "L", "lurk": "l", "fear": "f", "lock": "Q", "shut": "q", "force": "U", "touch": "x", "alone": "1", "leave": "2", "home": "3",
    "grown": "4", "little": "5", "neglect": "6", "drunk": "7", "death": "Z", "drink": "d", "medicine": "8", "outdoors": "9",
    "unreal": "c", "tool": "i", "filler": ".", "drag": "e", "wound": "0", "dread": "!", "rage": "*", "fuel": "%", "alarm": "f",
    "unhurt": "h", "nearly": "j",
    "means": ".", "farewell": ".", "height": ".", "weary": ".", "dose": ".",
}  # fmt: skip
_BREAK = re.compile(r"[,。!?;:、\n~…]")
# A possessive is nobody: 我 before 老公, 他 before 妈.
_POSSESSIVE = re.compile(r"[MHo](?=-*[ACP])")
# 孩子 before 爸爸 or 老师 is that grown-up.
_CHILDS = re.compile(r"C(-*)A")
# How far a clause is followed; keeps the time linear where a text has no punctuation.
_BEFORE, _AFTER, _CHILD_NEAR = 40, 20, 60

NEGATED = re.compile(r"N-*[.]?(?:[DBb]-*)?(?:[MCAPH]-*)?[.]{0,2}$")
WISHED = re.compile(r"J-*[.]?(?:[DGB]-*)?(?:[HCA]-*)?[.]{0,2}$")
WORRIED = re.compile(r"[wJ]-*[^,]{0,8}$|N-*[.]{0,2}$")
OBJECT = re.compile(r"[.o-]{0,3}?([MCAPH])(?!-*[.]{0,2}[tg])")


class Message:
    """A text, its hits of danger, and its shadow: as long as the text, a hit's letter where it starts, - under the rest of it, a comma for
    each break, a dot for everything else."""

    def __init__(self, text: str, hits: Sequence[Hit]) -> None:
        self.text, self.hits = text, hits
        self.codes = {hit.code for hit in hits}
        line = ["."] * len(text)
        for hit in hits:
            line[hit.start : hit.end] = LETTERS[hit.code] + "-" * (hit.end - hit.start - 1)
        for mark in _BREAK.finditer(text):
            line[mark.start()] = ","
        self.shadow = _POSSESSIVE.sub(".", _CHILDS.sub(r"P\1-", "".join(line)))
        self.letters = set(self.shadow)

    def of(self, *codes: str) -> Iterator[tuple[Hit, str, str]]:
        """The hits of these codes, each with the shadow of its clause before and after it."""
        for hit in self.hits:
            if hit.code in codes:
                first = max(0, hit.start - _BEFORE)
                start = self.shadow.rfind(",", first, hit.start) + 1 or first
                end = self.shadow.find(",", hit.end, hit.end + _AFTER)
                yield hit, self.shadow[start : hit.start], self.shadow[hit.end : end if end >= 0 else hit.end + _AFTER]

    def harm(self, letter: str, at: int) -> str:
        """What is done to a person of this letter is harm to a child or violence; 他 and 她 may be a child named before `at`."""
        child = letter == "C" or (letter == "H" and not {"C", "P"}.isdisjoint(self.shadow[max(0, at - _CHILD_NEAR) : at]))
        return "child_harm" if child else "violence"

    def named(self, hit: Hit) -> str:
        """The letter of a person inside the hit itself: C in 掐着孩子脖子, M in 掐着我脖子, nothing in 家暴."""
        written = self.text[hit.start : hit.end]
        if len(written) < 3:
            return ""
        return "C" if re.search("孩|娃|闺女|儿子", written) else "M" if re.search("[我俺]", written) else ""
