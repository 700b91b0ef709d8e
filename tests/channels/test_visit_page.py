"""The worker's page in a real Chromium before the real bot: filled in without network, sent once when it is back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from sqlalchemy import func, select
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from bot.app import Bot, serve
from bot.config import Settings
from domain.access import Scope
from domain.capabilities import TELEGRAM
from domain.forms import sheet
from domain.forms.schema import Choice
from domain.plain import Json
from handlers.content import Content
from storage.database import Store
from storage.people import addresses, pages, persons
from storage.staff import roles
from storage.survey import campaigns
from storage.tables.columns import table
from storage.tables.messages import Inbox
from storage.tables.people import AccessLog, Answer
from tests.channels.test_web_browser import ARGUMENTS, PHONE
from tests.conftest import MORNING
from tests.support import doors, towns
from tests.support.chat import Town
from tests.support.requires import require_chromium

pytestmark = pytest.mark.asyncio(loop_scope="module")
LISTS = {"homes": (Choice("YT01", "海风1社区"),)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    path = require_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def running(store: Store, content: Content) -> AsyncIterator[str]:
    bot = Bot(Settings(), store, content, now=lambda: MORNING)
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    task = asyncio.create_task(serve(bot, host="127.0.0.1", port=0, ready=ready.set_result, stop=stop))
    async with asyncio.timeout(20):
        address = await ready
    try:
        yield address
    finally:
        stop.set()
        await task


@dataclass
class Round:
    """A worker with her phone, two women on her list, and the bot behind it."""

    store: Store
    url: str
    context: BrowserContext
    women: list[int]
    worker: int
    key: str
    faults: list[str] = field(default_factory=list)

    async def open(self) -> Page:
        page = await self.context.new_page()
        await enter(page, self.url, self.key)
        await expect(page.get_by_role("button", name="王芳")).to_be_visible()
        return page

    async def kept(self, page: Page) -> None:
        """The page is kept by the browser: from now on it needs no network."""
        await page.evaluate("navigator.serviceWorker.ready.then(() => 0)")

    def profile(self, person: int) -> persons.Profile:
        with self.store.read() as tx:
            found = persons.profile(tx, person)
        assert found is not None
        return found

    def count(self, rows: Any, *where: Any) -> int:
        with self.store.read() as tx:
            return int(tx.execute(select(func.count()).select_from(rows).where(*where)).scalar_one())


def enrolled(store: Store, name: str, where: Scope) -> tuple[int, str]:
    """A worker who talks on Telegram, and the key of her page."""
    with store.begin() as tx:
        person = persons.add(tx, "telegram", name, language="zh", now=MORNING).person_id
        roles.give(tx, person, "grid_worker", where, now=MORNING)
        return person, pages.key(tx, person, now=MORNING)


@pytest_asyncio.fixture(loop_scope="module")
async def round_(chromium: Browser, sqlite_store: Store, content: Content) -> AsyncIterator[Round]:
    """Whatever a test does, the page breaks no content security policy and throws no error."""
    towns.small(sqlite_store)
    cell = doors.cell(sqlite_store)
    women = [
        doors.woman(sqlite_store, cell, MORNING, "王芳", building="3号楼501", phone="13900001234"),
        doors.woman(sqlite_store, cell, MORNING, "李红", building="4号楼"),
    ]
    doors.campaign(Town(sqlite_store, content, MORNING))
    worker, key = enrolled(sqlite_store, "worker", cell)
    async with running(sqlite_store, content) as url:
        context = await chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
        context.set_default_timeout(10_000)
        found = Round(sqlite_store, url, context, women, worker, key)
        context.on("weberror", lambda error: found.faults.append(str(error.error)))
        await context.expose_function("reportViolation", lambda violation: found.faults.append(violation))
        await context.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => reportViolation(`${e.violatedDirective} ${e.blockedURI}`))"
        )
        yield found
        await context.close()
        assert found.faults == []


async def enter(page: Page, url: str, key: str) -> None:
    """The link from her chat, and the button behind it."""
    await page.goto(f"{url}/visits?key={key}")
    await page.get_by_role("button", name="打开名单").click()


async def fill(page: Page, name: str = "王芳") -> None:
    """Her form as the worker fills it at the door."""
    await page.get_by_role("button", name=name).click()
    for label in ("存下我的资料好找活", "有合适的岗位发消息给我", "缝纫裁剪", "工作日上午"):
        await page.get_by_label(label, exact=True).first.check()
    await page.get_by_label("2000元以上").check()
    await page.get_by_role("button", name="填好了").click()


async def test_what_is_filled_in_without_network_is_sent_once_when_it_is_back(round_: Round) -> None:
    page = await round_.open()
    await round_.kept(page)
    await round_.context.set_offline(True)
    await page.reload()
    await expect(page.locator("#state")).to_contain_text("没有网络")
    await fill(page)
    await expect(page.locator("#sending")).to_have_text("待发送 1 · 已发送 0")
    await page.reload()
    await expect(page.locator("#sending")).to_have_text("待发送 1 · 已发送 0")
    await expect(page.get_by_role("button", name="王芳")).to_be_disabled()
    assert doors.visit_of(round_.store, round_.women[0])["status"] == "open"
    await round_.context.set_offline(False)
    await expect(page.locator("#sending")).to_have_text("待发送 0 · 已发送 1")
    profile = round_.profile(round_.women[0])
    assert (profile.skills, profile.windows, profile.min_monthly_pay_fen) == (["sewing"], "1-5 08:00-12:00", 200_000)
    assert doors.visit_of(round_.store, round_.women[0])["status"] == "done"
    assert doors.visit_of(round_.store, round_.women[0])["visited_by"] == round_.worker
    answer = table(Answer)
    assert round_.count(answer, answer.c.person_id == round_.women[0], answer.c.name == "skills") == 1
    kept = await page.evaluate("JSON.stringify(localStorage)")
    assert not [key for key in json.loads(kept) if "out:" in key or "draft" in key], "what is sent is cleared"
    assert "13900001234" not in kept


async def test_sent_twice_is_stored_once(round_: Round) -> None:
    page = await round_.open()
    bodies: list[str] = []

    async def lose_the_answer(route: Any) -> None:
        bodies.append(route.request.post_data)
        stored = await route.fetch()
        await route.abort() if len(bodies) == 1 else await route.fulfill(response=stored)

    await page.route("**/visits/answers*", lose_the_answer)
    await fill(page)
    await expect(page.locator("#state")).to_contain_text("没有网络")
    await expect(page.locator("#sending")).to_have_text("待发送 1 · 已发送 0")
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator("#sending")).to_have_text("待发送 0 · 已发送 1")
    assert len(bodies) == 2 and bodies[0] == bodies[1]
    answer, inbox = table(Answer), table(Inbox)
    assert round_.count(answer, answer.c.person_id == round_.women[0], answer.c.name == "skills") == 1
    assert round_.count(inbox, inbox.c.kind == "command") == 1


async def test_outcomes_need_no_form(round_: Round) -> None:
    page = await round_.open()
    await page.get_by_role("button", name="王芳").click()
    await page.get_by_role("button", name="不在家").click()
    await page.get_by_role("button", name="李红").click()
    await page.get_by_role("button", name="搬走了").click()
    await expect(page.locator("#sending")).to_have_text("待发送 0 · 已发送 2")
    assert [doors.visit_of(round_.store, her)["status"] for her in round_.women] == ["open", "moved"]
    assert doors.visit_of(round_.store, round_.women[0])["missed"] == 1
    await page.reload()
    await expect(page.get_by_role("button", name="李红")).to_contain_text("已发送 · 搬走了")


async def test_a_question_shows_only_where_its_condition_holds(round_: Round) -> None:
    page = await round_.open()
    await page.get_by_role("button", name="王芳").click()
    children, distance = page.locator("[data-name=children]"), page.locator("[data-name=distance_m]")
    await expect(children).to_be_hidden()
    await expect(distance).to_be_visible()
    await page.get_by_label("记孩子出生年月", exact=False).check()
    await expect(children).to_be_visible()
    await page.get_by_label("领回家做").check()
    await expect(distance).to_be_hidden()
    await page.get_by_label("去附近工坊").check()
    await expect(distance).to_be_visible()


async def test_without_consent_a_second_tap_is_asked_for(round_: Round) -> None:
    with round_.store.read() as tx:
        before = persons.profile(tx, round_.women[0])
    page = await round_.open()
    await page.get_by_role("button", name="王芳").click()
    await page.get_by_role("button", name="填好了").click()
    await expect(page.get_by_role("alert")).to_contain_text("再点一次")
    assert doors.visit_of(round_.store, round_.women[0])["status"] == "open"
    await page.get_by_role("button", name="填好了").click()
    await expect(page.locator("#sending")).to_have_text("待发送 0 · 已发送 1")
    assert doors.visit_of(round_.store, round_.women[0])["status"] == "refused"
    with round_.store.read() as tx:
        assert persons.profile(tx, round_.women[0]) == before, "what she agreed to before is not taken back by an empty page"


async def test_a_half_filled_form_outlives_a_reload_and_three_days_end_everything(round_: Round) -> None:
    page = await round_.open()
    await page.get_by_role("button", name="王芳").click()
    await page.get_by_label("缝纫裁剪", exact=True).first.check()
    await page.reload()
    await page.get_by_role("button", name="王芳").click()
    await expect(page.get_by_label("缝纫裁剪", exact=True).first).to_be_checked()
    await round_.kept(page)
    await round_.context.set_offline(True)
    await page.evaluate(
        """for (const [key, text] of Object.entries(localStorage)) {
          const kept = JSON.parse(text);
          localStorage.setItem(key, JSON.stringify({ ...kept, at: kept.at - 3 * 24 * 3600 * 1000 }));
        }"""
    )
    await page.reload()
    await expect(page.locator("#state")).to_contain_text("没有网络")
    assert await page.evaluate("Object.keys(localStorage).length") == 0


async def test_another_worker_sends_nothing_of_hers(round_: Round) -> None:
    page = await round_.open()
    await round_.kept(page)
    await round_.context.set_offline(True)
    await fill(page)
    _, other = enrolled(round_.store, "other", doors.cell(round_.store, "G2"))
    await round_.context.clear_cookies()
    await round_.context.set_offline(False)
    await enter(page, round_.url, other)
    await expect(page.locator("#state")).to_contain_text("另一位网格员")
    assert doors.visit_of(round_.store, round_.women[0])["status"] == "open"


async def test_who_is_no_worker_sees_nothing(round_: Round) -> None:
    page = await round_.context.new_page()
    await page.goto(f"{round_.url}/visits")
    await expect(page.locator("#state")).to_contain_text("请先在聊天里")
    async with httpx.AsyncClient(base_url=round_.url) as browser:
        assert (await browser.get("/visits/today")).status_code == 401
        assert (await browser.get("/visits?key=<false>")).status_code == 403
        for headers, status in (({"Origin": round_.url}, 401), ({"Origin": "https://elsewhere.example"}, 403), ({}, 403)):
            assert (await browser.post("/visits/answers", json={}, headers=headers)).status_code == status
        origin = {"Origin": round_.url}
        assert (await browser.post("/visits/open", data={"key": "false"}, headers=origin)).status_code == 403
        let_in = await browser.post("/visits/open", data={"key": round_.key}, headers=origin)
        assert let_in.headers["location"] == "/visits?as=visits"
        for body in (b"", b"[]", b"{", b'{"event": 1}', b'{"event": "short"}', b'{"event":"' + b"a" * 70_000 + b'"}'):
            assert (await browser.post("/visits/answers?as=visits", content=body, headers=origin)).status_code == 400
        for told in ({}, {"worker": "x"}, {"worker": None, "visit": "1"}):
            assert (await browser.post("/visits/answers?as=visits", json={"event": "0" * 32, **told}, headers=origin)).status_code == 200
    assert [doors.visit_of(round_.store, her)["status"] for her in round_.women] == ["open", "open"]


async def test_a_form_filled_before_the_cell_changed_hands_is_not_lost(round_: Round) -> None:
    page = await round_.open()
    cell = doors.cell(round_.store, "G2")
    with round_.store.begin() as tx:
        campaigns.moved_to(tx, round_.women[0], community_id=cell.community_id, cell_id=cell.cell_id)
    await fill(page)
    await expect(page.locator("#sending")).to_have_text("待发送 0 · 已发送 1")
    assert round_.profile(round_.women[0]).skills == ["sewing"]


async def test_taking_along_is_logged_and_a_telegram_worker_is_still_told_there(round_: Round) -> None:
    page = await round_.open()
    log = table(AccessLog)
    assert round_.count(log, log.c.action == "visits.take_along", log.c.actor_id == round_.worker) >= 2
    await fill(page)
    await expect(page.locator("#sending")).to_have_text("待发送 0 · 已发送 1")
    with round_.store.read() as tx:
        assert persons.reach(tx, round_.worker) == (TELEGRAM.channel, "worker")


async def test_the_page_is_accessible_on_a_small_phone(round_: Round) -> None:
    page = await round_.open()
    for _ in range(2):
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        if await page.get_by_role("button", name="王芳").count():
            await page.get_by_role("button", name="王芳").click()


# ----- What the engine makes of a page's answers


async def test_the_engine_decides_what_of_a_page_counts(content: Content) -> None:
    form = content.forms["intake"]
    base: dict[str, Json] = {"community": "YT01"}
    said: dict[str, Json] = {
        "consent": ["profile"],
        "children": ["2021-03"],
        "modes": ["take_home"],
        "distance_m": 800,
        "skills": ["sewing"],
        "nonsense": 1,
    }
    result, wrong = sheet.filled(form, base, said, lists=LISTS, now=MORNING)
    assert result == {"consent": ["profile"], "community": "YT01", "skills": ["sewing"], "modes": ["take_home"]} and wrong == []
    result, wrong = sheet.filled(form, base, {**said, "pay": 5, "skills": ["no such"], "phone": "12"}, lists=LISTS, now=MORNING)
    assert [question.name for question in wrong] == ["skills", "pay", "phone"] and "pay" not in result
    assert sheet.filled(form, base, {"consent": []}, lists=LISTS, now=MORNING)[0].get("consent") in (None, [])
    assert [question.name for question in sheet.filled(form, {}, said, lists=LISTS, now=MORNING)[1]] == ["community"]


async def test_only_what_is_open_is_on_the_page(content: Content) -> None:
    form = content.forms["intake"]
    names = [
        question["name"] for question in sheet.open_questions(form, {"consent": ["profile"], "community": "YT01", "skills": None}, LISTS)
    ]
    assert names == ["address", "children", "modes", "windows", "distance_m", "pay", "learn", "name", "phone", "sectors"]


async def test_a_key_opens_for_ten_minutes_and_on_one_device(sqlite_store: Store) -> None:
    towns.small(sqlite_store)
    person, key = enrolled(sqlite_store, "worker", doors.cell(sqlite_store))
    late = MORNING + pages.OPEN_FOR * 1.1
    with sqlite_store.begin() as tx:
        assert pages.opened(tx, key[:-2] + "22", "", now=MORNING) == pages.opened(tx, key, "", now=late) == ""
        address = pages.opened(tx, key, "", now=MORNING)
        found = persons.find(tx, "web", address)
        assert found is not None and found.person_id == person
        assert pages.opened(tx, key, "", now=MORNING) == pages.opened(tx, key, "somebody's", now=MORNING) == "", "a second device"
        assert pages.opened(tx, key, address, now=late) == address, "an old link still opens what is open"
        first, second = (pages.key(tx, person, now=MORNING) for _ in range(2))
        assert (pages.opened(tx, first, "", now=MORNING), pages.opened(tx, second, "", now=MORNING)) == ("", address)


async def test_a_key_opens_the_worker_s_page_and_nothing_else(round_: Round) -> None:
    async with httpx.AsyncClient(base_url=round_.url, headers={"Origin": round_.url}) as thief, httpx.AsyncClient() as messenger:
        for _ in range(3):
            assert (await messenger.get(f"{round_.url}/visits?key={round_.key}")).status_code == 200, (
                "who looks at the link uses nothing up"
            )
        elsewhere = {"Origin": "https://elsewhere.example"}
        assert (await thief.post("/visits/open", data={"key": round_.key}, headers=elsewhere)).status_code == 403
        assert (await thief.post("/visits/open", data={"key": round_.key})).status_code == 303
        assert (
            await messenger.post(f"{round_.url}/visits/open", data={"key": round_.key}, headers={"Origin": round_.url})
        ).status_code == 403
        (cookie,) = thief.cookies.jar
        assert (await thief.get("/visits/today?as=visits")).status_code == 200
        for seat in ("visits", "", "other"):
            for name in (cookie.name, "seat", "seat_other"):
                stolen = {"Cookie": f"{name}={cookie.value}"}
                # The seat of the key is none of the chat's; at any other it is a new one that is given.
                page = await messenger.get(f"{round_.url}/?as={seat}", headers=stolen)
                assert page.status_code == (400 if seat == "visits" else 200)
                assert (await messenger.post(f"{round_.url}/picture?as={seat}", headers=stolen | {"Origin": round_.url})).status_code == 403
                assert (await messenger.post(f"{round_.url}/leave?as={seat}", headers=stolen | {"Origin": round_.url})).status_code == 403
        url = f"{round_.url.replace('http', 'ws')}/chat?as=visits"
        with pytest.raises(InvalidStatus):
            await connect(url, origin=round_.url, additional_headers={"Cookie": f"{cookie.name}={cookie.value}"})  # type: ignore[arg-type]
        with round_.store.begin() as tx:
            addresses.leave(tx, "web", pages.opened(tx, round_.key, address_of(cookie.value), now=MORNING), now=MORNING)
        assert (await thief.get("/visits/today?as=visits")).status_code == 401, "ended on the server"


def address_of(cookie: str | None) -> str:
    return str(cookie).rpartition(".")[0].rpartition(".")[0]
