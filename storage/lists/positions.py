"""Posts, which are known by their code; nobody who has a place loses it by a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from domain.lists import settled
from domain.lists.positions import POSITIONS, PositionRow
from storage.lists.saved import Saved, rows_of
from storage.rows import columns, every
from storage.tables.work import PostStatus, community, enterprise, position
from storage.work import firms, offers, posts


class Stored(NamedTuple):
    """A post with the columns of its list, and how far it has come."""

    id: int
    code: str
    enterprise: str
    title: str
    text: str
    sector: str
    mode: str
    skills: list[str]
    trains: bool
    community: str
    lat: float
    lon: float
    windows: str
    fixed: bool
    min_weekly_hours: int
    pay_basis: str
    pay_min: int | None
    pay_max: int | None
    headcount: int
    opens_on: date | None
    closes_on: date | None
    status: PostStatus
    taken: int
    published_at: datetime | None
    withdrawn_at: datetime | None


class _Firm(NamedTuple):
    id: int
    code: str


class _Place(NamedTuple):
    id: int
    code: str
    lat: float
    lon: float


class _References(NamedTuple):
    firms: dict[str, _Firm]
    suspended: set[str]
    places: dict[str, _Place]


STATEMENT = (
    select(
        *columns(
            position,
            Stored,
            enterprise=enterprise.c.code,
            community=community.c.code,
            pay_min=position.c.pay_min_fen,
            pay_max=position.c.pay_max_fen,
        )
    )
    .select_from(position)
    .join(enterprise, enterprise.c.id == position.c.enterprise_id)
    .join(community, community.c.id == position.c.community_id)
)


def listed(tx: Connection) -> Iterator[Mapping[str, object]]:
    """All posts, by code."""
    return rows_of(tx, STATEMENT, position.c.code)


def save(tx: Connection, rows: Sequence[PositionRow], *, now: datetime) -> Saved:
    """Insert or change posts by code; those that changed are looked at for waves."""
    saved, changed, fresh = Saved(), [], []
    codes = [row["code"] for row in rows]
    before = {row.code: row for row in every(tx, STATEMENT.where(position.c.code.in_(codes)), Stored)}
    references = _references(tx)
    for row in rows:
        old = before.get(row["code"])
        if wrong := _wrong(row, old, references):
            saved.refused[row["code"]] = wrong
        elif old is None:
            fresh.append(_columns(_new(POSITIONS.whole(row), references, now=now), references))
        else:
            differing = _differing(row, old, references, now=now)
            if differing:
                tx.execute(update(position).where(position.c.id == old.id).values(_columns(differing, references)))
                changed.append(old.id)
            saved.count(changed=bool(differing))
    if fresh:
        tx.execute(insert(position), fresh)
    saved.new = len(fresh)
    if saved.new or changed:
        posts.changed(tx)
        offers.wake(tx, changed, now=now)
    return saved


def _references(tx: Connection) -> _References:
    # Who suspends a firm meanwhile waits, and finds what this makes public.
    tx.execute(select(enterprise.c.id).order_by(enterprise.c.id).with_for_update(key_share=True))
    firm_rows = every(tx, select(*columns(enterprise, _Firm)), _Firm)
    places = every(tx, select(*columns(community, _Place)), _Place)
    return _References({firm.code: firm for firm in firm_rows}, firms.suspended_codes(tx), {place.code: place for place in places})


def _wrong(row: PositionRow, old: Stored | None, references: _References) -> tuple[str, str] | None:
    public = row.get("status") == "published"
    if public and row["enterprise"] in references.suspended:
        return "status", "这家企业暂停合作了，它的岗位现在不能发布"
    if old is None:
        return None
    if row["headcount"] < old.taken:
        return "headcount", f"已经有 {old.taken} 人定了，不能比这少"
    if old.withdrawn_at and public:
        return "status", "这个岗位撤下了，不能再发布；改好了请用新的编码"
    return None


def _placed(row: PositionRow, references: _References) -> dict[str, object]:
    """A post without a place is at its community's."""
    if "lat" not in row or row["lat"] is not None:
        return dict(row)
    place = references.places[row["community"]]
    return {**row, "lat": place.lat, "lon": place.lon}


def _new(row: PositionRow, references: _References, *, now: datetime) -> dict[str, object]:
    return {**_placed(row, references), "published_at": now if row.get("status") == "published" else None}


def _differing(row: PositionRow, old: Stored, references: _References, *, now: datetime) -> dict[str, object]:
    """What differs. A post is published once: a later import neither dates nor announces it anew."""
    values = _placed(row, references)
    if row.get("status") == "published" and old.taken >= row["headcount"]:
        # All its places went meanwhile, and the office's file does not know.
        values["status"] = "filled"
    current, read = settled(POSITIONS, old._asdict()), settled(POSITIONS, values)
    differing = {name: value for name, value in values.items() if read[name] != current[name]}
    if old.published_at is None and values.get("status") == "published":
        differing["published_at"] = now
    return differing


def _columns(values: dict[str, object], references: _References) -> dict[str, object]:
    """Columns of the table: references as ids."""
    stored = dict(values)
    if "enterprise" in stored:
        stored["enterprise_id"] = references.firms[str(stored.pop("enterprise"))].id
    if "community" in stored:
        stored["community_id"] = references.places[str(stored.pop("community"))].id
    for name in {"pay_min", "pay_max"} & stored.keys():
        stored[f"{name}_fen"] = stored.pop(name)
    return stored
