"""Every role × every page of the desk: each sees exactly its pages and its own places in them, in lists, counts, searches and files alike;
what it may not see answers as what does not exist, and no button of it changes anything."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import load_workbook
from sqlmodel import SQLModel
from starlette.routing import compile_path

from bot.desk.page import Page
from bot.desk.pages import PAGES
from domain.access import DESK, Held, Scope
from domain.finding import of_person
from handlers.content import Content
from storage import sealed
from storage.database import Store
from storage.people import finding
from tests.support.desk import Desk
from tests.support.districts import HOLDERS, OWN, Districts, first, signs, visible

STAFF = [(role, scope) for role, scope in HOLDERS if role in DESK]
OTHERS = [one for one in HOLDERS if one not in STAFF]
INSIDE = [(role, scope) for role, scope in STAFF if scope != "city"]
# A row that nobody has.
NONE = 999_999
MOST = 400
# No link leads there in a town where nothing of it has happened yet.
UNREACHED = {
    f"/desk/{path}"
    for path in ("cases/{id:int}", "meetings/{id:int}/minutes", "classes/{id:int}/certificates", "classes/sessions/{id:int}/code")
}
PATTERNS = [(compile_path(page.path)[0], page) for page in PAGES]
# What is searched for: women by their names, posts by their titles.
SEARCHES = ("/desk/people?words=王{}", "/desk/posts?words=岗{}")
# What a made-up form may hold, so that a deed gets as far as it can.
TYPED = dict.fromkeys(("id", "to", "from", "cell", "handover", "task", "campaign", "firm", "case", "row", "session", "device"), "1")
TYPED |= {"why": "x", "reason": "x", "said": "x", "text": "x", "note": "x", "what-1": "no", "outcome": "helped", "verdict": "no"}


class World(NamedTuple):
    """The districts with somebody of every role in every kind of place, and what each reads at her desk."""

    districts: Districts
    read: dict[tuple[str, str], dict[str, str]]

    def sits(self, role: str, scope: str) -> Desk:
        """Somebody with this role, at her desk."""
        return Desk.for_person(self.districts, self.districts.people[f"{role}{scope}"])

    def crawled(self, role: str, scope: str) -> dict[str, str]:
        """What she reads, read once."""
        if (role, scope) not in self.read:
            self.read[role, scope] = crawl(self.sits(role, scope))
        return self.read[role, scope]

    def held(self, role: str, scope: str) -> list[Held]:
        """What she holds."""
        where = first(scope, self.districts)
        return [Held(role, where.community_id, where.cell_id, where.enterprise_id)]


@contextmanager
def world_in(file: Path, content: Content, now: datetime, more_in: str = "") -> Iterator[World]:
    """A world, with three times as much in the places of these signs."""
    store = Store(f"sqlite:///{file}")
    districts = Districts(store, content, now)
    districts.build()
    for role, scope in HOLDERS:
        districts.staff(f"{role}{scope}", role, first(scope, districts))
    for place in districts.places:
        for number in "89" if place.sign in more_in else "":
            districts.fill(place, number)
    with store.begin() as tx:
        finding.keep(tx, [(row, of_person(row.name, row.building)) for row in finding.unfindable(tx, after=0, limit=1000)])
    yield World(districts, {})
    store.close()


@pytest.fixture(scope="module")
def world(
    empty_sqlite: Path, content: Content, now: datetime, keys: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    sealed.use_keys(keys)
    file = tmp_path_factory.mktemp("world") / "motherpost.db"
    file.write_bytes(empty_sqlite.read_bytes())
    with world_in(file, content, now) as made:
        yield made


def page_of(address: str) -> Page:
    """The page behind an address."""
    return next(page for pattern, page in PATTERNS if pattern.match(address.partition("?")[0]))


def of_a_page(address: str) -> bool:
    """Whether an address is one of the desk's pages."""
    return any(pattern.match(address.partition("?")[0]) for pattern, _ in PATTERNS)


def read(desk: Desk) -> str:
    """What is read on the page, in the workbook or in the document."""
    if not desk.content.startswith(b"PK"):
        return desk.text
    if b"word/document.xml" in desk.content:
        with zipfile.ZipFile(io.BytesIO(desk.content)) as document:
            return re.sub(r"<[^>]+>", "", document.read("word/document.xml").decode())
    book = load_workbook(io.BytesIO(desk.content), read_only=True)
    return "\n".join(str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value is not None)


def crawl(desk: Desk) -> dict[str, str]:
    """Every page that she gets to from the first by links alone: its address, and what is read there."""
    found: dict[str, str] = {}
    todo = ["/desk"]
    while todo and len(found) < MOST:
        address = todo.pop(0)
        if address in found or not of_a_page(address):
            continue
        found[address] = read(desk.opens(address))
        assert desk.status == 200, f"{address} is linked to, but answers {desk.status}"
        if desk.headers["content-type"].startswith("text/html"):
            here = address.partition("?")[0]
            todo += [f"{here}{link}" if link.startswith("?") else link for link in desk.links()]
    assert len(found) < MOST, "the crawl does not end"
    return found


def filled(page: Page, number: int) -> str:
    """A page's address with this row in it."""
    return re.sub(r"\{\w+(:int)\}", str(number), page.path).replace("{kind}", "community")


def kept(districts: Districts) -> dict[str, list[Any]]:
    """All rows but those of talks, sessions and looks."""
    tables = [name for name in SQLModel.metadata.tables if name not in OWN | {"log_chain"} and not name.startswith("desk_")]
    with districts.store.read() as tx:
        return {name: [tuple(row) for row in tx.exec_driver_sql(f'SELECT * FROM "{name}"')] for name in tables}  # noqa: S608


