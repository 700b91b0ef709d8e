"""One sender per channel: claims what is due, keeps the platform's pace, sends, and records what became of each row."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.transactions import Transactions
from channels import Channel, Sent
from domain.capabilities import ALL
from domain.errors import SendError
from domain.pacing import Pace, Rests
from storage import leases, sending
from storage.people import persons
from storage.reach import answers
from storage.sending import Claimed

log = logging.getLogger(__name__)
# A crash repeats at most what is in flight: as much as fills a platform's limit at its usual latency (a quarter of a second).
LATENCY = 0.25
FEWEST, MOST_IN_FLIGHT = 8, 64
# For how long (seconds) sends are claimed ahead of the pace.
AHEAD = 0.1
# With the waits of `backoff` about half a day: a platform's long night costs nobody a message.
TRIES = 24
# Where what the platform does not let through waits for a word of hers.
KEEPING = frozenset(name for name, channel in ALL.items() if channel.counted)
# Nothing gets through with a wrong token: the channel rests, and readiness shows it.
MISCONFIGURED_PAUSE = 60.0
IDLE = 1.0
# Where other processes put rows into the same store, nobody wakes this one.
IDLE_AMONG_OTHERS = 0.25
# Seconds until who takes a channel over sends: what the one before it sent last counts in the platform's second.
TAKING_OVER = 1.0
# So long results of sends are gathered for one commit (seconds).
MOMENT = 0.01


@dataclass(slots=True)
class Results:
    """What came back from the platform and is not recorded yet."""

    sent: list[tuple[Claimed, Sent]] = field(default_factory=list)
    failed: list[tuple[Claimed, SendError]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.sent or self.failed)


def in_flight(rate: float | None) -> int:
    """How many sends may be on their way at once on a channel that takes `rate` a second: 8 for Telegram's 30."""
    return max(FEWEST, min(MOST_IN_FLIGHT, int(rate * LATENCY))) if rate else 100


