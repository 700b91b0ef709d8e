"""A suggestion comes into its next state: checked by domain.council.states, written down as a step, told to everybody behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.council.states import ANSWERED, OPEN, OVER, Impossible, Move, State, after, due
from domain.errors import Refused
from handlers.council import told
from handlers.scene import Scene
from storage.council import similar, suggestions
from storage.council.suggestions import Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class With:
    """What a move says besides: why, who does it until when, a picture of what was done, what it cost and who paid."""

    reason: str | None = None
    owner: str | None = None
    until: date | None = None
    picture: str = ""
    cost_fen: int | None = None
    paid_by: str = ""


NOTHING = With()


def advance(scene: Scene, row: Suggestion, move: Move, *, by: int | None, said: With = NOTHING) -> Suggestion:
    """Make the move; the suggestion as it is then. Raises Refused where it cannot be made from its state, and where a reason is missing."""
    try:
        state = after(row.state, move, reopened=row.reopened)
    except Impossible:
        raise Refused("council.not_from_here") from None
    reopens = move == "not_content" and state not in OVER
    values: suggestions.Values = {"state": state, "escalated": 0, **_dates(scene, row, move, state)}
    if reopens:
        values |= {"reopened": True, "owner": None, "until": None, "done_at": None}
    if move == "take":
        values |= {"owner": said.owner, "until": said.until}
    if move == "finish":
        values |= {"cost_fen": said.cost_fen, "paid_by": said.paid_by}
    since = row.arrived_at if state in ("received", "agenda") and not reopens else scene.now
    due_at = due(state, since, scene.content.rules.deadlines, hard=row.hard, until=said.until)
    values |= {"due_at": due_at, "escalate_at": due_at}
    suggestions.change(scene.tx, row.id, **values)
    fresh = suggestions.get(scene.tx, row.id)
    assert fresh is not None
    _findable(scene, fresh)
    told.step(scene, fresh, move, by=by, reason=said.reason, picture=said.picture, before=row.state, after=state)
    return fresh


def _dates(scene: Scene, row: Suggestion, move: Move, state: State) -> suggestions.Values:
    values: suggestions.Values = {}
    if move in ("accept", "decline") and row.answered_at is None:
        values["answered_at"] = scene.now
    if move == "finish":
        values["done_at"] = scene.now
    if state in OVER:
        values["closed_at"] = scene.now
    return values


def _findable(scene: Scene, row: Suggestion) -> None:
    """Only what others may still support is found by new words; what is opened again is found again."""
    members = sorted(suggestions.behind(scene.tx, row.id).members)
    if row.state in OVER or row.state in ANSWERED:
        similar.drop(scene.tx, members)
    elif row.reopened and row.state in OPEN and row.published_at is not None:
        for number in members:
            one = suggestions.get(scene.tx, number)
            if one is not None:
                similar.put(scene.tx, number, row.community_id, one.text)
