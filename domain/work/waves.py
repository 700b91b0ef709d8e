"""Who is offered a free place first: how well it suits her, how long she has waited, how hard her life is, and what she refused before.

The numbers are points of the match's 100; docs/decisions/0008-fair-waves.md says why they are what they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from domain.matching.rules import Position, Seeker, distance
from domain.windows import minutes, shared

if TYPE_CHECKING:
    from domain.matching.columns import Numbers

REASONS = ("far", "time", "pay", "kind", "other")

# A home in hardship, as a grid worker saw it: as much as a third of a wish for the sector.
HARDSHIP = 10.0
# Grows by half a point a day without an offer and ends after a month.
WAITED = 15.0
WAITED_DAYS = 30
# A refusal of something similar weighs more than hardship and waiting together; without a reason it says little.
REFUSED = {"far": 30.0, "time": 30.0, "pay": 30.0, "kind": 30.0, "other": 5.0}
# Twice refused for the same reason is a no: she is not asked a third time while it is remembered.
REFUSALS = 2
REMEMBERED = timedelta(days=180)
# Who has a place already comes after all who have none.
PLACED = 60.0
# Hours are similar where so much of the post's time lies in the hours refused.
SAME_HOURS = 0.5
# As many as one message shows, so that each is read; and nobody has ten while others have none.
OFFERS_A_DAY = 5
DAY = timedelta(days=1)
# Told late (at night, over the cap), she still has the whole time to answer; but nothing stays open for ever.
LONGEST_WAVES = 2
MOST_BONUS = HARDSHIP + WAITED


@dataclass(frozen=True, slots=True)
class Refusal:
    """An offer to which she said 不合适, and why."""

    reason: str
    position: Position
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What counts for a mother besides the match. `since`: her last offer, or her registration; `offers` are those of the last day and those open."""

    hardship: bool
    since: datetime
    placed: bool = False
    # She has started somewhere: she may look for more, but is not asked.
    works: bool = False
    offers: int = 0
    refusals: tuple[Refusal, ...] = ()


def room(*, free: int, open_offers: int, per_place: int) -> int:
    """How many mothers may be offered a post now."""
    return max(free * per_place - open_offers, 0)


def bonus(hardship: Numbers, days: Numbers) -> Numbers:
    """Points for hardship and for days (whole, not negative) without an offer; for numbers and for arrays."""
    waited = days - (days > WAITED_DAYS) * (days - WAITED_DAYS)
    return HARDSHIP * hardship + WAITED * waited / WAITED_DAYS


def rank(score: float, standing: Standing, seeker: Seeker, position: Position, *, now: datetime) -> float | None:
    """Her place in line in points, never above `score` and the bonus; None where she is not asked now."""
    if standing.works or standing.offers >= OFFERS_A_DAY:
        return None
    alike = [one for one in standing.refusals if now - one.at < REMEMBERED and similar(one, seeker, position)]
    counts = {reason: sum(one.reason == reason for one in alike) for reason in REASONS}
    if any(count >= REFUSALS for reason, count in counts.items() if reason != "other"):
        return None
    days = max((now - standing.since).days, 0)
    refused = sum(REFUSED[reason] * count for reason, count in counts.items())
    return score + float(bonus(standing.hardship, days)) - refused - PLACED * standing.placed


def similar(refusal: Refusal, seeker: Seeker, position: Position) -> bool:
    """Whether what she refused for its distance, time, pay or kind is met here again."""
    before = refusal.position
    match refusal.reason:
        case "far":
            there, here = distance(seeker, before), distance(seeker, position)
            both = position.mode == before.mode == "flexible" and there is not None and here is not None
            return both and (here or 0.0) >= (there or 0.0)
        case "time":
            if not position.windows or not before.windows:
                return not position.windows and not before.windows and position.min_weekly_hours >= before.min_weekly_hours
            return shared(list(position.windows), list(before.windows)) >= SAME_HOURS * minutes(position.windows)
        case "pay":
            paid, asked = _most(position), _most(before)
            return position.pay_basis == before.pay_basis and (paid is None or asked is None or paid <= asked)
        case _:
            return position.sector == before.sector


def _most(position: Position) -> int | None:
    return position.pay_max_fen if position.pay_max_fen is not None else position.pay_min_fen
