"""The council for the command line: its figures by community, and the minutes of a meeting as a Word document."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.config import DOCUMENTS
from bot.setup import everything
from domain.access import CITY
from domain.council.board import Rate
from domain.few import FEW
from domain.lists import Cell
from domain.lists.cells import guard
from domain.staff.reports import period
from handlers.content import Content
from handlers.council import minutes
from handlers.scene import Scene
from storage import access_log
from storage.council import figures, meetings
from storage.council.figures import Counted
from storage.database import Store

HIDDEN = "*"
NAMES = ("received", "answered", "late", "in_time", "in_time_of", "done", "done_of", "content", "content_of", "members", "meetings")


def table(
    store: Store, content: Content, *, month: str | None, outside: bool, now: datetime
) -> tuple[list[str], list[list[Cell]], list[str]]:
    """Column names, a row a community, and the notes below them."""
    say = content.phrases.say
    with store.read() as tx:
        lines = figures.report(tx, [CITY], period(month, now=now))
    names = [say("reports.column_code"), say("reports.column_name"), *(say(f"council.column_{name}") for name in NAMES)]
    rows = [[guard(line.code), guard(line.name), *_figures(line, outside=outside)] for line in lines]
    notes = [say("council.report_means"), *([say("council.report_few")] * outside)]
    return names, rows, notes


def _figures(line: Counted, *, outside: bool) -> list[Cell]:
    taps = [part for rate in (line.in_time, line.done, line.content) for part in _rate(rate, outside=outside)]
    return [line.received, line.answered, line.late, *taps, line.members, line.meetings]


def _rate(rate: Rate, *, outside: bool) -> tuple[Cell, Cell]:
    """Percent, of how many; kept back where few women said anything."""
    if outside and 0 < rate.said < FEW:
        return HIDDEN, HIDDEN
    return (None if rate.said == 0 else round(100 * rate.yes / rate.said)), rate.said


def write_minutes(config: Path | None, meeting_id: int, out: Path) -> None:
    """The minutes of a meeting that is over, into a new file. Raises ValueError where there is no such meeting, FileExistsError rather than overwrite."""
    _, store, content = everything(config)
    now = datetime.now(UTC)
    with closing(store), store.begin() as tx:
        meeting = meetings.get(tx, meeting_id)
        if meeting is None or meeting.state != "held":
            raise ValueError(f"没有开过的第 {meeting_id} 次会")
        made = minutes.render(Scene(tx=tx, content=content, now=now, person_id=0), meeting, DOCUMENTS)
        access_log.write(tx, actor_id=None, action="council.minutes", subject_kind="meeting", subject_id=meeting_id, now=now)
    try:
        target = os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise FileExistsError(f"{out} 已经有了，不覆盖") from error
    with os.fdopen(target, "wb") as opened:
        opened.write(made)
