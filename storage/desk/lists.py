"""Where the rows of a list are now, by their keys: nobody changes by a file what lies in another place."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from storage.tables.people import person
from storage.tables.training import training_class
from storage.tables.work import position

_KEYS = {
    "mothers": (person.c.key, person.c.community_id),
    "classes": (training_class.c.code, training_class.c.community_id),
    "positions": (position.c.code, position.c.community_id),
}


def placed(tx: Connection, kind: str, keys: Sequence[str]) -> dict[str, int | None]:
    """The community of each row that is stored already. Raises KeyError for a list that has no places."""
    key, community = _KEYS[kind]
    return {row[0]: row[1] for row in tx.execute(select(key, community).where(key.in_(list(keys))))}
