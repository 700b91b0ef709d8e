"""How much one address may send over all its open pages, and how often a host may try a code. Danger passes every limit."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable

from channels.web.frames import Answer, Hello, Ping, Said, Seen
from domain import triage

_SECONDS = 10.0
_MESSAGES, _CHARACTERS = 30, 12_000  # of one address in these seconds: faster than anybody types, and three of the longest texts
_OTHER = 90  # hellos, read marks and pings in the same time: a row of tabs after a restart of the server
# A refused text is looked at for danger, one at a time; its address then rests ten times as long, so that it has a tenth of the loop at most.
_REST = 10
_LONGEST_REST = 1.0  # seconds; the first look of a process loads the lexicons
_DANGER_REST = 0.25  # seconds between two dangers of one address that pass above the limit
_TRIES, _TRIES_HOST, _TRIES_SECONDS = (
    10,
    60,
    600.0,
)  # codes tried by one address, and by all behind one host (many share one), in ten minutes
_KEPT = 1_000  # addresses remembered before those that rest are forgotten


# takeover:CODE:yes, phone_code:no:CODE: nobody has such a button who did not bring the code before, but anybody can send one.
_CODE = r"(?=\d*[a-z])[0-9a-z]{6,}"
_WITH_CODE = re.compile(rf"[a-z_]+:(?:(?:yes|no):{_CODE}|{_CODE}:(?:yes|no))", re.ASCII)


class Flood:
    """Lets `most` through in any window of `seconds`, each weighing its `cost`."""

    def __init__(self, most: int = _MESSAGES, seconds: float = _SECONDS) -> None:
        self._most = most
        self._seconds = seconds
        self._passed: deque[tuple[float, int]] = deque()
        self._sum = 0

    def allows(self, now: float, cost: int = 1) -> bool:
        """Whether one more may pass at `now` (seconds of a steady clock). What is refused costs nothing."""
        self.rests(now)
        if self._sum + cost > self._most:
            return False
        self._passed.append((now, cost))
        self._sum += cost
        return True

    def rests(self, now: float) -> bool:
        """Whether nothing passed in the window that ends now."""
        while self._passed and now - self._passed[0][0] >= self._seconds:
            self._sum -= self._passed.popleft()[1]
        return not self._passed


class Allowance:
    """What is left to one address, over all its sockets."""

    def __init__(self) -> None:
        self._messages, self._characters = Flood(), Flood(_CHARACTERS)
        self._other = Flood(_OTHER)
        self._looking = asyncio.Lock()

    def allows(self, frame: Hello | Seen | Ping | Said, now: float) -> bool:
        """Whether this frame may pass now."""
        if not isinstance(frame, Said):
            return self._other.allows(now)
        return self._messages.allows(now) and self._characters.allows(now, len(frame.inbound.text))

    async def endangered(self, said: Said) -> bool:
        """Whether a message above the limit tells of danger. Waits its turn, so that a flood of them has no more than its share of the loop."""
        if said.inbound.kind not in ("text", "command"):
            return False
        loop = asyncio.get_running_loop()
        async with self._looking:
            began = loop.time()
            danger = not isinstance(triage.look(_words(said)), triage.Nothing)
            await asyncio.sleep(max(min(_REST * (loop.time() - began), _LONGEST_REST), _DANGER_REST if danger else 0))
        return danger

    def rests(self, now: float) -> bool:
        """Whether nothing would be lost by forgetting it."""
        return self._messages.rests(now) and self._other.rests(now) and not self._looking.locked()


def _words(said: Said) -> str:
    """Her own words: what stands behind a command, or all."""
    return said.inbound.text.partition(" ")[2] if said.inbound.kind == "command" else said.inbound.text


class Allowances:
    """The allowance of each address that sent something lately."""

    def __init__(self) -> None:
        self._of: dict[str, Allowance] = {}

    def of(self, address: str, now: float) -> Allowance:
        """The one of this address, whichever page it comes by."""
        if address not in self._of and len(self._of) >= _KEPT:
            self._of = {known: allowance for known, allowance in self._of.items() if not allowance.rests(now)}
        return self._of.setdefault(address, Allowance())


class Tries:
    """Codes and keys tried by one sender and by one host: guessing is slow, whatever cookies are thrown away."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock
        self._by: dict[str, Flood] = {}

    def allow(self, host: str, address: str = "") -> bool:
        """Whether one more code may be tried; the try is counted."""
        now = self._clock() if self._clock else asyncio.get_running_loop().time()
        if len(self._by) >= _KEPT:
            self._by = {name: flood for name, flood in self._by.items() if not flood.rests(now)}
        own = not address or self._flood(f"address {address}", _TRIES).allows(now)
        return own and self._flood(f"host {host}", _TRIES_HOST).allows(now)

    def _flood(self, name: str, most: int) -> Flood:
        return self._by.setdefault(name, Flood(most, _TRIES_SECONDS))


def too_fast(said: Said) -> Answer:
    """The page keeps the message and tries again."""
    return {"type": "nack", "event": said.event, "why": "发得太快了，马上再试", "again": True}


def is_try(said: Said) -> bool:
    """Whether a message brings a code: `/start CODE`, the same without its stroke, or a button that carries one to be said yes or no to."""
    inbound = said.inbound
    if inbound.kind == "choice":
        return _WITH_CODE.fullmatch(inbound.choice) is not None
    return inbound.kind in ("command", "text") and inbound.text.lower().startswith("start") and len(inbound.text) > len("start")


def too_many_tries(said: Said) -> Answer:
    """Refused for good: guessing is not helped by patience of a script."""
    return {"type": "nack", "event": said.event, "why": "试的次数太多了，请过十分钟再试", "again": False}
