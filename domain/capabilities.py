"""What each channel can do and what its platform allows, as data with its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Limits of one channel. Lengths are in characters unless the name says bytes; rates are sends per second over the whole bot."""

    channel: str
    buttons: bool = True
    edits: bool = True
    max_text: int = 4096
    # Of UTF-8, where the platform counts these.
    max_bytes: int | None = None
    max_buttons: int = 100
    max_label: int = 40
    choice_bytes: int = 64
    rate: float | None = None
    chat_interval: float = 0.0
    group_per_minute: int | None = None
    answers_in_response: bool = False
    # What may be said unasked is counted for each person (domain.allowance).
    counted: bool = False
    carries_private: bool = True
    # Whether it draws a card as one thing with its buttons; elsewhere cards are one text (domain.replies.laid_out).
    cards: bool = False


# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about 30 a second over all chats, 1 a second in a
# chat, 20 a minute in a group. https://core.telegram.org/bots/api#sendmessage: 4,096 characters; callback_data 1-64 bytes.
# carries_private: PIPL 38-39, Telegram never carries dispute or child data.
TELEGRAM = Capabilities(channel="telegram", rate=30.0, chat_interval=1.0, group_per_minute=20, carries_private=False)

# Our own page: no platform limits it; the lengths keep a phone's screen readable.
WEB = Capabilities(channel="web", max_text=8000, max_buttons=60, cards=True)

# WeChat: the answer goes into the response, within 5 s; without verification nothing else does. Text alone, below 2,048 bytes (about 600
# characters; dodgepudding/wechat-php-sdk#363).
WECHAT = Capabilities(channel="wechat", buttons=False, edits=False, max_text=600, max_bytes=2047, answers_in_response=True, counted=True)

# 微信客服 (WeCom): five messages within 48 hours of her word (https://developer.work.weixin.qq.com/document/path/96427), text below 2,048 bytes.
WECOM_KF = Capabilities(channel="wecom_kf", buttons=False, edits=False, max_text=600, max_bytes=2047, counted=True)

# A robot in a group of the staff, which nobody talks to: 20 messages a minute (https://developer.work.weixin.qq.com/document/path/91770).
WECOM_GROUP = Capabilities(channel="wecom_group", buttons=False, edits=False, group_per_minute=20, carries_private=False)

ALL = {c.channel: c for c in (TELEGRAM, WEB, WECHAT, WECOM_KF)}
