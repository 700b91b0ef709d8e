"""What staff do every day takes few clicks and words: the twelve tasks of the desk, each walked by what the pages show and counted.

A click follows a link that is there, presses a button that is there, ticks or chooses one thing; a word is one field typed.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from domain.access import Scope
from domain.finding import of_person
from storage.people import finding, persons
from storage.staff import roles, tasks
from storage.tables.work import Application, cell
from tests.support import towns
from tests.support.chat import Chat, Town
from tests.support.desk import Desk, person_of
from tests.support.rows import put

# At most so many clicks and typed fields; the others have no limit on what is typed.
MOST: dict[int, tuple[int, int | None]] = {
    1: (1, 1),
    2: (3, 2),
    3: (3, 0),
    4: (3, 1),
    5: (2, None),
    6: (8, 0),
    7: (2, 0),
    8: (6, 1),
    9: (3, 1),
}
MOST |= {10: (5, None), 11: (1, 0), 12: (4, 0)}


class Hand:
    """Somebody who starts at the first page, signed in."""

    def __init__(self, chat: Chat) -> None:
        self.desk = Desk.of(chat).opens("/desk")
        self.clicks = self.typed = 0

    def follows(self, address: str) -> Hand:
        """A link of the page, by its beginning; the first that fits."""
        found = next((link for link in self.desk.links() if link.startswith(address)), None)
        assert found is not None, f"no link to {address} in {self.desk.links()}"
        self.clicks += 1
        self.desk.opens(found)
        return self

    def finds(self, **typed: str) -> Hand:
        """The search on the page."""
        form = re.search(r'<form class="filters" role="search"(?: action="([^"]+)")?', self.desk.html)
        assert form is not None and all(f'name="{name}"' in self.desk.html for name in typed)
        self.clicks, self.typed = self.clicks + 1, self.typed + len(typed)
        self.desk.opens(f"{form[1] or self.desk.address}?{'&'.join(f'{name}={said}' for name, said in typed.items())}")
        return self

    def presses(
        self,
        do: str,
        *,
        picks: dict[str, Any] | None = None,
        types: dict[str, str] | None = None,
        files: Any = None,
        hidden: dict[str, str] | None = None,
    ) -> Hand:
        """A button of the page, after what was ticked, chosen and typed in it; `hidden` fields are the page's own."""
        picked, said, kept = picks or {}, types or {}, hidden or {}
        assert f'name="do" value="{do}"' in self.desk.html, f"no button {do}"
        for name in (*picked, *said, *kept, *(files or {})):
            assert f'name="{name}"' in self.desk.html, f"nothing is called {name}"
        for name, value in picked.items():
            values = value if isinstance(value, list) else [value]
            assert all(f'value="{one}"' in self.desk.html for one in values), (name, values)
            self.clicks += len(values)
        self.clicks, self.typed = self.clicks + 1 + len(files or {}), self.typed + len(said)
        self.desk.sends(self.desk.address, files=files, do=do, **kept, **picked, **said)
        return self

    def took(self, task: int, capsys: pytest.CaptureFixture[str]) -> None:
        """No more than it may."""
        clicks, typed = MOST[task]
        with capsys.disabled():
            print(f"\ndesk task {task}: {self.clicks} clicks (at most {clicks}), {self.typed} typed", end="")
        assert self.clicks <= clicks and (typed is None or self.typed <= typed)


@pytest.fixture
def li(town: Town) -> Chat:
    return town.invited("li", "coordinator")


