"""A mother's posts that are due are told in one message, the best first; a post that is gone by then is withheld."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from handlers.content import Content
from handlers.tell import deliver
from handlers.work import offers
from storage import notices
from storage.work import posts
from storage.work.offers import ended

DIGEST = 5


def digest(tx: Connection, content: Content, rows: list[notices.Due], now: datetime) -> None:
    """One person's due rows: what still holds goes out, five posts a message."""
    current = {row.id: posts.get(tx, row.position_id or 0) for row in rows}
    over = ended(tx, [(row.position_id or 0, row.person_id) for row in rows])
    stale = [row.id for row in rows if not offers.still_true(current[row.id], now) or (row.position_id or 0, row.person_id) in over]
    if stale:
        notices.withheld(tx, stale, "stale", now=now)
    open_ = [row for row in rows if row.id not in stale]
    # What one message does not hold comes in the next: nothing counts as told that was not shown.
    for start in range(0, len(open_), DIGEST):
        part = open_[start : start + DIGEST]
        told = [(post, tuple(row.reasons)) for row in part if (post := current[row.id]) is not None]
        whom = part[0].person_id
        said = offers.announcement(tx, content, whom, told, now=now)
        deliver(tx, content, [row.id for row in part], said, person_id=whom, kind=part[0].kind, now=now)
