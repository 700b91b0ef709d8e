"""Over random months: no booking of the fund touches a wage, and a higher share makes nobody's pay smaller."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from domain.access import CITY, Scope
from domain.workshops.pieces import Count
from handlers.content import Content
from handlers.fund import shares
from handlers.scene import Scene
from handlers.workshops import paying
from storage.database import Store
from storage.people import persons
from storage.staff import roles
from storage.tables.fund import Share, ledger_account, ledger_booking, ledger_entry
from storage.tables.pay import pay_slip
from storage.tables.people import person
from storage.workshops import counts, lots
from tests.conftest import MORNING
from tests.support import towns
from tests.support.rows import put

MONTH = "2026-11"
# Woman, pieces, rate in fen.
WORK = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 400), st.integers(1, 900)), min_size=1, max_size=8)


def month(
    tx: Connection, content: Content, people: Sequence[int], work: list[tuple[int, int, int]], revenue: int, percent: int
) -> list[int]:
    """One month of a firm: counted, closed, revenue told, share received, paid; what each woman gets."""
    day = MORNING.date()
    for number, (woman, pieces, rate) in enumerate(work):
        made = lots.bring(
            tx, f"R{number}", enterprise_id=1, community_id=1, item="活", pieces=pieces, rate_fen=rate, deadline=day, now=MORNING
        )
        hers: counts.Fresh = {"person_id": people[woman], "rate_fen": rate}
        counts.add(tx, made, "back", Count(pieces), status="agreed", on=day, now=MORNING, **hers)
    office, firm = (Scene(tx=tx, content=content, now=MORNING, person_id=one) for one in people[4:])
    paying.close(office, 1, 1, MONTH)
    before = paid(tx)
    owed = put(tx, Share, MORNING, enterprise_id=1, community_id=1, month=MONTH, percent=percent, due_on=day, status="asked")
    if shares.tell_revenue(firm, owed, revenue).due_fen:
        shares.receive(office, owed)
    assert paid(tx) == before, "no booking of the fund changes a wage"
    paying.paid(firm, 1, 1, MONTH)
    return paid(tx)


def paid(tx: Connection) -> list[int]:
    rows = tx.execute(select(func.sum(pay_slip.c.total_fen)).group_by(pay_slip.c.person_id).order_by(pay_slip.c.person_id))
    return [int(one) for one in rows.scalars()]


def test_the_share_never_comes_out_of_a_wage(sqlite_store: Store, content: Content) -> None:
    towns.small(sqlite_store)
    with sqlite_store.begin() as tx:
        people = [persons.add(tx, "web", str(number), language="zh", now=MORNING).person_id for number in range(6)]
        roles.give(tx, people[4], "federation", CITY, now=MORNING)
        roles.give(tx, people[5], "employer", Scope(enterprise_id=1), now=MORNING)

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(work=WORK, revenue=st.integers(0, 5_000_000))
    def over_months(work: list[tuple[int, int, int]], revenue: int) -> None:
        results = []
        for percent in (5, 15):
            with sqlite_store.engine.connect() as tx:
                results.append(month(tx, content, people, work, revenue, percent))
                kinds = set(tx.execute(select(ledger_account.c.kind)).scalars())
                assert kinds <= {"bank", "owed", "share", "spending"}
                assert set(tx.execute(select(ledger_booking.c.kind)).scalars()) <= {"share_due", "share_paid"}
                assert not tx.execute(select(ledger_account.c.id).where(ledger_account.c.name.in_(select(person.c.key)))).all()
                assert (tx.execute(select(func.sum(ledger_entry.c.fen))).scalar() or 0) == 0
                tx.rollback()
        assert results[0] == results[1], "a higher share makes nobody's pay smaller"
        owed = {woman: sum(pieces * rate for who, pieces, rate in work if who == woman) for woman in range(4)}
        assert results[0] == [fen for fen in owed.values() if fen], "every good piece is paid in full"

    over_months()
