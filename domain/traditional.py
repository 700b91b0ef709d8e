"""Simplified to Traditional, for those who chose it: at the last moment, on what is said, never on what is stored of her."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Protocol

from domain.messages import Button, Outbound

TRADITIONAL = "zh-Hant"


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter() -> _Converter:
    # Its dictionaries cost time and memory that most processes never need.
    from opencc import OpenCC

    converter: _Converter = OpenCC("s2t")
    return converter


def traditional(text: str) -> str:
    """The text in Traditional characters, by OpenCC's phrase tables."""
    return _converter().convert(text)


def in_language(outbound: Outbound, language: str) -> Outbound:
    """The message as a reader of this language wants it; choices stay as they are."""
    if language != TRADITIONAL:
        return outbound
    cards = tuple(replace(card, text=traditional(card.text), buttons=_row(card.buttons)) for card in outbound.cards)
    speaker = traditional(outbound.speaker)
    return replace(outbound, text=traditional(outbound.text), buttons=tuple(map(_row, outbound.buttons)), cards=cards, speaker=speaker)


def _row(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    return tuple(replace(button, label=traditional(button.label)) for button in buttons)
