"""The numbers of case files, from one counter row for each committee and year."""

from __future__ import annotations

from sqlalchemy import Connection, Update, insert, update

from storage.database import lock
from storage.tables.mediation import case_counter


def following(tx: Connection, community_id: int, year: int) -> int:
    """The next number, counted in this transaction: undone with it, so that none is ever missing."""
    _locked(tx, community_id, year)
    counted = _row(community_id, year).values(last=case_counter.c.last + 1).returning(case_counter.c.last)
    number = tx.execute(counted).scalar()
    if number is None:
        tx.execute(insert(case_counter).values(community_id=community_id, year=year, last=1))
        number = 1
    return int(number)


def at_least(tx: Connection, community_id: int, year: int, number: int) -> None:
    """This number was given on paper: those that follow are higher."""
    _locked(tx, community_id, year)
    if tx.execute(_row(community_id, year).values(last=case_counter.c.last)).rowcount == 0:
        tx.execute(insert(case_counter).values(community_id=community_id, year=year, last=number))
    else:
        tx.execute(_row(community_id, year).where(case_counter.c.last < number).values(last=number))


def _locked(tx: Connection, community_id: int, year: int) -> None:
    lock(tx, f"case number {community_id} {year}")


def _row(community_id: int, year: int) -> Update:
    return update(case_counter).where(case_counter.c.community_id == community_id, case_counter.c.year == year)
