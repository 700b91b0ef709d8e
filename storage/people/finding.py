"""Finding a person whose name is sealed, by keyed digests of its words; they are made beside the talk, since pinyin takes time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, or_, select, update

from storage.rows import columns, every
from storage.sealed import digest
from storage.tables.people import found_by, person


class Named(NamedTuple):
    """A person whose words are not stored yet."""

    id: int
    name: str | None
    building: str | None


def of_word(word: str) -> str:
    """What is stored of a word: 64 bits of its keyed digest."""
    return digest(word, "found by")[:16]


def forget(tx: Connection, person_id: int) -> None:
    """Her name or building changed, or is gone: nothing of the old one finds her."""
    tx.execute(delete(found_by).where(found_by.c.person_id == person_id))
    tx.execute(update(person).where(person.c.id == person_id).values(findable=False))


def unfindable(tx: Connection, *, after: int, limit: int) -> list[Named]:
    """Persons with a name or a building whose words are not stored yet."""
    known = or_(person.c.name.is_not(None), person.c.building.is_not(None))
    statement = select(*columns(person, Named)).where(person.c.findable.is_(False), known, person.c.id > after)
    return every(tx, statement.order_by(person.c.id).limit(limit), Named)


def keep(tx: Connection, words: Iterable[tuple[Named, set[str]]]) -> None:
    """Store the words of persons whose names are still those of which they were made."""
    of = {row.id: (row, word_set) for row, word_set in words}
    now = every(tx, select(*columns(person, Named)).where(person.c.id.in_(list(of)), person.c.findable.is_(False)), Named)
    same = [row.id for row in now if row == of[row.id][0]]
    if not same:
        return
    tx.execute(delete(found_by).where(found_by.c.person_id.in_(same)))
    rows = [{"person_id": number, "word": word} for number in same for word in sorted({of_word(one) for one in of[number][1]})]
    if rows:
        tx.execute(insert(found_by), rows)
    tx.execute(update(person).where(person.c.id.in_(same)).values(findable=True))
