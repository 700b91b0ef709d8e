"""Persons, their addresses, consents and profiles."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, select, tuple_, update

from domain.survey.duplicates import name_key
from storage import erasure, inbox, outbox
from storage.sealed import digest
from storage.staff import tasks
from storage.tables import Address, Answer, Community, Consent, Conversation, Mother, Person, Visit
from storage.tables.columns import table
from storage.work import seekers

P, A, C, M = table(Person), table(Address), table(Consent), table(Mother)
TALK, ANSWER, COMMUNITY, VISIT = table(Conversation), table(Answer), table(Community), table(Visit)
# The consent without which she is not matched.
JOBS = "jobs"


@dataclass(frozen=True, slots=True)
class Found:
    """Who speaks, and the form she is in the middle of (`state` is None where there is none)."""

    person_id: int
    language: str
    community_id: int | None
    notices: bool
    address_state: str
    used_at: datetime
    conversation_id: int | None
    state: dict[str, Any] | None
    saves: int = 0


_FIND = (
    select(
        P.c.id,
        P.c.language,
        P.c.community_id,
        P.c.notices,
        A.c.state,
        A.c.used_at,
        TALK.c.id.label("talk"),
        TALK.c.state.label("talk_state"),
        TALK.c.saves,
    )
    .select_from(A)
    .join(P, P.c.id == A.c.person_id)
    .outerjoin(TALK, and_(TALK.c.person_id == P.c.id, TALK.c.status == "active"))
    .where(A.c.channel == bindparam("channel"), A.c.address == bindparam("address"))
)


def find(tx: Connection, channel: str, address: str) -> Found | None:
    """The person behind an address, with her open form: one look."""
    row = tx.execute(_FIND, {"channel": channel, "address": address}).first()
    return (
        None
        if row is None
        else Found(row.id, row.language, row.community_id, row.notices, row.state, row.used_at, row.talk, row.talk_state, row.saves or 0)
    )


def behind(tx: Connection, addresses: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The persons behind (channel, address) pairs; who is not known is left out."""
    pairs = select(A.c.channel, A.c.address, A.c.person_id).where(tuple_(A.c.channel, A.c.address).in_(list(addresses)))
    return {(row.channel, row.address): row.person_id for row in tx.execute(pairs)}


_USED = (
    update(A)
    .where(A.c.channel == bindparam("of_channel"), A.c.address == bindparam("of_address"))
    .values(state="open", used_at=bindparam("now"))
)
_GET = select(P).where(P.c.id == bindparam("person"))
_COMMUNITIES = select(COMMUNITY).order_by(COMMUNITY.c.code)


def new_key() -> str:
    """A public id that says nothing about the person."""
    return "m" + secrets.token_hex(6)


def add(tx: Connection, channel: str, address: str, *, language: str, now: datetime) -> Found:
    """A person nobody knew, with her first address."""
    values = {"key": new_key(), "language": language, "notices": True, "created_at": now}
    person_id = tx.execute(insert(P).values(values).returning(P.c.id)).scalar_one()
    tx.execute(insert(A).values(person_id=person_id, channel=channel, address=address, state="open", used_at=now))
    return Found(person_id, language, None, True, "open", now, None, None)


def used(tx: Connection, channel: str, address: str, *, now: datetime) -> None:
    """She wrote from this address: from now on she is answered and told there."""
    tx.execute(_USED, {"of_channel": channel, "of_address": address, "now": now})


def set_address_state(tx: Connection, channel: str, address: str, state: str) -> None:
    """`gone` where she blocked the bot or the platform says that the address is no more."""
    tx.execute(update(A).where(A.c.channel == channel, A.c.address == address).values(state=state))


def move_address(tx: Connection, channel: str, address: str, new: str) -> None:
    """The platform gave the chat another id. Nothing is done where the new id is known already."""
    if tx.execute(select(A.c.id).where(A.c.channel == channel, A.c.address == new)).first() is None:
        tx.execute(update(A).where(A.c.channel == channel, A.c.address == address).values(address=new))


def reach(tx: Connection, person_id: int, *, channels: Collection[str] | None = None) -> tuple[str, str] | None:
    """(channel, address) where she is told: the open one that she used last, of `channels` only where they are given."""
    statement = (
        select(A.c.channel, A.c.address).where(A.c.person_id == person_id, A.c.state == "open").order_by(A.c.used_at.desc(), A.c.id.desc())
    )
    if channels is not None:
        statement = statement.where(A.c.channel.in_(channels))
    row = tx.execute(statement.limit(1)).first()
    return None if row is None else (row.channel, row.address)


def wrote_since(tx: Connection, person_id: int, since: datetime) -> bool:
    """Whether she wrote on any channel after that time."""
    return tx.execute(select(A.c.id).where(A.c.person_id == person_id, A.c.used_at > since).limit(1)).first() is not None


def get(tx: Connection, person_id: int) -> dict[str, Any]:
    """A person's row."""
    return tx.execute(_GET, {"person": person_id}).one()._asdict()


def change(tx: Connection, person_id: int, **values: Any) -> None:
    """Set columns of a person; a phone, and a name with a birth year, get their look-up digests."""
    if "phone" in values:
        values["phone_digest"] = digest(values["phone"], "phone") if values["phone"] else None
    tx.execute(update(P).where(P.c.id == person_id).values(**values))
    if "name" in values:
        _digest_name(tx, person_id)
    if place := {name: values[name] for name in ("community_id", "cell_id") if name in values}:
        tasks.moved(tx, person_id, **place)
    if values.keys() & {"community_id", "merged_into"}:
        seekers.touch(tx, M.c.person_id == person_id)


