"""What she answered in finished forms, each answer with its form's version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert

from storage.tables.people import answer


class Answer(NamedTuple):
    """One answer of a form, as JSON text; `conversation_id` is None where it was said at her door or comes from a merged record."""

    person_id: int
    form: str
    version: int
    name: str
    value: str
    answered_at: datetime
    conversation_id: int | None = None


def save(tx: Connection, answers: Sequence[Answer]) -> None:
    """Keep the answers of a finished form."""
    if answers:
        tx.execute(insert(answer), [one._asdict() for one in answers])


def forget(tx: Connection, person_id: int, form: str, name: str) -> None:
    """Delete all that she ever answered to one question."""
    tx.execute(answer.delete().where(answer.c.person_id == person_id, answer.c.form == form, answer.c.name == name))
