"""Roles by invitation: given to one person by a code that ends, never wider than one's own, and withdrawn at once when she leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.access import Scope, may, scopes
from domain.errors import Refused
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.staff import invitations
from handlers import entries, forms
from handlers.scene import row_id
from handlers.turn import Turn
from storage.broadcasts import pictures
from storage.database import lock
from storage.people import persons
from storage.staff import roles
from storage.survey import handovers

# Choices of one screen: a phone shows them without getting lost, and a numbered list fits into one message of WeChat.
PAGE = 20
TEAM = 8


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
        return _void(turn, rest)
    if role not in invitations.givable(turn.roles()):
        raise Refused("staff.not_allowed")
    where, _, inner = rest.partition(":")
    if not where or where.startswith("p"):
        return _communities(turn, role, where)
    community_id = row_id(where) or None
    if role == "grid_worker" and community_id and (not inner or inner.startswith("p")):
        return _cells(turn, role, community_id, inner)
    if role == "employer" and community_id and (not inner or inner.startswith("p")):
        return _firms(turn, community_id, inner)
    chosen = row_id(inner) or None
    cell_id, enterprise_id = (None, chosen) if role == "employer" else (chosen, None)
    return _made(turn, role, Scope(community_id, cell_id, enterprise_id))


def _page(turn: Turn, phrase: str, buttons: Sequence[Button], *, start: str, more: str, **values: Any) -> list[Outbound]:
    """One screen of a choice; `start` as `p20`, `more` is the choice that the next screen's `p40` is put behind."""
    first = row_id(start.removeprefix("p"))
    shown = [(button,) for button in buttons[first : first + PAGE]]
    if first + PAGE < len(buttons):
        shown.append((turn.button("invitations.more", f"{more}:p{first + PAGE}"),))
    return [turn.say(phrase, *shown, **values)]


def _communities(turn: Turn, role: str, start: str) -> list[Outbound]:
    held = turn.roles()
    known = persons.communities(turn.tx)
    mine = [row for row in known if any(scope.city or scope.community_id == row["id"] for scope in scopes(held, "roles.invite"))]
    buttons = [Button(row["name"], f"invite:{role}:{row['id']}") for row in mine]
    if role == "federation" and may(held, "roles.invite", None):
        buttons.insert(0, turn.button("invitations.whole_city", "invite:federation:0:0"))
    if len(buttons) == 1:
        return act(turn, buttons[0].choice.removeprefix("invite:"))
    return _page(turn, "invitations.which_community", buttons, start=start, more=f"invite:{role}", role=turn.words(f"staff.role_{role}"))


def _cells(turn: Turn, role: str, community_id: int, start: str) -> list[Outbound]:
    cells = roles.cells_of(turn.tx, community_id)
    if not cells:
        return _made(turn, role, Scope(community_id))
    held = turn.roles()
    places = [Scope(community_id), *(Scope(community_id, row["id"]) for row in cells)]
    labels = [turn.words("invitations.whole_community"), *(row["name"] for row in cells)]
    buttons = [
        Button(label, f"invite:{role}:{community_id}:{where.cell_id or 0}")
        for label, where in zip(labels, places, strict=True)
        if invitations.may_give(held, role, where)
    ]
    if not buttons:
        raise Refused("staff.not_allowed")
    return _page(turn, "invitations.which_cell", buttons, start=start, more=f"invite:{role}:{community_id}")


def _firms(turn: Turn, community_id: int, start: str) -> list[Outbound]:
    if not invitations.may_give(turn.roles(), "employer", Scope(community_id)):
        raise Refused("staff.not_allowed")
    firms = roles.firms_of(turn.tx, community_id)
    if not firms:
        raise Refused("invitations.no_firms")
    buttons = [Button(row["name"], f"invite:employer:{community_id}:{row['id']}") for row in firms]
    return _page(turn, "invitations.which_firm", buttons, start=start, more=f"invite:employer:{community_id}")


