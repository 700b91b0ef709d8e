"""Roles by invitation: given to one person by a code that ends, and never wider than one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from domain.access import ROLES, Scope
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.staff import invitations
from handlers import entries, forms
from handlers.scene import Scene, row_id
from handlers.turn import Turn
from storage.broadcasts import pictures
from storage.conversations import About
from storage.people import persons
from storage.staff import roles

# Choices of one screen: a phone shows them without getting lost, and a numbered list fits into one message of WeChat.
PAGE = 20


class Made(NamedTuple):
    """A new invitation: its row, the code and the page it opens, and until when it holds."""

    id: int
    code: str
    link: str
    until: datetime


def invite(scene: Scene, role: str, where: Scope) -> Made:
    """Make a code that gives this role there. Raises Refused where she may not give it, and where it cannot be held there."""
    if not invitations.may_give(scene.roles(), role, where):
        raise Refused("staff.not_allowed")
    if not invitations.fits(role, where) or not _exists(scene, where):
        raise Refused("invitations.gone")
    until = scene.now + invitations.VALID
    invitation_id, code = roles.invite(scene.tx, role, where, expires_at=until, created_by=scene.person_id, now=scene.now)
    scene.log("roles.invite", "invitation", invitation_id)
    return Made(invitation_id, code, f"{scene.content.rules.public_url}/?start={code}", until)


def _exists(scene: Scene, where: Scope) -> bool:
    """Whether the cell is one of the community, and the firm has posts there."""
    if where.community_id is None:
        return where.city
    inside = roles.firms_of(scene.tx, where.community_id) if where.enterprise_id else roles.cells_of(scene.tx, where.community_id)
    chosen = where.enterprise_id or where.cell_id
    return chosen is None or any(one.id == chosen for one in inside)


def void(scene: Scene, invitation_id: int) -> roles.Invitation:
    """Withdraw an invitation before it is used. Raises Refused where it was used, and where she may not."""
    invitation = roles.invitation(scene.tx, invitation_id)
    if invitation is None or invitation.person_id is not None:
        raise Refused("invitations.gone")
    if not invitations.may_give(scene.roles(), invitation.role, invitation.scope, action="roles.withdraw"):
        raise Refused("staff.not_allowed")
    if not roles.void(scene.tx, invitation_id=invitation.id, now=scene.now):
        raise Refused("invitations.void_late")
    scene.log("roles.withdraw", "invitation", invitation.id)
    return invitation


# How staff choose whom to invite.


def offer(turn: Turn, _argument: str = "") -> list[Outbound]:
    """邀请: first the role."""
    names = invitations.givable(turn.roles())
    if not names:
        raise Refused("staff.not_allowed")
    return [turn.say("invitations.which_role", *((turn.button(f"staff.role_{name}", f"invite:{name}"),) for name in names))]


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A step of an invitation: role, then community (`p20`: from the 20th on), then cell or firm; or `void:<id>`."""
    role, _, rest = argument.partition(":")
    if role == "void":
        void(turn, row_id(rest))
        return [turn.say("invitations.voided")]
    if role not in invitations.givable(turn.roles()):
        raise Refused("staff.not_allowed")
    where, _, inner = rest.partition(":")
    if not where or where.startswith("p"):
        return _communities(turn, role, where)
    community_id = row_id(where) or None
    places = ROLES[role].held_in
    if "cell" in places and community_id and (not inner or inner.startswith("p")):
        return _cells(turn, role, community_id, inner)
    if "firm" in places and community_id and (not inner or inner.startswith("p")):
        return _firms(turn, role, community_id, inner)
    chosen = row_id(inner) or None
    cell_id, enterprise_id = (None, chosen) if "firm" in places else (chosen, None)
    return _made(turn, role, Scope(community_id, cell_id, enterprise_id))


def _made(turn: Turn, role: str, where: Scope) -> list[Outbound]:
    """The code, its picture and its links."""
    made = invite(turn, role, where)
    said = turn.say(
        "invitations.made",
        (turn.button("invitations.void", f"invite:void:{made.id}"),),
        place=place(turn, where),
        role=turn.words(f"staff.role_{role}"),
        link=made.link,
        code=made.code,
        until=valid_until(turn, made.until),
    )
    if name := turn.content.rules.telegram_name:
        said = replace(said, text=f"{said.text}\n{turn.words('invitations.telegram', link=f'https://t.me/{name}?start={made.code}')}")
    return [replace(said, picture=pictures.put(turn.tx, invitations.qr(made.link), "image/png", now=turn.now, by=turn.person_id))]


