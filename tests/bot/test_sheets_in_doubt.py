"""What spreadsheets do to a list: a cell that cannot be trusted comes back with its reason, and what is stored stays."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.bot.test_lists import Office, counts, office, sheet, town_office  # noqa: F401 - fixtures

KEYS = ["编码", "姓名", "社区", "手机", "孩子", "最远距离", "楼号"]


def women(folder: Path, *rows: list[Any], title: str = "名单.xlsx") -> Path:
    return sheet(folder / title, [KEYS, *rows])


def repacked(file: Path, change: Any) -> Path:
    """The workbook with its XML changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, change(entry, old.read(entry)))
    file.write_bytes(target.getvalue())
    return file


def test_a_formula_without_its_result_leaves_what_is_stored(town_office: Office) -> None:  # noqa: F811
    town_office.takes("mothers", women(town_office.folder, ["f1", "赵一", "YT01", "13811112222", None, None, "2号楼"]))
    again = women(town_office.folder, ["f1", '=CONCATENATE("赵","二")', "YT01", "13811112222", None, None, "=1+1"], title="又.xlsx")
    done = town_office.sends_back("mothers", again)
    assert "姓名：这一格是公式" in done.stderr and "楼号：这一格是公式" in done.stderr
    row = town_office.rows("mothers")[0]
    assert (row["name"], row["building"]) == ("赵一", "2号楼")


def test_a_formula_with_its_result_is_that_result_also_an_empty_one(town_office: Office) -> None:  # noqa: F811
    file = women(town_office.folder, ["f2", "=A1", "YT01", None, None, None, "=B1"])

    def calculated(name: str, content: bytes) -> bytes:
        if not name.startswith("xl/worksheets"):
            return content
        content = re.sub(rb'<c r="B2"[^>]*>.*?</c>', '<c r="B2" t="str"><f>A1</f><v>钱三</v></c>'.encode(), content)
        return re.sub(rb'<c r="G2"[^>]*>.*?</c>', b'<c r="G2" t="str"><f>B1</f><v></v></c>', content)

    assert counts(new=1) in town_office.takes("mothers", repacked(file, calculated))
    row = town_office.rows("mothers")[0]
    assert (row["name"], row["building"]) == ("钱三", None)


@pytest.mark.parametrize("licence", [9.2610102009876e16, 123456789012345678, 1e15])
def test_a_number_longer_than_a_spreadsheet_keeps_comes_back(office: Office, licence: float) -> None:  # noqa: F811
    rows: list[list[object]] = [["编码", "名称", "执照", "返还比例"], ["L1", "甲", licence, 8], ["L2", "乙", "92610102009876543", 8]]
    assert "最多" in (text := office.sends_back("enterprises", sheet(office.folder / "a.xlsx", rows)).stderr) or "只记得住 15 位" in text
    assert [row["licence"] for row in office.rows("enterprises")] == ["92610102009876543"]


@pytest.mark.parametrize("licence", ["9.2610102009876E+16", "9E+17", "92610102009876500"])
def test_a_number_that_a_spreadsheet_shortened_before_it_saved_comes_back(office: Office, licence: str) -> None:  # noqa: F811
    file = office.file("a.csv", f"编码,名称,执照,返还比例\nL1,甲,{licence},8\n")
    assert "已经丢了" in office.sends_back("enterprises", file).stderr


def test_a_date_made_of_a_house_number_comes_back(town_office: Office) -> None:  # noqa: F811
    file = women(town_office.folder, ["d1", "孙", "YT01", None, None, None, datetime(2026, 3, 2)])  # noqa: DTZ001 - a sheet's
    assert "楼号：“2026-03-02”被表格改成了日期" in town_office.sends_back("mothers", file).stderr


def test_a_number_is_what_its_cell_shows(office: Office) -> None:  # noqa: F811
    file = sheet(office.folder / "a.xlsx", [["编码", "名称", "执照", "返还比例"], [7, "甲", "x", 0.08], [8, "乙", "y", 0.125]])
    book = openpyxl.load_workbook(file)
    for row in (2, 3):
        book.active[f"A{row}"].number_format, book.active[f"D{row}"].number_format = "000", "0.0%"
    book.save(file)
    assert "“12.5%”要是 5 到 15 的整数" in office.sends_back("enterprises", file).stderr
    assert [(row["code"], row["share_percent"]) for row in office.rows("enterprises")] == [("007", 8)]


def test_a_share_as_a_fraction_is_asked_back(office: Office) -> None:  # noqa: F811
    assert "“0.12”是 12% 吗" in office.sends_back("enterprises", office.file("a.csv", "编码,名称,执照,返还比例\nE,甲,x,0.12\n")).stderr


