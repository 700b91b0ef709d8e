"""Every page of the desk in a real Chromium: without its script nothing sticks out on a phone or a screen and axe finds nothing; with it no page fails and each prints."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import httpx
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Page, Route, async_playwright
from starlette.applications import Starlette
from starlette.routing import Route as Address

from bot.desk.pages import PAGES
from channels.web.page import static
from tests.channels.test_web_browser import ARGUMENTS
from tests.desk.test_matrix import UNREACHED, World, of_a_page, page_of, world
from tests.support.desk import URL, Desk, application
from tests.support.requires import require_chromium

pytestmark = pytest.mark.asyncio(loop_scope="module")
__all__ = ["world"]
WIDTHS = (360, 1280)
# Who together get to every page.
ROLES = (("federation", "city"), ("coordinator", "community"), ("mediator", "community"), ("employer", "firm"), ("grid_worker", "cell"))


class Seen(NamedTuple):
    """One address of each page, with the cookies of who gets there."""

    address: str
    cookies: httpx.Cookies


@pytest.fixture(scope="module")
def seen(world: World) -> dict[str, Seen]:
    """By the page's path."""
    found: dict[str, Seen] = {}
    for role, scope in ROLES:
        walk(world.sits(role, scope), found)
    return found


def walk(desk: Desk, found: dict[str, Seen]) -> None:
    # A draft can be changed, and this month has figures.
    todo, tried = ["/desk/posts?status=draft", "/desk/figures?month=2026-11", "/desk"], set()
    while todo:
        address = todo.pop(0)
        path = page_of(address).path if of_a_page(address) else ""
        if not path or path in tried:
            continue
        tried.add(path)
        if desk.opens(address).status == 200 and desk.headers["content-type"].startswith("text/html"):
            found.setdefault(path, Seen(address, desk.client.cookies))
            here = address.partition("?")[0]
            todo += [f"{here}{link}" if link.startswith("?") else link for link in desk.links()]


@pytest_asyncio.fixture(loop_scope="module")
async def context(world: World) -> AsyncIterator[BrowserContext]:
    """A browser whose every request the application answers, but for the desk's script, which never comes."""
    async with browser(world) as opened:
        await opened.add_init_script(Axe().axe_script)
        await opened.route("**/desk.js*", lambda route: route.abort())
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def scripted(world: World) -> AsyncIterator[BrowserContext]:
    """The same with the script, whose stream of news never begins."""
    async with browser(world) as opened:
        await opened.route("**/desk/events*", lambda route: route.abort())
        yield opened


@asynccontextmanager
async def browser(world: World) -> AsyncIterator[BrowserContext]:
    path = require_chromium()
    app = Starlette(routes=[*application(world.districts).routes, Address("/static/{name}", static)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as client, async_playwright() as playwright:

        async def answer(route: Route) -> None:
            cookie = (await route.request.all_headers()).get("cookie", "")
            answered = await client.get(route.request.url, headers={"cookie": cookie})
            headers = {name: value for name, value in answered.headers.items() if name != "content-encoding"}
            await route.fulfill(status=answered.status_code, headers=headers, body=answered.content)

        chromium = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        opened = await chromium.new_context(locale="zh-CN")
        await opened.route("**/*", answer)
        yield opened
        await chromium.close()


async def sits(context: BrowserContext, cookies: httpx.Cookies) -> None:
    """Who these cookies are of is at the desk."""
    await context.clear_cookies()
    await context.add_cookies([{"name": name, "value": value, "url": URL} for name, value in cookies.items()])


async def test_every_page_is_as_wide_as_the_window_and_open_to_all(context: BrowserContext, seen: dict[str, Seen]) -> None:
    faults, page = [], await context.new_page()
    for place, (path, (address, cookies)) in enumerate(seen.items()):
        await sits(context, cookies)
        await page.goto(f"{URL}{address}")
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 800})
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            faults += [f"{path} sticks out by {wide} px at {width} px"] if wide > 0 else []
        # Each page at one of the widths, in turn: what is on it is the same at both.
        await page.set_viewport_size({"width": WIDTHS[place % 2], "height": 800})
        said = await page.evaluate("axe.run({resultTypes: ['violations']}).then((found) => found.violations)")
        faults += [f"{path}: {one['id']} {[node['html'] for node in one['nodes'][:3]]}" for one in said]
    assert faults == [], json.dumps(faults, ensure_ascii=False, indent=1)
    html = {page.path for page in PAGES} - UNREACHED
    assert {path for path in html if not path.endswith(("workbook", "word", "template", "export", "csv", "png"))} - set(seen) == set()


async def test_with_its_script_no_page_fails_and_each_prints(scripted: BrowserContext, seen: dict[str, Seen]) -> None:
    faults: list[str] = []
    page = await scripted.new_page()
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    for path, (address, cookies) in seen.items():
        await sits(scripted, cookies)
        await page.goto(f"{URL}{address}")
        printed = await page.pdf(format="A4")
        faults += [] if printed.startswith(b"%PDF") and printed.count(b"/Type /Page") > 1 else [f"{path} does not print"]
    assert faults == []


async def test_a_woman_is_found_and_opened_by_the_keyboard_alone(scripted: BrowserContext, seen: dict[str, Seen]) -> None:
    await sits(scripted, seen["/desk/figures"].cookies)
    page = await scripted.new_page()
    await page.goto(f"{URL}/desk")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip", "over the menu at once"
    await page.keyboard.press("Enter")
    await tabbed_to(page, "#words")
    await page.keyboard.type("王甲")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/desk/people?**")
    await tabbed_to(page, "td a")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/desk/people/*")
    assert "王" in await page.inner_text("h1")


async def tabbed_to(page: Page, selector: str) -> None:
    """From key to key until it has the focus."""
    for _ in range(80):
        if await page.evaluate("(one) => document.activeElement.matches(one)", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {selector}")
