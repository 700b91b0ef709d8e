"""Communities, enterprises and positions, which are known by their code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.lists import Kind, settled
from storage.lists.saved import Saved
from storage.tables.columns import table
from storage.tables.people import Mother, Person
from storage.tables.work import Community, Enterprise, Position
from storage.work import offers, posts, seekers

C, E, P = table(Community), table(Enterprise), table(Position)
MOTHER, PERSON = table(Mother), table(Person)
TABLES = {"communities": C, "enterprises": E, "positions": P}
_SAME = ("code", "title", "text", "sector", "mode", "skills", "trains", "lat", "lon", "windows", "fixed", "min_weekly_hours", "pay_basis")
_PROGRESS = ("headcount", "taken", "opens_on", "closes_on", "status", "published_at", "withdrawn_at")
STATEMENTS = {
    "communities": select(C.c.id, C.c.code, C.c.name, C.c.lat, C.c.lon),
    "enterprises": select(E),
    "positions": select(
        *(P.c[name] for name in ("id", *_SAME, *_PROGRESS)),
        P.c.pay_min_fen.label("pay_min"),
        P.c.pay_max_fen.label("pay_max"),
        E.c.code.label("enterprise"),
        C.c.code.label("community"),
    )
    .select_from(P)
    .join(E, E.c.id == P.c.enterprise_id)
    .join(C, C.c.id == P.c.community_id),
}
_STORED = {"pay_min": "pay_min_fen", "pay_max": "pay_max_fen"}


def save(tx: Connection, kind: Kind, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> Saved:
    """Insert or change rows by code."""
    places, saved = TABLES[kind.name], Saved()
    changed: list[int] = []
    known = [row["code"] for row in rows]
    before = {row.code: dict(row._mapping) for row in tx.execute(STATEMENTS[kind.name].where(places.c.code.in_(known)))}
    references = _references(tx) if kind.name == "positions" else {}
    fresh = []
    for row in rows:
        old = before.get(row["code"])
        values = dict(row) if old else {**kind.blank(), **row}
        if kind.name == "positions":
            if old and values["headcount"] < old["taken"]:
                saved.refused[row["code"]] = ("headcount", f"已经有 {old['taken']} 人定了，不能比这少")
                continue
            if old and old["withdrawn_at"] and values.get("status") == "published":
                saved.refused[row["code"]] = ("status", "这个岗位撤下了，不能再发布；改好了请用新的编码")
                continue
            values = _position(values, old, references["community"], now=now)
        if old is None:
            fresh.append(_columns(values, references))
            continue
        current, read = {**old, **settled(kind, old)}, {**values, **settled(kind, values)}
        differing = {name: value for name, value in values.items() if read[name] != current[name]}
        if differing:
            tx.execute(update(places).where(places.c.id == old["id"]).values(_columns(differing, references)))
            changed.append(old["id"])
        saved.changed += bool(differing)
        saved.unchanged += not differing
    if fresh:
        tx.execute(insert(places), fresh)
    saved.new = len(fresh)
    if kind.name == "positions" and (saved.new or saved.changed):
        posts.changed(tx)
        offers.wake(tx, changed, now=now)
    if kind.name == "communities" and changed:
        lives = select(PERSON.c.id).where(PERSON.c.community_id.in_(changed))
        seekers.touch(tx, MOTHER.c.person_id.in_(lives))
    return saved


def _references(tx: Connection) -> dict[str, dict[str, Any]]:
    return {
        "enterprise": {row.code: row for row in tx.execute(select(E.c.code, E.c.id))},
        "community": {row.code: row for row in tx.execute(select(C.c.code, C.c.id, C.c.lat, C.c.lon))},
    }


def _columns(values: Mapping[str, Any], references: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Columns of the table: references as ids."""
    return {
        f"{name}_id" if name in references else _STORED.get(name, name): references[name][value].id if name in references else value
        for name, value in values.items()
    }


def _position(values: dict[str, Any], old: Mapping[str, Any] | None, communities: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """A post without a place is at its community's. It is published once: a later import neither dates nor announces it anew."""
    if "lat" in values and values["lat"] is None:
        place = communities[values["community"]]
        values |= {"lat": place.lat, "lon": place.lon}
    taken = old["taken"] if old else 0
    if values.get("status") == "published" and taken >= values["headcount"]:
        # All its places went meanwhile, and the office's file does not know.
        values["status"] = "filled"
    before = old["published_at"] if old else None
    return {**values, "published_at": before or (now if values.get("status") == "published" else None)}
