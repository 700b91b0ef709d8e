"""The coordinator's side: who asks to be called, and the role that an invitation gives."""

from __future__ import annotations

from typing import Any

from domain.access import may, scopes
from domain.errors import Refused
from domain.messages import Button, Outbound
from handlers import work as offers
from handlers.turn import Turn, row_id
from storage import handovers, roles, work

# What staff have in their menu besides what everybody has: action, words, choice; what is used most often first.
ROWS = (
    ("applications.see", "staff.menu_applications", "s:applications"),
    ("tasks.see", "tasks.menu", "s:tasks"),
    ("calls.see", "staff.menu_calls", "s:calls"),
    ("visits.see", "visits.menu", "s:visits"),
    ("positions.publish", "staff.menu_drafts", "s:drafts"),
    ("positions.withdraw", "positions.menu_public", "s:public"),
    ("positions.review", "positions.menu_reviews", "s:reviews"),
    ("classes.manage", "classes.menu_staff", "s:classes"),
    ("broadcasts.write", "broadcasts.menu_write", "s:broadcast"),
    ("broadcasts.write", "broadcasts.menu_mine", "s:broadcasts"),
    ("broadcasts.approve", "broadcasts.menu_asked", "s:asked"),
    ("reports.see", "reports.menu", "s:figures"),
    ("campaigns.manage", "surveys.menu", "s:survey"),
    ("cells.handover", "handovers.menu", "s:cells"),
    ("roles.invite", "invitations.menu", "s:invite"),
    ("roles.withdraw", "invitations.menu_team", "s:team"),
)


def menu_rows(turn: Turn) -> list[tuple[Button, ...]]:
    """What staff have in their menu, two in a row, so that a phone shows it with little scrolling."""
    held = turn.roles()
    buttons = [turn.button(phrase, choice) for action, phrase, choice in ROWS if scopes(held, action)]
    if any(one.role == handovers.WORKER for one in held) and handovers.open_for(turn.tx, turn.person_id):
        buttons.insert(0, turn.button("handovers.menu_waiting", "s:handovers"))
    return [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]


def named(turn: Turn, text: str) -> str | None:
    """The choice of the menu's button that is called so, where she may use it: staff type what they read on it yesterday."""
    for action, phrase, choice in ROWS:
        if turn.words(phrase) == text and scopes(turn.roles(), action):
            return choice
    return None


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
    row = work.call(turn.tx, row_id(argument))
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
