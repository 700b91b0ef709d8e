"""Her file over HTTP: looking at the link gives a page, only the button gives the file."""

from __future__ import annotations

from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from channels.web.download import Download, route


def browser() -> tuple[AsyncClient, list[str]]:
    asked: list[str] = []

    def exports(token: str) -> Download | None:
        asked.append(token)
        return Download(b"PK", "我的资料.xlsx", "application/zip") if token == "good" else None

    transport = ASGITransport(Starlette(routes=[route(exports)]))
    return AsyncClient(transport=transport, base_url="http://test"), asked


async def test_a_look_at_the_link_never_makes_the_file() -> None:
    page, asked = browser()
    shown = await page.get("/my-data/good")
    assert shown.status_code == 200 and "保存文件" in shown.text and asked == []
    assert (await page.head("/my-data/good")).status_code == 200 and asked == []


async def test_the_button_gives_the_file_and_nobody_keeps_a_copy() -> None:
    page, _ = browser()
    file = await page.post("/my-data/good")
    assert file.content == b"PK" and "attachment" in file.headers["content-disposition"]
    assert file.headers["cache-control"] == "no-store" and file.headers["referrer-policy"] == "no-referrer"


async def test_an_old_or_made_up_link_says_what_to_do() -> None:
    page, asked = browser()
    assert (await page.post("/my-data/bad")).status_code == 410
    assert "存成文件" in (await page.post("/my-data/bad")).text
    assert (await page.post("/my-data/" + "x" * 5000)).status_code == 410 and len(asked[-1]) < 400


async def test_in_wechat_she_is_told_where_it_works() -> None:
    page, asked = browser()
    page.headers["user-agent"] = "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"
    for shown in (await page.get("/my-data/good"), await page.post("/my-data/good")):
        assert "在浏览器打开" in shown.text
    assert not asked
