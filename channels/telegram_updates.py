"""Telegram updates become `Inbound`, read straight from their JSON: each field is checked, no client library is needed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

from domain.messages import Inbound

Json = dict[str, object]
T = TypeVar("T")

# https://core.telegram.org/bots/api#update: what is not named here is not sent to us.
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]

# https://core.telegram.org/bots/api#message: content a person sends which the bot cannot read. What is in no list is a service
# message (a pin, a new title) and needs no answer.
IMAGES = frozenset({"photo", "live_photo"})
UNREADABLE = (
    frozenset({"animation", "audio", "document", "sticker", "story", "video", "video_note", "voice"})
    | frozenset({"checklist", "contact", "dice", "game", "passport_data", "poll"})
    | frozenset({"gift", "giveaway", "invoice", "paid_media", "unique_gift"})
)

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


class Malformed(ValueError):
    """An update is not as documented; it names the field and never says what it held."""


class Me(NamedTuple):
    """The bot itself, as groups address it."""

    id: int
    username: str = ""


def read(update: Json, me: Me, now: datetime) -> Inbound | None:
    """One update, or None where nothing has to happen. `now` stamps a tap, which carries no time. Raises Malformed."""
    event_id = str(_field(update, "update_id", int))
    if "message" in update:
        return _message(_field(update, "message", dict), event_id, me)
    if "edited_message" in update:
        return _edited(_field(update, "edited_message", dict), event_id)
    if "callback_query" in update:
        return _choice(_field(update, "callback_query", dict), event_id, now)
    if "my_chat_member" in update:
        return _membership(_field(update, "my_chat_member", dict), event_id)
    return None


def callback_id(update: Json) -> str:
    """The id under which a tap wants to be acknowledged (until then her phone shows it as loading), or ""."""
    query = update.get("callback_query")
    return _text(query, "id") if isinstance(query, dict) else ""


def _field(data: Json, key: str, kind: type[T]) -> T:
    """A required field. The type is compared, not tested: JSON's true is no number."""
    value = data.get(key)
    if type(value) is not kind:
        raise Malformed(f"{key} is {type(value).__name__}, not {kind.__name__}")
    return value


def _text(data: Json, key: str) -> str:
    """An optional text; without U+0000, which PostgreSQL cannot store."""
    return _field(data, key, str).replace("\0", "") if key in data else ""


def _time(data: Json, key: str) -> datetime:
    seconds = _field(data, key, int)
    if not 0 <= seconds < 2**32:
        raise Malformed(f"{key} is out of range")
    return datetime.fromtimestamp(seconds, UTC)


def _language(data: Json) -> str:
    """Her app's language as a form names it: zh-Hans, zh-Hant, or whatever else it is."""
    code = _text(_field(data, "from", dict), "language_code") if "from" in data else ""
    lowered = code.lower().replace("_", "-")
    if lowered.startswith(_TRADITIONAL):
        return "zh-Hant"
    return "zh-Hans" if lowered.partition("-")[0] == "zh" else code


def _base(message: Json, event_id: str, stamp: str = "date") -> Inbound:
    """What every message says: who wrote and when. Its kind is settled by the caller."""
    sender = str(_field(_field(message, "chat", dict), "id", int))
    return Inbound(
        channel="telegram", event_id=event_id, sender=sender, kind="text", sent_at=_time(message, stamp), language=_language(message)
    )


def _message(message: Json, event_id: str, me: Me) -> Inbound | None:
    base = _base(message, event_id)
    match _field(_field(message, "chat", dict), "type", str):
        case "private":
            return _private(base, message)
        case "group" | "supergroup" if "migrate_to_chat_id" in message:
            return replace(base, kind="moved", text=str(_field(message, "migrate_to_chat_id", int)))
        case "group" | "supergroup" if _addressed(message, me):
            return replace(base, kind="group", text=_text(message, "text") or _text(message, "caption"))
    return None


def _private(base: Inbound, message: Json) -> Inbound | None:
    if "text" in message:
        return _words(base, _text(message, "text"))
    if "location" in message:
        return replace(base, kind="location", place=_place(_field(message, "location", dict)))
    caption = _text(message, "caption")
    base = _of_album(base, message, caption)
    if IMAGES & message.keys() or _is_picture(message):
        return replace(base, kind="image", text=caption)
    if "contact" in message and (phone := _own_phone(base, _field(message, "contact", dict))):
        return replace(base, text=phone)
    return replace(base, kind="unreadable", text=caption) if UNREADABLE & message.keys() else None


