"""The answer to one message goes into the outbox, in the transaction of what it tells of."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.capabilities import Capabilities
from domain.messages import Outbound
from storage import outbox
from storage.tables.messages import HELP, REPLY

# A platform that takes its answer in the response waits 5 s for it (platforms.md); what is not fetched by then goes the sender's way.
HELD = timedelta(seconds=4.5)


def put(
    tx: Connection,
    messages: list[Outbound],
    channel: Capabilities,
    *,
    address: str,
    person_id: int,
    now: datetime,
    inbox_id: int,
) -> None:
    """Store these replies for who spoke; where the channel answers in the response they are held for it first."""
    for reply in messages:
        outbox.put(
            tx,
            reply,
            channel=channel.channel,
            address=address,
            person_id=person_id,
            now=now,
            inbox_id=inbox_id,
            priority=HELP if reply.always else REPLY,
            due_at=now + HELD if channel.answers_in_response else None,
        )
