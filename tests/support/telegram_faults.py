"""What can go wrong with a call of the Bot API, in the real one's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass
class Fault:
    """What goes wrong with the next `times` calls that fit (None: with all), each with this `chance`, after `spare` that go well.

    `drop` breaks the connection: before the call takes effect, or after it, so that its caller cannot know.
    """

    method: str = "sendMessage"
    chat_id: int | None = None
    status: int = 500
    description: str = "Internal Server Error"
    parameters: dict[str, Any] = field(default_factory=dict)
    times: int | None = 1
    spare: int = 0
    chance: float = 1.0
    drop: Literal["", "before", "after"] = ""


BLOCKED = {"status": 403, "description": "Forbidden: bot was blocked by the user"}
CHAT_NOT_FOUND = {"status": 400, "description": "Bad Request: chat not found"}
UNAUTHORIZED = {"status": 401, "description": "Unauthorized"}


def migrated(to: int) -> dict[str, Any]:
    description = "Bad Request: group chat was upgraded to a supergroup chat"
    return {"status": 400, "description": description, "parameters": {"migrate_to_chat_id": to}}


def throttled(seconds: int) -> dict[str, Any]:
    return {"status": 429, "description": f"Too Many Requests: retry after {seconds}", "parameters": {"retry_after": seconds}}
