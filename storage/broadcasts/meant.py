"""Whom a broadcast is for, and how many of them can be told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, TableValuedAlias, and_, case, func, literal, select

from domain.broadcasts.audience import Audience, months_between
from domain.broadcasts.notices import SENT
from domain.notices import LOCAL
from domain.work.applications import OPEN
from storage import sealed
from storage.broadcasts.queue import Broadcast
from storage.rows import Query
from storage.scope import within
from storage.tables.messages import outbox, recipient
from storage.tables.people import address, consent, mother, person
from storage.tables.training import enrolment, training_class
from storage.tables.work import application

REACHED = ("sent", "read", "uncertain")


def _elements(tx: Connection, column: ColumnElement[object]) -> TableValuedAlias:
    """The texts of a JSON list as rows with one column `value`."""
    each = func.jsonb_array_elements_text(column) if tx.dialect.name == "postgresql" else func.json_each(column)
    return each.table_valued("value").render_derived() if tx.dialect.name == "postgresql" else each.table_valued("value")


def _any_of(tx: Connection, column: ColumnElement[object], values: Iterable[str]) -> ColumnElement[bool]:
    each = _elements(tx, column)
    return select(literal(1)).select_from(each).where(each.c.value.in_(list(values))).exists()


# SQLite orders no subquery by a column from outside.
_owner = person.alias("owner")
_CHANNEL = (
    select(address.c.channel)
    .join(_owner, _owner.c.id == address.c.person_id)
    .where(address.c.person_id == person.c.id, address.c.state == "open")
    .order_by(case((address.c.channel == _owner.c.prefers, 0), else_=1), address.c.used_at.desc(), address.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_STATUS: dict[str, ColumnElement[bool]] = {
    "applied": select(application.c.id).where(application.c.person_id == person.c.id, application.c.status.in_(OPEN)).exists(),
    "started": select(application.c.id).where(application.c.person_id == person.c.id, application.c.status == "started").exists(),
    "class": select(enrolment.c.id)
    .join(training_class, training_class.c.id == enrolment.c.class_id)
    .where(enrolment.c.person_id == person.c.id, enrolment.c.status == "enrolled", training_class.c.kind == "class")
    .exists(),
}


def people(tx: Connection, audience: Audience, *columns: ColumnElement[Any], now: datetime) -> Query:
    """These columns of everybody who is registered and meant."""
    query: Query = (
        select(*columns).select_from(person).join(mother, mother.c.person_id == person.c.id).where(person.c.merged_into.is_(None))
    )
    if audience.places:
        query = query.where(within(audience.places, community=person.c.community_id, cell=person.c.cell_id))
    if births := audience.births(now.astimezone(LOCAL).date()):
        query = query.where(_any_of(tx, mother.c.children, map(sealed.month_digest, months_between(*births))))
    for column, wanted in ((mother.c.skills, audience.skills), (mother.c.modes, audience.modes)):
        if wanted:
            query = query.where(_any_of(tx, column, wanted))
    if audience.status:
        query = query.where(_STATUS[audience.status])
    return query.where(_CHANNEL.in_([audience.channel])) if audience.channel else query


def of_channel(channel: str) -> ColumnElement[bool]:
    """Who is told on this channel."""
    return _CHANNEL.in_([channel])


def count(tx: Connection, broadcast: Broadcast, *, now: datetime) -> dict[str, int]:
    """How many would be told on which channel, and how many not and why: no_address, blocked, unsubscribed, no_consent."""
    rules = SENT[broadcast.kind]
    addressed = select(address.c.id).where(address.c.person_id == person.c.id).exists()
    reasons: list[tuple[ColumnElement[bool], ColumnElement[str | None]]] = [
        (and_(_CHANNEL.is_(None), addressed), literal("blocked")),
        (_CHANNEL.is_(None), literal("no_address")),
    ]
    if rules.unwanted:
        reasons.append((~person.c.notices, literal("unsubscribed")))
    if rules.purpose:
        given = select(consent.c.id).where(
            consent.c.person_id == person.c.id, consent.c.purpose == rules.purpose, consent.c.withdrawn_at.is_(None)
        )
        reasons.append((~given.exists(), literal("no_consent")))
    reason = case(*reasons, else_=_CHANNEL).label("reason")
    one = people(tx, Audience.from_json(broadcast.audience), person.c.id, reason, now=now)
    if broadcast.corrects is not None:
        one = select(person.c.id, reason).select_from(person).where(person.c.id.in_(got(broadcast.corrects)))
    each = one.subquery()
    return {row[0]: row[1] for row in tx.execute(select(each.c.reason, func.count()).group_by(each.c.reason))}


def got(notice_id: int) -> Select[tuple[int]]:
    """Who was told a broadcast, perhaps."""
    told = select(recipient.c.person_id).join(outbox, outbox.c.id == recipient.c.outbox_id)
    return told.where(recipient.c.notice_id == notice_id, recipient.c.status == "queued", outbox.c.status.in_(REACHED))


def unsettled(tx: Connection, notice_id: int) -> bool:
    """Whether messages of a broadcast are still on their way."""
    open_ = select(outbox.c.id).where(outbox.c.notice_id == notice_id, outbox.c.status.in_(("waiting", "sending")))
    return tx.execute(open_.limit(1)).first() is not None
