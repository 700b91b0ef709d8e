"""What is set at WeChat from here: the menu, and codes to scan."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from bot.config import Settings, read
from bot.wechat_menu import load
from channels.wechat import menu
from channels.wechat.client import Client
from domain.errors import SendError

Result = TypeVar("Result")
# A temporary code lasts thirty days at most (doc/offiaccount/Account_Management/Generating_a_Parametric_QR_Code).
LONGEST = 2_592_000


def set_menu(config: Path | None) -> int:
    """Set the menu of content/wechat_menu.yaml; how many items. Raises ContentError, and ValueError with the platform's reason."""
    settings = read(config)
    columns = load()
    page = f"{settings.public_url}/wechat/page"
    called(settings, lambda client: client.call("/cgi-bin/menu/create", menu.body(columns, page)))
    return sum(len(column.items) or 1 for column in columns)


def scan_code(config: Path | None, scene: str, *, days: int | None) -> str:
    """The text of a code that opens the account and says `scene`; for `days` (at most 30), else for ever."""
    if not 1 <= len(scene) <= 64:
        raise ValueError("场景值是 1 到 64 个字符")
    body: dict[str, object] = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
    if days is not None:
        body |= {"action_name": "QR_STR_SCENE", "expire_seconds": min(days * 86_400, LONGEST)}
    answer = called(read(config), lambda client: client.call("/cgi-bin/qrcode/create", body))
    return str(answer["url"])


def called(settings: Settings, work: Callable[[Client], Awaitable[Result]]) -> Result:
    """Run one call with the account of the settings. Raises ValueError in words for who runs the command."""
    account = settings.channels.wechat
    if not account.enabled or not (account.app_id and account.app_secret):
        raise ValueError("设置里没有打开 channels.wechat，或者没写 app_id、app_secret")

    async def run() -> Result:
        client = Client(account.app_id, account.app_secret, account.api_base)
        try:
            return await work(client)
        finally:
            await client.close()

    try:
        return asyncio.run(run())
    except SendError as error:
        raise ValueError(f"微信没有接受：{reason(error)}") from None


def reason(error: SendError) -> str:
    """A refusal of the platform in words for who sets it up."""
    return REASONS.get(error.why, error.why)


REASONS = {
    "app_id": "app_id 不对",
    "app_secret": "app_secret 不对",
    "ip_not_allowed": "这台机器的 IP 不在公众号后台的白名单里",
    "no_right": "公众号没有这个接口的权限（没认证？）",
    "quota": "今天的调用次数用完了",
    "unreachable": "连不上微信的接口地址",
    "token": "access_token 不被接受",
    "banned": "公众号的接口被封了",
}
