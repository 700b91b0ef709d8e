"""Persons, their addresses and profiles."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple, TypedDict, Unpack

from sqlalchemy import Connection, and_, bindparam, case, func, insert, select, tuple_, update
from sqlalchemy.exc import NoResultFound

from domain.forms.conversation import State
from domain.survey.duplicates import name_key
from storage import rows, threads
from storage.people import finding
from storage.prepared import Prepared
from storage.sealed import digest
from storage.staff import tasks
from storage.tables.messages import conversation
from storage.tables.people import AddressState, address, mother, person
from storage.tables.work import community
from storage.work import seekers


class Speaker(NamedTuple):
    """Who speaks, whether a danger of hers is open, and the form she is in the middle of (`state` is None where there is none); `saves` is how
    often that was saved."""

    person_id: int
    language: str
    community_id: int | None
    notices: bool
    address_state: AddressState
    used_at: datetime
    conversation_id: int | None
    state: State | None
    saves: int
    in_danger: bool


class Manner(NamedTuple):
    """How a person wants to be told: her language, whether at all, how often a day, and when not."""

    language: str
    notices: bool
    per_day: int | None
    quiet: str


class Person(NamedTuple):
    """A person as registered, with where she lives and her own wishes about notices."""

    id: int
    key: str
    name: str | None
    phone: str | None
    phone_digest: str | None
    name_digest: str | None
    building: str | None
    community_id: int | None
    cell_id: int | None
    language: str
    notices: bool
    per_day: int | None
    quiet: str
    merged_into: int | None
    created_at: datetime


class Profile(NamedTuple):
    """What matching knows of a mother; money in fen a month, distance in metres."""

    person_id: int
    birth_year: int | None
    children: list[str]
    skills: list[str]
    learn: list[str]
    modes: list[str]
    sectors: list[str]
    windows: str
    max_distance_m: int | None
    min_monthly_pay_fen: int | None
    hardship: bool
    last_offer_at: datetime | None
    asked_at: datetime | None
    surveyed_at: datetime | None
    updated_at: datetime


class Reach(NamedTuple):
    """Where a person is told."""

    channel: str
    address: str


class Community(NamedTuple):
    """A community by its code."""

    id: int
    code: str
    name: str


class Known(TypedDict, total=False):
    """By what a person is known and found."""

    name: str | None
    phone: str | None
    building: str | None
    community_id: int | None
    cell_id: int | None


class Changes(Known, total=False):
    """Columns of a person that may be set."""

    language: str
    notices: bool
    per_day: int | None
    quiet: str
    prefers: str
    merged_into: int | None


FORGOTTEN = Known(name=None, phone=None, building=None, community_id=None, cell_id=None)


class Told(TypedDict, total=False):
    """Columns of a profile that may be set."""

    birth_year: int | None
    children: list[str]
    skills: list[str]
    learn: list[str]
    modes: list[str]
    sectors: list[str]
    windows: str
    max_distance_m: int | None
    min_monthly_pay_fen: int | None
    hardship: bool
    last_offer_at: datetime | None
    asked_at: datetime | None
    surveyed_at: datetime | None


_FIND = Prepared(
    select(
        *rows.columns(
            person,
            Speaker,
            address,
            person_id=person.c.id,
            address_state=address.c.state,
            conversation_id=conversation.c.id,
            state=conversation.c.state,
            saves=func.coalesce(conversation.c.saves, 0),
            in_danger=threads.danger_of(person.c.id),
        )
    )
    .select_from(address)
    .join(person, person.c.id == address.c.person_id)
    .outerjoin(conversation, and_(conversation.c.person_id == person.c.id, conversation.c.status == "active"))
    .where(address.c.channel == bindparam("on_channel"), address.c.address == bindparam("from_address"))
)


def find(tx: Connection, channel: str, sender: str) -> Speaker | None:
    """The person behind an address, with her open form: one look."""
    return _FIND.first(tx, Speaker, {"on_channel": channel, "from_address": sender})


def behind(tx: Connection, addresses: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The persons behind (channel, address) pairs; who is not known is left out."""
    wanted = tuple_(address.c.channel, address.c.address).in_(list(addresses))
    pairs = select(address.c.channel, address.c.address, address.c.person_id).where(wanted)
    return {(row.channel, row.address): row.person_id for row in tx.execute(pairs)}


