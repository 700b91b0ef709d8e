"""What may become of a suggestion, in which order, by when, and where a reason is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from domain.notices import LOCAL

State = Literal["received", "agenda", "accepted", "declined", "in_hand", "done", "closed", "withdrawn", "split"]
Move = Literal["agenda", "accept", "decline", "take", "finish", "content", "not_content", "lapse", "withdraw"]

# From a state, by a move, to a state. Nothing else exists: no state is skipped, and nobody closes what was not answered.
MOVES: dict[tuple[State, Move], State] = {
    ("received", "agenda"): "agenda",
    ("agenda", "accept"): "accepted",
    ("agenda", "decline"): "declined",
    ("accepted", "take"): "in_hand",
    ("in_hand", "finish"): "done",
    ("done", "content"): "closed",
    ("declined", "content"): "closed",
    # Nobody answered in time whether she is content.
    ("done", "lapse"): "closed",
    ("declined", "lapse"): "closed",
    ("received", "withdraw"): "withdrawn",
    ("agenda", "withdraw"): "withdrawn",
}
# Not content: it is decided, or done, once more; the second time her word is kept and it ends.
_AGAIN: dict[State, State] = {"done": "accepted", "declined": "agenda"}

# Somebody still has to do something.
WORKED_ON: tuple[State, ...] = ("received", "agenda", "accepted", "in_hand")
# Others may still say that they want it too.
OPEN: tuple[State, ...] = WORKED_ON
# The women are asked whether they are content.
ANSWERED: tuple[State, ...] = ("declined", "done")
OVER: tuple[State, ...] = ("closed", "withdrawn", "split")
REASONED: frozenset[Move] = frozenset({"decline", "lapse"})
# From the day on which the work was promised: until its end in Yantai.
_DAY_ENDS = time(23, 59, 59)


class Impossible(ValueError):
    """A move that there is not from this state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How long each state may last: to look at what cannot be shown at once, to answer, to begin, to hear whether she is content; and until
    the next is told that something is late."""

    look: timedelta = timedelta(hours=24)
    answer: timedelta = timedelta(days=7)
    hard: timedelta = timedelta(days=15)
    begin: timedelta = timedelta(days=7)
    content: timedelta = timedelta(days=7)
    escalate: timedelta = timedelta(days=2)


def after(state: State, move: Move, *, reopened: bool = False) -> State:
    """The state that a move leads to. Raises Impossible."""
    if move == "not_content" and state in _AGAIN:
        return "closed" if reopened else _AGAIN[state]
    next_state = MOVES.get((state, move))
    if next_state is None:
        raise Impossible(f"{move} from {state}")
    return next_state


def due(
    state: State, since: datetime, deadlines: Deadlines, *, published: bool = True, hard: bool = False, until: date | None = None
) -> datetime | None:
    """By when a suggestion has to leave its state; None where nobody has to do anything.

    `since` is when it arrived, or was opened again, for what is not answered yet, and when it came into its state for all others.
    """
    match state:
        case "received" | "agenda":
            answer = since + (deadlines.hard if hard else deadlines.answer)
            return answer if published else min(answer, since + deadlines.look)
        case "accepted":
            return since + deadlines.begin
        case "in_hand":
            return datetime.combine(until, _DAY_ENDS, LOCAL) if until is not None else since + deadlines.begin
        case "done" | "declined":
            return since + deadlines.content
        case _:
            return None


# The author learns how many want it too at these counts, not at each.
_TOLD_AT = frozenset({2, 5, 10, 20, 50, 100, 200, 500, 1000})


def worth_telling(voices: int) -> bool:
    """Whether its authors are told that so many want it now."""
    return voices in _TOLD_AT
