"""A process that closes a month's pay and is killed by itself, without a word, before a statement."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import event

from handlers.content import Content
from handlers.scene import Scene
from handlers.workshops import paying
from storage import sealed
from storage.database import Store

NOW = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)


def main(url: str, key: str, person: int, month: str, statement: int) -> None:
    """Close it, and die before the statement of this number; 0 lets the process live, below it dies when all is done and nothing is committed."""
    sealed.use_keys((key,))
    store, left = Store(url), statement

    def count(*_call: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with store.begin() as tx:
        if statement:
            event.listen(tx, "before_cursor_execute", count)
        # Nothing is said to anybody: reading all content would take most of the time.
        scene = Scene(tx=tx, content=cast("Content", None), now=NOW, person_id=person)
        paying.close(scene, 1, 1, month)
        if statement < 0:
            os.kill(os.getpid(), signal.SIGKILL)
