"""Workshops at the desk: what is due, who booked, how full each hour is, a check that is written down, and the lots that are there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.notices import LOCAL
from storage.people import persons
from storage.workshops import bookings, lots, places
from tests.support import workshops
from tests.support.chat import Chat, Town
from tests.support.desk import Desk, person_of


@pytest.fixture
def shop(town: Town) -> int:
    with town.store.begin() as tx:
        made = workshops.sound(tx, but=("exits",))
        workshops.sound(tx, name="别处工坊", community=2)
        lots.bring(
            tx,
            "L1",
            enterprise_id=1,
            community_id=1,
            item="枕套",
            pieces=100,
            rate_fen=50,
            deadline=town.now.date() - timedelta(1),
            now=town.now,
        )
    return made


def booked(town: Town, shop: int, chat: Chat) -> str:
    """She has a place at eleven today; that hour as the page has it."""
    at = (town.now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    with town.store.begin() as tx:
        room = places.room(tx, shop, "work")
        assert room is not None
        persons.change(tx, person_of(chat), name="王晓梅")
        assert bookings.book(tx, room, at, person_of(chat), now=town.now)
    return f"{at.astimezone(LOCAL):%H:%M}"


def test_the_office_sees_what_is_due_who_booked_and_how_full_each_hour_is(town: Town, shop: int) -> None:
    hour = booked(town, shop, town.person("mei").says("你好"))
    li = Desk.of(town.invited("li", "coordinator")).opens("/desk/workshops")
    li.sees("巧手工坊", "出口通道", "刘姐", "枕套", "1 处有要查的").sees_not("别处工坊")
    li.opens(f"/desk/workshops/{shop}").sees("还没查过", hour, "1 / 2", "王某某", "刘姐").sees_not("王晓梅")
    li.opens(f"/desk/workshops/{shop}?day=2026-11-28").sees("没开门")
    assert li.opens(f"/desk/workshops/{shop + 1}").status == 404
    assert Desk.of(town.invited("zhou", "grid_worker")).opens("/desk/workshops").status == 403


def test_a_check_that_fails_takes_places_back_and_one_that_passes_opens_it(town: Town, shop: int) -> None:
    mei = town.person("mei").says("你好")
    booked(town, shop, mei)
    li = Desk.of(town.invited("li", "coordinator")).opens(f"/desk/workshops/{shop}")
    assert li.does("check", kind="exits", result="passed", checked_on="2026-13-01").status == 422
    assert li.opens(f"/desk/workshops/{shop}").does("check", kind="roof", result="passed", checked_on="2026-11-24").status == 422
    li.opens(f"/desk/workshops/{shop}").does("check", kind="exits", result="passed", checked_on="2026-11-24").sees("记下了").sees_not(
        "还没查过"
    )
    li.does("check", kind="fire", result="failed", checked_on="2026-11-24", note="灭火器过期").sees(
        "已经告诉她们", "不合格", "灭火器过期", "没有人订"
    )
    town.tick()
    mei.listens()
    assert "看看别的工坊" in mei.text
    li.does("close").sees("关着").does("open").sees("开放")


def test_who_looks_after_another_community_changes_nothing_here(town: Town, shop: int) -> None:
    zhao = Desk.of(town.invited("zhao", "coordinator", "YT02"))
    for do in ("close", "check"):
        zhao.opens(f"/desk/workshops/{shop + 1}")
        sent = zhao.does(do, at=f"/desk/workshops/{shop}", kind="fire", result="failed", checked_on="2026-11-24")
        assert sent.status == 404
    with town.store.read() as tx:
        place = places.get(tx, shop)
        assert place is not None and place.status == "open" and places.checks(tx, [shop])[shop]["fire"].passed