_USED = (
    update(address)
    .where(address.c.channel == bindparam("of_channel"), address.c.address == bindparam("of_address"), address.c.state != "ended")
    .values(state="open", used_at=bindparam("now"))
)
_GET = select(*rows.columns(person, Person)).where(person.c.id == bindparam("person"))
_MANNER = Prepared(select(*rows.columns(person, Manner)).where(person.c.id == bindparam("person")))
_PROFILE = Prepared(select(*rows.columns(mother, Profile)).where(mother.c.person_id == bindparam("person")))
_COMMUNITIES = select(*rows.columns(community, Community)).order_by(community.c.code)
_ADD, _ADD_ADDRESS = Prepared(insert(person).returning(person.c.id)), Prepared(insert(address))
_OPEN = (address.c.person_id == bindparam("person"), address.c.state == "open")
_ADDRESSES = select(*rows.columns(address, Reach)).where(*_OPEN).order_by(address.c.used_at.desc(), address.c.id.desc())
_REACHES = (
    select(*rows.columns(address, Reach))
    .join(person, person.c.id == address.c.person_id)
    .where(*_OPEN)
    .order_by(case((address.c.channel == person.c.prefers, 0), else_=1), address.c.used_at.desc(), address.c.id.desc())
)
_WROTE_SINCE = select(address.c.id).where(address.c.person_id == bindparam("person"), address.c.used_at > bindparam("since")).limit(1)


def new_key() -> str:
    """A public id that says nothing about the person."""
    return "m" + secrets.token_hex(6)


# Forms with a question that a picture answers.
PICTURED = frozenset(("suggestion_more", "lot", "lot_numbers", "workshop_check", "fund_pay", "fund_outcome"))


def sends_picture(state: State) -> bool:
    """Whether the form she is in asks her for a picture just now."""
    return state.get("form") in PICTURED and state.get("at") == "picture"


def add(tx: Connection, channel: str, sender: str, *, language: str, now: datetime) -> Speaker:
    """A person nobody knew, with her first address."""
    [[person_id]] = _ADD.rows(tx, {"key": new_key(), "language": language, "notices": True, "created_at": now})
    _ADD_ADDRESS.changed(tx, {"person_id": person_id, "channel": channel, "address": sender, "state": "open", "used_at": now})
    return Speaker(person_id, language, None, True, "open", now, None, None, 0, in_danger=False)


def used(tx: Connection, channel: str, sender: str, *, now: datetime) -> None:
    """She wrote from this address: from now on she is answered and told there."""
    tx.execute(_USED, {"of_channel": channel, "of_address": sender, "now": now})


def set_address_state(tx: Connection, channel: str, of_address: str, state: AddressState) -> None:
    """`gone` where she blocked the bot or the platform says that the address is no more."""
    there = (address.c.channel == channel, address.c.address == of_address, address.c.state != "ended")
    tx.execute(update(address).where(*there).values(state=state))


def move_address(tx: Connection, channel: str, before: str, after: str) -> None:
    """The platform gave the chat another id. Nothing is done where the new id is known already."""
    if tx.execute(select(address.c.id).where(address.c.channel == channel, address.c.address == after)).first() is None:
        tx.execute(update(address).where(address.c.channel == channel, address.c.address == before).values(address=after))


def reach(tx: Connection, person_id: int, *, channels: Collection[str] | None = None) -> Reach | None:
    """Where she is told: on the channel that she prefers, else at the open address that she used last, of `channels` only where they are given."""
    return next(iter(reaches(tx, person_id, channels=channels)), None)


def reaches(tx: Connection, person_id: int, *, channels: Collection[str] | None = None) -> list[Reach]:
    """All open addresses of hers, in the order in which they are tried."""
    hers = rows.every(tx, _REACHES, Reach, {"person": person_id})
    return hers if channels is None else [reach for reach in hers if reach.channel in channels]


