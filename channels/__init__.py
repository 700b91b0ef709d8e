"""What a channel is: it turns a platform's updates into `Inbound`, delivers `Outbound`, and knows nothing of the business."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from domain.capabilities import Capabilities
from domain.messages import Inbound, Outbound, Receipt

if TYPE_CHECKING:
    from starlette.routing import BaseRoute


class NotStored(Exception):  # noqa: N818 - the platform or page is only asked to try again
    """The message's effects were not committed; whoever sent it must send it again. `answers` is said nevertheless: help in danger."""

    def __init__(self, answers: tuple[Outbound, ...] = ()) -> None:
        super().__init__()
        self.answers = answers


class Sent(NamedTuple):
    """What a platform answered: its id of the message, and the chat's new address where the chat moved."""

    ref: str
    address: str = ""


# Calling it enqueues at once, in call order. It resolves once the message's effects are committed and raises NotStored if they were not.
# A channel that answers in the response takes its replies by the receipt's inbox row. What stands in the `answers` of a receipt, or of
# NotStored, is in no row: the channel says it itself.
Submit = Callable[[Inbound], Awaitable[Receipt]]


class Channel(Protocol):
    """The one interface between the bot and a platform."""

    name: str
    capabilities: Capabilities

    def routes(self, submit: Submit) -> list[BaseRoute]:
        """Starlette routes that receive this platform's calls; empty where it is polled."""
        ...

    async def receive(self, submit: Submit) -> None:
        """Poll until cancelled; return at once where `routes` do the work."""
        ...

    async def send(self, address: str, outbound: Outbound, row_id: int) -> Sent:
        """Deliver outbox row `row_id`. Raises SendError and nothing else."""
        ...

    async def close(self) -> None:
        """Give back connections; what is not delivered stays in the outbox."""
        ...
