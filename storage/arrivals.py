"""A message arrives: who wrote it, the row that makes a repeat of its event end here, and what it says of her address."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from domain.capabilities import ALL
from domain.messages import Inbound
from storage import inbox
from storage.database import savepoint
from storage.inbox import Repeated
from storage.people import persons
from storage.people.persons import Speaker
from storage.reach import allowances, answers

# How exactly `address.used_at` is kept: one write less for each message of a busy talk.
USED = timedelta(seconds=10)


class Arrival(NamedTuple):
    """Who speaks, and the row of the message."""

    speaker: Speaker
    inbox_id: int


def arrive(tx: Connection, inbound: Inbound, *, now: datetime) -> Arrival:
    """Record the message, and who nobody knew. Raises Repeated; call it inside a savepoint, which then has to be undone."""
    speaker = persons.find(tx, inbound.channel, inbound.sender)
    if speaker is None:
        speaker = persons.add(tx, inbound.channel, inbound.sender, language=inbound.language or "zh", now=now)
    elif (speaker.address_state != "open" or now - speaker.used_at > USED) and (inbound.opens or not ALL[inbound.channel].counted):
        # Not where a platform only tells something of her.
        persons.used(tx, inbound.channel, inbound.sender, now=now)
    # What her own bubble holds after a reload.
    said = inbound.text if inbound.kind in ("text", "choice", "edited") else ""
    inbox_id = inbox.put(tx, inbound, person_id=speaker.person_id, said=said, now=now)
    if inbound.opens:
        allowances.opened(tx, inbound.channel, inbound.sender, inbound.opens, min(inbound.sent_at, now))
        if not ALL[inbound.channel].answers_in_response:
            answers.bring(tx, inbound.channel, inbound.sender, now=now)
    if inbound.album:
        # The other pictures of its album end at their event's row; where one came before, it was answered already.
        with suppress(Repeated), savepoint(tx):
            inbox.put(tx, replace(inbound, event_id=inbound.album), person_id=speaker.person_id, said="", now=now)
    if inbound.kind == "stopped":
        persons.set_address_state(tx, inbound.channel, inbound.sender, "gone")
    elif inbound.kind == "moved":
        persons.move_address(tx, inbound.channel, inbound.sender, inbound.text)
    return Arrival(speaker, inbox_id)
