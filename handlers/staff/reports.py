"""This month's figures for who may see them, of her own places only."""

from __future__ import annotations

from domain.access import scopes
from domain.errors import Refused
from domain.messages import Outbound
from domain.staff.reports import NAMES, period, this_month
from handlers.turn import Turn
from storage.staff import reports


def see(turn: Turn, _argument: str = "") -> list[Outbound]:
    """数字: all together; the table by community, mode and sector is `motherpost report`."""
    where = scopes(turn.roles(), "reports.see")
    if not where:
        raise Refused("staff.not_allowed")
    month = this_month(turn.now)
    line = reports.lines(turn.tx, where, period(month, now=turn.now), {}, dimensions=("all",))[0]
    lines = [turn.words("reports.title_month", month=month)]
    for name in NAMES:
        value = line.figures[name]
        shown = turn.words("reports.chat_none") if value is None else f"{value:g}"
        lines.append(turn.words("reports.chat_line", name=turn.words(f"reports.column_{name}"), value=shown))
    return [Outbound(text="\n".join(lines))]
