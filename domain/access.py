"""Who may do what to whom: one table. Handlers ask it, queries filter by `scopes`, counts and searches obey both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ROLES = ("mother", "grid_worker", "mediator", "coordinator", "federation", "employer")

# Action → roles that may, each inside its own scope only. What a person does with her own data needs no role.
TABLE: dict[str, frozenset[str]] = {
    "applications.see": frozenset({"coordinator", "federation"}),
    "applications.decide": frozenset({"coordinator", "federation"}),
    "positions.publish": frozenset({"coordinator", "federation"}),
    # A notice with an open question (screening says `query`) is not the coordinator's alone.
    "positions.publish_queried": frozenset({"federation"}),
    "calls.see": frozenset({"coordinator", "federation"}),
    "calls.close": frozenset({"coordinator", "federation"}),
    "outbox.see": frozenset({"federation"}),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A role in its scope: the city (community None), a community, or one grid cell of it."""

    role: str
    community_id: int | None = None
    cell_id: int | None = None


def may(actor: Iterable[Held], action: str, community_id: int | None) -> bool:
    """Whether any role of the actor allows the action on something of that community (None: of the city). Raises KeyError for no action."""
    allowed = TABLE[action]
    return any(held.role in allowed and held.cell_id is None and held.community_id in (None, community_id) for held in actor)


def scopes(actor: Iterable[Held], action: str) -> list[int | None]:
    """Communities in which the actor may do it; [None] is the whole city, an empty list nowhere."""
    allowed = TABLE[action]
    found = [held.community_id for held in actor if held.role in allowed and held.cell_id is None]
    return [None] if None in found else list(dict.fromkeys(found))
