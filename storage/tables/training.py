"""Where mothers learn: classes with their sessions, who is in them, who came, and who passed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed
from storage.tables.columns import instant, json, key, ref, table, where

ClassStatus = Literal["open", "closed"]
# An activity is joined as a class is: it teaches nothing, nobody passes, and how many came is told.
ClassKind = Literal["class", "activity"]
EnrolmentStatus = Literal["enrolled", "waiting", "cancelled", "passed", "failed"]
# Who has, or had, one of the places.
PLACED: tuple[EnrolmentStatus, ...] = ("enrolled", "passed", "failed")


def _words(default: str = "") -> Any:
    return Field(default=default, sa_column_kwargs={"server_default": default})


class TrainingClass(SQLModel, table=True):
    """A class (培训班) that teaches one skill; `leads_to` are codes of positions. Or an activity (活动) of a community. open → closed."""

    __tablename__ = "training_class"

    id: int | None = key()
    code: str = Field(unique=True)
    title: str
    skill: str
    community_id: int = ref("community", index=True)
    capacity: int
    leads_to: list[str] = json()
    status: str = "open"
    created_at: datetime = instant()
    # When those who want to learn it were told; empty means that the next tick does it.
    announced_at: datetime | None = instant(null=True)
    notice_id: int | None = ref("notice", null=True)
    # Its times changed, and who is in it was not told yet.
    changed_at: datetime | None = instant(null=True)
    # When staff are told that it is over and who passed has to be said; empty where that is done.
    assess_at: datetime | None = instant(null=True)
    kind: str = _words("class")
    # Of an activity: what kind (domain.training.activities), where in the community, what else is to be known, how many came.
    about: str = _words()
    address: str = _words()
    note: str = _words()
    came: int | None = None


class ClassSession(SQLModel, table=True):
    """One meeting of a class."""

    __tablename__ = "class_session"
    __table_args__ = (
        UniqueConstraint("class_id", "starts_at"),
        Index("class_session_remind", "remind_at", **where("remind_at is not null")),
    )

    id: int | None = key()
    class_id: int = ref("training_class")
    starts_at: datetime = instant()
    # The next reminder: the evening before, then two hours before, then none.
    remind_at: datetime | None = instant(null=True)


class Enrolment(SQLModel, table=True):
    """A mother in a class: enrolled, or waiting (in order of `id`), or cancelled by her; passed or failed at its end."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("class_id", "person_id"), Index("enrolment_person", "person_id"))

    id: int | None = key()
    class_id: int = ref("training_class")
    person_id: int = ref("person")
    status: str = "enrolled"
    # She left the list and came back: who was there meanwhile goes first.
    since: datetime = instant()
    certificate: str | None = Field(default=None, unique=True)
    assessed_at: datetime | None = instant(null=True)
    assessed_by: int | None = ref("person", null=True)
    # What she thought of an activity, 3 the best; and in her own words.
    mark: int | None = None
    word: str | None = Field(default=None, sa_column=Column(Sealed))


class Attendance(SQLModel, table=True):
    """She was there: said the code shown in the room, or staff ticked her."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: int | None = key()
    session_id: int = ref("class_session")
    person_id: int = ref("person", index=True)
    at: datetime = instant()
    ticked_by: int | None = ref("person", null=True)


class WrongCode(SQLModel, table=True):
    """How often she said a wrong code in a session, so that nobody can try them all."""

    __tablename__ = "wrong_code"
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: int | None = key()
    session_id: int = ref("class_session")
    person_id: int = ref("person")
    count: int


training_class = table(TrainingClass)
class_session = table(ClassSession)
enrolment = table(Enrolment)
attendance = table(Attendance)
wrong_code = table(WrongCode)
