"""Classes with their sessions; who is in a class whose times change is told by the tick `classes`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.lists import Kind, settled
from domain.lists.times import written
from domain.training import certificates
from storage.lists.saved import Saved, rows_of
from storage.tables.training import class_session, training_class
from storage.tables.work import community, position
from storage.training import classes

_COLUMNS = ("code", "title", "skill", "capacity", "leads_to")
_ROWS = (
    select(training_class.c.id, *(training_class.c[name] for name in _COLUMNS), community.c.code.label("community"))
    .select_from(training_class)
    .join(community, community.c.id == training_class.c.community_id)
)


def listed(tx: Connection) -> Iterator[dict[str, Any]]:
    """All classes, by code."""
    times: dict[int, list[datetime]] = {}
    for row in tx.execute(select(class_session.c.class_id, class_session.c.starts_at).order_by(class_session.c.starts_at)):
        times.setdefault(row.class_id, []).append(row.starts_at)
    for found in rows_of(tx, _ROWS, training_class.c.code):
        yield {**found, "sessions": times.get(found["id"], [])}


def save(tx: Connection, kind: Kind, rows: Sequence[Mapping[str, Any]], *, now: datetime) -> Saved:
    """Insert or change classes by code. Nobody loses a place or an attendance by a list: such a row is refused."""
    saved = Saved()
    before = {row.code: dict(row._mapping) for row in tx.execute(_ROWS.where(training_class.c.code.in_([row["code"] for row in rows])))}
    communities = {row.code: row.id for row in tx.execute(select(community.c.code, community.c.id))}
    posts = _posts(tx, rows)
    for row in rows:
        if unknown := [code for code in row.get("leads_to", ()) if code not in posts]:
            saved.refused[row["code"]] = ("leads_to", f"没有编码是“{unknown[0]}”的岗位，请先导入岗位")
        elif (old := before.get(row["code"])) is None:
            _add(tx, {**kind.blank(), **row}, communities, now=now)
            saved.new += 1
        else:
            _change(tx, kind, old, row, communities, saved=saved, now=now)
    return saved


def _posts(tx: Connection, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Those codes of the rows that positions have."""
    wanted = {code for row in rows for code in row.get("leads_to", ())}
    return set(tx.execute(select(position.c.code).where(position.c.code.in_(wanted))).scalars())


def _add(tx: Connection, row: Mapping[str, Any], communities: Mapping[str, int], *, now: datetime) -> None:
    values = {**_stored(row, communities), "status": "open", "created_at": now}
    class_id = int(tx.execute(insert(training_class).values(values).returning(training_class.c.id)).scalar_one())
    classes.set_sessions(tx, class_id, row["sessions"], now=now)


def _change(
    tx: Connection,
    kind: Kind,
    old: Mapping[str, Any],
    row: Mapping[str, Any],
    communities: Mapping[str, int],
    *,
    saved: Saved,
    now: datetime,
) -> None:
    """Set what differs; nobody joins meanwhile."""
    classes.hold(tx, old["id"])
    current = settled(kind, {**old, "sessions": classes.times(tx, old["id"])})
    differing = {name: row[name] for name, value in settled(kind, row).items() if value != current[name]}
    taken = classes.taken(tx, old["id"])
    if "capacity" in differing and row["capacity"] < taken:
        saved.refused[row["code"]] = ("capacity", f"已经有 {taken} 人报上名了，不能比这少")
        return
    if "sessions" in differing and (held := classes.attended_times(tx, old["id"]) - set(row["sessions"])):
        saved.refused[row["code"]] = ("sessions", f"{written(min(held))} 的课已经有人签到，不能去掉")
        return
    if values := _stored(differing, communities):
        tx.execute(update(training_class).where(training_class.c.id == old["id"]).values(values))
    if "sessions" in differing:
        classes.set_sessions(tx, old["id"], row["sessions"], now=now)
        _revive(tx, old["id"], now=now)
    if {"sessions", "community"} & set(differing):
        classes.moved(tx, old["id"], now)
    saved.changed += bool(differing)
    saved.unchanged += not differing


def _revive(tx: Connection, class_id: int, *, now: datetime) -> None:
    """A class whose times were wrong, so that it ended or was announced to nobody, begins anew."""
    row = classes.get(tx, class_id)
    if row is not None and certificates.joinable(row.sessions, now) and not classes.members(tx, class_id, "passed", "failed"):
        classes.reopen(tx, class_id, announce=row.notice_id is None)


def _stored(values: Mapping[str, Any], communities: Mapping[str, int]) -> dict[str, Any]:
    """Columns of the class itself."""
    stored = {name: values[name] for name in _COLUMNS if name in values}
    return {**stored, "community_id": communities[values["community"]]} if "community" in values else stored
