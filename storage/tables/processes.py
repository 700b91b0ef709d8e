"""The processes that work on this store, and what one of them does for all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from storage.tables.columns import BigId, instant, table


class Process(SQLModel, table=True):
    """A process from its start to its end; it lives while its beat is young by the database's own clock. `id` is drawn at its start."""

    __tablename__ = "process"

    id: int = Field(sa_column=Column(BigId, primary_key=True, autoincrement=False))
    host: str
    pid: int
    role: str = "all"
    started_at: datetime = instant()
    beat_at: datetime = instant()


class Lease(SQLModel, table=True):
    """What only one process does at a time, and which one it is (`storage.leases`)."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True)
    holder: int = Field(sa_column=Column(BigId, nullable=False))


process, lease = table(Process), table(Lease)
