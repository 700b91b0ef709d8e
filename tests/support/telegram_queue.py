"""Updates of the stand-in Bot API: kept until their receiver has confirmed them, by offset when polled, by 2xx when posted."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from tests.support import telegram_rules as rules
from tests.support.telegram_rules import ApiError

USUAL = ["message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member", "inline_query", "poll"]


class UpdateQueue:
    """`changed` is notified whenever something here or a call's outcome changes."""

    def __init__(self, changed: asyncio.Condition) -> None:
        self.waiting: list[dict[str, Any]] = []
        self.offset = 0
        self.webhook: dict[str, Any] = {"url": ""}
        self.deliveries: list[tuple[int, int]] = []  # update id and the status the webhook answered, 0 for none
        self.taps: set[str] = set()
        self._changed = changed
        self._allowed = USUAL
        self._next, self._poller = 1, 0
        self._delivering: asyncio.Task[None] | None = None

    async def add(self, *updates: dict[str, Any]) -> list[int]:
        for update in updates:
            update.setdefault("update_id", self._next)
            self._next = max(self._next, update["update_id"] + 1)
            if "callback_query" in update:
                self.taps.add(update["callback_query"]["id"])
            self.waiting.append(update)
        await self.notify()
        return [update["update_id"] for update in updates]

    async def notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def get_updates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook["url"]:
            raise ApiError(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        turn = await self._new_turn()
        self._allow(params)
        self._confirm(rules.integer(params, "offset", 0))
        try:
            async with asyncio.timeout(rules.integer(params, "timeout", 0)), self._changed:
                await self._changed.wait_for(lambda: self._ready() or turn != self._poller)
        except TimeoutError:
            pass
        if turn != self._poller:
            raise ApiError(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
        return self._ready()[: rules.integer(params, "limit", 100)]

    async def set_webhook(self, params: dict[str, Any]) -> bool:
        url, secret = params.get("url", ""), params.get("secret_token", "")
        if url:
            rules.webhook_url(url)
        rules.secret_token(secret)
        self._allow(params)
        self._drop_if_asked(params)
        await self.stop()
        self.webhook = {"url": url, "secret_token": secret}
        if url:
            self._delivering = asyncio.create_task(self._deliver(url, secret))
        return True

    async def delete_webhook(self, params: dict[str, Any]) -> bool:
        self._drop_if_asked(params)
        await self.stop()
        self.webhook = {"url": ""}
        return True

    async def stop(self) -> None:
        """End the long poll and the posting."""
        if self._delivering is not None:
            self._delivering.cancel()
            await asyncio.gather(self._delivering, return_exceptions=True)
        await self._new_turn()

    async def _new_turn(self) -> int:
        """There is one poller: the newest. Whoever waits gets 409."""
        self._poller, turn = self._poller + 1, self._poller + 1
        await self.notify()
        return turn

    def _ready(self) -> list[dict[str, Any]]:
        return [update for update in self.waiting if any(kind in update for kind in self._allowed)]

    def _allow(self, params: dict[str, Any]) -> None:
        self._allowed = rules.parsed(params, "allowed_updates") or self._allowed

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = self.waiting[offset:][0]["update_id"] if self.waiting else 0
        self.offset = max(self.offset, offset)
        self.waiting = [update for update in self.waiting if update["update_id"] >= offset]

    def _drop_if_asked(self, params: dict[str, Any]) -> None:
        if str(params.get("drop_pending_updates", "")).lower() == "true":
            self.waiting.clear()

    async def _deliver(self, url: str, secret: str) -> None:
        """Post what waits, in order, each until it is answered 2xx."""
        async with aiohttp.ClientSession(headers={"X-Telegram-Bot-Api-Secret-Token": secret} if secret else None) as session:
            while True:
                async with self._changed:
                    await self._changed.wait_for(self._ready)
                number = (update := self._ready()[0])["update_id"]
                try:
                    async with session.post(url, json=update) as response:
                        status = response.status
                except aiohttp.ClientError:
                    status = 0
                self.deliveries.append((number, status))
                if 200 <= status < 300:
                    self.waiting.remove(update)
                await self.notify()
                await asyncio.sleep(0 if 200 <= status < 300 else 0.02)
