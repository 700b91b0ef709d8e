"""The page inside WeChat: who the platform vouches for, only where this browser asked, and each code once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from wechatpy.client.api import WeChatJSAPI

from handlers.content import Content
from storage.database import Store
from storage.people import persons
from tests.support import towns
from tests.support.wechat_bot import Line, life, settings
from tests.support.wechat_server import SECRET, WeChatServer


@pytest.fixture
async def server() -> AsyncIterator[WeChatServer]:
    async with WeChatServer() as found:
        yield found


@pytest.fixture
async def line(server: WeChatServer, sqlite_store: Store, content: Content, now: datetime) -> AsyncIterator[Line]:
    towns.small(sqlite_store)
    account = life(
        sqlite_store, content, lambda: now, verified=True, app_secret=SECRET, api_base=server.url, verify_file="MP_verify_AbC123.txt"
    )
    async with account as found:
        yield found


async def sent_there(line: Line) -> dict[str, list[str]]:
    """What the menu's page asks the platform."""
    response = await line.client.get("/wechat/page")
    assert response.status_code == 302 and response.headers["location"].endswith("#wechat_redirect")
    return parse_qs(urlsplit(response.headers["location"]).query)


def code_for(server: WeChatServer, openid: str) -> str:
    server.account.codes["c1"] = openid
    return "c1"


async def test_she_is_the_same_person_on_the_page(line: Line, server: WeChatServer) -> None:
    await line.says("o1", "你是谁")
    asked = await sent_there(line)
    assert asked["scope"] == ["snsapi_base"] and asked["redirect_uri"][0].endswith("/wechat/entered")
    query = {"code": code_for(server, "o1"), "state": asked["state"][0]}
    response = await line.client.get("/wechat/entered", params=query)
    assert (response.status_code, response.headers["location"]) == (303, "/")
    seat = line.client.cookies["seat"].split(".")[0]
    with line.bot.store.read() as tx:
        there, here = persons.find(tx, "web", seat), persons.find(tx, "wechat", "o1")
        assert there is not None and here is not None and there.person_id == here.person_id
        # She is still told things where she talks.
        assert persons.reach(tx, here.person_id) == ("wechat", "o1")


async def test_nobody_is_brought_in_by_somebody_elses_code(line: Line, server: WeChatServer) -> None:
    asked = await sent_there(line)
    state = asked["state"][0]
    for query in ({"code": "c1"}, {"state": state}, {"code": "c1", "state": "x" * 32}, {"code": "wrong", "state": state}):
        code_for(server, "o1")
        response = await line.client.get("/wechat/entered", params=query)
        assert response.status_code == 403 and "seat" not in line.client.cookies
    async with httpx.AsyncClient(transport=line.client._transport, base_url="http://bot") as stranger:
        response = await stranger.get("/wechat/entered", params={"code": code_for(server, "o1"), "state": state})
        assert response.status_code == 403


async def test_a_code_is_good_once(line: Line, server: WeChatServer) -> None:
    asked = await sent_there(line)
    query = {"code": code_for(server, "o1"), "state": asked["state"][0]}
    assert (await line.client.get("/wechat/entered", params=query)).status_code == 303
    assert (await line.client.get("/wechat/entered", params=query)).status_code == 403


async def test_the_domain_is_proved(line: Line) -> None:
    response = await line.client.get("/MP_verify_AbC123.txt")
    assert response.text == "AbC123" and response.headers["content-type"].startswith("text/plain")
    assert (await line.client.get("/MP_verify_other.txt")).status_code == 404


async def test_the_page_for_notices_is_signed_as_the_platform_checks_it(
    server: WeChatServer, sqlite_store: Store, content: Content, now: datetime
) -> None:
    towns.small(sqlite_store)
    account = life(
        sqlite_store,
        content,
        lambda: now,
        verified=True,
        app_secret=SECRET,
        api_base=server.url,
        grants={"answer": "G_1-a", "appointment": "G2"},
    )
    async with account as line:
        elsewhere = await line.client.get("/wechat/allow")
        assert "微信里打开" in elsewhere.text and not server.account.calls
        line.client.headers["user-agent"] = "Mozilla/5.0 MicroMessenger/8.0.50"
        shown = [await line.client.get("/wechat/allow?from=chat") for _ in range(2)]
    said = [dict(re.findall(r'(appId|timestamp|nonceStr|signature): "?([^",]+)"?', one.text)) for one in shown]
    assert 'template="G_1-a,G2"' in shown[0].text and said[0]["nonceStr"] != said[1]["nonceStr"]
    signer, base = WeChatJSAPI(None).get_jsapi_signature, settings(sqlite_store.url).public_url
    for one in said:
        assert one["signature"] == signer(one["nonceStr"], "ticket-of-the-page", one["timestamp"], f"{base}/wechat/allow?from=chat")
    # One ticket serves all pages.
    assert [path for path, _ in server.account.calls].count("/cgi-bin/ticket/getticket") == 1


async def test_without_templates_there_is_no_such_page(line: Line) -> None:
    assert (await line.client.get("/wechat/allow")).status_code == 404
