"""Entries sum to zero, nothing is changed, a closed month stays closed, and Beancount comes to the same balances; on both stores."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from beancount import loader
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from domain.fund import beancount
from storage.database import Store
from storage.fund import ledger
from storage.fund.ledger import Line
from storage.tables.fund import ledger_account, ledger_booking, ledger_entry, ledger_month
from storage.tables.work import community, enterprise
from tests.conftest import MORNING
from tests.support import towns

DAY = date(2026, 11, 24)


def places(tx: Connection, code: str = "YT01") -> tuple[ledger.Place, ledger.Firm]:
    where = tx.execute(select(community.c.id).where(community.c.code == code)).scalar_one()
    who = tx.execute(select(enterprise.c.id).order_by(enterprise.c.id)).scalars().first()
    assert who is not None
    return ledger.place(tx, where), ledger.firm(tx, who)


def paid_in(tx: Connection, fen: int, *, on: date = DAY, code: str = "YT01") -> str:
    where, who = places(tx, code)
    lines = [Line(ledger.bank(where), fen), Line(ledger.share(where, who), -fen)]
    return ledger.book(tx, where.id, lines, kind="share_paid", on=on, now=MORNING, note="十月分成")


def judged(tx: Connection, file: Path) -> dict[str, int]:
    """Every balance in fen, as Beancount comes to it; it has nothing to complain of."""
    file.write_text("\n".join(beancount.lines(ledger.written(tx))) + "\n", encoding="utf-8")
    entries, errors, _ = loader.load_file(str(file))
    assert not errors
    found: Counter[str] = Counter()
    for entry in entries:
        for posting in getattr(entry, "postings", []):
            found[posting.account] += int(posting.units.number * 100)
    return {name: fen for name, fen in found.items() if fen}


def ours(tx: Connection, code: str = "YT01") -> dict[str, int]:
    """Every balance in fen, as the entries sum up; the bank's is what the fund says that it has."""
    where, _ = places(tx, code)
    total = select(ledger_account.c.name, func.sum(ledger_entry.c.fen)).join(
        ledger_account, ledger_account.c.id == ledger_entry.c.account_id
    )
    rows = tx.execute(total.where(ledger_account.c.community_id == where.id).group_by(ledger_account.c.name))
    found = {name: int(fen) for name, fen in rows if fen}
    assert ledger.in_bank(tx, where.id) == found.get(ledger.bank(where).name, 0)
    return found


def test_a_booking_is_numbered_without_gaps_and_moves_both_accounts(store: Store) -> None:
    towns.small(store)
    with store.begin() as tx:
        numbers = [paid_in(tx, fen) for fen in (5_000, 7_000)]
        where, who = places(tx)
    assert numbers == [f"{where.code}-2026-0001", f"{where.code}-2026-0002"]
    with store.begin() as tx:
        assert ours(tx) == {f"Assets:Bank:{where.code}": 12_000, f"Income:Share:{where.code}:{who.code}": -12_000}


def test_a_number_that_was_not_used_comes_again(store: Store) -> None:
    towns.small(store)
    with pytest.raises(RuntimeError), store.begin() as tx:
        paid_in(tx, 5_000)
        raise RuntimeError
    with store.begin() as tx:
        assert paid_in(tx, 5_000).endswith("-0001")


@pytest.mark.parametrize("amounts", [(100, -99), (100,), ()])
def test_what_does_not_sum_to_zero_is_refused_by_the_database(store: Store, amounts: tuple[int, ...]) -> None:
    towns.small(store)
    with pytest.raises(DBAPIError, match="sum to zero"), store.begin() as tx:
        where, who = places(tx)
        first, second = ledger.bank(where), ledger.share(where, who)
        ids = [ledger._account_id(tx, where.id, account) for account in (first, second)]
        rows = [{"number": "X-1", "account_id": account, "fen": fen} for account, fen in zip(ids, amounts, strict=False)]
        if rows:
            tx.execute(insert(ledger_entry), rows)
        values = {"number": "X-1", "community_id": where.id, "on_date": DAY, "month": "2026-11", "kind": "spending"}
        tx.execute(insert(ledger_booking).values(**values, note="", voucher="", booked_at=MORNING))


def test_entries_without_their_booking_do_not_survive_the_commit(store: Store) -> None:
    towns.small(store)
    with pytest.raises(IntegrityError), store.begin() as tx:
        where, _ = places(tx)
        account = ledger._account_id(tx, where.id, ledger.bank(where))
        tx.execute(insert(ledger_entry).values(number="X-1", account_id=account, fen=5))
    with store.begin() as tx:
        assert tx.execute(select(ledger_entry)).all() == []


