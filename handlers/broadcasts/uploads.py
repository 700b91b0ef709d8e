"""A picture that staff send is kept under a key, which they give as the answer to the broadcast form's question for a picture."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from domain.access import scopes
from domain.errors import Refused
from domain.forms.conversation import Answer
from domain.messages import Outbound
from handlers import forms
from handlers.content import Content
from handlers.turn import Turn
from storage.broadcasts import pictures

# The choice that the web page answers itself, by letting her choose a file.
CHOOSE = "upload"


def begin(turn: Turn, _argument: str = "") -> list[Outbound]:
    """发图片: a button to choose one; only our own page can send it."""
    if not scopes(turn.roles(), "broadcasts.write"):
        raise Refused("staff.not_allowed")
    if turn.channel.channel != "web":
        return [turn.say("pictures.on_web", url=turn.content.rules.public_url)]
    return [turn.say("pictures.choose", (turn.button("pictures.choose_one", CHOOSE),))]


def kept(turn: Turn, content: bytes) -> list[Outbound] | None:
    """A picture came: of staff it is kept, None of anybody else. Raises Refused where it is none."""
    if not scopes(turn.roles(), "broadcasts.write"):
        return None
    key = pictures.put(turn.tx, content, pictures.kind_of(content) or "", now=turn.now, by=turn.person_id)
    turn.log("pictures.put", "picture", None)
    if turn.state is not None and turn.state.get("at") == "picture":
        return forms.answer(turn, Answer(text=key))
    return [Outbound(text=turn.words("pictures.kept", key=key), picture=key)]


def forget(tx: Connection, content: Content, now: datetime) -> int:
    """Pictures as old as messages may become go; nothing is left to do afterwards."""
    pictures.forget(tx, before=now - content.rules.keep_messages)
    return 0
