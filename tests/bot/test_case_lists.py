"""Paper cases and the hotline's calls come in once, as an office writes them; what was said in a case leaves in no list."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select, text, update

from domain.access import CITY
from domain.mediation.states import Limits
from storage.mediation import cases, retention, sides, visible
from storage.staff import roles
from storage.tables.mediation import case_counter, case_word, dispute_case
from storage.tables.people import Person
from tests.bot.test_lists import Office, counts, office, sheet, town_office  # noqa: F401 - fixtures
from tests.support.dumps import everything
from tests.support.rows import put

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
HEAD = "编号,社区,纠纷类型,登记日期,受理日期,案号,结案日期,结果,调解员编号,申请人,申请人电话,被申请人,纠纷情况,协议内容\n"
FLOOR = (
    "Z1,海风1社区,邻里纠纷,2025年3月8日,2025-03-09,7号,2025-04-01,达成协议,tj1,孙桂香,13900001234,孟庆山,楼上漏水泡了她家的墙,赔三百元\n"
)
HOME = "Z2,YT02,夫妻,2024-01-02,,,2024-01-09,不予受理,,赵梅,,,说不到一块\n"


@pytest.fixture
def mediator(town_office: Office) -> int:  # noqa: F811
    with town_office.store.begin() as tx:
        person_id = put(tx, Person, NOW, key="tj1", name="解调")
        roles.give(tx, person_id, "mediator", CITY, now=NOW)
    return person_id


def paper(office_: Office, *rows: str) -> Path:
    return office_.file("案件.csv", HEAD + "".join(rows))


def test_they_come_in_once_and_her_mediator_alone_reads_them(town_office: Office, mediator: int) -> None:  # noqa: F811
    assert counts(new=2) in town_office.takes("cases", paper(town_office, FLOOR, HOME))
    before = everything(town_office.store)
    assert counts(same=2) in town_office.takes("cases", paper(town_office, FLOOR, HOME))
    assert everything(town_office.store) == before
    with town_office.store.read() as tx:
        who = visible.Viewer(mediator, mediates=True)
        (row,) = visible.listed(tx, who, how=["holds"], states=["closed"])
        assert (row.year, row.number, row.state) == (2025, 7, "closed")
        assert [word.said for word in visible.words(tx, who, row.id)] == ["楼上漏水泡了她家的墙"]
        assert [one.name for one in visible.names(tx, who, row.id)] == ["孙桂香", "孟庆山"]
        assert [one.terms for one in visible.agreements(tx, who, row.id)] == ["赔三百元"]
        other = visible.Viewer(mediator + 1, mediates=True, oversees=(CITY,))
        assert all(
            visible.words(tx, other, one.id) == [] for one in visible.listed(tx, other, how=["oversees"], states=["closed", "refused"])
        )


def test_what_was_said_is_sealed_and_leaves_in_no_list(town_office: Office, mediator: int) -> None:  # noqa: F811
    town_office.takes("cases", paper(town_office, FLOOR, HOME))
    with town_office.store.read() as tx:
        raw = str([tuple(row) for name in ("party", "case_word", "agreement") for row in tx.execute(text(f"select * from {name}"))])  # noqa: S608
    for ending in ("csv", "xlsx"):
        file = town_office.folder / f"out.{ending}"
        assert town_office.call("export", "cases", file).exit_code == 0
        told = file.read_text("utf-8-sig") if ending == "csv" else str(list(openpyxl.load_workbook(file).active.values))
        for word in ("孙桂香", "13900001234", "孟庆山", "漏水", "三百元", "赵梅"):
            assert word not in told and word not in raw
        assert "邻里" in told and "2025" in told
        assert counts(same=2) in town_office.takes("cases", file)


def test_a_changed_row_changes_the_case_and_the_first_account_stays_in_the_chain(town_office: Office, mediator: int) -> None:  # noqa: F811
    town_office.takes("cases", paper(town_office, FLOOR))
    changed = FLOOR.replace("达成协议", "口头协议").replace("泡了她家的墙", "泡了墙和柜子").replace("tj1", "")
    assert counts(changed=1) in town_office.takes("cases", paper(town_office, changed))
    assert counts(same=1) in town_office.takes("cases", paper(town_office, changed))
    with town_office.store.read() as tx:
        assert [row.said for row in tx.execute(select(case_word.c.said).order_by(case_word.c.id))] == [
            "楼上漏水泡了她家的墙",
            "楼上漏水泡了墙和柜子",
        ]
        assert sides.tampered(tx, 1) is None
        assert visible.count(tx, visible.Viewer(mediator, mediates=True), how=["holds"], states=["closed"]) == 0
    assert town_office.rows("cases")[0]["result"] == "oral"


WRONG = (
    ("2025-04-01", "2024-04-01", "之前"),
    ("2025-04-01", "2027-04-01", "比今天晚"),
    ("2025-03-09", "2025-05-09", "不在登记"),
    ("2025-03-09", "", "要有受理日期"),
    ("达成协议", "不予受理", "没有受理的没有"),
    ("达成协议", "调解不成", "才有协议内容"),
    ("达成协议", "还在谈", "没有“还在谈”"),
    ("tj1", "tj9", "没有编号是"),
    ("邻里纠纷", "吵架", "没有“吵架”"),
)


def test_what_cannot_be_so_comes_back_with_its_reason(town_office: Office, mediator: int) -> None:  # noqa: F811
    rows = [FLOOR.replace("Z1", f"W{number}").replace(before, after, 1) for number, (before, after, _) in enumerate(WRONG)]
    done = town_office.sends_back("cases", paper(town_office, *rows, HOME))
    assert counts(new=1, rejected=len(WRONG)) in done.output
    told = done.output.splitlines()
    assert all(why in line for (_, _, why), line in zip(WRONG, told, strict=False)), done.output


def test_a_number_is_given_once_and_those_that_follow_are_higher(town_office: Office, mediator: int) -> None:  # noqa: F811
    other = FLOOR.replace("Z1", "Z3")
    done = town_office.sends_back("cases", paper(town_office, FLOOR, other))
    assert "2025 年第 7 号已经有了" in done.output
    town_office.takes("cases", paper(town_office, other.replace("7号", "3号")))
    with town_office.store.begin() as tx:
        assert tx.execute(select(case_counter.c.last)).scalars().all() == [7]
        community = tx.execute(select(dispute_case.c.community_id).where(dispute_case.c.code == "Z1")).scalar_one()
        told = {"kind": "wage", "source": "self", "hazards": [], "danger": False, "reported_by": None, "limits": Limits()}
        at = datetime(2025, 5, 1, tzinfo=UTC)
        row = cases.get(tx, cases.add(tx, community_id=community, now=at, **told))  # type: ignore[arg-type]
        assert row is not None
        cases.move(tx, row, "take", by=None, now=at, limits=Limits())
        fresh = cases.get(tx, row.id)
        assert fresh is not None
        cases.move(tx, fresh, "accept", by=None, now=at, limits=Limits())
        assert cases.get(tx, row.id).number == 8  # type: ignore[union-attr]


def test_what_is_sealed_off_or_open_again_stays_as_it_is(town_office: Office, mediator: int) -> None:  # noqa: F811
    town_office.takes("cases", paper(town_office, FLOOR, HOME))
    with town_office.store.begin() as tx:
        retention.restrict(tx, tx.execute(select(dispute_case.c.id).where(dispute_case.c.code == "Z1")).scalar_one(), now=NOW)
        tx.execute(update(dispute_case).where(dispute_case.c.code == "Z2").values(reopened=1, state="reopened", ended_at=None))
    done = town_office.sends_back("cases", paper(town_office, FLOOR.replace("三百", "五百"), HOME.replace("说不到", "过不到")))
    assert "封存" in done.output and "又打开过" in done.output
    assert town_office.rows("cases") == []


def test_months_of_the_hotline_come_in_as_offices_write_them(town_office: Office) -> None:  # noqa: F811
    rows: list[list[object]] = [["月份", "来电数"], ["2026年9月", "120通"], ["2026-10", 102], ["2026/8", 99]]
    file = sheet(town_office.folder / "热线.xlsx", rows)
    assert counts(new=3) in town_office.takes("hotline", file)
    assert counts(same=3) in town_office.takes("hotline", file)
    assert town_office.rows("hotline") == [
        {"month": "2026-08", "calls": 99},
        {"month": "2026-09", "calls": 120},
        {"month": "2026-10", "calls": 102},
    ]
    done = town_office.sends_back("hotline", town_office.file("b.csv", "month,calls\n2027-01,5\n2026-13,5\n2026-10,100\n2026-07,-1\n"))
    assert counts(changed=1, rejected=3) in done.output
