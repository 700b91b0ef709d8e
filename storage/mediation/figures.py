"""What a statistic needs of cases and of the hotline, without a name or a word of what was said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from domain.access import Scope
from domain.mediation.figures import Told, result_of
from domain.mediation.states import State
from domain.notices import LOCAL
from domain.staff.reports import Period
from storage.rows import columns, every
from storage.scope import within
from storage.tables.mediation import CaseKind, dispute_case, hotline_month
from storage.tables.work import community


class _Row(NamedTuple):
    community: str
    kind: CaseKind
    state: State
    hazards: list[str]
    reported_at: datetime
    ended_at: datetime | None


def told(tx: Connection, where: Iterable[Scope], period: Period) -> list[Told]:
    """The cases that were reported in the period, in these places; also those whose files are sealed off, since nobody is known by a number."""
    statement = (
        select(*columns(dispute_case, _Row, community=community.c.code))
        .select_from(dispute_case)
        .join(community, community.c.id == dispute_case.c.community_id)
        .where(within(list(where), community=dispute_case.c.community_id), dispute_case.c.reported_at < (period.until or period.tomorrow))
    )
    if period.since is not None:
        statement = statement.where(dispute_case.c.reported_at >= period.since)
    return [
        Told(
            row.community,
            row.kind,
            result_of(row.state, danger=bool(row.hazards)),
            None if row.ended_at is None else row.ended_at - row.reported_at,
        )
        for row in every(tx, statement, _Row)
    ]


def hotline(tx: Connection, period: Period) -> dict[str, int]:
    """Calls by month, up to the end of the period."""
    statement = select(hotline_month.c.month, hotline_month.c.calls).order_by(hotline_month.c.month)
    if period.until is not None:
        statement = statement.where(hotline_month.c.month < f"{period.until.astimezone(LOCAL):%Y-%m}")
    return {row.month: row.calls for row in tx.execute(statement)}
