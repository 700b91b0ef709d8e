"""The address that the platform calls: checked first, answered within its five seconds, and refused where one byte is not as it was signed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, NamedTuple, Protocol, TypeVar

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from channels import NotStored, Submit
from channels.wechat import updates, xml
from channels.wechat.crypto import Keys, MessageCipher, Undecryptable
from channels.wechat.signature import Nonces, same, sign
from channels.wechat.updates import Update
from domain.messages import Inbound, Receipt

log = logging.getLogger(__name__)
Result = TypeVar("Result")

PATH = "/wechat"
# Seconds for everything that an answer waits for, of the five that the platform waits
# (doc/offiaccount/Message_Management/Passive_user_reply_message): the rest is for a loop that is busy before it begins and after it ends.
PATIENCE = 3.5
# Of them, what is left for the answer itself when a picture does not come.
FOR_ANSWER = 1.0
MAX_BODY = 1 << 18  # bytes; a message of hers has at most 2,048, encrypted three times as much
# Nothing else may stand in the address: what is not signed is not believed.
_PARAMETERS = frozenset(("signature", "timestamp", "nonce", "openid", "encrypt_type", "msg_signature"))
NOTHING = "success"


class Taken(NamedTuple):
    """The text of an answer, the outbox rows that it says, and its moment (seconds; 0 where no row holds it)."""

    text: str
    rows: tuple[int, ...] = ()
    at: int = 0


class Answers(Protocol):
    """What the store holds for a response."""

    async def take(self, receipt: Receipt, address: str) -> Taken:
        """The answer to an event; to a repeat the same as the first time."""
        ...

    def given(self, rows: tuple[int, ...]) -> None:
        """The response with these rows went out."""
        ...

    def kept_back(self, rows: tuple[int, ...]) -> None:
        """The response went out without these rows: they go another way."""
        ...

    async def close(self) -> None:
        """Wait for what is being marked."""
        ...


# fetch(picture's address, media id, sender): the picture, clean and small, or nothing where it cannot be had in time.
Fetch = Callable[[str, str, str], Awaitable[bytes]]


class Refused(Exception):  # noqa: N818 - an answer to whoever called
    """A call that is not the platform's, with the status it is answered with."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Opened(NamedTuple):
    """A call's message, and the key its answer is written with; None in plain mode."""

    content: bytes
    cipher: MessageCipher | None
    outer: str = ""


