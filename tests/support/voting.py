"""A process that casts votes, each in a transaction of its own, and says so once it is committed; made to be killed."""

from __future__ import annotations

from multiprocessing.connection import Connection

from storage import sealed
from storage.council import votes
from storage.database import Store


def main(url: str, key: str, motion_id: int, told: Connection) -> None:
    """Every elector votes from the first on, the even ones for, the others against; the person is told of after each commit."""
    sealed.use_keys((key,))
    store = Store(url)
    with store.read() as tx:
        people = votes.electors(tx, motion_id)
    for number, person in enumerate(people):
        with store.begin() as tx:
            votes.hold(tx, motion_id)
            row = votes.get(tx, motion_id)
            assert row is not None and votes.cast(tx, row, person, number % 2)
        told.send(person)
