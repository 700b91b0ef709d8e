"""One account of WeChat: what is said is answered in the response, what is left goes by customer-service message where the account may."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.routing import BaseRoute

from channels import Sent, Submit
from channels.wechat.callback import Answers, Callback, Fetch
from channels.wechat.crypto import Keys, MessageCipher
from domain.capabilities import WECHAT, Capabilities
from domain.errors import SendError
from domain.messages import Outbound


async def no_pictures(_address: str, _media: str, _sender: str) -> bytes:
    """Where nobody's pictures are kept."""
    return b""


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
        fetch: Fetch = no_pictures,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Raises ValueError where a key is none."""
        keys = Keys(*(MessageCipher(key, app_id) for key in aes_keys)) if aes_keys else None
        self._callback = Callback(token=token, keys=keys, answers=answers, fetch=fetch, now=now)

    def routes(self, submit: Submit) -> list[BaseRoute]:
        """The address that the platform calls."""
        return self._callback.routes(submit)

    async def receive(self, submit: Submit) -> None:
        """Nothing to poll: the platform calls."""

    async def send(self, address: str, outbound: Outbound, row_id: int) -> Sent:
        """Without verification nothing goes out but in a response."""
        raise SendError("window_closed", "unverified")

    async def close(self) -> None:
        """Let go of what came too late for its response."""
        await self._callback.close()
