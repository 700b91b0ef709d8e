"""This month's figures for who may see them, of her own places only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from domain.access import scopes
from domain.errors import Refused
from domain.messages import Outbound
from domain.months import month_before, month_of
from domain.notices import LOCAL, local_day
from domain.staff.reports import NAMES, period
from handlers.capability import Read, Work
from handlers.content import Content
from handlers.turn import Turn
from storage.replica import Source
from storage.staff import report_kept, reports
from storage.staff.reports import Groups


def see(turn: Turn, _argument: str = "") -> list[Outbound]:
    """数字: all together; the table by community, mode and sector is `motherpost report`."""
    where = scopes(turn.roles(), "reports.see")
    if not where:
        raise Refused("staff.not_allowed")
    month = month_of(turn.today)
    line = reports.lines(turn.tx, where, period(month, now=turn.now), {}, dimensions=("all",))[0]
    lines = [turn.words("reports.title_month", month=month)]
    for name in NAMES:
        value = line.figures[name]
        shown = turn.words("reports.chat_none") if value is None else f"{value:g}"
        lines.append(turn.words("reports.chat_line", name=turn.words(f"reports.column_{name}"), value=shown))
    return [Outbound(text="\n".join(lines))]


def groups(content: Content) -> Groups:
    """The modes and sectors by which figures are told apart."""
    return {"mode": list(content.labels["modes"]), "sector": list(content.labels["sectors"])}


def recount(content: Content, now: Callable[[], datetime]) -> Work:
    """Tables that somebody reads, or will open first, are counted, each in a look of its own beside the loop."""
    last = month_before(month_of(local_day(now())))

    def due(tx: Connection) -> list[report_kept.Table]:
        return report_kept.stale(tx, now=now(), first_looks=report_kept.of_staff(tx, (last, month_before(last))))

    for table in (yield Read(due, behind=True)):
        yield Read(partial(report_kept.recount, table=table, groups=groups(content), now=now()), behind=True)


def read_where(content: Content, source: Source | None) -> str:
    """As of when a replica was read, or that it could not be; empty where there is none."""
    if source is None or source.at is None:
        return content.phrases.say("reports.replica_away") if source and source.away else ""
    return content.phrases.say("reports.as_of", at=f"{source.at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}")
