"""Women as the desk finds them, and all that is stored of one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, String, cast, func, literal, or_, select

from domain.access import Scope
from storage.people.finding import of_word
from storage.rows import columns, every, first
from storage.scope import within
from storage.sealed import digest
from storage.tables.messages import notice, outbox, recipient
from storage.tables.people import access_log, address, consent, found_by, mother, person
from storage.tables.survey import campaign, visit
from storage.tables.threads import thread
from storage.tables.training import enrolment, training_class
from storage.tables.work import application, cell, community, enterprise, position

# More than these nobody counts while somebody waits. Who are found by a name lie scattered over the whole table: each is a look of its own,
# and whoever finds so many goes on typing.
COUNTED, COUNTED_FOUND = 1_000, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked for; empty is everything. `words` are any of those by which a person is found, as domain.finding makes them."""

    words: Collection[str] = ()
    phone: str = ""
    key: str = ""
    community_id: int = 0
    skill: str = ""

    @property
    def named(self) -> bool:
        """Whether somebody in particular is looked for."""
        return bool(self.words or self.phone or self.key)


class Found(NamedTuple):
    """A woman in the list; `works` is the post she started in, `applied` how her newest application stands."""

    id: int
    key: str
    name: str | None
    community: str | None
    cell: str | None
    birth_year: int | None
    skills: list[str] | None
    works: str | None
    applied: str | None


def _newest(column: ColumnElement[str], *status: str) -> ColumnElement[str | None]:
    of_her = select(column).join(position, position.c.id == application.c.position_id).where(application.c.person_id == person.c.id)
    stands = of_her.where(application.c.status.in_(status)) if status else of_her
    return stands.order_by(application.c.id.desc()).limit(1).scalar_subquery()


_PLACED = (
    person.outerjoin(mother, mother.c.person_id == person.c.id)
    .outerjoin(community, community.c.id == person.c.community_id)
    .outerjoin(cell, cell.c.id == person.c.cell_id)
)


def _where(where: Iterable[Scope], asked: Asked) -> list[ColumnElement[bool]]:
    conditions = [person.c.merged_into.is_(None), within(where, community=person.c.community_id, cell=person.c.cell_id)]
    if asked.named:
        any_: list[ColumnElement[bool]] = []
        if asked.words:
            said = select(found_by.c.person_id).where(found_by.c.word.in_([of_word(word) for word in asked.words]))
            any_.append(person.c.id.in_(said))
        any_ += [person.c.phone_digest == digest(asked.phone, "phone")] if asked.phone else []
        any_ += [person.c.key == asked.key] if asked.key else []
        conditions.append(or_(*any_))
    else:
        conditions.append(mother.c.person_id.is_not(None))
    conditions += [person.c.community_id == asked.community_id] if asked.community_id else []
    conditions += [cast(mother.c.skills, String).contains(f'"{asked.skill}"', autoescape=True)] if asked.skill else []
    return conditions


def search(tx: Connection, where: Iterable[Scope], asked: Asked, *, first: int, limit: int) -> list[Found]:
    """Women within these scopes, by row id."""
    chosen = columns(
        person,
        Found,
        mother,
        community=community.c.name,
        cell=cell.c.name,
        works=_newest(position.c.title, "started"),
        applied=_newest(application.c.status),
    )
    return every(
        tx, select(*chosen).select_from(_PLACED).where(*_where(where, asked)).order_by(person.c.id).offset(first).limit(limit), Found
    )


def count(tx: Connection, where: Iterable[Scope], asked: Asked) -> int:
    """How many there are, up to `counted`."""
    some = select(literal(1)).select_from(_PLACED).where(*_where(where, asked)).limit(counted(asked)).subquery()
    return int(tx.execute(select(func.count()).select_from(some)).scalar_one())


def counted(asked: Asked) -> int:
    """From how many on it is only said that there are more."""
    return COUNTED_FOUND if asked.named else COUNTED


class Consented(NamedTuple):
    """What she agreed to, and until when."""

    purpose: str
    enterprise: str | None
    given_at: datetime
    withdrawn_at: datetime | None


class Learned(NamedTuple):
    """A class of hers."""

    title: str
    status: str
    certificate: str | None


