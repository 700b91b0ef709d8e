"""The desk in a real Chromium: the clicks of twelve tasks, both widths, without script, with the keyboard alone, on paper, and after signing out.

How many clicks (c) and typed fields (t) a task may take stands in each test; a choice in a list counts as a click.
"""

from __future__ import annotations

import csv
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from sqlalchemy import insert, select, update
from starlette.applications import Starlette
from starlette.routing import Route

from bot import demo
from bot import desk as pages
from bot.commands.serve import desk_links
from bot.consumer import Transactions
from channels.web import page as web_page
from domain.access import Scope
from domain.finding import of_person
from handlers.content import Content
from storage import sealed, threads
from storage.database import Store, migrate
from storage.people import finding
from storage.staff import roles, tasks
from storage.tables.people import mother, person, role
from storage.tables.work import application, cell, community, position
from tests.conftest import KEY
from tests.support.requires import require_chromium

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
DESK, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=740)


class Office:
    """The demo town behind the desk on a real port."""

    def __init__(self, store: Store, content: Content, browser: Browser) -> None:
        self.store, self.browser = store, browser
        transactions = Transactions(store)
        routes = pages.routes(transactions, content, public_url="", now=lambda: datetime.now(UTC), wake=lambda: None)
        app = Starlette(routes=[*routes, Route("/static/{name}", web_page.static)])
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(10)

    def sits(self, role: str, *, script: bool = True) -> BrowserContext:
        """A browser in which somebody of this role is signed in."""
        links = desk_links(self.store, self.url, now=datetime.now(UTC))
        link = next(line.split()[-1] for line in links if line.split()[0] == role)
        context = self.browser.new_context(viewport=DESK, locale="zh-CN", java_script_enabled=script)
        page = context.new_page()
        page.goto(link)
        page.get_by_role("button", name="打开工作台").click()
        page.get_by_role("heading", name="今天要办的").wait_for()
        page.close()
        return context


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, content: Content) -> Iterator[Office]:
    path = require_chromium()
    sealed.use_keys((KEY,))
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('desk')}/town.db")
    migrate(store)
    now = datetime.now(UTC)
    demo.fill(store, mothers=300, positions=300, now=now)
    with store.begin() as tx:
        finding.keep(tx, [(row, of_person(row.name, row.building)) for row in finding.unfindable(tx, after=0, limit=1000)])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        built = Office(store, content, browser)
        yield built
        browser.close()
        built.stop()
    store.close()


