"""Lists at the desk: previewed, mended on the page, stored once, and only of one's own place."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy import func, select

from storage.tables.people import mother, person
from tests.support.chat import Town
from tests.support.desk import Desk

NAMES = ("key", "name", "phone", "community", "birth_year", "skills", "job_consent")


def file_of(rows: list[list[str]]) -> dict[str, tuple[str, bytes, str]]:
    out = io.StringIO()
    csv.writer(out).writerows([NAMES, *rows])
    return {"file": ("名单.csv", out.getvalue().encode(), "text/csv")}


def women(count: int, community: str = "YT01") -> list[list[str]]:
    return [[f"K{number:03d}", f"王芳{number}", f"138{number:08d}", community, "1990", "sewing", "yes"] for number in range(count)]


def fields(desk: Desk) -> dict[str, str]:
    """All that the form on the page holds."""
    return dict(re.findall(r'name="(packed|cell-\d+-\d+)" value="([^"]*)"', desk.html))


def how_many(town: Town) -> int:
    with town.store.read() as tx:
        return int(tx.execute(select(func.count()).select_from(mother)).scalar_one())


@pytest.fixture
def desk(town: Town) -> Desk:
    return Desk.of(town.invited("li", "coordinator")).opens("/desk/lists")


def test_three_hundred_with_twelve_faults_are_mended_on_the_page_and_stored(town: Town, desk: Desk) -> None:
    rows = women(300)
    for number in range(0, 300, 25):
        rows[number][2] = "12345"
    desk.sends("/desk/lists", do="look", kind="mothers", files=file_of(rows)).sees("好的 288 行", "有问题的 12 行")
    assert how_many(town) == 0
    assert desk.html.count('aria-invalid="true"') == 12
    assert len(desk.html.encode()) < 60_000
    typed = {name: f"139{number:08d}" if value == "12345" else value for number, (name, value) in enumerate(fields(desk).items())}
    desk.sends("/desk/lists", do="store", **typed).sees("新增 300").sees_not("有问题的", "没有存")
    assert how_many(town) == 300
    desk.opens("/desk/lists").sends("/desk/lists", do="look", kind="mothers", files=file_of(women(300)[1:3])).sees("好的 2 行")
    desk.sends("/desk/lists", do="store", **fields(desk)).sees("没变 2")


def test_what_is_still_wrong_comes_back(town: Town, desk: Desk) -> None:
    rows = women(3)
    rows[1][2] = "12345"
    desk.sends("/desk/lists", do="look", kind="mothers", files=file_of(rows))
    desk.sends("/desk/lists", do="store", **fields(desk)).sees("新增 2", "还有 1 行没有存", "第 3 行")
    assert how_many(town) == 2


def test_nobody_of_another_place_comes_in_or_is_taken_over(town: Town, desk: Desk) -> None:
    zhao = Desk.of(town.invited("zhao", "coordinator", "YT02")).opens("/desk/lists")
    zhao.sends("/desk/lists", do="look", kind="mothers", files=file_of(women(1, "YT02")))
    zhao.sends("/desk/lists", do="store", **fields(zhao)).sees("新增 1")
    for community in ("YT01", "YT02"):
        desk.opens("/desk/lists").sends("/desk/lists", do="look", kind="mothers", files=file_of(women(1, community))).sees("不是您管的社区")
        desk.sends("/desk/lists", do="store", **fields(desk)).sees("新增 0")
    with town.store.read() as tx:
        assert tx.execute(select(person.c.name).where(person.c.key == "K000")).scalar_one() == "王芳0"
    desk.opens("/desk/lists/export?kind=mothers")
    assert b"K000" not in desk.content
    for kind in ("communities", "enterprises", "nonsense"):
        desk.opens("/desk/lists").sends("/desk/lists", do="look", kind=kind, files=file_of(women(1))).sees("要有相应的身份")


def test_a_file_that_is_none_and_a_page_that_was_tampered_with(town: Town, desk: Desk) -> None:
    for name, content in (("x.csv", b""), ("x.xlsx", b"PK\x03\x04 no"), ("x.exe", b"MZ"), ("x.csv", b"\xff\xfe")):
        desk.opens("/desk/lists").sends("/desk/lists", do="look", kind="mothers", files={"file": (name, content, "text/csv")})
        assert desk.status == 422
    for packed in ("", "!!!", "eJyrrgUAAXUA+Q==", "x" * 1000):
        desk.opens("/desk/lists").sends("/desk/lists", do="store", packed=packed).sees("请重新上传")
    assert (
        desk.opens("/desk/lists").sends("/desk/lists", do="look", kind="mothers", files={"file": ("x.csv", b"a" * 5_000_000, "")}).status
        == 413
    )
    worker = Desk.of(town.invited("zhou", "grid_worker"))
    assert worker.sends("/desk/lists", do="store", packed="x").status == 403


def test_templates_and_exports_are_workbooks(town: Town, desk: Desk) -> None:
    for address in ("/desk/lists/template?kind=mothers", "/desk/lists/export?kind=positions"):
        desk.opens(address)
        assert desk.content.startswith(b"PK")
        assert "attachment" in desk.headers["content-disposition"]
