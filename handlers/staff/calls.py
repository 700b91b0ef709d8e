"""The coordinator's side: who asks to be called, and the role that an invitation gives."""

from __future__ import annotations

from domain.errors import Refused
from domain.messages import Outbound
from handlers.scene import Scene, row_id
from handlers.turn import Turn
from storage.staff import calls


def waiting(turn: Turn, _argument: str = "") -> list[Outbound]:
    """Who asks, or needs, to be called; dangers first. Every look is logged."""
    rows = calls.waiting(turn.tx, turn.scopes("calls.see"))
    if not rows:
        return [turn.say("staff.no_calls")]
    rows.sort(key=lambda call: (not call.hazards, call.id))
    for call in rows:
        turn.log("calls.see", "call_request", call.id)
    return [_card(turn, call) for call in rows[:10]]


def _card(turn: Turn, call: calls.Call) -> Outbound:
    urgent = turn.words("staff.urgent") if call.hazards else ""
    contact = call.contact or call.phone or turn.words("staff.no_phone")
    text = turn.words("staff.call", urgent=urgent, who=turn.called(call.name, call.key), contact=contact, said=call.said or "")
    return Outbound(text=text, buttons=((turn.button("staff.call_done", f"close_call:{call.id}"),),), private=bool(call.hazards))


def close_call(turn: Turn, argument: str) -> list[Outbound]:
    """The coordinator spoke to her: the request is off the list."""
    close(turn, row_id(argument))
    return [turn.say("staff.call_closed")]


def close(scene: Scene, call_id: int) -> calls.Call:
    """Take a request off the list; closing it again changes nothing. Raises Refused."""
    call = calls.get(scene.tx, call_id)
    if call is None:
        raise Refused("work.gone")
    # A request of nobody's community belongs to whoever may close any.
    scene.scopes("calls.close")
    if call.community_id is not None:
        scene.need("calls.close", call.community_id)
    if call.closed_at is None:
        calls.close(scene.tx, call.id, by=scene.person_id, now=scene.now)
        scene.log("calls.close", "call_request", call.id)
    return call
