"""The way of one message: recorded once, handled in its own savepoint, answered in the same transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from domain.capabilities import ALL
from domain.errors import Denied, Refused
from domain.messages import Inbound, Outbound, Receipt
from handlers import forms
from handlers.content import Content
from handlers.routing import route
from handlers.turn import Turn
from storage import inbox, outbox, replies
from storage.arrivals import arrive
from storage.conversations import Changed
from storage.database import lock, lost, savepoint
from storage.inbox import Repeated
from storage.people import persons

log = logging.getLogger(__name__)


def lock_senders(tx: Connection, inbounds: Sequence[Inbound]) -> None:
    """Hold back other processes from the persons behind these messages until the transaction ends, whatever channels they write on.

    Taken in sorted order, so that two processes with crossing senders do not wait for each other. SQLite has one writer anyway.
    """
    if tx.dialect.name == "postgresql":
        addresses = {(inbound.channel, inbound.sender) for inbound in inbounds}
        known = persons.behind(tx, addresses)
        for name in sorted({f"person:{known[one]}" if one in known else "address:" + ":".join(one) for one in addresses}):
            lock(tx, name)


def receive(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> Receipt:
    """One message's whole effect. It undoes only itself when it fails, and then says one apology; a repeat has no effect.

    The caller holds the lock of its sender (`lock_senders`).
    """
    try:
        return _effect(tx, inbound, now, content=content)
    except Repeated:
        log.info("repeated %s %s", inbound.channel, inbound.event_id)
        return Receipt(inbox_id=inbox.seen(tx, inbound.channel, inbound.event_id), repeated=True)


def _effect(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> Receipt:
    """What it leads to, a refusal, or an apology. Raises Repeated, also where its first time ended with an apology."""
    try:
        return _once_more(tx, inbound, now, content=content)
    except Repeated:
        raise
    except Refused as refused:
        return _refuse(tx, inbound, now, content=content, refused=refused)
    except Exception as error:
        if lost(tx, error):
            raise
        log.exception("message %s %s failed", inbound.channel, inbound.event_id)
        return _apologise(tx, inbound, now, content=content, why=type(error).__name__)


def _once_more(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> Receipt:
    """Where her form was changed between reading and saving it (another process, another channel), all is done again on what is there now."""
    try:
        return _handle(tx, inbound, now, content=content)
    except Changed:
        log.info("message %s %s met a newer conversation", inbound.channel, inbound.event_id)
    return _handle(tx, inbound, now, content=content)


def _handle(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> Receipt:
    with savepoint(tx):
        turn, inbox_id = _enter(tx, inbound, now, content=content)
        # First: she may mean what waited for her word, and the list of the answer is the newest.
        for bring in content.capabilities.brought if inbound.opens else ():
            bring(turn)
        said = route(turn, inbound)
        return _answer(turn, said, inbox_id)


def _refuse(tx: Connection, inbound: Inbound, now: datetime, *, content: Content, refused: Refused) -> Receipt:
    """What its handler did is undone; she hears why not, and the form whose answer it was is shown again, so that she need not look for it. A denial is on record."""
    with savepoint(tx):
        turn, inbox_id = _enter(tx, inbound, now, content=content)
        if isinstance(refused, Denied):
            turn.log(refused.action, refused.subject_kind, refused.subject_id)
        answered = inbound.kind in ("text", "location") or (inbound.kind == "choice" and forms.owns(inbound.choice))
        return _answer(turn, [turn.say(refused.phrase, **refused.values), *(forms.again(turn) if answered else [])], inbox_id)


def _apologise(tx: Connection, inbound: Inbound, now: datetime, *, content: Content, why: str) -> Receipt:
    """One apology, on record with the error's class; what its handler did is undone."""
    try:
        with savepoint(tx):
            turn, inbox_id = _enter(tx, inbound, now, content=content)
            inbox.mark_failed(tx, inbox_id, why)
            return _answer(turn, [turn.say("talk.apology")], inbox_id)
    except Exception as error:
        if lost(tx, error):
            raise
        # What is stored of her cannot even be read. Were it not recorded, it would come again for ever and hold up everybody.
        with savepoint(tx):
            inbox_id = inbox.put(tx, inbound, person_id=None, said="", now=now)
            inbox.mark_failed(tx, inbox_id, why)
            word = Outbound(text=content.phrases.say("talk.apology"))
            outbox.put(tx, word, channel=inbound.channel, address=inbound.sender, person_id=None, now=now, inbox_id=inbox_id)
            return Receipt(inbox_id=inbox_id)


def _enter(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> tuple[Turn, int]:
    """The turn of who speaks, and the message's row. Raises Repeated."""
    speaker, inbox_id = arrive(tx, inbound, now=now)
    turn = Turn(
        tx=tx,
        content=content,
        now=now,
        person_id=speaker.person_id,
        channel=ALL[inbound.channel],
        address=inbound.sender,
        language=speaker.language,
        community_id=speaker.community_id,
        conversation_id=speaker.conversation_id,
        state=speaker.state,
        saves=speaker.saves,
        tapped=inbound.message_ref,
        in_danger=speaker.in_danger,
    )
    return turn, inbox_id


def _answer(turn: Turn, said: list[Outbound], inbox_id: int) -> Receipt:
    """The replies go into the outbox, as her channel can carry them."""
    replies.put(turn.tx, turn.prepared(said), turn.channel, address=turn.address, person_id=turn.person_id, now=turn.now, inbox_id=inbox_id)
    return Receipt(inbox_id=inbox_id, person_id=turn.person_id)
