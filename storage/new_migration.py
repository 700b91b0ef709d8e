"""`make migration NAME=…`: the next numbered file under storage/migrations/versions, filled with what differs from the tables of the code."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from storage.database import MIGRATIONS, Store, head, migrate


def make(name: str) -> Path:
    """Write the file; its path. Raises ValueError where the name is none."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,40}", name):
        raise ValueError("NAME: 小写英文和下划线，比如 council_votes")
    number = f"{int(head()) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/empty.db")
        migrate(store)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with store.begin() as tx:
            config.attributes["connection"] = tx
            command.revision(config, message=name, autogenerate=True, rev_id=number)
        store.close()
    return next((MIGRATIONS / "versions").glob(f"{number}_*.py"))


if __name__ == "__main__":
    try:
        print(make(sys.argv[1] if len(sys.argv) > 1 else ""))
    except ValueError as error:
        sys.exit(f"motherpost: {error}")
