"""The chat page inside WeChat: the account's menu opens it, and the platform says who she is (snsapi_base), without asking her anything.

doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization: the code is good once, for five minutes; `state` comes back as it was sent.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from channels.web.seats import Seats
from channels.wechat.client import Client
from domain.errors import SendError

log = logging.getLogger(__name__)

OPEN, ENTERED = "/wechat/page", "/wechat/entered"
_STATE = "wechat_state"
# Seconds that the way there and back may take.
_SECONDS = 300
_OFFICIAL_API, _OFFICIAL_PAGE = "https://api.weixin.qq.com", "https://open.weixin.qq.com"

# enter(openid): the address of hers on the web, made where she has none.
Enter = Callable[[str], Awaitable[str]]


class Pages:
    """`cookie_key` signs the cookies, the same ones as the chat's; `public_url` is where the page is reached from outside."""

    def __init__(
        self, client: Client, app_id: str, app_secret: str, api_base: str, *, cookie_key: bytes, public_url: str, enter: Enter
    ) -> None:
        self._client, self._app_id, self._app_secret = client, app_id, app_secret
        self._authorize = _OFFICIAL_PAGE if api_base.rstrip("/") == _OFFICIAL_API else api_base.rstrip("/")
        self._public_url, self._enter = public_url, enter
        self._secure = public_url.startswith("https:")
        self._seats = Seats(cookie_key, secure=self._secure)

    def routes(self) -> list[BaseRoute]:
        """Where the menu leads, and where the platform sends her back to."""
        return [Route(OPEN, self._open), Route(ENTERED, self._entered)]

    async def _open(self, _request: Request) -> Response:
        state = secrets.token_urlsafe(24)
        query = {
            "appid": self._app_id,
            "redirect_uri": f"{self._public_url}{ENTERED}",
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        response = RedirectResponse(f"{self._authorize}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect", status_code=302)
        response.set_cookie(_STATE, state, max_age=_SECONDS, path=ENTERED, secure=self._secure, httponly=True, samesite="lax")
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _entered(self, request: Request) -> Response:
        """She is who the platform says only where this browser was sent there by us: nobody can be brought in by somebody else's code."""
        query, sent = request.query_params, request.cookies.get(_STATE, "")
        code = query.get("code", "")
        if not sent or not code or not hmac.compare_digest(query.get("state", "").encode(), sent.encode()):
            return self._again()
        try:
            answer = await self._client.plain(
                "/sns/oauth2/access_token", appid=self._app_id, secret=self._app_secret, code=code, grant_type="authorization_code"
            )
        except SendError as error:
            log.warning("wechat: a page was not opened: %s", error)
            return self._again()
        openid = answer.get("openid")
        if not isinstance(openid, str) or not openid:
            return self._again()
        response = RedirectResponse("/", status_code=303)
        self._seats.seat(response, "", await self._enter(openid))
        response.delete_cookie(_STATE, path=ENTERED)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _again(self) -> Response:
        response = PlainTextResponse("没有打开，请回到公众号，从菜单里再点一次“网页版”。", status_code=403)
        response.delete_cookie(_STATE, path=ENTERED)
        return response


def proof(name: str) -> Route:
    """The file by which the platform knows whose domain this is: MP_verify_X.txt holds X."""

    async def file(_request: Request) -> Response:
        return PlainTextResponse(name.removeprefix("MP_verify_").removesuffix(".txt"))

    return Route(f"/{name}", file)
