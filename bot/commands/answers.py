"""`answer` and `check-ad`: what she would be told, for who writes the content or tests it."""

from __future__ import annotations

from typing import BinaryIO

import orjson

from bot import content
from bot.config import Settings
from domain.ads import advise
from domain.capabilities import WEB
from handlers.ads.checking import in_words
from handlers.voice import Voice


def answer(settings: Settings, source: BinaryIO, target: BinaryIO) -> None:
    """One question a line in; out the name of the answer (null where none is certain) and its text."""
    catalogue = content.load(settings).answers
    for line in source:
        best = catalogue.best(line.decode("utf-8-sig", "replace").strip())
        row = {"id": best.name, "text": best.answer} if best else {"id": None, "text": ""}
        target.write(orjson.dumps(row) + b"\n")
    target.flush()


def check_ad(settings: Settings, notice: str) -> str:
    """What she would be told about one notice."""
    voice = Voice(content=content.load(settings), channel=WEB)
    return in_words(voice, advise(notice))
