"""What a platform lets the bot say unasked to one person now, and the cheapest permitted way to say it. Pure: the ledger is handed in.

WeChat, doc/service/api/customer/message/api_sendcustommessage: five messages within 48 hours of her word, three within a minute of a tap of
the menu, a follow or a scan; else 45015. WeCom's customer service: five within 48 hours, https://developer.work.weixin.qq.com/document/path/96427.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

Opening = Literal["word", "tap"]
# message: customer service, free within a window. grant: one of the messages she allowed (订阅通知). template: a template message.
WayKind = Literal["message", "grant", "template"]
# So many of a window's messages are left for answers: notices never use them up.
RESERVE = 2
# What she waits to hear, and a danger, are answers.
ANSWERS = frozenset(("", "answer", "danger"))


class Window(NamedTuple):
    """What one of her deeds allows; `margin` is kept from its end, since our clock is not the platform's."""

    messages: int
    lasts: timedelta
    margin: timedelta


WINDOWS: Mapping[Opening, Window] = {
    "word": Window(5, timedelta(hours=48), timedelta(minutes=1)),
    "tap": Window(3, timedelta(minutes=1), timedelta(seconds=5)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What is left of one person's windows and grants (by template)."""

    word_at: datetime | None = None
    word_left: int = 0
    tap_at: datetime | None = None
    tap_left: int = 0
    grants: Mapping[str, int] = field(default_factory=dict)

    def messages(self, now: datetime) -> int:
        """Customer-service messages that may go now. The windows are not added: what the platform counts together is not known."""
        return max(_left("word", self.word_at, self.word_left, now), _left("tap", self.tap_at, self.tap_left, now))


@dataclass(frozen=True, slots=True)
class Account:
    """What an account may do besides answering: `grants` and `templates` hold the template of a kind of notice."""

    pushes: bool = False
    grants: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)


class Way(NamedTuple):
    """How a message goes; `template` where it goes by one."""

    kind: WayKind
    template: str = ""


def _left(kind: Opening, opened: datetime | None, left: int, now: datetime) -> int:
    window = WINDOWS[kind]
    return left if opened is not None and now < opened + window.lasts - window.margin else 0


def choose(ledger: Ledger, account: Account, now: datetime, *, kind: str = "", messages: int = 1) -> Way | None:
    """The cheapest permitted way; None where only her next word opens one. `kind` is the notice's; an answer to her has none.

    A window costs nothing and ends; a grant is used up for good; a template is for few kinds.
    """
    if not account.pushes:
        return None
    if ledger.messages(now) - (0 if kind in ANSWERS else RESERVE) >= messages:
        return Way("message")
    granted = account.grants.get(kind, "")
    if kind and granted and ledger.grants.get(granted, 0) > 0:
        return Way("grant", granted)
    if kind and kind in account.templates:
        return Way("template", account.templates[kind])
    return None