class Visited(NamedTuple):
    """A visit at her door."""

    campaign: str
    status: str
    visited_at: datetime | None


class Told(NamedTuple):
    """What was sent to her, and how it ended; never what it said."""

    kind: str
    created_at: datetime
    status: str
    why: str
    sent: str | None
    sent_at: datetime | None


class Spoke(NamedTuple):
    """A thread of hers."""

    id: int
    kind: str
    opened_at: datetime
    closed_at: datetime | None


class Reached(NamedTuple):
    """Where she can be told."""

    channel: str
    state: str
    used_at: datetime


class Looked(NamedTuple):
    """Who looked at or changed what is stored of her."""

    at: datetime
    action: str
    actor_id: int | None
    name: str | None
    key: str | None


class Place(NamedTuple):
    """Where she lives, as rows and as names."""

    community_id: int | None
    cell_id: int | None
    community: str | None
    cell: str | None


def place(tx: Connection, person_id: int) -> Place | None:
    """Where she lives; None where nobody has this id, or she was merged into another."""
    hers = person.c.id == person_id, person.c.merged_into.is_(None)
    chosen = columns(person, Place, community=community.c.name, cell=cell.c.name)
    return first(tx, select(*chosen).select_from(_PLACED).where(*hers), Place)


def consents(tx: Connection, person_id: int) -> list[Consented]:
    """All of hers with their dates."""
    chosen = columns(consent, Consented, enterprise=enterprise.c.name)
    rows = select(*chosen).select_from(consent.outerjoin(enterprise, enterprise.c.id == consent.c.enterprise_id))
    return every(tx, rows.where(consent.c.person_id == person_id).order_by(consent.c.id), Consented)


def classes(tx: Connection, person_id: int) -> list[Learned]:
    """All that she joined."""
    joined = enrolment.join(training_class, training_class.c.id == enrolment.c.class_id)
    chosen = columns(enrolment, Learned, training_class, status=enrolment.c.status)
    return every(
        tx,
        select(*chosen)
        .select_from(joined)
        .where(enrolment.c.person_id == person_id, training_class.c.kind == "class")
        .order_by(enrolment.c.id),
        Learned,
    )


def visits(tx: Connection, person_id: int) -> list[Visited]:
    """All at her door, the newest first."""
    chosen = columns(visit, Visited, campaign=campaign.c.name)
    rows = select(*chosen).select_from(visit.join(campaign, campaign.c.id == visit.c.campaign_id)).where(visit.c.person_id == person_id)
    return every(tx, rows.order_by(visit.c.id.desc()).limit(20), Visited)


def told(tx: Connection, person_id: int, *, limit: int = 20) -> list[Told]:
    """The newest notices to her."""
    chosen = columns(notice, Told, status=recipient.c.status, why=recipient.c.why, sent=outbox.c.status, sent_at=outbox.c.sent_at)
    joined = recipient.join(notice, notice.c.id == recipient.c.notice_id).outerjoin(outbox, outbox.c.id == recipient.c.outbox_id)
    rows = select(*chosen).select_from(joined).where(recipient.c.person_id == person_id)
    return every(tx, rows.order_by(recipient.c.id.desc()).limit(limit), Told)


def threads(tx: Connection, person_id: int) -> list[Spoke]:
    """Her threads, the newest first."""
    return every(tx, select(*columns(thread, Spoke)).where(thread.c.person_id == person_id).order_by(thread.c.id.desc()).limit(20), Spoke)


def addresses(tx: Connection, person_id: int) -> list[Reached]:
    """Where she can be told, the one she used last first."""
    hers = select(*columns(address, Reached)).where(address.c.person_id == person_id)
    return every(tx, hers.order_by(address.c.used_at.desc()), Reached)


def looked(tx: Connection, person_id: int, *, limit: int = 20) -> list[Looked]:
    """Who looked at her data last."""
    chosen = columns(access_log, Looked, person)
    rows = select(*chosen).select_from(access_log.outerjoin(person, person.c.id == access_log.c.actor_id))
    hers = rows.where(access_log.c.subject_kind == "person", access_log.c.subject_id == person_id)
    return every(tx, hers.order_by(access_log.c.id.desc()).limit(limit), Looked)
