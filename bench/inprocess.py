"""Messages through the real dispatch, one commit for those that wait together, against plain sqlite3 doing the same statements one commit a message."""

from __future__ import annotations

import gc
import shutil
import sqlite3
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from bench import scenes
from bot import content as contents
from bot.config import Settings
from domain.messages import Inbound
from handlers import dispatch
from handlers.content import Content
from storage.database import Store
from storage.prepared import Prepared

CHATS, TOGETHER, ROUNDS = 100, 64, 3
Statements = list[list[tuple[str, Any]]]


def main() -> None:
    """Print messages a second, ours and plain."""
    content = contents.load(Settings())
    with scenes.folder() as where:
        scenes.store(where).close()
        work = scenes.talks(CHATS, datetime.now(UTC))
        recorded = record(_copy(where), content, work)
        # In turn, the best of each: other work on the machine strikes them alike.
        rounds = [
            (
                clock(_copy(where), content, work, together=TOGETHER),
                clock(_copy(where), content, work, together=1),
                replay(_copy(where), recorded),
            )
            for _ in range(ROUNDS)
        ]
        ours, one, plain = (len(work) / min(took) for took in zip(*rounds, strict=True))
    count = sum(map(len, recorded)) / len(recorded)
    scenes.show(
        f"in process, {count:.1f} statements a message", ours, "messages/s", ("plain sqlite3, one commit each:", plain), wanted=">= 0.5x"
    )
    scenes.show("in process, each message committed alone", one, "messages/s", ("plain sqlite3, one commit each:", plain))


def _copy(where: Path) -> str:
    for old in where.glob("run.db*"):
        old.unlink()
    shutil.copy(where / "motherpost.db", where / "run.db")
    return f"sqlite:///{where}/run.db"


def receive(store: Store, content: Content, work: list[Inbound], *, together: int = TOGETHER) -> None:
    """As the consumer does it."""
    now = datetime.now(UTC)
    for first in range(0, len(work), together):
        with store.begin() as tx:
            for one in work[first : first + together]:
                dispatch.receive(tx, one, now, content=content)


def clock(url: str, content: Content, work: list[Inbound], *, together: int) -> float:
    """Seconds it takes; what is compiled and loaded at the first message is not counted."""
    store = Store(url)
    receive(store, content, [replace(one, sender=f"9{one.sender}", event_id=f"warm {one.event_id}") for one in work[::CHATS]])
    gc.collect()
    gc.freeze()
    started = time.perf_counter()
    receive(store, content, work, together=together)
    took = time.perf_counter() - started
    store.close()
    return took


def record(url: str, content: Content, work: list[Inbound]) -> Statements:
    """The statements of each message, as they reached the driver."""
    store = Store(url)
    found: Statements = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            found[-1].extend((statement, one) for one in (parameters if many else [parameters]))

    event.listen(store.engine, "before_cursor_execute", keep)
    # What is prepared goes past the engine: here it takes the ordinary way, with the same statements.
    with patch.object(Prepared, "_run", lambda *_: None):
        for one in work:
            found.append([])
            receive(store, content, [one])
    store.close()
    return found


def replay(url: str, recorded: Statements) -> float:
    """Seconds that plain sqlite3 takes for the same, synchronous FULL, reading all that is found."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, cached_statements=256)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    cursor = connection.cursor()
    started = time.perf_counter()
    for message in recorded:
        cursor.execute("BEGIN IMMEDIATE")
        for statement, parameters in message:
            cursor.execute(statement, parameters).fetchall()
        cursor.execute("COMMIT")
    took = time.perf_counter() - started
    connection.close()
    return took


if __name__ == "__main__":
    main()