class Sender:
    """Delivers the outbox of one channel for the process `owner`. `now` is the wall clock, `clock` a monotonic one (seconds)."""

    def __init__(
        self,
        channel: Channel,
        transactions: Transactions,
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
        owner: int | None = None,
    ) -> None:
        self.channel = channel
        self._owner = owner
        self._transactions = transactions
        self._now = now
        self._clock = clock
        limits = channel.capabilities
        self._pace = Pace(int(limits.rate)) if limits.rate else None
        self._rests = Rests(limits.chat_interval)
        self._most = in_flight(limits.rate)
        # A platform's pace is kept by one process for all; the others stand by.
        self._among_others = transactions.store.remote and owner is not None
        paced = limits.rate or limits.group_per_minute
        self._lease = f"sender {channel.name}" if paced and self._among_others else ""
        self._holds = not self._lease
        # A reply that comes in meanwhile waits for no more than these.
        self._step = max(1, int(limits.rate * AHEAD)) if limits.rate else self._most
        self._pause_until = 0.0
        self._looked_at = 0.0
        self._wake = asyncio.Event()
        self._flying: set[asyncio.Task[None]] = set()
        self._results = Results()
        self._unbegun: list[Claimed] = []
        self.alive_at = 0.0
        self.sent = 0
        self.trouble = ""

    def wake(self) -> None:
        """Something was put into the outbox."""
        self._wake.set()

    def silent_for(self) -> float:
        """Seconds since it came round last; 0 before it began."""
        return self._clock() - self.alive_at if self.alive_at else 0.0

    async def run(self) -> None:
        """Send until cancelled. Sends in flight at the end are awaited and recorded."""
        try:
            while True:
                self.alive_at = self._clock()
                await self._transactions.breathe()
                try:
                    claimed = await self._record_and_claim()
                except Exception:
                    log.exception("the outbox of %s could not be read or marked", self.channel.name)
                    await asyncio.sleep(IDLE)
                    continue
                if claimed:
                    await self._fly(claimed)
                else:
                    await self._rest()
        finally:
            await self._land()

    async def _record_and_claim(self) -> list[Claimed]:
        now, clock = self._now(), self._clock()
        self._looked_at = clock
        free = 0 if clock < self._pause_until else min(self._step, self._most - len(self._flying))
        resting = self._rests.resting(clock)
        results, self._results = self._results, Results()
        unbegun, self._unbegun = self._unbegun, []
        self._wake.clear()

        def work(tx: Connection) -> list[Claimed]:
            self._record(tx, results, now)
            self._give_back(tx, unbegun)
            if not self._may_claim(tx) or free <= 0:
                return []
            return sending.claim(tx, self.channel.name, now=now, most=free, resting=resting, owner=self._owner)

        try:
            return await self._transactions.run(work)
        except BaseException:
            self._unbegun = unbegun
            self._results.sent[:0] = results.sent
            self._results.failed[:0] = results.failed
            raise

    def _may_claim(self, tx: Connection) -> bool:
        """Whether this process sends on the channel, and has done so before now."""
        if not self._lease or self._owner is None:
            return True
        held, self._holds = self._holds, leases.hold(tx, self._lease, self._owner)
        if self._holds and not held:
            self._pause_until = max(self._pause_until, self._clock() + TAKING_OVER)
        return held and self._holds

    def _give_back(self, tx: Connection, unbegun: list[Claimed]) -> None:
        """Claimed, but never on its way: nobody may think that it was."""
        if unbegun:
            sending.release(tx, [row.id for row in unbegun], owner=self._owner)

    def _record(self, tx: Connection, results: Results, now: datetime) -> None:
        if results.sent:
            sending.mark_sent(tx, [(row.id, sent.ref) for row, sent in results.sent], now=now, owner=self._owner)
        for row, sent in results.sent:
            if sent.address and sent.address != row.address:
                persons.move_address(tx, row.channel, row.address, sent.address)
        for row, error in results.failed:
            record_failure(tx, row, error, now=now, owner=self._owner)

    async def _fly(self, claimed: list[Claimed]) -> None:
        self._unbegun = list(claimed)
        for row in claimed:
            if self._pace is not None:
                await self._keep_pace(self._pace)
            if self._clock() < self._pause_until:
                return
            self._unbegun.remove(row)
            self._rests.stamp(row.address, self._clock())
            task = asyncio.create_task(self._send(row))
            self._flying.add(task)
            task.add_done_callback(self._landed)
            # It begins now: other work between its stamp and its departure would bring two sends closer together.
            await asyncio.sleep(0)
        # With room left there may be more to claim.
        if len(self._flying) >= self._most:
            await self._make_room()

    async def _make_room(self) -> None:
        """Wait for one to land, and a moment for others: what lands together shares a commit."""
        await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
        if self._flying:
            await asyncio.wait(self._flying, timeout=MOMENT)

    async def _keep_pace(self, pace: Pace) -> None:
        while (due := pace.earliest(self._clock())) > self._clock():  # noqa: ASYNC110 - nobody tells when it is time
            await asyncio.sleep(due - self._clock())

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._wake.set()

    async def _send(self, row: Claimed) -> None:
        departure = self._pace.stamp(self._clock()) if self._pace is not None else None
        try:
            sent = await self.channel.send(row.address, row.outbound, row.id)
        except SendError as error:
            self.trouble = error.why if error.kind == "misconfigured" else ""
            if pause := _pause(error):
                self._pause_until = max(self._pause_until, self._clock() + pause)
            self._results.failed.append((row, error))
        except Exception:
            log.exception("channel %s broke its word on row %d", self.channel.name, row.id)
            self._results.failed.append((row, SendError("retry", "bug")))
        else:
            self.sent += 1
            self.trouble = ""
            self._results.sent.append((row, sent))
        if self._pace is not None and departure is not None:
            self._pace.landed(departure, self._clock())
        # From its arrival, which may have been as late as this.
        self._rests.stamp(row.address, self._clock())

    async def _rest(self) -> None:
        """Until something is put in, something lands, an address may be written to again, or for a second."""
        if self._results:
            return
        # As the claim saw it: a pause that ended while it was made would else cost a whole second more.
        ends = [end for end in (self._rests.next_end(self._looked_at), self._pause_until) if end is not None and end > self._looked_at]
        idle = IDLE_AMONG_OTHERS if self._among_others else IDLE
        wait = min([idle, *(max(end - self._clock(), 0.001) for end in ends)])
        # Not wait_for: on 3.11 it swallows a cancellation that comes together with the wake-up.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._wake.wait()

    async def _land(self) -> None:
        if self._flying:
            await asyncio.wait(self._flying, timeout=5)
        results, self._results = self._results, Results()

        def work(tx: Connection) -> None:
            self._record(tx, results, self._now())
            self._give_back(tx, self._unbegun)

        if results or self._unbegun:
            await self._transactions.run(work)


def _pause(error: SendError) -> float:
    """Seconds for which the whole channel has to rest."""
    if error.kind == "throttled":
        return error.after or 1.0
    return MISCONFIGURED_PAUSE if error.kind == "misconfigured" else 0.0


def record_failure(tx: Connection, row: Claimed, error: SendError, *, now: datetime, owner: int | None = None) -> None:
    """Each kind of SendError has one consequence."""
    if error.kind in ("throttled", "misconfigured"):
        # The platform did not take it: the others wait as well, and no number of tries gives it up.
        sending.postpone(tx, row.id, due_at=now + timedelta(seconds=_pause(error)), why=error.kind, owner=owner)
    elif error.kind == "window_closed" and row.channel in KEEPING:
        answers.not_through(tx, row.id, error.why, attempt=row.attempts)
    elif error.kind == "retry" and row.attempts < TRIES:
        sending.postpone(tx, row.id, due_at=now + backoff(row.attempts), why=error.kind, owner=owner)
    else:
        # An error of a platform that nobody knows is named by its number.
        sending.mark_failed(tx, row.id, why=error.why if error.why.startswith("errcode_") else error.kind, owner=owner)
        if error.kind == "gone":
            persons.set_address_state(tx, row.channel, row.address, "gone")


def backoff(attempts: int) -> timedelta:
    """Doubling from a second to an hour, with jitter, so that many rows do not come back at once."""
    return timedelta(seconds=min(2.0 ** (attempts - 1), 3600) * random.uniform(0.75, 1.25))
