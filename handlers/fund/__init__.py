"""The community fund: what firms return each month, what it is spent on, and a statement that anybody can follow."""

from handlers.capability import Capability, Entry, Route, Step
from handlers.fund import shares, spendings, statements

CAPABILITY = Capability(
    name="fund",
    commands={"fund": Route(statements.public, beside=True)},
    routes={
        "fund": Route(statements.public),
        "fund_close": Route(statements.closed, needs="fund.book"),
        "fund_shares": Route(shares.books, needs="fund.see"),
        "firm_shares": Route(shares.mine, needs="shares.tell"),
        "share": Route(shares.begin, needs="shares.tell"),
        "share_received": Route(shares.received, needs="fund.book"),
        "spendings": Route(spendings.overview, needs="fund.ask"),
        "spending": Route(spendings.act, needs="fund.ask"),
    },
    menu=(
        Entry("shares.tell", "fund.menu_firm", "firm_shares", rank=65),
        Entry("fund.ask", "fund.menu_spendings", "spendings", rank=155),
    ),
    finished={
        "firm_revenue": shares.told,
        "fund_ask": spendings.propose,
        "fund_refuse": spendings.refused,
        "fund_pay": spendings.paid,
        "fund_outcome": spendings.finished,
    },
    clock=(Step("fund", run=shares.ask), Step("fund", run=shares.remind)),
)
