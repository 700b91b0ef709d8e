"""Work by the piece for the command line: what women earned, pieces, wages, the firms' share and the fund, by community, in one month."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from domain.access import CITY
from domain.few import FEW
from domain.fund.beancount import yuan
from domain.lists import Cell
from domain.lists.cells import guard
from domain.months import month_before, month_of
from domain.notices import LOCAL
from domain.staff.reports import period
from domain.workshops.pay import incomes
from handlers.content import Content
from storage.database import Store
from storage.workshops import figures
from storage.workshops.figures import Line

HIDDEN = "*"
NAMES = ("women", "median", "low", "high", "pieces", "wages", "share", "in", "out", "left", "activities", "came", "saved")


def table(
    store: Store, content: Content, *, month: str | None, outside: bool, now: datetime
) -> tuple[list[str], list[list[Cell]], list[str]]:
    """Column names, a row a community, and the notes below them; the last month that is over where none is named. `outside` changes nothing:
    what few women earned is hidden from everybody. Raises ValueError for a month that is none."""
    period(month, now=now)
    shown = month or month_before(month_of(now.astimezone(LOCAL).date()))
    say = content.phrases.say
    with store.read() as tx:
        lines = figures.report(tx, [CITY], shown)
    names = [say("reports.column_code"), say("reports.column_name"), *(say(f"pay.column_{name}") for name in NAMES)]
    rows = [[guard(line.code), guard(line.name), *_cells(line)] for line in lines]
    return names, rows, [say("pay.report_means", month=shown), say("pay.report_few", few=FEW)]


def _cells(line: Line) -> list[Cell]:
    """What fewer than FEW women earned is hidden, and with it their wages and pieces; what is public of the fund is not."""
    public: list[Cell] = [*map(yuan, (line.share_fen, line.in_fen, line.out_fen, line.left_fen)), line.activities, line.came]
    # What firms say; nobody's data.
    public.append(round(median(line.saved)) if line.saved else None)
    spread = incomes(line.earned)
    if spread.women == 0:
        return [0, None, None, None, 0, yuan(0), *public]
    if spread.median is None or spread.low is None or spread.high is None:
        return [HIDDEN] * 6 + public
    return [spread.women, yuan(spread.median), yuan(spread.low), yuan(spread.high), line.pieces, yuan(sum(line.earned)), *public]