def seated(tx: Connection, person_id: int) -> bool:
    """Whether she has, or had, an address of her own on any channel."""
    return tx.execute(select(address.c.id).where(address.c.person_id == person_id).limit(1)).first() is not None


def addresses(tx: Connection, person_id: int) -> list[Reach]:
    """All open addresses of a person, the one that she used last first."""
    return rows.every(tx, _ADDRESSES, Reach, {"person": person_id})


def wrote_since(tx: Connection, person_id: int, since: datetime) -> bool:
    """Whether she wrote on any channel after that time."""
    return tx.execute(_WROTE_SINCE, {"person": person_id, "since": since}).first() is not None


def get(tx: Connection, person_id: int) -> Person:
    """A person. Raises NoResultFound where nobody has this id."""
    row = rows.first(tx, _GET, Person, {"person": person_id})
    if row is None:
        raise NoResultFound(f"person {person_id}")
    return row


def manner(tx: Connection, person_id: int) -> Manner:
    """How she wants to be told. Raises NoResultFound where nobody has this id."""
    row = _MANNER.first(tx, Manner, {"person": person_id})
    if row is None:
        raise NoResultFound(f"person {person_id}")
    return row


def change(tx: Connection, person_id: int, **values: Unpack[Changes]) -> None:
    """Set columns of a person; a phone, and a name with a birth year, get their look-up digests."""
    tx.execute(update(person).where(person.c.id == person_id).values(**values))
    if "phone" in values:
        phone_digest = digest(values["phone"], "phone") if values["phone"] else None
        tx.execute(update(person).where(person.c.id == person_id).values(phone_digest=phone_digest))
    if "name" in values:
        _digest_name(tx, person_id)
    if values.keys() & {"name", "building"}:
        finding.forget(tx, person_id)
    if place := {name: values[name] for name in ("community_id", "cell_id") if name in values}:
        tasks.moved(tx, person_id, **place)
    if values.keys() & {"community_id", "merged_into"}:
        seekers.touch(tx, mother.c.person_id == person_id)


def name_digest(name: str | None, birth_year: int | None) -> str | None:
    """By which another record of the same name and birth year is found; None where one is missing."""
    same = name_key(name, birth_year)
    return digest(same, "name") if same else None


def _digest_name(tx: Connection, person_id: int) -> None:
    hers = select(person.c.name, mother.c.birth_year).outerjoin(mother, mother.c.person_id == person.c.id)
    row = tx.execute(hers.where(person.c.id == person_id)).one()
    tx.execute(update(person).where(person.c.id == person_id).values(name_digest=name_digest(row.name, row.birth_year)))


def profile(tx: Connection, person_id: int) -> Profile | None:
    """What matching knows of a mother; None where nothing is stored."""
    return _PROFILE.first(tx, Profile, {"person": person_id})


def save_profile(tx: Connection, person_id: int, values: Told, *, now: datetime) -> None:
    """Make or change a mother's profile."""
    if profile(tx, person_id) is None:
        blank: Told = {"children": [], "skills": [], "learn": [], "modes": [], "sectors": [], "windows": ""}
        tx.execute(insert(mother).values(person_id=person_id, updated_at=now, **{**blank, **values}))
    else:
        tx.execute(update(mother).where(mother.c.person_id == person_id).values(updated_at=now, **values))
    if "birth_year" in values:
        _digest_name(tx, person_id)


def communities(tx: Connection) -> list[Community]:
    """All communities by code."""
    return rows.every(tx, _COMMUNITIES, Community)


def inactive(tx: Connection, *, before: datetime, limit: int) -> list[int]:
    """Persons with a stored profile who have not written, nor been surveyed, since then."""
    wrote = select(address.c.id).where(address.c.person_id == person.c.id, address.c.used_at >= before).exists()
    old = (
        select(person.c.id)
        .join(mother, mother.c.person_id == person.c.id)
        .where(person.c.created_at < before, mother.c.updated_at < before)
    )
    return list(tx.execute(old.where(~wrote).order_by(person.c.id).limit(limit)).scalars())
