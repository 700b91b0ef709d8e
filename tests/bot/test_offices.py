"""Entered once: an office's columns filled from what is stored, whole or only what changed; campaigns and their figures from the command line."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, insert, select

from bot import content
from bot.cli import main
from bot.commands.lists import labels
from domain.access import Scope
from domain.lists import KINDS, Cell
from domain.staff import offices
from storage import lists, merging
from storage.database import Store
from storage.people import persons
from storage.staff import offices as stored
from storage.survey import campaigns
from storage.tables.columns import table
from storage.tables.people import access_log
from storage.tables.survey import campaign, exported, visit
from storage.tables.work import Application
from tests.conftest import KEY
from tests.support import doors, towns


@dataclass
class Desk:
    """A store with two women, and the commands."""

    store: Store
    folder: Path
    cell: Scope
    women: list[int]

    def call(self, *words: str | Path) -> Result:
        config = self.folder / "config.yaml"
        config.write_text(f'database: "{self.store.url}"\n', "utf-8")
        return CliRunner(env={"MOTHERPOST_KEYS": KEY}).invoke(main, [*map(str, words), "--config", str(config)])

    def gives(self, *words: str | Path) -> str:
        done = self.call(*words)
        assert done.exit_code == 0, done.output
        return done.stdout.strip()

    def office(self, name: str, file: str, *options: str) -> list[dict[str, str]]:
        self.gives("office", name, self.folder / file, *options)
        with (self.folder / file).open(encoding="utf-8-sig", newline="") as opened:
            return list(csv.DictReader(opened))


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path, now: datetime) -> Desk:
    towns.small(sqlite_store)
    cell = doors.cell(sqlite_store)
    women = [doors.woman(sqlite_store, cell, now, name, phone=phone) for name, phone in (("王芳", "13900001234"), ("=李红", None))]
    return Desk(sqlite_store, tmp_path, cell, women)


def test_an_office_gets_its_columns_in_its_words(desk: Desk, now: datetime) -> None:
    position = towns.position(desk.store, now)
    with desk.store.begin() as tx:
        persons.save_profile(tx, desk.women[0], {"skills": ["sewing", "cooking"], "min_monthly_pay_fen": 250050, "hardship": True}, now=now)
        values = {"person_id": desk.women[0], "position_id": position, "status": "started", "reason": "", "holds": True, "created_at": now}
        tx.execute(insert(table(Application)).values(**values, started_at=now + timedelta(hours=15)))
    first, second = desk.office("street_jobs", "a.csv")
    assert {name: first[name] for name in ("姓名", "社区", "网格", "联系电话", "技能", "困难家庭", "就业单位", "就业状态", "上岗日期")} == {
        **{"姓名": "王芳", "社区": "海风1社区", "网格": "G1网格", "联系电话": "13900001234", "技能": "缝纫裁剪;做饭面点", "困难家庭": "是"},
        **{"就业单位": "暖阳服装厂", "就业状态": "在岗", "上岗日期": "2026-11-25"},
    }
    assert first["期望月收入（元）"] == "2500.5"
    assert (second["姓名"], second["联系电话"], second["困难家庭"]) == ("'=李红", "", "否"), "no spreadsheet takes a name for a formula"


def test_only_what_changed_since_the_last_export(desk: Desk, now: datetime) -> None:
    assert len(desk.office("street_jobs", "1.csv", "--changed")) == 2
    assert desk.office("street_jobs", "2.csv", "--changed") == []
    with desk.store.begin() as tx:
        persons.change(tx, desk.women[1], name="李虹")
    new = doors.woman(desk.store, desk.cell, now, "赵敏")
    assert {row["姓名"] for row in desk.office("street_jobs", "3.csv", "--changed")} == {"李虹", "赵敏"}
    assert desk.office("street_jobs", "4.csv", "--changed") == []
    assert len(desk.office("street_jobs", "5.csv")) == 3
    doors.campaign_of(desk.store, now)
    assert len(desk.office("women_visits", "6.csv", "--changed")) == 3, "what another office got does not count"
    with desk.store.begin() as tx:
        campaigns.record(tx, doors.visit_of(desk.store, new)["id"], "done", by=desk.women[0], now=now)
    assert [(row["姓名"], row["结果"], row["走访时间"], row["走访人"]) for row in desk.office("women_visits", "7.csv", "--changed")] == [
        ("赵敏", "已走访", "2026-11-24 10:00", "王芳")
    ]


def test_what_was_not_written_whole_counts_as_not_given(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = desk.folder / "taken.csv"
    taken.write_text("x")
    done = desk.call("office", "street_jobs", taken, "--changed")
    assert done.exit_code == 1 and "不覆盖" in done.output
    real = offices.Office.row

    def breaks(self: offices.Office, values: dict[str, offices.Value]) -> list[Cell]:
        if values["person.name"] == "=李红":
            raise OSError("disk full")
        return list(real(self, values))

    with monkeypatch.context() as patched:
        patched.setattr(offices.Office, "row", breaks)
        assert desk.call("office", "street_jobs", desk.folder / "half.csv", "--changed").exit_code == 1
    assert not (desk.folder / "half.csv").exists()
    with desk.store.read() as tx:
        assert tx.execute(select(exported)).first() is None
    assert len(desk.office("street_jobs", "whole.csv", "--changed")) == 2


def test_xlsx_a_single_community_and_nobody_twice(desk: Desk, now: datetime) -> None:
    doors.woman(desk.store, doors.cell(desk.store, community="YT02"), now, "外区")
    with desk.store.begin() as tx:
        merging.merge(tx, desk.women[0], desk.women[1], by=None, now=now)
    file = desk.folder / "a.xlsx"
    assert "1 行" in desk.gives("office", "street_jobs", file, "--community", "YT01")
    rows = list(openpyxl.load_workbook(file).active.values)
    assert rows[0][1] == "姓名" and len(rows) == 2 and rows[1][5] == 1990
    assert "没有代码" in desk.call("office", "street_jobs", desk.folder / "b.csv", "--community", "XX").output
    assert "street_jobs" in desk.call("office", "nothing", desk.folder / "b.csv").output


def test_what_leaves_is_logged_and_only_what_is_asked_for_is_read(desk: Desk) -> None:
    desk.office("women_visits", "a.csv")
    with desk.store.read() as tx:
        detail = tx.execute(select(access_log.c.detail).where(access_log.c.action == "offices.export")).scalar_one()
        assert detail["office"] == "women_visits" and "person.phone" not in detail["columns"]
        _, values = next(stored.rows(tx, {"person.key"}, of="people", community_id=None))
    assert set(values) == {"person.key"}


def test_every_field_that_is_offered_can_be_had(store: Store, now: datetime) -> None:
    towns.small(store)
    doors.woman(store, doors.cell(store), now)
    with store.read() as tx:
        for of in offices.ROWS:
            found = list(stored.rows(tx, offices.FIELDS, of=of, community_id=None))
            assert len(found) == (1 if of == "people" else 0)
            assert all(set(values) == offices.FIELDS for _, values in found)
    with store.begin() as tx:
        for mark in ("a", "b"):
            stored.mark(tx, "x", [("k", mark)], columns=[], now=now)
        assert tx.execute(select(exported.c.row_key, exported.c.digest)).all() == [("k", "b")]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("columns:\n  - {header: a, from: person.name}\n  - {header: b, from: person.shoe}\n", 3, "person.shoe"),
        ("columns:\n  - {from: person.name}\n", 2, "没有 header"),
        ("columns:\n  - header: a\n    from: profile.skills\n    codes: nolist\n", 4, "nolist"),
        ("columns:\n  - header: a\n    from: person.name\n    format: '%Y'\n", 4, "format"),
        ("columns:\n  - {header: a, from: person.name, color: red}\n", 2, "color"),
        ("rows: all\ncolumns:\n  - {header: a, from: person.name}\n", 1, "rows"),
        ("title: x\n", 1, "columns"),
        ("columns:\n  - {header: a, from: person.name}\n  - {header: a, from: person.key}\n", 1, "两列"),
        ("columns: [\n", 2, "YAML"),
        ("sheet: 1\ncolumns:\n  - {header: a, from: person.name}\n", 1, "sheet"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, why: str) -> None:
    file = tmp_path / "office.yaml"
    file.write_text(text, "utf-8")
    errors = offices.check(file, {"skills": {}})
    assert [(error.where.rpartition(":")[2], why in error.why) for error in errors] == [(str(line), True)]


def test_what_is_shipped_is_right() -> None:
    known = labels()
    files = sorted((content.CONTENT / "offices").glob("*.yaml"))
    assert len(files) >= 2 and all(offices.check(file, known) == [] for file in files)


# ----- Campaigns and coverage


def test_a_campaign_from_the_command_line_and_its_figures(desk: Desk, now: datetime) -> None:
    assert "2 位进了走访名单" in desk.gives("survey", "十一月入户", "--community", "YT01")
    with desk.store.begin() as tx:
        campaigns.record(tx, doors.visit_of(desk.store, desk.women[0])["id"], "done", by=desk.women[1], now=now)
    desk.gives("coverage", desk.folder / "c.csv")
    with (desk.folder / "c.csv").open(encoding="utf-8-sig", newline="") as opened:
        cell, day = csv.DictReader(opened)
    assert (cell["社区"], cell["网格"], cell["总数"], cell["走完"], cell["还没去"]) == ("海风1社区", "G1网格", "2", "1", "1")
    assert (day["日期"], day["走完"]) == ("2026-11-24", "1")
    assert "0 位" in desk.gives("survey", "补", "--months", "6")
    assert desk.call("survey", "x", "--community", "XX").exit_code == 1


def test_a_repeated_campaign_adds_who_came_since_and_nobody_twice(desk: Desk, now: datetime) -> None:
    assert "2 位进了走访名单" in desk.gives("survey", "十一月入户", "--community", "YT01")
    with desk.store.begin() as tx:
        campaigns.record(tx, doors.visit_of(desk.store, desk.women[0])["id"], "done", by=desk.women[1], now=now)
    assert "0 位进了走访名单，原来就在的 2 位不重复" in desk.gives("survey", " 十一月入户 ", "--community", "YT01")
    with desk.store.read() as tx:
        rows = tx.execute(select(visit.c.person_id, visit.c.status).order_by(visit.c.person_id)).all()
        assert [tuple(row) for row in rows] == [(desk.women[0], "done"), (desk.women[1], "open")]
        assert tx.execute(select(func.count()).select_from(campaign)).scalar_one() == 1


@pytest.mark.parametrize("name", ["", "  ", "\u3000"])
def test_a_campaign_has_a_name(desk: Desk, name: str) -> None:
    done = desk.call("survey", name)
    assert (done.exit_code, "走访要有名字" in done.stderr) == (1, True)
    with desk.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(campaign)).scalar_one() == 0


# ----- Cell and building in the list of mothers


def test_cells_and_buildings_come_in_and_leave_only_when_asked_for(desk: Desk) -> None:
    file = desk.folder / "in.csv"
    file.write_text("编号,姓名,社区,出生年,网格,楼号\nw1,周一,YT01,1991,G1,3号楼\nw2,周二,YT02,1992,N9,=4号楼\n", "utf-8")
    assert "新增 2" in desk.gives("import", "mothers", file)
    assert "没变 2" in desk.gives("import", "mothers", file)
    with desk.store.read() as tx:
        rows = {row["key"]: row for row in lists.listed(tx, KINDS["mothers"])}
        assert [(rows[key]["cell"], rows[key]["building"]) for key in ("w1", "w2")] == [("G1", "3号楼"), ("N9", "=4号楼")]
        assert persons.get(tx, int(str(rows["w1"]["id"]))).cell_id == desk.cell.cell_id
        assert persons.get(tx, int(str(rows["w1"]["id"]))).name_digest == persons.name_digest("周一", 1991)
    desk.gives("export", "mothers", desk.folder / "plain.csv", "--codes")
    assert "cell" not in (desk.folder / "plain.csv").read_text("utf-8-sig").splitlines()[0]
    desk.gives("export", "mothers", desk.folder / "cells.csv", "--cells", "--codes")
    assert (desk.folder / "cells.csv").read_text("utf-8-sig").splitlines()[0].endswith("job_consent,cell,building")
    assert "没变 4" in desk.gives("import", "mothers", desk.folder / "cells.csv")
    assert desk.call("export", "communities", desk.folder / "x.csv", "--cells").exit_code == 1


def test_a_woman_who_moved_takes_her_open_visits_along(desk: Desk) -> None:
    file = desk.folder / "in.csv"
    file.write_text("编号,姓名,社区,出生年,网格\nw1,周一,YT01,1991,G1\n", "utf-8")
    desk.gives("import", "mothers", file)
    desk.gives("survey", "走访")
    file.write_text("编号,姓名,社区,出生年,网格\nw1,周一,YT02,1991,G1\n", "utf-8")
    desk.gives("import", "mothers", file)
    with desk.store.read() as tx:
        her = next(row for row in lists.listed(tx, KINDS["mothers"]) if row["key"] == "w1")
        number = int(str(her["id"]))
        person = persons.get(tx, number)
    visit = doors.visit_of(desk.store, number)
    assert (visit["community_id"], visit["cell_id"]) == (person.community_id, person.cell_id)
    assert person.cell_id not in (None, desk.cell.cell_id), "G1 of another community is another cell"
    file.write_text("编号,姓名,社区,出生年\nw1,周一,YT01,1991\n", "utf-8")
    desk.gives("import", "mothers", file)
    with desk.store.read() as tx:
        assert persons.get(tx, number).cell_id is None, "no cell of the community that she left"
