"""How fast offices' lists go in and out: 5,000 mothers, phones and names sealed, from .csv and .xlsx; the aim is under 10 s each."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot import demo  # noqa: E402 - found from the root
from bot.commands import lists  # noqa: E402
from bot.config import Settings  # noqa: E402
from bot.setup import open_store  # noqa: E402

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ROWS = 5_000
AIM = 10.0


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came out."""
    began = time.perf_counter()
    found = run()
    return time.perf_counter() - began, found


def main() -> None:
    """Fill a town, write its lists, and read them into empty stores, twice."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        town = Settings(database=f"sqlite:///{folder}/town/m.db")
        store = open_store(town)
        demo.fill(store, mothers=ROWS, positions=ROWS, now=NOW)
        store.close()
        for ending in ("csv", "xlsx"):
            other = Settings(database=f"sqlite:///{folder}/{ending}/m.db")
            for kind in ("communities", "enterprises", "positions", "mothers"):
                file = folder / f"{kind}.{ending}"
                out, count = timed(partial(lists.save_all, town, kind, file, now=NOW))
                runs = [timed(partial(lists.load, other, kind, file, dry_run=False, now=NOW)) for _ in range(2)]
                (new, first), (again, second) = runs
                right = first.saved.new == second.saved.unchanged == count
                print(
                    f"{kind}.{ending}: {count} rows out in {out:.1f} s, in {new:.1f} s, again {again:.1f} s"
                    f"{'' if right else ', NOT all of them'}{'' if max(new, again) < AIM else f', over the aim of {AIM:.0f} s'}"
                )


if __name__ == "__main__":
    main()
