"""Who may do what to whom: one table. Handlers ask it, queries filter by `scopes`, counts and searches obey both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ROLES = ("mother", "grid_worker", "mediator", "coordinator", "federation", "employer")

# Who works in an office, and who walks the streets besides.
OFFICE = frozenset({"coordinator", "federation"})
STREET = OFFICE | {"grid_worker"}

# Action → roles that may, each inside its own scope only. What a person does with her own data needs no role.
TABLE: dict[str, frozenset[str]] = {
    # An employer sees only who agreed that it gets her data (PIPL 23).
    "applications.see": OFFICE | {"employer"},
    "applications.decide": OFFICE | {"employer"},
    "positions.publish": OFFICE,
    # The second person's word on a post with an open question; never the one who asked for it.
    "positions.review": OFFICE,
    "positions.withdraw": OFFICE,
    "threads.see": OFFICE,
    "classes.manage": OFFICE,
    "tasks.see": STREET,
    "tasks.close": STREET,
    "roles.invite": OFFICE,
    "roles.withdraw": OFFICE,
    "people.see": STREET,
    "people.merge": STREET,
    "campaigns.manage": OFFICE,
    "visits.see": STREET,
    "visits.record": STREET,
    "cells.handover": OFFICE,
    "broadcasts.write": STREET,
    "broadcasts.approve": OFFICE,
    "reports.see": OFFICE,
    "offices.export": OFFICE,
    "outbox.see": frozenset({"federation"}),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a role holds: the city (nothing named), a community, one grid cell of it, or one enterprise."""

    community_id: int | None = None
    cell_id: int | None = None
    enterprise_id: int | None = None

    @property
    def city(self) -> bool:
        """Whether it is everything."""
        return self == CITY

    def covers(self, other: Scope) -> bool:
        """Whether something of the other scope lies in this one."""
        if self.city:
            return True
        if self.enterprise_id is not None:
            return self.enterprise_id == other.enterprise_id
        if self.cell_id is not None:
            return self.cell_id == other.cell_id
        return self.community_id == other.community_id


CITY = Scope()


@dataclass(frozen=True, slots=True)
class Held:
    """A role in its scope."""

    role: str
    community_id: int | None = None
    cell_id: int | None = None
    enterprise_id: int | None = None

    @property
    def scope(self) -> Scope:
        """Where it holds."""
        return Scope(self.community_id, self.cell_id, self.enterprise_id)


def may(
    actor: Iterable[Held], action: str, community_id: int | None, *, cell_id: int | None = None, enterprise_id: int | None = None
) -> bool:
    """Whether any role of the actor allows the action on something of that community (None: of the city), cell or enterprise.

    Raises KeyError for no action.
    """
    subject = Scope(community_id, cell_id, enterprise_id)
    return any(scope.covers(subject) for scope in scopes(actor, action))


def scopes(actor: Iterable[Held], action: str) -> list[Scope]:
    """Where the actor may do it, the widest alone where one holds all; an empty list is nowhere. Raises KeyError for no action."""
    allowed = TABLE[action]
    # An employer's role without its enterprise is no role: it must never read as one for the city.
    found = [held.scope for held in actor if held.role in allowed and (held.role != "employer") == (held.enterprise_id is None)]
    return [CITY] if CITY in found else list(dict.fromkeys(found))
