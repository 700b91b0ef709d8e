"""`check --online`: what is missing between us and WeChat, asked there: each line says what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bot.channel_settings import WeChat
from bot.commands.wechat import reason
from bot.config import Settings, read
from channels.wechat.callback import PATH
from channels.wechat.client import Client
from channels.wechat.crypto import MessageCipher
from channels.wechat.signature import sign
from channels.wecom.kf import PATH as KF_PATH
from channels.wecom.kf import KfClient
from domain.errors import SendError

SECONDS = 10.0
# A person that nobody is: an account that may send is told so (40003), one that may not 48001.
NOBODY = "nobody"


def check(config: Path | None) -> list[str]:
    """What is wrong; nothing where no account is on."""
    settings = read(config)
    return asyncio.run(_all(settings))


async def _all(settings: Settings) -> list[str]:
    channels = settings.channels
    wrong = await _account(settings) if channels.wechat.enabled else []
    return [*wrong, *(await _customer_service(settings) if channels.wecom_kf.enabled else [])]


async def _customer_service(settings: Settings) -> list[str]:
    """微信客服: our address, the secret, and whether the account is there."""
    account = settings.channels.wecom_kf
    timestamp, nonce, said = "1409659589", "263014780", "4375120948345356249"
    encrypted = MessageCipher(account.aes_key, account.corp_id).encrypt(said.encode())
    query = {"timestamp": timestamp, "nonce": nonce, "echostr": encrypted}
    query["msg_signature"] = sign(account.token, timestamp, nonce, encrypted)
    wrong = await _address(settings, KF_PATH, query, said)
    client = KfClient(account.corp_id, account.secret, account.api_base)
    try:
        listed = (await client.call("/cgi-bin/kf/account/list", {"offset": 0, "limit": 100})).get("account_list")
    except SendError as error:
        return [*wrong, f"微信客服的接口用不了：{reason(error)}。secret 要用“微信客服”自己的"]
    finally:
        await client.close()
    there = {str(one.get("open_kfid")) for one in listed} if isinstance(listed, list) else set()
    return wrong if account.open_kfid in there else [*wrong, f"channels.wecom_kf.open_kfid：没有客服账号 {account.open_kfid}"]


async def _account(settings: Settings) -> list[str]:
    account = settings.channels.wechat
    timestamp, nonce, said = "1714036504", "1514711492", "4375120948345356249"
    query = {"signature": sign(account.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce, "echostr": said}
    wrong = await _address(settings, PATH, query, said)
    if not (account.app_id and account.app_secret):
        return wrong
    client = Client(account.app_id, account.app_secret, account.api_base)
    try:
        await client.token()
    except SendError as error:
        return [*wrong, f"取不到 access_token：{reason(error)}"]
    else:
        return [*wrong, *(await _rights(client, account) if account.verified else [])]
    finally:
        await client.close()


async def _address(settings: Settings, path: str, query: Mapping[str, str], said: str) -> list[str]:
    """Whether the platform would find us, and be answered what it said."""
    if not settings.web.public_url:
        return [f"没有写 web.public_url：微信要从外面找到 {path}"]
    if urlsplit(settings.web.public_url).scheme != "https":
        return ["web.public_url 不是 https：微信里的网页会打不开"]
    url = f"{settings.public_url}{path}"
    try:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url, params=query) as answer:
            right = answer.status == 200 and await answer.text() == said
    except (aiohttp.ClientError, TimeoutError, OSError):
        return [f"从这里打不开 {url}：看看服务开着没有、防火墙、证书"]
    return [] if right else [f"{url} 回的不对：token 和微信后台写的一样吗？"]


async def _rights(client: Client, account: WeChat) -> list[str]:
    wrong = []
    if why := await _refused(lambda: client.call("/cgi-bin/message/custom/send", _nothing()), expected="openid"):
        wrong.append(f"客服消息发不了：{why}")
    if account.grants:
        try:
            await client.ticket()
        except SendError as error:
            wrong.append(f"允许订阅通知的网页（/wechat/allow）签不了名：{reason(error)}")
    for name, kind, path, field, id_field in (
        ("templates", account.templates, "/cgi-bin/template/get_all_private_template", "template_list", "template_id"),
        ("grants", account.grants, "/wxaapi/newtmpl/gettemplate", "data", "priTmplId"),
    ):
        if kind:
            wrong += await _templates(client, name, kind, path, field, id_field)
    return wrong


def _nothing() -> dict[str, object]:
    return {"touser": NOBODY, "msgtype": "text", "text": {"content": "."}}


async def _templates(client: Client, name: str, wanted: dict[str, str], path: str, field: str, id_field: str) -> list[str]:
    try:
        listed = (await client.ask(path)).get(field)
    except SendError as error:
        return [f"{name} 的模板查不了：{reason(error)}"]
    there = {str(one.get(id_field)) for one in listed} if isinstance(listed, list) else set()
    return [f"channels.wechat.{name}.{kind}：公众号里没有模板 {one}" for kind, one in wanted.items() if one not in there]


async def _refused(call: Callable[[], Awaitable[object]], *, expected: str) -> str:
    """Why a call that can only fail failed, where that is not the expected reason."""
    try:
        await call()
    except SendError as error:
        return "" if error.why == expected else reason(error)
    return ""
