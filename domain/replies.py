"""How several replies to one message are sent: as few messages as the channel can carry, in her characters."""

from __future__ import annotations

from dataclasses import replace

from domain.capabilities import Capabilities
from domain.cutting import cut, in_bytes
from domain.messages import Button, Card, Outbound
from domain.traditional import in_language


def laid_out(reply: Outbound, channel: Capabilities) -> Outbound:
    """Cards as one numbered text where the channel draws none: their buttons in rows that say which card is meant; where there are no
    buttons at all only what each card is for, since the rest can be said in words."""
    if not reply.cards or channel.cards:
        return reply
    numbered = list(enumerate(reply.cards, 1))
    text = "\n\n".join([reply.text, *(f"{number}. {card.text}" for number, card in numbered)])
    most = max((len(card.buttons) for card in reply.cards), default=0) if channel.buttons else 1
    if len(reply.cards) == 1 and channel.buttons:
        return replace(reply, text=f"{reply.text}\n\n{reply.cards[0].text}", buttons=(reply.cards[0].buttons, *reply.buttons), cards=())
    rows = tuple(
        tuple(_of_card(card, place, number, channel) for number, card in numbered if len(card.buttons) > place) for place in range(most)
    )
    return replace(reply, text=text, buttons=(*rows, *reply.buttons), cards=())


def _of_card(card: Card, place: int, number: int, channel: Capabilities) -> Button:
    """A card's button with what tells it from those of the others: the card's number, or its name where the list numbers the choices itself."""
    button = card.buttons[place]
    return replace(button, label=f"{button.label} {number if channel.buttons else card.text.partition(chr(10))[0]}")


def numbered(reply: Outbound, by_number: str) -> Outbound:
    """For a channel without buttons: the choices as a numbered list, and the words that say so; the row keeps them, so that a number finds them."""
    if not reply.buttons:
        return reply
    lines = [f"{number} {button.label}{_address(button)}" for number, button in enumerate(reply.choices(), 1)]
    return replace(reply, text="\n".join([reply.text, *lines, by_number]))


def _address(button: Button) -> str:
    return f"：{button.url}" if button.url else ""


def prepared(replies: list[Outbound], channel: Capabilities, language: str, *, by_number: str) -> list[Outbound]:
    """The messages that go out on a channel; `by_number` is what says below a list that a number chooses from it."""
    drawn = [laid_out(reply, channel) for reply in replies]
    listed = drawn if channel.buttons else [numbered(reply, by_number) for reply in drawn]
    return [in_language(reply, language) for reply in fitted(joined(listed, channel.max_text), channel.max_bytes)]


def joined(replies: list[Outbound], most: int) -> list[Outbound]:
    """Messages without buttons go into the one behind them, so that she is not rung twice and the chat's pace is kept."""
    whole: list[Outbound] = []
    for reply in replies:
        last = whole[-1] if whole else None
        if (
            last
            and not (last.buttons or last.cards or last.picture or last.edits or reply.edits)
            and len(last.text) + len(reply.text) + 2 <= most
        ):
            whole[-1] = replace(
                reply, text=f"{last.text}\n\n{reply.text}", private=last.private or reply.private, always=last.always or reply.always
            )
        else:
            whole.append(reply)
    return whole


def fitted(replies: list[Outbound], most: int | None) -> list[Outbound]:
    """Where a platform counts bytes: what is too long goes in several messages, the choices below the last."""
    if most is None:
        return replies
    whole: list[Outbound] = []
    for reply in replies:
        *first, last = cut(reply.text, in_bytes(most)) or [reply.text]
        whole += [*(replace(reply, text=piece, buttons=(), picture="") for piece in first), replace(reply, text=last)]
    return whole