def _of_album(base: Inbound, message: Json, caption: str) -> Inbound:
    """An album comes as a message a picture. Those without words are one event; the words stand below one of them, mostly the first."""
    if not (group := _text(message, "media_group_id")):
        return base
    album = f"album:{base.sender}:{group}"
    return replace(base, album=album) if caption.strip() else replace(base, event_id=album)


def _words(base: Inbound, text: str) -> Inbound:
    command = _COMMAND.fullmatch(text.strip())
    if command is None:
        return replace(base, text=text)
    name, arguments = command.groups(default="")
    return replace(base, kind="command", text=f"{name.lower()} {arguments}".strip())


def _place(location: Json) -> tuple[float, float]:
    place = location.get("latitude"), location.get("longitude")
    if not all(type(part) in (int, float) for part in place) or abs(place[0]) > 90 or abs(place[1]) > 180:  # type: ignore[arg-type]
        raise Malformed("location is no place")
    return float(place[0]), float(place[1])  # type: ignore[arg-type]


def _is_picture(message: Json) -> bool:
    """A picture sent as a file, to keep its quality, is still a picture; a moving one also carries `animation`."""
    document = _field(message, "document", dict) if "document" in message else {}
    return _text(document, "mime_type").startswith("image/") and "animation" not in message


def _own_phone(base: Inbound, contact: Json) -> str:
    """The number where she shared herself, not a friend. Telegram writes it with its country code, at times without the plus."""
    phone = _text(contact, "phone_number")
    own = str(contact.get("user_id")) == base.sender
    return f"+{phone.removeprefix('+')}" if own and phone else ""


def _addressed(message: Json, me: Me) -> bool:
    """Whether a group message is for the bot: it is mentioned, is given a command by name, or is answered. Bots are not heard."""
    author, reply = message.get("from"), message.get("reply_to_message")
    if isinstance(author, dict) and author.get("is_bot") is True:
        return False
    if isinstance(reply, dict) and isinstance(reply.get("from"), dict) and reply["from"].get("id") == me.id:
        return True
    text = _text(message, "text") or _text(message, "caption")
    return bool(me.username and re.search(rf"(?:^/\w+|(?<![A-Za-z0-9_]))@{re.escape(me.username)}(?![A-Za-z0-9_])", text, re.IGNORECASE))


def _edited(message: Json, event_id: str) -> Inbound | None:
    """Her new wording. A live location moves as an endless row of edits without words: nothing to do."""
    text = _text(message, "text") or _text(message, "caption")
    if not text or _field(_field(message, "chat", dict), "type", str) != "private":
        return None
    base = _base(message, event_id, "edit_date" if "edit_date" in message else "date")
    return replace(base, kind="edited", text=text, message_ref=str(_field(message, "message_id", int)))


def _choice(query: Json, event_id: str, now: datetime) -> Inbound | None:
    """A tapped button. Its message may be too old to be shown to us; then only chat and number are left, or not even these."""
    if "data" not in query:
        return None
    sender, ref, private = _field(_field(query, "from", dict), "id", int), "", True
    if "message" in query:
        message = _field(query, "message", dict)
        chat = _field(message, "chat", dict)
        sender, ref, private = _field(chat, "id", int), str(_field(message, "message_id", int)), _field(chat, "type", str) == "private"
    return Inbound(
        channel="telegram",
        event_id=event_id,
        sender=str(sender),
        kind="choice" if private else "group",
        sent_at=now,
        choice=_text(query, "data"),
        message_ref=ref,
        language=_language(query),
    )


def _membership(change: Json, event_id: str) -> Inbound | None:
    """She blocked the bot, or a group put it out. That she unblocked it shows when she writes."""
    status = _field(_field(change, "new_chat_member", dict), "status", str)
    kind = _field(_field(change, "chat", dict), "type", str)
    if status not in ("kicked", "left") or kind == "channel":
        return None
    return replace(_base(change, event_id), kind="stopped")
