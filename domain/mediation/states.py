"""A case as a pure state machine: from any state only what the law lets follow, and in every open state something is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

State = Literal[
    "reported",  # nobody has looked at it
    "triage",  # a mediator has it and decides whether it can be mediated
    "danger",  # somebody is in danger: helped, never mediated
    "refused",  # it cannot be mediated; the legal ways are named
    "accepted",  # it has a number, and waits for its mediator
    "assigned",  # its mediator asks both sides
    "mediating",  # both sides agreed to mediation
    "agreed",  # an agreement is in force; return visits are due
    "failed",  # no agreement; the legal ways are named
    "withdrawn",  # a side did not want it, or no longer
    "reopened",  # the agreement was broken, or she came back
    "closed",
]
Deed = Literal[
    "take", "danger", "accept", "refuse", "assign", "unassign", "mediate", "agree", "fail", "withdraw", "close", "reopen", "extend"
]
Side = Literal["a", "b"]
SIDES: tuple[Side, Side] = ("a", "b")
BOTH: frozenset[Side] = frozenset(SIDES)

# What may follow, and where it leads. What is not here is barred.
_LEADS: Mapping[tuple[State, Deed], State] = {
    ("reported", "take"): "triage",
    ("reported", "withdraw"): "withdrawn",
    ("triage", "accept"): "accepted",
    ("triage", "refuse"): "refused",
    ("triage", "unassign"): "reported",
    ("triage", "withdraw"): "withdrawn",
    ("accepted", "assign"): "assigned",
    ("accepted", "withdraw"): "withdrawn",
    ("assigned", "mediate"): "mediating",
    ("assigned", "unassign"): "accepted",
    ("assigned", "withdraw"): "withdrawn",
    ("assigned", "fail"): "failed",
    ("mediating", "agree"): "agreed",
    ("mediating", "fail"): "failed",
    ("mediating", "withdraw"): "withdrawn",
    ("mediating", "unassign"): "accepted",
    ("mediating", "extend"): "mediating",
    ("agreed", "close"): "closed",
    ("agreed", "reopen"): "reopened",
    ("closed", "reopen"): "reopened",
    ("failed", "reopen"): "reopened",
    ("withdrawn", "reopen"): "reopened",
    ("reopened", "assign"): "assigned",
    ("reopened", "withdraw"): "withdrawn",
    ("reopened", "fail"): "failed",
    ("danger", "close"): "closed",
}
# Danger is never mediated (law.md): from wherever a case stands, it leads out of mediation, and nothing leads back.
_DANGER_FROM: frozenset[State] = frozenset({"reported", "triage", "accepted", "assigned", "mediating", "agreed", "reopened"})
ENDED: frozenset[State] = frozenset({"refused", "failed", "withdrawn", "closed"})
OPEN: frozenset[State] = frozenset({"reported", "triage", "danger", "accepted", "assigned", "mediating", "agreed", "reopened"})
# Somebody of the mediators has it, with all its contents.
HELD: frozenset[State] = frozenset({"triage", "danger", "assigned", "mediating", "agreed"})


class Barred(Exception):  # noqa: N818 - an expected answer; `why` is a code that content/phrases words
    """It may not follow now."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long each state may last before somebody is told. Settling: one month by several local rules (law.md), longer only with both sides' word."""

    take: timedelta = timedelta(hours=24)
    decide: timedelta = timedelta(days=3)
    answer: timedelta = timedelta(hours=24)
    consent: timedelta = timedelta(days=7)
    settle: timedelta = timedelta(days=30)
    visits: timedelta = timedelta(days=37)
    danger: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a case stands, as far as the rules have to know."""

    state: State = "reported"
    danger: bool = False
    consents: frozenset[Side] = frozenset()
    extends: frozenset[Side] = frozenset()
    # An agreement that is in force.
    agreement: bool = False
    due_at: datetime | None = None
    settle_by: datetime | None = None


def begun(now: datetime, limits: Limits, *, danger: bool = False) -> Standing:
    """A new report; one with danger goes its own way from the first moment."""
    state: State = "danger" if danger else "reported"
    return Standing(state=state, danger=danger, due_at=_due(state, now, limits, None))


def follows(standing: Standing, deed: Deed) -> bool:
    """Whether it may follow now."""
    try:
        _check(standing, deed)
    except Barred:
        return False
    return True


def after(standing: Standing, deed: Deed, now: datetime, limits: Limits) -> Standing:
    """Where the case stands after it. Raises Barred."""
    state = _check(standing, deed)
    if deed == "danger":
        return replace(standing, state=state, danger=True, due_at=_due(state, now, limits, None), settle_by=None)
    settle_by = standing.settle_by
    if deed == "mediate":
        settle_by = now + limits.settle
    elif deed == "extend" and settle_by is not None:
        settle_by += limits.settle
    elif state != "mediating":
        settle_by = None
    fresh = replace(standing, state=state, settle_by=settle_by, due_at=_due(state, now, limits, settle_by))
    if deed == "extend":
        # Another month needs another word.
        return replace(fresh, extends=frozenset())
    if deed == "reopen":
        # Whoever agreed then is asked again: mediation is voluntary at every moment.
        return replace(fresh, consents=frozenset(), extends=frozenset(), agreement=False)
    return fresh


def _check(standing: Standing, deed: Deed) -> State:
    if deed == "danger":
        if standing.state not in _DANGER_FROM:
            raise Barred("ended" if standing.state in ENDED else "not_now")
        return "danger"
    leads = _LEADS.get((standing.state, deed))
    if leads is None or (standing.danger and standing.state != "danger"):
        raise Barred("danger" if standing.danger else "ended" if standing.state in ENDED else "not_now")
    if deed == "mediate" and standing.consents != BOTH:
        raise Barred("consents")
    if deed == "agree" and (standing.consents != BOTH or not standing.agreement):
        raise Barred("consents" if standing.consents != BOTH else "agreement")
    if deed == "extend" and standing.extends != BOTH:
        raise Barred("extends")
    return leads


def _due(state: State, now: datetime, limits: Limits, settle_by: datetime | None) -> datetime | None:
    match state:
        case "reported":
            return now + limits.take
        case "triage":
            return now + limits.decide
        case "accepted" | "reopened":
            return now + limits.answer
        case "assigned":
            return now + limits.consent
        case "mediating":
            return settle_by
        case "agreed":
            return now + limits.visits
        case "danger":
            return now + limits.danger
        case "refused" | "failed" | "withdrawn" | "closed":
            return None


def may_sit_together(standing: Standing) -> bool:
    """Whether both sides may be brought into one room: only in mediation that both agreed to, and never where there is danger."""
    return standing.state == "mediating" and not standing.danger and standing.consents == BOTH
