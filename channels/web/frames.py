"""What page and server say to each other: JSON objects with a `type`, each checked before anything is done with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NotRequired, TypedDict

import orjson

from domain.capabilities import WEB
from domain.messages import Button, Inbound, Outbound
from domain.plain import Json

MAX_FRAME = 65_536  # characters: 4,000 characters of text fit even where each is escaped
MAX_TEXT = 4_000
MAX_LABEL = 200
MAX_SEEN = 200
LANGUAGES = ("zh", "zh-Hant")

_EVENT = re.compile(r"[A-Za-z0-9-]{8,64}")
_COMMAND = re.compile(r"/(start|menu|stop)(?:\s+(\S.*))?", re.IGNORECASE)

# A JSON object of the page's, before it is checked; and one of ours.
Frame = dict[str, Json]
Answer = Mapping[str, object]


class ItemButton(TypedDict):
    """A button below an item."""

    label: str
    choice: str
    url: str


class ItemCard(TypedDict):
    """One of several things below each other, with its own buttons."""

    text: str
    buttons: list[ItemButton]


# One message of her chat, `at` in ISO 8601; `edits` is the row id it replaces, `picture` the key of one. `speaker` is the person of the staff
# whose words they are. `event`, in those from "me" alone, is the
# Inbound's event_id, by which the page knows that a message it still holds as unsent did arrive.
Item = TypedDict(
    "Item",
    {
        "id": int,
        "from": Literal["me", "bot"],
        "text": str,
        "buttons": list[list[ItemButton]],
        "at": str,
        "edits": str,
        "picture": NotRequired[str],
        "cards": NotRequired[list[ItemCard]],
        "event": NotRequired[str],
        "speaker": NotRequired[str],
    },
)


class Malformed(Exception):  # noqa: N818 - an answer to the page
    """A frame that is refused for good; `why` is shown to her, `event` is empty where none could be read."""

    def __init__(self, why: str, event: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.event = event


@dataclass(frozen=True, slots=True)
class Hello:
    """The page is there and has bot rows up to `after` (0: nothing yet)."""

    after: int


@dataclass(frozen=True, slots=True)
class Seen:
    """These rows were on her screen."""

    ids: list[int]


@dataclass(frozen=True, slots=True)
class Ping:
    """The page asks whether the line still holds."""


@dataclass(frozen=True, slots=True)
class Said:
    """She said something; `event` is the page's own id of it, which the ack carries back."""

    event: str
    inbound: Inbound


def parse(raw: str, *, address: str, language: str, now: datetime) -> Hello | Seen | Ping | Said:
    """Read one frame of the page of `address`. Raises Malformed."""
    frame = _load(raw)
    match frame.get("type"):
        case "hello":
            return Hello(_row_id(frame.get("after")))
        case "seen":
            ids = frame.get("ids")
            if not isinstance(ids, list) or len(ids) > MAX_SEEN:
                raise Malformed("页面出错了，请刷新")
            return Seen([_row_id(row_id) for row_id in ids])
        case "ping":
            return Ping()
        case "say" | "tap" | "language":
            return _said(frame, address=address, language=language, now=now)
    raise Malformed("页面出错了，请刷新")


def bot_item(row_id: int, outbound: Outbound, at: datetime) -> Item:
    """Outbox row `row_id` as the page shows it; `at` is when it was said."""
    buttons = [_row(row) for row in outbound.buttons]
    item: Item = {"id": row_id, "from": "bot", "text": outbound.text, "buttons": buttons, "at": at.isoformat(), "edits": outbound.edits}
    if outbound.picture:
        item["picture"] = outbound.picture
    if outbound.speaker:
        # The page shows who speaks above the words; where nothing else can, their first line says it.
        first, _, rest = outbound.text.partition("\n")
        item["speaker"] = outbound.speaker
        item["text"] = rest if rest and first == f"{outbound.speaker}：" else outbound.text
    if outbound.cards:
        item["cards"] = [{"text": card.text, "buttons": _row(card.buttons)} for card in outbound.cards]
    return item


def _row(buttons: Iterable[Button]) -> list[ItemButton]:
    return [{"label": button.label, "choice": button.choice, "url": button.url} for button in buttons]


def _load(raw: str) -> Frame:
    if len(raw) > MAX_FRAME:
        raise Malformed("消息太长了，请分几条发")
    try:
        frame = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Malformed("页面出错了，请刷新") from error
    if not isinstance(frame, dict):
        raise Malformed("页面出错了，请刷新")
    return frame


class _Common(TypedDict):
    """What is the same whatever she did."""

    channel: str
    event_id: str
    sender: str
    sent_at: datetime
    language: str


def _said(frame: Frame, *, address: str, language: str, now: datetime) -> Said:
    event = frame.get("event")
    if not isinstance(event, str) or not _EVENT.fullmatch(event):
        raise Malformed("页面出错了，请刷新")
    # The prefix keeps events apart: nobody can claim an id of somebody else's page and so have her message taken for a repeat.
    common: _Common = {"channel": WEB.channel, "event_id": f"{address}:{event}", "sender": address, "sent_at": now, "language": language}
    if frame["type"] == "say":
        return Said(event, _say(frame, event, common))
    if frame["type"] == "tap":
        return Said(event, _tap(frame, event, common))
    wanted = frame.get("language")
    if wanted not in LANGUAGES:
        raise Malformed("没有这种文字", event)
    common["language"] = str(wanted)
    return Said(event, Inbound(kind="command", text=f"language {wanted}", **common))


def _say(frame: Frame, event: str, common: _Common) -> Inbound:
    text = _text(frame.get("text"), event).strip()
    if not text:
        raise Malformed("这条是空的", event)
    if len(text) > MAX_TEXT:
        raise Malformed(f"太长了，一条最多 {MAX_TEXT} 个字，请分几条发", event)
    if command := _COMMAND.fullmatch(text):
        return Inbound(kind="command", text=" ".join(filter(None, (command[1].lower(), command[2]))), **common)
    return Inbound(kind="text", text=text, **common)


def _tap(frame: Frame, event: str, common: _Common) -> Inbound:
    choice, label = _text(frame.get("choice"), event), _text(frame.get("label"), event)
    if not choice or len(choice.encode()) > WEB.choice_bytes or len(label) > MAX_LABEL:
        raise Malformed("这个按钮用不了了", event)
    ref = _row_id(frame.get("ref"), event)
    return Inbound(kind="choice", choice=choice, text=label, message_ref=str(ref) if ref else "", **common)


def _text(value: object, event: str) -> str:
    if not isinstance(value, str):
        raise Malformed("页面出错了，请刷新", event)
    return value.replace("\0", "")  # PostgreSQL keeps no NUL in a text


def _row_id(value: object, event: str = "") -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise Malformed("页面出错了，请刷新", event)
    return value
