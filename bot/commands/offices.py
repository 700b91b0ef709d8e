"""`motherpost office` and `motherpost survey`: what offices get, entered once; and campaigns from the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import content
from bot.commands import sheets
from bot.commands.lists import labels
from bot.config import Settings, read
from bot.setup import open_store
from domain.access import CITY, Scope
from domain.lists import Cell
from domain.lists.cells import guard
from domain.staff import offices
from storage.database import Store
from storage.people import persons
from storage.staff import offices as stored
from storage.survey import campaigns, coverage
from storage.survey.coverage import OfCell, OfDay

FOLDER = content.CONTENT / "offices"
MONTH = timedelta(days=30)
COUNTS = (
    *(("all", "总数"), ("done", "走完"), ("moved", "搬走"), ("refused", "不愿意")),
    *(("not_home", "不在家"), ("often_not_home", "三次以上不在家"), ("open", "还没去")),
)


def find(name: str) -> offices.Office:
    """An office's export by its file's name. Raises ValueError for one that is not there, ContentError where the file is wrong."""
    files = {file.stem: file for file in sorted(FOLDER.glob("*.yaml"))}
    if name not in files:
        raise ValueError(f"没有“{name}”这个台账；有的是 {'、'.join(files) or '（还没有）'}")
    return offices.load(files[name], labels())


def community_id(store: Store, code: str | None) -> int | None:
    """Raises ValueError for an unknown code."""
    if code is None:
        return None
    with store.read() as tx:
        known = {row.code: row.id for row in persons.communities(tx)}
    if code not in known:
        raise ValueError(f"没有代码是 {code} 的社区；有的是 {'、'.join(known) or '（还没有社区）'}")
    return int(known[code])


def save(settings: Settings, name: str, file: Path, *, community: str | None, only_changed: bool, now: datetime) -> int:
    """Write an office's rows into a new file; how many. What it got is noted only when the file was written whole."""
    office = find(name)
    sheets.check_name(file)
    written: list[tuple[str, str]] = []
    # A community's file is no word on the others.
    known_as = office.name

    def rows(office_rows: Iterator[tuple[str, list[Cell]]]) -> Iterator[Sequence[Cell]]:
        for key, cells in office_rows:
            written.append((key, stored.fingerprint(cells)))
            yield cells

    with closing(open_store(settings)) as store:
        where = community_id(store, community)
        with store.read() as tx, store.read() as beside:
            office_rows = ((key, office.row(values)) for key, values in stored.rows(tx, office.fields, of=office.rows, community_id=where))
            chosen = stored.changed(beside, known_as, office_rows) if only_changed else office_rows
            sheets.write(file, [guard(column.header) for column in office.columns], rows(chosen))
        with store.begin() as tx:
            stored.mark(tx, known_as, written, columns=sorted(office.fields), now=now)
    return len(written)


def run(config: Path | None, name: str, file: Path, *, community: str | None, changed: bool) -> str:
    """The command; what it says."""
    count = save(read(config), name, file, community=community, only_changed=changed, now=datetime.now(UTC))
    return f"{find(name).title}：{count} 行{'（新的和变了的）' if changed else ''}，写进了 {file}"


def survey(config: Path | None, name: str, *, community: str | None, months: int | None, now: datetime) -> str:
    """Begin a campaign and give its women their visits, in steps that each commit; what the command says."""
    if not (name := name.strip()):
        raise ValueError("走访要有名字，例如：2026 年冬季走访")
    with closing(open_store(read(config))) as store:
        where = community_id(store, community)
        before = now - months * MONTH if months else None
        with store.begin() as tx:
            row = campaigns.start(tx, name=name, community_id=where, before=before, by=None, now=now)
            had = campaigns.size(tx, row)
        while True:
            with store.begin() as tx:
                if campaigns.assign(tx, row, now=now) < campaigns.STEP:
                    count = campaigns.size(tx, row) - had
                    return f"{name}：{count} 位进了走访名单" + (f"，原来就在的 {had} 位不重复" if had else "")


def progress(config: Path | None, file: Path, *, community: str | None) -> str:
    """How far every running campaign has got, by cell and by day, as a table; what the command says."""
    lines: list[list[Cell]] = []
    with closing(open_store(read(config))) as store:
        where = community_id(store, community)
        scope = CITY if where is None else Scope(where)
        with store.read() as tx:
            for campaign in campaigns.campaigns(tx, [scope]):
                for of_cell in coverage.by_cell(tx, campaign.id, [scope]):
                    place = (guard(of_cell.community or ""), guard(of_cell.cell or ""))
                    lines.append([guard(campaign.name), "", *place, *_counts(of_cell)])
                for of_day in coverage.by_day(tx, campaign.id, [scope]):
                    lines.append([guard(campaign.name), of_day.day, "", "", *_counts(of_day)])
            sheets.write(file, ["走访", "日期", "社区", "网格", *(title for _, title in COUNTS)], lines)
    return f"走访进度：{len(lines)} 行，写进了 {file}"


def _counts(row: OfCell | OfDay) -> list[int]:
    return [getattr(row, name) for name, _ in COUNTS]
