"""Lists in and out through the command line: whatever offices send, every row is in or comes back with its reason, and twice is once."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update

from bot.cli import main
from domain.lists import KINDS
from domain.lists.cells import clean
from domain.notices import LOCAL
from domain.screening import screen
from domain.workshops.pieces import Pieces
from handlers.work import offers
from storage import access_log, erasure, lists
from storage.database import Store
from storage.people import consents, persons
from storage.tables import people, training, work
from storage.training import attendance, classes
from storage.work import posts, seekers
from storage.workshops import lots as workshops
from tests.conftest import KEY, MORNING
from tests.support import towns
from tests.support.dumps import everything

PLACES = "code,name,lat,lon\nA1,海风社区,37.5,121.4\nA2,山前社区,37.46,121.38\n"
POST = "code,enterprise,title,sector,mode,community,pay_basis,pay_min,headcount,status\n"
MOTHER = "key,name,phone,community,birth_year,children,skills,modes,sectors,windows,max_distance_m,min_monthly_pay,job_consent\n"
WANG = "w1,王芳,13900001234,YT01,1990,2021年3月,缝纫裁剪,,,周一到周五 8:30-11:00,800,2000,是\n"
CLASS = "code,title,skill,community,sessions,capacity,leads_to\n"
SEWING = "K1,缝纫班,sewing,YT01,2026-12-05T09:00;2026-12-06T09:00,3,\n"
BOX = "id,community,text,received_on\nS1,YT01,楼道灯坏了,2026-11-02\nS2,YT02,=1+1想要个乒乓球台,\n"
_numbers = itertools.count()


@dataclass(frozen=True)
class Office:
    """A store, a folder, and the two commands."""

    store: Store
    folder: Path

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    def call(self, *words: str | Path) -> Result:
        config = self.folder / "config.yaml"
        config.write_text(f'database: "{self.store.url}"\n', "utf-8")
        return CliRunner(env={"MOTHERPOST_KEYS": KEY}).invoke(main, [*map(str, words), "--config", str(config)])

    def takes(self, kind: str, file: Path, *options: str) -> str:
        done = self.call("import", kind, file, *options)
        assert done.exit_code == 0, done.output
        return done.stdout.strip()

    def sends_back(self, kind: str, file: Path) -> Result:
        done = self.call("import", kind, file)
        assert done.exit_code == 1, done.output
        assert "Traceback" not in done.output
        return done

    def gives(self, kind: str, file: Path) -> Path:
        done = self.call("export", kind, file, "--codes")
        assert done.exit_code == 0, done.output
        return file

    def rows(self, kind: str) -> list[dict[str, Any]]:
        with self.store.read() as tx:
            return [dict(row) for row in lists.listed(tx, KINDS[kind])]


def counts(new: int = 0, changed: int = 0, same: int = 0, rejected: int = 0) -> str:
    return f"新增 {new}，更新 {changed}，没变 {same}，退回 {rejected}"


@pytest.fixture
def office(sqlite_store: Store, tmp_path: Path) -> Office:
    return Office(sqlite_store, tmp_path)


@pytest.fixture
def town_office(office: Office) -> Office:
    towns.small(office.store)
    return office


def sheet(path: Path, rows: Sequence[Sequence[Any]], *, merged: str = "") -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    if merged:
        book.active.merge_cells(merged)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_encoding_and_delimiter(office: Office, encoding: str, delimiter: str) -> None:
    file = office.file("社区.csv", PLACES.replace(",", delimiter).replace("\n", "\r\n").encode(encoding))
    assert counts(new=2) in office.takes("communities", file)
    assert office.rows("communities")[0]["name"] == "海风社区"


def test_lists_inside_cells_do_not_mislead_the_delimiter(town_office: Office) -> None:
    many = "".join(f"k{n},YT01,sewing;knitting;cooking;cleaning\n" for n in range(20))
    assert counts(new=20) in town_office.takes("mothers", town_office.file("a.csv", "key,community,skills\n" + many))
    assert town_office.rows("mothers")[0]["skills"] == ["sewing", "knitting", "cooking", "cleaning"]


def test_a_sheet_with_titles_merged_headers_and_real_dates(town_office: Office) -> None:
    rows: list[list[object]] = [
        ["岗位一览表", *[None] * 10],
        [],
        ["编码", "企业", "岗位名称", "行业", "方式", "社区", "计薪方式", "最低工资", "人数", "截止日期", "状态"],
        ["P1", "暖阳服装厂", "缝纫工", "服装加工", "领回家做", "海风1社区", "计件", 2.35, 3.0, date(2027, 3, 1), "已发布"],
        [],
        ["P2", "E1", "包装工", "packing", "take_home", "YT02", "月薪", 0.1 + 0.2, 1, 46447, "草稿"],
    ]
    file = sheet(town_office.folder / "岗位.xlsx", rows, merged="A1:K1")
    assert counts(new=2) in town_office.takes("positions", file)
    first, second = town_office.rows("positions")
    assert (first["pay_min"], first["headcount"], first["closes_on"], first["status"]) == (235, 3, date(2027, 3, 1), "published")
    assert (second["pay_min"], second["closes_on"]) == (30, date(2027, 3, 1))
    assert (first["lat"], first["lon"]) == (towns.LAT, towns.LON), "a post without a place is at its community's"


def test_the_sheet_that_holds_the_list_is_found(office: Office) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["填表说明"])
    second = book.create_sheet("社区")
    for row in csv.reader(io.StringIO(PLACES)):
        second.append(row)
    book.save(office.folder / "a.xlsx")
    assert counts(new=2) in office.takes("communities", office.folder / "a.xlsx")


def test_row_numbers_are_those_of_the_sheet(office: Office) -> None:
    text = '说明\n\n编码,名称,纬度,经度\nA1,"海风\n社区",37.5,121.4\n\nA2,山前,137.5,121.4\n'
    done = office.sends_back("communities", office.file("a.csv", text))
    assert "第 6 行：纬度：" in done.stderr
    rows: list[list[object]] = [
        ["说明"],
        [],
        ["编码", "名称", "纬度", "经度"],
        ["B1", "海风\n社区", 37.5, 121.4],
        [],
        ["B2", "山前", 137.5, 121.4],
    ]
    assert "第 6 行：纬度：" in office.sends_back("communities", sheet(office.folder / "a.xlsx", rows)).stderr


def test_good_rows_go_in_bad_ones_come_back_and_can_be_put_right(office: Office) -> None:
    text = "编码,名称,纬度,经度,备注\nA1,海风,37.5,121.4,=1+1\nA2,山前,91,121.4,=1+1\n,无名,37,121,\nA1,又来,37,121,\n"
    file = office.file("社区.csv", text.encode("gb18030"))
    done = office.sends_back("communities", file)
    assert done.stdout.strip().endswith(counts(new=1, rejected=3))
    assert done.stderr.count("备注") == 1, "an unknown column is told once"
    rejected = office.folder / "社区.csv.rejected.csv"
    assert rejected.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(rejected.read_text("utf-8-sig"))))
    assert rows[0] == ["编码", "名称", "纬度", "经度", "备注", "行号", "原因"]
    assert [row[5] for row in rows[1:]] == ["3", "4", "5"]
    assert rows[1][:5] == ["A2", "山前", "91", "121.4", "'=1+1"]
    assert "第 2 行重复" in rows[3][6]
    corrected = rejected.read_text("utf-8-sig").replace(",91,", ",36.9,")
    again = office.sends_back("communities", office.file("二.csv", corrected))
    assert again.stdout.strip().endswith(counts(new=1, changed=1, rejected=1))
    assert "行号" not in again.stderr


def test_only_the_first_twenty_errors_are_on_the_screen(office: Office) -> None:
    file = office.file("a.csv", "code,name,lat,lon\n" + "".join(f"A{n},x,99,0\n" for n in range(50)))
    done = office.sends_back("communities", file)
    assert done.stderr.count("第 ") == 20
    assert "还有 30 行" in done.stderr
    assert (office.folder / "a.csv.rejected.csv").read_text("utf-8-sig").count("\n") == 51


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"", "空的"),
        ("b.csv", b"\xef\xbb\xbf\r\n\r\n", "空的"),
        ("c.xls", b"x", "只认 .csv 和 .xlsx"),
        ("d.xlsx", b"code,name,lat,lon\n", "不是完好的 Excel"),
        ("e.csv", b"PK\x03\x04...", "其实是 Excel"),
        ("f.csv", b"code,name\n", "缺少列"),
        ("g.csv", b'code,name,lat,lon\nA1,"x,1,1\n', "引号"),
        ("h.csv", b"code,name\xff\xff,lat,lon\n", "编码认不出来"),
        ("i.csv", b"\x00\x01\x02", "缺少列"),
    ],
)
def test_files_that_cannot_be_read_are_one_clear_line(office: Office, name: str, content: bytes, why: str) -> None:
    done = office.sends_back("communities", office.file(name, content))
    assert why in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_missing_file_a_folder_and_no_kind(office: Office) -> None:
    assert "没有这个文件" in office.sends_back("communities", office.folder / "no.csv").stderr
    (office.folder / "d.csv").mkdir()
    assert "文件夹" in office.sends_back("communities", office.folder / "d.csv").stderr
    assert office.call("import", "queens", office.folder / "no.csv").exit_code == 2


def test_a_header_alone_is_fine_and_a_very_long_cell_is_a_row_error(office: Office) -> None:
    assert counts() in office.takes("communities", office.file("a.csv", "编码,名称,纬度,经度\n"))
    long = office.file("b.csv", f"code,name,lat,lon\nA1,{'长' * 100_000},37,121\nA2,短,37,121\n")
    done = office.sends_back("communities", long)
    assert counts(new=1, rejected=1) in done.stdout
    assert len(done.stderr) < 1_000


def test_a_dry_run_tells_all_and_keeps_nothing(town_office: Office) -> None:
    # Opening a store proves its keys, which leaves rows of its own the first time.
    town_office.call("export", "communities", town_office.folder / "before.csv")
    before = everything(town_office.store)
    file = town_office.file("m.csv", MOTHER + WANG + WANG)
    done = town_office.call("import", "mothers", file, "--dry-run")
    assert (done.exit_code, counts(new=1, rejected=1) in done.stdout) == (1, True)
    assert "重复" in done.stderr
    assert everything(town_office.store) == before


def test_the_same_file_again_changes_nothing(town_office: Office) -> None:
    file = town_office.file("p.csv", POST + "P1,E1,缝纫工,garment,take_home,YT01,piece,2.5,2,published\n")
    mothers = town_office.file("m.csv", MOTHER + WANG)
    assert counts(new=1) in town_office.takes("positions", file)
    assert counts(new=1) in town_office.takes("mothers", mothers)
    with town_office.store.read() as tx:
        before = everything(town_office.store), posts.stamp(tx)
    assert counts(same=1) in town_office.takes("positions", file)
    assert counts(same=1) in town_office.takes("mothers", mothers)
    with town_office.store.read() as tx:
        assert (everything(town_office.store), posts.stamp(tx)) == before


def test_what_was_imported_is_what_the_office_wrote(town_office: Office) -> None:
    town_office.takes("mothers", town_office.file("m.csv", MOTHER + WANG))
    with town_office.store.read() as tx:
        [mother] = seekers.all_wishes(tx)
        person = persons.get(tx, mother.person_id)
        profile = persons.profile(tx, mother.person_id)
        assert set(consents.given(tx, person.id)) == {"profile", "children", "jobs"}
        assert persons.reach(tx, person.id) is None
        raw = tx.exec_driver_sql("SELECT phone, phone_digest, name FROM person").one()
    assert (person.name, person.phone) == ("王芳", "13900001234")
    assert raw.phone_digest and "13900001234" not in raw.phone and "王芳" not in raw.name
    assert profile is not None and (profile.children, mother.skills, mother.windows) == (["2021-03"], ["sewing"], "1-5 08:30-11:00")
    assert (mother.min_monthly_pay_fen, mother.job_consent) == (200_000, True)


def test_a_file_without_a_column_leaves_it_and_a_blank_cell_clears_it(town_office: Office) -> None:
    town_office.takes("mothers", town_office.file("m.csv", MOTHER + WANG))
    assert counts(same=1) in town_office.takes("mothers", town_office.file("a.csv", "key,community\nw1,YT01\n"))
    assert counts(changed=1) in town_office.takes("mothers", town_office.file("b.csv", "key,community,phone\nw1,YT02,\n"))
    with town_office.store.read() as tx:
        digests = tx.execute(select(people.person.c.phone_digest)).scalars().all()
    [mother] = town_office.rows("mothers")
    assert (mother["name"], mother["phone"], digests, mother["community"]) == ("王芳", None, [None], "YT02")


def test_somebody_who_wrote_before_becomes_a_mother_and_keeps_her_name(town_office: Office, now: datetime) -> None:
    with town_office.store.begin() as tx:
        found = persons.add(tx, "web", "a1", language="zh", now=now)
        persons.change(tx, found.person_id, name="李娜")
        key = persons.get(tx, found.person_id).key
    assert counts(changed=1) in town_office.takes("mothers", town_office.file("m.csv", f"key,community,skills\n{key},YT02,sewing\n"))
    [mother] = town_office.rows("mothers")
    assert (mother["name"], mother["community"], mother["skills"], mother["windows"]) == ("李娜", "YT02", ["sewing"], "")


def test_coordinates_are_kept_to_the_last_digit(office: Office) -> None:
    file = office.file("a.csv", "code,name,lat,lon\nA1,海风,37.123456789012345,121.4\n")
    office.takes("communities", file)
    assert office.rows("communities")[0]["lat"] == 37.123456789012345
    out = office.gives("communities", office.folder / "b.csv")
    assert "37.123456789012344" in out.read_text("utf-8")
    assert counts(same=1) in office.takes("communities", office.gives("communities", office.folder / "c.xlsx"))
    assert office.rows("communities")[0]["lat"] == 37.123456789012345


def test_consent_by_the_list_can_be_withdrawn_and_given_by_the_list(town_office: Office) -> None:
    for said, agrees in (("是", True), ("否", False), ("", False), ("是", True)):
        town_office.takes("mothers", town_office.file("m.csv", f"key,community,job_consent\nw1,YT01,{said}\n"))
        assert town_office.rows("mothers")[0]["job_consent"] is agrees


@pytest.mark.parametrize(("purpose", "column"), [("jobs", "job_consent"), ("children", "children"), ("profile", "key")])
def test_no_list_gives_back_what_she_withdrew_herself(town_office: Office, now: datetime, purpose: str, column: str) -> None:
    file = town_office.file("m.csv", MOTHER + WANG)
    town_office.takes("mothers", file)
    with town_office.store.begin() as tx:
        person = seekers.all_wishes(tx)[0].person_id
        consents.withdraw(tx, person, purpose, now=now)
        if purpose == "profile":
            erasure.erase(tx, person, now=now)
    before = everything(town_office.store)
    assert f"{column}：她收回了" in town_office.sends_back("mothers", file).stderr
    assert everything(town_office.store) == before


def test_an_imported_post_is_announced_once(town_office: Office, now: datetime) -> None:
    row = "P1,E1,缝纫工,garment,take_home,YT01,piece,2.5,{},{}\n"
    town_office.takes("positions", town_office.file("p.csv", POST + row.format(2, "draft")))
    assert _announce(town_office, now) == []
    published = town_office.file("p.csv", POST + row.format(2, "published"))
    assert counts(changed=1) in town_office.takes("positions", published)
    assert _announce(town_office, now) == ["P1"]
    assert counts(same=1) in town_office.takes("positions", published)
    town_office.takes("positions", town_office.file("q.csv", POST + row.format(2, "closed")))
    town_office.takes("positions", town_office.file("q.csv", POST + row.format(5, "published")))
    assert _announce(town_office, now) == [], "it was announced before"


def _announce(office: Office, now: datetime) -> list[str]:
    later = datetime(2099, 1, 1, tzinfo=now.tzinfo)
    with office.store.begin() as tx:
        rows = posts.unannounced(tx, now=later, limit=10)
        for row in rows:
            offers.enlist(tx, row.id, [], now=later)
            posts.announced(tx, row.id, now=later)
    return [row.code for row in rows]


def test_places_that_went_meanwhile_stay_gone(town_office: Office) -> None:
    row = "P1,E1,缝纫工,garment,take_home,YT01,piece,2.5,{},published\n"
    file = town_office.file("p.csv", POST + row.format(2))
    town_office.takes("positions", file)
    with town_office.store.begin() as tx:
        tx.execute(update(work.position).values(taken=2, status="filled"))
    assert counts(same=1) in town_office.takes("positions", file)
    done = town_office.sends_back("positions", town_office.file("q.csv", POST + row.format(1)))
    assert "headcount：已经有 2 人" in done.stderr
    assert counts(changed=1) in town_office.takes("positions", town_office.file("r.csv", POST + row.format(3)))
    assert town_office.rows("positions")[0]["status"] == "published"


def test_posts_in_memory_are_told_of_the_change(town_office: Office) -> None:
    with town_office.store.read() as tx:
        before = posts.stamp(tx)
    town_office.takes("positions", town_office.file("p.csv", POST + "P1,E1,缝纫工,garment,take_home,YT01,piece,2.5,2,published\n"))
    with town_office.store.read() as tx:
        assert posts.stamp(tx) != before


def test_what_was_stored_otherwise_written_is_the_same(town_office: Office) -> None:
    with town_office.store.begin() as tx:
        tx.execute(update(work.enterprise).values(name=" 暖阳　服装厂２", phone="0535-6688123", licence="９１３７０６"))
    assert counts(same=1) in town_office.takes("enterprises", town_office.gives("enterprises", town_office.folder / "e.csv"))


def test_an_empty_sheet_is_an_empty_file(office: Office) -> None:
    assert "空的" in office.sends_back("communities", sheet(office.folder / "a.xlsx", [[], [None, " "]])).stderr


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_formulas_leave_as_words_and_come_back_as_they_were(office: Office, ending: str) -> None:
    names = ['=HYPERLINK("http://x")', "+1", "-2", "@SUM(A1)", "'=quoted", "普通", "''=x", "＝1"]
    with office.store.begin() as tx:
        tx.execute(insert(work.community), [{"code": f"=A{n}", "name": name, "lat": 1.5, "lon": -2.5} for n, name in enumerate(names)])
    file = office.gives("communities", office.folder / f"out.{ending}")
    for row in _cells(file)[1:]:
        for cell in row:
            assert not isinstance(cell, str) or cell[:1] not in tuple("=+@\t\r＝")
        assert str(row[0])[:1] == str(row[1] if row[1] != "普通" else "'")[:1] == "'"
    assert counts(same=len(names)) in office.takes("communities", file)
    assert [row["name"] for row in office.rows("communities")] == names


def _cells(file: Path) -> list[list[Any]]:
    if file.suffix == ".csv":
        return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    book = openpyxl.load_workbook(file)
    assert book.active is not None
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_an_export_is_sorted_private_and_never_overwrites(town_office: Office) -> None:
    town_office.takes("mothers", town_office.file("m.csv", MOTHER + WANG + WANG.replace("w1", "B1") + WANG.replace("w1", "a1")))
    file = town_office.gives("mothers", town_office.folder / "out.csv")
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf" + MOTHER.strip().encode())
    assert [row[0] for row in _cells(file)[1:]] == ["B1", "a1", "w1"]
    assert file.stat().st_mode & 0o777 == 0o600
    again = town_office.call("export", "mothers", file)
    assert (again.exit_code, "不覆盖" in again.stderr, file.read_bytes()) == (1, True, raw)
    assert town_office.call("export", "mothers", town_office.folder / "no" / "x.csv").exit_code == 1
    assert town_office.call("export", "mothers", town_office.folder / "x.txt").exit_code == 1
    with town_office.store.read() as tx:
        actions = tx.execute(select(access_log.LOG.c.action, func.count()).group_by(access_log.LOG.c.action)).all()
    assert {(row[0], row[1]) for row in actions} == {("data.import", 3), ("data.export", 1)}


def test_both_stores_take_and_give_the_same(store: Store, tmp_path: Path) -> None:
    office = Office(store, tmp_path)
    towns.small(store)
    posts = POST + "".join(f"{code},E1,缝纫工,garment,take_home,YT01,piece,2.5,2,published\n" for code in ("b", "B", "a", "岗"))
    lists_ = (("positions", posts, 4), ("mothers", MOTHER + WANG, 1), ("classes", CLASS + SEWING, 1), ("suggestions", BOX, 2))
    for kind, text, rows in lists_:
        file = office.file(f"{kind}.csv", text)
        assert counts(new=rows) in office.takes(kind, file)
        assert counts(same=rows) in office.takes(kind, file)
        assert counts(same=rows) in office.takes(kind, office.gives(kind, tmp_path / f"{kind}-out.xlsx"))
    assert [row["code"] for row in office.rows("positions")] == ["B", "a", "b", "岗"]


@pytest.fixture(scope="module")
def fresh(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Office]]:
    opened: list[Store] = []

    def make() -> Office:
        folder = tmp_path_factory.mktemp("office")
        (folder / "m.db").write_bytes(empty_sqlite.read_bytes())
        opened.append(Store(f"sqlite:///{folder}/m.db"))
        towns.small(opened[-1])
        return Office(opened[-1], folder)

    yield make
    for store in opened:
        store.close()


# Words as somebody could have got them into the store by any way, the worst included.
NASTY = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@'\t\r\n\",;；、 　０Ａ缝"), max_size=12)
# What a spreadsheet writes for an error, and what nobody may publish, rightly do not come in again.
PUBLISHABLE = NASTY.filter(lambda text: screen(text).verdict != "block")
NAMES = PUBLISHABLE.filter(lambda text: bool(clean(text)) and not text.startswith("#"))
MONEY = st.none() | st.integers(0, 100_000_000)
MONTHS = st.builds("{:04d}-{:02d}".format, st.integers(2000, 2025), st.integers(1, 12))
HOURS = st.sampled_from(["", "1-5 08:30-11:00", "6,7 14:00-18:00", "1-7 22:00-06:00; 3 09:00-24:00"])


def codes(names: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), unique=True, max_size=3)


@st.composite
def positions(draw: st.DrawFn) -> dict[str, Any]:
    pay = sorted(draw(st.tuples(st.integers(0, 10**8), st.integers(0, 10**8))))
    dates = sorted(draw(st.tuples(st.dates(date(1990, 1, 1), date(2150, 1, 1)), st.dates(date(1990, 1, 1), date(2150, 1, 1)))))
    return {
        **{"enterprise": "E1", "community": draw(st.sampled_from(["YT01", "YT02"])), "title": draw(NAMES), "text": draw(PUBLISHABLE)},
        **{
            "sector": "garment",
            "mode": "flexible",
            "skills": draw(codes(["sewing", "knitting", "cooking"])),
            "trains": draw(st.booleans()),
        },
        **{"lat": draw(st.floats(-90, 90)), "lon": draw(st.floats(-180, 180)), "windows": draw(HOURS), "fixed": draw(st.booleans())},
        **{"min_weekly_hours": draw(st.integers(0, 168)), "pay_basis": "piece"},
        **{"pay_min": draw(st.sampled_from([None, pay[0]])), "pay_max": draw(st.sampled_from([None, pay[1]]))},
        **{"headcount": draw(st.integers(1, 10_000)), "status": draw(st.sampled_from(["draft", "published", "filled", "closed"]))},
        **{"opens_on": draw(st.sampled_from([None, dates[0]])), "closes_on": draw(st.sampled_from([None, dates[1]]))},
    }


MOTHERS = st.fixed_dictionaries(
    {
        "name": st.none() | NAMES,
        "phone": st.none() | st.integers(13_000_000_000, 19_999_999_999).map(str),
        "community": st.sampled_from(["YT01", "YT02"]),
        "birth_year": st.none() | st.integers(1950, 2005),
        "children": st.lists(MONTHS, max_size=3),
        "skills": codes(["sewing", "knitting", "cooking"]),
        "modes": codes(["flexible", "take_home", "new_form"]),
        "sectors": codes(["garment", "packing"]),
        "windows": HOURS,
        "max_distance_m": st.none() | st.integers(0, 1_000_000),
        "min_monthly_pay": MONEY,
        "job_consent": st.booleans(),
    }
)
CLASSES = st.fixed_dictionaries(
    {
        "title": NAMES,
        "skill": st.sampled_from(["sewing", "knitting"]),
        "community": st.sampled_from(["YT01", "YT02"]),
        "sessions": st.lists(
            st.integers(0, 60_000_000).map(lambda minutes: MORNING + timedelta(minutes=minutes)),
            min_size=1,
            max_size=4,
            unique=True,
        ),
        "capacity": st.integers(1, 1000),
    }
)
SUGGESTIONS = st.fixed_dictionaries(
    {
        "community": st.sampled_from(["YT01", "YT02"]),
        "text": NAMES,
        "received_on": st.none() | st.dates(date(1990, 1, 1), date(2150, 1, 1)),
    }
)
KEYS = st.text("abAB01-_=+@.é岗", min_size=1, max_size=6).filter(lambda key: clean(key) == key)


# A failing example is told as it was found: making it smaller takes minutes.
@settings(
    max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow]
)
@given(
    posts=st.dictionaries(KEYS, positions(), max_size=4),
    mothers=st.dictionaries(KEYS, MOTHERS, max_size=4),
    taught=st.dictionaries(KEYS, CLASSES, max_size=4),
    box=st.dictionaries(KEYS, SUGGESTIONS, max_size=4),
)
def test_what_is_exported_and_imported_again_is_unchanged(
    fresh: Callable[[], Office],
    posts: dict[str, dict[str, Any]],
    mothers: dict[str, dict[str, Any]],
    taught: dict[str, dict[str, Any]],
    box: dict[str, dict[str, Any]],
) -> None:
    office = fresh()
    with office.store.begin() as tx:
        lists.save(tx, KINDS["positions"], [{"code": code, **row} for code, row in posts.items()], consent_version=1, now=MORNING)
        lists.save(tx, KINDS["mothers"], [{"key": key, **row} for key, row in mothers.items()], consent_version=1, now=MORNING)
        learnt = [{"code": code, "leads_to": sorted(posts)[:2], **row} for code, row in taught.items()]
        lists.save(tx, KINDS["classes"], learnt, consent_version=1, now=MORNING)
        lists.save(tx, KINDS["suggestions"], [{"id": code, **row} for code, row in box.items()], consent_version=1, now=MORNING)
    before = everything(office.store)
    for kind, rows in (("positions", posts), ("mothers", mothers), ("classes", taught), ("suggestions", box)):
        for ending in ("csv", "xlsx"):
            file = office.gives(kind, office.folder / f"{next(_numbers)}.{ending}")
            assert counts(same=len(rows)) in office.takes(kind, file)
    # An opened store proves its keys, and each list leaves its line in the log.
    own: dict[str, list[Any]] = {"access_log": [], "log_chain": [], "sealing_key": [], "root": []}
    assert everything(office.store) | own == before | own


def test_what_nobody_may_publish_does_not_come_in_as_published(town_office: Office) -> None:
    rows = "code,enterprise,title,text,sector,mode,community,pay_basis,pay_min,headcount,status\n"
    line = "{},E1,缝纫工,每件2元，先交押金200元,garment,take_home,YT01,piece,2,3,{}\n"
    done = town_office.sends_back(
        "positions", town_office.file("p.csv", rows + line.format("G1", "published") + line.format("G2", "draft"))
    )
    assert "押金" in done.output
    with town_office.store.read() as tx:
        assert set(posts.by_code(tx, ["G1", "G2"])) == {"G2"}


def test_classes_as_an_office_writes_them(town_office: Office, now: datetime) -> None:
    towns.position(town_office.store, now, "P1")
    towns.position(town_office.store, now, "P2")
    rows: list[list[object]] = [
        ["培训班一览表"],
        ["编码", "培训班名称", "技能", "社区", "上课时间", "名额", "对应岗位"],
        ["K1", "缝纫班", "缝纫裁剪", "海风1社区", "2026年12月5日 上午9点；2026年12月6日周日下午2点半", "20人", "P1；P2"],
        ["K2", "编织班", "knitting", "YT02", datetime(2026, 12, 7, 9, 30), 8.0, None],  # noqa: DTZ001 - a spreadsheet knows no zone
        ["K3", "直播班", "livestream", "YT02", "2026-12-07T01:30:00Z", 8, "P1"],
    ]
    file = sheet(town_office.folder / "培训班.xlsx", rows)
    assert counts(new=3) in town_office.takes("classes", file)
    assert counts(same=3) in town_office.takes("classes", file)
    first, second, third = town_office.rows("classes")
    assert [f"{at.astimezone(LOCAL):%m-%d %H:%M}" for at in first["sessions"]] == ["12-05 09:00", "12-06 14:30"]
    assert second["sessions"] == third["sessions"] == [datetime(2026, 12, 7, 1, 30, tzinfo=UTC)]
    assert (first["leads_to"], second["leads_to"], first["capacity"]) == (["P1", "P2"], [], 20)
    out = _cells(town_office.gives("classes", town_office.folder / "out.csv"))
    assert out[0] == CLASS.strip().split(",")
    assert out[1] == ["K1", "缝纫班", "sewing", "YT01", "2026-12-05T09:00+08:00;2026-12-06T14:30+08:00", "20", "P1;P2"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("K1,缝纫班,flying,YT01,2026-12-05T09:00,3,", "skill：没有“flying”这一项"),
        ("K1,缝纫班,sewing,YT99,2026-12-05T09:00,3,", "community：没有编码是“YT99”的社区"),
        ("K1,缝纫班,sewing,YT01,2026-12-05T09:00,3,P9", "leads_to：没有编码是“P9”的岗位"),
        ("K1,缝纫班,sewing,YT01,2026-12-05T09:00;2026-12-05 上午9点,3,", "sessions：2026-12-05 09:00 写了两遍"),
        ("K1,缝纫班,sewing,YT01,2026-12-05,3,", "sessions：“2026-12-05”不是日期加时间"),
        ("K1,缝纫班,sewing,YT01,2026-12-05周日9:00,3,", "sessions：2026-12-05 是周六，和写的周日对不上"),
        ("K1,缝纫班,sewing,YT01,,3,", "sessions：不能空着"),
        ("K1,缝纫班,sewing,YT01,2026-12-05T09:00,0,", "capacity：“0”要是 1 到 1000"),
        (",缝纫班,sewing,YT01,2026-12-05T09:00,3,", "code：不能空着"),
    ],
)
def test_a_class_that_is_wrong_comes_back_with_its_reason(town_office: Office, row: str, why: str) -> None:
    done = town_office.sends_back("classes", town_office.file("k.csv", f"{CLASS}{row}\nK2,好班,sewing,YT01,2026-12-05T09:00,3,\n"))
    assert f"第 2 行：{why}" in done.stderr
    assert counts(new=1, rejected=1) in done.stdout
    assert [one["code"] for one in town_office.rows("classes")] == ["K2"]


def test_no_list_takes_a_place_or_an_attendance_away(town_office: Office, now: datetime) -> None:
    town_office.takes("classes", town_office.file("k.csv", CLASS + SEWING))
    with town_office.store.begin() as tx:
        pupils = [persons.add(tx, "web", name, language="zh", now=now).person_id for name in "abc"]
        [class_id] = tx.execute(select(training.training_class.c.id)).scalars()
        assert [classes.join(tx, class_id, pupil, now=now) for pupil in pupils] == ["enrolled"] * 3
        session = attendance.sessions(tx, class_id)[0]
        attendance.sign_in(tx, session.id, pupils[0], by=None, now=now)
    fewer = town_office.sends_back("classes", town_office.file("k.csv", CLASS + SEWING.replace(",3,", ",2,")))
    assert "capacity：已经有 3 人报上名了，不能比这少" in fewer.stderr
    moved = town_office.sends_back("classes", town_office.file("k.csv", CLASS + SEWING.replace("12-05", "12-12")))
    assert "sessions：2026-12-05T09:00+08:00 的课已经有人签到，不能去掉" in moved.stderr
    assert counts(changed=1) in town_office.takes("classes", town_office.file("k.csv", CLASS + SEWING.replace("12-06", "12-12")))
    with town_office.store.read() as tx:
        assert len(attendance.roll(tx, class_id)) == 3


def test_lots_go_in_and_what_is_given_out_is_neither_taken_back_nor_paid_less(town_office: Office) -> None:
    lot = "批号,企业,社区,做什么,件数,单价,交期,先学什么\nL1,E1,YT01,缝枕套,{},{},2026-12-05,\n"
    assert counts(new=1) in town_office.takes("lots", town_office.file("l.csv", lot.format(100, "0.35")))
    assert counts(same=1) in town_office.takes("lots", town_office.gives("lots", town_office.folder / "out.xlsx"))
    with town_office.store.begin() as tx:
        workshops.put(tx, 1, Pieces(held=40, away=60))
    assert "已经发下去 60 件" in town_office.sends_back("lots", town_office.file("l.csv", lot.format(59, "0.35"))).stderr
    assert "工钱不能降" in town_office.sends_back("lots", town_office.file("l.csv", lot.format(100, "0.34"))).stderr
    assert counts(changed=1) in town_office.takes("lots", town_office.file("l.csv", lot.format(120, "0.4")))
    with town_office.store.read() as tx:
        found = workshops.get(tx, 1)
    assert found is not None and found.where == Pieces(held=60, away=60) and found.rate_fen == 40
    unknown = "批号,企业,社区,岗位,做什么,件数,单价,交期\nL2,E1,YT01,P9,缝枕套,10,0,2026-12-05\n"
    assert "大于零" in town_office.sends_back("lots", town_office.file("m.csv", unknown)).stderr
    assert "没有编码是“P9”的岗位" in town_office.sends_back("lots", town_office.file("m.csv", unknown.replace(",0,", ",1,"))).stderr


def test_suggestions_go_in_sealed_and_come_back(town_office: Office) -> None:
    assert counts(new=2) in town_office.takes("suggestions", town_office.file("s.csv", BOX))
    assert counts(same=2) in town_office.takes("suggestions", town_office.file("s.csv", BOX))
    chinese = "编号,社区名称,建议内容,收到日期\nS1,海风1社区,楼道灯又坏了,2026年11月2日\nS3,海风9社区,,\nS4,没有这里,想学画画,\n"
    done = town_office.sends_back("suggestions", town_office.file("t.csv", chinese))
    assert counts(changed=1, rejected=2) in done.stdout
    assert "第 3 行：建议内容：不能空着" in done.stderr and "第 4 行：社区名称：没有编码是“没有这里”的社区" in done.stderr
    assert [row["text"] for row in town_office.rows("suggestions")] == ["楼道灯又坏了", "=1+1想要个乒乓球台"]
    with town_office.store.read() as tx:
        assert all("乒乓" not in row.text for row in tx.exec_driver_sql("SELECT text FROM suggestion"))
    out = _cells(town_office.gives("suggestions", town_office.folder / "out.csv"))
    assert out == [
        ["id", "community", "text", "received_on"],
        ["S1", "YT01", "楼道灯又坏了", "2026-11-02"],
        ["S2", "YT02", "'=1+1想要个乒乓球台", ""],
    ]


def test_a_withdrawn_post_does_not_come_back_with_the_file(town_office: Office, now: datetime) -> None:
    file = town_office.file("p.csv", POST + "P1,E1,缝纫工,garment,take_home,YT01,piece,2.5,2,published\n")
    town_office.takes("positions", file)
    with town_office.store.begin() as tx:
        tx.execute(update(work.position).values(status="closed", withdrawn_at=now))
    assert "撤下了" in town_office.sends_back("positions", file).stderr
    assert town_office.rows("positions")[0]["status"] == "closed"
