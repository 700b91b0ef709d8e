"""Text and buttons as the Bot API takes them: never empty, never a broken character, never longer or wider than allowed."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from domain.messages import Button, Outbound

BLANK = "…"
"""Stands where nothing visible is left: the API refuses an empty text or label, and the row behind it would never be delivered."""

BUTTONS_IN_ROW = 8  # more are refused; not documented, python-telegram-bot's InlineKeyboardMarkupLimit knows it from practice

_INVISIBLE = "\u2800\ufffc"  # symbols by category, yet Telegram counts them as spaces
_ZWJ = "\u200d"
_BORDERS = [re.compile(p) for p in (r"\n\s*\n", r"\n", r"[。！？!?；;…]+[”’」』）)\"']*", r"[，、,\s]")]


def visible(text: str) -> bool:
    """Whether Telegram would find anything in it. Narrower than its own rule, so that what passes here passes there."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _INVISIBLE for char in text)


def clean(text: str) -> str:
    """Lone surrogates become U+FFFD, which UTF-8 can carry; blank text becomes `BLANK`."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole if visible(whole) else BLANK


def label(text: str, limit: int) -> str:
    """A button's label on one line, at most `limit` characters, an ellipsis where it was cut."""
    line = clean(" ".join(text.split()))
    return line if len(line) <= limit else line[: _whole(line, limit - 1)] + BLANK


def cut(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` characters, cut after a paragraph, a line, a sentence or a word, in this order of preference.

    The API counts code points (https://core.telegram.org/bots/api#sendmessage: 1-4,096 characters), as `len` does.
    """
    pieces, rest = [], clean(text).strip()
    while len(rest) > limit:
        at = _border(rest, limit)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [piece for piece in (*pieces, rest) if visible(piece)]


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


def _border(text: str, limit: int) -> int:
    """Where the next piece ends. A border in the first half is no use: it would make many tiny messages."""
    for border in _BORDERS:
        ends = [match.end() for match in border.finditer(text, limit // 2, limit) if not _joined(text, match.end())]
        if ends:
            return ends[-1]
    return _whole(text, limit)


def _whole(text: str, limit: int) -> int:
    """The last place up to `limit` that is between two characters as a person sees them; `limit` where there is none."""
    return next((at for at in range(limit, limit // 2, -1) if not _joined(text, at)), limit)


def _joined(text: str, at: int) -> bool:
    """Whether the code points around `at` belong to one visible character: accents, skin tones, families, flags."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if _ZWJ in (before, after) or unicodedata.category(after).startswith("M"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    if not _regional(before) or not _regional(after):
        return False
    run = at
    while run and _regional(text[run - 1]):
        run -= 1
    return (at - run) % 2 == 1


def _regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
