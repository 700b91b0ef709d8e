"""Who waits for the consumer: one message of each person a round, whatever she writes from, so that who says much waits for herself."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Sequence

from domain.messages import Inbound, Receipt

Waiting = tuple[Inbound, "asyncio.Future[Receipt]"]
# A channel and an address on it.
Sender = tuple[str, str]
# Senders of whom is remembered who they are, the latest first to stay.
REMEMBERED = 20_000


class FairLine:
    """What waits, taken round robin by person, or by sender where nobody knows yet who that is. One sender's messages keep their order."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._of: OrderedDict[Sender | int, deque[Waiting]] = OrderedDict()
        self._persons: OrderedDict[Sender, int] = OrderedDict()
        self._remembered = remembered
        self._arrived = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._of)

    def put(self, one: Waiting) -> None:
        """Behind what the same person said before."""
        self._of.setdefault(self._whose(one), deque()).append(one)
        self._arrived.set()

    def put_back(self, some: Sequence[Waiting]) -> None:
        """What was taken in this order and not done stands before all others again."""
        for one in reversed(some):
            whose = self._whose(one)
            self._of.setdefault(whose, deque()).appendleft(one)
            self._of.move_to_end(whose, last=False)
        self._arrived.set()

    def take(self) -> Waiting:
        """The first of the person whose turn it is. Raises KeyError where nothing waits."""
        whose, line = self._of.popitem(last=False)
        one = line.popleft()
        if line:
            self._of[whose] = line
        return one

    def belongs(self, sender: Sender, person_id: int) -> None:
        """From now on this sender stands in the line of that person, with all that waits."""
        before = self._persons.get(sender, sender)
        self._persons[sender] = person_id
        self._persons.move_to_end(sender)
        hers = [one for one in self._of.get(before, ()) if _sender(one) == sender]
        if before != person_id and hers:
            others = deque(one for one in self._of.pop(before) if _sender(one) != sender)
            self._of.setdefault(person_id, deque()).extend(hers)
            if others:
                self._of[before] = others
        if len(self._persons) > self._remembered:
            self._forget()

    def _forget(self) -> None:
        """The sender that wrote longest ago, unless something of hers waits: her messages would lose their order."""
        sender, person_id = next(iter(self._persons.items()))
        if person_id in self._of:
            self._persons.move_to_end(sender)
        else:
            del self._persons[sender]

    def _whose(self, one: Waiting) -> Sender | int:
        sender = _sender(one)
        return self._persons.get(sender, sender)

    async def until_some(self) -> None:
        """Return when something waits."""
        while not self._of:
            self._arrived.clear()
            await self._arrived.wait()


def _sender(one: Waiting) -> Sender:
    return one[0].channel, one[0].sender
