"""The page in a real Chromium: what a mother sees, also where the network fails in the middle."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, FilePayload, Locator, Page, ViewportSize, async_playwright, expect

from domain.messages import Button, Outbound
from tests.support.requires import require_chromium
from tests.support.web_bot import GREETING, PICTURES, SKILLS, Served, WebBot

pytestmark = pytest.mark.asyncio(loop_scope="module")

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: ViewportSize = {"width": 360, "height": 640}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    path = require_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
def bot() -> WebBot:
    return WebBot()


@pytest_asyncio.fixture(loop_scope="module")
async def served(bot: WebBot) -> AsyncIterator[Served]:
    served = Served(bot)
    await served.start()
    yield served
    await served.kill()


@dataclass
class Phone:
    """One browser of one mother."""

    context: BrowserContext
    url: str
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def open(self, query: str = "") -> Chat:
        page = await self.context.new_page()
        await page.goto(f"{self.url}/{query}")
        return Chat(page)


class Chat:
    """An open page, spoken of as she sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log = page.get_by_role("log")
        self.text = page.get_by_role("textbox")

    def bubbles(self, side: str = "") -> Locator:
        return self.log.locator(f".message{side and f'.{side}'} .bubble")

    async def greeted(self) -> None:
        await expect(self.bubbles("bot").last).to_have_text(GREETING)

    async def says(self, text: str) -> None:
        await self.text.fill(text)
        await self.page.get_by_role("button", name="发送").click()

    async def taps(self, label: str) -> None:
        await self.log.get_by_role("button", name=label, exact=True).last.click()

    async def hears(self, text: str) -> None:
        await expect(self.bubbles("bot").last).to_have_text(text)

    async def texts(self, side: str) -> list[str]:
        return await self.bubbles(side).all_inner_texts()

    async def sideways(self) -> int:
        """How many pixels one could scroll sideways, in the page or in the conversation."""
        found: int = await self.page.evaluate(
            "Math.max(...[document.documentElement, document.getElementById('log')].map((e) => e.scrollWidth - e.clientWidth))"
        )
        return found


@pytest_asyncio.fixture(loop_scope="module")
async def phone(chromium: Browser, served: Served) -> AsyncIterator[Phone]:
    """Whatever a test does, the page asks no other host for anything, breaks no content security policy and throws no error."""
    context = await chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
    context.set_default_timeout(10_000)
    phone = Phone(context, served.url)
    context.on("request", lambda request: phone.requests.append(request.url))
    context.on("weberror", lambda error: phone.faults.append(str(error.error)))
    await context.expose_function("reportViolation", lambda violation: phone.faults.append(violation))
    await context.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => reportViolation(`${e.violatedDirective} ${e.blockedURI}`))"
    )
    yield phone
    await context.close()
    assert phone.faults == []
    assert phone.requests
    assert [url for url in phone.requests if not url.startswith((served.url, "data:"))] == []


# ----- A conversation


