"""Who works here, and who leaves: a role is withdrawn at once, with the codes that she made and the handovers that wait for her."""

from __future__ import annotations

from typing import NamedTuple

from domain.access import ROLES
from domain.errors import Refused
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.staff import invitations
from handlers.scene import Scene, row_id
from handlers.staff.invitations import named, place, valid_until
from handlers.turn import Turn
from storage.database import lock
from storage.desk import sessions
from storage.staff import roles
from storage.survey import handovers

TEAM = 8


class Withdrawn(NamedTuple):
    """A role that ended, with how many codes and waiting handovers ended with it."""

    role: roles.Given
    voided: int
    handovers: int


def _held(scene: Scene, role_id: int) -> roles.Given:
    """A role that she may withdraw. Raises Refused."""
    held = roles.given(scene.tx, role_id)
    if held is None:
        raise Refused("invitations.gone")
    if not ROLES[held.role].staff or not invitations.may_give(scene.roles(), held.role, held.scope, action="roles.withdraw"):
        raise Refused("staff.not_allowed")
    return held


def withdraw(scene: Scene, role_id: int) -> Withdrawn:
    """End a role with the next message. Raises Refused where it ended before, is the last of the federation, or is not hers to end."""
    held = _held(scene, role_id)
    # Two of the federation could else withdraw each other in the same moment.
    lock(scene.tx, "roles")
    if held.role == "federation" and held.scope.city and not roles.other_federation(scene.tx, held.id):
        raise Refused("invitations.last")
    if not roles.withdraw(scene.tx, held.id, now=scene.now):
        raise Refused("invitations.gone")
    scene.log("roles.withdraw", "person", held.person_id)
    sessions.end(scene.tx, person_id=held.person_id, now=scene.now)
    # Who left must not come back, or bring others in, by a code that she still has.
    voided = roles.void(scene.tx, created_by=held.person_id, now=scene.now)
    return Withdrawn(held, voided, handovers.end_of(scene.tx, held.person_id, now=scene.now))


def team(turn: Turn, argument: str = "") -> list[Outbound]:
    """Staff and unused invitations within her scope that she may withdraw; every look is logged."""
    where = turn.scopes("roles.withdraw")
    names = [name for name in invitations.givable(turn.roles(), action="roles.withdraw") if ROLES[name].staff]
    rows = roles.all_given(turn.tx, where, names=names, after=row_id(argument.removeprefix("after:")), limit=TEAM + 1)
    open_ = roles.open_invitations(turn.tx, where, names=names, now=turn.now, limit=TEAM) if not argument else []
    if not rows and not open_:
        return [turn.say("invitations.nobody")]
    for row in rows[:TEAM]:
        turn.log("roles.see", "person", row.person_id)
    lines, buttons = _given(turn, rows[:TEAM])
    if len(rows) > TEAM:
        buttons.append((turn.button("invitations.more", f"team:after:{rows[TEAM - 1].id}"),))
    if open_:
        unused, voids = _unused(turn, open_, first=len(lines) + 1)
        lines, buttons = [*lines, turn.words("invitations.team_open"), *unused], [*buttons, *voids]
    whole = turn.words("staff.whole_city") if where[0].city else place(turn, where[0])
    return [Outbound(text="\n".join([turn.words("invitations.team", place=whole), *lines]), buttons=tuple(buttons))]


def _given(turn: Turn, rows: list[roles.Given]) -> tuple[list[str], list[tuple[Button, ...]]]:
    lines: list[str] = []
    buttons: list[tuple[Button, ...]] = []
    for number, row in enumerate(rows, 1):
        who, since = turn.called(row.name, row.key), row.given_at.astimezone(LOCAL)
        held = {"place": named(turn, row), "role": turn.words(f"staff.role_{row.role}")}
        lines.append(turn.words("invitations.team_line", number=number, who=who, month=since.month, day=since.day, **held))
        buttons.append((turn.button("invitations.take", f"team:ask:{row.id}", number=number, who=who),))
    return lines, buttons


def _unused(turn: Turn, rows: list[roles.Invitation], *, first: int) -> tuple[list[str], list[tuple[Button, ...]]]:
    lines: list[str] = []
    buttons: list[tuple[Button, ...]] = []
    for number, row in enumerate(rows, first):
        role, until = turn.words(f"staff.role_{row.role}"), valid_until(turn, row.expires_at)
        lines.append(turn.words("invitations.open_line", number=number, place=named(turn, row), role=role, until=until))
        buttons.append((turn.button("invitations.take_open", f"invite:void:{row.id}", number=number),))
    return lines, buttons


def leave(turn: Turn, argument: str) -> list[Outbound]:
    """收回: `ask:<role id>` asks once more, `end:<role id>` ends the role with the next message; `after:<id>` is the list's next part."""
    verb, _, number = argument.partition(":")
    if verb in ("", "after"):
        return team(turn, argument)
    if verb == "end":
        return _told(turn, withdraw(turn, row_id(number)))
    if verb != "ask":
        raise Refused("invitations.gone")
    held = _held(turn, row_id(number))
    yes, no = turn.button("invitations.take_yes", f"team:end:{held.id}"), turn.button("invitations.take_no", "team")
    return [turn.say("invitations.sure", (yes,), (no,), **_words(turn, held))]


def _words(turn: Turn, held: roles.Given) -> dict[str, str]:
    return {"who": turn.called(held.name, held.key), "place": named(turn, held), "role": turn.words(f"staff.role_{held.role}")}


def _told(turn: Turn, ended: Withdrawn) -> list[Outbound]:
    text = [turn.words("invitations.taken", **_words(turn, ended.role))]
    if ended.voided:
        text.append(turn.words("invitations.taken_more", count=ended.voided))
    if ended.handovers:
        text.append(turn.words("invitations.taken_handover", count=ended.handovers))
    return [Outbound(text="\n".join(text))]
