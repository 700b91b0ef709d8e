"""Settings of the channels: where people write from, and what each platform needs for that."""

from __future__ import annotations

import re
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

_AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}")


class Section(BaseModel):
    """A part of the settings; keys it does not know are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Telegram(Section):
    """The Telegram channel; `webhook` needs `web.public_url` and a secret."""

    enabled: bool = False
    token: str = ""
    # The bot's name without @, for links that open a chat with it (t.me/name).
    username: str = Field(default="", pattern=r"^[A-Za-z0-9_]*$")
    mode: Literal["polling", "webhook"] = "polling"
    webhook_secret: str = ""
    api_base: str = "https://api.telegram.org"
    # Sends a second over all chats; lower it where the platform says so, raise it for paid broadcast.
    rate: float = Field(default=30, gt=0)
    chat_interval: float = Field(default=1, ge=0)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.enabled and not self.token:
            raise ValueError("打开了 telegram 就要写 token")
        if self.enabled and self.mode == "webhook" and not self.webhook_secret:
            raise ValueError("mode: webhook 要写 webhook_secret")
        return self


class WeChat(Section):
    """A service or subscription account; without verification it can only answer what people say to it."""

    enabled: bool = False
    app_id: str = ""
    app_secret: str = ""
    token: str = ""
    # EncodingAESKey; empty is plain mode. While it is being changed, `previous_aes_key` still opens what was made with it.
    aes_key: str = ""
    previous_aes_key: str = ""
    verified: bool = False
    # Template messages and subscription notices (订阅通知): the template's id by the kind of notice.
    templates: dict[str, str] = {}
    grants: dict[str, str] = {}
    # Lists as links (weixin://bizmsgmenu). A typed number may be worth more: it opens the long window, a tap perhaps only the short one.
    tap_links: bool = False
    # The file that proves to the platform whose domain this is: its name (MP_verify_….txt).
    verify_file: str = Field(default="", pattern=r"^(MP_verify_[A-Za-z0-9]{1,64}\.txt)?$")
    api_base: str = "https://api.weixin.qq.com"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.enabled:
            return self
        if not self.token:
            raise ValueError("打开了 wechat 就要写 token")
        if self.aes_key and not self.app_id:
            raise ValueError("写了 aes_key 就要写 app_id")
        if self.verified and not (self.app_id and self.app_secret):
            raise ValueError("verified: yes 要写 app_id 和 app_secret")
        _check_keys(*filter(None, (self.aes_key, self.previous_aes_key)))
        _check_api(self.api_base, like="https://api.weixin.qq.com")
        return self

    @property
    def aes_keys(self) -> tuple[str, ...]:
        """The present key first; none in plain mode."""
        return tuple(key for key in (self.aes_key, self.previous_aes_key) if key) if self.aes_key else ()


class WeCom(Section):
    """A robot in a group of the staff: its address is its secret."""

    enabled: bool = False
    robot_url: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.enabled and urlsplit(self.robot_url).scheme not in ("http", "https"):
            raise ValueError("打开了 wecom 就要写 robot_url（群机器人的 Webhook 地址）")
        return self


class WeComKf(Section):
    """微信客服 of a firm in WeCom: people write to it in WeChat, and it answers within five messages in 48 hours."""

    enabled: bool = False
    corp_id: str = ""
    # Of 微信客服 itself, no other application's.
    secret: str = ""
    open_kfid: str = ""
    token: str = ""
    aes_key: str = ""
    api_base: str = "https://qyapi.weixin.qq.com"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.enabled:
            return self
        for name in ("corp_id", "secret", "open_kfid", "token", "aes_key"):
            if not getattr(self, name):
                raise ValueError(f"打开了 wecom_kf 就要写 {name}")
        _check_keys(self.aes_key)
        _check_api(self.api_base, like="https://qyapi.weixin.qq.com")
        return self


class Channels(Section):
    """Where people write from. The web page is always there."""

    telegram: Telegram = Telegram()
    wechat: WeChat = WeChat()
    wecom: WeCom = WeCom()
    wecom_kf: WeComKf = WeComKf()


def _check_keys(*keys: str) -> None:
    if not all(_AES_KEY.fullmatch(key) for key in keys):
        raise ValueError("aes_key 是 43 个字母和数字（EncodingAESKey）")


def _check_api(address: str, *, like: str) -> None:
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        raise ValueError(f"api_base 不是网址；它像 {like}")
