"""A process that closes a month's pay and is killed by itself, without a word, before a statement.

`python -m tests.support.closing URL PERSON MONTH STATEMENT`: the number of the statement before which it dies; 0 lets it live.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import event

from handlers.content import Content
from handlers.scene import Scene
from handlers.workshops import paying
from storage import sealed
from storage.database import Store

NOW = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)


def main(url: str, person: int, month: str, statement: int) -> None:
    """Close it; say how many slips once that is committed."""
    sealed.use_keys(sealed.keys_from(os.environ["MOTHERPOST_KEYS"], None))
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
        closed = paying.close(scene, 1, 1, month)
        if statement < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    print(closed.slips, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
