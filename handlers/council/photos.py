"""A mother's picture of what she suggests: taken only while she was asked for it."""

from __future__ import annotations

from domain.forms.conversation import Answer
from domain.messages import Outbound
from handlers import forms
from handlers.turn import Turn
from storage.broadcasts import pictures
from storage.people import persons


def kept(turn: Turn, content: bytes) -> list[Outbound] | None:
    """The picture answers the question that asks for one; None where it is something else. Raises Refused where it is none."""
    if turn.state is None or not persons.sends_picture(turn.state):
        return None
    key = pictures.put(turn.tx, content, pictures.kind_of(content) or "", now=turn.now, by=turn.person_id)
    return forms.answer(turn, Answer(text=key))
