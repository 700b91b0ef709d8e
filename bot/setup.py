"""Opens what a command needs: settings, keys, store, content."""

from __future__ import annotations

import os
from pathlib import Path

from bot import config, content
from bot.config import Settings
from domain.errors import Refused
from handlers.content import Content
from storage import sealed
from storage.database import Store, prepare


def open_store(settings: Settings, *, migrated: bool = True) -> Store:
    """The store with its sealing keys; its schema made current (SQLite) or found current. Raises ValueError, Outdated."""
    sealed.use_keys(sealed.keys_from(os.environ.get("MOTHERPOST_KEYS", ""), config.data_folder(settings)))
    store = Store(config.database_url(settings))
    if migrated:
        prepare(store)
    return store


def everything(file: Path | None) -> tuple[Settings, Store, Content]:
    """Settings, store and content, in the order in which they can go wrong."""
    settings = config.read(file)
    loaded = content.load(settings)
    return settings, open_store(settings), loaded


def refusal(refused: Refused) -> str:
    """A refusal in words, for the command line."""
    from domain import phrases

    return phrases.load(content.CONTENT / "phrases").say(refused.phrase, **refused.values)
