"""Published posts of a list go through the gate of publishing: nothing doubtful reaches a mother because it came in a file."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from storage.database import Store
from storage.people import persons
from storage.tables.work import position, review
from tests.bot.test_lists import Office, counts
from tests.support import towns

COLUMNS = "code,enterprise,title,text,sector,mode,community,windows,pay_basis,pay_min,pay_max,headcount,status\n"


@pytest.fixture
def office(sqlite_store: Store, tmp_path: Path) -> Office:
    towns.small(sqlite_store)
    return Office(sqlite_store, tmp_path)


def row(
    code: str = "P1",
    *,
    title: str = "缝纫工",
    text: str = "",
    basis: str = "piece",
    pay: str = "2,",
    windows: str = "",
    status: str = "published",
) -> str:
    return f"{code},E1,{title},{text},garment,take_home,YT01,{windows},{basis},{pay},2,{status}\n"


def given(office: Office, *rows: str, name: str = "p.csv") -> Path:
    return office.file(name, COLUMNS + "".join(rows))


def status(office: Office, code: str = "P1") -> str:
    return str(next(found["status"] for found in office.rows("positions") if found["code"] == code))


DOUBTFUL = {
    "面议": row("D1", text="工资面议"),
    "12小时": row("D2", text="每天做12小时，每小时30元"),
    "没写清干什么": row("D3", title="招聘助手", text="来了再说，每小时30元"),
    "“缝一”按小时算，比最低工资低": row("D4", title="缝一", text="每件2元，熟手每小时约18元"),
    "“缝二”按小时算，比最低工资低": row("D5", title="缝二", text="每件2元，一小时能做10件"),
    "“缝三”按小时算，比最低工资低": row("D6", title="缝三", text="每件2元，一天能做80件"),
    "“缝四”按小时算，比最低工资低": row("D7", title="缝四", basis="hour", pay="15,20"),
    "“缝五”按小时算，比最低工资低": row("D8", title="缝五", basis="month", pay="2000,"),
    "“缝六”按小时算，比最低工资低": row("D9", title="缝六", basis="month", pay="900,", windows="1-5 08:00-12:00"),
}
UNJUDGED = (row("U1"), row("U2", pay=","), row("U3", pay="0.01,0.02"), row("U4", text="缝枕套，教会为止"))
PLAIN = (
    row("G1", text="每件2元，一小时能做15件"),
    row("G2", text="每件2元，熟手每小时约26元"),
    row("G3", basis="hour", pay="24,"),
    row("G4", basis="month", pay="2400,"),
    row("G5", basis="month", pay="2200,", windows="1-5 08:00-12:00"),
    row("G6", basis="month", pay=","),
)


def test_what_leaves_a_question_comes_in_as_a_draft_and_its_row_is_told(office: Office) -> None:
    file = given(office, *DOUBTFUL.values())
    done = office.call("import", "positions", file)
    assert (done.exit_code, done.stdout.strip().endswith(counts(new=len(DOUBTFUL)))) == (0, True), done.output
    assert {found["status"] for found in office.rows("positions")} == {"draft"}
    for number, why in enumerate(DOUBTFUL, 2):
        [line] = [line for line in done.stderr.splitlines() if line.startswith(f"第 {number} 行：先存成草稿")]
        assert why in line
    again = office.call("import", "positions", file)
    assert (again.stdout.strip().endswith(counts(same=len(DOUBTFUL))), again.stderr) == (True, done.stderr)


def test_what_a_row_does_not_state_is_no_reproach_and_is_told(office: Office) -> None:
    done = office.call("import", "positions", given(office, *UNJUDGED, *PLAIN))
    assert {found["code"] for found in office.rows("positions") if found["status"] != "published"} == set()
    assert f"{len(UNJUDGED)} 个计件岗位没写" in done.stderr


def test_only_what_says_published_is_looked_at(office: Office) -> None:
    done = office.call(
        "import", "positions", given(office, row(text="工资面议", status="draft"), row("P2", text="工资面议", status="closed"))
    )
    assert "草稿" not in done.output
    assert [status(office, code) for code in ("P1", "P2")] == ["draft", "closed"]


def dated(office: Office, closes: str, *, code: str = "P1", status: str = "published", name: str = "p.csv") -> Path:
    lines = row(code, text="每件2元，一小时能做15件", status=status).removesuffix("\n")
    return office.file(name, f"{COLUMNS.removesuffix(chr(10))},closes_on\n{lines},{closes}\n")


def test_a_closing_date_that_is_over_is_not_published(office: Office) -> None:
    for code, closes in (("P1", "2025-12-31"), ("P2", "2020-01-01")):
        done = office.sends_back("positions", dated(office, closes, code=code))
        assert f"closes_on：截止 {closes} 已经过了" in done.stderr
    assert office.rows("positions") == []
    office.takes("positions", dated(office, "2199-01-01", code="P3"))
    office.takes("positions", dated(office, "2020-01-01", code="P4", status="closed"))
    assert [status(office, code) for code in ("P3", "P4")] == ["published", "closed"]
    with office.store.begin() as tx:
        tx.execute(update(position).where(position.c.code == "P3").values(closes_on=date(2020, 1, 3)))
    # It was public until that day: the same list once more is no news; another day that is over is no way to close it.
    assert office.takes("positions", dated(office, "2020-01-03", code="P3")).endswith(counts(same=1))
    office.sends_back("positions", dated(office, "2020-01-04", code="P3"))
    # A draft whose stored day is over is not published by a list that does not name the day.
    office.takes("positions", dated(office, "2020-01-05", code="P5", status="draft"))
    office.sends_back("positions", given(office, row("P5", text="每件2元，一小时能做15件")))
    assert status(office, "P5") == "draft"


def test_what_a_second_person_published_stays_public_when_the_list_comes_again(office: Office, now: datetime) -> None:
    file = given(office, row(text="工资面议"))
    office.call("import", "positions", file)
    with office.store.begin() as tx:
        tx.execute(update(position).values(status="published", published_at=now))
    assert office.takes("positions", file).endswith(counts(same=1))
    assert status(office) == "published"


def test_a_public_post_is_not_changed_into_a_doubtful_one(office: Office) -> None:
    office.takes("positions", given(office, row(text="每件2元，缝枕套")))
    done = office.sends_back("positions", given(office, row(text="工资面议，缝枕套")))
    assert "已经发布了" in done.stderr
    assert (office.rows("positions")[0]["text"], status(office)) == ("每件2元，缝枕套", "published")


@pytest.mark.parametrize("outcome", ["refused", "returned"])
def test_what_a_second_person_sent_back_is_not_published_by_a_list(office: Office, now: datetime, outcome: str) -> None:
    office.takes("positions", given(office, row(text="每小时30元，缝枕套", status="draft")))
    with office.store.begin() as tx:
        by = persons.add(tx, "web", "a1", language="zh", now=now).person_id
        values = {"digest": "", "asked_by": by, "asked_at": now, "decided_by": by, "decided_at": now, "reason": "地址不对"}
        post = tx.execute(select(position.c.id)).scalar_one()
        tx.execute(insert(review).values(position_id=post, findings=[], outcome=outcome, **values))
    done = office.call("import", "positions", given(office, row(text="每小时30元，缝枕套")))
    assert ("地址不对" in done.stderr, status(office)) == (True, "draft"), done.output
    office.takes("positions", given(office, row(text="每小时30元，缝枕套，海风路2号")))
    assert status(office) == "published"