def name_digest(name: str | None, birth_year: int | None) -> str | None:
    """By which another record of the same name and birth year is found; None where one is missing."""
    found = name_key(name, birth_year)
    return digest(found, "name") if found else None


def _digest_name(tx: Connection, person_id: int) -> None:
    row = tx.execute(select(P.c.name, M.c.birth_year).outerjoin(M, M.c.person_id == P.c.id).where(P.c.id == person_id)).one()
    tx.execute(update(P).where(P.c.id == person_id).values(name_digest=name_digest(row.name, row.birth_year)))


def profile(tx: Connection, person_id: int) -> dict[str, Any] | None:
    """What matching knows of a mother; None where nothing is stored."""
    row = tx.execute(select(M).where(M.c.person_id == person_id)).first()
    return None if row is None else dict(row._mapping)


def save_profile(tx: Connection, person_id: int, values: Mapping[str, Any], *, now: datetime) -> None:
    """Make or change a mother's profile."""
    if profile(tx, person_id) is None:
        blank: dict[str, Any] = {"children": [], "skills": [], "learn": [], "modes": [], "sectors": [], "windows": ""}
        tx.execute(insert(M).values(person_id=person_id, updated_at=now, **{**blank, **values}))
    else:
        tx.execute(update(M).where(M.c.person_id == person_id).values(updated_at=now, **values))
    if "birth_year" in values:
        _digest_name(tx, person_id)


def consents(tx: Connection, person_id: int) -> dict[str, int]:
    """Purposes she agrees to now, with the version of the words; those that name an enterprise are left out."""
    open_ = and_(C.c.person_id == person_id, C.c.withdrawn_at.is_(None), C.c.enterprise_id.is_(None))
    rows = tx.execute(select(C.c.purpose, func.max(C.c.version)).where(open_).group_by(C.c.purpose))
    return {row[0]: row[1] for row in rows}


def has_consent(tx: Connection, person_id: int, purpose: str, *, enterprise_id: int | None = None) -> bool:
    """Whether she agrees to a purpose; with an enterprise, whether she named that one."""
    whom = C.c.enterprise_id.is_(None) if enterprise_id is None else C.c.enterprise_id == enterprise_id
    return (
        tx.execute(select(C.c.id).where(C.c.person_id == person_id, C.c.purpose == purpose, C.c.withdrawn_at.is_(None), whom)).first()
        is not None
    )


def consent(tx: Connection, person_id: int, purpose: str, *, version: int, now: datetime, enterprise_id: int | None = None) -> None:
    """She agrees; agreeing again changes nothing."""
    if not has_consent(tx, person_id, purpose, enterprise_id=enterprise_id):
        tx.execute(insert(C).values(person_id=person_id, purpose=purpose, version=version, enterprise_id=enterprise_id, given_at=now))
        if purpose == JOBS:
            seekers.touch(tx, M.c.person_id == person_id)


def withdraw(tx: Connection, person_id: int, purpose: str, *, now: datetime) -> None:
    """She no longer agrees, also where she had named enterprises. The old rows stay as proof."""
    tx.execute(update(C).where(C.c.person_id == person_id, C.c.purpose == purpose, C.c.withdrawn_at.is_(None)).values(withdrawn_at=now))
    if purpose == JOBS:
        seekers.touch(tx, M.c.person_id == person_id)


def save_answers(tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Answers of a finished form: person_id, conversation_id, form, version, name, value, answered_at."""
    if rows:
        tx.execute(insert(ANSWER), [dict(row) for row in rows])


def erase(tx: Connection, person_id: int, *, now: datetime) -> None:
    """Delete what she told about herself; her key, consents (as proof) and applications stay without it (PIPL 47)."""
    inbox.forget(tx, person_id=person_id)
    outbox.forget(tx, person_id=person_id)
    erasure.words(tx, person_id, now=now)
    tx.execute(ANSWER.delete().where(ANSWER.c.person_id == person_id))
    tx.execute(M.delete().where(M.c.person_id == person_id))
    tx.execute(TALK.delete().where(TALK.c.person_id == person_id))
    tx.execute(update(C).where(C.c.person_id == person_id, C.c.withdrawn_at.is_(None)).values(withdrawn_at=now))
    # Nobody knocks at the door of who wants to be forgotten.
    tx.execute(update(VISIT).where(VISIT.c.person_id == person_id, VISIT.c.status == "open").values(status="refused"))
    blank = dict.fromkeys(("name", "phone", "building", "community_id", "cell_id", "per_day"))
    change(tx, person_id, **blank, quiet="", notices=False)


def communities(tx: Connection) -> list[dict[str, Any]]:
    """All communities by code."""
    return [row._asdict() for row in tx.execute(_COMMUNITIES)]


def forget_answer(tx: Connection, person_id: int, form: str, name: str) -> None:
    """Delete all that she ever answered to one question."""
    tx.execute(ANSWER.delete().where(ANSWER.c.person_id == person_id, ANSWER.c.form == form, ANSWER.c.name == name))


def inactive(tx: Connection, *, before: datetime, limit: int) -> list[int]:
    """Persons with a stored profile who have not written, nor been surveyed, since then."""
    wrote = select(A.c.id).where(A.c.person_id == P.c.id, A.c.used_at >= before).exists()
    statement = select(P.c.id).join(M, M.c.person_id == P.c.id).where(P.c.created_at < before, M.c.updated_at < before, ~wrote)
    return list(tx.execute(statement.order_by(P.c.id).limit(limit)).scalars())
