"""What the bot says as WeChat shows it: text alone, links that tap, never empty, cut by bytes."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from domain.cutting import cut, in_bytes
from domain.messages import Button, Outbound

# Bytes of UTF-8 of one message; 2,048 are refused (dodgepudding/wechat-php-sdk#363).
MOST = 2047
FITS = in_bytes(MOST)

# link(picture's key): a line with the address of a picture, for where it cannot be shown.
PictureLink = Callable[[str], str]


def no_link(_key: str) -> str:
    """Where there are no pictures."""
    return ""


def words(outbound: Outbound, *, taps: bool = False, link: PictureLink = no_link) -> str:
    """The whole text: a picture as its link, and the choices as tap links where the account may."""
    text = neutral(outbound.text)
    if taps:
        text = _tappable(text, outbound)
    shown = link(outbound.picture) if outbound.picture else ""
    return f"{text}\n{shown}".strip()


def pieces(text: str) -> list[str]:
    """The messages that a text takes; never none."""
    return cut(text, FITS)


def neutral(text: str) -> str:
    """What somebody wrote makes no link: WeChat shows `<a` in a text as one, with whatever label."""
    return text.replace("<a", "＜a").replace("<A", "＜A")


def _tappable(text: str, outbound: Outbound) -> str:
    """Each line of a numbered list is a link that says its words (weixin://bizmsgmenu, in text messages of accounts that may)."""
    for number, button in enumerate(outbound.choices(), 1):
        line = f"{number} {neutral(button.label)}"
        if f"\n{line}\n" in text and not button.url:
            text = text.replace(f"\n{line}\n", f"\n{_link(line, button)}\n", 1)
    return text


def _link(line: str, button: Button) -> str:
    return (
        f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(button.label, safe="")}&msgmenuid={quote(button.choice, safe="")}">{line}</a>'
    )