def _made(turn: Turn, role: str, where: Scope) -> list[Outbound]:
    """The code, its picture and its links, if she may give this role there."""
    if not invitations.may_give(turn.roles(), role, where):
        raise Refused("staff.not_allowed")
    if not invitations.fits(role, where) or not _exists(turn, where):
        raise Refused("invitations.gone")
    until = turn.now + invitations.VALID
    row, code = roles.invite(turn.tx, role, where, expires_at=until, created_by=turn.person_id, now=turn.now)
    turn.log("roles.invite", "invitation", row)
    link = f"{turn.content.rules.public_url}/?start={code}"
    said = turn.say(
        "invitations.made",
        (turn.button("invitations.void", f"invite:void:{row}"),),
        place=place(turn, where),
        role=turn.words(f"staff.role_{role}"),
        link=link,
        code=code,
        until=_moment(turn, until),
    )
    if name := turn.content.rules.telegram_name:
        said = replace(said, text=f"{said.text}\n{turn.words('invitations.telegram', link=f'https://t.me/{name}?start={code}')}")
    return [replace(said, picture=pictures.put(turn.tx, invitations.qr(link), "image/png", now=turn.now, by=turn.person_id))]


def _exists(turn: Turn, where: Scope) -> bool:
    """Whether the cell is one of the community, and the firm has posts there."""
    if where.community_id is None:
        return where.city
    inner = roles.firms_of(turn.tx, where.community_id) if where.enterprise_id else roles.cells_of(turn.tx, where.community_id)
    chosen = where.enterprise_id or where.cell_id
    return "community" in roles.place(turn.tx, where) and (chosen is None or any(row["id"] == chosen for row in inner))


def place(turn: Turn, where: Scope) -> str:
    """A scope as people call it: the firm, the cell with its community, the community, or the whole city."""
    return named(turn, roles.place(turn.tx, where))


def named(turn: Turn, names: dict[str, Any]) -> str:
    """`place` for a row that has the names `community`, `cell` and `enterprise`."""
    if names.get("enterprise"):
        return str(names["enterprise"])
    return f"{names.get('community') or ''}{names.get('cell') or ''}" or turn.words("staff.whole_city")


def _moment(turn: Turn, at: datetime) -> str:
    local = at.astimezone(LOCAL)
    return turn.words("invitations.until", month=local.month, day=local.day, hour=local.hour, minute=local.minute)


def _void(turn: Turn, argument: str) -> list[Outbound]:
    row = roles.invitation(turn.tx, row_id(argument))
    if row is None or row["person_id"] is not None:
        raise Refused("invitations.gone")
    where = Scope(row["community_id"], row["cell_id"], row["enterprise_id"])
    if not invitations.may_give(turn.roles(), row["role"], where, action="roles.withdraw"):
        raise Refused("staff.not_allowed")
    if not roles.void(turn.tx, invitation_id=row["id"], now=turn.now):
        raise Refused("invitations.void_late")
    turn.log("roles.withdraw", "invitation", row["id"])
    return [turn.say("invitations.voided")]


def redeem(turn: Turn, code: str) -> list[Outbound]:
    """An invitation's code: the role is hers in its scope, once. To a mother nothing is said of roles: she is greeted like everybody."""
    invitation = roles.redeem(turn.tx, code, turn.person_id, now=turn.now)
    if invitation is None:
        raise Refused("staff.code_void")
    where = Scope(invitation["community_id"], invitation["cell_id"], invitation["enterprise_id"])
    roles.give(turn.tx, turn.person_id, invitation["role"], where, by=invitation["created_by"], now=turn.now)
    turn.log("roles.redeem", "person", turn.person_id)
    if invitation["role"] == "mother":
        if where.community_id is not None:
            persons.change(turn.tx, turn.person_id, community_id=where.community_id)
        return []
    role = turn.words(f"staff.role_{invitation['role']}")
    nameless = persons.get(turn.tx, turn.person_id)["name"] is None
    rows = [*entries.rows(turn), *([(turn.button("invitations.my_name", "my_name"),)] if nameless else [])]
    return [turn.say("staff.welcome", *rows, role=role, place=place(turn, where))]


