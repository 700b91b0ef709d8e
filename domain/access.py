"""Who may do what to whom: the roles and one table. Handlers ask it, queries filter by `scopes`, counts and searches obey both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Place = Literal["city", "community", "cell", "firm"]

# Who works in an office, and who walks the streets besides.
OFFICE = frozenset({"coordinator", "federation"})
STREET = OFFICE | {"grid_worker"}
# Who has a desk: everybody who works here, a firm's contact among them.
DESK = STREET | {"mediator", "employer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What somebody is: the kinds of place it is held in, and who gives it to others, and takes it from who leaves.

    A role is made here alone: its name is the phrase staff.role_…; what it may do stands in TABLE. `staff` is False where it is no office.
    """

    name: str
    held_in: frozenset[Place]
    given_by: frozenset[str]
    staff: bool = True


# In the order in which they are offered.
ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        Role(name="mother", held_in=frozenset({"community"}), given_by=OFFICE, staff=False),
        Role(name="grid_worker", held_in=frozenset({"community", "cell"}), given_by=OFFICE),
        Role(name="mediator", held_in=frozenset({"community"}), given_by=OFFICE),
        Role(name="council", held_in=frozenset({"community"}), given_by=OFFICE),
        Role(name="coordinator", held_in=frozenset({"community"}), given_by=frozenset({"federation"})),
        Role(name="federation", held_in=frozenset({"city", "community"}), given_by=frozenset({"federation"})),
        Role(name="employer", held_in=frozenset({"firm"}), given_by=OFFICE),
        # Sees who looked at what, never what it was.
        Role(name="data_officer", held_in=frozenset({"city"}), given_by=frozenset({"federation"})),
    )
}

# Action → roles that may, each inside its own scope only. What a person does with her own data needs no role.
TABLE: dict[str, frozenset[str]] = {
    "desk.open": DESK,
    # A code that lets a colleague's new browser in: only of whom one could give every role that she has.
    "desk.admit": OFFICE,
    # An employer sees only who agreed that it gets her data (PIPL 23).
    "applications.see": OFFICE | {"employer"},
    "applications.decide": OFFICE | {"employer"},
    "positions.publish": OFFICE,
    # A firm writes its own posts; whoever publishes them looks at each.
    "positions.write": OFFICE | {"employer"},
    # The second person's word on a post with an open question; never the one who asked for it.
    "positions.review": OFFICE,
    "positions.withdraw": OFFICE,
    # A firm is looked at by whoever has its posts; what holds for the whole city (its share, its suspension) is decided by who covers it.
    "firms.vet": OFFICE,
    "firms.decide": frozenset({"federation"}),
    "threads.see": OFFICE,
    "classes.manage": OFFICE,
    # Free clinics, talks, dancing: announced, counted.
    "activities.manage": OFFICE,
    "tasks.see": STREET,
    "tasks.close": STREET,
    "roles.invite": OFFICE,
    "roles.withdraw": OFFICE,
    "people.see": STREET,
    # Names and phones are shown by an act of their own, which is written down.
    "people.reveal": STREET,
    "people.correct": OFFICE,
    # A code for her new phone, of whom staff see before them; it shows them nothing.
    "people.phone_code": STREET,
    "people.merge": STREET,
    "campaigns.manage": OFFICE,
    "visits.see": STREET,
    "visits.record": STREET,
    "cells.handover": OFFICE,
    "broadcasts.write": STREET,
    "broadcasts.approve": OFFICE,
    "suggestions.handle": OFFICE,
    # Whoever sits in the council calls it together; the office helps, and has no vote.
    "council.see": OFFICE | {"council"},
    "council.call": OFFICE | {"council"},
    "council.vote": frozenset({"council"}),
    # What the bot could not answer, without who asked, and answers to it: they are given in the whole city.
    "answers.write": frozenset({"federation"}),
    "reports.see": OFFICE,
    # Lists come in and go out at the desk; of one's own place alone.
    "lists.manage": OFFICE,
    # How the bot itself is: for whom the whole city is.
    "health.see": frozenset({"federation"}),
    "posters.print": OFFICE,
    "offices.export": OFFICE,
    "outbox.see": frozenset({"federation"}),
    # Contents belong to who has a case, was given it, and took it (storage.mediation.visible); the role alone shows nothing of any.
    "cases.mediate": frozenset({"mediator"}),
    # States and deadlines, never contents.
    "cases.oversee": OFFICE,
    "cases.report": frozenset({"grid_worker", "mediator"}),
    "referrals.receive": frozenset({"federation"}),
    "access_log.see": frozenset({"data_officer"}),
    # The fund's books; who gave and what it was spent on is public, whom it helped is not.
    "fund.see": OFFICE,
    "fund.book": OFFICE,
    "fund.ask": OFFICE,
    # Never the one who asked; two where the amount is large or it helps one person.
    "fund.approve": OFFICE,
    "shares.tell": frozenset({"employer"}),
    # Where workshops are, what was checked there, and how full they are.
    "workshops.manage": OFFICE,
    # Work by the piece: the workshop counts, the mother or the firm says whether that is so, and a person looks where they differ.
    "lots.manage": OFFICE,
    # A firm brings lots and sees where its pieces are, never with whom.
    "lots.bring": OFFICE | {"employer"},
    "lots.collect": frozenset({"employer"}),
    # Closes a month's pay; what is below the minimum takes a second person. A firm says that it paid, and sees sums, never names.
    "pay.close": OFFICE,
    "pay.tell": OFFICE | {"employer"},
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

    @property
    def kind(self) -> Place:
        """The kind of place it is; a firm's may name the community that invited its contact."""
        if self.enterprise_id is not None:
            return "firm"
        if self.cell_id is not None:
            return "cell"
        return "city" if self.community_id is None else "community"

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
    # A firm's role without its enterprise is no role: it must never read as one for the city.
    places = [held.scope for held in actor if held.role in allowed and ("firm" in ROLES[held.role].held_in) == (held.scope.kind == "firm")]
    return [CITY] if CITY in places else list(dict.fromkeys(places))
