"""The desk in the chat: the way in for whoever asks, and the code for a colleague who stands before a new computer."""

from __future__ import annotations

from dataclasses import replace

from domain.messages import Button, Outbound
from domain.staff.invitations import qr
from handlers.desk import signing
from handlers.scene import row_id
from handlers.turn import Turn
from storage.broadcasts import pictures


def way_in(turn: Turn, argument: str = "") -> list[Outbound]:
    """工作台: what it is, and where; with `code` the way in."""
    if argument != "code":
        return [turn.say("desk.what", (turn.button("desk.give_code", "desk:code"),), page=f"{turn.content.rules.public_url}/desk")]
    return [_code(turn)]


def _code(turn: Turn) -> Outbound:
    """A link for this screen, its picture for another phone, and a code to type at a computer; each only once, for ten minutes."""
    code = signing.link(turn)
    page = f"{turn.content.rules.public_url}/desk"
    link = f"{page}/enter?code={code}"
    spelt = "-".join((code[:4], code[4:8], code[8:]))
    said = turn.say("desk.way_in", (Button(turn.words("desk.open_here"), "", link),), page=page, code=spelt)
    return replace(said, once=True, picture=pictures.put(turn.tx, qr(link), "image/png", now=turn.now, by=turn.person_id))


def code_for(turn: Turn, argument: str) -> list[Outbound]:
    """给登录码: for a colleague whom she knows and hears, never by a message that could be forwarded."""
    session, code = signing.show_code(turn, row_id(argument))
    return [turn.say("desk.code", who=turn.called(session.name, session.key), code=code)]
