"""What work by the piece came to in a month, community by community."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, func, select

from domain.access import Scope
from domain.months import later
from storage.fund import ledger
from storage.scope import within
from storage.tables.fund import fund_share
from storage.tables.pay import pay_slip
from storage.tables.work import community
from storage.training import activities
from storage.workshops import slips


class Line(NamedTuple):
    """One community; `earned`: what each woman got, nobody named; `share_fen`: due by firms; `in_fen`, `out_fen`, `left_fen`: what came into
    its fund, what was spent, and what was there at the month's end; `saved`: what firms say that they save, in per cent."""

    code: str
    name: str
    earned: list[int]
    pieces: int
    share_fen: int
    in_fen: int
    out_fen: int
    left_fen: int
    activities: int
    came: int
    saved: list[int]


def report(tx: Connection, where: Iterable[Scope], month: str) -> list[Line]:
    """Every community within these scopes, by code."""
    scopes = list(where)
    earned = slips.earned(tx, scopes, month)
    pieces = _sums(tx, pay_slip, pay_slip.c.pieces, month)
    shares = _sums(tx, fund_share, fund_share.c.due_fen, month)
    held, saved, moved = activities.by_community(tx, scopes, month), _saved(tx, month), ledger.moved(tx, month)
    places = tx.execute(select(community.c.id, community.c.code, community.c.name).where(within(scopes, community=community.c.id)))
    return [
        Line(
            row.code,
            row.name,
            earned.get((row.id, row.name), []),
            pieces.get(row.id, 0),
            shares.get(row.id, 0),
            *moved.get(row.id, (0, 0)),
            ledger.in_bank(tx, row.id, before=later(month, 1)),
            *held.get(row.id, (0, 0)),
            saved.get(row.id, []),
        )
        for row in sorted(places, key=lambda row: str(row.code))
    ]


def _saved(tx: Connection, month: str) -> dict[int, list[int]]:
    """What firms say that they save, by community."""
    told = (fund_share.c.month == month, fund_share.c.saved_percent.is_not(None))
    found: dict[int, list[int]] = defaultdict(list)
    for place, percent in tx.execute(select(fund_share.c.community_id, fund_share.c.saved_percent).where(*told)):
        found[place].append(percent)
    return found


def _sums(tx: Connection, rows: Table, column: ColumnElement[int], month: str) -> dict[int, int]:
    """The sum of a column in a month, by community."""
    chosen = select(rows.c.community_id, func.coalesce(func.sum(column), 0)).where(rows.c.month == month)
    return {row[0]: int(row[1]) for row in tx.execute(chosen.group_by(rows.c.community_id))}
