"""`ledger export`: the fund's books for an accountant's own programs."""

from __future__ import annotations

from pathlib import Path

from bot.setup import everything
from domain.fund import beancount
from storage.fund import ledger


def export(config: Path | None, file: Path) -> str:
    """Write the whole ledger as Beancount text; what was written. Raises FileExistsError rather than overwrite."""
    _, store, _ = everything(config)
    with store.read() as tx:
        bookings = ledger.written(tx)
    with file.open("x", encoding="utf-8") as target:
        target.writelines(f"{line}\n" for line in beancount.lines(bookings))
    return f"写好了 {file}：{len(bookings)} 笔"
