"""The two things a receiving channel meets: a store that commits when told, and waiting that ends when told."""

import asyncio

from channels import NotStored
from domain.messages import Inbound, Receipt


class Store:
    """Takes messages in call order; commits when `open`; refuses the next `refused` ones."""

    def __init__(self) -> None:
        self.taken: list[Inbound] = []
        self.committed: list[Inbound] = []
        self.refused = 0
        self.open = asyncio.Event()
        self.open.set()
        self._changed = asyncio.Condition()

    async def submit(self, inbound: Inbound) -> Receipt:
        self.taken.append(inbound)
        async with self._changed:
            self._changed.notify_all()
        await self.open.wait()
        if self.refused:
            self.refused -= 1
            raise NotStored
        self.committed.append(inbound)
        return Receipt(inbox_id=len(self.committed))

    async def until_taken(self, number: int) -> None:
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(lambda: len(self.taken) >= number)

    def texts(self) -> list[str]:
        return [inbound.text for inbound in self.committed]


class Pause:
    """Stands for waiting: shows for how long it would be, and goes on when told."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._begun, self._over = asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self._begun.release()
        await self._over.acquire()

    async def begun(self) -> float:
        async with asyncio.timeout(5):
            await self._begun.acquire()
        return self.seconds[-1]

    def over(self) -> None:
        self._over.release()
