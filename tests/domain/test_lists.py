"""Cells, headers and rows of offices' lists: what people write is read, what is wrong is named by column and reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lists import KINDS, Header, Known, best_header, cells, find_header, read_row, several
from domain.lists.classes import ClassRow
from domain.lists.lots import LotRow
from domain.lists.mothers import MotherRow
from domain.lists.places import CommunityRow, EnterpriseRow
from domain.lists.positions import PositionRow
from domain.lists.suggestions import SuggestionRow

TODAY = date(2026, 11, 24)
LABELS = {
    "sectors": {"garment": "服装加工", "packing": "分拣打包"},
    "modes": {"flexible": "去附近工坊，来去自由", "take_home": "领回家做"},
    "skills": {"sewing": "缝纫裁剪", "knitting": "编织钩针"},
}
KNOWN = Known.of(
    LABELS, communities={"YT01": "海风社区", "YT02": "同名", "YT03": "同名"}, enterprises={"E1": "暖阳服装厂", "E2": "E1"}, today=TODAY
)
POST = {
    "code": "P1",
    "enterprise": "E1",
    "title": "缝纫工",
    "text": "缝枕套",
    "sector": "garment",
    "mode": "flexible",
    "skills": "sewing;knitting",
    "trains": "yes",
    "community": "YT01",
    "lat": "37.5",
    "lon": "121.4",
    "windows": "1-5 08:30-11:00",
    "fixed": "no",
    "min_weekly_hours": "10",
    "pay_basis": "piece",
    "pay_min": "2.35",
    "pay_max": "3",
    "headcount": "2",
    "opens_on": "2026-11-01",
    "closes_on": "2026-12-01",
    "status": "published",
}
MOTHER = {
    "key": "m1",
    "name": "王芳",
    "phone": "13900001234",
    "community": "YT01",
    "birth_year": "1990",
    "children": "2021-03;2023-11",
    "skills": "",
    "modes": "take_home",
    "sectors": "garment",
    "windows": "",
    "max_distance_m": "800",
    "min_monthly_pay": "2000",
    "job_consent": "yes",
}
FIRM = {"code": "E9", "name": "新厂", "licence": "91370600MA3CXXXXX1", "contact": "王姐", "phone": "0535-6688123", "share_percent": "10"}
PLACE = {"code": "YT09", "name": "新社区", "lat": "37.5", "lon": "121.4"}
GOOD = {"positions": POST, "mothers": MOTHER, "enterprises": FIRM, "communities": PLACE}


def read(kind: str, row: dict[str, str]):  # type: ignore[no-untyped-def]
    names = list(row)
    header = find_header(KINDS[kind], [(1, names)])
    return read_row(KINDS[kind], header, list(row.values()), KNOWN)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-24",
        "2026/11/24",
        "2026.11.24",
        "2026年11月24日",
        "20261124",
        "2026-11-24 00:00:00",
        "２０２６－１１－２４",
        "46350",
        "2026/11/24 0:00",
    ],
)
def test_dates_as_people_write_them(written: str) -> None:
    assert cells.day(written) == TODAY


@pytest.mark.parametrize(
    "written", ["11/24/26", "26-11-24", "2026-02-30", "11月24日", "明天", "2026", "2026-11", "2026-11-24 25:00", "99999999"]
)
def test_a_date_in_doubt_is_sent_back(written: str) -> None:
    with pytest.raises(ValueError, match="不是日期"):
        cells.day(written)


@pytest.mark.parametrize("written", ["2021-03", "2021年3月", "2021/3", "2021.03", "202103", "2021-03-01", "２０２１年３月", "2021年03月"])
def test_birth_months_as_people_write_them(written: str) -> None:
    assert several.birth_months(f"{written}；2023-11", KNOWN) == ["2021-03", "2023-11"]


@pytest.mark.parametrize("written", ["2027-01", "1980-01", "去年三月", "3岁", "2021-13", "21-03"])
def test_birth_months_that_cannot_be(written: str) -> None:
    with pytest.raises(ValueError, match="出生年月"):
        several.birth_months(written, KNOWN)


def test_pay_is_exact_whole_fen() -> None:
    assert [cells.fen(text) for text in ("2.35", "２．３５元", "0.29", "1,200", "3000.00", "¥8.1", "0.30000000000000004")] == [
        *(235, 235, 29, 120000, 300000, 810, 30)
    ]
    for text in ("2.355", "-1", "1e9", "面议", "2-3", "nan"):
        with pytest.raises(ValueError):
            cells.fen(text)


@given(st.integers(0, 100_000_000))
def test_fen_and_yuan_are_each_others_way_back(amount: int) -> None:
    assert cells.fen(f"{cells.yuan(amount)}") == amount
    assert isinstance(cells.yuan(amount), Decimal)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("1-5 08:30-11:00; 6,7 14:00-18:00", "1-5 08:30-11:00; 6,7 14:00-18:00"),
        ("周一到周五 8:30-11:00", "1-5 08:30-11:00"),
        ("周一至五8点半到11点；周末 14:00～18:00", "1-5 08:30-11:00; 6,7 14:00-18:00"),
        ("星期一、三、五 8：30—11：00", "1,3,5 08:30-11:00"),
        ("周六、周日 14:00-18:00，周三 9点-10点30分", "6,7 14:00-18:00; 3 09:00-10:30"),
        ("工作日 09:00-11:00\n每天 20:00-21:00", "1-5 09:00-11:00; 1-7 20:00-21:00"),
    ],
)
def test_hours_of_the_week(written: str, stored: str) -> None:
    assert several.week_hours(written, KNOWN) == stored
    assert several.week_hours(stored, KNOWN) == stored


@pytest.mark.parametrize("written", ["上午", "周一", "8:30-11:00", "1-9 08:00-09:00", "5-1 08:00-09:00", "1-5 25:00-26:00"])
def test_hours_that_nobody_understands(written: str) -> None:
    with pytest.raises(ValueError, match="看不懂"):
        several.week_hours(written, KNOWN)


def test_codes_or_labels_whatever_stands_between() -> None:
    skills = several.some_of("skills")
    for written in (
        "sewing;knitting",
        "缝纫裁剪；编织钩针",
        "Sewing、编织钩针",
        "缝纫裁剪，编织钩针",
        "sewing;;knitting;sewing",
        "ｓｅｗｉｎｇ\nknitting",
    ):
        assert skills(written, KNOWN) == ["sewing", "knitting"]
    modes = several.some_of("modes")
    assert modes("去附近工坊，来去自由；领回家做", KNOWN) == modes("去附近工坊、领回家做", KNOWN) == ["flexible", "take_home"]
    with pytest.raises(ValueError, match="没有“开飞机”这一项"):
        skills("sewing;开飞机", KNOWN)


def test_yes_and_no() -> None:
    assert [cells.yes(text) for text in ("yes", "是", "有", "1", "TRUE", "Ｙ", "√")] == [True] * 7
    assert [cells.yes(text) for text in ("no", "否", "无", "0", "False", "没有", "×")] == [False] * 7
    with pytest.raises(ValueError, match="“是”或“否”"):
        cells.yes("也许")


def test_phones() -> None:
    assert [
        cells.phone(text) for text in ("13900001234", "139 0000 1234", "+86-139-0000-1234", "１３９００００１２３４", "8613900001234")
    ] == ["13900001234"] * 5
    landlines = [cells.phone(text, landline=True) for text in ("0535-6688123", "(010) 66881234", "400-810-1234", "0535-6688123-801")]
    assert landlines == ["05356688123", "01066881234", "4008101234", "05356688123转801"]
    assert [cells.phone(text, landline=True) for text in landlines] == landlines
    for text in ("1390000123", "12345678901", "1.39E+10", "05356688123", "无"):
        with pytest.raises(ValueError, match="手机号"):
            cells.phone(text)


@given(st.text() | st.text("'=+-@\t\r＝a", max_size=6))
def test_a_guarded_text_is_no_formula_and_comes_back(text: str) -> None:
    guarded = cells.guard(text)
    assert guarded[:1] not in tuple("=+-@\t\r＝＋－＠")
    assert cells.unguard(guarded) == text


@given(st.text())
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert cells.clean(cells.clean(text)) == cells.clean(text)


def test_good_rows_are_read() -> None:
    for kind, row in GOOD.items():
        values, wrong = read(kind, row)
        assert not wrong
        assert set(values) == set(row)
    values, _ = read("positions", POST)
    assert (values["pay_min"], values["closes_on"], values["fixed"], values["skills"]) == (
        235,
        date(2026, 12, 1),
        False,
        ["sewing", "knitting"],
    )


@pytest.mark.parametrize(
    ("kind", "column", "cell", "why"),
    [
        ("communities", "lat", "95", "-90 到 90"),
        ("communities", "lon", "nan", "-180 到 180"),
        ("communities", "code", "", "不能空着"),
        ("communities", "name", "x" * 100_000, "太长了"),
        ("communities", "name", "#REF!", "算错"),
        ("enterprises", "share_percent", "4", "5 到 15"),
        ("enterprises", "share_percent", "10.5", "5 到 15"),
        ("enterprises", "licence", "", "不能空着"),
        ("enterprises", "licence", "9.13706E+17", "科学计数"),
        ("enterprises", "phone", "123", "座机"),
        ("positions", "enterprise", "E7", "没有编码是“E7”的企业"),
        ("positions", "community", "同名", "没有编码是“同名”的社区"),
        ("positions", "sector", "mining", "没有“mining”这一项"),
        ("positions", "headcount", "0", "1 到"),
        ("positions", "pay_max", "2", "比最低"),
        ("positions", "closes_on", "2026-10-01", "之前"),
        ("positions", "opens_on", "下周", "不是日期"),
        ("positions", "lat", "", "要么都写"),
        ("positions", "pay_basis", "看着给", "没有“看着给”这一项"),
        ("positions", "status", "live", "没有“live”这一项"),
        ("positions", "windows", "有空就来", "看不懂"),
        ("positions", "fixed", "?", "“是”或“否”"),
        ("positions", "min_weekly_hours", "200", "0 到 168"),
        ("mothers", "phone", "0535-6688123", "手机号"),
        ("mothers", "birth_year", "2015", "的整数"),
        ("mothers", "children", "2030-01", "出生年月"),
        ("mothers", "community", "YT99", "请先导入社区"),
        ("mothers", "max_distance_m", "很近", "米数"),
        ("mothers", "job_consent", "看情况", "“是”或“否”"),
    ],
)
def test_what_is_wrong_is_named_by_column_and_reason(kind: str, column: str, cell: str, why: str) -> None:
    _, wrong = read(kind, {**GOOD[kind], column: cell})
    assert [found.column for found in wrong] == [column]
    assert why in wrong[0].why


def test_all_that_is_wrong_in_a_row_is_told_at_once() -> None:
    _, wrong = read("positions", {**POST, "headcount": "0", "sector": "mining", "fixed": "?"})
    assert [found.column for found in wrong] == ["sector", "fixed", "headcount"]


def test_places_by_a_name_that_only_one_has() -> None:
    values, wrong = read("positions", {**POST, "enterprise": "暖阳服装厂", "community": "海风社区"})
    assert not wrong
    assert (values["enterprise"], values["community"]) == ("E1", "YT01"), "a code counts before another's name"


def test_a_blank_cell_clears_a_missing_column_does_not() -> None:
    values, _ = read("mothers", {"key": "m1", "community": "YT01", "phone": "", "skills": "", "job_consent": ""})
    assert values == {"key": "m1", "community": "YT01", "phone": None, "skills": []}
    values, _ = read("positions", {**POST, "status": ""})
    assert "status" not in values


def test_a_row_longer_than_the_header_has_slipped() -> None:
    header = find_header(KINDS["communities"], [(1, list(PLACE))])
    _, wrong = read_row(KINDS["communities"], header, [*PLACE.values(), "", "烟台"], KNOWN)
    assert "错位" in wrong[0].why
    assert read_row(KINDS["communities"], header, [*PLACE.values(), "", " "], KNOWN)[1] == []


def test_headers_in_chinese_with_ornaments() -> None:
    names = ["*编码", "企业", "岗位名称：", "行业", "方式", "社区", "计薪方式", "人数(人)", "最低工资（元）", "备注"]
    header = find_header(KINDS["positions"], [(1, names)])
    assert list(header.columns.values()) == [
        "code",
        "enterprise",
        "title",
        "sector",
        "mode",
        "community",
        "pay_basis",
        "headcount",
        "pay_min",
    ]
    assert header.unknown() == ["备注"]
    assert header.written("pay_min") == "最低工资（元）"


def test_headers_in_english_as_people_type_them() -> None:
    header = find_header(KINDS["communities"], [(1, ["Code", "NAME", " Lat ", "Longitude"])])
    assert list(header.columns.values()) == ["code", "name", "lat", "lon"]


def test_a_header_below_titles() -> None:
    table = [
        (1, ["烟台市社区一览表", "", "", ""]),
        (2, ["社区", "", "", "填表：王芳"]),
        (4, ["编码", "名称", "纬度", "经度"]),
        (5, list(PLACE.values())),
    ]
    assert find_header(KINDS["communities"], table).above == 3


def test_a_header_over_two_rows() -> None:
    table = [(1, ["社区表", "", "", ""]), (2, ["编码", "名称", "位置", ""]), (3, ["", "", "纬度", "经度"]), (4, list(PLACE.values()))]
    header = find_header(KINDS["communities"], table)
    assert (header.above, list(header.columns.values())) == (3, ["code", "name", "lat", "lon"])


def test_a_first_row_full_of_column_names_is_a_row() -> None:
    table = [(1, ["编码", "名称", "纬度", "经度", "备注"]), (2, ["A1", "名称", "37", "121", "社区编号"])]
    assert find_header(KINDS["communities"], table).above == 1


def test_what_a_header_lacks_is_one_clear_error() -> None:
    with pytest.raises(ValueError, match=r"社区表缺少列：lat（纬度）、lon（经度）"):
        find_header(KINDS["communities"], [(1, ["编码", "名称"])])
    with pytest.raises(ValueError, match="缺少列：code"):
        find_header(KINDS["communities"], [(1, ["不", "相干"])])
    with pytest.raises(ValueError, match="名称、社区名称"):
        find_header(KINDS["communities"], [(1, ["编码", "名称", "社区名称", "纬度", "经度"])])
    with pytest.raises(ValueError, match="空的"):
        find_header(KINDS["communities"], [])


def test_no_two_columns_of_a_list_share_a_name() -> None:
    for kind in KINDS.values():
        names = [name for column in kind.columns for name in (column.name, *column.names)]
        found = best_header(kind, [(1, names)])
        assert isinstance(found, Header)
        assert [found.columns[place] for place in range(len(names))] == [c.name for c in kind.columns for _ in (c.name, *c.names)]


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        ("随时", ""),
        ("弹性", ""),
        ("周一至周五上午", "1-5 08:00-12:00"),
        ("周末下午", "6,7 14:00-18:00"),
        ("每天晚上", "1-7 18:00-21:00"),
        ("周二、周四上午；周六下午", "2,4 08:00-12:00; 6 14:00-18:00"),
    ],
)
def test_hours_in_offices_words(cell: str, stored: str) -> None:
    assert several.week_hours(cell, KNOWN) == stored


def test_offices_words_are_codes_and_what_there_is_is_told_in_words() -> None:
    known = Known.of(LABELS, communities={}, enterprises={}, today=TODAY, words={"sectors": {"garment": ["制衣", "服装"]}})
    assert several.one_of("sectors")("服装", known) == several.one_of("sectors")(" 制衣 ", known) == "garment"
    with pytest.raises(ValueError, match="没有“挖煤”这一项；有的是 服装加工、分拣打包"):
        several.one_of("sectors")("挖煤", known)


class Row(Protocol):
    """A TypedDict, as far as this looks at it."""

    __annotations__: dict[str, object]
    __required_keys__: frozenset[str]


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("communities", CommunityRow),
        ("enterprises", EnterpriseRow),
        ("positions", PositionRow),
        ("classes", ClassRow),
        ("mothers", MotherRow),
        ("suggestions", SuggestionRow),
        ("lots", LotRow),
    ],
)
def test_the_columns_of_a_list_are_the_fields_of_its_rows(kind: str, row: Row) -> None:
    columns = {column.name: column for column in KINDS[kind].columns}
    assert set(row.__annotations__) == set(columns)
    # What is always there must be asked for.
    assert all(columns[name].required for name in row.__required_keys__)
