"""A steady pace plus a log of recent sends: no second, wherever it begins, holds more of them at the platform than it allows."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass


@dataclass(slots=True)
class Departure:
    """One send: when it began, and when its answer came (None while it is on its way)."""

    at: float
    landed: float | None = None


class Pace:
    """Allows `rate` sends in any sliding `period` (seconds) at the platform. Times are of one monotonic clock.

    A token bucket lets bursts through and breaks the limit in half of all seconds; here each send keeps its distance from the last one,
    and the n-th last must have arrived a period ago. It arrived before its answer came by at least the way back: what it took longer than
    the quickest of late may all have been delay on the way there. So a network or a process that was held up costs time, never the limit.
    """

    def __init__(self, rate: int, *, period: float = 1.0, guard: float = 0.01) -> None:
        self._log: deque[Departure] = deque(maxlen=rate)
        self._rate = rate
        self._period = period
        self._guard = guard
        # A little less than the even distance catches up after a stall. Much less would send a second's share in a burst, second after
        # second, and who has something to say at its end would wait for the next one.
        self._gap = 0.95 * period / rate
        # Of the last one to two times `rate` sends (seconds): those of the present count of landings, and those before them.
        self._quickest, self._quickest_before, self._landings = math.inf, math.inf, 0

    def earliest(self, now: float) -> float:
        """When the next send may go, as far as is known; `now` if at once."""
        if not self._log:
            return now
        soonest = self._log[-1].at + self._gap
        if len(self._log) == self._rate:
            soonest = max(soonest, self._arrived(self._log[0], now) + self._period + self._guard)
        return max(now, soonest)

    def _arrived(self, one: Departure, now: float) -> float:
        """The latest moment at which it may have arrived."""
        if one.landed is None:
            # Still on its way, perhaps only now leaving: look again after a moment, at the soonest.
            return max(one.at, now - self._period - self._guard + self._gap)
        return max(one.at, one.landed - min(self._quickest, self._quickest_before))

    def stamp(self, now: float) -> Departure:
        """One send goes now; tell `landed` when its answer has come."""
        self._log.append(departure := Departure(now))
        return departure

    def landed(self, one: Departure, now: float) -> None:
        """The platform answered this send, or it failed."""
        one.landed = now
        self._quickest = min(self._quickest, now - one.at)
        self._landings += 1
        if self._landings >= self._rate:
            self._quickest_before, self._quickest, self._landings = self._quickest, math.inf, 0


class Rests:
    """Which addresses have to rest, so that no chat gets more than one message an interval."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._until: dict[str, float] = {}

    def stamp(self, address: str, now: float, *, longer: float = 0.0) -> None:
        """A message went to this address; `longer` where the platform asked for a pause."""
        if self._interval or longer:
            self._until[address] = max(self._until.get(address, 0.0), now + max(self._interval, longer))

    def resting(self, now: float) -> list[str]:
        """Addresses that must not be written to now; forgets the others."""
        self._until = {address: until for address, until in self._until.items() if until > now}
        return list(self._until)

    def next_end(self, now: float) -> float | None:
        """When the first rest ends."""
        return min((until for until in self._until.values() if until > now), default=None)
