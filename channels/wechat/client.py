"""Calls of the platform's interface: one token for all, fetched anew once where it is refused, and every error a `SendError`.

The token is the stable one (doc/service/api/base/api_getstableaccesstoken): asking again gives the same while it is valid, so that
several processes need no lock; a forced one voids it and is given 20 times a day, 30 s apart.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import orjson

from channels.wechat.errors import TOKEN, send_error
from domain.errors import SendError

log = logging.getLogger(__name__)

CALL_SECONDS = 10.0
# Before its end (seconds) a token is fetched anew: the platform renews it five minutes before, and both work meanwhile.
EARLY = 240.0
FORCED_APART = 30.0
MAX_ANSWER = 10 << 20  # bytes
# Nothing was said to the platform at all.
UNREACHABLE = "unreachable"

Answer = Mapping[str, Any]


class TokenRefused(Exception):  # noqa: N818 - it is fetched anew
    """The platform takes this token no longer."""

    def __init__(self, errcode: int) -> None:
        super().__init__(str(errcode))
        self.errcode = errcode


class Client:
    """One account's interface at `base`; `clock` is a monotonic one (seconds)."""

    def __init__(self, app_id: str, secret: str, base: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._app_id, self._secret, self._base = app_id, secret, base.rstrip("/")
        self._clock = clock
        self._token, self._until = "", 0.0
        self._forced_at = float("-inf")
        self._fetching = asyncio.Lock()
        self._ticket, self._ticket_until, self._ticketing = "", 0.0, asyncio.Lock()
        self._session: aiohttp.ClientSession | None = None

    async def call(self, path: str, body: Mapping[str, object]) -> Answer:
        """POST `body` as JSON, its Chinese as it is. Raises SendError."""
        return await self._with_token(lambda token: self._post(f"{path}?access_token={token}", data=orjson.dumps(body)))

    async def ask(self, path: str, **query: str) -> Answer:
        """GET. Raises SendError."""
        return await self._with_token(lambda token: self._json("GET", path, params={"access_token": token, **query}))

    async def upload(self, path: str, name: str, content: bytes, mime: str, **query: str) -> Answer:
        """POST a file as `media`. Raises SendError."""

        async def send(token: str) -> Answer:
            form = aiohttp.FormData()
            form.add_field("media", content, filename=name, content_type=mime)
            return await self._json("POST", path, params={"access_token": token, **query}, data=form)

        return await self._with_token(send)

    async def download(self, path: str, *, most: int, **query: str) -> bytes:
        """A file of at most `most` bytes. Raises SendError."""
        params = {"access_token": await self.token(), **query}
        status, content, mime = await self._request("GET", self._base + path, most=most, params=params)
        if status != 200 or mime in ("application/json", "text/plain"):
            raise SendError("rejected", "no file")
        return content

    async def picture(self, url: str, *, most: int) -> bytes:
        """A picture at an address of the platform, which needs no token. Raises SendError."""
        status, content, _ = await self._request("GET", url, most=most)
        if status != 200:
            raise SendError("rejected", "no picture")
        return content

    async def plain(self, path: str, **query: str) -> Answer:
        """GET without a token, for what has a secret of its own. Raises SendError."""
        try:
            return _checked(await self._json("GET", path, params=query))
        except TokenRefused as error:
            raise send_error(error.errcode) from error

    async def token(self) -> str:
        """The token, fetched where there is none. Raises SendError."""
        async with self._fetching:
            if self._clock() >= self._until:
                await self._fetch(force=False)
            return self._token

    async def ticket(self) -> str:
        """What pages sign with for the platform's script; good for two hours, asked for again before. Raises SendError."""
        async with self._ticketing:
            if self._clock() >= self._ticket_until:
                answer = await self.ask("/cgi-bin/ticket/getticket", type="jsapi")
                ticket, seconds = answer.get("ticket"), answer.get("expires_in")
                if not isinstance(ticket, str) or not ticket or not isinstance(seconds, int):
                    raise SendError("retry", "no ticket")
                self._ticket, self._ticket_until = ticket, self._clock() + max(0.0, seconds - EARLY)
            return self._ticket

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()

    async def _with_token(self, call: Callable[[str], Any]) -> Answer:
        """Once more where the token was refused, and no more: the message itself was not taken then."""
        token = await self.token()
        try:
            return _checked(await call(token))
        except TokenRefused:
            token = await self._renewed(token)
        try:
            return _checked(await call(token))
        except TokenRefused as error:
            raise send_error(error.errcode) from error

    async def _renewed(self, refused: str) -> str:
        """Another token than the refused one. Raises SendError where there is none."""
        async with self._fetching:
            if self._token == refused:
                await self._fetch(force=False)
            if self._token == refused:
                if self._clock() - self._forced_at < FORCED_APART:
                    raise SendError("retry", "token")
                self._forced_at = self._clock()
                await self._fetch(force=True)
            return self._token

    async def _fetch(self, *, force: bool) -> None:
        body = {"grant_type": "client_credential", "appid": self._app_id, "secret": self._secret, "force_refresh": force}
        self._take_token(await self._post("/cgi-bin/stable_token", data=orjson.dumps(body)))

    def _take_token(self, answer: Answer) -> None:
        """What the platform gave, or the error that it gave instead. Raises SendError."""
        try:
            _checked(answer)
        except TokenRefused as error:
            # Here 40001 means that the secret is wrong.
            raise send_error(error.errcode) from error
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise SendError("retry", "no token")
        self._token, self._until = token, self._clock() + max(0.0, seconds - EARLY)

    async def _post(self, path: str, *, data: bytes) -> Answer:
        return await self._json("POST", path, data=data, headers={"Content-Type": "application/json; charset=utf-8"})

    async def _json(self, method: str, path: str, **request: Any) -> Answer:
        status, content, _ = await self._request(method, self._base + path, most=MAX_ANSWER, **request)
        try:
            answer = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            # A proxy's error page, not the platform's answer.
            raise SendError("retry", f"HTTP {status}") from error
        if status != 200 or not isinstance(answer, dict):
            raise SendError("retry", f"HTTP {status}")
        return answer

    async def _request(self, method: str, url: str, *, most: int, **request: Any) -> tuple[int, bytes, str]:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS))
        try:
            async with self._session.request(method, url, allow_redirects=False, **request) as response:
                content = await response.content.read(most + 1)
                while len(content) <= most and (more := await response.content.read(most + 1)):
                    content += more
                if len(content) > most:
                    raise SendError("rejected", "answer too long")
                return response.status, content, response.content_type
        except aiohttp.ClientConnectorError:
            raise SendError("retry", UNREACHABLE) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Never the error's text: the address in it holds the token.
            raise SendError("retry", type(error).__name__) from None


def _checked(answer: Answer) -> Answer:
    """The answer of a call that worked. Raises TokenRefused or SendError."""
    errcode = answer.get("errcode", 0)
    if not isinstance(errcode, int):
        raise SendError("rejected", "errcode")
    if errcode in TOKEN:
        raise TokenRefused(errcode)
    if errcode:
        raise send_error(errcode, str(answer.get("errmsg", "")))
    return answer