@pytest.mark.parametrize(("role", "scope"), STAFF)
def test_each_role_gets_to_exactly_its_pages(world: World, role: str, scope: str) -> None:
    desk, held = world.sits(role, scope).opens("/desk"), world.held(role, scope)
    menu = {page.path for page in PAGES if page.menu}
    assert set(desk.links()) & menu == {page.path for page in PAGES if page.menu and page.is_for(held)}
    for page in PAGES:
        status = desk.opens(filled(page, 1)).status
        assert (status != 403) == page.is_for(held), f"{page.path} answers {status}"
        assert status != 403 or not signs([desk.text], world.districts)


@pytest.mark.parametrize(("role", "scope"), OTHERS)
def test_who_has_no_desk_gets_to_no_page(world: World, role: str, scope: str) -> None:
    desk = world.sits(role, scope)
    assert {desk.opens(filled(page, 1)).address for page in PAGES} == {"/desk/in"}


@pytest.mark.parametrize(("role", "scope"), STAFF)
def test_what_each_role_reads_lies_in_its_places(world: World, role: str, scope: str) -> None:
    held, pages = world.held(role, scope), world.crawled(role, scope)
    for address, text in pages.items():
        allowed = {place.sign for place in world.districts.places if visible(place, held, page_of(address).needs)}
        assert signs([text], world.districts) <= allowed, address
    assert {page_of(address).path for address in pages} >= {page.path for page in PAGES if page.menu and page.is_for(held)}


def test_the_crawl_reaches_every_page(world: World) -> None:
    """Else the walk proves nothing of it."""
    reached = {page_of(address).path for role, scope in STAFF for address in world.crawled(role, scope)}
    assert {page.path for page in PAGES} - reached <= UNREACHED


@pytest.mark.parametrize(("role", "scope"), STAFF)
def test_a_search_finds_ones_own_places_alone(world: World, role: str, scope: str) -> None:
    desk, held = world.sits(role, scope), world.held(role, scope)
    for search in SEARCHES:
        for place in world.districts.places:
            desk.opens(search.format(place.sign))
            assert ('class="list"' in desk.html) == visible(place, held, page_of(search).needs), f"{search} for {place.sign}"


@pytest.mark.parametrize(("role", "scope"), INSIDE)
def test_what_lies_elsewhere_answers_as_what_does_not_exist(world: World, role: str, scope: str) -> None:
    desk, held, mine = world.sits(role, scope), world.held(role, scope), world.crawled(role, scope)
    elsewhere = {address.partition("?")[0] for address in world.crawled("federation", "city")} - {one.partition("?")[0] for one in mine}
    for address in elsewhere:
        if (number := re.search(r"/\d+", address)) and page_of(address).is_for(held) and desk.opens(address).status != 200:
            found = desk.text, desk.status
            assert found == (desk.opens(address.replace(number[0], f"/{NONE}")).text, 404), address


@pytest.mark.parametrize(("more_in", "whose"), [("丙", {"community", "firm"}), ("乙丙", {"cell"})])
def test_what_is_put_elsewhere_changes_no_word_of_what_anybody_reads(
    world: World, empty_sqlite: Path, content: Content, now: datetime, tmp_path: Path, more_in: str, whose: set[str]
) -> None:
    """Lists, counts, figures and files alike."""
    file = tmp_path / "fuller.db"
    file.write_bytes(empty_sqlite.read_bytes())
    with world_in(file, content, now, more_in) as fuller:
        for role, scope in INSIDE:
            if scope in whose:
                assert steady(fuller.crawled(role, scope)) == steady(world.crawled(role, scope)), f"{role} in {scope}"


def steady(found: dict[str, str]) -> dict[str, str]:
    """Without fresh secrets, and without who looked, which the crawl itself changes."""
    return {address: text.partition("谁看过、改过")[0] for address, text in found.items() if not address.startswith("/desk/devices")}


@pytest.mark.parametrize(("role", "scope"), STAFF)
def test_no_deed_is_done_by_who_may_not_see_its_page(world: World, role: str, scope: str) -> None:
    desk, held, before = world.sits(role, scope), world.held(role, scope), kept(world.districts)
    for page in PAGES:
        for do in (*page.acts, *page.looks, *page.jobs) if not page.is_for(held) else ():
            assert desk.opens("/desk").sends(filled(page, 1), do=do, **TYPED).status == 403, f"{do} on {page.path}"
    assert kept(world.districts) == before


def test_no_deed_is_done_to_what_lies_elsewhere(world: World) -> None:
    """The numbers of every row that a community's coordinator sees, in the hands of another's."""
    place = world.districts.places[2]
    if "zhao" not in world.districts.people:
        world.districts.staff("zhao", "coordinator", Scope(place.community))
    desk, before = Desk.for_person(world.districts, world.districts.people["zhao"]), kept(world.districts)
    token = desk.opens("/desk").token
    rows = {one.partition("?")[0] for one in world.crawled("coordinator", "community") if re.search(r"/\d+", one)}
    for address in {one for one in rows if desk.opens(one).status == 404}:
        for do in page_of(address).acts:
            desk.sends(address, do=do, token=token, **TYPED)
            assert not signs([desk.text], world.districts) & {"甲", "乙"}, f"{do} on {address}"
    assert kept(world.districts) == before
