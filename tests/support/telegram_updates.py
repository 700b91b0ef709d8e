"""Updates as Telegram sends them, without their `update_id`, which the stand-in server gives."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

_numbers = count(900_001)


def user(user_id: int, language: str = "zh-hans") -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": f"妈妈{user_id}", "language_code": language}


def chat(chat_id: int) -> dict[str, Any]:
    if chat_id > 0:
        return {"id": chat_id, "type": "private", "first_name": f"妈妈{chat_id}"}
    return {"id": chat_id, "type": "supergroup" if str(chat_id).startswith("-100") else "group", "title": "邻里群"}


def message(sender: int, *, group: int | None = None, language: str = "zh-hans", **content: Any) -> dict[str, Any]:
    """`content` as in https://core.telegram.org/bots/api#message, such as text="你好"."""
    body = {"message_id": next(_numbers), "from": user(sender, language), "chat": chat(group or sender), "date": int(time.time())}
    return {"message": {**body, **content}}


def says(sender: int, text: str) -> dict[str, Any]:
    return message(sender, text=text)


def edits(sender: int, text: str) -> dict[str, Any]:
    changed = message(sender, text=text)["message"]
    return {"edited_message": {**changed, "edit_date": changed["date"] + 5}}


def taps(sender: int, choice: str, message_id: int | str, *, accessible: bool = True) -> dict[str, Any]:
    """A tap on a button under `message_id`; one that is too old comes with date 0 and nothing else."""
    held: dict[str, Any] = {"message_id": int(message_id), "chat": chat(sender), "date": int(time.time()) if accessible else 0}
    number = str(next(_numbers))
    return {"callback_query": {"id": number, "from": user(sender), "message": held, "chat_instance": number, "data": choice}}


def blocks(sender: int) -> dict[str, Any]:
    bot = {"id": 7, "is_bot": True, "first_name": "母亲岗", "username": "motherpost_bot"}
    changed = {"old_chat_member": {"status": "member", "user": bot}, "new_chat_member": {"status": "kicked", "user": bot, "until_date": 0}}
    return {"my_chat_member": {"chat": chat(sender), "from": user(sender), "date": int(time.time()), **changed}}
