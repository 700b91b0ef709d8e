"""By which way a broadcast would reach those whose platform counts what we say: now, by grant, by template, or only with their next word."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select

from domain.allowance import RESERVE, WINDOWS, Account, Opening
from domain.broadcasts.audience import Audience
from storage.broadcasts.meant import of_channel, people
from storage.broadcasts.queue import Broadcast
from storage.tables.people import address, person
from storage.tables.reach import allowance, message_grant


def ways(tx: Connection, broadcast: Broadcast, channel: str, account: Account, *, now: datetime) -> dict[str, int]:
    """How many of this channel by each of: message, grant, template, word."""
    granted = and_(message_grant.c.template == account.grants.get(broadcast.kind, ""), message_grant.c.granted > 0)
    template = broadcast.kind in account.templates
    pushed = literal(account.pushes)
    way = case(
        (and_(pushed, or_(_open("word", now), _open("tap", now))), "message"),
        (and_(pushed, message_grant.c.id.is_not(None)), "grant"),
        (and_(pushed, literal(template)), "template"),
        else_="word",
    ).label("way")
    hers = and_(address.c.person_id == person.c.id, address.c.channel == channel, address.c.state == "open")
    key = (allowance.c.channel == channel, allowance.c.address == address.c.address)
    query = (
        people(tx, Audience.from_json(broadcast.audience), person.c.id, way, now=now)
        .join(address, hers)
        .outerjoin(allowance, and_(*key))
        .outerjoin(message_grant, and_(message_grant.c.channel == channel, message_grant.c.address == address.c.address, granted))
        .where(of_channel(channel))
    )
    each = query.distinct().subquery()
    return {row[0]: row[1] for row in tx.execute(select(each.c.way, func.count()).group_by(each.c.way))}


def _open(kind: Opening, now: datetime) -> ColumnElement[bool]:
    at, left = (allowance.c.word_at, allowance.c.word_left) if kind == "word" else (allowance.c.tap_at, allowance.c.tap_left)
    window = WINDOWS[kind]
    return and_(at > now - window.lasts + window.margin, left > RESERVE)
