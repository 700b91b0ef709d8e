"""The coordinator's side: who asks to be called, and the role that an invitation gives."""

from __future__ import annotations

from typing import Any

from domain.access import may, scopes
from domain.errors import Refused
from domain.messages import Outbound
from handlers.scene import row_id
from handlers.turn import Turn
from storage.work import posts


def calls(turn: Turn, _argument: str = "") -> list[Outbound]:
    """Who asks, or needs, to be called; dangers first. Every look is logged."""
    where = scopes(turn.roles(), "calls.see")
    if not where:
        raise Refused("staff.not_allowed")
    rows = posts.calls(turn.tx, where)
    if not rows:
        return [turn.say("staff.no_calls")]
    rows.sort(key=lambda row: (not row["hazards"], row["id"]))
    for row in rows:
        turn.log("calls.see", "call_request", row["id"])
    return [_call(turn, row) for row in rows[:10]]


def _call(turn: Turn, row: dict[str, Any]) -> Outbound:
    urgent = turn.words("staff.urgent") if row["hazards"] else ""
    contact = row["contact"] or row["phone"] or turn.words("staff.no_phone")
    text = turn.words("staff.call", urgent=urgent, who=turn.name_of(row), contact=contact, said=row["said"] or "")
    return Outbound(text=text, buttons=((turn.button("staff.call_done", f"close_call:{row['id']}"),),), private=bool(row["hazards"]))


def close_call(turn: Turn, argument: str) -> list[Outbound]:
    """The coordinator spoke to her: the request is off the list."""
    row = posts.call(turn.tx, row_id(argument))
    if row is None:
        raise Refused("work.gone")
    where = scopes(turn.roles(), "calls.close")
    # A request of nobody's community belongs to whoever may close any.
    if not where or (row["community_id"] is not None and not may(turn.roles(), "calls.close", row["community_id"])):
        raise Refused("staff.not_allowed")
    if row["closed_at"] is None:
        posts.change_call(turn.tx, row["id"], closed_at=turn.now, closed_by=turn.person_id)
        turn.log("calls.close", "call_request", row["id"])
    return [turn.say("staff.call_closed")]
