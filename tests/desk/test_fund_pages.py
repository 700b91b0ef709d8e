"""The fund at the desk: shares come in, money goes out by another's word and a voucher, and the month is a page, a print and a Word document."""

from __future__ import annotations

import io
from datetime import date

import pytest
from docx import Document
from sqlalchemy import select

from storage.fund import ledger
from storage.people import persons
from storage.tables.fund import Share, Spending, fund_share, fund_spending
from storage.tables.pay import PaySlip
from storage.tables.work import enterprise
from tests.support.chat import Town
from tests.support.desk import Desk, person_of
from tests.support.rows import put


def share(town: Town, *, status: str = "asked", place: int = 0) -> int:
    due = 10_000 if status == "due" else None
    with town.store.begin() as tx:
        firm = int(tx.execute(select(enterprise.c.id).order_by(enterprise.c.id)).scalars().first() or 0)
        values = {"enterprise_id": firm, "community_id": persons.communities(tx)[place].id, "month": "2026-10", "percent": 10}
        return put(tx, Share, town.now, **values, due_on=date(2026, 11, 15), status=status, due_fen=due)


def money(town: Town, fen: int) -> None:
    with town.store.begin() as tx:
        where = ledger.place(tx, persons.communities(tx)[0].id)
        firm = ledger.firm(tx, int(tx.execute(select(enterprise.c.id)).scalars().first() or 0))
        lines = [ledger.Line(ledger.bank(where), fen), ledger.Line(ledger.share(where, firm), -fen)]
        ledger.book(tx, where.id, lines, kind="share_paid", on=date(2026, 10, 5), now=town.now, note="十月的")


@pytest.fixture
def li(town: Town) -> Desk:
    return Desk.of(town.invited("li", "coordinator"))


def test_a_firm_tells_the_office_receives_and_nobody_else_does(town: Town, li: Desk) -> None:
    number = share(town)
    firm = Desk.of(town.invited("boss", "employer", None, enterprise="E1")).opens("/desk/shares").sees("2026-10")
    assert firm.does("tell", share=str(number), revenue="viel").status == 422
    firm.opens("/desk/shares").does("tell", share=str(number), revenue="1000").sees("记下了", "还没交的", "100")
    zhao = Desk.of(town.invited("zhao", "coordinator", "YT02"))
    assert zhao.opens("/desk/fund").does("receive", share=str(number)).status == 422
    li.opens("/desk/fund").sees("100", "到账了").does("receive", share=str(number)).sees("记上了", "没有等到账的")
    with town.store.read() as tx:
        assert tx.execute(select(fund_share.c.status)).scalar_one() == "paid"


def test_money_goes_out_by_anothers_word_with_a_voucher(town: Town, li: Desk) -> None:
    money(town, 50_000)
    li.opens("/desk/fund").does("ask", community="1", purpose="children", what="图书角的书", estimate="300").sees(
        "交上去了", "要别人来同意"
    )
    assert li.does("agree", spending="1").status == 422
    wu = Desk.of(town.invited("wu", "federation", None)).opens("/desk/fund").sees("图书角的书")
    wu.does("refuse", spending="1", why="").sees("请写一句为什么")
    wu.opens("/desk/fund").does("agree", spending="1").sees("同意了")
    li.opens("/desk/fund").does("pay", spending="1", amount="300", voucher="").sees("请写凭证号")
    assert li.opens("/desk/fund").does("pay", spending="1", amount="301", voucher="A1").status == 422
    li.opens("/desk/fund").does("pay", spending="1", amount="300", voucher="A1").sees("记上账了")
    li.does("outcome", spending="1", outcome="放好了").sees("结果记下了")
    li.opens("/desk/fund/statement?community=1&month=2026-11").sees("图书角的书", "放好了", "A1", "500", "200")


def test_whom_it_helps_is_seen_by_who_decides_alone(town: Town, li: Desk) -> None:
    wu = person_of(town.invited("wu", "federation", None))
    with town.store.begin() as tx:
        here = persons.communities(tx)[0].id
        asked = {
            "community_id": here,
            "purpose": "hardship",
            "what": "",
            "private_what": "给吕丽萍",
            "estimate_fen": 100,
            "status": "asked",
        }
        number = put(tx, Spending, town.now, **asked, asked_by=wu)
    li.opens("/desk/fund").sees("给吕丽萍")
    with town.store.begin() as tx:
        tx.execute(fund_spending.update().where(fund_spending.c.id == number).values(asked_by=li_id(town)))
    li.opens("/desk/fund").sees("帮助一位有难处的妈妈").sees_not("给吕丽萍")


def li_id(town: Town) -> int:
    with town.store.read() as tx:
        return int(tx.exec_driver_sql("SELECT person_id FROM role WHERE role = 'coordinator'").scalar_one())


def test_a_month_is_closed_once_and_is_a_word_document(town: Town, li: Desk) -> None:
    money(town, 50_000)
    page = "/desk/fund/statement?community=1&month=2026-10"
    li.opens("/desk/fund/statement/word?community=1&month=2026-10")
    opened = Document(io.BytesIO(li.content))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    assert "十月的" in cells
    assert "500" in "".join(cells)
    li.opens(page).does("close").sees("已结账")
    assert li.does("close", at=page).status == 422
    assert li.opens("/desk/fund/statement?community=2&month=2026-10").status == 404
    assert li.opens("/desk/fund/statement?month=nonsense").sees("2026-10").status == 200


def test_slips_of_a_month_are_listed_and_each_is_a_file(town: Town, li: Desk) -> None:
    with town.store.begin() as tx:
        woman = persons.add(tx, "web", "w", language="zh", now=town.now).person_id
        persons.change(tx, woman, name="王桂花")
        for place in (0, 1):
            slip = {"person_id": woman, "enterprise_id": 1, "community_id": persons.communities(tx)[place].id, "month": "2026-10"}
            put(
                tx,
                PaySlip,
                town.now,
                **slip,
                pay_by=date(2026, 11, 15),
                terms="contract",
                pieces=7,
                piece_fen=12_345,
                total_fen=12_345,
                status="paid",
            )
    li.opens("/desk/slips").sees("2026-10", "王桂花", "123.45", "1 份")
    li.opens("/desk/slips?month=2026-09").sees("没有结过的工钱")
    text = "".join(one.text for one in Document(io.BytesIO(li.opens("/desk/slips/1/word").content)).paragraphs)
    assert "123.45" in text and "承揽" in text
    assert li.opens("/desk/slips/2/word").status == 404
