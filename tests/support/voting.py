"""A process that casts votes, each in a transaction of its own, and says so once it is committed; made to be killed.

`python -m tests.support.voting URL MOTION`: every elector votes, the even ones for, the others against.
"""

from __future__ import annotations

import os
import sys

from storage import sealed
from storage.council import votes
from storage.database import Store


def main(url: str, motion_id: int) -> None:
    """Cast all votes, from the first elector on, and print the person after each commit."""
    sealed.use_keys(sealed.keys_from(os.environ["MOTHERPOST_KEYS"], None))
    store = Store(url)
    with store.read() as tx:
        people = votes.electors(tx, motion_id)
    for number, person in enumerate(people):
        with store.begin() as tx:
            votes.hold(tx, motion_id)
            row = votes.get(tx, motion_id)
            assert row is not None and votes.cast(tx, row, person, number % 2)
        print(person, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
