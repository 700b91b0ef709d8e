"""Whether a call comes from the platform, and is no old one: signatures, the window of their timestamps, and the nonces of that window.

https://developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption: SHA-1 over the sorted parts.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

# Seconds that a call's timestamp may differ from our clock.
WINDOW = 600
# The platform tries a call up to three times more.
TIMES = 4
_DIGITS = re.compile(r"[0-9]{1,12}")


def sign(*parts: str) -> str:
    """The signature over `parts`, in whatever order they come."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def same(given: str, expected: str) -> bool:
    """In constant time. As bytes: compare_digest raises on text that is not ASCII, and anybody can send such a parameter."""
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


@dataclass(slots=True)
class _Seen:
    at: float
    body: bytes
    times: int


class Nonces:
    """Each nonce of the window belongs to one body: the platform's repeats pass, another body under its signature does not."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], _Seen] = OrderedDict()

    def fresh(self, timestamp: str, nonce: str, body: bytes, *, now: float) -> Literal["yes", "old", "replayed"]:
        """Whether a call whose signature is right may be taken; `now` is the wall clock (seconds)."""
        if not _DIGITS.fullmatch(timestamp) or abs(now - int(timestamp)) > WINDOW:
            return "old"
        self._forget(now)
        digest = hashlib.sha256(body).digest()
        seen = self._seen.setdefault((timestamp, nonce), _Seen(now, digest, 0))
        if seen.body != digest or seen.times == TIMES:
            return "replayed"
        seen.times += 1
        return "yes"

    def _forget(self, now: float) -> None:
        # A timestamp may be ahead of our clock by one window and is old one window later.
        while self._seen and next(iter(self._seen.values())).at < now - 2 * WINDOW:
            self._seen.popitem(last=False)
