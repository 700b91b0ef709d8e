"""Who signs in at the desk: one-time links, browsers that a second factor let in, sessions, and the authenticator of an account."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import BigId, instant, key, ref, table, where

# By what a browser was let in: a code that a colleague showed, an authenticator, or a link made at the server's command line.
Factor = Literal["colleague", "totp", "command"]


class DeskAccount(SQLModel, table=True):
    """The authenticator of a person of the staff (RFC 6238); `step` is the last one that was used, so that no code counts twice."""

    __tablename__ = "desk_account"

    person_id: int = Field(sa_column=Column(BigId, ForeignKey("person.id"), primary_key=True))
    totp: str = Field(sa_column=Column(Sealed, nullable=False))
    step: int = Field(default=0, sa_column=Column(BigId, nullable=False, default=0))
    made_at: datetime = instant()


class DeskLink(SQLModel, table=True):
    """A single-use way to the desk, from her own chat; only its keyed digest is stored. `admits`: made at the command line, it lets a browser in."""

    __tablename__ = "desk_link"

    id: int | None = key()
    person_id: int = ref("person", index=True)
    digest: str = Field(unique=True)
    admits: bool = False
    made_at: datetime = instant()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(null=True)


class DeskDevice(SQLModel, table=True):
    """A browser in which one person needs no second factor any more; two persons at one computer have a row each."""

    __tablename__ = "desk_device"
    __table_args__ = (UniqueConstraint("person_id", "digest"),)

    id: int | None = key()
    person_id: int = ref("person")
    digest: str
    # What it is, as it said itself: Chrome · Windows.
    label: str = ""
    factor: str
    admitted_by: int | None = ref("person", null=True)
    admitted_at: datetime = instant()
    seen_at: datetime = instant()
    ended_at: datetime | None = instant(null=True)


class DeskSession(SQLModel, table=True):
    """One person at one browser, until it ends: without a device it waits for the second factor; `locked_at` while nobody sits there."""

    __tablename__ = "desk_session"
    __table_args__ = (Index("desk_session_open", "person_id", **where("ended_at is null")),)

    id: int | None = key()
    person_id: int = ref("person")
    digest: str = Field(unique=True)
    browser: str
    label: str = ""
    device_id: int | None = ref("desk_device", null=True)
    begun_at: datetime = instant()
    seen_at: datetime = instant()
    locked_at: datetime | None = instant(null=True)
    ended_at: datetime | None = instant(null=True)
    # The code that a colleague was shown, and how often a wrong one was typed.
    code: str = ""
    code_until: datetime | None = instant(null=True)
    code_by: int | None = ref("person", null=True)
    tries: int = 0


desk_account = table(DeskAccount)
desk_device = table(DeskDevice)
desk_link = table(DeskLink)
desk_session = table(DeskSession)
