"""Commands about the town: the demo, invitations, and who fits where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from sqlalchemy import Connection

from bot.config import read
from bot.setup import open_store
from domain.access import ROLES, Place, Scope
from domain.staff import invitations
from storage.database import Store
from storage.people import persons
from storage.staff import roles


def fill(file: Path | None, *, mothers: int, positions: int, seed: int) -> None:
    """Fill an empty store with a synthetic town."""
    from bot import demo as towns

    towns.fill(open_store(read(file)), mothers=mothers, positions=positions, seed=seed, now=datetime.now(UTC))


def invite(
    file: Path | None, role: str, *, community: str | None, hours: float, cell: str | None = None, enterprise: str | None = None
) -> tuple[str, str]:
    """A new single-use code and its link."""
    settings = read(file)
    now = datetime.now(UTC)
    places = {"community": community, "cell": cell, "enterprise": enterprise}
    code = invitation(open_store(settings), role, **places, expires_at=now + timedelta(hours=hours), now=now)
    return code, f"{settings.public_url}/?start={code}"


def invitation(
    store: Store,
    role: str,
    *,
    community: str | None,
    expires_at: datetime,
    now: datetime,
    cell: str | None = None,
    enterprise: str | None = None,
) -> str:
    """Make a single-use code. Raises ValueError for an unknown community, cell or enterprise, or where a role cannot be held there."""
    with store.begin() as tx:
        where = _scope(tx, community, cell, enterprise)
        if not invitations.fits(role, where):
            raise ValueError(_misfit(role, where))
        return roles.invite(tx, role, where, expires_at=expires_at, now=now)[1]


def _scope(tx: Connection, community: str | None, cell: str | None, enterprise: str | None) -> Scope:
    """The codes' scope. Raises ValueError where one is unknown."""
    known = {row.code: row.id for row in persons.communities(tx)}
    if community is not None and community not in known:
        raise ValueError(f"没有代码是 {community} 的社区；有的是 {'、'.join(known) or '（还没有社区）'}")
    if cell is not None and community is None:
        raise ValueError("--cell 要和 --community 一起写")
    cells = {row.code: row.id for row in roles.cells_of(tx, known[community])} if cell is not None and community is not None else {}
    if cell is not None and cell not in cells:
        raise ValueError(f"{community} 没有代码是 {cell} 的网格；有的是 {'、'.join(cells) or '（还没有网格）'}")
    firm = roles.firm_by_code(tx, enterprise) if enterprise is not None else None
    if enterprise is not None and firm is None:
        raise ValueError(f"没有代码是 {enterprise} 的企业")
    return Scope(known.get(community or ""), cells.get(cell or ""), firm)


def _misfit(role: str, where: Scope) -> str:
    if "firm" in ROLES[role].held_in:
        return f"{role} 不分网格" if where.enterprise_id else f"{role} 要写 --enterprise 企业代码"
    if where.enterprise_id:
        return f"{role} 不能写 --enterprise；它只用于 {_held_in('firm')}"
    if where.cell_id:
        return f"{role} 不能写 --cell；它只用于 {_held_in('cell')}"
    if where.community_id:
        return f"{role} 不能写 --community；它只用于 {_held_in('community')}"
    return f"{role} 要写 --community 社区代码"


def _held_in(kind: Place) -> str:
    return "、".join(name for name, role in ROLES.items() if kind in role.held_in)


def match(file: Path | None, *, mother: str | None, position: str | None, all_: bool, top: int | None) -> Iterator[str]:
    """Lines of `motherpost match`."""
    from bot.commands import match as matching

    settings = read(file)
    store = open_store(settings)
    for row in matching.run(
        store, mother=mother, position=position, all_=all_, top=top, weights=settings.matching.weights, now=datetime.now(UTC)
    ):
        yield orjson.dumps(row).decode()
