"""The platform's errors, which stand in the body of HTTP 200, each as one of our own kinds.

Codes and meanings: doc/service/api/customer/message/api_sendcustommessage, doc/service/api/notify/notify/api_sendnewsubscribemsg, and
WxJava's WxMpErrorMsgEnum of 2025-01. WeCom's: https://developer.work.weixin.qq.com/document/path/90313.
"""

from __future__ import annotations

from typing import NamedTuple

from domain.errors import SendError, SendErrorKind


class Meaning(NamedTuple):
    """What an error means for the row that met it; `after` (seconds) where the platform wants a pause."""

    kind: SendErrorKind
    why: str
    after: float | None = None


# She switched messages of this account off: nothing goes to her until she writes again.
SWITCHED_OFF = "switched_off"
# The token is refused: it is fetched anew, once.
TOKEN = frozenset((40001, 40014, 42001))
# The account may not do this: replies go out in the response, the rest waits for her next word, and readiness tells it.
NO_RIGHT = "no_right"

# The platform took this message under its id before.
SENT_BEFORE = "sent_before"

ERRORS: dict[int, Meaning] = {
    -1: Meaning("retry", "busy"),
    40001: Meaning("misconfigured", "token"),
    40002: Meaning("misconfigured", "grant_type"),
    40003: Meaning("gone", "openid"),
    40013: Meaning("misconfigured", "app_id"),
    40014: Meaning("misconfigured", "token"),
    40037: Meaning("rejected", "template"),
    40125: Meaning("misconfigured", "app_secret"),
    40164: Meaning("misconfigured", "ip_not_allowed"),
    40200: Meaning("rejected", "account_type"),
    41030: Meaning("rejected", "page"),
    42001: Meaning("misconfigured", "token"),
    43004: Meaning("gone", "not_following"),
    43019: Meaning("gone", "blacklisted"),
    43101: Meaning("window_closed", SWITCHED_OFF),
    45002: Meaning("rejected", "too_long"),
    45009: Meaning("throttled", "quota", 600),
    45011: Meaning("throttled", "too_fast", 60),
    45015: Meaning("window_closed", "window"),
    45047: Meaning("window_closed", "count"),
    45065: Meaning("rejected", SENT_BEFORE),
    45066: Meaning("throttled", "same_within_a_minute", 60),
    45067: Meaning("rejected", "clientmsgid"),
    47003: Meaning("rejected", "template_field"),
    48001: Meaning("window_closed", NO_RIGHT),
    48002: Meaning("window_closed", SWITCHED_OFF),
    48004: Meaning("misconfigured", "banned"),
    48008: Meaning("rejected", "message_type"),
    50002: Meaning("misconfigured", "limited"),
    # WeCom; those from 95000 on as people met them, not read in a page of its own.
    41001: Meaning("misconfigured", "token"),
    45033: Meaning("throttled", "too_many_at_once", 1),
    93000: Meaning("misconfigured", "robot_address"),
    95000: Meaning("misconfigured", "open_kfid"),
    95001: Meaning("window_closed", "count"),
    95002: Meaning("window_closed", "window"),
    95013: Meaning("window_closed", "state"),
    95016: Meaning("window_closed", "state"),
    95018: Meaning("window_closed", "state"),
}


def send_error(errcode: int, said: str = "") -> SendError:
    """What the sender does about an error; one that nobody knows is a failure under its own number.

    That our own msgid was there before has no number in the pages (path/96427), so it is known by what is said of it.
    """
    unknown = Meaning("rejected", SENT_BEFORE if "msgid" in said.lower() else f"errcode_{errcode}")
    meaning = ERRORS.get(errcode, unknown)
    return SendError(meaning.kind, meaning.why, after=meaning.after)
