"""What she was shown last of posts and what she said about them: kept while she talks of it, then forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, TypedDict

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from domain.codebook import Slots
from storage.prepared import Prepared
from storage.tables.browsing import browsing


class Look(TypedDict, total=False):
    """Ids of posts in the order she saw them: `shown` in the last list, `seen` in any; `slots` and `words` are what she asked for, `narrowed` what
    she said of the list since.

    `community` is the id of the one she named, `only` the one post that she looked at last, `near` whether the nearest come first.
    """

    shown: list[int]
    seen: list[int]
    slots: Slots
    narrowed: Slots
    words: str
    community: int
    only: int
    near: bool


class Kept(NamedTuple):
    """A look and when it was."""

    look: Look
    at: datetime


_LAST = Prepared(select(browsing.c.look, browsing.c.looked_at).where(browsing.c.person_id == bindparam("person")))
_AGAIN = Prepared(
    update(browsing).where(browsing.c.person_id == bindparam("person")).values(look=bindparam("seen"), looked_at=bindparam("now"))
)
_FIRST = insert(browsing)


def last(tx: Connection, person_id: int, *, since: datetime) -> Kept | None:
    """Her last look, if it is not older."""
    kept = _LAST.first(tx, Kept, {"person": person_id})
    return kept if kept is not None and kept.at >= since else None


def keep(tx: Connection, person_id: int, look: Look, *, now: datetime) -> None:
    """This is her last look now."""
    if _AGAIN.changed(tx, {"person": person_id, "seen": look, "now": now}) == 0:
        tx.execute(_FIRST, {"person_id": person_id, "look": look, "looked_at": now})


def erase(tx: Connection, person_id: int) -> None:
    """She wants to be forgotten."""
    tx.execute(delete(browsing).where(browsing.c.person_id == person_id))


def forget(tx: Connection, *, before: datetime) -> None:
    """Looks that nobody talks of any more."""
    tx.execute(delete(browsing).where(browsing.c.looked_at < before))
