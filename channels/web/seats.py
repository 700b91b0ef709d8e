"""Who sits at a browser: a signed cookie holds her address, one cookie a seat, so that two roles can be tried side by side."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from itsdangerous import BadSignature, TimestampSigner
from starlette.requests import HTTPConnection
from starlette.responses import Response

_SEAT = re.compile(r"[a-z0-9]{0,16}")
# Whom a key lets in at the worker's page sits here: apart from who chats in this browser, and with no way into the chat.
VISITS = "visits"
_YEAR = 365 * 24 * 3600  # seconds; each visit starts it anew


class Seats:
    """Gives addresses out and reads them back. A forged or foreign cookie counts as none."""

    def __init__(self, secret: bytes, *, secure: bool) -> None:
        self._secret = secret
        self._secure = secure

    def address(self, cookies: Mapping[str, str], seat: str) -> str:
        """The address of this seat, or an empty string where nobody has sat down yet.

        A good signature counts whatever its stamp says: the browser itself drops the cookie after a year, and a clock that was set
        wrong, here or on another host, must make nobody somebody else.
        """
        for name in (self._name(seat), _cookie(seat)):  # the second is from before the page was behind https
            try:
                return self._signer(seat).unsign(cookies.get(name, "")).decode()
            except BadSignature:
                continue
        return ""

    def seat(self, response: Response, seat: str, address: str) -> None:
        """Let `response` set the seat's cookie for a year; without an address a new one is made."""
        value = self._signer(seat).sign(address or secrets.token_urlsafe(16)).decode()
        response.set_cookie(self._name(seat), value, max_age=_YEAR, secure=self._secure, httponly=True, samesite="lax")

    def leave(self, response: Response, seat: str) -> None:
        """Let `response` take the seat's cookie away."""
        for name in {self._name(seat), _cookie(seat)}:
            response.delete_cookie(name, secure=self._secure, httponly=True, samesite="lax")

    def _name(self, seat: str) -> str:
        # Browsers take a cookie of this prefix only over https, for this host alone (RFC 6265bis, 4.1.3.2).
        return f"__Host-{_cookie(seat)}" if self._secure else _cookie(seat)

    def _signer(self, seat: str) -> TimestampSigner:
        # The seat is part of the signature, so that a cookie cannot be moved to another seat.
        return TimestampSigner(self._secret, salt=f"web {_cookie(seat)}", digest_method=hashlib.sha256)


def is_seat(name: str) -> bool:
    """Whether `?as=name` names a seat; the empty name is the usual one."""
    return _SEAT.fullmatch(name) is not None


def is_chat_seat(name: str) -> bool:
    """Whether somebody may chat at this seat."""
    return is_seat(name) and name != VISITS


def same_origin(origin: str, host: str, public_url: str) -> bool:
    """Whether a socket was opened by our own page: browsers always send Origin with it, and no page can forge it."""
    try:
        parts = urlsplit(origin)
    except ValueError:  # `http://[`
        return False
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return False
    public = urlsplit(public_url)
    return parts.netloc == host or (parts.scheme, parts.netloc) == (public.scheme, public.netloc)


def host_of(connection: HTTPConnection) -> str:
    """Where a request comes from: the browser's host, as the server or the proxy on this machine tells it."""
    return connection.client.host if connection.client else ""


def _cookie(seat: str) -> str:
    return f"seat_{seat}" if seat else "seat"
