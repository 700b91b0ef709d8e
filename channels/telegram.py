"""Telegram: an update counts as received only once its effects are committed, and every failure to send becomes a `SendError`.

aiogram is only the client here. Importing it takes seconds, so this module is imported only where Telegram is on.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

import orjson
from aiogram import Bot, exceptions
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import TelegramMethod
from aiogram.types import BotCommand, BufferedInputFile, InlineKeyboardMarkup
from aiogram.utils.token import TokenValidationError
from starlette.routing import BaseRoute

from channels import NotStored, Sent, Submit
from channels.telegram_text import button_rows, cut, with_links
from channels.telegram_updates import ALLOWED_UPDATES, Json, Malformed, Me, callback_id, read
from channels.telegram_webhook import PATH, webhook_route
from domain.capabilities import TELEGRAM, Capabilities
from domain.errors import ContentError, SendError, SendErrorKind
from domain.messages import Outbound

log = logging.getLogger(__name__)

POLL_SECONDS = 30
CALL_SECONDS = 15
LONGEST_PAUSE = 60.0
# Seconds after each try to say what helps in danger while no outbox holds it.
HELP_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)
# Characters, https://core.telegram.org/bots/api#sendphoto.
MAX_CAPTION = 1024
# Pictures whose id at Telegram is remembered, so that a broadcast uploads its picture once.
MOST_REMEMBERED = 1000

# Each error of the client is one kind. What a client for sending never meets (scenes, filters) would be a bug: rejected, not repeated.
KINDS: dict[type[Exception], SendErrorKind] = {
    exceptions.AiogramError: "rejected",
    exceptions.DetailedAiogramError: "rejected",
    exceptions.CallbackAnswerException: "rejected",
    exceptions.SceneException: "rejected",
    exceptions.UnsupportedKeywordArgument: "rejected",
    exceptions.DataNotDictLikeError: "rejected",
    exceptions.TelegramAPIError: "retry",  # a status without a class of its own, such as 429 without retry_after
    exceptions.TelegramNetworkError: "retry",
    exceptions.TelegramRetryAfter: "throttled",
    exceptions.TelegramMigrateToChat: "retry",  # only where it moved twice in one call
    exceptions.TelegramBadRequest: "rejected",  # or gone, see _GONE
    exceptions.TelegramNotFound: "misconfigured",  # Telegram's answer to a token of the wrong form
    exceptions.TelegramConflictError: "retry",
    exceptions.TelegramUnauthorizedError: "misconfigured",
    exceptions.TelegramForbiddenError: "gone",
    exceptions.TelegramServerError: "retry",
    exceptions.RestartingTelegram: "retry",
    exceptions.TelegramEntityTooLarge: "rejected",
    exceptions.ClientDecodeError: "retry",  # a proxy's error page, not Telegram's answer
    ValueError: "rejected",  # what cannot be written as a request at all
    orjson.JSONEncodeError: "rejected",
}

# Descriptions of 400 that mean: nobody is there to be written to. From the server's source, github.com/tdlib/telegram-bot-api.
_GONE = re.compile(
    "(chat|user) not found|peer_id_invalid|chat_write_forbidden|chat_restricted|rights to send|need administrator rights|"
    "group chat was deactivated|user is deactivated|topic_closed"
)
_NOT_EDITABLE = re.compile(
    "message to edit not found|message can't be edited|message_id_invalid|message identifier is not specified|no text in the message to edit"
)
_NOT_MODIFIED = "message is not modified"


def send_error(error: Exception) -> SendError:
    """What the sender does about `error`. An unknown one is tried again: the sender's own limit of tries ends it."""
    kind: SendErrorKind = next((KINDS[cls] for cls in type(error).__mro__ if cls in KINDS), "retry")
    why = error.message if isinstance(error, exceptions.TelegramAPIError) else type(error).__name__
    if isinstance(error, exceptions.TelegramBadRequest) and _GONE.search(why.lower()):
        kind = "gone"
    after = float(error.retry_after) if isinstance(error, exceptions.TelegramRetryAfter) else None
    return SendError(kind, why, after=after)


class _GetUpdates(TelegramMethod[list[Json]]):
    """getUpdates with raw results: one update of a kind aiogram does not know yet must not spoil the whole batch for ever."""

    __returning__: ClassVar[Any] = list[dict[str, object]]
    __api_method__: ClassVar[str] = "getUpdates"

    offset: int
    timeout: int
    allowed_updates: list[str]