@pytest.mark.parametrize(("cell", "month"), [("2019.10", "2019-10"), ("2019.1", "2019-01"), (2019.07, "2019-07"), (2019.12, "2019-12")])
def test_a_month_with_a_point(town_office: Office, cell: Any, month: str) -> None:  # noqa: F811
    assert counts(new=1) in town_office.takes("mothers", women(town_office.folder, ["m1", "李", "YT01", None, cell]))
    assert town_office.rows("mothers")[0]["children"] == [month]


def test_a_month_that_is_january_or_october_comes_back(town_office: Office) -> None:  # noqa: F811
    assert "2019-01 还是 2019-10" in town_office.sends_back("mothers", women(town_office.folder, ["m1", "李", "YT01", None, 2019.1])).stderr
    saved = town_office.file("a.csv", "编码,社区,孩子\nm1,YT01,2019.1\n")
    assert "2019-01 还是 2019-10" in town_office.sends_back("mothers", saved).stderr
    assert town_office.rows("mothers") == []


@pytest.mark.parametrize("cell", ["2020-10-32", "2020年2月30日", "20200230", "2020/6/31"])
def test_a_day_that_there_is_not_makes_no_month(town_office: Office, cell: str) -> None:  # noqa: F811
    assert f"“{cell}”不是出生年月" in town_office.sends_back("mothers", women(town_office.folder, ["m1", "李", "YT01", None, cell])).stderr


@pytest.mark.parametrize(
    ("cell", "far"), [("3公里", 3000), ("2.5 km", 2500), ("1千米", 1000), ("500", 500), (500, 500), ("50米", 50), ("800m", 800), (0, 0)]
)
def test_how_far(town_office: Office, cell: Any, far: int) -> None:  # noqa: F811
    assert counts(new=1) in town_office.takes("mothers", women(town_office.folder, ["k1", "周", "YT01", None, None, cell]))
    assert town_office.rows("mothers")[0]["max_distance_m"] == far
    assert counts(same=1) in town_office.takes("mothers", town_office.gives("mothers", town_office.folder / "out.csv"))


@pytest.mark.parametrize("cell", [5, "2", "99", "1.5"])
def test_how_far_in_kilometres_without_a_word_is_asked_back(town_office: Office, cell: Any) -> None:  # noqa: F811
    done = town_office.sends_back("mothers", women(town_office.folder, ["k1", "周", "YT01", None, None, cell]))
    assert f"“{cell}”是 {cell} 公里吗" in done.stderr
    assert town_office.rows("mothers") == []


def test_hidden_sheets_are_told_and_not_read_and_all_others_are(town_office: Office) -> None:  # noqa: F811
    book = openpyxl.Workbook()
    pages: list[tuple[str, str, list[Sequence[object]]]] = [
        ("旧", "veryHidden", [KEYS, ["h0", "旧", "YT01"]]),
        ("东", "visible", [KEYS, ["h1", "东", "YT01"]]),
        (
            "西",
            "visible",
            [["说明"], [*reversed(KEYS)], [None, None, None, None, "YT02", "西", "h2"], [None, 7, None, None, "YT02", "坏", "h1"]],
        ),
        ("备注", "visible", [["谢谢", "辛苦"]]),
    ]
    for title, state, rows in pages:
        page = book.create_sheet(title)
        page.sheet_state = state
        for row in rows:
            page.append(list(row))
    book.remove(book.worksheets[0])
    book.save(file := town_office.folder / "两张.xlsx")
    done = town_office.sends_back("mothers", file)
    assert "工作表“旧”是隐藏的，里面 2 行没有读" in done.stderr and "工作表“备注”没有读" in done.stderr
    assert "西 第 4 行：编码：“h1”和东 第 2 行重复" in done.stderr
    assert [row["key"] for row in town_office.rows("mothers")] == ["h1", "h2"]
    back = (town_office.folder / "两张.xlsx.rejected.csv").read_text("utf-8-sig")
    assert back.splitlines()[0].endswith("工作表,行号,原因") and ",西,4," in back


def test_rows_that_a_filter_hides_are_told(town_office: Office) -> None:  # noqa: F811
    book = openpyxl.Workbook()
    for row in (KEYS, ["r1", "甲", "YT01"], ["r2", "乙", "YT01"], ["r3", "丙", "YT01"]):
        book.active.append(row)
    for number in (3, 4):
        book.active.row_dimensions[number].hidden = True
    book.save(town_office.folder / "筛.xlsx")
    said = town_office.call("import", "mothers", town_office.folder / "筛.xlsx").output
    assert counts(new=3) in said and "有 2 行被隐藏或筛掉了，也一起读了" in said


