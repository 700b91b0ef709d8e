"""Pictures that people send: fetched from the platform alone, within the seconds that a response leaves, and cleaned of what they hide."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from urllib.parse import urlsplit

from channels.web import images
from channels.web.pictures import MOST, MaySend
from channels.wechat.client import Client
from domain.errors import SendError

log = logging.getLogger(__name__)
SECONDS = 2.0
# Where the platform keeps pictures; no other address in a message is called.
_HOSTS = (".qpic.cn", ".qlogo.cn")


class Pictures:
    """`may_send(sender)` is asked before anything is fetched."""

    def __init__(self, client: Client, may_send: MaySend, *, by_id: bool) -> None:
        self._client, self._may_send, self._by_id = client, may_send, by_id
        self._decoding = asyncio.Lock()  # one at a time: a decoded picture takes many times its bytes

    async def fetch(self, address: str, media: str, sender: str) -> bytes:
        """The picture; nothing where it is not wanted, not there in time, or none."""
        if not await self._may_send(sender):
            return b""
        try:
            async with asyncio.timeout(SECONDS):
                content = await self._found(address, media)
                async with self._decoding:
                    return await asyncio.to_thread(images.clean, content)
        except (TimeoutError, SendError, images.NotAPicture) as error:
            log.warning("wechat: a picture was not taken: %s", type(error).__name__)
            return b""

    def _found(self, address: str, media: str) -> Awaitable[bytes]:
        if self._by_id:
            return self._client.download("/cgi-bin/media/get", most=MOST, media_id=media)
        host = urlsplit(address).hostname or ""
        if urlsplit(address).scheme not in ("http", "https") or not host.endswith(_HOSTS):
            raise SendError("rejected", "another host")
        return self._client.picture(address, most=MOST)
