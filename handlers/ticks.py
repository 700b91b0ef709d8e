"""What happens by the clock: waiting notices are delivered, half-done forms brought back, and what is old forgotten."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from domain.messages import Outbound
from handlers import offers
from handlers.forms import next_reminder
from handlers.tell import body, deliver, outbound_of, tell
from handlers.turn import Content, Turn
from storage import conversations, erasure, inbox, notices, outbox, people, roles
from storage import work as stored
from storage.offers import ended

# Persons of one step: each step commits, so that messages get in between.
STEP = 50
DIGEST = 5


def deliver_due(tx: Connection, content: Content, now: datetime) -> int:
    """Decide on recipients that are due, one person at a time, several posts in one message; how many rows were touched."""
    rows = notices.due(tx, now=now, limit=STEP)
    for _, mine in groupby(rows, key=lambda row: (row["person_id"], row["kind"] == "position")):
        group = list(mine)
        if group[0]["kind"] == "position":
            _posts(tx, content, group, now=now)
        else:
            for row in group:
                deliver(tx, content, [row], outbound_of(row["body"]), now=now)
    return len(rows)


def _posts(tx: Connection, content: Content, rows: list[dict[str, Any]], *, now: datetime) -> None:
    """Posts for one mother: those gone meanwhile are withheld, the best of the rest go in one message."""
    current = {row["id"]: stored.position(tx, row["position_id"]) for row in rows}
    over = ended(tx, [(row["position_id"], row["person_id"]) for row in rows])
    stale = [row["id"] for row in rows if not offers.still_true(current[row["id"]], now) or (row["position_id"], row["person_id"]) in over]
    if stale:
        notices.withheld(tx, stale, "stale", now=now)
    open_ = [row for row in rows if row["id"] not in stale]
    # What one message does not hold comes in the next: nothing counts as told that was not shown.
    for start in range(0, len(open_), DIGEST):
        part = open_[start : start + DIGEST]
        shown = [(row, post) for row in part if (post := current[row["id"]]) is not None]
        deliver(tx, content, part, offers.announcement(tx, content, shown, now=now), now=now)


def remind(tx: Connection, content: Content, now: datetime) -> int:
    """Half-done forms whose reminder is due; how many."""
    rows = conversations.to_remind(tx, now=now, limit=STEP)
    for row in rows:
        turn = Turn.to(tx, content, row["person_id"], now=now)
        buttons = (turn.button("talk.go_on", "m:go_on"), turn.button("talk.no_more", f"m:drop:{row['id']}"))
        tell(tx, content, [row["person_id"]], "reminder", turn.say("talk.reminder", buttons), now=now)
        conversations.reminded(
            tx, row["id"], reminders=row["reminders"] + 1, remind_at=next_reminder(row["reminders"] + 1, row["updated_at"])
        )
    return len(rows)


def forget(tx: Connection, content: Content, now: datetime) -> int:
    """Profiles without contact and the text of old messages go, as the settings say and her consent was told; how many profiles."""
    inbox.forget(tx, before=now - content.rules.keep_messages)
    outbox.forget(tx, before=now - content.rules.keep_messages)
    notices.forget(tx, before=now - content.rules.keep_messages, body=body(Outbound(text="")))
    erasure.old_calls(tx, before=now - content.rules.keep_messages)
    ids = people.inactive(tx, before=now - content.rules.keep_profile, limit=STEP)
    for person_id in ids:
        people.erase(tx, person_id, now=now)
        roles.log(tx, actor_id=None, action="data.expire", subject_kind="person", subject_id=person_id, now=now)
    return len(ids)
