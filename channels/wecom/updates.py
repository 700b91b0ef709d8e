"""What people say to 微信客服, as it is pulled, as `Inbound`: the platform's msgid is the same for every repeat.

https://developer.work.weixin.qq.com/document/path/94670 (kf/sync_msg).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from channels.wechat.updates import TOLD, typed
from domain.capabilities import WECOM_KF
from domain.messages import Inbound, InboundKind, Opens

# Who said it: 3 is the person, 4 the platform itself, 5 somebody of the staff.
PERSON, PLATFORM = 3, 4
_PERSON_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SCENE = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Why a message did not arrive that was taken (msg_send_fail): 10 is "she refused it".
_REFUSED = 10


class Update(NamedTuple):
    """What was said; `media` is the id of a picture to be fetched."""

    inbound: Inbound
    media: str = ""


def read(message: Mapping[str, Any]) -> Update | None:
    """One message of the list; None where nothing follows from it."""
    if message.get("msgtype") == "event":
        return _event(message)
    sender, kind = str(message.get("external_userid", "")), message.get("msgtype")
    if message.get("origin") != PERSON or not _PERSON_ID.fullmatch(sender):
        return None
    said = message.get(str(kind))
    part: Mapping[str, Any] = said if isinstance(said, dict) else {}
    match kind:
        case "text":
            choice, text = typed(str(part.get("content", "")).strip())
            return Update(_inbound(message, sender, choice, text=text))
        case "image":
            return Update(_inbound(message, sender, "image"), str(part.get("media_id", "")))
        case "location":
            return Update(_location(message, sender, part))
    return Update(_inbound(message, sender, "unreadable"))


def _inbound(
    message: Mapping[str, Any],
    sender: str,
    kind: InboundKind,
    *,
    text: str = "",
    place: tuple[float, float] | None = None,
    opens: Opens = "word",
) -> Inbound:
    return Inbound(
        channel=WECOM_KF.channel,
        event_id=str(message["msgid"]),
        sender=sender,
        kind=kind,
        text=text,
        place=place,
        sent_at=datetime.fromtimestamp(int(message.get("send_time", 0)), UTC),
        opens=opens,
    )


def _location(message: Mapping[str, Any], sender: str, part: Mapping[str, Any]) -> Inbound:
    latitude, longitude = part.get("latitude"), part.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return _inbound(message, sender, "unreadable")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return _inbound(message, sender, "unreadable")
    return _inbound(message, sender, "location", text=str(part.get("name", "")).strip(), place=(float(latitude), float(longitude)))


def _event(message: Mapping[str, Any]) -> Update | None:
    """Somebody came by a code on a wall; or a message that was taken did not arrive after all. Neither opens a window."""
    event = message.get("event")
    if not isinstance(event, dict) or message.get("origin", PLATFORM) != PLATFORM:
        return None
    sender, scene = str(event.get("external_userid", "")), str(event.get("scene_param", ""))
    if not _PERSON_ID.fullmatch(sender):
        return None
    match event.get("event_type"):
        case "enter_session" if _SCENE.fullmatch(scene):
            return Update(_inbound(message, sender, "command", text=f"start {scene}", opens=""))
        case "msg_send_fail":
            how = "user reject" if event.get("fail_type") == _REFUSED else "failed"
            told = orjson.dumps({"became": {str(event.get("fail_msgid", "")): how}}).decode()
            return Update(_inbound(message, sender, "command", text=f"{TOLD} {told}", opens=""))
    return None
