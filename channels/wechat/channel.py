"""One account of WeChat: what is said is answered in the response, what is left goes another way where the account may push."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.routing import BaseRoute

from channels import Sent, Submit
from channels.wechat.callback import Answers, Callback, Fetch
from channels.wechat.client import UNREACHABLE, Client
from channels.wechat.crypto import Keys, MessageCipher
from channels.wechat.errors import NO_RIGHT
from channels.wechat.sending import Sending
from channels.wechat.text import pieces, words
from domain.allowance import Way
from domain.capabilities import WECHAT, Capabilities
from domain.errors import SendError
from domain.messages import Outbound


class Ledger(Protocol):
    """What may still be said to an address; used up before a call."""

    async def way(self, row_id: int, address: str, messages: int) -> Way | None:
        """The cheapest permitted way for an outbox row, used up from now on; None where there is none."""
        ...

    async def closed(self, address: str, way: Way) -> None:
        """The platform says that this way is closed."""
        ...

    async def told_briefly(self, row_id: int) -> None:
        """A notice said only its first words: the whole comes with her next word."""
        ...


async def no_pictures(_address: str, _media: str, _sender: str) -> bytes:
    """Where nobody's pictures are kept."""
    return b""


@dataclass(slots=True)
class _Begun:
    """A message on its way: what of it went, and the way that is paid for but was not taken."""

    done: int = 0
    paid: Way | None = None


class Pushes:
    """What an account with verification has: its interface, its ledger, and the pictures by their key."""

    def __init__(
        self,
        client: Client,
        sending: Sending,
        ledger: Ledger,
        pictures: Callable[[str], tuple[str, bytes] | None],
        *,
        taps: bool = False,
    ) -> None:
        self.client, self.sending, self.ledger, self.pictures, self.taps = client, sending, ledger, pictures, taps


class WeChatChannel:
    """`aes_keys` are the present EncodingAESKey and, while it is being changed, the one before; none in plain mode."""

    name = WECHAT.channel
    capabilities: Capabilities = WECHAT

    def __init__(
        self,
        answers: Answers,
        *,
        token: str,
        app_id: str = "",
        aes_keys: tuple[str, ...] = (),
        pushes: Pushes | None = None,
        fetch: Fetch = no_pictures,
        pages: Sequence[BaseRoute] = (),
        now: Callable[[], float] = time.time,
    ) -> None:
        """Without `pushes` nothing goes out but in a response. Raises ValueError where a key is none."""
        keys = Keys(*(MessageCipher(key, app_id) for key in aes_keys)) if aes_keys else None
        self._callback = Callback(token=token, keys=keys, answers=answers, fetch=fetch, now=now)
        self._pushes, self._pages = pushes, pages
        self._begun: dict[int, _Begun] = {}
        self.trouble: str | None = None

    def routes(self, submit: Submit) -> list[BaseRoute]:
        """The address that the platform calls, and the pages that the account's menu opens."""
        return [*self._callback.routes(submit), *self._pages]

    async def receive(self, submit: Submit) -> None:
        """Nothing to poll: the platform calls."""

    async def send(self, address: str, outbound: Outbound, row_id: int) -> Sent:
        """By the cheapest permitted way. A second try goes on at the piece that failed and pays only for what may have been taken."""
        if self._pushes is None:
            raise SendError("window_closed", "unverified")
        begun = self._begun.setdefault(row_id, _Begun())
        try:
            sent = await self._send(self._pushes, begun, address, outbound, row_id)
        except SendError as error:
            if error.why == NO_RIGHT:
                self.trouble = "公众号没有这个接口的权限（48001）"
            if error.kind != "retry" and error.kind != "throttled":
                self._begun.pop(row_id, None)
            elif error.kind == "retry" and error.why not in ("busy", UNREACHABLE):
                begun.paid = None
            raise
        self._begun.pop(row_id, None)
        self.trouble = None
        return sent

    async def close(self) -> None:
        """Let go of what came too late for its response."""
        await self._callback.close()
        if self._pushes is not None:
            await self._pushes.client.close()

    async def _send(self, pushes: Pushes, begun: _Begun, address: str, outbound: Outbound, row_id: int) -> Sent:
        shown = await asyncio.to_thread(pushes.pictures, outbound.picture) if outbound.picture else None
        texts = pieces(words(outbound, taps=pushes.taps))
        left = len(texts) + (shown is not None) - begun.done
        way = begun.paid or await pushes.ledger.way(row_id, address, left)
        if way is None:
            raise SendError("window_closed", "window")
        begun.paid = way
        try:
            if way.kind == "message":
                return await self._say(pushes, begun, address, shown, texts, outbound.picture)
            ref = await pushes.sending.notice(address, way, outbound.text, row_id)
        except SendError as error:
            if error.kind == "window_closed":
                await pushes.ledger.closed(address, way)
            raise
        await pushes.ledger.told_briefly(row_id)
        return Sent(ref or way.kind)

    async def _say(self, pushes: Pushes, begun: _Begun, address: str, shown: tuple[str, bytes] | None, texts: list[str], key: str) -> Sent:
        ref = ""
        if shown is not None and begun.done == 0:
            ref = await pushes.sending.picture(address, key, *shown)
            begun.done += 1
        for text in texts[begun.done - (shown is not None) :]:
            ref = await pushes.sending.text(address, text)
            begun.done += 1
        return Sent(ref or "message")
