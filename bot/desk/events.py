"""What has changed while a page stands open: the newest count of threads, sent as it changes, so that a new plea rings without a reload."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.desk.frame import Frame
from domain.access import scopes
from storage import threads

# Seconds between two looks, and after which a sign of life is sent.
EVERY, ALIVE = 0.8, 20.0


class Events:
    """One stream a page (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def serve(self, request: Request) -> Response:
        """A stream for who may answer threads, until her session ends; looking at it is no sign that somebody sits there."""
        token = self._frame.cookies.session(request.cookies)
        if await self._frame.read(lambda tx: self._state(tx, token)) is None:
            return Response(status_code=204)  # browsers do not come back after this
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._stream(request, token), media_type="text/event-stream", headers=headers)

    async def _stream(self, request: Request, token: str) -> AsyncIterator[str]:
        told, silent = "", 0.0
        while not await request.is_disconnected():
            state = await self._frame.read(lambda tx: self._state(tx, token))
            if state is None:
                yield "event: out\ndata: \n\n"
                return
            if state != told:
                yield f"event: threads\ndata: {state}\n\n"
                told, silent = state, 0.0
            elif silent >= ALIVE:
                yield ": \n\n"
                silent = 0.0
            await asyncio.sleep(EVERY)
            silent += EVERY

    def _state(self, tx: Connection, token: str) -> str | None:
        """What changes with every new word in a thread that she may see; None where nobody sits there."""
        seated = self._frame.seated(tx, token)
        if seated is None or seated.locked or seated.session.device_id is None:
            return None
        where = scopes(seated.held, "threads.see")
        return "-".join(map(str, threads.state(tx, where))) if where else None
