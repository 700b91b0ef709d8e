"""What the real Bot API refuses, and in which words.

From https://core.telegram.org/bots/api and the server's source (github.com/tdlib/telegram-bot-api, github.com/tdlib/td); the limits
of a keyboard are not documented and come from python-telegram-bot's constants.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import urlsplit

MAX_TEXT, MAX_BYTES = 4096, 1 << 15
MAX_CAPTION, MAX_PHOTO = 1024, 10 << 20
MAX_DATA, MAX_ROW, MAX_BUTTONS = 64, 8, 100

_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_BLANK = re.compile("[\u0020\n\u00a0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]*")


class ApiError(Exception):
    """An answer other than ok."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        return {**body, "parameters": self.parameters} if self.parameters else body


def bad(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")


def too_many(seconds: int = 1) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def integer(params: dict[str, Any], name: str, otherwise: int | None = None) -> int:
    value = params.get(name, otherwise)
    if value is None or not re.fullmatch(r"-?\d+", str(value)):
        raise bad(f"{name.replace('_id', ' identifier')} is not specified" if value is None else f"invalid {name} specified")
    return int(value)


def parsed(params: dict[str, Any], name: str) -> Any:
    """A parameter that is JSON: written out in a form, plain in a JSON body."""
    value = params.get(name)
    if not isinstance(value, str):
        return value
    try:
        decoded = json.loads(value) if value else None
        json.dumps(decoded, ensure_ascii=False).encode()  # half a surrogate pair can be escaped, yet is no text
        return decoded
    except ValueError:
        raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None


def text(params: dict[str, Any]) -> str:
    """The text as Telegram would store it."""
    raw = params.get("text") or ""
    if not raw:
        raise bad("message text is empty")
    if len(raw.encode()) > MAX_BYTES:
        raise bad("text is too long")
    match str(params.get("parse_mode", "")).lower():
        case "html":
            raw = html.unescape(re.sub(r"</?[a-z][^<>]*>", "", raw))
        case "" | "none":
            pass
        case other:
            raise bad(f"unsupported parse_mode {other}")
    stored = _CONTROL.sub(" ", _REMOVED.sub("", raw)).strip(" \n")
    if _BLANK.fullmatch(stored):
        raise bad("text must be non-empty")
    if len(stored) > MAX_TEXT:
        raise bad("message is too long")
    return stored


def caption(params: dict[str, Any]) -> str:
    """A photo's caption as Telegram would store it; it may be empty."""
    raw = str(params.get("caption") or "")
    stored = _CONTROL.sub(" ", _REMOVED.sub("", raw)).strip(" \n")
    if len(stored) > MAX_CAPTION:
        raise bad("message caption is too long")
    return stored


def photo(content: bytes) -> None:
    """What sendPhoto takes: an image of at most 10 MB (its sides are not looked at here)."""
    if len(content) > MAX_PHOTO:
        raise ApiError(413, "Request Entity Too Large")
    if not content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")):
        raise bad("IMAGE_PROCESS_FAILED")


def keyboard(params: dict[str, Any]) -> dict[str, Any] | None:
    """`reply_markup`, of which the stand-in knows inline keyboards."""
    markup = parsed(params, "reply_markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    if any(len(row) > MAX_ROW for row in rows) or sum(map(len, rows)) > MAX_BUTTONS:
        raise bad("reply markup is too long")
    kept = [[_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any) -> dict[str, str]:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    label, url, data = button.get("text"), button.get("url") or "", button.get("callback_data") or ""
    if not isinstance(label, str) or not isinstance(url, str) or not isinstance(data, str):
        raise bad("can't parse inline keyboard button: field must be of type String")
    shown = _CONTROL.sub(" ", _REMOVED.sub("", label))
    if _BLANK.fullmatch(shown):
        raise bad("inline keyboard button text must be non-empty")
    if url:
        _check_url(url)
        return {"text": shown, "url": url}
    if not data:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(data.encode()) > MAX_DATA:
        raise bad("BUTTON_DATA_INVALID")
    return {"text": shown, "callback_data": data}


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in ("http", "https", "tg") or (parts.scheme != "tg" and "." not in (parts.hostname or "")):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def webhook_url(url: str) -> None:
    """Only HTTPS; plain HTTP on this machine, as the server allows in local mode."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")


def secret_token(secret: str) -> None:
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
