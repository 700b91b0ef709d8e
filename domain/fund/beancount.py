"""The ledger as text that Beancount reads: an independent judge of every balance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple


class Posting(NamedTuple):
    """What a booking adds to an account, in fen."""

    account: str
    fen: int


class Written(NamedTuple):
    """One booking."""

    number: str
    on_date: date
    note: str
    postings: Sequence[Posting]


def lines(bookings: Iterable[Written]) -> Iterator[str]:
    """The text, line by line; bookings in the order of their days. Each account is opened on the day it is first used."""
    yield 'option "operating_currency" "CNY"'
    opened: set[str] = set()
    for booking in bookings:
        for posting in booking.postings:
            if posting.account not in opened:
                opened.add(posting.account)
                yield f"{booking.on_date} open {posting.account} CNY"
        yield f"{booking.on_date} * {_quoted(booking.number)} {_quoted(booking.note)}"
        yield from (f"  {posting.account}  {yuan(posting.fen)} CNY" for posting in booking.postings)


def yuan(fen: int) -> str:
    """An amount with two digits: -5 is -0.05."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _quoted(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
