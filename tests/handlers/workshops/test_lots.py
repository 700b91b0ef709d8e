"""A lot goes out in bags and comes back; both sides count, a person looks where they differ, and nobody is charged."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from domain.workshops.pieces import Pieces
from storage.tables.workshops import lot, lot_count
from storage.workshops import lots
from tests.support import towns
from tests.support.chat import Chat, Town


def office(town: Town, pieces: str = "100") -> Chat:
    """A coordinator with one lot that a firm brought."""
    towns.position(town.store, town.now)
    keeper = town.invited("office", "coordinator")
    keeper.says("菜单").taps("来料做活").taps("新送来").taps("暖阳")
    keeper.says("缝枕套").says(pieces).says("0.35").says("2026-12-05").says("跳过").says("跳过").taps("提交")
    return keeper.hears("缝枕套", f"{pieces} 件", "0.35", "12-05")


def packed(keeper: Chat, pieces: str = "50") -> str:
    """A bag of so many; the code on it."""
    keeper.taps_choice("lot:1:pack").says(pieces).taps("提交").hears("装好了")
    found = re.search(r"/start (\w{10})", keeper.text)
    assert found
    return found[1]


def where(town: Town) -> Pieces:
    with town.store.read() as tx:
        found = lots.get(tx, 1)
    assert found is not None and sum(found.where) == found.pieces
    return found.where


def test_a_lot_goes_out_comes_back_and_is_collected(town: Town, mother: Chat) -> None:
    keeper, firm = office(town), town.invited("firm", "employer", None, enterprise="E1")
    code = packed(keeper)
    mother.says(f"/start {code}").hears("缝枕套 50 件", "0.35", "12-05").taps("拿回家做").hears("领好了")
    mother.says("我的事").hears("缝枕套", "50 件")
    keeper.says(f"/start {code}").hears("拿回家做", "还有 50 件").taps("收活").says("46").says("3").says("1").says("跳过").taps("提交")
    mother.listens()
    mother.hears("好的 46", "返工 3", "做坏 1").taps("对").hears("两边都点过了")
    assert where(town) == Pieces(held=50, good=46, rework=3, spoilt=1)
    keeper.taps_choice("lot:1:pickup").says("46").says("0").says("1").says("跳过").taps("提交")
    firm.listens()
    firm.hears("好的 46").taps("对")
    keeper.taps_choice("lot:1:unused").says("50").taps("提交")
    firm.says("菜单").taps("送料的进度").hears("企业取走 97", "要返工 3")
    assert "王" not in firm.text
    assert where(town) == Pieces(rework=3, collected=97)


def test_what_needs_rework_goes_out_again_until_the_lot_is_over(town: Town, mother: Chat) -> None:
    keeper = office(town, "10")
    first = packed(keeper, "10")
    mother.says(f"/start {first}").taps("在工坊做")
    keeper.says(f"/start {first}").taps("收活").says("8").says("2").says("0").says("跳过").taps("提交")
    keeper.taps_choice("lot:1:rework").says("2").taps("提交")
    second = re.search(r"/start (\w{10})", keeper.text)
    assert second and where(town) == Pieces(good=8, packed=2)
    mother.says(f"/start {second[1]}").taps("在工坊做")
    keeper.says(f"/start {second[1]}").taps("收活").says("2").says("0").says("0").says("跳过").taps("提交")
    keeper.taps_choice("lot:1:pickup").says("10").says("0").says("0").says("跳过").taps("提交")
    with town.store.read() as tx:
        assert tx.execute(select(lot.c.status)).scalar_one() == "closed"


def test_another_number_in_the_bag_is_a_matter_for_a_person(town: Town, mother: Chat) -> None:
    keeper = office(town)
    mother.says(f"/start {packed(keeper)}").taps("数目不对").says("48").taps("提交").hears("您数的是 48 件", "请人来看")
    keeper.listens()
    keeper.hears("好的 50", "好的 48").taps("打开看").taps("按对方的数").hears("定下来了")
    mother.listens()
    mother.hears("好的 48")
    assert where(town) == Pieces(held=52, away=48)
    keeper.says("待办").hears("没有")


def test_two_counts_of_what_came_back_are_settled_by_a_third(town: Town, mother: Chat) -> None:
    keeper = office(town)
    code = packed(keeper)
    mother.says(f"/start {code}").taps("拿回家做")
    keeper.says(f"/start {code}").taps("收活").says("40").says("0").says("10").says("跳过").taps("提交")
    mother.listens()
    mother.taps("不对").says("50").says("0").says("0").says("跳过").taps("提交").hears("按多的那个数算")
    keeper.listens()
    keeper.says("待办").taps("数目对不上").taps("打开看").taps("又数了一遍").says("45").says("3").says("2").says("跳过").taps("提交")
    assert where(town) == Pieces(held=50, good=45, rework=3, spoilt=2)
    mother.listens()
    mother.hears("好的 45")
    keeper.taps_choice("differs:2:ours").hears("已经定下来了")


def test_more_than_there_is_cannot_be_packed_counted_or_collected(town: Town, mother: Chat) -> None:
    keeper = office(town, "20")
    keeper.taps_choice("lot:1:pack").says("21").taps("提交").hears("“没发”只有 20 件")
    code = packed(keeper, "10")
    mother.says(f"/start {code}").taps("拿回家做")
    keeper.says(f"/start {code}").taps("收活").says("11").says("0").says("0").says("跳过").taps("提交").hears("最多还有 10 件")
    keeper.taps_choice("lot:1:pickup").says("1").says("0").says("0").says("跳过").taps("提交").hears("“做好”只有 0 件")
    assert where(town) == Pieces(held=10, away=10)


def test_the_database_itself_lets_no_piece_appear(town: Town) -> None:
    office(town)
    with pytest.raises(IntegrityError), town.store.begin() as tx:
        lots.put(tx, 1, Pieces(held=101))
    with pytest.raises(IntegrityError), town.store.begin() as tx:
        lots.put(tx, 1, Pieces(held=101, away=-1))


def test_a_bag_is_taken_once_and_seen_by_nobody_else(town: Town, mother: Chat) -> None:
    keeper = office(town)
    code = packed(keeper)
    stranger = town.person("stranger").says(f"/start {code}").hears("先登记")
    stranger.taps_choice(f"bag:{code}:home")
    assert where(town).packed == 50
    mother.says(f"/start {code}").taps("拿回家做")
    mother.taps_choice(f"bag:{code}:here").hears("已经不在")
    stranger.says(f"/start {code}").hears("已经有人领了")
    stranger.taps_choice("my_bag:1").hears("没有这一条")
    keeper.taps_choice("lot_bag:1:unpack").hears("已经不在")
    assert where(town) == Pieces(held=50, away=50)


def test_a_bag_that_nobody_took_is_unpacked(town: Town) -> None:
    keeper = office(town)
    packed(keeper)
    keeper.taps_choice("lot_bag:1").taps("拆了").hears("放回去了")
    assert where(town) == Pieces(held=100)


def test_late_asks_gently_and_what_is_missing_is_listed_and_taken_back(town: Town, mother: Chat) -> None:
    keeper = office(town)
    code = packed(keeper)
    mother.says(f"/start {code}").taps("拿回家做")
    town.tick()
    assert not any("不着急" in said.text for said in mother.listens())
    town.later(days=12)
    town.tick()
    mother.listens()
    mother.hears("不着急", "50 件")
    town.later(days=2)
    town.tick()
    assert not any("不着急" in said.text for said in mother.listens())
    mother.taps_choice("late:1:help").hears("不扣钱")
    keeper.listens()
    keeper.hears("有难处")
    keeper.says("菜单").taps("来料做活").taps("晚了").taps("记作没回来").hears("不扣钱")
    assert where(town) == Pieces(held=50, missing=50)
    keeper.says(f"/start {code}").taps("收活").says("20").says("0").says("0").says("跳过").taps("提交")
    assert where(town) == Pieces(held=50, good=20, missing=30)
    with town.store.read() as tx:
        assert tx.execute(select(lot_count.c.kind).order_by(lot_count.c.id)).scalars().all() == ["out", "missing", "found", "back"]


def test_nobody_settles_her_own_count(town: Town) -> None:
    keeper = office(town)
    code = packed(keeper)
    with town.store.begin() as tx:
        mine = tx.execute(select(lot_count.c.told_by)).scalar_one()
        tx.execute(lot_count.update().values(status="differs", person_id=mine, away=50, her_good=48, her_rework=0, her_spoilt=0))
        lots.put(tx, 1, Pieces(held=50, away=50))
    keeper.taps_choice("differs:1:theirs").hears("要别人来定")
    assert code and where(town).away == 50


def test_a_firm_brings_only_its_own_lots_where_it_has_posts(town: Town) -> None:
    office(town)
    firm = town.invited("firm", "employer", None, enterprise="E1")
    firm.says("菜单").taps("送料的进度").taps("新送来").taps("暖阳").says("贴标").says("300").says("0.1").says("2026-12-09")
    firm.says("跳过").says("跳过").taps("提交").hears("贴标 300 件")
    firm.taps_choice("lot_new:1:2").hears("要有相应的身份")
    firm.taps_choice("lot:1").hears("要有相应的身份")
    town.invited("elsewhere", "coordinator", "YT02").taps_choice("lot:1").hears("没有这一条")
