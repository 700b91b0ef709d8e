"""What WeChat sends: its XML, signed and encrypted by wechatpy, which is an implementation of its own."""

from __future__ import annotations

import itertools
import time
from typing import Any
from xml.etree import ElementTree

from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

TOKEN, APP_ID, ACCOUNT = "hai-feng-token", "wx0123456789abcdef", "gh_0123456789ab"
AES_KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
OLD_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

_ids = itertools.count(24_000_000_000_000_001)
_nonces = itertools.count(415_670_741)

Call = tuple[dict[str, str], bytes]


def message(sender: str, kind: str = "text", *, at: int = 0, msg_id: int | None = None, raw: str = "", **more: str | int) -> str:
    """A message as it stands in the platform's pages; nested elements are given as XML in `raw`."""
    fields: dict[str, str | int] = {
        "ToUserName": ACCOUNT,
        "FromUserName": sender,
        "CreateTime": at or int(time.time()),
        "MsgType": kind,
        **more,
    }
    if kind != "event":
        fields["MsgId"] = next(_ids) if msg_id is None else msg_id
    inner = "\n".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())
    return f"<xml>\n{inner}\n{raw}</xml>"


def event(sender: str, name: str, key: str = "", *, at: int = 0, raw: str = "", **fields: str | int) -> str:
    return message(sender, "event", at=at, msg_id=None, raw=raw, Event=name, EventKey=key, **fields)


def _value(value: str | int) -> str:
    return str(value) if isinstance(value, int) else f"<![CDATA[{value}]]>"


def signature(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def plain(content: str, *, at: int | None = None, nonce: str = "", token: str = TOKEN, openid: str = "") -> Call:
    """A call in plain mode: its query and its body."""
    timestamp, nonce = str(int(time.time()) if at is None else at), nonce or str(next(_nonces))
    query = {"signature": signature(token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    return query | ({"openid": openid} if openid else {}), content.encode()


def safe(content: str, *, at: int | None = None, nonce: str = "", key: str = AES_KEY, app_id: str = APP_ID, openid: str = "") -> Call:
    """A call in safe mode."""
    query, _ = plain("", at=at, nonce=nonce, openid=openid)
    crypto = WeChatCrypto(TOKEN, key, app_id)
    sealed = ElementTree.fromstring(crypto.encrypt_message(content, query["nonce"], query["timestamp"]))
    encrypted = sealed.findtext("Encrypt") or ""
    query |= {"encrypt_type": "aes", "msg_signature": signature(TOKEN, query["timestamp"], query["nonce"], encrypted)}
    body = f"<xml>\n    <ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>\n    <Encrypt><![CDATA[{encrypted}]]></Encrypt>\n</xml>\n"
    return query, body.encode()


def opened(body: bytes, *, key: str = AES_KEY) -> str:
    """An encrypted answer, opened and its signature checked by wechatpy."""
    root = ElementTree.fromstring(body)
    crypto = WeChatCrypto(TOKEN, key, APP_ID)
    said = crypto.decrypt_message(body, root.findtext("MsgSignature"), root.findtext("TimeStamp"), root.findtext("Nonce"))
    return said.decode() if isinstance(said, bytes) else str(said)


def answer(body: bytes | str) -> dict[str, Any]:
    """The elements of an answer in the response, read by a parser of its own; none twice."""
    root = ElementTree.fromstring(body)
    names = [child.tag for child in root]
    assert len(names) == len(set(names)), names
    return {child.tag: child.text or "" for child in root}
