"""What a channel hands in and what it is given to send: the two records that every room shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

InboundKind = Literal[
    "text",  # words; `text`
    "choice",  # a tapped button; `choice`, and in `message_ref` the platform's message that held it
    "command",  # `/start payload`: `text` is "start payload"
    "location",  # `place`
    "image",  # `text` is its caption
    "edited",  # she changed an earlier message; `text` is the new wording
    "unreadable",  # sticker, voice, file: nothing the bot can read
    "group",  # somebody addressed the bot in a group
    "stopped",  # she blocked the bot or left
    "moved",  # the address changed; `text` is the new one
]

# What a platform lets the bot say unasked after it: a word of hers opens a long window, a tap of its menu a short one (`Capabilities.window`).
Opens = Literal["", "word", "tap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One event of a platform. `(channel, event_id)` is the same for every repeat of it; `sender` is the address to answer to."""

    channel: str
    event_id: str
    sender: str
    kind: InboundKind
    sent_at: datetime
    text: str = ""
    choice: str = ""
    message_ref: str = ""
    place: tuple[float, float] | None = None
    language: str = ""
    # The picture itself, where the channel brings it.
    picture: bytes = b""
    # The event under which the other pictures of an album come: this message answers for them.
    album: str = ""
    opens: Opens = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """That a message was taken in: the inbox row that its replies name, whose it was, and whether the platform had delivered it before.

    `answers` is said by the channel itself, since no row holds it: the store was down, and the message is kept beside it.
    """

    inbox_id: int | None
    person_id: int | None = None
    repeated: bool = False
    answers: tuple[Outbound, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """A reply to tap. `choice` comes back in `Inbound.choice` and is at most 64 bytes of UTF-8 (Telegram's callback data)."""

    label: str
    choice: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing of several that are shown below each other, with what can be done with it; the first line is what it is called."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """What the bot says: text, a picture (its key in the store), cards, rows of buttons, and the platform's message it replaces (`edits`), if any.

    `private`: only for channels that may carry private matters. `once`: when a crash leaves it unknown whether it was sent, a human
    decides, instead of sending it again (messages of a dispute). `always`: sent however often the same was said of late (help in danger).
    `parts`: the last word at this address, whose page then clears itself.
    `speaker`: the person of the staff whose words these are, with her role; empty where the bot speaks.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    picture: str = ""
    edits: str = ""
    private: bool = False
    once: bool = False
    always: bool = False
    parts: bool = False
    cards: tuple[Card, ...] = ()
    speaker: str = ""

    def choices(self) -> Sequence[Button]:
        """All buttons in the order of their numbers: first what each card is for, so that 2 means the second card, then the others as they stand."""
        first = [card.buttons[0] for card in self.cards if card.buttons]
        return [
            *first,
            *(button for card in self.cards for button in card.buttons[1:]),
            *(button for row in self.buttons for button in row),
        ]
