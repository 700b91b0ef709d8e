"""What becomes of suggestions by the clock: those of lists are read, deadlines told to one after the other, and what nobody answers ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from domain import triage
from domain.council import publishing
from domain.council.similar import SAME
from domain.council.states import ANSWERED, due
from domain.notices import today_began
from handlers.content import Content
from handlers.council import merging, supporting
from handlers.council.moves import With, advance
from handlers.council.saying import topic_of
from handlers.scene import Scene
from handlers.tell import coordinators, for_others, tell
from storage import notices
from storage.council import similar, suggestions, supports
from storage.council.suggestions import Suggestion
from storage.staff import roles

STEP = 50


def read_lists(tx: Connection, content: Content, now: datetime) -> int:
    """What a list brought is read: what it is about, whether others may read it, and which open one it is the same as; how many."""
    rows = suggestions.unread(tx, limit=STEP)
    for unread in rows:
        shown = not publishing.doubt(unread.text) and not isinstance(triage.look(unread.text), triage.Alarm)
        row = suggestions.get(tx, unread.id)
        assert row is not None
        due_at = row.due_at or due("received", row.arrived_at, content.rules.deadlines, published=shown)
        suggestions.change(tx, row.id, topic=topic_of(row.text), due_at=due_at, escalate_at=due_at)
        if shown and row.published_at is None and row.version == 1:
            suggestions.change(tx, row.id, published_at=now)
        fresh = suggestions.get(tx, row.id)
        assert fresh is not None
        _place(tx, content, fresh, now)
        if supports.of_older_text(tx, fresh.id):
            supporting.read_again(tx, content, fresh, now)
    return len(rows)


def _place(tx: Connection, content: Content, row: Suggestion, now: datetime) -> None:
    """Papers that ask for what another open one asks for are put together, which staff can undo."""
    if row.published_at is None:
        return
    if row.version == 1 and row.author_id is None and row.merged_into is None:
        alike = similar.find(tx, row.community_id, row.text, least=SAME, most=1, but=row.id)
        lead = suggestions.lead(tx, alike[0].id) if alike else None
        if lead is not None and lead.id != row.id:
            scene = Scene(tx=tx, content=content, now=now, person_id=0)
            merging.together(scene, row, lead, by=None, reason=content.phrases.say("council.grouped"))
    similar.put(tx, row.id, row.community_id, row.text)


def deadlines(tx: Connection, content: Content, now: datetime) -> int:
    """A deadline passed: the coordinator is told, later the federation, and it is late for good; what only waits for her word ends. How many."""
    rows = suggestions.to_escalate(tx, now=now, limit=STEP)
    for row in rows:
        scene = Scene(tx=tx, content=content, now=now, person_id=0)
        if row.state in ANSWERED:
            advance(scene, row, "lapse", by=None, said=With(reason=content.phrases.say("council.lapsed")))
            continue
        suggestions.change(
            tx,
            row.id,
            late_since=row.late_since or row.due_at,
            escalated=row.escalated + 1,
            escalate_at=now + content.rules.deadlines.escalate,
        )
        _escalate(tx, content, row, now)
    return len(rows)


def _escalate(tx: Connection, content: Content, row: Suggestion, now: datetime) -> None:
    voice = for_others(content)
    state = voice.words(f"council.state_{row.state}")
    word = voice.say(
        "council.staff_late", (voice.button("council.look", f"suggestion:{row.id}"),), number=row.id, community=row.community, state=state
    )
    federation = roles.staff(tx, "federation", row.community_id)
    whom = coordinators(tx, row.community_id) if row.escalated == 0 else federation or coordinators(tx, row.community_id)
    tell(tx, content, whom, "staff", word, now=now)


def list_grew(tx: Connection, content: Content, now: datetime) -> int:
    """Once a day the coordinators hear that new suggestions came; nothing is left to do afterwards."""
    voice = for_others(content)
    for community_id, count in suggestions.fresh(tx, since=today_began(now)):
        for person_id in coordinators(tx, community_id):
            if not notices.told_of(tx, person_id, "staff_list", since=today_began(now)):
                word = voice.say("council.staff_new", (voice.button("council.staff_menu", "suggestions"),), count=count)
                tell(tx, content, [person_id], "staff_list", word, now=now)
    return 0
