"""GET /picture/<key>: a picture for who knows its key, and never anything else; POST /picture: one that somebody sends from our own page."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from channels import NotStored, Submit
from channels.web import images
from domain.capabilities import WEB
from domain.messages import Inbound

# By its key: type and content of a picture, or None.
Pictures = Callable[[str], tuple[str, bytes] | None]
# By an address: whether what it sends would be taken.
MaySend = Callable[[str], Awaitable[bool]]

MIMES = ("image/png", "image/jpeg", "image/webp")
# Bytes that one request may bring, seconds it may take, and requests at once: together what memory uploads ever take.
MOST = 5_000_000
SECONDS = 60.0
AT_ONCE = 8
_TOO_LARGE = f"图片太大了，最多 {MOST // 1_000_000} MB"
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_NOSNIFF = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
# A key's picture never changes. Only her own browser keeps it, no cache between.
_HEADERS = _NOSNIFF | {"Cache-Control": "private, max-age=31536000, immutable", "Content-Security-Policy": "default-src 'none'; sandbox"}


def no_pictures(_key: str) -> None:
    """For a bot that has none."""


async def everybody(_address: str) -> bool:
    """For a bot that takes pictures of anybody who sits at its page."""
    return True


def route(pictures: Pictures) -> Route:
    """The address of all pictures. The look-up may read from disk, so it runs beside the loop."""

    async def picture(request: Request) -> Response:
        key = request.path_params["key"]
        image = await asyncio.to_thread(pictures, key) if _KEY.fullmatch(key) else None
        if image is None or image[0] not in MIMES:
            return PlainTextResponse("没有这张图片", status_code=404, headers=_NOSNIFF | {"Cache-Control": "no-store"})
        return Response(image[1], media_type=image[0], headers=_HEADERS)

    return Route("/picture/{key}", picture)


class Uploads:
    """The way in. `address_of` is empty for a request that is not of our own page or has no seat, and `may_send` says whether its sender may
    send a picture: both are asked before a byte is read. The answer comes in the chat."""

    def __init__(
        self, address_of: Callable[[Request], Awaitable[str]], may_send: MaySend, submit: Submit, now: Callable[[], datetime]
    ) -> None:
        self._address_of = address_of
        self._may_send = may_send
        self._submit = submit
        self._now = now
        self._under_way: set[str] = set()
        self._decoding = asyncio.Lock()  # one at a time: a decoded picture takes many times its bytes

    def route(self) -> Route:
        """POST /picture."""
        return Route("/picture", self._take, methods=["POST"])

    async def _take(self, request: Request) -> Response:
        address = await self._address_of(request)
        if not address or not await self._may_send(address):
            return PlainTextResponse("请刷新页面再试", status_code=403)
        if _length(request) > MOST:
            return PlainTextResponse(_TOO_LARGE, status_code=413)
        if address in self._under_way or len(self._under_way) >= AT_ONCE:
            return PlainTextResponse("还有图片在发，请等一下再试", status_code=429)
        self._under_way.add(address)
        try:
            return await self._hand_in(request, address)
        finally:
            self._under_way.discard(address)

    async def _hand_in(self, request: Request, address: str) -> Response:
        try:
            async with asyncio.timeout(SECONDS):
                content = await _body(request)
        except TimeoutError:
            return PlainTextResponse("网络太慢，图片没发完，请再试一次", status_code=408)
        if content is None:
            return PlainTextResponse(_TOO_LARGE, status_code=413)
        try:
            async with self._decoding:
                picture = await asyncio.to_thread(images.clean, content)
        except images.NotAPicture as error:
            return PlainTextResponse(error.why, status_code=415)
        event = f"{address}:{secrets.token_hex(16)}"
        inbound = Inbound(channel=WEB.channel, event_id=event, sender=address, kind="image", sent_at=self._now(), picture=picture)
        try:
            await self._submit(inbound)
        except NotStored:
            return PlainTextResponse("还没存好，请再试一次", status_code=503)
        return Response(status_code=204)


def _length(request: Request) -> int:
    """What the browser says it will send (bytes); 0 where it does not say."""
    told = request.headers.get("content-length", "")
    return int(told) if told.isdecimal() else 0


async def _body(request: Request) -> bytes | None:
    """What was sent, or None where it is more than MOST; what is too much is not read."""
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > MOST:
                return None
    except ClientDisconnect:
        return b""
    return bytes(content)
