"""Which keys open what is stored, without the keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Integer
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import instant, table


class SealingKey(SQLModel, table=True):
    """A key under which something may be sealed, by its fingerprint: so a backup says which keys it needs."""

    __tablename__ = "sealing_key"

    fingerprint: str = Field(primary_key=True)
    since: datetime = instant()


class Root(SQLModel, table=True):
    """The one secret from which cookies, look-up digests and the access log's chain are derived, sealed: a key can go without them."""

    __tablename__ = "root"

    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True, autoincrement=False))
    secret: str = Field(sa_column=Column(Sealed, nullable=False))


sealing_key = table(SealingKey)
root = table(Root)
