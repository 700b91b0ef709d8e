"""The processes that work on this store."""

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


process = table(Process)
