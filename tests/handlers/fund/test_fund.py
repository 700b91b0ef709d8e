"""A firm tells, pays and gets its receipt; money is spent on the word of others; anybody can read what became of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, insert, select

from storage.council import suggestions
from storage.council.supports import copy
from storage.tables.columns import table
from storage.tables.fund import fund_share, ledger_booking, ledger_entry
from storage.tables.pay import PaySlip
from storage.tables.people import AccessLog
from storage.tables.work import enterprise
from tests.support import towns
from tests.support.chat import Chat, Town
from tests.support.rows import put


def firm(town: Town) -> Chat:
    return town.invited("firm", "employer", None, enterprise="E1")


def asked(town: Town) -> None:
    """A month that is over, in which the firm had a post in the community."""
    towns.position(town.store, town.now - timedelta(days=60))
    town.tick()


def given(town: Town, revenue: str = "38000") -> tuple[Chat, Chat]:
    """A firm that has told its revenue, and the coordinator who has received the share."""
    asked(town)
    contact, office = firm(town), town.invited("office", "coordinator")
    contact.says("菜单").taps("报营收").taps("报 2026-10").says(revenue).says("跳过").taps("提交")
    office.says("菜单").taps("基金用款").taps("企业分成").taps("收到")
    return contact, office


def test_a_share_goes_from_the_firms_word_to_its_receipt(town: Town) -> None:
    asked(town)
    contact, office = firm(town), town.invited("office", "coordinator")
    contact.says("菜单").taps("报营收").taps("报 2026-10").says("38000").says("10").taps("提交").hears("应交分成 3800.00 元")
    office.listens()
    office.hears("营收 38000.00 元", "应交分成 3800.00 元")
    office.says("菜单").taps("基金用款").taps("企业分成").hears("1 笔").taps("收到").hears("凭证号 YT01-2026-0002")
    contact.listens()
    contact.hears("收据", "3800.00", "YT01-2026-0002")
    town.person("m").says("基金").hears("登记了就能看")


def test_a_month_is_asked_about_once_and_told_once(town: Town) -> None:
    asked(town)
    with town.store.begin() as tx:
        count = tx.execute(select(func.count()).select_from(fund_share)).scalar_one()
    town.tick()
    with town.store.begin() as tx:
        assert tx.execute(select(func.count()).select_from(fund_share)).scalar_one() == count
    contact = firm(town)
    contact.says("菜单").taps("报营收").taps("报 2026-10").says("100").says("跳过").taps("提交").hears("10.00")
    contact.taps_choice("share:1").hears("已经报过了")


def test_another_firm_and_another_community_see_no_such_share(town: Town) -> None:
    asked(town)
    stranger = town.person("thief").says("你好")
    stranger.taps_choice("share:1").hears("要有相应的身份")
    stranger.taps_choice("share_received:1").hears("要有相应的身份")
    with town.store.begin() as tx:
        tx.execute(insert(enterprise).values(code="E2", name="别家", licence="2", contact="李姐", share_percent=5))
    town.invited("other", "employer", None, enterprise="E2").taps_choice("share:1").hears("没有这一条")
    contact = firm(town).taps_choice("share:1").says("100").says("跳过").taps("提交")
    contact.taps_choice("share_received:1").hears("要有相应的身份")
    town.invited("elsewhere", "coordinator", "YT02").taps_choice("share_received:1").hears("没有这一条")


def test_late_shares_are_told_of_to_firm_and_office_once_a_week(town: Town) -> None:
    contact, office = firm(town), town.invited("office", "coordinator")
    asked(town)
    assert not contact.listens()
    town.later(days=8)
    town.tick()
    contact.listens()
    contact.hears("还没有报 2026-10")
    office.listens()
    office.hears("还没有报 2026-10")
    town.later(days=1)
    town.tick()
    assert not contact.listens()


def test_money_is_spent_on_anothers_word_with_a_voucher_and_who_asked_is_told(town: Town) -> None:
    _, office = given(town)
    federation = town.invited("fed", "federation")
    office.says("菜单").taps("基金用款").taps("申请用款").taps("设施").says("3号楼前装两盏路灯").says("1200").says("跳过").taps(
        "提交"
    ).hears("要 1 个人同意")
    office.says("菜单").taps("基金用款").hears("路灯", "1200.00")
    assert "同意" not in office.labels()
    office.taps_choice("spending:1:agree").hears("要别人来同意")
    federation.listens()
    federation.hears("路灯")
    federation.says("菜单").taps("基金用款").taps("同意").hears("同意了")
    office.listens()
    office.hears("同意了")
    office.says("菜单").taps("基金用款").taps("付了").says("1180").says("发票 8812").says("跳过").taps("提交").hears("YT01-2026-0003")
    office.says("菜单").taps("基金用款").taps("写结果").says("路灯亮了").says("跳过").says("跳过").taps("提交")
    office.hears("结果记下了", "用的是母亲岗基金", "路灯亮了")
    office.says("基金").hears("支出：3号楼前装两盏路灯 1180.00 元（凭证 发票 8812", "结余 2620.00 元")


def test_more_than_was_approved_or_than_there_is_is_not_paid(town: Town) -> None:
    _, office = given(town, "100")
    federation = town.invited("fed", "federation")
    office.says("菜单").taps("基金用款").taps("申请用款").taps("孩子").says("图书角").says("500").says("跳过").taps("提交")
    federation.says("菜单").taps("基金用款").taps("同意")
    office.says("菜单").taps("基金用款").taps("付了").says("501").says("A1").says("跳过").taps("提交").hears("不能超过同意的 500.00 元")
    office.says("菜单").taps("基金用款").taps("付了").says("400").says("A1").says("跳过").taps("提交").hears("账上只有 10.00 元")


def test_help_for_a_mother_needs_two_and_is_seen_by_nobody_else(town: Town) -> None:
    _, office = given(town)
    first, second = town.invited("fed1", "federation"), town.invited("fed2", "federation")
    office.says("菜单").taps("基金用款").taps("申请用款").taps("难处").says("王桂花做手术").says("800").taps("提交").hears("要 2 个人同意")
    office.says("菜单").taps("基金用款").hears("帮助一位有难处的妈妈")
    assert "王桂花" not in office.text
    first.says("菜单").taps("基金用款").hears("王桂花").taps("同意").hears("还要 1 个人")
    first.taps_choice("spending:1:agree").hears("表过态了")
    second.says("菜单").taps("基金用款").taps("同意").hears("付款后请记账")
    office.says("菜单").taps("基金用款").taps("付了").says("800").says("B2").says("跳过").taps("提交").hears("记上了")
    office.says("基金").hears("帮助一位有难处的妈妈 800.00")
    assert "王桂花" not in office.text
    with town.store.begin() as tx:
        log = table(AccessLog)
        seen = tx.execute(select(func.count()).select_from(log).where(log.c.action == "fund.see")).scalar_one()
    assert seen >= 2


def test_a_refusal_says_why(town: Town) -> None:
    _, office = given(town)
    federation = town.invited("fed", "federation")
    office.says("菜单").taps("基金用款").taps("申请用款").taps("其他").says("办公室空调").says("1500").says("跳过").taps("提交")
    federation.says("菜单").taps("基金用款").taps("不同意").says("不是给居民用的").taps("提交").hears("理由发给")
    office.listens()
    office.hears("没同意", "不是给居民用的")


def test_a_month_is_closed_when_it_is_over_and_stays_as_it_was(town: Town) -> None:
    _, office = given(town)
    office.taps_choice("fund_close:1:2026-11").hears("还没过完")
    town.later(days=31)
    office.taps_choice("fund_close:1:2026-11").hears("不会再变")
    office.taps_choice("fund_close:1:2026-11").hears("已经结过账")
    worker = town.invited("worker", "grid_worker")
    worker.taps_choice("fund_close:1:2026-10")
    assert "不会再变" not in worker.text


def test_no_booking_of_a_share_touches_anything_but_the_firm_and_the_bank(town: Town) -> None:
    """The share is the firm's own money: there is no account of a wage that it could come from."""
    given(town)
    with town.store.begin() as tx:
        kinds = set(tx.execute(select(ledger_booking.c.kind)).scalars())
        total = tx.execute(select(func.sum(ledger_entry.c.fen))).scalar_one()
    assert kinds == {"share_due", "share_paid"}
    assert total == 0