class Hand:
    """Counts what a hand does, from the first page on."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.page.goto(f"{url}/desk")
        self.clicks = self.typed = 0

    def click(self, name: str, role: str = "button", nth: int = 0) -> Hand:
        self.clicks += 1
        self.page.get_by_role(role, name=name).nth(nth).click()  # type: ignore[arg-type]
        return self

    def link(self, name: str, nth: int = 0) -> Hand:
        return self.click(name, "link", nth)

    def picks(self, selector: str, nth: int = 0, **choice: str | int) -> Hand:
        self.clicks += 1
        self.page.locator(selector).nth(nth).select_option(**choice)  # type: ignore[arg-type]
        return self

    def ticks(self, label: str) -> Hand:
        self.clicks += 1
        self.page.get_by_label(label).first.check()
        return self

    def types(self, label: str, text: str) -> Hand:
        self.typed += 1
        self.page.get_by_label(label).first.fill(text)
        return self

    def sees(self, text: str) -> Hand:
        self.page.get_by_text(text).first.wait_for()
        return self

    def at_most(self, clicks: int, typed: int = 0) -> None:
        assert self.clicks <= clicks, f"{self.clicks} clicks"
        assert self.typed <= typed, f"{self.typed} fields"
        self.page.close()


@pytest.fixture(scope="module")
def coordinator(office: Office) -> Iterator[BrowserContext]:
    context = office.sits("coordinator")
    yield context
    context.close()


@pytest.fixture(scope="module")
def federation(office: Office) -> Iterator[BrowserContext]:
    context = office.sits("federation")
    yield context
    context.close()


def home(store: Store) -> int:
    with store.read() as tx:
        return int(tx.execute(select(community.c.id).where(community.c.code == "YT01")).scalar_one())


def test_1_find_a_woman_and_see_whether_she_has_work(office: Office, coordinator: BrowserContext) -> None:
    with office.store.read() as tx:
        name = next(row.name for row in tx.execute(select(person.c.name).where(person.c.community_id == home(office.store))) if row.name)
    Hand(coordinator, office.url).types("找人", name).click("找").sees(name).sees("有活吗").at_most(1, 1)


def test_2_answer_the_oldest_danger_and_note_what_was_agreed(office: Office, coordinator: BrowserContext) -> None:
    with office.store.begin() as tx:
        her = tx.execute(select(mother.c.person_id).join(person, person.c.id == mother.c.person_id)).scalars().first()
        assert her is not None
        number = threads.add(tx, her, "danger", hazards=["violence"], community_id=home(office.store), now=datetime.now(UTC))
        threads.say(tx, number, her, "他打我", now=datetime.now(UTC))
    hand = Hand(coordinator, office.url).link("求助和来话").link("【急】").sees("他打我")
    hand.types("写给她", "我马上打给您").types("记一笔", "约好三点通话").click("发出并记下").sees("发给她了").at_most(3, 2)


def test_3_publish_a_draft_after_reading_it_whole(office: Office, coordinator: BrowserContext) -> None:
    number = _draft(office, 21)
    with office.store.begin() as tx:
        told = {"title": "缝枕套", "text": "缝枕套，教会为止，每小时30元，按月发。"}
        tx.execute(update(position).where(position.c.id == number).values(pay_basis="hour", pay_min_fen=3000, **told))
    hand = Hand(coordinator, office.url).link("待发布的岗位")
    hand.clicks += 1
    hand.page.locator("table.list tbody tr").nth(20).get_by_role("link").first.click()
    hand.sees("缝枕套，教会为止").sees("位妈妈适合").click("发布").sees("发布了").at_most(3)


def _draft(office: Office, place: int) -> int:
    """The draft at this place of the list of YT01; there are enough of them."""
    with office.store.begin() as tx:
        mine = (position.c.community_id == home(office.store), position.c.status != "filled")
        ids = list(tx.execute(select(position.c.id).where(*mine).order_by(position.c.id).limit(25)).scalars())
        tx.execute(update(position).where(position.c.id.in_(ids)).values(status="draft"))
        drafts = select(position.c.id).where(position.c.community_id == home(office.store), position.c.status == "draft")
        return int(list(tx.execute(drafts.order_by(position.c.id)).scalars())[place - 1])


def test_4_send_a_wrong_draft_back_with_a_reason(office: Office, coordinator: BrowserContext) -> None:
    _draft(office, 1)
    hand = Hand(coordinator, office.url).link("待发布的岗位")
    hand.clicks += 1
    hand.page.locator("table.list tbody tr").first.get_by_role("link").first.click()
    hand.types("退回企业，或者不要", "没写做多久").click("退回企业").sees("企业联系人会收到消息").at_most(3, 1)


def test_5_write_a_post_for_a_firm(office: Office, coordinator: BrowserContext) -> None:
    hand = Hand(coordinator, office.url).link("写一个岗位")
    page = hand.page
    page.locator("#enterprise").select_option(index=1)
    for field, value in (("title", "缝校服"), ("headcount", "3"), ("text", "缝校服，教会为止，每小时30元，按月发。"), ("pay_min", "30")):
        page.fill(f"#{field}", value)
    for field in ("sector", "mode"):
        page.locator(f"#{field}").select_option(index=1)
    page.locator("#pay_basis").select_option("hour")
    hand.click("存成草稿").sees("存好了").at_most(2)


def test_6_invite_four_to_trials_on_two_days(office: Office, coordinator: BrowserContext) -> None:
    now = datetime.now(UTC)
    with office.store.begin() as tx:
        place = home(office.store)
        post = tx.execute(select(position.c.id).where(position.c.community_id == place, position.c.status == "published")).scalars().first()
        women = tx.execute(select(person.c.id).where(person.c.community_id == place).order_by(person.c.id.desc()).limit(4)).scalars().all()
        for her in women:
            tx.execute(application.delete().where(application.c.person_id == her))
            row = {
                "person_id": her,
                "position_id": post,
                "status": "applied",
                "reason": "",
                "holds": True,
                "created_at": now,
                "trial_place": "",
            }
            tx.execute(insert(application).values(**row, held_until=now + timedelta(days=2)))
    hand = Hand(coordinator, office.url).link("报名等回复")
    for place, choice in enumerate((1, 1, 3, 3)):
        hand.picks("select[name^=what-]", place, index=choice)
    hand.click("照选的办").sees("她们会收到消息").at_most(8)


def test_7_last_months_figures_on_paper(office: Office, federation: BrowserContext) -> None:
    hand = Hand(federation, office.url).link("数字").sees("上月")
    hand.page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    hand.click("打印")
    assert hand.page.evaluate("window.printed") == 1
    assert len(hand.page.pdf()) > 10_000
    hand.at_most(2)


def test_8_and_9_tell_those_of_two_communities_who_sew_then_stop_and_correct_it(office: Office, federation: BrowserContext) -> None:
    with office.store.read() as tx:
        names = list(tx.execute(select(community.c.name).order_by(community.c.code).limit(2)).scalars())
    hand = Hand(federation, office.url).link("写一条通知").ticks(names[0]).ticks(names[1])
    hand.ticks("缝纫")
    hand.page.locator("#count").get_by_text("收得到的").wait_for()
    hand.types("说什么", "周五有缝纫班").click("看一看再发").sees("周五有缝纫班")
    go = hand.page.get_by_role("button", name="发出")
    hand.click("发出" if go.count() else "请另一位同意").at_most(6, 1)
    with office.store.begin() as tx:
        tx.exec_driver_sql("UPDATE notice SET status = 'sending' WHERE status IN ('asked', 'approved')")
    again = Hand(federation, office.url)
    again.page.get_by_role("navigation").get_by_role("link", name="通知").click()
    again.clicks += 1
    again.link("周五有缝纫班").types("更正", "改到周六").click("停下并更正").sees("停下来了").at_most(3, 1)


def test_10_import_three_hundred_with_twelve_faults(office: Office, coordinator: BrowserContext, tmp_path: Path) -> None:
    file = tmp_path / "名单.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["key", "name", "phone", "community", "birth_year", "skills", "job_consent"])
        for number in range(300):
            phone = "123" if number % 25 == 0 else f"137{number:08d}"
            rows.writerow([f"B{number}", f"王芳{number}", phone, "YT01", 1990, "sewing", "yes"])
    hand = Hand(coordinator, office.url).link("名单")
    hand.clicks += 1
    hand.page.set_input_files("#file", file)
    hand.click("先看一看").sees("有问题的 12 行")
    for place, box in enumerate(hand.page.locator("input[aria-invalid]").all()):
        box.fill(f"136{place:08d}")
    hand.click("存好的和改好的").sees("新增 300").at_most(5)


def test_11_who_is_late_and_for_what(office: Office, coordinator: BrowserContext) -> None:
    now = datetime.now(UTC)
    with office.store.begin() as tx:
        her = tx.execute(select(person.c.id).where(person.c.community_id == home(office.store))).scalars().first()
        assert her is not None
        tasks.put(tx, "wage", her, said="没发", due_at=now - timedelta(days=1), now=now - timedelta(days=2))
    Hand(coordinator, office.url).link("已经晚了的").sees("工钱").at_most(1)


def test_12_hand_a_cell_to_a_new_worker(office: Office, coordinator: BrowserContext) -> None:
    with office.store.begin() as tx:
        place = home(office.store)
        cells = list(tx.execute(select(cell.c.id).where(cell.c.community_id == place).order_by(cell.c.id)).scalars())
        for number, name in enumerate(("甲网格员", "乙网格员")):
            values = {"key": f"mg{number}", "name": name, "language": "zh", "notices": True, "quiet": "", "created_at": datetime.now(UTC)}
            worker = int(tx.execute(insert(person).values(**values, community_id=place).returning(person.c.id)).scalar_one())
            roles.give(tx, worker, "grid_worker", Scope(place, cells[number]), now=datetime.now(UTC))
        assert tx.execute(select(role.c.id)).first() is not None
    hand = Hand(coordinator, office.url).link("网格")
    hand.picks("select[name=to]", 0, label="乙网格员").click("交给她").sees("请她接手了").at_most(4)


ADDRESSES = {
    "coordinator": (
        *(
            "/desk",
            "/desk/late",
            "/desk/threads",
            "/desk/threads/1",
            "/desk/tasks",
            "/desk/people",
            "/desk/people/5",
            "/desk/people/5/correct",
        ),
        *("/desk/applications", "/desk/applications/trials", "/desk/posts", "/desk/posts/new", "/desk/broadcasts", "/desk/broadcasts/new"),
        *(
            "/desk/survey",
            "/desk/survey/sheet",
            "/desk/cells",
            "/desk/figures",
            "/desk/lists",
            "/desk/admit",
            "/desk/devices",
            "/desk/devices/totp",
        ),
    )
}


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["1280", "360"])
def test_every_page_fits_is_accessible_and_keeps_to_its_policy(office: Office, federation: BrowserContext, size: ViewportSize) -> None:
    with office.store.begin() as tx:
        if threads.get(tx, 1) is None:
            her = tx.execute(select(mother.c.person_id)).scalars().first()
            assert her is not None
            threads.say(
                tx, threads.add(tx, her, "asked", hazards=[], community_id=None, now=datetime.now(UTC)), her, "在吗", now=datetime.now(UTC)
            )
    page = federation.new_page()
    page.set_viewport_size(size)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(f"{page.url} {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(f"{page.url} {error}"))
    for address in ADDRESSES["coordinator"]:
        answer = page.goto(f"{office.url}{address}")
        assert answer is not None
        assert answer.status == 200, address
        assert len(answer.body()) < 60_000, address
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{address} is wider than {size['width']}")
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        wrong += [f"{address} {one['id']}: {one['nodes'][0]['html'][:150]}" for one in found.response["violations"]]
    page.close()
    assert wrong == []


def test_without_script_everything_is_done_as_well(office: Office) -> None:
    context = office.sits("coordinator", script=False)
    page = context.new_page()
    page.goto(f"{office.url}/desk")
    page.get_by_role("link", name="写一个岗位").click()
    page.get_by_role("button", name="存成草稿").wait_for()
    page.goto(f"{office.url}/desk/broadcasts/new")
    page.get_by_label("缝纫").first.check()
    page.get_by_role("button", name="数一数有多少人").click()
    page.get_by_text("收得到的").wait_for()
    assert page.get_by_label("缝纫").first.is_checked()
    page.get_by_role("button", name="签出").click()
    page.get_by_role("heading", name="登录工作台").wait_for()
    context.close()


def test_with_the_keyboard_alone(office: Office, coordinator: BrowserContext) -> None:
    page = coordinator.new_page()
    page.goto(f"{office.url}/desk")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || ''") == "words":
            break
    page.keyboard.type("llp")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="人", exact=True).wait_for()
    assert "words=llp" in page.url
    page.close()


def test_a_new_plea_rings_and_shows_without_a_reload(office: Office, coordinator: BrowserContext) -> None:
    page = coordinator.new_page()
    page.goto(f"{office.url}/desk/threads")
    with page.expect_response(lambda answer: "/desk/threads" in answer.url, timeout=60_000), office.store.begin() as tx:
        her = tx.execute(select(mother.c.person_id).order_by(mother.c.person_id.desc())).scalars().first()
        assert her is not None
        page.wait_for_timeout(0)
        number = threads.add(tx, her, "danger", hazards=[], community_id=home(office.store), now=datetime.now(UTC))
        threads.say(tx, number, her, "救命", now=datetime.now(UTC))
    page.get_by_text("有新的求助或新的话").wait_for(timeout=60_000)
    page.close()


def test_after_signing_out_back_shows_nothing(office: Office) -> None:
    context = office.sits("coordinator")
    page = context.new_page()
    page.goto(f"{office.url}/desk/people")
    page.goto(f"{office.url}/desk/posts")
    page.get_by_role("button", name="签出").click()
    page.get_by_role("heading", name="登录工作台").wait_for()
    page.go_back()
    page.wait_for_load_state()
    assert "登录工作台" in page.content()
    assert page.locator("table").count() == 0
    context.close()