def test_1_one_woman_is_found_and_whether_she_has_work(town: Town, li: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    her = person_of(town.invited("lv", "mother"))
    post = towns.position(town.store, town.now, title="缝枕套")
    with town.store.begin() as tx:
        persons.change(tx, her, name="吕丽萍")
        put(tx, Application, town.now, person_id=her, position_id=post, status="started", started_at=town.now)
        finding.keep(tx, [(row, of_person(row.name, row.building)) for row in finding.unfindable(tx, after=0, limit=100)])
    hand = Hand(li).finds(words="吕丽萍")
    hand.desk.sees("吕丽萍", "在做：缝枕套")
    hand.took(1, capsys)


def test_2_the_oldest_danger_is_answered_and_noted(town: Town, li: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    her = town.invited("her", "mother")
    her.says("我老公打我，孩子也怕")
    hand = Hand(li).follows("/desk/threads").follows("/desk/threads/")
    hand.presses("write", types={"said": "您现在安全吗？", "note": "约好三点通电话"}).desk.sees("约好三点通电话")
    her.listens()
    her.hears("您现在安全吗？")
    hand.took(2, capsys)


def draft(town: Town, number: int, title: str) -> None:
    towns.position(town.store, town.now, f"D{number}", title=title, pay_basis="hour", pay_min_fen=3000, status="draft", published_at=None)


def row_of(hand: Hand, title: str) -> str:
    found = re.search(rf'<a href="(/desk/posts/\d+)">{title}</a>', hand.desk.html)
    assert found is not None
    return found[1]


def test_3_and_4_a_draft_is_read_whole_and_published_or_sent_back(town: Town, li: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(25):
        draft(town, number, f"活{number}")
    hand = Hand(li).follows("/desk/posts?status=draft")
    hand.follows(row_of(hand, "活20")).desk.sees("缝枕套，计件")
    hand.presses("publish").desk.sees("发布了")
    hand.took(3, capsys)
    hand = Hand(li).follows("/desk/posts?status=draft")
    hand.follows(row_of(hand, "活7")).presses("back", types={"why": "没写做多久"}).desk.sees("退回企业了")
    hand.took(4, capsys)


def test_5_a_post_is_written_for_a_firm(town: Town, li: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    typed = {"enterprise": "E1", "community": "YT01", "title": "缝校服", "headcount": "3", "text": "缝校服，教会为止，每小时30元。"}
    typed |= {"sector": "garment", "mode": "flexible", "pay_basis": "hour", "pay_min": "30"}
    hand = Hand(li).follows("/desk/posts/new").presses("save", types=typed)
    hand.desk.sees("存好了", "缝校服")
    hand.took(5, capsys)


def test_6_four_are_invited_to_trials_on_two_days(town: Town, li: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    post = towns.position(town.store, town.now, pay_basis="hour", pay_min_fen=3000, headcount=9)
    for name in "abcd":
        woman = town.invited(name, "mother").taps_choice(f"apply:{post}")
        if any("同意" in label for label in woman.labels()):
            woman.taps("同意")
    hand = Hand(li).follows("/desk/applications?status=applied")
    numbers = re.findall(r'name="what-(\d+)"', hand.desk.html)
    seen = dict(re.findall(r'name="(seen-\d+)" value="([^"]+)"', hand.desk.html))
    days = [re.search(rf'<option value="(2026-11-{day}T09[^"]+)"', hand.desk.html) for day in (25, 26)]
    picks = {f"what-{number}": days[place % 2][1] for place, number in enumerate(numbers)}  # type: ignore[index]
    hand.presses("decide", picks=picks, hidden=seen).desk.sees("约了试工 4")
    hand.took(6, capsys)


def test_7_last_months_figures_are_printed(town: Town, li: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    hand = Hand(li).follows("/desk/figures")
    hand.desk.sees("2026-10 的数字")
    assert re.search("<button[^>]* data-print>打印</button>", hand.desk.html)
    hand.clicks += 1
    hand.took(7, capsys)


def test_8_and_9_a_notice_to_who_sews_in_two_communities_is_sent_and_corrected(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    women = [town.invited(name, "mother", place) for name, place in (("a", "YT01"), ("b", "YT02"))]
    with town.store.begin() as tx:
        for woman in women:
            persons.save_profile(tx, person_of(woman), {"skills": ["sewing"]}, now=town.now)
    wu = town.invited("wu", "federation", None)
    hand = Hand(wu).follows("/desk/broadcasts/new")
    picks = {"places": ["YT01", "YT02"], "skills": ["sewing"]}
    hand.presses("write", picks=picks, types={"text": "周五有缝纫班"}).presses("go").desk.sees("开始发了")
    hand.took(8, capsys)
    town.tick()
    for woman in women:
        woman.listens()
        woman.hears("周五有缝纫班")
    hand = Hand(wu).follows("/desk/broadcasts").follows("/desk/broadcasts/1").presses("correct", types={"text": "改到周六"})
    hand.took(9, capsys)
    town.tick()
    for woman in women:
        woman.listens()
        woman.hears("改到周六")


def test_10_a_list_with_faults_is_mended_and_stored(town: Town, li: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("key", "name", "phone", "community", "birth_year", "skills", "job_consent")
    rows = [[f"K{n:03d}", f"王芳{n}", "12345" if n % 25 == 0 else f"138{n:08d}", "YT01", "1990", "sewing", "yes"] for n in range(300)]
    out = io.StringIO()
    csv.writer(out).writerows([names, *rows])
    hand = Hand(li).follows("/desk/lists")
    hand.presses("look", files={"file": ("名单.csv", out.getvalue().encode(), "text/csv")}, picks={"kind": "mothers"}).desk.sees(
        "有问题的 12 行"
    )
    cells = dict(re.findall(r'name="(packed|cell-\d+-\d+)" value="([^"]*)"', hand.desk.html))
    mended = {name: f"139{place:08d}" for place, (name, value) in enumerate(cells.items()) if value == "12345"}
    hand.presses("store", types=mended, hidden={name: value for name, value in cells.items() if name not in mended}).desk.sees("新增 300")
    assert hand.typed == 12
    hand.took(10, capsys)


def test_11_who_is_overdue_and_for_what(town: Town, li: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    woman = person_of(town.invited("a", "mother"))
    with town.store.begin() as tx:
        tasks.put(tx, "wage", woman, said="九月的没发", due_at=town.now - timedelta(days=1), now=town.now)
    hand = Hand(li).follows("/desk/late")
    hand.desk.sees("工钱")
    hand.took(11, capsys)


def test_12_a_cell_goes_to_a_new_worker(town: Town, li: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = town.invited("old", "grid_worker"), town.invited("new", "grid_worker")
    with town.store.begin() as tx:
        here = persons.communities(tx)[0].id
        cells = [
            int(tx.execute(insert(cell).values(community_id=here, code=name, name=name).returning(cell.c.id)).scalar_one())
            for name in "一二"
        ]
        for chat, number in ((old, cells[0]), (new, cells[1])):
            tx.exec_driver_sql(f"UPDATE role SET withdrawn_at = given_at WHERE person_id = {person_of(chat)}")
            roles.give(tx, person_of(chat), "grid_worker", Scope(here, number), now=town.now)
    hand = Hand(li).follows("/desk/cells")
    picked = {"to": str(person_of(new))}
    hand.presses("hand", picks=picked, hidden={"cell": str(cells[0]), "from": str(person_of(old))}).desk.sees("请她接手了")
    new.listens()
    new.taps("接手")
    with town.store.read() as tx:
        assert roles.roles_of(tx, person_of(new))[-1].cell_id == cells[0]
    hand.took(12, capsys)
