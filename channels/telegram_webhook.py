"""Telegram's posts are taken only with the right secret, and answered 200 only once their effects are committed."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from channels import NotStored
from channels.telegram_updates import Json

PATH = "/telegram/webhook"
MAX_BODY = 1 << 20  # bytes; an update of text alone stays far below


def webhook_route(secret: str, take: Callable[[Json], Awaitable[None]]) -> Route:
    """`take` resolves once the update is dealt with and raises NotStored if it must come again."""

    async def webhook(request: Request) -> Response:
        return Response(status_code=await _status(request, secret, take))

    return Route(PATH, webhook, methods=["POST"])


async def _status(request: Request, secret: str, take: Callable[[Json], Awaitable[None]]) -> int:
    """What the post is answered with. Telegram repeats it unless that is 2xx (https://core.telegram.org/bots/api#setwebhook)."""
    given = request.headers.get("x-telegram-bot-api-secret-token", "")
    # As bytes: compare_digest raises on text that is not ASCII, and anybody can send such a header.
    if not hmac.compare_digest(given.encode("latin-1"), secret.encode()):
        return 401
    try:
        body = await _body(request)
        update = orjson.loads(body)
    except (ClientDisconnect, orjson.JSONDecodeError):
        return 400
    except OverflowError:
        return 413
    if type(update) is not dict or type(update.get("update_id")) is not int:
        return 400
    try:
        await take(update)
    except NotStored:
        return 503
    return 200


async def _body(request: Request) -> bytes:
    """The body, read no further than `MAX_BODY`. Raises OverflowError where it is longer."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise OverflowError
    return bytes(body)
