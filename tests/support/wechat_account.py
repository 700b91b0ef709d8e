"""What WeChat allows one account, as strict as its pages say: tokens, windows, counts, grants, templates, with the errors that it answers."""

from __future__ import annotations

import itertools
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

WORD, TAP = (5, 48 * 3600.0), (3, 60.0)
MOST_BYTES = 2048
TOKEN_SECONDS = 7200


class ApiError(Exception):
    """Stands in the body of HTTP 200."""

    def __init__(self, errcode: int, errmsg: str = "") -> None:
        super().__init__(errcode)
        self.errcode, self.errmsg = errcode, errmsg


@dataclass
class Follower:
    """One person as the platform sees her; `shown` is what stands in her chat."""

    following: bool = True
    off: bool = False
    word: tuple[float, int] = (float("-inf"), 0)
    tap: tuple[float, int] = (float("-inf"), 0)
    grants: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    shown: list[dict[str, Any]] = field(default_factory=list)


class Account:
    """`now` is moved by `later`; what the account may do depends on `verified`."""

    def __init__(
        self, *, app_id: str, secret: str, verified: bool = True, kind: str = "service", clock: Callable[[], float] = time.time
    ) -> None:
        self.app_id, self.secret, self.verified, self.kind = app_id, secret, verified, kind
        self._clock, self._offset = clock, 0.0
        self.people: dict[str, Follower] = {}
        self.tokens: dict[str, float] = {}
        self.templates = {"T1": "{{first.DATA}}\n{{keyword1.DATA}}\n{{time2.DATA}}\n{{remark.DATA}}"}
        self.grant_templates = {"G1": "内容：{{thing1.DATA}}\n时间：{{time2.DATA}}\n状态：{{phrase3.DATA}}"}
        self.media: dict[str, bytes] = {}
        self.menu: dict[str, Any] | None = None
        self.codes: dict[str, str] = {}
        self.forced_at = float("-inf")
        self.calls: list[tuple[str, int]] = []
        self.faults: list[tuple[str, int, int]] = []
        self._numbers = itertools.count(1000)

    @property
    def now(self) -> float:
        return self._clock() + self._offset

    def later(self, seconds: float) -> None:
        self._offset += seconds

    def person(self, openid: str) -> Follower:
        return self.people.setdefault(openid, Follower())

    def spoke(self, openid: str) -> None:
        self.person(openid).word = (self.now, WORD[0])

    def tapped(self, openid: str) -> None:
        self.person(openid).tap = (self.now, TAP[0])

    def fail(self, path: str, errcode: int, times: int = 1) -> None:
        """The next calls of `path` (its end) are answered with this error."""
        self.faults.append((path, errcode, times))

    def call(self, path: str, query: dict[str, str], body: Any) -> dict[str, Any]:
        """One call of the interface; every answer is HTTP 200."""
        try:
            answer = {"errcode": 0, "errmsg": "ok", **self._run(path, query, body)}
        except ApiError as error:
            answer = {"errcode": error.errcode, "errmsg": error.errmsg or "error"}
        self.calls.append((path, int(answer["errcode"])))
        return answer

    def _run(self, path: str, query: dict[str, str], body: Any) -> dict[str, Any]:
        if path == "/cgi-bin/stable_token":
            return self._stable_token(body)
        if path == "/sns/oauth2/access_token":
            return self._openid(query)
        self._check_token(query.get("access_token", ""))
        for number, (end, errcode, times) in enumerate(self.faults):
            if path.endswith(end):
                self.faults[number : number + 1] = [(end, errcode, times - 1)] if times > 1 else []
                raise ApiError(errcode)
        methods: dict[str, Callable[[Any], dict[str, Any]]] = {
            "/cgi-bin/message/custom/send": self._custom,
            "/cgi-bin/message/template/send": self._template,
            "/cgi-bin/message/subscribe/bizsend": self._grant,
            "/cgi-bin/menu/create": self._menu,
            "/cgi-bin/qrcode/create": self._qr,
            "/cgi-bin/get_current_selfmenu_info": lambda _body: {"is_menu_open": int(self.menu is not None)},
            "/cgi-bin/template/get_all_private_template": lambda _body: {
                "template_list": [{"template_id": one, "content": text} for one, text in self.templates.items()]
            },
            "/wxaapi/newtmpl/gettemplate": lambda _body: {
                "data": [{"priTmplId": one, "content": text, "type": 2} for one, text in self.grant_templates.items()]
            },
            "/cgi-bin/ticket/getticket": lambda _body: {"ticket": "ticket-of-the-page", "expires_in": 7200},
        }
        if path not in methods:
            raise ApiError(-1, "no such call")
        return methods[path](body)

    def _stable_token(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("appid") != self.app_id:
            raise ApiError(40013)
        if body.get("secret") != self.secret:
            raise ApiError(40125)
        valid = [token for token, until in self.tokens.items() if until > self.now]
        if body.get("force_refresh"):
            if self.now - self.forced_at < 30:
                raise ApiError(45009)
            self.forced_at = self.now
            self.tokens.clear()
        elif valid:
            return {"access_token": valid[-1], "expires_in": int(self.tokens[valid[-1]] - self.now)}
        token = secrets.token_hex(32)
        self.tokens[token] = self.now + TOKEN_SECONDS
        return {"access_token": token, "expires_in": TOKEN_SECONDS}

    def _check_token(self, token: str) -> None:
        if token not in self.tokens:
            raise ApiError(40001, "invalid credential")
        if self.tokens[token] <= self.now:
            raise ApiError(42001, "access_token expired")

    def _to(self, body: Any) -> Follower:
        openid = body.get("touser")
        if openid not in self.people:
            raise ApiError(40003)
        found = self.people[openid]
        if not found.following:
            raise ApiError(43004)
        if found.off:
            raise ApiError(48002)
        return found

    def _custom(self, body: dict[str, Any]) -> dict[str, Any]:
        if not self.verified:
            raise ApiError(48001)
        to = self._to(body)
        content = self._shown(body)
        for name, (most, lasts) in (("tap", TAP), ("word", WORD)):
            at, left = getattr(to, name)
            if self.now < at + lasts and 0 < left <= most:
                setattr(to, name, (at, left - 1))
                to.shown.append(content)
                return {}
        open_ = any(self.now < getattr(to, name)[0] + lasts for name, (_, lasts) in (("tap", TAP), ("word", WORD)))
        raise ApiError(45047 if open_ else 45015)

    def _shown(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("msgtype") == "text":
            content = body["text"]["content"]
            if not content.strip():
                raise ApiError(44004, "empty content")
            if len(content.encode()) > MOST_BYTES:
                raise ApiError(45002)
            return {"kind": "text", "text": content}
        if body.get("msgtype") == "image":
            if body["image"]["media_id"] not in self.media:
                raise ApiError(40007)
            return {"kind": "image", "media": body["image"]["media_id"]}
        raise ApiError(40008)

    def _fields(self, template: str, body: dict[str, Any]) -> dict[str, str]:
        names = re.findall(r"\{\{(\w+)\.DATA\}\}", template)
        values = {name: str(one.get("value", "")) for name, one in body.get("data", {}).items()}
        if set(values) != set(names):
            raise ApiError(47003)
        for name, value in values.items():
            most = {"phrase": 5, "character_string": 32}.get(name.rstrip("0123456789"), 20)
            if not value or len(value) > most or "\n" in value:
                raise ApiError(47003, f"argument invalid! data.{name}.value invalid")
        return values

    def _template(self, body: dict[str, Any]) -> dict[str, Any]:
        if not self.verified or self.kind != "service":
            raise ApiError(48001)
        to = self._to(body)
        if body.get("template_id") not in self.templates:
            raise ApiError(40037)
        to.shown.append({"kind": "template", "fields": self._fields(self.templates[body["template_id"]], body), "url": body.get("url", "")})
        return {"msgid": next(self._numbers)}

    def _grant(self, body: dict[str, Any]) -> dict[str, Any]:
        if not self.verified:
            raise ApiError(48001)
        to = self._to(body)
        template = body.get("template_id", "")
        if template not in self.grant_templates:
            raise ApiError(40037)
        fields = self._fields(self.grant_templates[template], body)
        if template in to.refused or to.grants.get(template, 0) < 1:
            raise ApiError(43101, "user refuse to accept the msg")
        to.grants[template] -= 1
        to.shown.append({"kind": "grant", "fields": fields, "url": body.get("page", "")})
        return {"msgid": next(self._numbers)}

    def _menu(self, body: dict[str, Any]) -> dict[str, Any]:
        if not self.verified and self.kind == "subscription":
            raise ApiError(48001)
        buttons = body.get("button", [])
        if not 1 <= len(buttons) <= 3 or any(len(one.get("sub_button", [])) > 5 for one in buttons):
            raise ApiError(40016)
        for one in [*buttons, *(sub for button in buttons for sub in button.get("sub_button", []))]:
            if len(one["name"].encode()) > (60 if one not in buttons else 16):
                raise ApiError(40018)
            if not one.get("sub_button") and one.get("type") not in ("click", "view", "scancode_waitmsg"):
                raise ApiError(40017)
        self.menu = body
        return {}

    def _qr(self, body: dict[str, Any]) -> dict[str, Any]:
        if not self.verified:
            raise ApiError(48001)
        scene = body["action_info"]["scene"].get("scene_str", "")
        if not 1 <= len(scene) <= 64 or body["action_name"] not in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE"):
            raise ApiError(40053)
        return {"ticket": f"ticket-{scene}", "url": f"http://weixin.qq.com/q/{scene}"}

    def _openid(self, query: dict[str, str]) -> dict[str, Any]:
        if query.get("appid") != self.app_id or query.get("secret") != self.secret:
            raise ApiError(40125)
        openid = self.codes.pop(query.get("code", ""), "")
        if not openid:
            raise ApiError(40163, "code been used")
        return {"access_token": "page", "expires_in": 7200, "openid": openid, "scope": "snsapi_base"}

    def upload(self, content: bytes) -> dict[str, Any]:
        if not content or len(content) > 10 << 20:
            return {"errcode": 40009, "errmsg": "size"}
        media = f"media{next(self._numbers)}"
        self.media[media] = content
        return {"type": "image", "media_id": media, "created_at": int(self.now)}
