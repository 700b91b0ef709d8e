"""A bag that is late is asked about gently, once a week; nothing is ever charged."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.notices import LOCAL
from handlers.content import Content
from handlers.tell import for_others, tell
from storage.tables.workshops import STANDING
from storage.workshops import counts

AGAIN = timedelta(days=7)


def ask(tx: Connection, content: Content, now: datetime) -> int:
    """The clock's step: whoever has a bag past its day is asked when it suits her; how many."""
    late = counts.to_ask(tx, today=now.astimezone(LOCAL).date(), now=now, again=AGAIN)
    voice = for_others(content)
    for bag in late:
        assert bag.person_id is not None
        buttons = (voice.button("lots.answer_soon", f"late:{bag.id}:soon"), voice.button("lots.answer_help", f"late:{bag.id}:help"))
        tell(tx, content, [bag.person_id], "lot", voice.say("lots.late", buttons, item=bag.item, away=bag.away), now=now)
        counts.change(tx, bag.id, of=STANDING, asked_at=now)
    return len(late)
