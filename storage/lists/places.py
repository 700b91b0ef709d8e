"""Communities and enterprises, which are known by their code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table, insert, select, update

from domain.lists import AnyKind, settled
from storage.lists.saved import Saved
from storage.rows import Query
from storage.tables.people import mother, person
from storage.tables.work import community, enterprise
from storage.work import seekers

TABLES: dict[str, Table] = {"communities": community, "enterprises": enterprise}


def statement(name: str) -> Query:
    """All rows of one of the two."""
    return select(TABLES[name])


def save(tx: Connection, kind: AnyKind, rows: Sequence[Mapping[str, object]]) -> Saved:
    """Insert or change rows by code."""
    places, saved = TABLES[kind.name], Saved()
    codes = [row["code"] for row in rows]
    before = {row.code: row._asdict() for row in tx.execute(statement(kind.name).where(places.c.code.in_(codes)))}
    moved: list[int] = []
    fresh = []
    for row in rows:
        old = before.get(row["code"])
        if old is None:
            fresh.append(kind.whole(row))
            continue
        current, read = settled(kind, old), settled(kind, row)
        differing = {name: value for name, value in row.items() if read[name] != current[name]}
        if differing:
            tx.execute(update(places).where(places.c.id == old["id"]).values(differing))
            moved.append(old["id"])
        saved.count(changed=bool(differing))
    if fresh:
        tx.execute(insert(places), fresh)
    saved.new = len(fresh)
    if kind.name == "communities" and moved:
        seekers.touch(tx, mother.c.person_id.in_(select(person.c.id).where(person.c.community_id.in_(moved))))
    return saved
