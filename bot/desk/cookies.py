"""The desk's two cookies: whose session this is, and which browser; behind https they are bound to the host (RFC 6265bis, 4.1.3.2)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping

from starlette.responses import Response

from domain.desk import LONGEST
from storage.sealed import digest

_YEAR = 365 * 24 * 3600


class Cookies:
    """Reads and sets them; `secure` behind https."""

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure
        prefix = "__Host-" if secure else ""
        self._session, self._browser = f"{prefix}desk", f"{prefix}desk_browser"

    def session(self, cookies: Mapping[str, str]) -> str:
        """The token of the session; empty where there is none."""
        return cookies.get(self._session, "")[:100]

    def browser(self, cookies: Mapping[str, str]) -> str:
        """By what a browser is known again; a new one where it was never here."""
        return cookies.get(self._browser, "")[:100] or secrets.token_urlsafe(32)

    def begin(self, response: Response, session: str, browser: str) -> None:
        """A session begins in this browser."""
        self._set(response, self._session, session, int(LONGEST.total_seconds()))
        self._set(response, self._browser, browser, _YEAR)

    def end(self, response: Response) -> None:
        """Nothing in this browser says any more who sat here; what it kept of pages goes too."""
        response.delete_cookie(self._session, secure=self._secure, httponly=True, samesite="lax")
        response.headers["Clear-Site-Data"] = '"cache"'

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(name, value, max_age=seconds, secure=self._secure, httponly=True, samesite="lax")


def token_of(session: str) -> str:
    """What every form of a session carries, so that no other page can send one."""
    return digest(session, "desk form")[:32]


def is_token(session: str, shown: str) -> bool:
    """Whether a form came from this session's own pages."""
    return bool(session) and hmac.compare_digest(token_of(session).encode(), shown.encode())
