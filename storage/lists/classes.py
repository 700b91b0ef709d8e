"""Classes with their sessions; who is in a class whose times change is told by the tick `classes`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from domain.lists import settled
from domain.lists.classes import CLASSES, ClassRow
from domain.lists.times import written
from domain.training import certificates
from storage.lists.saved import Saved, rows_of
from storage.rows import columns, every
from storage.tables.training import class_session, training_class
from storage.tables.work import community, position
from storage.training import classes, sessions

_OWN = ("code", "title", "skill", "capacity", "leads_to")


class Stored(NamedTuple):
    """A class with the columns of its list but its sessions."""

    id: int
    code: str
    title: str
    skill: str
    capacity: int
    leads_to: list[str]
    community: str


_ROWS = (
    select(*columns(training_class, Stored, community=community.c.code))
    .select_from(training_class)
    .join(community, community.c.id == training_class.c.community_id)
    .where(training_class.c.kind == "class")
)


def listed(tx: Connection) -> Iterator[Mapping[str, object]]:
    """All classes, by code."""
    times: dict[str, list[datetime]] = {}
    held = select(training_class.c.code, class_session.c.starts_at).join_from(
        class_session, training_class, training_class.c.id == class_session.c.class_id
    )
    for row in tx.execute(held.order_by(class_session.c.starts_at)):
        times.setdefault(row.code, []).append(row.starts_at)
    for class_row in rows_of(tx, _ROWS, training_class.c.code):
        yield {**class_row, "sessions": times.get(str(class_row["code"]), [])}


def save(tx: Connection, rows: Sequence[ClassRow], *, now: datetime) -> Saved:
    """Insert or change classes by code. Nobody loses a place or an attendance by a list: such a row is refused."""
    saved = Saved()
    codes = [row["code"] for row in rows]
    before = {row.code: row for row in every(tx, _ROWS.where(training_class.c.code.in_(codes)), Stored)}
    communities = {row.code: row.id for row in tx.execute(select(community.c.code, community.c.id))}
    posts = _posts(tx, rows)
    for row in rows:
        if unknown := [code for code in row.get("leads_to", ()) if code not in posts]:
            saved.refused[row["code"]] = ("leads_to", f"没有编码是“{unknown[0]}”的岗位，请先导入岗位")
        elif (old := before.get(row["code"])) is None:
            _add(tx, CLASSES.whole(row), communities, now=now)
            saved.new += 1
        else:
            _change(tx, old, row, communities, saved=saved, now=now)
    return saved


def _posts(tx: Connection, rows: Sequence[ClassRow]) -> set[str]:
    """Those codes of the rows that positions have."""
    wanted = {code for row in rows for code in row.get("leads_to", ())}
    return set(tx.execute(select(position.c.code).where(position.c.code.in_(wanted))).scalars())


def _add(tx: Connection, row: ClassRow, communities: Mapping[str, int], *, now: datetime) -> None:
    values = {**_stored(row, communities), "status": "open", "created_at": now}
    class_id = int(tx.execute(insert(training_class).values(values).returning(training_class.c.id)).scalar_one())
    sessions.set_sessions(tx, class_id, row["sessions"], now=now)


def _change(tx: Connection, old: Stored, row: ClassRow, communities: Mapping[str, int], *, saved: Saved, now: datetime) -> None:
    """Set what differs; nobody joins meanwhile."""
    classes.hold(tx, old.id)
    current, read = settled(CLASSES, {**old._asdict(), "sessions": sessions.times(tx, old.id)}), settled(CLASSES, row)
    differing = {name: value for name, value in row.items() if read[name] != current[name]}
    taken = classes.taken(tx, old.id)
    if "capacity" in differing and row["capacity"] < taken:
        saved.refused[row["code"]] = ("capacity", f"已经有 {taken} 人报上名了，不能比这少")
        return
    if "sessions" in differing and (held := sessions.attended_times(tx, old.id) - set(row["sessions"])):
        saved.refused[row["code"]] = ("sessions", f"{written(min(held))} 的课已经有人签到，不能去掉")
        return
    if values := _stored(differing, communities):
        tx.execute(update(training_class).where(training_class.c.id == old.id).values(values))
    if "sessions" in differing:
        sessions.set_sessions(tx, old.id, row["sessions"], now=now)
        _revive(tx, old.id, now=now)
    if {"sessions", "community"} & set(differing):
        classes.moved(tx, old.id, now)
    saved.count(changed=bool(differing))


def _revive(tx: Connection, class_id: int, *, now: datetime) -> None:
    """A class whose times were wrong, so that it ended or was announced to nobody, begins anew."""
    row = classes.get(tx, class_id)
    if row is not None and certificates.joinable(row.sessions, now) and not classes.members(tx, class_id, "passed", "failed"):
        classes.reopen(tx, class_id, announce=row.notice_id is None)


def _stored(values: Mapping[str, object], communities: Mapping[str, int]) -> dict[str, object]:
    """Columns of the class itself."""
    stored = {name: values[name] for name in _OWN if name in values}
    return {**stored, "community_id": communities[str(values["community"])]} if "community" in values else stored
