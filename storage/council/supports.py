"""Who supports which suggestion, once a person, and what she said of how it was dealt with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from storage.rows import columns, every, upsert
from storage.tables.council import Question, suggestion, suggestion_support, suggestion_tap


class Tap(NamedTuple):
    """What a woman said of one suggestion."""

    person_id: int
    round: int
    question: Question
    yes: bool


def add(tx: Connection, suggestion_id: int, person_id: int, *, version: int, now: datetime) -> bool:
    """She supports the text of this version; False where she did already."""
    row = {"suggestion_id": suggestion_id, "person_id": person_id, "version": version, "at": now}
    fresh = upsert(tx, suggestion_support).values(row).on_conflict_do_nothing().returning(suggestion_support.c.id)
    if tx.execute(fresh).first() is not None:
        return True
    older = (suggestion_support.c.suggestion_id == suggestion_id, suggestion_support.c.person_id == person_id)
    again = update(suggestion_support).where(*older, suggestion_support.c.version < version).values(version=version, at=now)
    return tx.execute(again).rowcount == 1


def remove(tx: Connection, suggestion_ids: Iterable[int], person_id: int) -> bool:
    """She supports none of these any more; False where she did not."""
    hers = (suggestion_support.c.suggestion_id.in_(list(suggestion_ids)), suggestion_support.c.person_id == person_id)
    return tx.execute(delete(suggestion_support).where(*hers)).rowcount > 0


def of_older_text(tx: Connection, suggestion_id: int) -> list[int]:
    """Who supports the text as it was before: they are asked again."""
    older = (suggestion_support.c.suggestion_id == suggestion_id, suggestion_support.c.version.between(1, suggestion.c.version - 1))
    rows = select(suggestion_support.c.person_id).join(suggestion, suggestion.c.id == suggestion_support.c.suggestion_id).where(*older)
    return list(tx.execute(rows.order_by(suggestion_support.c.id)).scalars())


def copy(tx: Connection, people: Iterable[int], suggestion_id: int, *, now: datetime) -> None:
    """These persons stand behind a part of what they supported."""
    rows = [{"suggestion_id": suggestion_id, "person_id": person, "version": 1, "at": now} for person in people]
    if rows:
        tx.execute(insert(suggestion_support), rows)


def tap(tx: Connection, suggestion_id: int, person_id: int, question: Question, yes: bool, *, round_: int, now: datetime) -> bool:
    """She said so; False where she had said it before, and then her first word stays."""
    row = {"suggestion_id": suggestion_id, "person_id": person_id, "round": round_, "question": question, "yes": yes, "at": now}
    fresh = upsert(tx, suggestion_tap).values(row).on_conflict_do_nothing().returning(suggestion_tap.c.id)
    return tx.execute(fresh).first() is not None


def taps(tx: Connection, suggestion_id: int) -> list[Tap]:
    """What was said of a suggestion."""
    return every(tx, select(*columns(suggestion_tap, Tap)).where(suggestion_tap.c.suggestion_id == suggestion_id), Tap)
