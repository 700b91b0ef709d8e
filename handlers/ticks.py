"""What happens by the clock: waiting notices are delivered, half-done forms brought back, and what is old forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from domain.messages import Outbound
from handlers.capability import Step
from handlers.content import Content
from handlers.forms import next_reminder
from handlers.tell import body, decide_on, tell
from handlers.turn import Turn
from storage import access_log, conversations, erasure, forgetting, inbox, notices, outbox, threads
from storage.people import persons

# Persons of one step: each step commits, so that messages get in between.
STEP = 50


def deliver_due(tx: Connection, content: Content, now: datetime) -> int:
    """Decide on recipients that are due; how many rows were touched."""
    rows = notices.due(tx, now=now, limit=STEP)
    decide_on(tx, content, rows, now)
    return len(rows)


def remind(tx: Connection, content: Content, now: datetime) -> int:
    """Half-done forms whose reminder is due; how many."""
    rows = conversations.to_remind(tx, now=now, limit=STEP)
    for row in rows:
        turn = Turn.to(tx, content, row.person_id, now=now)
        buttons = (turn.button("talk.go_on", "menu:go_on"), turn.button("talk.no_more", f"drop:{row.id}"))
        tell(tx, content, [row.person_id], "reminder", turn.say("talk.reminder", buttons), now=now)
        conversations.reminded(tx, row.id, reminders=row.reminders + 1, remind_at=next_reminder(row.reminders + 1, row.updated_at))
    return len(rows)


def forget(tx: Connection, content: Content, now: datetime) -> int:
    """Profiles without contact and the text of old messages go, as the settings say and her consent was told; how many profiles."""
    inbox.forget(tx, before=now - content.rules.keep_messages)
    outbox.forget(tx, before=now - content.rules.keep_messages)
    notices.forget(tx, before=now - content.rules.keep_messages, body=body(Outbound(text="")))
    threads.forget(tx, before=now - content.rules.keep_messages)
    access_log.forget(tx, before=now - content.rules.keep_log)
    ids = persons.inactive(tx, before=now - content.rules.keep_profile, limit=STEP)
    for person_id in ids:
        erasure.erase(tx, person_id, now=now)
        access_log.write(tx, actor_id=None, action="data.expire", subject_kind="person", subject_id=person_id, now=now)
    return len(ids)


def forget_names(tx: Connection, content: Content, now: datetime) -> int:
    """A step of taking her name out of what others were told, once she has deleted her data; how many deletions are under way."""
    return forgetting.step(tx)


STEPS = (
    Step("notices", run=deliver_due),
    Step("announce", run=deliver_due),
    Step("classes", run=deliver_due),
    Step("reminders", run=remind),
    Step("upkeep", run=forget),
    Step("erasing", run=forget_names),
)
