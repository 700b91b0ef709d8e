"""A case that is somebody else's beside one that does not exist: what a mediator who may not hears of each, and how long she waits for it.

`python -m bench denied`: if the two took different times, a clock would tell which numbers are cases.
"""

from __future__ import annotations

import random
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from bench.scenes import percentile
from bot import content as contents
from bot.config import Settings
from domain.access import Scope
from domain.mediation.states import Limits
from storage import sealed
from storage.database import Store, migrate
from storage.mediation import assignments, cases, sides
from storage.people import persons
from storage.staff import roles
from storage.tables.people import Person
from tests.support import towns
from tests.support.chat import Town
from tests.support.desk import Desk
from tests.support.rows import put

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
TIMES, CASES, NOBODYS = 400, 40, 900_000


def main() -> None:
    """Print both distributions, their ratio, and how well a clock tells them apart."""
    sealed.use_keys((Fernet.generate_key().decode(),))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'm.db'}")
        migrate(store)
        towns.small(store)
        town = Town(store, contents.load(Settings()), NOW)
        found, other = _cases(store)
        chat = town.invited("sun", "mediator")
        _compare("in chat", lambda number: chat.taps_choice(f"case:{number}").text, found)
        desk = Desk.for_person(town, other)
        _compare("at the desk", lambda number: _page(desk, number), found)
        store.close()


def _cases(store: Store) -> tuple[list[int], int]:
    """Cases that one mediator has; another mediator of the same place, who has none."""
    with store.begin() as tx:
        here = persons.communities(tx)[0].id
        mine, other = (put(tx, Person, NOW, key=key, name=key, community_id=here) for key in ("zheng", "zhou"))
        for one in (mine, other):
            roles.give(tx, one, "mediator", Scope(here), now=NOW)
        made = []
        for _ in range(CASES):
            told: dict[str, Any] = {"kind": "neighbour", "source": "self", "hazards": [], "danger": False, "reported_by": None}
            number = cases.add(tx, community_id=here, now=NOW, limits=Limits(), **told)
            side = sides.add(tx, number, "a", name="王诉苦", contact="call")
            sides.say(tx, number, "account", "怨声载道", party_id=side, author_id=None, now=NOW)
            assignments.ask(tx, number, mine, answer_by=NOW + timedelta(hours=1), now=NOW)
            assignments.answer(tx, number, mine, "accepted", now=NOW)
            made.append(number)
    return made, other


def _page(desk: Desk, number: int) -> str:
    return f"{desk.opens(f'/desk/cases/{number}').status}{desk.html}"


def _compare(where: str, look: Callable[[int], str], found: Sequence[int]) -> None:
    """In random order, so that what else the machine does meets both alike."""
    todo = [(there, number) for there in (True, False) for number in random.Random(7).choices(found, k=TIMES)]
    random.Random(8).shuffle(todo)
    spent: dict[bool, list[float]] = {True: [], False: []}
    said: set[str] = set()
    look(found[0]), look(NOBODYS)
    for there, number in todo:
        asked = number if there else NOBODYS + number
        began = time.process_time()
        heard = look(asked)
        spent[there].append(1000 * (time.process_time() - began))
        said.add(heard)
    theirs, nobodys = sorted(spent[True]), sorted(spent[False])
    row = [f"p{share * 100:.0f} {percentile(theirs, share):.2f} : {percentile(nobodys, share):.2f}" for share in (0.1, 0.5, 0.9, 0.99)]
    print(
        f"denied {where}, ms of one core, somebody else's : nobody's, {TIMES} each: {', '.join(row)}; median {percentile(theirs, 0.5) / percentile(nobodys, 0.5):.3f} "
        f"times; a clock guesses right in {_apart(theirs, nobodys):.1%} (50 % is blind); {len(said)} answer{'s' if len(said) > 1 else ''} to all",
        flush=True,
    )


def _apart(some: Sequence[float], others: Sequence[float]) -> float:
    """How often the larger of one each comes from the same side: the area under the curve, either way round."""
    above = sum(bisect_left(others, one) + (bisect_right(others, one) - bisect_left(others, one)) / 2 for one in some)
    share = above / (len(some) * len(others))
    return max(share, 1 - share)


if __name__ == "__main__":
    main()
