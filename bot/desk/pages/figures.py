"""The loop in figures: a funnel beside the month before, tables by place and kind, every number with its rows, printed or as a workbook."""

from __future__ import annotations

import io
from collections.abc import Callable

from bot.desk import charts
from bot.desk.page import File, Look, Page, View
from bot.desk.pages.people import shown_name
from domain.access import CITY
from domain.errors import Refused
from domain.few import FEW
from domain.lists.cells import guard
from domain.months import month_before, month_of
from domain.notices import LOCAL
from domain.staff.reports import DIMENSIONS, NAMES, WOMEN, Line, for_outside, period
from handlers.staff.reports import groups, read_where
from storage import replica
from storage.people import persons
from storage.staff import report_kept, reports
from storage.staff.report_kept import Counted

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The stations of the loop, in their order.
FUNNEL = ("registered", "surveyed", "trained", "applied", "started", "still_30", "still_90")
MONTHS = 12
# A median has no rows of its own.
OPENING = frozenset(NAMES) - {"median_days"}
SIZE = 50


def show(look: Look) -> View:
    """A month, last month where none is named; `all` is all time."""
    month = _month(look)
    counted = _counted(look, month)
    lines, before = counted.lines, None if month is None else _counted(look, month_before(month)).lines
    whole, whole_before = lines[0].figures, before[0].figures if before else None
    funnel = charts.bars(
        [
            (look.voice.words(f"reports.column_{name}"), int(whole[name] or 0), int(whole_before[name] or 0) if whole_before else None)
            for name in FUNNEL
        ]
    )
    least = 1 if CITY in look.scopes("reports.see") else FEW
    values: dict[str, object] = {"least": least, "month": month, "months": _months(look), "lines": lines, "funnel": funnel, "names": NAMES}
    return View(
        "figures.html",
        {**values, "before": whole_before, "named": _namer(look), "dimensions": DIMENSIONS, "whole": whole, "at": counted.at},
    )


def _month(look: Look) -> str | None:
    asked = look.query.text("month", 7)
    if asked == "all":
        return None
    try:
        period(asked or None, now=look.now)
    except ValueError:
        asked = ""
    return asked or month_before(month_of(look.today))


def _months(look: Look) -> list[str]:
    months = [month_of(look.today)]
    while len(months) < MONTHS:
        months.append(month_before(months[-1]))
    return months


def _counted(look: Look, month: str | None) -> Counted:
    """Of her own places, as of when they were counted; small groups are hidden from who is not of the federation."""
    where = look.scopes("reports.see")
    counted = report_kept.lines(look.tx, where, month, groups(look.content), now=look.now)
    return counted if CITY in where else counted._replace(lines=for_outside(counted.lines))


def _namer(look: Look) -> Callable[[Line], str]:
    labels = {
        "community": {row.code: row.name for row in persons.communities(look.tx)},
        "mode": look.content.labels["modes"],
        "sector": look.content.labels["sectors"],
        "all": {"": look.voice.words("reports.all")},
    }
    unsaid = look.voice.words("reports.unsaid")
    return lambda line: labels[line.dimension].get(line.code, line.code or unsaid)


def rows(look: Look) -> View:
    """Whom or what one number counts. Raises Refused where that is no number of hers, or too small a group to be looked behind."""
    month, where, first = _month(look), look.scopes("reports.see"), look.query.id("from")
    of = reports.Counts(look.query.text("of", 20), look.query.text("code", 40), look.query.text("name", 20))
    named, line = _namer(look), next((row for row in _counted(look, month).lines if (row.dimension, row.code) == of[:2]), None)
    count = line.figures.get(of.name) if line and of.name in OPENING else None
    if line is None or not count or (CITY not in where and count < FEW):
        raise Refused("desk.figure_closed")
    behind = (reports.filled if of.name == "filled" else reports.women)(
        look.tx, where, period(month, now=look.now), of, first=first, limit=SIZE
    )
    look.log("reports.rows", "report", None, month=month or "all", of=of.dimension, code=of.code, name=of.name)
    values: dict[str, object] = {"rows": behind, "of": of, "group": named(line), "month": month, "first": first, "size": SIZE}
    return View("figure_rows.html", {**values, "total": int(count), "shown_name": shown_name})


def workbook(look: Look) -> File:
    """The same table for a spreadsheet."""
    # Here, since it costs a quarter of a second and only this needs it.
    from openpyxl import Workbook

    month, named = _month(look), _namer(look)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(month or look.voice.words("desk.all_time"))
    words = look.voice.words
    sheet.append([words("reports.column_dimension"), words("reports.column_name"), *(words(f"reports.column_{name}") for name in NAMES)])
    for line in _counted(look, month).lines:
        figures = ["*" if line.figures[name] is None and name in WOMEN else line.figures[name] for name in NAMES]
        sheet.append([words(f"reports.dimension_{line.dimension}"), guard(named(line)), *figures])
    if said := read_where(look.content, replica.source(look.tx)):
        sheet.append([])
        sheet.append([said])
    out = io.BytesIO()
    book.save(out)
    day = look.now.astimezone(LOCAL)
    return File(out.getvalue(), f"数字-{month or '全部'}-{day:%m%d}.xlsx", XLSX)


PAGES = (
    Page(path="/desk/figures", needs="reports.see", show=show, behind=True, menu="desk.menu_figures", rank=90),
    Page(path="/desk/figures/rows", needs="reports.see", show=rows, behind=True),
    Page(path="/desk/figures/workbook", needs="reports.see", show=workbook, behind=True),
)