DEEDS: dict[str, Callable[[Connection], object]] = {
    "change a booking": lambda tx: tx.execute(update(ledger_booking).values(note="anders")),
    "delete a booking": lambda tx: tx.execute(delete(ledger_booking)),
    "change an entry": lambda tx: tx.execute(update(ledger_entry).values(fen=ledger_entry.c.fen * 2)),
    "delete an entry": lambda tx: tx.execute(delete(ledger_entry)),
    "add an entry": lambda tx: tx.execute(
        insert(ledger_entry).from_select(
            ["number", "account_id", "fen"], select(ledger_entry.c.number, ledger_entry.c.account_id, ledger_entry.c.fen)
        )
    ),
    "open a closed month": lambda tx: tx.execute(delete(ledger_month)),
    "book on a closed month": lambda tx: paid_in(tx, 100, on=DAY),
    "take back on a closed month": lambda tx: ledger.reverse(
        tx, tx.execute(select(ledger_booking.c.number)).scalars().first() or "", why="", on=DAY, now=MORNING
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_booked_stays_as_it_is(store: Store, deed: str) -> None:
    towns.small(store)
    with store.begin() as tx:
        paid_in(tx, 5_000)
        ledger.close_month(tx, places(tx)[0].id, "2026-11", now=MORNING)
        before = tx.execute(select(ledger_entry)).all()
    with pytest.raises(DBAPIError, match="ledger"), store.begin() as tx:
        DEEDS[deed](tx)
    with store.begin() as tx:
        assert tx.execute(select(ledger_entry)).all() == before


def test_a_booking_is_taken_back_once_by_its_opposite(store: Store) -> None:
    towns.small(store)
    with store.begin() as tx:
        number = paid_in(tx, 5_000)
        ledger.reverse(tx, number, why="记错了", on=DAY, now=MORNING)
        assert ours(tx) == {}
        assert [row.fen for row in ledger.bookings(tx, places(tx)[0].id, "2026-11")] == [5_000, -5_000]
    with pytest.raises(IntegrityError), store.begin() as tx:
        ledger.reverse(tx, number, why="再来一次", on=DAY, now=MORNING)


def test_what_people_write_cannot_break_the_text(store: Store, tmp_path: Path) -> None:
    towns.small(store)
    with store.begin() as tx:
        where, _ = places(tx)
        lines = [Line(ledger.bank(where), -5), Line(ledger.spending(where, "facilities"), 5)]
        note = '路灯"六盏"\n2026-01-01 open Assets:Mine CNY \\'
        ledger.book(tx, where.id, lines, kind="spending", on=DAY, now=MORNING, note=note)
        assert judged(tx, tmp_path / "ledger.beancount") == ours(tx)


_runs = itertools.count(1)


class Machine(RuleBasedStateMachine):
    """Random bookings, reversals and closings of months, in a community that each run has for itself."""

    store: Store
    file: Path

    def __init__(self) -> None:
        super().__init__()
        self.code = f"M{next(_runs)}"
        with self.store.begin() as tx:
            tx.execute(insert(community).values(code=self.code, name=self.code, lat=37.5, lon=121.4))
        self.booked: list[str] = []
        self.closed: dict[str, list[ledger.Booked]] = {}

    @rule(fen=st.integers(1, 10**9), month=st.integers(8, 11))
    def pay_in(self, fen: int, month: int) -> None:
        self._tried(f"2026-{month:02d}", lambda tx: paid_in(tx, fen, on=date(2026, month, 5), code=self.code))

    @rule(fen=st.integers(1, 10**6), month=st.integers(8, 11), purpose=st.sampled_from(["facilities", "children"]))
    def spend(self, fen: int, month: int, purpose: str) -> None:
        def book(tx: Connection) -> str:
            where, _ = places(tx, self.code)
            lines = [Line(ledger.spending(where, purpose), fen), Line(ledger.bank(where), -fen)]
            return ledger.book(tx, where.id, lines, kind="spending", on=date(2026, month, 6), now=MORNING)

        self._tried(f"2026-{month:02d}", book)

    @precondition(lambda self: self.booked)
    @rule(data=st.data(), month=st.integers(8, 11))
    def take_back(self, data: st.DataObject, month: int) -> None:
        number = data.draw(st.sampled_from(self.booked))
        if self._tried(f"2026-{month:02d}", lambda tx: ledger.reverse(tx, number, why="", on=date(2026, month, 7), now=MORNING)):
            self.booked.remove(number)

    @rule(month=st.integers(8, 11))
    def close(self, month: int) -> None:
        name = f"2026-{month:02d}"
        with self.store.begin() as tx:
            where = places(tx, self.code)[0].id
            if not ledger.is_closed(tx, where, name):
                ledger.close_month(tx, where, name, now=MORNING)
                self.closed[name] = ledger.bookings(tx, where, name)

    def _tried(self, month: str, deed: Callable[[Connection], str]) -> bool:
        try:
            with self.store.begin() as tx:
                number = deed(tx)
        except DBAPIError:
            assert month in self.closed
            return False
        assert month not in self.closed
        self.booked.append(number)
        return True

    @invariant()
    def beancount_comes_to_the_same_and_closed_months_stand(self) -> None:
        with self.store.begin() as tx:
            where = places(tx, self.code)[0].id
            mine = {name: fen for name, fen in judged(tx, self.file).items() if self.code in name.split(":")}
            assert mine == ours(tx, self.code)
            assert sum(mine.values()) == 0
            assert all(ledger.bookings(tx, where, month) == then for month, then in self.closed.items())


def test_any_course_of_bookings_comes_to_beancounts_balances(sqlite_store: Store, tmp_path: Path) -> None:
    towns.small(sqlite_store)
    Machine.store, Machine.file = sqlite_store, tmp_path / "ledger.beancount"
    run_state_machine_as_test(
        Machine,
        settings=settings(max_examples=5, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)),
    )
