"""/wechat/allow: a page inside WeChat with the platform's own button, by which she allows one message of each kind (订阅通知).

doc/offiaccount/OA_Web_Apps/Wechat_Open_Tag (wx-open-subscribe) and JS-SDK (the signature). What she allowed is counted from the platform's
event alone (subscribe_msg_popup_event): the page itself tells us nothing.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from channels.wechat.client import Client
from domain.errors import SendError

log = logging.getLogger(__name__)

PATH = "/wechat/allow"
_PAGE = Path(__file__).with_name("allow.html")
_IN_WECHAT = "MicroMessenger"
# Ids of ours, as the platform gives them.
_ID = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """What the platform's script shows to be let in; `url` is the page's without its fragment."""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def route(client: Client, app_id: str, templates: Sequence[str], *, public_url: str, now: Callable[[], float]) -> Route:
    """The page for these templates; `now` is the wall clock (seconds)."""
    ids = ",".join(dict.fromkeys(one for one in templates if one and set(one) <= _ID))

    async def page(request: Request) -> Response:
        if _IN_WECHAT not in request.headers.get("user-agent", ""):
            return PlainTextResponse("请在微信里打开这个网页。", headers={"Cache-Control": "no-store"})
        nonce, at = secrets.token_urlsafe(16), int(now())
        url = f"{public_url}{PATH}" + (f"?{request.url.query}" if request.url.query else "")
        try:
            signed = signature(await client.ticket(), nonce, at, url)
        except SendError as error:
            log.warning("wechat: the page for notices was not made: %s", error)
            return PlainTextResponse("现在打不开，请过一会儿再点。", status_code=503, headers={"Cache-Control": "no-store"})
        fields = {"app_id": app_id, "timestamp": at, "nonce": nonce, "signature": signed, "templates": ids}
        policy = f"script-src 'nonce-{nonce}' https://res.wx.qq.com; base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'none'"
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        }
        return Response(Template(_PAGE.read_text("utf-8")).substitute(fields), media_type="text/html", headers=headers)

    return Route(PATH, page, methods=["GET"])
