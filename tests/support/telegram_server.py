"""A stand-in for Telegram's Bot API: as strict as the real one, shows what it was asked, and fails on demand.

In a test: `async with TelegramServer() as server`. As a process: `python -m tests.support.telegram_server --port 8081 --rate 30`;
it prints `ready http://…`, and is steered over HTTP:

GET /_log[?since=N&method=M]   every call, with the monotonic time at which it came in (on one machine comparable between processes)
GET /_state                    updates that wait, the confirmed offset, the webhook, its deliveries
POST /_update                  one update or a list of them; without `update_id` they get the next one. Polled, or posted to the webhook
POST /_fault                   fields of `Fault`; DELETE /_fault forgets all faults
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import json
import random
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.support import telegram_rules as rules
from tests.support import telegram_updates
from tests.support.telegram_faults import Fault, throttled
from tests.support.telegram_queue import UpdateQueue
from tests.support.telegram_rules import ApiError, bad

TOKEN = "7:stand-in"


@dataclass
class Call:
    at: float
    method: str
    params: dict[str, Any]
    status: int = 0


class TelegramServer:
    """`rate` messages a second and one per chat every `chat_interval` seconds are taken, the rest is answered 429."""

    def __init__(self, *, rate: float | None = None, chat_interval: float = 0.0, latency: float = 0.0, seed: int = 0) -> None:
        self.rate, self.chat_interval, self.latency = rate, chat_interval, latency
        self.url = ""
        self.log: list[Call] = []
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.faults: list[Fault] = []
        self._random = random.Random(seed)
        self._changed = asyncio.Condition()
        self.queue = UpdateQueue(self._changed)
        self._next_message = 1
        self._accepted: list[float] = []
        self._accepted_in: dict[int, float] = {}
        self._methods: dict[str, Callable[[dict[str, Any]], Awaitable[Any]]] = {
            "getme": self._get_me,
            "getupdates": self.queue.get_updates,
            "setwebhook": self.queue.set_webhook,
            "deletewebhook": self.queue.delete_webhook,
            "sendmessage": self._send_message,
            "sendphoto": self._send_photo,
            "editmessagetext": self._edit_message,
            "deletemessage": self._delete_message,
            "answercallbackquery": self._answer_tap,
            "setmycommands": self._done,
            "sendchataction": self._done,
        }

    async def __aenter__(self) -> TelegramServer:
        await self.start("127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, host: str, port: int) -> None:
        app = web.Application(client_max_size=20 << 20)
        app.router.add_get("/_log", self._show_log)
        app.router.add_get("/_state", self._show_state)
        app.router.add_post("/_update", self._inject)
        app.router.add_post("/_fault", self._set_fault)
        app.router.add_delete("/_fault", self._forget_faults)
        app.router.add_route("*", r"/bot{token:[^/]+}/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = "http://{}:{}".format(*self._runner.addresses[0])

    async def stop(self) -> None:
        await self.queue.stop()
        await self._runner.cleanup()

    # What a test does and sees.

    def fail(self, how: dict[str, Any] | None = None, **fields: Any) -> None:
        """`server.fail(BLOCKED, chat_id=5)`; fields as in `Fault`."""
        self.faults.append(Fault(**{**(how or {}), **fields}))

    def calls(self, method: str) -> list[Call]:
        return [call for call in self.log if call.method.lower() == method.lower()]

    def sent(self, chat_id: int) -> list[str]:
        """Texts and captions that stand in the chat, oldest first; a photo without one is empty."""
        return [message.get("text", message.get("caption", "")) for (chat, _), message in sorted(self.messages.items()) if chat == chat_id]

    async def until(self, condition: Callable[[], bool], seconds: float = 5.0) -> None:
        """Wait until something that calls or deliveries change is so."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(condition)

    # One call.

    async def _call(self, request: web.Request) -> web.StreamResponse:
        call = Call(time.monotonic(), request.match_info["method"], await _params(request))
        self.log.append(call)
        fault = self._fault_for(call)
        if self.latency:
            await asyncio.sleep(self.latency)
        try:
            if not re.fullmatch(r"\d+:.+", request.match_info["token"]):
                raise ApiError(404, "Not Found")
            if fault is not None and not fault.drop:
                raise ApiError(fault.status, fault.description, **fault.parameters)
            if fault is None or fault.drop == "after":
                result = {"ok": True, "result": await self._run(call)}
        except ApiError as error:
            call.status, result = error.status, error.body()
        else:
            call.status = 0 if fault is not None else 200
        await self.queue.notify()
        if fault is not None and fault.drop and request.transport is not None:
            request.transport.abort()
            return web.Response()
        return web.json_response(result, status=call.status)

    async def _run(self, call: Call) -> Any:
        method = self._methods.get(call.method.lower())
        if method is None:
            raise ApiError(404, "Not Found: method not found")
        if call.method.lower() in ("sendmessage", "sendphoto", "editmessagetext"):
            self._pace(rules.integer(call.params, "chat_id"))
        return await method(call.params)

    def _fault_for(self, call: Call) -> Fault | None:
        for fault in self.faults:
            fits = fault.method.lower() in ("*", call.method.lower())
            if not fits or (fault.chat_id is not None and str(fault.chat_id) != str(call.params.get("chat_id"))):
                continue
            if fault.spare > 0 or self._random.random() >= fault.chance:
                fault.spare -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    self.faults.remove(fault)
            return fault
        return None

    def _pace(self, chat_id: int) -> None:
        now = time.monotonic()
        self._accepted = [at for at in self._accepted if now - at < 1]
        if self.rate is not None and len(self._accepted) >= self.rate:
            raise rules.too_many()
        if now - self._accepted_in.get(chat_id, float("-inf")) < self.chat_interval:
            raise rules.too_many()
        self._accepted.append(now)
        self._accepted_in[chat_id] = now

    # The API's methods.

    async def _done(self, _: dict[str, Any]) -> bool:
        return True

    async def _get_me(self, _: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": 7,
            "is_bot": True,
            "first_name": "母亲岗",
            "username": "motherpost_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def _send_message(self, params: dict[str, Any]) -> dict[str, Any]:
        chat_id, text, markup = rules.integer(params, "chat_id"), rules.text(params), rules.keyboard(params)
        if chat_id == 0:
            raise bad("chat not found")
        number, self._next_message = self._next_message, self._next_message + 1
        bot, chat = await self._get_me({}), telegram_updates.chat(chat_id)
        message = {"message_id": number, "from": bot, "chat": chat, "date": int(time.time()), "text": text}
        self.messages[chat_id, number] = {**message, "reply_markup": markup} if markup else message
        return self.messages[chat_id, number]

    async def _send_photo(self, params: dict[str, Any]) -> dict[str, Any]:
        chat_id, caption, markup = rules.integer(params, "chat_id"), rules.caption(params), rules.keyboard(params)
        if chat_id == 0:
            raise bad("chat not found")
        given = params.get("photo", "")
        if isinstance(given, bytes):
            content: Any = given
        else:
            content = params.get(given.removeprefix("attach://")) if given.startswith("attach://") else self.files.get(given)
        if not isinstance(content, bytes):
            raise bad("wrong file identifier/HTTP URL specified" if given else "there is no photo in the request")
        rules.photo(content)
        number, self._next_message = self._next_message, self._next_message + 1
        file_id = given if given in self.files else f"file{number}"
        self.files[file_id] = content
        size = {"file_id": file_id, "file_unique_id": f"u{file_id}", "width": 90, "height": 90, "file_size": len(content)}
        bot, chat = await self._get_me({}), telegram_updates.chat(chat_id)
        message = {"message_id": number, "from": bot, "chat": chat, "date": int(time.time()), "photo": [size]}
        message |= ({"caption": caption} if caption else {}) | ({"reply_markup": markup} if markup else {})
        self.messages[chat_id, number] = message
        return message

    async def _edit_message(self, params: dict[str, Any]) -> dict[str, Any]:
        key = rules.integer(params, "chat_id"), rules.integer(params, "message_id")
        text, markup = rules.text(params), rules.keyboard(params)
        if key not in self.messages:
            raise bad("message to edit not found")
        old = self.messages[key]
        if "text" not in old:
            raise bad("there is no text in the message to edit")
        if (old["text"], old.get("reply_markup")) == (text, markup):
            same = (
                "specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
            )
            raise bad(f"message is not modified: {same}")
        message = {name: value for name, value in old.items() if name != "reply_markup"} | {"text": text, "edit_date": int(time.time())}
        self.messages[key] = {**message, "reply_markup": markup} if markup else message
        return self.messages[key]

    async def _delete_message(self, params: dict[str, Any]) -> bool:
        if self.messages.pop((rules.integer(params, "chat_id"), rules.integer(params, "message_id")), None) is None:
            raise bad("message to delete not found")
        return True

    async def _answer_tap(self, params: dict[str, Any]) -> bool:
        if params.get("callback_query_id") not in self.queue.taps:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        return True

    # Steering over HTTP.

    async def _show_log(self, request: web.Request) -> web.Response:
        calls = self.log[int(request.query.get("since", 0)) :]
        wanted = request.query.get("method", "").lower()
        shown = [dataclasses.asdict(call) for call in calls if wanted in ("", call.method.lower())]
        return web.json_response(shown, dumps=lambda log: json.dumps(log, default=lambda content: f"{len(content)} bytes"))

    async def _show_state(self, _: web.Request) -> web.Response:
        queue = self.queue
        state = {"waiting": len(queue.waiting), "offset": queue.offset, "webhook": queue.webhook, "deliveries": queue.deliveries}
        return web.json_response(state)

    async def _inject(self, request: web.Request) -> web.Response:
        updates = await request.json()
        return web.json_response(await self.queue.add(*(updates if isinstance(updates, list) else [updates])))

    async def _set_fault(self, request: web.Request) -> web.Response:
        self.fail(await request.json())
        return web.json_response({"faults": len(self.faults)})

    async def _forget_faults(self, _: web.Request) -> web.Response:
        self.faults.clear()
        return web.json_response({"faults": 0})


async def _params(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return {**request.query, **await request.json()}
    posted = {name: value.file.read() if isinstance(value, web.FileField) else value for name, value in (await request.post()).items()}
    return {**request.query, **posted}


async def _serve(options: argparse.Namespace) -> None:
    server = TelegramServer(rate=options.rate, chat_interval=options.chat_interval, latency=options.latency, seed=options.seed)
    if options.random_429:
        server.fail(throttled(1), chance=options.random_429, times=None)
    await server.start(options.host, options.port)
    print(f"ready {server.url}", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--rate", type=float, help="messages a second over all chats")
    parser.add_argument("--chat-interval", type=float, default=0.0, help="seconds between two messages in one chat")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--random-429", type=float, default=0.0, help="share of sends answered 429")
    parser.add_argument("--seed", type=int, default=0)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
