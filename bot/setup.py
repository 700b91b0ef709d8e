"""Opens what a command needs: settings, keys, store, content."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from bot import config, content
from bot.config import Settings
from domain.errors import Refused
from handlers.content import Content
from storage import keys, sealed
from storage.database import Store, fits, prepare


def open_store(settings: Settings, *, migrated: bool = True) -> Store:
    """The store with its sealing keys; its schema made current (SQLite) or found current.

    Raises ValueError where there are no keys or the wrong ones, and Outdated.
    """
    store = Store(config.database_url(settings), beside=config.beside(settings), replica=settings.database_read)
    use_keys(settings, store)
    if migrated:
        prepare(store)
    if fits(store):
        with store.read() as tx:
            keys.prove(tx)
            known = keys.read_root(tx)
        if migrated and not known:
            with store.begin() as tx:
                keys.take_up(tx, now=datetime.now(UTC))
    return store


def use_keys(settings: Settings, store: Store) -> None:
    """The keys of the environment, else of the data folder, where one is made for a store that holds nothing yet. Raises ValueError."""

    def given() -> sealed.Keys:
        return sealed.keys_from(os.environ.get("MOTHERPOST_KEYS", ""), config.data_folder(settings), make=not keys.holds_anything(store))

    sealed.use_keys(given(), again=given)


def everything(file: Path | None) -> tuple[Settings, Store, Content]:
    """Settings, store and content, in the order in which they can go wrong."""
    settings = config.read(file)
    loaded = content.load(settings)
    return settings, open_store(settings), loaded


def refusal(refused: Refused) -> str:
    """A refusal in words, for the command line."""
    from domain import phrases

    return phrases.load(content.CONTENT / "phrases").say(refused.phrase, **refused.values)
