"""What rows of the outbox say: text and buttons as they are kept, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NotRequired, TypedDict

import orjson
from sqlalchemy import Connection, select

from domain.messages import Button, Card, Outbound
from storage.tables.messages import notice, outbox

SHOWN = (outbox.c.body, outbox.c.notice_id, outbox.c.private, outbox.c.once, outbox.c.edits)


class Body(TypedDict):
    """Rows of buttons are label, choice and address; `picture` is the key of one; cards are a text and its buttons; `speaker` is a person of the staff."""

    text: str
    buttons: list[list[tuple[str, str, str]]]
    picture: NotRequired[str]
    cards: NotRequired[list[tuple[str, list[tuple[str, str, str]]]]]
    parts: NotRequired[bool]
    speaker: NotRequired[str]


def body_of(outbound: Outbound) -> str:
    """Text, buttons, cards and the picture's key as they are kept."""
    body: Body = {"text": outbound.text, "buttons": [_kept(row) for row in outbound.buttons]}
    if outbound.picture:
        body["picture"] = outbound.picture
    if outbound.cards:
        body["cards"] = [(card.text, _kept(card.buttons)) for card in outbound.cards]
    if outbound.parts:
        body["parts"] = True
    if outbound.speaker:
        body["speaker"] = outbound.speaker
    return orjson.dumps(body).decode()


def _kept(buttons: Sequence[Button]) -> list[tuple[str, str, str]]:
    return [(button.label, button.choice, button.url) for button in buttons]


def outbound_of(row: Any) -> Outbound:
    """The way back from `body_of`, for a row with the columns of SHOWN that has a body of its own."""
    return _outbound(orjson.loads(row.body), row)


_key = attrgetter(*(column.name for column in SHOWN))


def outbounds(tx: Connection, rows: Sequence[Any]) -> list[Outbound]:
    """What rows with the columns of SHOWN say; those that say the same are read once."""
    keys = [_key(row) for row in rows]
    different = dict(zip(keys, rows, strict=True))
    ids = {row.notice_id for row in different.values() if not row.body}
    notices = {row.id: row.body for row in tx.execute(select(notice.c.id, notice.c.body).where(notice.c.id.in_(ids)))} if ids else {}
    said = {key: _outbound(orjson.loads(row.body) if row.body else notices[row.notice_id], row) for key, row in different.items()}
    return [said[key] for key in keys]


def _outbound(body: Body, row: Any) -> Outbound:
    buttons = tuple(tuple(Button(*b) for b in line) for line in body["buttons"])
    cards = tuple(Card(text, tuple(Button(*b) for b in line)) for text, line in body.get("cards", ()))
    return Outbound(
        text=body["text"],
        buttons=buttons,
        picture=body.get("picture", ""),
        edits=row.edits,
        private=row.private,
        once=row.once,
        cards=cards,
        parts=body.get("parts", False),
        speaker=body.get("speaker", ""),
    )
