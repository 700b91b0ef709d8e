"""One notice ready to be judged: its plain text, its clauses, and whether a clause denies what it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from domain.normal import Normal
from domain.screening.disguise import unmask
from domain.screening.rules import CLAUSE_END, harmless, signs

Span = tuple[int, int]
SENTENCE_END = "。;!?\n"
BLOT = "□"  # a character that no rule names
# The items before the last one of a list (不收押金、服装费和培训费): a denial before the first holds for all.
_LISTED = re.compile(r"(?:[^,。;!?\n、]{1,10}[、/和及与或跟]){1,8}[^,。;!?\n、]{0,4}\Z")
_REACH = 200  # no clause is read further than this, so that a text without stops stays linear


@dataclass(frozen=True, slots=True)
class Notice:
    """`plain` leads back to the original; `text` is its text; `places` remembers where the words of a class stand."""

    plain: Normal
    text: str
    places: dict[str, list[Span]] = field(default_factory=dict, compare=False)

    def clause(self, start: int, end: int) -> Span:
        """The clause around a span, without the marks that end it."""
        return self._around(start, end, CLAUSE_END)

    def sentence(self, start: int, end: int) -> Span:
        """The sentence around a span."""
        return self._around(start, end, SENTENCE_END)

    def _around(self, start: int, end: int, stops: str) -> Span:
        left, right = start, end
        while left > 0 and start - left < _REACH and self.text[left - 1] not in stops:
            left -= 1
        while right < len(self.text) and right - end < _REACH and self.text[right] not in stops:
            right += 1
        return left, right


def read(text: str) -> Notice:
    """Spell out disguised words once for all rules, and blot out what only sounds like a violation (harmless.yaml)."""
    plain = unmask(text)
    return Notice(plain, harmless().sub(lambda match: BLOT * len(match[0]), plain.text))


def denied(notice: Notice, start: int, end: int) -> bool:
    """Whether the words at `start:end` are forbidden, denied or warned of: 不收押金, 押金一律不收, 谨防刷单. A double denial (不交押金不上岗) is none."""
    before = _before(notice, start, end)
    after = notice.text[end : min(end + 60, notice.sentence(start, end)[1])]
    found = signs()
    if found["denial"].search(before):
        return not found["consequence"].match(after)
    return bool(found["denial_after"].match(after))


def _before(notice: Notice, start: int, end: int) -> str:
    """What stands before in the clause, from its last turn on; a bare list (不收押金,服装费) goes on over commas."""
    left, right = notice.clause(start, end)
    items = _LISTED.search(notice.text, max(left, start - 60), start)
    before = notice.text[max(left, (items.start() if items else start) - 14) : start]
    turns = list(signs()["turn"].finditer(before))
    if turns:
        return before[turns[-1].end() :]
    if left == start and end == right and left > 1 and notice.text[left - 1] == ",":
        previous = notice.text[notice.clause(left - 1, left - 1)[0] : left - 1]
        if len(previous) <= 9 and signs()["denial"].match(previous):
            return previous
    return before
