"""微信客服: people write in WeChat to a firm's customer service, the bot pulls what they said and answers within the windows.

https://developer.work.weixin.qq.com/document/path/94670 (receiving: a call tells that something is there, kf/sync_msg brings it) and
path/96427 (kf/send_msg: five within 48 hours of her word). A message carries an id of ours, and one that was taken before is refused: the only
way in WeChat on which a repeat after a crash is never seen twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from channels import NotStored, Sent, Submit
from channels.wechat import xml
from channels.wechat.callback import Fetch, Refused, open_envelope, read_body
from channels.wechat.channel import Ledger
from channels.wechat.client import Client
from channels.wechat.crypto import Keys, MessageCipher, Undecryptable
from channels.wechat.errors import SENT_BEFORE
from channels.wechat.signature import Nonces, same, sign
from channels.wechat.text import PictureLink, pieces, words
from channels.wecom import updates
from domain.allowance import Way
from domain.capabilities import WECOM_KF
from domain.errors import SendError
from domain.messages import Inbound, Outbound

log = logging.getLogger(__name__)

PATH = "/wecom"
# Seconds that a call of the platform may take to bring its body.
PATIENCE = 3.5
# Seconds until the next look where nobody called, and after a failure.
LOOK, AGAIN = 300.0, 5.0
A_PAGE = 1000


class Cursors(Protocol):
    """How far the pulling has come, kept in the store."""

    async def load(self) -> str:
        """Empty before the first time."""
        ...

    async def save(self, cursor: str) -> None:
        """All before it is committed."""
        ...


class KfClient(Client):
    """WeCom's interface: its token comes by another call; a refused one is asked for again."""

    async def _fetch(self, *, force: bool) -> None:
        answer = await self._json("GET", "/cgi-bin/gettoken", params={"corpid": self._app_id, "corpsecret": self._secret})
        self._take_token(answer)


class KfChannel:
    """One account (`open_kfid`) of one firm; `mark` begins the ids of its messages, another one for each store."""

    name = WECOM_KF.channel
    capabilities = WECOM_KF

    def __init__(
        self,
        client: Client,
        ledger: Ledger,
        cursors: Cursors,
        *,
        corp_id: str,
        open_kfid: str,
        token: str,
        aes_key: str,
        mark: str,
        fetch: Fetch,
        link: PictureLink,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Raises ValueError where the key is none."""
        self._client, self._ledger, self._cursors = client, ledger, cursors
        self._open_kfid, self._token, self._mark = open_kfid, token, mark
        self._corp_id, self._keys = corp_id, Keys(MessageCipher(aes_key, corp_id))
        self._fetch, self._link, self._now = fetch, link, now
        self._nonces = Nonces()
        self._called = asyncio.Event()
        self._call_token = ""
        self._paid: set[int] = set()

    def routes(self, submit: Submit) -> list[BaseRoute]:
        """GET, with which the platform makes sure whose address it is, and POST, which tells that something is there."""

        async def post(request: Request) -> Response:
            try:
                return await self._post(request)
            except Refused as refused:
                log.warning("wecom: a call was refused: %s", refused)
                return Response(status_code=refused.status)

        return [Route(PATH, self._echo, methods=["GET"]), Route(PATH, post, methods=["POST"])]

    async def receive(self, submit: Submit) -> None:
        """Pull whatever is there, whenever the platform calls, and now and then without."""
        while True:
            wait = LOOK
            self._called.clear()
            try:
                await self._pull(submit)
            except (SendError, NotStored) as error:
                log.warning("wecom: nothing could be pulled: %s", error or type(error).__name__)
                wait = AGAIN
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._called.wait()

    async def send(self, address: str, outbound: Outbound, row_id: int) -> Sent:
        """Each piece under an id of its own: what was taken before is refused, and so counts as sent."""
        texts = pieces(words(outbound, link=self._link))
        if row_id not in self._paid and await self._ledger.way(row_id, address, len(texts)) is None:
            raise SendError("window_closed", "window")
        self._paid.add(row_id)
        try:
            for number, text in enumerate(texts):
                ref = await self._say(address, text, f"{self._mark}-{row_id}-{number}")
        except SendError as error:
            if error.kind not in ("retry", "throttled"):
                self._paid.discard(row_id)
            if error.kind == "window_closed":
                await self._ledger.closed(address, Way("message"))
            raise
        self._paid.discard(row_id)
        return Sent(ref)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    async def _say(self, address: str, text: str, ref: str) -> str:
        body = {"touser": address, "open_kfid": self._open_kfid, "msgid": ref, "msgtype": "text", "text": {"content": text}}
        try:
            await self._client.call("/cgi-bin/kf/send_msg", body)
        except SendError as error:
            if error.why != SENT_BEFORE:
                raise
        return ref

    async def _echo(self, request: Request) -> Response:
        query = request.query_params
        encrypted = query.get("echostr", "")
        signed = sign(self._token, query.get("timestamp", ""), query.get("nonce", ""), encrypted)
        if not same(query.get("msg_signature", ""), signed):
            return Response(status_code=403)
        try:
            content, _ = self._keys.open(encrypted)
        except Undecryptable:
            return Response(status_code=403)
        return PlainTextResponse(content, headers={"X-Content-Type-Options": "nosniff"})

    async def _post(self, request: Request) -> Response:
        query = request.query_params
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if sorted(name for name, _ in query.multi_items()) != ["msg_signature", "nonce", "timestamp"]:
            raise Refused(403, "parameters")
        body = await read_body(request, time.monotonic() + PATIENCE)
        opened = open_envelope(body, self._token, query.get("msg_signature", ""), timestamp, nonce, self._keys)
        try:
            fields = xml.read(opened.content)
        except xml.Unreadable as error:
            raise Refused(400, str(error)) from error
        if opened.outer != self._corp_id:
            raise Refused(403, "another receiver than was signed")
        if (fresh := self._nonces.fresh(timestamp, nonce, body, now=self._now())) != "yes":
            raise Refused(403, fresh)
        if fields.get("Event") == "kf_msg_or_event" and fields.get("OpenKfId") in ("", self._open_kfid):
            self._call_token = fields.get("Token")
            self._called.set()
        return PlainTextResponse("success")

    async def _pull(self, submit: Submit) -> None:
        """Page by page; how far it came is kept once the page is committed, so that a crash repeats one at most."""
        cursor = await self._cursors.load()
        while True:
            asked = {"cursor": cursor, "token": self._call_token, "limit": A_PAGE, "open_kfid": self._open_kfid}
            page = await self._client.call("/cgi-bin/kf/sync_msg", {name: value for name, value in asked.items() if value})
            inbounds = [await self._inbound(update) for one in page.get("msg_list", []) if (update := updates.read(one)) is not None]
            await asyncio.gather(*[submit(inbound) for inbound in inbounds])
            after = str(page.get("next_cursor", ""))
            if after and after != cursor:
                await self._cursors.save(after)
            if not page.get("has_more") or after in ("", cursor):
                return
            cursor = after

    async def _inbound(self, update: updates.Update) -> Inbound:
        if not update.media:
            return update.inbound
        return replace(update.inbound, picture=await self._fetch("", update.media, update.inbound.sender))
