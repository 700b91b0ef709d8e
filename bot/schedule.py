"""A few fixed ticks from config.yaml. They carry no state: every due time is a column, so nothing is lost with the process."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.crons import trigger
from domain.notices import LOCAL

log = logging.getLogger(__name__)
Tick = Callable[[], Awaitable[None]]
# Figures are counted before somebody opens them, and kept by each process that shows them.
AT_START = frozenset({"figures"})


class Schedule:
    """Runs each tick by its cron expression in local time, and those of AT_START once at the start as well."""

    def __init__(self, crons: Mapping[str, str], ticks: Mapping[str, Tick]) -> None:
        self._crons = crons
        self._ticks = ticks
        # No misfire limit: a late tick still runs; coalescing: several late ones run once.
        self._scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": AsyncIOExecutor()},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=LOCAL,
        )
        self.ran_at: dict[str, float] = {}

    def start(self, only: Collection[str] = ()) -> None:
        """Begin ticking on the running loop, with `only` some of them."""
        for name, tick in self._ticks.items():
            if only and name not in only:
                continue
            soon = {"next_run_time": datetime.now(LOCAL)} if name in AT_START else {}
            self._scheduler.add_job(self._run, trigger(self._crons[name]), args=(name, tick), id=name, **soon)
        self._scheduler.start()

    async def _run(self, name: str, tick: Tick) -> None:
        try:
            await tick()
        except Exception:
            log.exception("tick %s failed; it comes again", name)
        else:
            self.ran_at[name] = time.monotonic()

    @property
    def running(self) -> bool:
        """Whether ticks will come."""
        return bool(self._scheduler.running)

    def stop(self) -> None:
        """No more ticks; one that runs is finished."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