def _page(turn: Turn, phrase: str, buttons: Sequence[Button], *, start: str, more: str, **values: object) -> list[Outbound]:
    """One screen of a choice; `start` as `p20`, `more` is the choice that the next screen's `p40` is put behind."""
    first = row_id(start.removeprefix("p"))
    shown = [(button,) for button in buttons[first : first + PAGE]]
    if first + PAGE < len(buttons):
        shown.append((turn.button("invitations.more", f"{more}:p{first + PAGE}"),))
    return [turn.say(phrase, *shown, **values)]


def _communities(turn: Turn, role: str, start: str) -> list[Outbound]:
    where = turn.scopes("roles.invite")
    known = persons.communities(turn.tx)
    mine = [row for row in known if any(scope.city or scope.community_id == row.id for scope in where)]
    buttons = [Button(row.name, f"invite:{role}:{row.id}") for row in mine]
    if "city" in ROLES[role].held_in and turn.may("roles.invite", None):
        buttons.insert(0, turn.button("invitations.whole_city", f"invite:{role}:0:0"))
    if len(buttons) == 1:
        return act(turn, buttons[0].choice.removeprefix("invite:"))
    return _page(turn, "invitations.which_community", buttons, start=start, more=f"invite:{role}", role=turn.words(f"staff.role_{role}"))


def _cells(turn: Turn, role: str, community_id: int, start: str) -> list[Outbound]:
    cells = roles.cells_of(turn.tx, community_id)
    if not cells:
        return _made(turn, role, Scope(community_id))
    held = turn.roles()
    places = [Scope(community_id), *(Scope(community_id, cell.id) for cell in cells)]
    labels = [turn.words("invitations.whole_community"), *(cell.name for cell in cells)]
    buttons = [
        Button(label, f"invite:{role}:{community_id}:{where.cell_id or 0}")
        for label, where in zip(labels, places, strict=True)
        if invitations.may_give(held, role, where)
    ]
    if not buttons:
        raise Refused("staff.not_allowed")
    return _page(turn, "invitations.which_cell", buttons, start=start, more=f"invite:{role}:{community_id}")


def _firms(turn: Turn, role: str, community_id: int, start: str) -> list[Outbound]:
    if not invitations.may_give(turn.roles(), role, Scope(community_id)):
        raise Refused("staff.not_allowed")
    firms = roles.firms_of(turn.tx, community_id)
    if not firms:
        raise Refused("invitations.no_firms")
    buttons = [Button(firm.name, f"invite:{role}:{community_id}:{firm.id}") for firm in firms]
    return _page(turn, "invitations.which_firm", buttons, start=start, more=f"invite:{role}:{community_id}")


def place(turn: Turn, where: Scope) -> str:
    """A scope as people call it: the firm, the cell with its community, the community, or the whole city."""
    return named(turn, roles.place(turn.tx, where))


def named(turn: Turn, held: roles.Place | roles.Given | roles.Invitation) -> str:
    """`place` for a row that has the names of where it holds."""
    return held.enterprise or f"{held.community or ''}{held.cell or ''}" or turn.words("staff.whole_city")


def valid_until(turn: Turn, at: datetime) -> str:
    """Until when an invitation holds."""
    local = at.astimezone(LOCAL)
    return turn.words("invitations.until", month=local.month, day=local.day, hour=local.hour, minute=local.minute)


def redeem(turn: Turn, code: str) -> list[Outbound]:
    """An invitation's code: the role is hers in its scope, once. To a mother nothing is said of roles: she is greeted like everybody."""
    given = roles.redeem(turn.tx, code, turn.person_id, now=turn.now)
    if given is None:
        raise Refused("staff.code_void")
    roles.give(turn.tx, turn.person_id, given.role, given.scope, by=given.created_by, now=turn.now)
    turn.log("roles.redeem", "person", turn.person_id)
    if not ROLES[given.role].staff:
        if given.community_id is not None:
            persons.change(turn.tx, turn.person_id, community_id=given.community_id)
        return []
    nameless = persons.get(turn.tx, turn.person_id).name is None
    rows = [*entries.menu(turn).rows, *([(turn.button("invitations.my_name", "my_name"),)] if nameless else [])]
    return [turn.say("staff.welcome", *rows, role=turn.words(f"staff.role_{given.role}"), place=place(turn, given.scope))]


def name_asked(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What colleagues and mothers shall call her: without it lists of the staff show keys."""
    return forms.start(turn, "my_name")


def name_said(turn: Turn, _conversation: int, answers: Answers, _about: About) -> list[Outbound]:
    """She said her name."""
    name = str(answers["name"])
    persons.change(turn.tx, turn.person_id, name=name)
    return [turn.say("invitations.named", *entries.menu(turn).rows, name=name)]
