"""A stand-in for 微信客服: messages to pull by a cursor, sending under an id that is taken once, five in 48 hours, tokens."""

from __future__ import annotations

import itertools
import secrets
import time
from typing import Any

from aiohttp import web

CORP_ID, SECRET, KFID = "ww0123456789abcdef", "secret-of-the-stand-in", "wkStandIn"
WINDOW, MOST = 48 * 3600.0, 5
A_PAGE = 3


class KfServer:
    """`later` moves its clock; `said` is what she sees; `lost` answers of send_msg never arrive."""

    def __init__(self) -> None:
        self.url = ""
        self.messages: list[dict[str, Any]] = []
        self.said: list[tuple[str, str]] = []
        self.refs: list[str] = []
        self.calls: list[tuple[str, int]] = []
        self.tokens = [secrets.token_hex(16)]
        self.lost = 0
        self._windows: dict[str, tuple[float, int]] = {}
        self._offset = 0.0
        self._ids = itertools.count(1)

    async def __aenter__(self) -> KfServer:
        app = web.Application()
        app.router.add_route("*", "/cgi-bin/{path:.*}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = "http://{}:{}".format(*self._runner.addresses[0])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def now(self) -> float:
        return time.time() + self._offset

    def later(self, hours: float) -> None:
        self._offset += hours * 3600

    def says(self, who: str, kind: str = "text", **part: object) -> None:
        """Her word, to be pulled."""
        self._windows[who] = (self.now, MOST)
        self._put(who, kind, origin=3, **{kind: part})

    def tells(self, **event: object) -> None:
        """Something that the platform tells."""
        self._put("", "event", origin=4, event={"open_kfid": KFID, **event})

    def _put(self, who: str, kind: str, **more: object) -> None:
        head = {"msgid": f"m{next(self._ids)}", "open_kfid": KFID, "external_userid": who, "send_time": int(self.now)}
        self.messages.append({**head, "msgtype": kind, **more})

    async def _call(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        body = await request.json() if request.method == "POST" else {}
        errcode, answer = self._answer(path, dict(request.query), body)
        self.calls.append((path, errcode))
        if path == "kf/send_msg" and not errcode and self.lost:
            self.lost -= 1
            # The message was taken, and whoever sent it does not hear of it.
            return web.Response(status=502, text="lost")
        return web.json_response({"errcode": errcode, "errmsg": "ok", **answer})

    def _answer(self, path: str, query: dict[str, str], body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if path == "gettoken":
            if query.get("corpid") != CORP_ID or query.get("corpsecret") != SECRET:
                return 40001, {"errmsg": "invalid credential"}
            return 0, {"access_token": self.tokens[-1], "expires_in": 7200}
        if query.get("access_token") != self.tokens[-1]:
            return 40014, {"errmsg": "invalid access_token"}
        match path:
            case "kf/sync_msg":
                return self._page(body)
            case "kf/send_msg":
                return self._send(body)
            case "kf/account/list":
                return 0, {"account_list": [{"open_kfid": KFID, "name": "母亲岗"}]}
        return -1, {"errmsg": "no such call"}

    def _page(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        begin = int(body.get("cursor") or 0)
        end = min(begin + A_PAGE, len(self.messages))
        return 0, {"msg_list": self.messages[begin:end], "next_cursor": str(end), "has_more": int(end < len(self.messages))}

    def _send(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        who, ref, content = body["touser"], body["msgid"], body["text"]["content"]
        if body["open_kfid"] != KFID:
            return 95000, {"errmsg": "invalid open_kfid"}
        if len(ref.encode()) > 32 or ref in self.refs:
            return 99999, {"errmsg": "duplicate or invalid msgid"}
        opened, left = self._windows.get(who, (float("-inf"), 0))
        if self.now >= opened + WINDOW:
            return 95002, {"errmsg": "out of window"}
        if not left:
            return 95001, {"errmsg": "count"}
        assert content.strip() and len(content.encode()) <= 2048
        self._windows[who] = (opened, left - 1)
        self.refs.append(ref)
        self.said.append((who, content))
        return 0, {"msgid": ref}
