"""Lots, which are known by their code; what is given out already neither vanishes by a list nor is paid less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from domain.lists import settled
from domain.lists.lots import LOTS, LotRow
from storage.lists.saved import Saved, rows_of
from storage.rows import columns, every
from storage.tables.work import community, enterprise, position
from storage.tables.workshops import lot
from storage.workshops import lots


class Stored(NamedTuple):
    """A lot with the columns of its list, and how many of it are still in the house."""

    id: int
    code: str
    enterprise: str
    community: str
    position: str | None
    item: str
    pieces: int
    rate: int
    deadline: date
    training: str
    held: int


class _Known(NamedTuple):
    """Row ids by code; a post with the firm that it is of."""

    firms: Mapping[str, int]
    places: Mapping[str, int]
    posts: Mapping[str, tuple[int, int]]


_ROWS = (
    select(
        *columns(lot, Stored, enterprise=enterprise.c.code, community=community.c.code, position=position.c.code, rate=lot.c.rate_fen),
    )
    .select_from(lot)
    .join(enterprise, enterprise.c.id == lot.c.enterprise_id)
    .join(community, community.c.id == lot.c.community_id)
    .outerjoin(position, position.c.id == lot.c.position_id)
)


def listed(tx: Connection) -> Iterator[Mapping[str, object]]:
    """All lots, by code."""
    return rows_of(tx, _ROWS, lot.c.code)


def save(tx: Connection, rows: Sequence[LotRow], *, now: datetime) -> Saved:
    """Insert or change lots by code."""
    saved, known = Saved(), _known(tx, rows)
    before = {row.code: row for row in every(tx, _ROWS.where(lot.c.code.in_([row["code"] for row in rows])), Stored)}
    for row in rows:
        old = before.get(row["code"])
        if wrong := _wrong(row, old, known):
            saved.refused[row["code"]] = wrong
        elif old is None:
            _bring(tx, LOTS.whole(row), known, now=now)
            saved.new += 1
        else:
            saved.count(changed=_change(tx, row, old, known))
    return saved


def _known(tx: Connection, rows: Sequence[LotRow]) -> _Known:
    named = [code for row in rows if (code := row.get("position"))]
    posts = tx.execute(select(position.c.code, position.c.id, position.c.enterprise_id).where(position.c.code.in_(named)))
    return _Known(
        {row.code: row.id for row in tx.execute(select(enterprise.c.code, enterprise.c.id))},
        {row.code: row.id for row in tx.execute(select(community.c.code, community.c.id))},
        {row.code: (row.id, row.enterprise_id) for row in posts},
    )


def _wrong(row: LotRow, old: Stored | None, known: _Known) -> tuple[str, str] | None:
    code = row.get("position")
    if code and known.posts.get(code, (0, 0))[1] != known.firms[row["enterprise"]]:
        return "position", f"这家企业没有编码是“{code}”的岗位，请先导入岗位"
    if old is None:
        return None
    given = old.pieces - old.held
    if row["pieces"] < given:
        return "pieces", f"已经发下去 {given} 件，不能比这少"
    if given and row["rate"] < old.rate:
        return "rate", "已经发下去了，每件的工钱不能降"
    if given and (row["enterprise"], row["community"]) != (old.enterprise, old.community):
        return "community", "已经发下去了，不能换企业和社区"
    return None


def _bring(tx: Connection, row: LotRow, known: _Known, *, now: datetime) -> None:
    code = row.get("position")
    lots.bring(
        tx,
        row["code"],
        enterprise_id=known.firms[row["enterprise"]],
        community_id=known.places[row["community"]],
        position_id=known.posts[code][0] if code else None,
        item=row["item"],
        pieces=row["pieces"],
        rate_fen=row["rate"],
        deadline=row["deadline"],
        training=row["training"],
        now=now,
    )


def _change(tx: Connection, row: LotRow, old: Stored, known: _Known) -> bool:
    """Whether anything of a lot differs, and is now as the list says."""
    current, read = settled(LOTS, old._asdict()), settled(LOTS, row)
    differing = {name: value for name, value in row.items() if read[name] != current[name]}
    if not differing:
        return False
    values: dict[str, object] = {name: differing[name] for name in ("item", "deadline", "training", "pieces") if name in differing}
    if "rate" in differing:
        values["rate_fen"] = row["rate"]
    if "pieces" in differing:
        # A lot that was over is not: what came with it is in the house.
        values |= {"held": old.held + row["pieces"] - old.pieces, "status": "open"}
    if "position" in differing:
        code = row.get("position")
        values["position_id"] = known.posts[code][0] if code else None
    values |= {"enterprise_id": known.firms[row["enterprise"]], "community_id": known.places[row["community"]]}
    tx.execute(update(lot).where(lot.c.id == old.id).values(values))
    return True