class _SendMessage(TelegramMethod[Json]):
    """sendMessage of which only the message's id is read: building and reading aiogram's whole types costs most of a send."""

    __returning__: ClassVar[Any] = dict[str, object]
    __api_method__: ClassVar[str] = "sendMessage"

    chat_id: str
    text: str
    reply_markup: str | None = None


class _Session(AiohttpSession):
    async def close(self) -> None:
        """Without the quarter of a second that aiogram waits: aiohttp itself now ends its TLS connections."""
        if self._session is not None:
            await self._session.close()


@dataclass(frozen=True, slots=True)
class _Photo:
    """A picture by its key, and the text below it, where that is short enough."""

    key: str
    caption: str


def _parts(outbound: Outbound, max_text: int) -> list[str | _Photo]:
    """What goes out as messages of their own: the picture with its text if that fits below it, else before the text's pieces."""
    pieces = cut(with_links(outbound), max_text)
    if not outbound.picture:
        return [*pieces]
    if len(pieces) == 1 and len(pieces[0]) <= MAX_CAPTION:
        return [_Photo(outbound.picture, pieces[0])]
    return [_Photo(outbound.picture, ""), *pieces]


class TelegramChannel:
    """One bot of Telegram."""

    name = "telegram"

    def __init__(
        self,
        token: str,
        *,
        mode: Literal["polling", "webhook"] = "polling",
        webhook_secret: str = "",
        api_base: str = "https://api.telegram.org",
        public_url: str = "",
        capabilities: Capabilities = TELEGRAM,
        pictures: Callable[[str], tuple[str, bytes] | None] = lambda _key: None,
        menu: Sequence[tuple[str, str]] = (),
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Raises ContentError where a setting cannot work. `pictures` gives a picture's type and content by its key, in a thread;
        `menu` is what the button beside the box offers, each command with what it is called; `pause` waits between tries, in seconds."""
        if mode == "webhook" and not webhook_secret:
            raise ContentError("channels.telegram.webhook_secret", "webhook mode needs a secret: without it anybody could post updates")
        if urlsplit(api_base).scheme not in ("http", "https") or not urlsplit(api_base).hostname:
            raise ContentError("channels.telegram.api_base", "this is no address; it looks like https://api.telegram.org")
        session = _Session(api=TelegramAPIServer.from_base(api_base), json_loads=orjson.loads, timeout=CALL_SECONDS)
        try:
            self._bot = Bot(token, session=session)
        except TokenValidationError:
            raise ContentError("channels.telegram.token", "this is no bot token; it looks like 123456:ABC-DEF") from None
        self.capabilities = capabilities
        self._receiving: str | None = None
        self._sending: str | None = None
        self.me = Me(self._bot.id)
        self._mode, self._secret, self._public_url, self._pause = mode, webhook_secret, public_url.rstrip("/"), pause
        self._pictures, self._menu = pictures, menu
        self._file_ids: dict[str, str] = {}
        self._pieces_sent: dict[int, int] = {}
        self._acknowledging: set[asyncio.Task[None]] = set()
        # What is said without a row has a number of its own, below those of all rows.
        self._helped = 0

    @property
    def trouble(self) -> str | None:
        """What keeps messages from coming in or going out until somebody or something mends it, in words for staff."""
        return self._receiving or self._sending

    def routes(self, submit: Submit) -> list[BaseRoute]:
        async def take(update: Json) -> None:
            await self._take(update, submit)

        return [webhook_route(self._secret, take)] if self._mode == "webhook" else []

    async def receive(self, submit: Submit) -> None:
        """Poll until cancelled. In webhook mode: tell Telegram where to post, trying until it is told, and return."""
        await self._until_done(self._introduce)
        self._meanwhile(self._offer_menu())
        if self._mode == "webhook":
            await self._until_done(self._set_webhook)
            return
        await self._until_done(lambda: self._bot.delete_webhook(drop_pending_updates=False))
        offset, failures = 0, 0
        while True:
            try:
                offset = await self._poll(offset, submit)
                failures, self._receiving = 0, None
            except Exception as error:
                failures += 1
                await self._rest(error, failures)

    async def send(self, address: str, outbound: Outbound, row_id: int) -> Sent:
        """Long text goes out in pieces, the buttons under the last; a second try goes on at the piece that failed."""
        if outbound.private and not self.capabilities.carries_private:
            raise SendError("rejected", "private text is not carried by this channel")
        ref, moved = "", ""
        try:
            pieces = _parts(outbound, self.capabilities.max_text)
            rows = button_rows(outbound.buttons, self.capabilities.max_label)
            markup: Json | None = {"inline_keyboard": rows} if rows else None
            for number in range(self._pieces_sent.get(row_id, 0), len(pieces)):
                last, edits = number == len(pieces) - 1, outbound.edits if number == 0 else ""
                try:
                    ref = await self._say(moved or address, pieces[number], markup if last else None, edits)
                except exceptions.TelegramMigrateToChat as migration:
                    moved = str(migration.migrate_to_chat_id)
                    ref = await self._say(moved, pieces[number], markup if last else None, "")
                self._pieces_sent[row_id] = number + 1
        except Exception as error:
            raise self._failed(row_id, send_error(error)) from error
        self._pieces_sent.pop(row_id, None)
        self._sending = None
        return Sent(ref, moved)

    async def close(self) -> None:
        for task in self._acknowledging:
            task.cancel()
        await asyncio.gather(*self._acknowledging, return_exceptions=True)
        await self._bot.session.close()

    async def _say(self, address: str, text: str | _Photo, markup: Json | None, edits: str) -> str:
        """Edit or send one message and return its id. What is gone, or is no text, cannot be edited, so it is said anew."""
        if isinstance(text, _Photo):
            return await self._show(address, text, markup)
        if edits.isdecimal():
            try:
                await self._bot.edit_message_text(text=text, chat_id=address, message_id=int(edits), reply_markup=_keyboard(markup))
                return edits
            except exceptions.TelegramBadRequest as error:
                if _NOT_MODIFIED in error.message:
                    return edits
                if not _NOT_EDITABLE.search(error.message.lower()):
                    raise
            except exceptions.ClientDecodeError as error:
                return _accepted(error)
        said = _SendMessage(chat_id=address, text=text, reply_markup=orjson.dumps(markup).decode() if markup else None)
        return str((await self._bot(said)).get("message_id", ""))

    async def _show(self, address: str, photo: _Photo, markup: Json | None) -> str:
        """Send a picture and return the message's id. Where it is not there or not taken its text goes alone: that counts more."""
        known = self._file_ids.get(photo.key)
        picture = None if known else await asyncio.to_thread(self._pictures, photo.key)
        if picture is not None or known:
            file = known or (BufferedInputFile(picture[1], f"picture.{picture[0].rpartition('/')[2]}") if picture else "")
            try:
                message = await self._bot.send_photo(
                    chat_id=address, photo=file, caption=photo.caption or None, reply_markup=_keyboard(markup)
                )
                if message.photo and not known:
                    self._remember(photo.key, message.photo[-1].file_id)
                return str(message.message_id)
            except exceptions.ClientDecodeError as error:
                return _accepted(error)
            except (exceptions.TelegramBadRequest, exceptions.TelegramEntityTooLarge) as error:
                if send_error(error).kind == "gone":
                    raise
                self._file_ids.pop(photo.key, None)
                log.warning("telegram: a picture was not taken: %s", send_error(error))
                if known:
                    return await self._show(address, photo, markup)
        return await self._say(address, photo.caption, markup, "") if photo.caption else ""

    def _remember(self, key: str, file_id: str) -> None:
        if len(self._file_ids) >= MOST_REMEMBERED:
            self._file_ids.clear()
        self._file_ids[key] = file_id

    def _failed(self, row_id: int, error: SendError) -> SendError:
        """Remember what was sent only where the row will be tried again."""
        if error.kind not in ("retry", "throttled"):
            self._pieces_sent.pop(row_id, None)
        if error.kind == "misconfigured":
            self._sending = str(error)
        return error

    async def _poll(self, offset: int, submit: Submit) -> int:
        """Fetch a batch and have it committed; the new offset, which tells Telegram so with the next call."""
        query = _GetUpdates(offset=offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED_UPDATES)
        updates = await self._bot(query, request_timeout=POLL_SECONDS + CALL_SECONDS)
        # All are submitted before any is awaited, so that they share a commit.
        taken = await asyncio.gather(*(self._take(update, submit) for update in updates), return_exceptions=True)
        for result in taken:
            if isinstance(result, BaseException):
                raise result
        return max((int(str(update["update_id"])) + 1 for update in updates), default=offset)

    async def _take(self, update: Json, submit: Submit) -> None:
        """One update up to its commit. Raises NotStored. A malformed one is only logged: repeating it would not mend it."""
        try:
            inbound, tapped = read(update, self.me, datetime.now(UTC)), callback_id(update)
        except Malformed as error:
            log.error("telegram: update %s is malformed and left out: %s", update.get("update_id"), error)
            return
        if inbound is not None:
            try:
                answers = (await submit(inbound)).answers
            except NotStored as error:
                self._meanwhile(self._help(inbound.sender, error.answers))
                raise
            self._meanwhile(self._help(inbound.sender, answers))
        if tapped:
            self._meanwhile(self._acknowledge(tapped))

    def _meanwhile(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._acknowledging.add(task)
        task.add_done_callback(self._acknowledging.discard)

    async def _help(self, address: str, answers: tuple[Outbound, ...]) -> None:
        """Say what no row holds, because the store is down: a few tries, since nothing brings it again."""
        for outbound in answers:
            for wait in HELP_PAUSES:
                self._helped -= 1
                try:
                    await self.send(address, outbound, self._helped)
                    break
                except SendError as error:
                    log.error("telegram: help could not be said: %s", error)
                    if error.kind not in ("retry", "throttled"):
                        break
                    await self._pause(error.after or wait)

    async def _acknowledge(self, tapped: str) -> None:
        """End the waiting sign on the button she tapped. If it fails nothing is lost: the sign ends by itself."""
        try:
            await self._bot.answer_callback_query(tapped)
        except Exception as error:
            log.info("telegram: a tap was not acknowledged: %s", send_error(error))

    async def _introduce(self) -> None:
        me = await self._bot.me()
        self.me = Me(me.id, me.username or "")

    async def _offer_menu(self) -> None:
        """Set the menu of commands. If it fails the bot talks all the same; the next start tries again."""
        if self._menu:
            try:
                await self._bot.set_my_commands([BotCommand(command=name, description=called) for name, called in self._menu])
            except Exception as error:
                log.warning("telegram: the menu of commands was not set: %s", send_error(error))

    async def _set_webhook(self) -> None:
        if not self._public_url:
            log.warning("telegram: web.public_url is empty; set the webhook by hand to …%s", PATH)
            return
        await self._bot.set_webhook(
            self._public_url + PATH, secret_token=self._secret, allowed_updates=ALLOWED_UPDATES, drop_pending_updates=False
        )

    async def _until_done(self, call: Callable[[], Awaitable[object]]) -> None:
        failures = 0
        while True:
            try:
                await call()
                self._receiving = None
                return
            except Exception as error:
                failures += 1
                await self._rest(error, failures)

    async def _rest(self, error: Exception, failures: int) -> None:
        """Say once what is wrong, and wait: longer each time, as long as Telegram asks, and long where only a person can mend it."""
        known, self._receiving = self._receiving, self._diagnose(error)
        if self._receiving != known:
            log.error("telegram: %s", self._receiving)
        seconds = min(LONGEST_PAUSE, 2.0 ** min(failures - 1, 6)) * random.uniform(0.5, 1)
        if isinstance(error, exceptions.TelegramRetryAfter):
            seconds = max(seconds, float(error.retry_after))
        if send_error(error).kind == "misconfigured":
            seconds = LONGEST_PAUSE
        await self._pause(seconds)

    def _diagnose(self, error: Exception) -> str:
        if isinstance(error, NotStored):
            return "updates could not be stored; they are fetched again"
        if isinstance(error, exceptions.TelegramConflictError):
            return f"another process receives for this bot; only one may ({error.message})"
        return str(send_error(error))


def _keyboard(markup: Json | None) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup.model_validate(markup) if markup else None


def _accepted(error: exceptions.ClientDecodeError) -> str:
    """The message's id where Telegram took the message but its answer has a shape aiogram does not know. Else raises `error`.

    Without this such an answer would count as a failure and the same message would be sent again and again.
    """
    answer = error.data
    if isinstance(answer, dict) and answer.get("ok") is True and isinstance(answer.get("result"), dict):
        return str(answer["result"].get("message_id", ""))
    raise error