async def test_first_visit_is_greeted_once(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    assert await chat.texts("me") == []
    assert bot.said("start") == 1


async def test_tap_is_answered(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    await chat.taps("先看看有什么活儿")
    await expect(chat.bubbles("bot")).to_have_count(4)
    assert await chat.texts("me") == ["先看看有什么活儿"]
    assert bot.inbounds[-1].message_ref == "2"


async def test_words_are_answered(phone: Phone) -> None:
    chat = await phone.open()
    await chat.greeted()
    await chat.says("上午有空\n下午不行")
    await chat.hears("收到：上午有空\n下午不行")
    await expect(chat.text).to_have_value("")
    await expect(chat.page.locator(".status:not(:empty)")).to_have_count(0)


async def test_toggles_are_redrawn_in_place(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.taps("填一填我的情况")
    sewing = chat.log.get_by_role("checkbox", name="缝纫裁剪")
    await expect(sewing).not_to_be_checked()
    await sewing.click()
    await expect(sewing).to_be_checked()
    await expect(sewing).to_be_focused()
    await chat.log.get_by_role("checkbox", name="编织钩针").click()
    await chat.hears("您会做哪些？可以选几样。\n已选 2 样。")
    await sewing.click()
    await expect(sewing).not_to_be_checked()
    await expect(chat.bubbles("bot")).to_have_count(2)
    assert await chat.texts("me") == ["填一填我的情况"]
    assert {inbound.message_ref for inbound in bot.inbounds if inbound.choice.startswith("toggle:")} == {"4"}


async def test_redrawing_tap_says_nothing_also_after_reload(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    await bot.say(bot.inbounds[0].sender, Outbound(text="这是第一页。", buttons=((Button("✅ 看第二页", "more"),),)))
    await chat.taps("✅ 看第二页")
    await chat.hears("这是第二页。")
    await chat.says("好")
    await chat.hears("收到：好")
    assert await chat.texts("me") == ["好"]
    await chat.page.reload()
    await chat.hears("收到：好")
    assert await chat.bubbles().all_inner_texts() == [GREETING, "这是第二页。", "好", "收到：好"]


async def test_slow_redraw_takes_its_bubble_back(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.taps("填一填我的情况")
    bot.answers.clear()
    sewing = chat.log.get_by_role("checkbox", name="缝纫裁剪")
    await sewing.click()
    await expect(chat.bubbles("me")).to_have_text(["填一填我的情况", "☐ 缝纫裁剪"])
    bot.answers.set()
    await expect(sewing).to_be_checked()
    await expect(chat.bubbles("me")).to_have_text(["填一填我的情况"])


async def test_older_replies_are_quiet_but_work(phone: Phone) -> None:
    chat = await phone.open()
    await chat.greeted()
    newest = chat.log.get_by_role("button", name="先看看有什么活儿")
    large = await newest.bounding_box()
    await chat.says("你好")
    await chat.hears("收到：你好")
    quiet = await newest.bounding_box()
    assert large and quiet and large["height"] > quiet["height"] >= 44
    await newest.click()
    await expect(chat.bubbles("bot")).to_have_count(5)


async def test_typing_is_shown_between_her_words_and_the_answer(phone: Phone, bot: WebBot, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = await phone.open()
    await chat.greeted()
    with monkeypatch.context() as patch:
        patch.setattr(bot, "_answers", lambda _: [])
        await chat.says("你好")
        await expect(chat.log.locator(".typing")).to_have_count(1)
    await bot.say(bot.inbounds[-1].sender, Outbound(text="来了"))
    await chat.hears("来了")
    await expect(chat.log.locator(".typing")).to_have_count(0)


async def test_reload_keeps_the_conversation(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    await chat.says("你好")
    await chat.hears("收到：你好")
    await chat.taps("填一填我的情况")
    await chat.log.get_by_role("checkbox", name="缝纫裁剪").click()
    await chat.hears("您会做哪些？可以选几样。\n已选 1 样。")
    before = await chat.bubbles().all_inner_texts()
    said = len(bot.inbounds)
    await chat.page.reload()
    await expect(chat.bubbles()).to_have_text(before)
    await expect(chat.log.get_by_role("checkbox", name="缝纫裁剪")).to_be_checked()
    assert len(bot.inbounds) == said, "a reload says nothing by itself"


async def test_invitation_is_sent_once(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open("?as=coordinator&start=AB12-x")
    await chat.greeted()
    assert bot.said("start AB12-x") == 1
    assert chat.page.url.endswith("/?as=coordinator")
    await chat.page.reload()
    await chat.greeted()
    assert [inbound.text for inbound in bot.inbounds] == ["start AB12-x"]


async def test_two_seats_in_one_browser_are_two_people(phone: Phone, bot: WebBot) -> None:
    mother = await phone.open()
    coordinator = await phone.open("?as=coordinator")
    await mother.greeted()
    await coordinator.greeted()
    await mother.says("我想去围裙缝纫")
    await mother.hears("收到：我想去围裙缝纫")
    await coordinator.says("周三可以来")
    await coordinator.hears("收到：周三可以来")
    assert await mother.texts("me") == ["我想去围裙缝纫"]
    assert await coordinator.texts("me") == ["周三可以来"]
    assert len({inbound.sender for inbound in bot.inbounds}) == 2


async def test_shown_rows_are_reported(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    address = bot.inbounds[0].sender
    await chat.says("你好")
    await chat.hears("收到：你好")
    async with asyncio.timeout(10):
        await bot.until_seen(address, {2, 4})


# ----- The network fails


async def test_words_wait_for_the_network(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    await phone.context.set_offline(True)
    await expect(chat.page.get_by_role("status")).to_contain_text("网络断了")
    for text in ("第一句", "第二句", "第三句"):
        await chat.says(text)
    await expect(chat.page.get_by_text("等网络")).to_have_count(3)
    assert bot.said("第一句") == 0
    await phone.context.set_offline(False)
    await chat.hears("收到：第三句")
    await expect(chat.page.get_by_role("status")).to_be_empty()
    assert [inbound.text for inbound in bot.inbounds] == ["start", "第一句", "第二句", "第三句"]
    assert await chat.texts("me") == ["第一句", "第二句", "第三句"]
    assert await chat.texts("bot") == [GREETING, "收到：第一句", "收到：第二句", "收到：第三句"]


async def test_nothing_is_lost_or_repeated_when_the_server_dies_before_its_ack(phone: Phone, served: Served, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    bot.acks.clear()
    await chat.says("我想去")
    await chat.hears("收到：我想去")  # stored and answered, but the page does not know that it is stored
    await served.kill()
    await expect(chat.page.get_by_text("等网络")).to_have_count(1)
    await chat.says("还在吗")
    bot.acks.set()
    await served.start()
    await chat.hears("收到：还在吗")
    await expect(chat.page.locator(".status:not(:empty)")).to_have_count(0)
    assert (bot.said("我想去"), bot.said("还在吗")) == (1, 1)
    assert await chat.texts("me") == ["我想去", "还在吗"]
    assert await chat.texts("bot") == [GREETING, "收到：我想去", "收到：还在吗"]


async def test_unsent_words_outlive_a_reload(phone: Phone, served: Served, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    bot.acks.clear()
    await chat.says("存好了没回音")
    await chat.hears("收到：存好了没回音")
    await served.kill()
    await chat.says("还没发出去")
    await expect(chat.page.get_by_text("等网络")).to_have_count(2)
    bot.acks.set()
    await served.start()
    await chat.page.reload()
    await chat.hears("收到：还没发出去")
    assert await chat.bubbles().all_inner_texts() == [GREETING, "存好了没回音", "收到：存好了没回音", "还没发出去", "收到：还没发出去"]
    assert (bot.said("存好了没回音"), bot.said("还没发出去")) == (1, 1)


async def test_what_came_meanwhile_is_shown_once_and_in_order(phone: Phone, served: Served, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    address = bot.inbounds[0].sender
    await bot.say(address, Outbound(text="第0条"))
    await served.kill()
    for number in range(1, 4):
        await bot.say(address, Outbound(text=f"第{number}条"))
    await served.start()
    await chat.hears("第3条")
    await bot.say(address, Outbound(text="第4条"))
    await chat.hears("第4条")
    assert await chat.texts("bot") == [GREETING, *(f"第{number}条" for number in range(5))]


async def test_toggle_tapped_without_network_counts_once(phone: Phone, served: Served, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.taps("填一填我的情况")
    sewing = chat.log.get_by_role("checkbox", name="缝纫裁剪")
    await expect(sewing).to_be_visible()
    await served.kill()
    await sewing.click()
    await expect(sewing).to_have_attribute("aria-busy", "true")
    await sewing.click()  # an impatient second tap is the same tap
    await served.start()
    await expect(sewing).to_be_checked()
    assert bot.said("toggle:sewing") == 1


async def test_message_that_was_not_stored_is_sent_again(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    bot.failures = 1
    await chat.says("再试一次")
    await chat.says("在它后面")
    await chat.hears("收到：在它后面")
    assert [inbound.text for inbound in bot.inbounds] == ["start", "再试一次", "在它后面"]
    assert await chat.texts("me") == ["再试一次", "在它后面"]


async def test_refused_message_says_why_and_holds_up_nothing(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    await chat.text.evaluate("(text) => { text.removeAttribute('maxlength'); text.value = '长'.repeat(4001); }")
    await chat.page.get_by_role("button", name="发送").click()
    await expect(chat.page.get_by_text("没发出去：太长了")).to_be_visible()
    await chat.says("短的")
    await chat.hears("收到：短的")


async def test_lost_cookie_gets_a_new_seat(phone: Phone, served: Served, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    await phone.context.clear_cookies()
    await served.kill()
    await served.start()
    await chat.page.wait_for_event("load")
    await chat.greeted()
    assert len({inbound.sender for inbound in bot.inbounds}) == 2


# ----- Everybody can use it


@pytest.mark.parametrize("width", [320, 360, 1024])
async def test_nothing_scrolls_sideways(phone: Phone, bot: WebBot, width: int) -> None:
    chat = await phone.open()
    await chat.page.set_viewport_size({"width": width, "height": 640})
    await chat.greeted()
    await chat.says("https://example.org/" + "a" * 300)
    await chat.taps("填一填我的情况")
    address = bot.inbounds[0].sender
    long = Button("一个特别特别长的按钮名字，长到一行怎么也放不下它" + "x" * 60, "long")
    await bot.say(address, Outbound(text="W" * 200, buttons=((long, long), tuple(Button(f"选项{n}", f"n{n}") for n in range(9)))))
    await chat.hears("W" * 200)
    assert await chat.sideways() == 0


async def test_text_at_twice_the_size_still_fits(phone: Phone) -> None:
    chat = await phone.open()
    await chat.greeted()
    await chat.taps("填一填我的情况")
    await expect(chat.log.get_by_role("checkbox")).to_have_count(len(SKILLS))
    await chat.page.evaluate(
        "document.documentElement.style.fontSize = `${2 * parseFloat(getComputedStyle(document.documentElement).fontSize)}px`"
    )
    assert await chat.sideways() == 0
    for name in ("快速离开", "母亲岗", "简/繁", "在这里打字", "发送"):
        box = await chat.page.get_by_text(name, exact=True).or_(chat.page.get_by_placeholder(name)).first.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] and box["y"] + box["height"] <= PHONE["height"]
    log = await chat.log.bounding_box()
    assert log and log["height"] > PHONE["height"] / 2, "room to read is left"


async def test_everything_to_tap_is_large_enough(phone: Phone) -> None:
    chat = await phone.open()
    await chat.taps("填一填我的情况")
    await expect(chat.log.get_by_role("checkbox")).to_have_count(len(SKILLS))
    targets = chat.page.locator("button:visible, a:visible:not(.skip), textarea")
    boxes = [await target.bounding_box() for target in await targets.all()]
    assert len(boxes) > len(SKILLS)
    assert all(box and box["height"] >= 44 and box["width"] >= 44 for box in boxes)


async def test_keyboard_alone_is_enough(phone: Phone) -> None:
    chat = await phone.open()
    await chat.greeted()
    keyboard = chat.page.keyboard
    await keyboard.press("Tab")
    await expect(chat.page.get_by_role("link", name="跳到打字的地方")).to_be_focused()
    await keyboard.press("Enter")
    await expect(chat.text).to_be_focused()
    await keyboard.type("你好")
    await keyboard.press("Shift+Enter")
    await keyboard.type("在吗")
    await keyboard.press("Enter")
    await chat.hears("收到：你好\n在吗")
    await expect(chat.text).to_be_focused()
    await keyboard.press("Shift+Tab")
    await keyboard.press("Shift+Tab")
    await expect(chat.log.get_by_role("button", name="填一填我的情况")).to_be_focused()
    await keyboard.press("Enter")
    sewing = chat.log.get_by_role("checkbox", name="缝纫裁剪")
    await expect(chat.bubbles("bot").last).to_be_focused()
    await keyboard.press("Tab")
    await expect(sewing).to_be_focused()
    await keyboard.press("Space")
    await expect(sewing).to_be_checked()
    await expect(sewing).to_be_focused()
    assert await sewing.evaluate("(node) => getComputedStyle(node).outlineStyle") == "solid", "one sees where one is"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("height", [640, 2400])  # a phone's, and one where nothing is scrolled out of sight: axe judges what it sees
async def test_no_accessibility_violation(phone: Phone, served: Served, height: int, scheme: Literal["light", "dark"]) -> None:
    chat = await phone.open()
    await chat.page.emulate_media(color_scheme=scheme)
    await chat.page.set_viewport_size({"width": 360, "height": height})
    await chat.greeted()
    await chat.taps("先看看有什么活儿")
    await expect(chat.bubbles("bot")).to_have_count(4)
    await chat.taps("填一填我的情况")
    await chat.log.get_by_role("checkbox", name="缝纫裁剪").click()
    await chat.hears("您会做哪些？可以选几样。\n已选 1 样。")
    await served.kill()
    await chat.says("等一等")
    await expect(chat.page.get_by_text("等网络")).to_be_visible()
    results = (await Axe().run(chat.page)).response
    assert results["violations"] == [], json.dumps(results["violations"], ensure_ascii=False, indent=1)


async def test_log_is_a_polite_live_region(phone: Phone) -> None:
    chat = await phone.open()
    await chat.greeted()
    await expect(chat.log).to_have_attribute("aria-live", "polite")
    await expect(chat.log).not_to_have_attribute("aria-busy", "true")
    assert await chat.page.locator("html").get_attribute("lang") == "zh-Hans"


async def test_nothing_moves_where_she_wants_no_motion(phone: Phone, bot: WebBot, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = await phone.open()
    await chat.page.emulate_media(reduced_motion="reduce")
    await chat.greeted()
    monkeypatch.setattr(bot, "_answers", lambda _: [])
    await chat.says("你好")
    dot = chat.log.locator(".typing i").first
    await expect(dot).to_have_count(1)
    assert await dot.evaluate("(node) => getComputedStyle(node).animationName") == "none"


async def test_long_answer_starts_in_view(phone: Phone) -> None:
    chat = await phone.open()
    await chat.greeted()
    await chat.taps("先看看有什么活儿")
    await expect(chat.bubbles("bot")).to_have_count(4)
    await expect(chat.bubbles("bot").nth(1)).to_be_in_viewport(ratio=1)
    newest = chat.page.get_by_role("button", name="看最新的")
    await newest.click()
    await expect(chat.bubbles("bot").last).to_be_in_viewport(ratio=1)
    await expect(newest).to_be_hidden()


async def test_reading_older_words_is_not_disturbed(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    for number in range(8):
        await chat.says(f"第{number}句")
        await chat.hears(f"收到：第{number}句")
    await chat.log.evaluate("(log) => log.scrollTo(0, 0)")
    await expect(chat.page.get_by_role("button", name="看最新的")).to_be_visible()
    await bot.say(bot.inbounds[0].sender, Outbound(text="新通知"))
    await chat.hears("新通知")
    assert await chat.log.evaluate("(log) => log.scrollTop") == 0


# ----- Words and safety


async def test_traditional_characters_stay_chosen(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    await chat.page.get_by_role("button", name="简/繁").click()
    await expect(chat.page.get_by_role("button", name="發送")).to_be_visible()
    await expect(chat.page.locator("html")).to_have_attribute("lang", "zh-Hant")
    await expect(chat.bubbles("bot")).to_have_count(2)  # the stand-in greets at each command
    assert [inbound.text for inbound in bot.inbounds] == ["start", "language zh-Hant"]
    await chat.page.reload()
    await chat.page.get_by_role("button", name="簡/繁").click()
    await expect(chat.page.get_by_role("button", name="发送")).to_be_visible()
    await expect(chat.bubbles("bot")).to_have_count(3)
    assert bot.inbounds[-1].text == "language zh"
    assert [inbound.language for inbound in bot.inbounds] == ["zh", "zh-Hant", "zh"]


async def test_markup_is_shown_as_text(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    evil = "<img src=x onerror=\"document.title='evil'\"><script>document.title='evil'</script> https://evil.example &amp;"
    await chat.says(evil)
    await chat.hears(f"收到：{evil}")
    row = (Button(evil, "evil"), Button("坏链接", "", "javascript:document.title='evil'"))
    await bot.say(bot.inbounds[0].sender, Outbound(text=evil, buttons=(row,)))
    await expect(chat.log.get_by_role("button", name=evil, exact=True)).to_be_visible()
    await chat.log.get_by_text("坏链接").click()
    await chat.page.reload()
    await expect(chat.bubbles().last).to_have_text(evil)
    assert await chat.log.locator("img, script, .bubble a").count() == 0
    assert await chat.page.title() == "母亲岗"


async def test_link_button_opens_without_our_window(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.taps("先看看有什么活儿")
    link = chat.log.get_by_role("link", name="看地图").last
    await expect(link).to_have_attribute("href", "https://example.org/map")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_quick_exit_leaves_nothing_behind(phone: Phone, served: Served) -> None:
    chat = await phone.open()
    await chat.greeted()
    await served.kill()
    await chat.says("没发出去的话")
    await chat.text.fill("草稿")
    await served.start()
    await chat.page.get_by_role("link", name="快速离开").click()
    await chat.page.wait_for_url("about:blank")
    page = await phone.context.new_page()
    await page.goto(f"{served.url}/static/icon.svg")
    assert await page.evaluate("localStorage.length + sessionStorage.length") == 0


async def test_leaving_the_phone_clears_the_page(phone: Phone, bot: WebBot) -> None:
    chat, other = await phone.open(), await phone.open()
    await chat.greeted()
    await chat.says("悄悄话")
    await chat.text.fill("草稿")
    async with chat.page.expect_response("**/leave?as="):
        await bot.say(bot.inbounds[0].sender, Outbound(text="已经退出了。", parts=True))
    for page in (chat.page, other.page):
        await expect(page.locator("body")).to_have_text("已经退出了。")
        assert await page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert await phone.context.cookies() == []
    await chat.page.reload()
    await chat.greeted()
    assert "悄悄话" not in await chat.texts("me")


async def test_draft_outlives_a_reload(phone: Phone) -> None:
    chat = await phone.open()
    await chat.greeted()
    await chat.text.fill("写到一半")
    await chat.page.reload()
    await expect(chat.text).to_have_value("写到一半")


# ----- Pictures


async def test_a_picture_is_shown_with_words_for_who_cannot_see_it(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    await bot.say(bot.inbounds[0].sender, Outbound(text="扫这个码", picture="k" * 32, buttons=((Button("收回", "void"),),)))
    await chat.hears("扫这个码")
    image = chat.bubbles("bot").last.get_by_role("img", name="图片，说明在下面")
    await expect(image).to_be_visible()
    assert await image.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") > 100
    assert await chat.sideways() == 0
    link = chat.bubbles("bot").last.get_by_role("link")
    await expect(link).to_have_attribute("href", f"/picture/{'k' * 32}")
    await chat.page.reload()
    await expect(chat.bubbles("bot").last.get_by_role("img")).to_be_visible()
    await bot.say(bot.inbounds[0].sender, Outbound(text="没有这张图", picture="x" * 32))
    await expect(chat.bubbles("bot").last.get_by_role("img", name="图片没有显示出来")).to_be_attached()
    report = await Axe().run(chat.page)
    assert report.response["violations"] == []


async def test_a_picture_is_chosen_and_sent_by_a_tap(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    await bot.say(bot.inbounds[0].sender, Outbound(text="选一张图片", buttons=((Button("选图片", "upload"),),)))
    async with chat.page.expect_file_chooser() as chosen:
        await chat.taps("选图片")
    file: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": PICTURES["k" * 32][1]}
    async with chat.page.expect_response("**/picture?as=") as answered:
        await (await chosen.value).set_files([file])
    assert (await answered.value).status == 204
    assert bot.inbounds[-1].picture == PICTURES["k" * 32][1]
    await expect(chat.page.locator("#state")).to_have_text("")


# ----- The view, the title, other windows


async def test_the_view_does_not_jump_when_choices_are_redrawn(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    await chat.page.set_viewport_size({"width": 360, "height": 420})
    rows = tuple((Button(f"选项{number}", f"n{number}"),) for number in range(6))
    await bot.say(bot.inbounds[0].sender, Outbound(text="从前说的"))
    await bot.say(bot.inbounds[0].sender, Outbound(text="这是第一页。", buttons=(*rows, (Button("下一页", "more"),))))
    await chat.log.evaluate("(log) => log.scrollTo(0, log.scrollHeight)")
    button = chat.log.get_by_role("button", name="下一页")
    await expect(button).to_be_in_viewport()
    message = chat.bubbles("bot").last
    await button.click()
    await chat.hears("这是第二页。")
    await expect(message).to_be_in_viewport(ratio=1)
    await expect(chat.log.get_by_role("button", name="再看第一页")).to_be_in_viewport(ratio=1)


async def test_a_tick_far_down_leaves_the_view_where_it_was(phone: Phone) -> None:
    chat = await phone.open()
    await chat.page.set_viewport_size({"width": 360, "height": 420})
    await chat.taps("填一填我的情况")
    last = chat.log.get_by_role("checkbox", name="打包分拣")
    await last.scroll_into_view_if_needed()
    before = await last.bounding_box()
    await last.click()
    await expect(last).to_be_checked()
    after = await last.bounding_box()
    assert before and after and abs(before["y"] - after["y"]) < 2


async def test_a_tick_that_changes_the_choices_leaves_the_view_where_it_was(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    await chat.page.set_viewport_size({"width": 360, "height": 420})
    rows = tuple((Button(f"☐ 选项{number}", f"n{number}"),) for number in range(9))
    address = bot.inbounds[0].sender
    row = await bot.say(address, Outbound(text="选几样", buttons=rows))
    await chat.log.evaluate("(log) => log.scrollTo(0, log.scrollHeight)")
    top = await chat.log.evaluate("(log) => log.scrollTop")
    await bot.say(address, Outbound(text="选几样", buttons=(*rows, (Button("选好了", "done"),)), edits=str(row)))
    await expect(chat.log.get_by_role("button", name="选好了")).to_be_attached()
    assert await chat.log.evaluate("(log) => log.scrollTop") >= top


async def test_numbers_of_the_bot_can_be_called(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    text = "紧急请打110，妇女热线12338，赵姐13812345678。工资1100元，编号2110，1.10。"
    await bot.say(bot.inbounds[0].sender, Outbound(text=text))
    await chat.hears(text)
    links = chat.bubbles("bot").last.get_by_role("link")
    assert [await link.get_attribute("href") for link in await links.all()] == ["tel:110", "tel:12338", "tel:13812345678"]


async def test_what_comes_while_she_looks_elsewhere_is_counted_in_the_title(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    await chat.page.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden', writable: true })")
    for number in range(2):
        await bot.say(bot.inbounds[0].sender, Outbound(text=f"第{number}条"))
    await chat.hears("第1条")
    await expect(chat.page).to_have_title("(2) 母亲岗")
    await chat.page.evaluate("document.visibilityState = 'visible'; document.dispatchEvent(new Event('visibilitychange'))")
    await expect(chat.page).to_have_title("母亲岗")


async def test_her_words_are_shown_in_her_other_window(phone: Phone) -> None:
    first = await phone.open()
    await first.greeted()
    second = await phone.open()
    await second.greeted()
    await first.says("我在这边说")
    await second.hears("收到：我在这边说")
    await first.taps("填一填我的情况")
    await expect(second.log.get_by_role("checkbox")).to_have_count(len(SKILLS))
    assert await second.texts("me") == ["我在这边说", "填一填我的情况"]
    await first.log.get_by_role("checkbox", name="缝纫裁剪").click()
    await expect(second.log.get_by_role("checkbox", name="缝纫裁剪")).to_be_checked()
    assert await second.texts("me") == await first.texts("me") == ["我在这边说", "填一填我的情况"]


async def test_after_quick_exit_the_browser_does_not_know_who_she_was(phone: Phone, bot: WebBot) -> None:
    chat = await phone.open()
    await chat.greeted()
    async with chat.page.expect_response("**/leave?as=") as left:
        await chat.page.get_by_role("link", name="快速离开").click()
    assert (await left.value).status == 204
    await chat.page.wait_for_url("about:blank")
    assert await phone.context.cookies() == []


async def test_the_open_question_comes_in_the_characters_of_the_page(phone: Phone) -> None:
    chat = await phone.open()
    await chat.taps("填一填我的情况")
    await expect(chat.log.get_by_role("checkbox", name="缝纫裁剪")).to_be_visible()
    await chat.page.get_by_role("button", name="简/繁").click()
    await expect(chat.log.get_by_role("checkbox", name="縫紉裁剪")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_comes_next_stands_out_and_ways_aside_are_quiet(phone: Phone, bot: WebBot, scheme: Literal["light", "dark"]) -> None:
    chat = await phone.open()
    await chat.page.emulate_media(color_scheme=scheme)
    await chat.greeted()
    row = (Button("返回", "f:k:1:age:!back"), Button("提交", "f:k:1:sum:!submit"))
    await bot.say(bot.inbounds[0].sender, Outbound(text="都对吗？", buttons=(row,)))
    shade = "(node) => getComputedStyle(node).backgroundColor"
    submit, back = (chat.log.get_by_role("button", name=name) for name in ("提交", "返回"))
    assert await submit.evaluate(shade) == "rgb(6, 125, 64)"
    assert await back.evaluate(shade) == "rgba(0, 0, 0, 0)"
    assert (await Axe().run(chat.page)).response["violations"] == []