def name_asked(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What colleagues and mothers shall call her: without it lists of the staff show keys."""
    return forms.start(turn, "my_name")


def name_said(turn: Turn, _conversation: int, answers: Mapping[str, Any], _about: Mapping[str, Any]) -> list[Outbound]:
    """She said her name."""
    persons.change(turn.tx, turn.person_id, name=answers["name"])
    return [turn.say("invitations.named", *entries.rows(turn), name=answers["name"])]


# ----- Who is here, and who leaves


def team(turn: Turn, argument: str = "") -> list[Outbound]:
    """Staff and unused invitations within her scope that she may withdraw; every look is logged."""
    held = turn.roles()
    where = scopes(held, "roles.withdraw")
    if not where:
        raise Refused("staff.not_allowed")
    # Mothers are nobody's staff.
    names = [name for name in invitations.givable(held, action="roles.withdraw") if name != "mother"]
    rows = roles.all_given(turn.tx, where, names=names, after=row_id(argument.removeprefix("after:")), limit=TEAM + 1)
    open_ = roles.open_invitations(turn.tx, where, names=names, now=turn.now, limit=TEAM) if not argument else []
    if not rows and not open_:
        return [turn.say("invitations.nobody")]
    for row in rows[:TEAM]:
        turn.log("roles.see", "person", row["person_id"])
    lines, buttons = _given(turn, rows[:TEAM])
    if len(rows) > TEAM:
        buttons.append((turn.button("invitations.more", f"team:after:{rows[TEAM - 1]['id']}"),))
    if open_:
        unused, voids = _unused(turn, open_, first=len(lines) + 1)
        lines, buttons = [*lines, turn.words("invitations.team_open"), *unused], [*buttons, *voids]
    whole = turn.words("staff.whole_city") if where[0].city else place(turn, where[0])
    return [Outbound(text="\n".join([turn.words("invitations.team", place=whole), *lines]), buttons=tuple(buttons))]


def _given(turn: Turn, rows: list[dict[str, Any]]) -> tuple[list[str], list[tuple[Button, ...]]]:
    lines: list[str] = []
    buttons: list[tuple[Button, ...]] = []
    for number, row in enumerate(rows, 1):
        who, since = turn.name_of(row), row["given_at"].astimezone(LOCAL)
        held = {"place": named(turn, row), "role": turn.words(f"staff.role_{row['role']}")}
        lines.append(turn.words("invitations.team_line", number=number, who=who, month=since.month, day=since.day, **held))
        buttons.append((turn.button("invitations.take", f"team:ask:{row['id']}", number=number, who=who),))
    return lines, buttons


def _unused(turn: Turn, rows: list[dict[str, Any]], *, first: int) -> tuple[list[str], list[tuple[Button, ...]]]:
    lines: list[str] = []
    buttons: list[tuple[Button, ...]] = []
    for number, row in enumerate(rows, first):
        role, until = turn.words(f"staff.role_{row['role']}"), _moment(turn, row["expires_at"])
        lines.append(turn.words("invitations.open_line", number=number, place=named(turn, row), role=role, until=until))
        buttons.append((turn.button("invitations.take_open", f"invite:void:{row['id']}", number=number),))
    return lines, buttons


def leave(turn: Turn, argument: str) -> list[Outbound]:
    """收回: `ask:<role id>` asks once more, `end:<role id>` ends the role with the next message; `after:<id>` is the list's next part."""
    verb, _, number = argument.partition(":")
    if verb in ("", "after"):
        return team(turn, argument)
    row = roles.given(turn.tx, row_id(number))
    if row is None or verb not in ("ask", "end"):
        raise Refused("invitations.gone")
    where = Scope(row["community_id"], row["cell_id"], row["enterprise_id"])
    if row["role"] == "mother" or not invitations.may_give(turn.roles(), row["role"], where, action="roles.withdraw"):
        raise Refused("staff.not_allowed")
    said = {"who": turn.name_of(row), "place": named(turn, row), "role": turn.words(f"staff.role_{row['role']}")}
    if verb == "ask":
        yes, no = turn.button("invitations.take_yes", f"team:end:{row['id']}"), turn.button("invitations.take_no", "team")
        return [turn.say("invitations.sure", (yes,), (no,), **said)]
    return _end(turn, row, where, said)


def _end(turn: Turn, row: dict[str, Any], where: Scope, said: dict[str, str]) -> list[Outbound]:
    # Two of the federation could else withdraw each other in the same moment.
    lock(turn.tx, "roles")
    if row["role"] == "federation" and where.city and not roles.other_federation(turn.tx, row["id"]):
        raise Refused("invitations.last")
    if not roles.withdraw(turn.tx, row["id"], now=turn.now):
        raise Refused("invitations.gone")
    turn.log("roles.withdraw", "person", row["person_id"])
    text = [turn.words("invitations.taken", **said)]
    # Who left must not come back, or bring others in, by a code that she still has.
    if voided := roles.void(turn.tx, created_by=row["person_id"], now=turn.now):
        text.append(turn.words("invitations.taken_more", count=voided))
    if waiting := handovers.end_of(turn.tx, row["person_id"], now=turn.now):
        text.append(turn.words("invitations.taken_handover", count=waiting))
    return [Outbound(text="\n".join(text))]