def test_a_book_with_hidden_sheets_only_says_so(town_office: Office) -> None:  # noqa: F811
    file = women(town_office.folder, ["h0", "旧", "YT01"])
    book = openpyxl.load_workbook(file)
    book.active.sheet_state = "hidden"
    book.create_sheet("空")
    book.save(file)
    assert "是隐藏的" in town_office.sends_back("mothers", file).stderr


@pytest.mark.parametrize(
    "cell",
    [
        "2026/2/3 9:05",
        "2026-02-03T23:59:59",
        "2026-02-02T17:30:00Z",
        "2026年2月3日 下午3:20",
        "2026-02-03 11:20 PM",
        "46056.72",
        date(2026, 2, 3),
    ],
)
def test_a_date_with_a_clock_is_that_day_here(town_office: Office, cell: Any) -> None:  # noqa: F811
    file = sheet(town_office.folder / "a.xlsx", [["编号", "社区", "内容", "日期"], ["s1", "YT01", "井盖松了", cell]])
    assert counts(new=1) in town_office.takes("suggestions", file)
    assert town_office.rows("suggestions")[0]["received_on"] == date(2026, 2, 3)


def test_strict_open_xml_is_read(town_office: Office) -> None:  # noqa: F811
    def strict(_name: str, content: bytes) -> bytes:
        for common, own in [
            (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
            (b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"),
        ]:
            content = content.replace(common, own)
        return content

    file = repacked(women(town_office.folder, ["st", "吴", "YT02", "13711112222", "2018-04", 900]), strict)
    assert counts(new=1) in town_office.takes("mothers", file)
    assert town_office.rows("mothers")[0]["children"] == ["2018-04"]


def test_joined_emoji_stay_one_and_stray_joiners_go(town_office: Office) -> None:  # noqa: F811
    words = "妈妈\u200d👩🏽\u200d🍳做饭\u200d，👩\u200d❤️\u200d👩一起"
    file = town_office.file("a.csv", f"编号,社区,内容\ns1,YT01,{words}\n")
    town_office.takes("suggestions", file)
    assert town_office.rows("suggestions")[0]["text"] == "妈妈👩🏽\u200d🍳做饭，👩\u200d❤️\u200d👩一起"
    assert counts(same=1) in town_office.takes("suggestions", town_office.gives("suggestions", town_office.folder / "out.xlsx"))


def test_numbers_with_a_zero_behind_the_point(town_office: Office) -> None:  # noqa: F811
    file = town_office.file("a.csv", "编码,社区,手机,出生年,期望月薪\nz1,YT01,13633334444.0,1988.0,2500.0\n")
    assert counts(new=1) in town_office.takes("mothers", file)
    row = town_office.rows("mothers")[0]
    assert (row["phone"], row["birth_year"], row["min_monthly_pay"]) == ("13633334444", 1988, 250_000)


def test_a_file_that_would_fill_the_memory_is_refused_before_it_is_unpacked(town_office: Office) -> None:  # noqa: F811
    file = women(town_office.folder, ["b1", "吴", "YT02"])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings2.xml", bytes(40_000_000))
    done = town_office.sends_back("mothers", file)
    assert "不像名单，没有读" in done.stderr and len(done.stderr.splitlines()) == 1


def test_faults_come_back_in_the_offices_own_workbook(town_office: Office) -> None:  # noqa: F811
    rows = [["登记表"], KEYS, ["c1", "郑", "YT01", "12"], ["c2", "冯", "YT01"], ["c3", "陈", "没有"]]
    town_office.sends_back("mothers", sheet(town_office.folder / "表.xlsx", rows))
    back = town_office.folder / "表.xlsx.rejected.xlsx"
    page: Any = openpyxl.load_workbook(back).active
    red = {cell.coordinate for row in page.iter_rows() for cell in row if cell.fill.fgColor.rgb == "00FFC7CE"}
    assert red == {"D3", "H3", "C5", "H5"} and page["H2"].value == "原因" and "手机号" in page["H3"].value
    assert back.stat().st_mode & 0o777 == 0o600
    page["D3"] = "13511112222"
    page.parent.save(again := town_office.folder / "改.xlsx")
    assert counts(new=1, same=1, rejected=1) in town_office.sends_back("mothers", again).stdout
    page = openpyxl.load_workbook(town_office.folder / "改.xlsx.rejected.xlsx").active
    assert page["H3"].value is None and page["D3"].fill.fgColor.rgb != "00FFC7CE" and "没有" in page["H5"].value