def test_who_suggested_it_and_who_supports_it_hear_that_the_fund_paid_for_it(town: Town) -> None:
    _, office = given(town)
    author, supporter, other = (town.person(name).says("你好") for name in ("author", "supporter", "other"))
    with town.store.begin() as tx:
        ids: dict[str, int] = {row[0]: row[1] for row in tx.exec_driver_sql("SELECT address, person_id FROM address")}
        said = suggestions.add(tx, "V1", community_id=1, text="路灯坏了", author_id=ids["author"], now=town.now, published_at=town.now)
        elsewhere = suggestions.add(tx, "V2", community_id=2, text="别处的灯", now=town.now, published_at=town.now)
        copy(tx, [ids["supporter"]], said, now=town.now)
    federation = town.invited("fed", "federation")
    begun = office.says("菜单").taps("基金用款").taps("申请用款").taps("设施").says("两盏路灯").says("1200")
    begun.says(str(elsewhere)).taps("提交").hears("没有第 2 号建议")
    begun = office.says("菜单").taps("基金用款").taps("申请用款").taps("设施").says("两盏路灯").says("1200")
    begun.says(str(said)).taps("提交").hears("要 1 个人同意")
    federation.says("菜单").taps("基金用款").taps("同意")
    office.says("菜单").taps("基金用款").taps("付了").says("1180").says("发票 8812").says("跳过").taps("提交")
    office.says("菜单").taps("基金用款").taps("写结果").says("路灯亮了").says("跳过").says("跳过").taps("提交")
    for woman in (author, supporter):
        woman.listens()
        woman.hears("您提的“两盏路灯”", "用母亲岗基金办好了", "路灯亮了")
    assert not other.listens()


def test_what_a_firm_tells_is_held_against_what_its_work_cost_in_wages(town: Town) -> None:
    asked(town)
    contact, office = firm(town), town.invited("office", "coordinator")
    with town.store.begin() as tx:
        woman = tx.exec_driver_sql("SELECT min(person_id) FROM address").scalar_one()
        slip = {"person_id": woman, "enterprise_id": 1, "community_id": 1, "month": "2026-10", "pay_by": town.now.date()}
        put(tx, PaySlip, town.now, **slip, terms="unset", pieces=1000, piece_fen=35_000, total_fen=35_000, status="paid")
    contact.says("菜单").taps("报营收").taps("报 2026-10").says("300").says("跳过").taps("提交")
    office.listens()
    office.hears("1000 件", "350.00 元", "比工钱还少")