class Callback:
    """`keys` is None in plain mode; `now` is the wall clock in seconds."""

    def __init__(
        self,
        *,
        token: str,
        keys: Keys | None,
        answers: Answers,
        fetch: Fetch,
        now: Callable[[], float] = time.time,
        patience: float = PATIENCE,
    ) -> None:
        self._token, self._keys = token, keys
        self._answers, self._fetch = answers, fetch
        self._now, self._patience = now, patience
        self._nonces = Nonces()
        self._late: set[asyncio.Future[Any]] = set()

    def routes(self, submit: Submit) -> list[BaseRoute]:
        """GET, with which the platform makes sure whose address it is, and POST."""

        async def post(request: Request) -> Response:
            try:
                return await self._post(request, submit)
            except Refused as refused:
                log.warning("wechat: a call was refused: %s", refused)
                return Response(status_code=refused.status)

        return [Route(PATH, self._echo, methods=["GET"]), Route(PATH, post, methods=["POST"])]

    async def close(self) -> None:
        """Let go of what came too late."""
        for late in self._late:
            late.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)
        await self._answers.close()

    async def _echo(self, request: Request) -> Response:
        query = request.query_params
        signed = sign(self._token, query.get("timestamp", ""), query.get("nonce", ""))
        if not same(query.get("signature", ""), signed):
            return Response(status_code=403)
        return PlainTextResponse(query.get("echostr", ""), headers={"X-Content-Type-Options": "nosniff"})

    async def _post(self, request: Request, submit: Submit) -> Response:
        until = time.monotonic() + self._patience
        body = await read_body(request, until)
        opened = self._opened(request, body)
        try:
            update = updates.read(xml.read(opened.content))
        except xml.Unreadable as error:
            raise Refused(400, str(error)) from error
        openid = request.query_params.get("openid", update.sender)
        if openid != update.sender or (opened.cipher is not None and opened.outer != update.receiver):
            raise Refused(403, "another sender or receiver than was signed")
        self._fresh(request, body)
        if update.inbound is None:
            return PlainTextResponse(NOTHING)
        inbound = await self._with_picture(update.inbound, update, until)
        taken = await self._answer(inbound, submit, until=until)
        if not taken.text:
            return PlainTextResponse(NOTHING)
        said = xml.text_answer(to=update.sender, sender=update.receiver, created_at=taken.at or int(self._now()), text=taken.text)

        async def given() -> None:
            self._answers.given(taken.rows)

        return Response(self._closed(request, said, opened.cipher), media_type="text/xml", background=BackgroundTask(given))

    def _opened(self, request: Request, body: bytes) -> Opened:
        """The message inside, once the signature is right."""
        query = request.query_params
        if len(query.multi_items()) != len(query) or not set(query) <= _PARAMETERS:
            raise Refused(403, "parameters")
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        plain = sign(self._token, timestamp, nonce)
        if self._keys is None:
            if "msg_signature" in query or query.get("encrypt_type", "raw") != "raw" or not same(query.get("signature", ""), plain):
                raise Refused(403, "signature")
            return Opened(body, None)
        if query.get("encrypt_type") != "aes" or not same(query.get("signature", plain), plain):
            raise Refused(403, "signature")
        return open_envelope(body, self._token, query.get("msg_signature", ""), timestamp, nonce, self._keys)

    def _fresh(self, request: Request, body: bytes) -> None:
        query = request.query_params
        fresh = self._nonces.fresh(query.get("timestamp", ""), query.get("nonce", ""), body, now=self._now())
        if fresh != "yes":
            raise Refused(403, fresh)

    async def _with_picture(self, inbound: Inbound, update: Update, until: float) -> Inbound:
        """The picture where it comes while there is time to answer as well; else what she sent is a picture that nobody has."""
        if update.media is None:
            return inbound
        try:
            async with asyncio.timeout(max(0.0, until - FOR_ANSWER - time.monotonic())):
                return replace(inbound, picture=await self._fetch(*update.media, update.sender))
        except TimeoutError:
            log.warning("wechat: a picture came too late")
            return inbound

    async def _answer(self, inbound: Inbound, submit: Submit, *, until: float) -> Taken:
        """What there is to say in time; what is not ready goes another way. Raises Refused(503) where it must come again."""
        received = asyncio.ensure_future(submit(inbound))
        try:
            receipt = await self._in_time(received, until)
            if receipt is None:
                return Taken("")
            if receipt.inbox_id is None:
                return Taken("\n\n".join(answer.text for answer in receipt.answers))
            taking = asyncio.ensure_future(self._answers.take(receipt, inbound.sender))
            taken = await self._in_time(taking, until)
        except NotStored as error:
            if error.answers:
                # Help in danger goes before what would be gained by another delivery.
                return Taken("\n\n".join(answer.text for answer in error.answers))
            raise Refused(503, "not stored") from None
        if taken is None:
            taking.add_done_callback(self._kept_back)
            return Taken("")
        return taken

    async def _in_time(self, future: asyncio.Future[Result], until: float) -> Result | None:
        """Its result, or None where the platform waits no longer; it goes on by itself."""
        self._late.add(future)
        future.add_done_callback(self._late.discard)
        done, _ = await asyncio.wait({future}, timeout=max(0.0, until - time.monotonic()))
        return future.result() if done else None

    def _kept_back(self, taking: asyncio.Future[Taken]) -> None:
        if not taking.cancelled() and taking.exception() is None:
            self._answers.kept_back(taking.result().rows)

    def _closed(self, request: Request, said: str, cipher: MessageCipher | None) -> str:
        """Everything but an empty answer goes out as it came: in plain text, or encrypted under the same key."""
        if cipher is None:
            return said
        timestamp, nonce = str(int(self._now())), request.query_params.get("nonce", "")
        return close_envelope(said, self._token, timestamp, nonce, cipher)


def open_envelope(body: bytes, token: str, signature: str, timestamp: str, nonce: str, keys: Keys) -> Opened:
    """What is inside an encrypted call. Raises Refused."""
    try:
        outside = xml.read_envelope(body)
        if not same(signature, sign(token, timestamp, nonce, outside.get("Encrypt"))):
            raise Refused(403, "msg_signature")
        content, cipher = keys.open(outside.get("Encrypt"))
    except (xml.Unreadable, Undecryptable) as error:
        raise Refused(403, f"envelope: {error}") from error
    return Opened(content, cipher, outside.get("ToUserName"))


def close_envelope(said: str, token: str, timestamp: str, nonce: str, cipher: MessageCipher) -> str:
    """An answer as the platform opens it."""
    encrypted = cipher.encrypt(said.encode())
    return xml.envelope(encrypted=encrypted, signature=sign(token, timestamp, nonce, encrypted), timestamp=timestamp, nonce=nonce)


async def read_body(request: Request, until: float) -> bytes:
    """The body, read no further than `MAX_BODY` and no longer than there is time."""
    body = bytearray()
    try:
        async with asyncio.timeout(max(0.0, until - time.monotonic())):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY:
                    raise Refused(413, "too long")
    except ClientDisconnect as error:
        raise Refused(400, "went away") from error
    except TimeoutError as error:
        raise Refused(408, "too slow") from error
    return bytes(body)
