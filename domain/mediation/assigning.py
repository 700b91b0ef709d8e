"""Who may have a case: with capacity, without a conflict of interest, and whose turn it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple

Why = Literal["party", "reporter", "kin", "same_building", "named", "contact"]
CAPACITY = 5
_BUILDING = re.compile(r"(\d+)\s*(?:号楼|栋|幢|号院|座|#)")
_DIGITS = str.maketrans("０１２３４５６７８９一二三四五六七八九", "0123456789123456789")


class Mediator(NamedTuple):
    """One who could have it; `busy` is how many cases she has open, `asked` how many she was asked for lately."""

    person_id: int
    community_id: int | None
    building: str
    busy: int
    near: bool
    on_duty: bool


class Concerned(NamedTuple):
    """Whom the case is about, or who brought it."""

    person_id: int | None
    community_id: int | None
    address: str


def building(written: str) -> str:
    """Of an address what names the house; empty where it names none."""
    match = _BUILDING.search(written.translate(_DIGITS))
    return match[1].lstrip("0") if match else ""


def conflict(mediator: Mediator, parties: Iterable[Concerned], *, reporter: int | None, known: Collection[int]) -> Why | None:
    """Why she may not have it, by what the rows say; `known` are those who were named, or declared it themselves."""
    if mediator.person_id in known:
        return "named"
    if reporter == mediator.person_id:
        return "reporter"
    home = building(mediator.building)
    for party in parties:
        if party.person_id == mediator.person_id:
            return "party"
        if home and party.community_id == mediator.community_id and building(party.address) == home:
            return "same_building"
    return None


def next_of(mediators: Sequence[Mediator], free: Collection[int], *, capacity: int = CAPACITY) -> Mediator | None:
    """Whose turn it is among those who are free of conflict: on duty first, then near, then with the fewest cases. None where nobody has room."""
    able = [one for one in mediators if one.person_id in free and one.busy < capacity]
    return min(able, key=lambda one: (not one.on_duty, not one.near, one.busy, one.person_id), default=None)
