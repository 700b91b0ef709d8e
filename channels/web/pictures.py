"""GET /picture/<key>: a picture for who knows its key, and never anything else; POST /picture: one that somebody sends from our own page."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable
from datetime import datetime

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from channels import NotStored, Submit
from domain.capabilities import WEB
from domain.messages import Inbound

# By its key: type and content of a picture, or None.
Pictures = Callable[[str], tuple[str, bytes] | None]

MIMES = ("image/png", "image/jpeg", "image/webp")
# Bytes that one request may bring.
MOST = 5_000_000
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_NOSNIFF = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
# A key's picture never changes. Only her own browser keeps it, no cache between.
_HEADERS = _NOSNIFF | {"Cache-Control": "private, max-age=31536000, immutable", "Content-Security-Policy": "default-src 'none'; sandbox"}


def no_pictures(_key: str) -> None:
    """For a bot that has none."""


def route(pictures: Pictures) -> Route:
    """The address of all pictures. The look-up may read from disk, so it runs beside the loop."""

    async def picture(request: Request) -> Response:
        key = request.path_params["key"]
        found = await asyncio.to_thread(pictures, key) if _KEY.fullmatch(key) else None
        if found is None or found[0] not in MIMES:
            return PlainTextResponse("没有这张图片", status_code=404, headers=_NOSNIFF | {"Cache-Control": "no-store"})
        return Response(found[1], media_type=found[0], headers=_HEADERS)

    return Route("/picture/{key}", picture)


def sending(address_of: Callable[[Request], str], submit: Submit, now: Callable[[], datetime]) -> Route:
    """The way in. `address_of` is empty for a request that is not of our own page or has no seat. The answer comes in the chat."""

    async def take(request: Request) -> Response:
        address = address_of(request)
        if not address:
            return PlainTextResponse("请刷新页面再试", status_code=403)
        content = await _body(request)
        if content is None:
            return PlainTextResponse(f"图片太大了，最多 {MOST // 1_000_000} MB", status_code=413)
        event = f"{address}:{secrets.token_hex(16)}"
        inbound = Inbound(channel=WEB.channel, event_id=event, sender=address, kind="image", sent_at=now(), picture=content)
        try:
            await submit(inbound)
        except NotStored:
            return PlainTextResponse("还没存好，请再试一次", status_code=503)
        return Response(status_code=204)

    return Route("/picture", take, methods=["POST"])


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
