"""Behind a number stand exactly the rows that it counts, for who may see them; a group of few is opened by nobody but who covers the city."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from sqlalchemy import func, select, update

from domain.access import CITY, Scope
from domain.few import FEW
from domain.staff.reports import Line, period
from handlers.capability import Read
from handlers.staff import reports as reporting
from storage.people import persons
from storage.staff import report_kept, reports
from storage.tables.people import access_log, person
from storage.tables.work import Application
from tests.support import towns
from tests.support.chat import Town
from tests.support.desk import Desk
from tests.support.rows import put

MONTH = "/desk/figures?month=2026-11"


@pytest.fixture
def women(town: Town) -> list[int]:
    """Six in the first community and two in the second; two of the six started in the one place each that there was."""
    with town.store.begin() as tx:
        found = [persons.add(tx, "web", f"w{number}", language="zh", now=town.now).person_id for number in range(8)]
        places = persons.communities(tx)
        for number, woman in enumerate(found):
            persons.save_profile(tx, woman, {"modes": ["flexible"] if number < 5 else []}, now=town.now)
            tx.execute(update(person).where(person.c.id == woman).values(community_id=places[number // 6].id, name="王丽萍"))
    for number in range(2):
        post = towns.position(town.store, town.now, f"F{number}", status="filled", headcount=1, taken=1, title=f"满{number}")
        with town.store.begin() as tx:
            put(tx, Application, town.now, person_id=found[number], position_id=post, status="started", started_at=town.now)
    return found


def opened(desk: Desk) -> dict[str, int]:
    """Each number that is a link, with its address."""
    cells = re.findall(r'<a href="(/desk/figures/rows[^"]+)"[^>]*>(\d+)</a>', desk.html)
    return {address.replace("&amp;", "&"): int(number) for address, number in cells}


def test_every_number_opens_as_many_rows_as_it_says(town: Town, women: list[int]) -> None:
    wu = Desk.of(town.invited("wu", "federation", None))
    numbers = opened(wu.opens(MONTH))
    assert {re.search(r"name=(\w+)", address)[1] for address in numbers} >= {"registered", "applied", "started", "filled"}  # type: ignore[index]
    for address, number in numbers.items():
        wu.opens(address)
        assert len(set(re.findall(r"/desk/(?:people|posts)/\d+", wu.html))) == number, address
    wu.sees_not("王丽萍")
    with town.store.read() as tx:
        looked = select(func.count()).where(access_log.c.action == "reports.rows")
        assert tx.execute(looked).scalar_one() == len(numbers)


def test_few_are_opened_by_nobody_of_a_community(town: Town, women: list[int]) -> None:
    li = Desk.of(town.invited("li", "coordinator"))
    numbers = opened(li.opens(MONTH))
    assert numbers and min(numbers.values()) >= FEW
    address = "/desk/figures/rows?month=2026-11&of=all&code=&name={}"
    assert li.opens(address.format("registered")).sees("共 6 项").status == 200
    for name in ("started", "filled", "median_days", "nothing", "__class__"):
        assert li.opens(address.format(name)).status == 404, name
    for group in ("of=community&code=YT02", "of=mode&code=take_home", "of=person&code=1", "of=&code="):
        assert li.opens(f"/desk/figures/rows?month=2026-11&{group}&name=registered").status == 404, group
    assert Desk.of(town.invited("zhou", "grid_worker")).opens(address.format("registered")).status == 403


def test_the_rows_of_a_number_are_paged(town: Town, women: list[int]) -> None:
    with town.store.read() as tx:
        of = reports.Counts("all", "", "registered")
        first = reports.women(tx, [CITY], period("2026-11", now=town.now), of, first=0, limit=5)
        rest = reports.women(tx, [CITY], period("2026-11", now=town.now), of, first=5, limit=5)
        assert [row.id for row in (*first, *rest)] == women


def test_what_was_counted_is_kept_and_counted_anew_beside_the_page(town: Town, women: list[int]) -> None:
    groups = reporting.groups(town.content)

    def counted(table: frozenset[Scope] = frozenset({CITY})) -> report_kept.Counted:
        with town.store.read() as tx:
            return report_kept.lines(tx, table, "2026-11", groups, now=town.now)

    def recounts() -> None:
        work = reporting.recount(town.content, lambda: town.now)
        answer = None
        with town.store.read() as tx, suppress(StopIteration):
            while isinstance(request := work.send(answer), Read):
                answer = request.look(tx)

    before = counted()
    with town.store.begin() as tx:
        tx.execute(update(person).where(person.c.id == women[0]).values(merged_into=women[1]))
    town.later(minutes=9)
    recounts()
    assert counted().at == before.at and counted().lines[0].figures["registered"] == 8
    town.later(minutes=1)
    recounts()
    assert counted().at == town.now and counted().lines[0].figures["registered"] == 7
    town.later(minutes=61)
    assert counted().at == town.now
    # Nobody asked for it for half a day: it is not counted for nobody.
    last = town.now
    town.later(hours=13)
    recounts()
    with town.store.read() as tx:
        assert report_kept.stale(tx, now=town.now) == []
    assert counted().at == town.now > last


def test_whoever_looks_first_after_a_restart_waits_for_no_counting(town: Town, women: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    wu, li = (Desk.of(town.invited(*who)) for who in (("wu", "federation", None), ("li", "coordinator")))
    work, answer = reporting.recount(town.content, lambda: town.now), None
    with town.store.read() as tx, suppress(StopIteration):
        while isinstance(request := work.send(answer), Read):
            answer = request.look(tx)

    def counts(*_: object, **__: object) -> list[Line]:
        raise AssertionError("counted while she waits")

    monkeypatch.setattr(report_kept, "_count", counts)
    for desk in (wu, li):
        assert desk.opens("/desk/figures").sees("2026-10").status == 200
    with pytest.raises(AssertionError, match="counted while"):
        wu.opens("/desk/figures?month=2026-05")
