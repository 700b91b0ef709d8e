"""How several replies to one message are sent: as few messages as the channel can carry, in her characters."""

from __future__ import annotations

from dataclasses import replace

from domain.capabilities import Capabilities
from domain.cutting import cut, in_bytes
from domain.messages import Outbound
from domain.traditional import in_language


def prepared(replies: list[Outbound], channel: Capabilities, language: str) -> list[Outbound]:
    """The messages that go out on a channel."""
    return [in_language(reply, language) for reply in fitted(joined(replies, channel.max_text), channel.max_bytes)]


def joined(replies: list[Outbound], most: int) -> list[Outbound]:
    """Messages without buttons go into the one behind them, so that she is not rung twice and the chat's pace is kept."""
    whole: list[Outbound] = []
    for reply in replies:
        last = whole[-1] if whole else None
        if last and not (last.buttons or last.picture or last.edits or reply.edits) and len(last.text) + len(reply.text) + 2 <= most:
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
