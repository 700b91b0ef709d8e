"""How the bot itself is, for who answers for the whole city: messages that are not out, channels with their limits, disk, keys, versions."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from bot.config import TICKS
from bot.desk.page import Look, Page, View
from bot.version import VERSION
from domain.capabilities import ALL
from storage import drills, sealed
from storage.desk import health

LATELY = timedelta(days=7)
# A backup that did not come back for so long may not come back at all.
DRILL_EVERY = timedelta(days=31)
GIGA = 1_000_000_000


def show(look: Look) -> View:
    """Counts and states; nobody's words."""
    file = look.tx.engine.url.database if look.tx.dialect.name == "sqlite" else None
    disk = shutil.disk_usage(Path(file).parent) if file else None
    drill = drills.last(look.tx)
    values = {
        "sent": health.troubled(look.tx, since=look.now - LATELY),
        "channels": sorted(ALL.values(), key=lambda one: one.channel),
        "free": f"{disk.free / GIGA:.1f} / {disk.total / GIGA:.1f} GB" if disk else "",
        "keys": sealed.how_many_keys(),
        "version": VERSION,
        "drill": drill,
        "drill_late": drill is None or look.now - drill.at > DRILL_EVERY,
        "revision": health.revision(look.tx),
        "ticks": TICKS,
    }
    return View("health.html", values)


PAGES = (Page(path="/desk/health", needs="health.see", show=show, menu="desk.menu_health", rank=950, of_city=True),)
