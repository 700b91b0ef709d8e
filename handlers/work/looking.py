"""She looks for work: posts at once, whatever is known of her; who asked in vain for long is listed for staff."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from domain.codebook import Slots
from domain.messages import Outbound
from domain.reading import answered
from handlers.capability import Read, Work, Write
from handlers.content import Content
from handlers.turn import Turn
from handlers.work import browsing, keeping, shown
from storage.staff import tasks

CHUNK = 500


def find_work(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What fits her now."""
    tasks.mark_work_asked(turn.tx, turn.person_id, now=turn.now)
    return browsing.begin(turn)


def heard(turn: Turn, text: str, slots: Slots) -> list[Outbound]:
    """Posts at once, for what she says now; nothing is stored of it unasked."""
    tasks.mark_work_asked(turn.tx, turn.person_id, now=turn.now)
    posts = browsing.begin(turn, slots, words=text, community=shown.community_in(turn, text))
    return [*keeping.said_back(turn, slots), *posts, *keeping.offered(turn, slots), *_not_heard(turn, text)]


_CLAUSE = re.compile(r"[^，,。；;！!？?\n]+")
# Of a sentence of so many pieces what was not understood is said; a shorter one was answered as a whole, and of a pasted text no more are read.
PIECES, QUOTED, MOST_PIECES = 3, 2, 20


def _not_heard(turn: Turn, text: str) -> list[Outbound]:
    """Pieces of a long sentence of which nothing was understood: she is told, so that she can say them again."""
    pieces = list(dict.fromkeys(piece.strip() for piece in _CLAUSE.findall(text) if len(piece.strip()) > 3))[:MOST_PIECES]
    lost = [piece for piece in pieces if not _understood(turn, piece)]
    if len(pieces) < PIECES or not lost or len(lost) == len(pieces):
        return []
    return [turn.say("work.not_heard", said="”“".join(lost[:QUOTED]))]


def _understood(turn: Turn, piece: str) -> bool:
    reading = answered(piece)
    return len(reading) > 1 or reading["intent"] != "other" or shown.community_in(turn, piece) is not None


def list_in_vain(content: Content, now: Callable[[], datetime]) -> Work:
    """Once a day all mothers are looked through; those who asked for work in vain are listed in steps."""
    before = now() - content.rules.nothing_after
    people = yield Read(partial(tasks.without_offer, before=before))
    for start in range(0, len(people), CHUNK):
        yield Write(partial(_list, among=people[start : start + CHUNK], before=before, now=now()))


def _list(tx: Connection, *, among: list[int], before: datetime, now: datetime) -> None:
    """Put those of them on the lists for whom it is still so."""
    for person_id in tasks.without_offer(tx, before=before, among=among):
        tasks.put(tx, "nothing", person_id, now=now)
