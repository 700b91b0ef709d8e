"""One text for one response: the answer to what she said, and before it what had waited for her, as far as it fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from channels.wechat.text import MOST, PictureLink, no_link, words
from domain.messages import Outbound

_GAP = "\n\n"


class Phrases(NamedTuple):
    """The words around it: a heading for what had waited, that there is more, and how an older list is answered ({names})."""

    waited: str
    more: str
    by_words: str
    between: str


class Composed(NamedTuple):
    """A text, how many of the answers and of what had waited it holds, and whether it tells of more; the rest goes another way."""

    text: str
    replies: int
    kept: int
    more: bool


class Composer:
    """How one account writes its responses: whether it may say more afterwards (`pushes`), and whether lists may be tapped (`taps`)."""

    def __init__(self, phrases: Phrases, *, pushes: bool = False, taps: bool = False, link: PictureLink = no_link) -> None:
        self._phrases, self._pushes, self._taps, self._link = phrases, pushes, taps, link

    def compose(self, replies: Sequence[Outbound], kept: Sequence[Outbound]) -> Composed:
        """As much as fits, the answers first."""
        for some in range(len(replies), -1, -1):
            waiting = kept if some == len(replies) else []
            for n in range(len(waiting), -1, -1):
                more = n < len(kept) or (some < len(replies) and not self._pushes)
                text = self.text_of(replies[:some], waiting[:n], more=more)
                if _fits(text):
                    return Composed(text, some, n, more)
        return Composed("", 0, 0, False)

    def text_of(self, replies: Sequence[Outbound], kept: Sequence[Outbound], *, more: bool) -> str:
        """The same rows make the same text, the first time and whenever the platform asks again. Only the last list is answered by numbers."""
        said = [*kept, *replies]
        last = max((place for place, one in enumerate(said) if one.buttons), default=-1)
        texts = [self._text(kept, said, more=more, last=last, taps=taps) for taps in ((True, False) if self._taps else (False,))]
        return next((text for text in texts if _fits(text)), texts[-1])

    def _text(self, kept: Sequence[Outbound], said: Sequence[Outbound], *, more: bool, last: int, taps: bool) -> str:
        shown = [
            words(one if place == last else by_words(one, self._phrases), taps=taps and place == last, link=self._link)
            for place, one in enumerate(said)
        ]
        waited = [self._phrases.waited, *shown[: len(kept)]] if kept else []
        return _GAP.join([*waited, *([self._phrases.more] if more else []), *shown[len(kept) :]])


def by_words(outbound: Outbound, phrases: Phrases) -> Outbound:
    """An older list, whose numbers mean the newest one's choices now: it is answered by its words."""
    lines = "\n".join(f"{number} {button.label}" for number, button in enumerate(outbound.choices(), 1))
    at = outbound.text.rfind(f"\n{lines}") if lines else -1
    if at < 0:
        return outbound
    names = phrases.between.join(button.label for button in outbound.choices() if button.choice)
    return Outbound(text=f"{outbound.text[:at]}\n{phrases.by_words.format(names=names)}", picture=outbound.picture)


def _fits(text: str) -> bool:
    return len(text.encode()) <= MOST
