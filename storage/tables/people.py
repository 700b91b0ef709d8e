"""Persons, where they can be reached, what they agreed to, what they told, and what staff may do."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from storage.sealed import Months, Sealed, SealedJson
from storage.tables.columns import BigId, instant, json, key, ref, table, where

# `gone`: she blocked the bot, or the platform says that the address is no more. `ended`: she left it; it never opens again.
AddressState = Literal["open", "gone", "ended"]
# What a code that names a person opens: a profile made at the door, another channel of her own, her way back after she left, a new phone
# of hers by staff who see her, and the worker's page without network.
Purpose = Literal["takeover", "link", "return", "new_phone", "visits"]


class Person(SQLModel, table=True):
    """Anybody who talks to the bot or is registered by staff. `key` is the public id of files and commands."""

    __tablename__ = "person"
    __table_args__ = (Index("person_cell", "cell_id"), Index("person_unfindable", "id", **where("not findable")))

    id: int | None = key()
    key: str = Field(unique=True)
    name: str | None = Field(default=None, sa_column=Column(Sealed))
    phone: str | None = Field(default=None, sa_column=Column(Sealed))
    phone_digest: str | None = Field(default=None, index=True)
    # Of name and birth year, to show who may be the same woman before a second row is made.
    name_digest: str | None = Field(default=None, index=True)
    # Building and door, for today's list of a grid worker.
    building: str | None = Field(default=None, sa_column=Column(Sealed))
    community_id: int | None = ref("community", null=True, index=True)
    cell_id: int | None = ref("cell", null=True)
    language: str = "zh"
    # Notices unasked: False after 退订, until she asks again.
    notices: bool = True
    # Her own wishes; empty means what the settings say. Quiet hours as "21:00-08:00".
    per_day: int | None = None
    quiet: str = ""
    # The channel on which she wants to be told, where she said so; else the one she used last.
    prefers: str = Field(default="", sa_column_kwargs={"server_default": ""})
    # Whether the words by which she is found (found_by) are those of her name and building as they are now.
    findable: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    # Found to be the same woman as that one, which holds everything now.
    merged_into: int | None = ref("person", null=True)
    created_at: datetime = instant()


class FoundBy(SQLModel, table=True):
    """By what somebody is found whose name is sealed: the keyed digest of a word of her name, its pinyin initials, or her building.

    Who has the store but not the key sees that two persons have a word in common, and how common it is; never which word it is.
    """

    __tablename__ = "found_by"
    __table_args__ = (PrimaryKeyConstraint("word", "person_id"), Index("found_by_person", "person_id"))

    word: str
    person_id: int = ref("person")


class Mother(SQLModel, table=True):
    """What matching needs to know of a mother; money in fen, distance in metres, windows as in the import files."""

    __tablename__ = "mother"
    __table_args__ = (Index("mother_updated", "updated_at"),)

    person_id: int = Field(sa_column=Column(BigId, ForeignKey("person.id"), primary_key=True))
    birth_year: int | None = None
    # Birth months.
    children: list[str] = Field(sa_column=Column(Months, nullable=False))
    skills: list[str] = json()
    learn: list[str] = json()
    modes: list[str] = json()
    sectors: list[str] = json()
    windows: str = ""
    max_distance_m: int | None = None
    min_monthly_pay_fen: int | None = None
    # Seen at the door by a grid worker, with her consent; it counts when posts are offered.
    hardship: bool = False
    last_offer_at: datetime | None = instant(null=True)
    # When she first asked for work herself, whatever she agreed to.
    asked_at: datetime | None = instant(null=True)
    surveyed_at: datetime | None = instant(null=True)
    updated_at: datetime = instant()


class Address(SQLModel, table=True):
    """Where a person is reached on one channel; `gone` where the platform says that it is no more."""

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("channel", "address"), Index("address_person", "person_id"))

    id: int | None = key()
    person_id: int = ref("person")
    channel: str
    address: str
    state: str = "open"
    # The channel she used last is where she is answered and told.
    used_at: datetime = instant()


class Consent(SQLModel, table=True):
    """One purpose, one version of its words, one recipient where it names one (PIPL 14-17, 23, 29)."""

    __tablename__ = "consent"
    __table_args__ = (Index("consent_person", "person_id", "purpose"),)

    id: int | None = key()
    person_id: int = ref("person")
    purpose: str
    version: int
    enterprise_id: int | None = ref("enterprise", null=True)
    given_at: datetime = instant()
    withdrawn_at: datetime | None = instant(null=True)


class Answer(SQLModel, table=True):
    """One answer of one finished form. Sealed: it may be a phone number or a word in confidence."""

    __tablename__ = "answer"
    __table_args__ = (Index("answer_person", "person_id", "form", "name"),)

    id: int | None = key()
    person_id: int = ref("person")
    conversation_id: int | None = ref("conversation", null=True)
    form: str
    version: int
    name: str
    value: str = Field(sa_column=Column(Sealed, nullable=False))
    answered_at: datetime = instant()


class Role(SQLModel, table=True):
    """What a person may do, in a scope: the city (all empty), a community, one grid cell of it, or one enterprise."""

    __tablename__ = "role"
    __table_args__ = (
        Index("role_person", "person_id"),
        Index("role_community", "community_id", "role"),
        Index("role_enterprise", "enterprise_id", **where("enterprise_id is not null")),
    )

    id: int | None = key()
    person_id: int = ref("person")
    role: str
    community_id: int | None = ref("community", null=True)
    cell_id: int | None = ref("cell", null=True)
    enterprise_id: int | None = ref("enterprise", null=True)
    given_at: datetime = instant()
    given_by: int | None = ref("person", null=True)
    withdrawn_at: datetime | None = instant(null=True)


class Invitation(SQLModel, table=True):
    """A single-use code for a role, or (with `person_id`) for what its `purpose` says; only its keyed digest is stored."""

    __tablename__ = "invitation"

    id: int | None = key()
    code_digest: str = Field(unique=True)
    role: str
    community_id: int | None = ref("community", null=True)
    cell_id: int | None = ref("cell", null=True)
    enterprise_id: int | None = ref("enterprise", null=True)
    person_id: int | None = ref("person", null=True)
    # One of Purpose; empty where the code gives a role.
    purpose: str = Field(default="", sa_column_kwargs={"server_default": ""})
    created_by: int | None = ref("person", null=True)
    expires_at: datetime = instant()
    used_at: datetime | None = instant(null=True)
    used_by: int | None = ref("person", null=True)
    withdrawn_at: datetime | None = instant(null=True)
    created_at: datetime = instant()


class Task(SQLModel, table=True):
    """Something staff have to do about a person, on a list until it is closed: `kind` is one of handlers.tasks.KINDS.

    Whose list it is on follows from kind and place (coordinator of the community, grid worker of the cell), so that nothing has to move
    when people change. `about_id` is the row it is about (a follow-up, a notice, an application); one task of a kind, person and row.
    """

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("kind", "person_id", "about_id"),
        Index("task_open", "community_id", "kind", **where("closed_at is null")),
        Index("task_cell", "cell_id", "kind", **where("closed_at is null")),
        Index("task_due", "due_at", **where("due_at is not null")),
        Index("task_person", "person_id"),
    )

    id: int | None = key()
    kind: str
    person_id: int = ref("person")
    community_id: int | None = ref("community", null=True)
    cell_id: int | None = ref("cell", null=True)
    about_id: int = Field(default=0, sa_column=Column(BigId, nullable=False, default=0))
    # Her words, or what staff have to know.
    said: str | None = Field(default=None, sa_column=Column(Sealed))
    created_at: datetime = instant()
    # When staff are reminded of it; empty where nobody is.
    due_at: datetime | None = instant(null=True)
    closed_at: datetime | None = instant(null=True)
    closed_by: int | None = ref("person", null=True)
    # How it ended: done, wrote (she was heard of again), moved, ….
    outcome: str = ""


class AccessLog(SQLModel, table=True):
    """Who looked at or changed whose data; kept at least six months (Cybersecurity Law 21)."""

    __tablename__ = "access_log"
    __table_args__ = (
        Index("access_log_subject", "subject_kind", "subject_id"),
        Index("access_log_seq", "seq", unique=True),
        Index("access_log_loose", "id", **where("hash = ''")),
    )

    id: int | None = key()
    at: datetime = instant()
    actor_id: int | None = ref("person", null=True)
    action: str
    subject_kind: str
    subject_id: int | None = None
    detail: dict[str, object] = Field(sa_column=Column(SealedJson, nullable=False))
    # Its number in the chain, and what binds it to the one before; empty until its transaction ends.
    seq: int | None = Field(default=None, sa_column=Column(BigId, nullable=True))
    hash: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))
    # Stands for the detail in the hash, so that a name in it can be erased.
    detail_mac: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))


class LogChain(SQLModel, table=True):
    """The one row that knows where the access log's chain begins and ends."""

    __tablename__ = "log_chain"

    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True, autoincrement=False))
    seq: int = Field(sa_column=Column(BigId, nullable=False))
    hash: str
    # Of the last row that retention took away.
    base_seq: int = Field(sa_column=Column(BigId, nullable=False))
    base_hash: str
    mac: str


person = table(Person)
found_by = table(FoundBy)
mother = table(Mother)
address = table(Address)
consent = table(Consent)
answer = table(Answer)
role = table(Role)
invitation = table(Invitation)
task = table(Task)
access_log = table(AccessLog)
log_chain = table(LogChain)
