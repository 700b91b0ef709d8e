"""Exports and templates as an office gets them: Chinese, ready to print, and what goes out comes in unchanged."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest

from bot.commands import template
from domain.lists import KINDS, several
from tests.bot.test_lists import Office, counts, office, town_office  # noqa: F401 - fixtures


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_has_headings_rules_and_drop_downs_and_comes_in_empty(town_office: Office, kind: str) -> None:  # noqa: F811
    done = town_office.call("template", kind, file := town_office.folder / "空.xlsx")
    assert done.exit_code == 0, done.output
    book = openpyxl.load_workbook(file)
    page, explained, offered = book.worksheets
    assert all(not str(cell.value).isascii() for cell in page[1])
    assert len(list(explained.rows)) == len(KINDS[kind].columns) + 1 and all(row[2].value for row in explained.rows)
    assert offered.sheet_state == "hidden"
    choosing = [column for column in KINDS[kind].columns if column.choices or column.name in ("community", "enterprise")]
    assert len(page.data_validations.dataValidation) == len(choosing)
    assert town_office.takes(kind, file).endswith(counts())
    assert town_office.call("template", kind, file).exit_code == 1, "nothing is overwritten"


def test_every_column_has_a_rule() -> None:
    assert {column.name for kind in KINDS.values() for column in kind.columns} == set(template.rules())


@pytest.mark.parametrize("form", [[], ["--codes"]])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_goes_out_comes_in_unchanged(town_office: Office, form: list[str], ending: str) -> None:  # noqa: F811
    town_office.takes(
        "positions",
        town_office.file(
            "a.csv",
            "编码,企业,岗位名称,行业,方式,技能,社区,时间,计薪方式,最低工资,人数,带教,状态\nQ1,E1,裁剪工,服装,灵活,缝纫；电脑,YT01,周一至周五上午；周末 14点到16点半,小时,26,2,是,草稿\n",
        ),
    )
    town_office.takes("mothers", town_office.file("b.csv", "编码,社区,技能,方式,最远距离,时间\nq2,YT02,做饭,居家,60米,随时\n"))
    for kind in ("positions", "mothers"):
        done = town_office.call("export", kind, out := town_office.folder / f"{kind}.{ending}", *form)
        assert done.exit_code == 0, done.output
        assert town_office.takes(kind, out).endswith(counts(same=1))


def test_an_export_is_ready_to_print(town_office: Office) -> None:  # noqa: F811
    town_office.takes("mothers", town_office.file("b.csv", "编码,社区,技能,同意岗位通知\nq2,YT02,做饭,是\n"))
    town_office.call("export", "mothers", file := town_office.folder / "m.xlsx")
    page: Any = openpyxl.load_workbook(file).active
    assert page["A1"].value.startswith("妈妈名单") and page["A2"].value == "编码"
    assert [page.cell(3, place).value for place in (7, 13)] == ["做饭面点", "是"]
    assert page.auto_filter.ref == "A2:M3" and page.print_title_rows == "$1:$2" and page.page_setup.fitToHeight == 0


@pytest.mark.parametrize("stored", ["1-5 08:30-11:00", "1,2 22:00-02:00; 6,7 14:00-24:00", "3 00:00-00:00", "1-3,5 09:00-10:00", ""])
def test_hours_in_words_are_the_same_hours(stored: str) -> None:
    words = several.week_words(stored)
    assert "周" in words or not stored
    assert (several.week_hours(words, None) if words else "") == (several.week_hours(stored, None) if stored else "")  # type: ignore[arg-type]


def test_a_campaign_needs_a_name(town_office: Office) -> None:  # noqa: F811
    assert town_office.call("survey", "  ").exit_code == 1
