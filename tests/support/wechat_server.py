"""A stand-in for WeChat: it calls the bot as the platform does, waits five seconds, repeats three times, and enforces what it allows.

In a test: `async with WeChatServer(bot_url) as server`. As a process, to play the mother in a browser:
`python -m tests.support.wechat_server --bot http://127.0.0.1:8000 --port 8083`; it prints the settings that the bot needs.

GET /                          a page on which a person plays the mother: numbers, menu taps, 48 hours later
POST /_say, /_event, /_later   the same for scripts; GET /_shown?openid=…, GET /_calls, POST /_fault
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import secrets
import urllib.parse
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.support import wechat
from tests.support.wechat_account import Account

PATIENCE, TRIES = 5.0, 4
OUT_OF_ORDER = "该公众号暂时无法提供服务，请稍后再试"
SECRET = "secret-of-the-stand-in"
PAGE = Path(__file__).with_name("wechat_server.html")


class WeChatServer:
    """One account, in safe mode where `aes_key` is given; `patience` is the platform's five seconds."""

    def __init__(self, bot_url: str = "", *, aes_key: str = wechat.AES_KEY, verified: bool = True, patience: float = PATIENCE) -> None:
        self.bot_url, self.aes_key, self.patience = bot_url, aes_key, patience
        self.account = Account(app_id=wechat.APP_ID, secret=SECRET, verified=verified)
        self.url = ""
        self.tries: list[tuple[str, int]] = []
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> WeChatServer:
        await self.start("127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, host: str, port: int) -> None:
        app = web.Application(client_max_size=20 << 20)
        app.router.add_get("/", self._page)
        app.router.add_post("/_say", self._steer_say)
        app.router.add_post("/_event", self._steer_event)
        app.router.add_post("/_later", self._steer_later)
        app.router.add_post("/_fault", self._steer_fault)
        app.router.add_get("/_shown", self._steer_shown)
        app.router.add_get("/_calls", self._steer_calls)
        app.router.add_get("/connect/oauth2/authorize", self._authorize)
        app.router.add_post("/cgi-bin/media/upload", self._upload)
        app.router.add_get("/cgi-bin/media/get", self._download)
        app.router.add_route("*", "/{path:.*}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = "http://{}:{}".format(*self._runner.addresses[0])
        self._session = aiohttp.ClientSession()

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()
        await self._runner.cleanup()

    # What people do.

    async def says(self, openid: str, text: str, *, choice: str = "") -> list[dict[str, Any]]:
        """Her word; what stands in her chat afterwards."""
        self.account.spoke(openid)
        self.account.person(openid).shown.append({"kind": "own", "text": text})
        said = wechat.message(openid, Content=text, bizmsgmenuid=choice) if choice else wechat.message(openid, Content=text)
        return await self._delivered(openid, said)

    async def taps(self, openid: str, key: str) -> list[dict[str, Any]]:
        """A tap of the menu."""
        self.account.tapped(openid)
        return await self._delivered(openid, wechat.event(openid, "CLICK", key))

    async def follows(self, openid: str, scene: str = "") -> list[dict[str, Any]]:
        """She follows, perhaps by a code on a wall."""
        self.account.person(openid).following = True
        self.account.tapped(openid)
        return await self._delivered(openid, wechat.event(openid, "subscribe", f"qrscene_{scene}" if scene else "", Ticket="t"))

    async def unfollows(self, openid: str) -> None:
        self.account.person(openid).following = False
        await self._delivered(openid, wechat.event(openid, "unsubscribe"))

    async def grants(self, openid: str, *templates: str) -> None:
        """She allows one message of each in one popup."""
        person = self.account.person(openid)
        for template in templates:
            person.grants[template] = person.grants.get(template, 0) + 1
        record = "<List><TemplateId>{}</TemplateId><SubscribeStatusString>accept</SubscribeStatusString><PopupScene>1</PopupScene></List>"
        popup = "".join(record.format(template) for template in templates)
        raw = f"<SubscribeMsgPopupEvent>{popup}</SubscribeMsgPopupEvent>"
        await self._delivered(openid, wechat.event(openid, "subscribe_msg_popup_event", raw=raw))

    async def delivers(self, openid: str, content: str) -> str:
        """One message until it is answered, at most four times; what she sees of it."""
        make = wechat.safe if self.aes_key else wechat.plain
        for attempt in range(TRIES):
            query, body = make(content, openid=openid)
            self.tries.append((content, attempt))
            try:
                async with asyncio.timeout(self.patience):
                    assert self._session is not None
                    url = f"{self.bot_url}/wechat?{urllib.parse.urlencode(query)}"
                    async with self._session.post(url, data=body, headers={"Content-Type": "text/xml"}) as response:
                        return self._read(openid, response.status, await response.read())
            except (TimeoutError, aiohttp.ClientError):
                continue
        return OUT_OF_ORDER

    def _read(self, openid: str, status: int, body: bytes) -> str:
        if status == 200 and body in (b"", b"success"):
            return ""
        try:
            assert status == 200
            said = wechat.answer(wechat.opened(body) if self.aes_key else body)
            assert said["ToUserName"] == openid and said["MsgType"] == "text"
            content = str(said["Content"])
            assert content and len(content.encode()) <= 2047
        except Exception:  # whatever is wrong with it, she sees the same
            return OUT_OF_ORDER
        return content

    async def _delivered(self, openid: str, content: str) -> list[dict[str, Any]]:
        shown = self.account.person(openid).shown
        before = len(shown)
        if said := await self.delivers(openid, content):
            shown.insert(before, {"kind": "text", "text": said})
        return shown[before:]

    # The interface.

    async def _call(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            said = json.loads(body) if body else {}
        except ValueError:
            return web.json_response({"errcode": 47001, "errmsg": "data format error"})
        # The platform shows escapes as they stand.
        if b"\\u" in body:
            return web.json_response({"errcode": 47001, "errmsg": "escaped"})
        return web.json_response(self.account.call(request.path, dict(request.query), said))

    async def _upload(self, request: web.Request) -> web.Response:
        posted = await request.post()
        file = posted.get("media")
        return web.json_response(self.account.upload(file.file.read() if isinstance(file, web.FileField) else b""))

    async def _download(self, request: web.Request) -> web.Response:
        content = self.account.media.get(request.query.get("media_id", ""))
        if content is None:
            return web.json_response({"errcode": 40007, "errmsg": "invalid media_id"})
        return web.Response(body=content, content_type="image/jpeg")

    async def _authorize(self, request: web.Request) -> web.Response:
        query = request.query
        code = secrets.token_hex(16)
        self.account.codes[code] = query.get("openid", "o_mother")
        joined = "&" if "?" in query["redirect_uri"] else "?"
        raise web.HTTPFound(f"{query['redirect_uri']}{joined}code={code}&state={query.get('state', '')}")

    # For a person who plays the mother, and for scripts.

    async def _page(self, _request: web.Request) -> web.Response:
        menu = self.account.menu or {"button": []}
        text = PAGE.read_text("utf-8").replace("MENU", json.dumps(menu["button"], ensure_ascii=False))
        return web.Response(text=text, content_type="text/html")

    async def _steer_say(self, request: web.Request) -> web.Response:
        asked = await request.json()
        return web.json_response(await self.says(asked["openid"], asked["text"], choice=asked.get("choice", "")))

    async def _steer_event(self, request: web.Request) -> web.Response:
        asked = await request.json()
        what, openid = asked["what"], asked["openid"]
        if what == "grant":
            await self.grants(openid, *asked.get("templates", ["G1"]))
            return web.json_response([])
        if what == "unfollow":
            await self.unfollows(openid)
            return web.json_response([])
        shown = await (self.taps(openid, asked["key"]) if what == "tap" else self.follows(openid, asked.get("key", "")))
        return web.json_response(shown)

    async def _steer_later(self, request: web.Request) -> web.Response:
        self.account.later(float((await request.json())["hours"]) * 3600)
        return web.json_response({"now": self.account.now})

    async def _steer_fault(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.account.fail(asked["path"], int(asked["errcode"]), int(asked.get("times", 1)))
        return web.json_response({})

    async def _steer_shown(self, request: web.Request) -> web.Response:
        person = self.account.person(request.query.get("openid", ""))
        return web.json_response({"shown": person.shown, "word": person.word[1], "tap": person.tap[1], "grants": person.grants})

    async def _steer_calls(self, _request: web.Request) -> web.Response:
        return web.json_response(self.account.calls)


async def _serve(options: argparse.Namespace) -> None:
    key = "" if options.plain else wechat.AES_KEY
    server = WeChatServer(options.bot, aes_key=key, verified=not options.unverified)
    await server.start(options.host, options.port)
    print(f"ready {server.url}", flush=True)
    account = {
        "enabled": True,
        "token": wechat.TOKEN,
        "app_id": wechat.APP_ID,
        "app_secret": SECRET,
        "aes_key": key,
        "verified": server.account.verified,
        "api_base": server.url,
    }
    print(re.sub(r"\b(true|false)\b", lambda yes: {"true": "yes", "false": "no"}[yes[0]], json.dumps({"channels": {"wechat": account}})))
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--bot", default="http://127.0.0.1:8000", help="where the bot is")
    parser.add_argument("--plain", action="store_true", help="plain mode instead of safe mode")
    parser.add_argument("--unverified", action="store_true", help="an account without verification")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
