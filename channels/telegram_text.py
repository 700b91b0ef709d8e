"""Text and buttons as the Bot API takes them: never empty, never a broken character, never longer or wider than allowed."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from domain import cutting
from domain.cutting import BLANK, character_border, clean
from domain.messages import Button, Outbound

BUTTONS_IN_ROW = 8  # more are refused; not documented, python-telegram-bot's InlineKeyboardMarkupLimit knows it from practice


def label(text: str, limit: int) -> str:
    """A button's label on one line, at most `limit` characters, an ellipsis where it was cut."""
    line = clean(" ".join(text.split()))
    return line if len(line) <= limit else line[: character_border(line, limit - 1)] + BLANK


def cut(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` characters. The API counts code points (https://core.telegram.org/bots/api#sendmessage: 1-4,096 characters)."""
    return cutting.cut(text, cutting.characters(limit))


def button_rows(rows: tuple[tuple[Button, ...], ...], max_label: int) -> list[list[dict[str, str]]]:
    """`inline_keyboard` of the API: wide rows refolded, and no address that would be refused (see `with_links`)."""
    kept = [[_button(button, max_label) for button in row if not button.url or linkable(button.url)] for row in rows]
    return [row[at : at + BUTTONS_IN_ROW] for row in kept for at in range(0, len(row), BUTTONS_IN_ROW)]


def with_links(outbound: Outbound) -> str:
    """The text, and below it the addresses that no button may carry."""
    return "\n".join([outbound.text, *(f"{b.label}：{b.url}" for b in outbound.choices() if b.url and not linkable(b.url))])


def _button(button: Button, max_label: int) -> dict[str, str]:
    return {"text": label(button.label, max_label), **({"url": button.url} if button.url else {"callback_data": button.choice})}


def linkable(url: str) -> bool:
    """Whether a button may carry this address: a host without a dot (localhost) makes Telegram refuse the whole message."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not re.search(r"\s", url)
    except ValueError:
        return False
