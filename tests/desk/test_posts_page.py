"""Posts at the desk: read whole before they are published, sent back with a reason, written by the firm itself, each in its own place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from storage.tables.work import position
from tests.support import towns
from tests.support.chat import Town
from tests.support.desk import Desk

TYPED = {
    "enterprise": "E1",
    "community": "YT01",
    "title": "缝校服",
    "headcount": "3",
    "text": "缝校服，教会为止，每小时30元，按月足额发。",
    "sector": "garment",
    "mode": "flexible",
    "pay_basis": "hour",
    "pay_min": "30",
}


@pytest.fixture
def li(town: Town) -> Desk:
    return Desk.of(town.invited("li", "coordinator"))


def post_of(town: Town, title: str) -> int:
    with town.store.read() as tx:
        return int(tx.execute(select(position.c.id).where(position.c.title == title)).scalar_one())


def test_a_firm_writes_an_office_returns_the_firm_mends_and_the_office_publishes(town: Town, li: Desk) -> None:
    boss = town.invited("boss", "employer", None, enterprise="E1")
    firm = Desk.of(boss).opens("/desk/posts/new").sees("写一个岗位")
    firm.does("save", **TYPED).sees("存好了", "缝校服", "每小时30元")
    number = post_of(town, "缝校服")
    firm.sees_not("退回企业", "位妈妈适合")
    assert firm.does("publish", at=f"/desk/posts/{number}").status == 422
    li.opens("/desk").sees("待发布的岗位").opens("/desk/posts?status=draft").sees("缝校服")
    li.opens(f"/desk/posts/{number}").sees("位妈妈适合", "缝校服，教会为止")
    li.does("back", why="").sees("请写一句为什么")
    li.opens(f"/desk/posts/{number}").does("back", why="没写做多久").sees("退回企业了").sees_not("缝校服")
    boss.listens()
    boss.hears("退回来了", "没写做多久")
    firm.opens(f"/desk/posts/{number}").sees("没写做多久")
    firm.opens(f"/desk/posts/{number}/edit").sees("缝校服")
    firm.does("save", **TYPED | {"windows": "1-5 09:00-11:00"}).sees("存好了").sees_not("没写做多久")
    li.opens(f"/desk/posts/{number}").does("publish").sees("发布了", "已发布")


def test_what_is_wrong_comes_back_with_all_that_was_typed(town: Town, li: Desk) -> None:
    li.opens("/desk/posts/new").does("save", **TYPED | {"headcount": "很多"}).sees("还不能存", "人数")
    assert li.status == 422
    assert "缝校服，教会为止" in li.html


def test_what_nobody_may_publish_is_marked_and_has_no_button(town: Town, li: Desk) -> None:
    number = towns.position(
        town.store, town.now, status="draft", published_at=None, text="缝枕套，每件2元，先交押金200元。", hourly_fen=3000
    )
    li.opens(f"/desk/posts/{number}").sees("不能收押金")
    assert "<mark>" in li.html
    assert 'value="publish"' not in li.html
    li.does("publish").sees("不能发布")


def test_nobody_writes_for_another_place_or_firm(town: Town, li: Desk) -> None:
    li.opens("/desk/posts/new").does("save", **TYPED | {"community": "YT02"}).sees("要有相应的身份")
    other = towns.position(town.store, town.now, "P2", community="YT02", title="别处的", status="draft", published_at=None)
    for address in (f"/desk/posts/{other}", f"/desk/posts/{other}/edit", f"/desk/posts/new?copy={other}"):
        assert li.opens(address).status == 404
        li.sees_not("别处的")
    li.opens("/desk/posts?words=别处的").sees("没有这样的岗位")
    for do in ("publish", "back", "reject", "close", "withdraw"):
        li.opens("/desk/posts").does(do, at=f"/desk/posts/{other}", why="x", reason="fee").sees_not("别处的")
    with town.store.read() as tx:
        assert tx.execute(select(position.c.status).where(position.c.id == other)).scalar_one() == "draft"


def test_a_copy_is_a_draft_of_its_own_and_a_public_post_is_closed_or_withdrawn(town: Town, li: Desk) -> None:
    number = towns.position(town.store, town.now, pay_basis="hour", pay_min_fen=3000, title="缝枕套")
    li.opens(f"/desk/posts/new?copy={number}").sees("写一个岗位")
    assert "缝枕套，计件" in li.html
    assert li.opens(f"/desk/posts/{number}/edit").status == 404
    li.opens(f"/desk/posts/{number}").does("withdraw", reason="fee").sees("撤下了")
    again = towns.position(town.store, town.now, "P3", title="缝被套")
    li.opens(f"/desk/posts/{again}").does("close").sees("关掉了", "结束了")


def test_piece_work_is_published_once_somebody_knows_what_an_hour_brings(town: Town, li: Desk) -> None:
    number = towns.position(town.store, town.now, status="draft", published_at=None, title="缝手套")
    li.opens(f"/desk/posts/{number}").sees("一小时实在能挣多少")
    li.does("estimate", hourly="不知道").sees("请写一个数")
    li.opens(f"/desk/posts/{number}").does("estimate", hourly="28").sees("发布了")


def test_the_list_is_found_by_words_and_ticks(town: Town, li: Desk) -> None:
    for place in range(60):
        towns.position(town.store, town.now, f"X{place}", title=f"活{place}", status="draft", published_at=None)
    li.opens("/desk/posts?status=draft").sees("共 60 项", "第 1 到第 50 项", "下一页")
    li.opens("/desk/posts?status=draft&from=50").sees("活59").sees_not("活49")
    li.opens("/desk/posts?words=活59").sees("共 1 项")
    li.opens("/desk/posts?words=%25").sees("没有这样的岗位")
    with town.store.begin() as tx:
        tx.execute(update(position).where(position.c.title == "活59").values(published_at=town.now - timedelta(days=1), status="published"))
    li.opens("/desk/posts?status=published").sees("活59")
