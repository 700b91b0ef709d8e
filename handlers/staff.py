"""The coordinator's side: who wants to go where, who asks to be called, and the answers."""

from __future__ import annotations

from typing import Any

from domain.access import may, scopes
from domain.errors import Refused
from domain.messages import Button, Outbound
from handlers import work as offers
from handlers.tell import tell
from handlers.turn import Turn
from storage import people, roles, work


def menu_rows(turn: Turn) -> list[tuple[Button, ...]]:
    """What staff have in their menu besides what everybody has."""
    held = turn.roles()
    rows = [
        ("applications.see", "staff.menu_applications", "s:applications"),
        ("calls.see", "staff.menu_calls", "s:calls"),
        ("positions.publish", "staff.menu_drafts", "s:drafts"),
    ]
    return [(turn.button(phrase, choice),) for action, phrase, choice in rows if scopes(held, action)]


def applications(turn: Turn, _argument: str = "") -> list[Outbound]:
    """Open applications of her communities, each with two answers."""
    where = scopes(turn.roles(), "applications.see")
    if not where:
        raise Refused("staff.not_allowed")
    rows = work.applications(turn.tx, where=where, limit=10)
    if not rows:
        return [turn.say("staff.no_applications")]
    for row in rows:
        roles.log(
            turn.tx, actor_id=turn.person_id, action="applications.see", subject_kind="person", subject_id=row["person_id"], now=turn.now
        )
    return [_application(turn, row) for row in rows]


def _application(turn: Turn, row: dict[str, Any]) -> Outbound:
    phone = row["phone"] or turn.words("staff.no_phone")
    text = turn.words("staff.application", who=offers.name_of(turn, row), title=row["title"], enterprise=row["enterprise"], phone=phone)
    return Outbound(text=text, buttons=(offers.decision_row(turn, row["id"]),))


def decide(turn: Turn, argument: str) -> list[Outbound]:
    """The coordinator's answer to an application; the mother is told."""
    number, _, answer = argument.partition(":")
    row = work.application(turn.tx, int(number)) if number.isdecimal() and len(number) < 16 else None
    if row is None or answer not in ("yes", "no"):
        raise Refused("work.gone")
    if not may(turn.roles(), "applications.decide", row["community_id"]):
        raise Refused("staff.not_allowed")
    who = offers.name_of(turn, row)
    if row["status"] != "applied":
        return [turn.say(f"staff.decided_{row['status']}", who=who, title=row["title"])]
    status = "accepted" if answer == "yes" else "declined"
    if not work.decide(turn.tx, row["id"], status, by=turn.person_id, now=turn.now):
        raise Refused("work.gone")
    if answer == "yes" and not work.take_place(turn.tx, row["position_id"]):
        raise Refused("work.filled", title=row["title"])
    roles.log(
        turn.tx, actor_id=turn.person_id, action="applications.decide", subject_kind="application", subject_id=row["id"], now=turn.now
    )
    rows = () if answer == "yes" else ((turn.button("menu.work", "m:work"),),)
    word = turn.say(f"work.{status}", *rows, title=row["title"], enterprise=row["enterprise"])
    tell(turn.tx, turn.content, [row["person_id"]], "answer", word, now=turn.now)
    return [turn.say(f"staff.decided_{status}", who=who, title=row["title"])]


def calls(turn: Turn, _argument: str = "") -> list[Outbound]:
    """Who asks, or needs, to be called; dangers first. Every look is logged."""
    where = scopes(turn.roles(), "calls.see")
    if not where:
        raise Refused("staff.not_allowed")
    rows = work.calls(turn.tx, where)
    if not rows:
        return [turn.say("staff.no_calls")]
    rows.sort(key=lambda row: (not row["hazards"], row["id"]))
    for row in rows:
        roles.log(turn.tx, actor_id=turn.person_id, action="calls.see", subject_kind="call_request", subject_id=row["id"], now=turn.now)
    return [_call(turn, row) for row in rows[:10]]


def _call(turn: Turn, row: dict[str, Any]) -> Outbound:
    urgent = turn.words("staff.urgent") if row["hazards"] else ""
    contact = row["contact"] or row["phone"] or turn.words("staff.no_phone")
    text = turn.words("staff.call", urgent=urgent, who=offers.name_of(turn, row), contact=contact, said=row["said"] or "")
    return Outbound(text=text, buttons=((turn.button("staff.call_done", f"callend:{row['id']}"),),), private=bool(row["hazards"]))


def close_call(turn: Turn, argument: str) -> list[Outbound]:
    """The coordinator spoke to her: the request is off the list."""
    row = work.call(turn.tx, int(argument)) if argument.isdecimal() and len(argument) < 16 else None
    if row is None:
        raise Refused("work.gone")
    where = scopes(turn.roles(), "calls.close")
    # A request of nobody's community belongs to whoever may close any.
    if not where or (row["community_id"] is not None and not may(turn.roles(), "calls.close", row["community_id"])):
        raise Refused("staff.not_allowed")
    if row["closed_at"] is None:
        work.change_call(turn.tx, row["id"], closed_at=turn.now, closed_by=turn.person_id)
        roles.log(turn.tx, actor_id=turn.person_id, action="calls.close", subject_kind="call_request", subject_id=row["id"], now=turn.now)
    return [turn.say("staff.call_closed")]


def redeem(turn: Turn, code: str) -> list[Outbound]:
    """An invitation's code: the role is hers, once."""
    invitation = roles.redeem(turn.tx, code, turn.person_id, now=turn.now)
    if invitation is None:
        raise Refused("staff.code_void")
    community_id = invitation["community_id"]
    roles.give(turn.tx, turn.person_id, invitation["role"], community_id=community_id, cell_id=invitation["cell_id"], now=turn.now)
    roles.log(turn.tx, actor_id=turn.person_id, action="roles.redeem", subject_kind="person", subject_id=turn.person_id, now=turn.now)
    place = next((c["name"] for c in people.communities(turn.tx) if c["id"] == community_id), turn.words("staff.whole_city"))
    if invitation["role"] == "mother" and community_id is not None:
        people.change(turn.tx, turn.person_id, community_id=community_id)
    return [turn.say("staff.welcome", *menu_rows(turn), role=turn.words(f"staff.role_{invitation['role']}"), place=place)]
