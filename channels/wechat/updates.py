"""A message or event of the platform as `Inbound`: under an id that every repeat has and no other event.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html and Receiving_event_pushes.html.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import orjson

from channels.wechat.xml import Fields, Unreadable
from domain.capabilities import WECHAT
from domain.messages import Inbound, InboundKind, Opens

# A command that can be typed where nothing can be tapped: a code from a wall or a paper.
_START = re.compile(r"/?start(?:\s+(\S+))?", re.IGNORECASE)
_OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DIGITS = re.compile(r"[0-9]{1,20}")
# What the code behind a new follower's scan begins with.
FOLLOWED = "qrscene_"
# The command by which the account tells what she allowed, and what became of a message.
TOLD = "wechat_told"
# Longer ids would be no choice of ours.
_LONGEST = 512


class Said(NamedTuple):
    """What a message is for the bot."""

    kind: InboundKind
    text: str = ""
    choice: str = ""
    place: tuple[float, float] | None = None
    opens: Opens = ""


class Update(NamedTuple):
    """A message of the platform; `inbound` is None where nothing follows from it. `media` is a picture to be fetched: (address, media id)."""

    sender: str
    receiver: str
    inbound: Inbound | None
    media: tuple[str, str] | None = None


def read(fields: Fields, *, language: str = "") -> Update:
    """Raises Unreadable where it is no message of the platform."""
    sender, receiver, created = fields.get("FromUserName"), fields.get("ToUserName"), fields.get("CreateTime")
    if not _OPENID.fullmatch(sender) or not receiver or not _DIGITS.fullmatch(created) or len(created) > 11:
        raise Unreadable("no sender")
    said = _event(fields) if fields.get("MsgType") == "event" else _message(fields)
    if said is None:
        return Update(sender, receiver, None)
    inbound = Inbound(
        channel=WECHAT.channel,
        event_id=_event_id(fields),
        sender=sender,
        kind=said.kind,
        text=said.text,
        choice=said.choice,
        place=said.place,
        sent_at=datetime.fromtimestamp(int(created), UTC),
        language=language,
        opens=said.opens,
    )
    media = (fields.get("PicUrl"), fields.get("MediaId")) if said.kind == "image" else None
    return Update(sender, receiver, inbound, media)


def _event_id(fields: Fields) -> str:
    """MsgId alone collides (two accounts, two persons); two events of one person can share the second."""
    who = (fields.get("CreateTime"), fields.get("FromUserName"))
    if fields.get("MsgType") != "event":
        if not _DIGITS.fullmatch(fields.get("MsgId")):
            raise Unreadable("no MsgId")
        return ":".join((fields.get("MsgId"), *who))
    # Popup events hold several grants, job events the message they are about.
    more = [fields.get("EventKey"), fields.get("MsgID"), sorted((name, records) for name, records in fields.lists.items())]
    digest = hashlib.blake2b(orjson.dumps(more, option=orjson.OPT_SORT_KEYS), digest_size=12).hexdigest()
    return ":".join((*who, fields.get("Event")[:64], digest))


def _message(fields: Fields) -> Said | None:
    match fields.get("MsgType"):
        case "text":
            return _text(fields)
        case "image":
            return Said("image", opens="word")
        case "voice":
            # Her words as the platform understood them, where it still does; else she is asked to type.
            heard = fields.get("Recognition").strip()
            return Said("text", heard, opens="word") if heard else Said("unreadable", opens="word")
        case "location":
            return _location(fields)
        case "video" | "shortvideo" | "link" | "file":
            return Said("unreadable", fields.get("Title").strip(), opens="word")
    return Said("unreadable", opens="word") if fields.get("MsgId") else None


def _text(fields: Fields) -> Said:
    content = fields.get("Content").strip()
    choice = fields.get("bizmsgmenuid")
    if choice and len(choice) <= _LONGEST:
        # Perhaps it counts as a tap of the menu only (3 in a minute), so no more is relied on.
        return Said("choice", content, choice=choice, opens="tap")
    return Said(*typed(content), opens="word")


def typed(content: str) -> tuple[InboundKind, str]:
    """What words are that were typed where nothing can be tapped, and their text."""
    if command := _START.fullmatch(content):
        return "command", " ".join(filter(None, ("start", command[1])))
    return ("text", content) if content else ("unreadable", "")


def _location(fields: Fields) -> Said:
    try:
        place = float(fields.get("Location_X")), float(fields.get("Location_Y"))
    except ValueError:
        return Said("unreadable", opens="word")
    if not (-90 <= place[0] <= 90 and -180 <= place[1] <= 180):
        return Said("unreadable", opens="word")
    return Said("location", fields.get("Label").strip(), place=place, opens="word")


def _event(fields: Fields) -> Said | None:
    key = fields.get("EventKey")
    match fields.get("Event").lower():
        case "subscribe":
            return _scanned(key.removeprefix(FOLLOWED) if key.startswith(FOLLOWED) else "")
        case "scan":
            return _scanned(key)
        case "unsubscribe":
            return Said("stopped")
        case "click" if 0 < len(key) <= _LONGEST:
            return Said("choice", choice=key, opens="tap")
        case "scancode_waitmsg" | "scancode_push":
            code = fields.lists.get("ScanCodeInfo", [{}])[0].get("ScanResult", "")
            start = re.search(r"[?&]start=([A-Za-z0-9_-]{1,64})", code)
            return _scanned(start[1]) if start else None
        case name if name in _TOLD:
            return Said("command", f"{TOLD} {orjson.dumps(_TOLD[name](fields)).decode()}")
    return None


def _scanned(code: str) -> Said:
    return Said("command", f"start {code}".strip(), opens="tap")


# What the account tells: {"granted": {template: how many}}, {"refused": [template]}, {"became": {message id: how it ended}}.
Told = dict[str, object]


def _popup(fields: Fields) -> Told:
    records = fields.lists.get("SubscribeMsgPopupEvent", [])
    granted: dict[str, int] = {}
    for record in records:
        if record.get("SubscribeStatusString") == "accept":
            granted[record.get("TemplateId", "")] = granted.get(record.get("TemplateId", ""), 0) + 1
    return {"granted": granted}


def _changed(fields: Fields) -> Told:
    records = fields.lists.get("SubscribeMsgChangeEvent", [])
    return {"refused": [one.get("TemplateId", "") for one in records if one.get("SubscribeStatusString") == "reject"]}


def _sent(fields: Fields) -> Told:
    records = fields.lists.get("SubscribeMsgSentEvent", [])
    return {
        "became": {one.get("MsgID", ""): "success" if one.get("ErrorCode") == "0" else one.get("ErrorStatus", "failed") for one in records}
    }


def _job(fields: Fields) -> Told:
    return {"became": {fields.get("MsgID"): fields.get("Status")}}


_TOLD: dict[str, Callable[[Fields], Told]] = {
    "subscribe_msg_popup_event": _popup,
    "subscribe_msg_change_event": _changed,
    "subscribe_msg_sent_event": _sent,
    "templatesendjobfinish": _job,
}
