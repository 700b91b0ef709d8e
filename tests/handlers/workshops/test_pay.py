"""Pay: closed once, topped up on a second person's word, paid, confirmed by her; and missing pay is a wage matter at once."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from docx import Document
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from bot import case_files, slip_files
from bot.transactions import Transactions
from domain.workshops.pieces import Count
from handlers import links
from handlers.turn import Turn
from storage.tables.pay import pay_line, pay_slip
from storage.tables.people import task
from storage.tables.workshops import lot_count
from storage.workshops import counts, lots
from tests.support import towns
from tests.support.chat import Chat, Town

LAST = timedelta(days=20)


def person_of(town: Town, chat: Chat) -> int:
    with town.store.read() as tx:
        return int(tx.exec_driver_sql("SELECT person_id FROM address WHERE address = ?", (chat.address,)).scalar_one())


def worked(town: Town, chat: Chat, good: int = 100, *, rate: int = 35, last_month: bool = True, lot: str = "L1") -> int:
    """A bag of hers of which so many came back good, in the last month or this one; the row of what came back."""
    day = (town.now - LAST if last_month else town.now).date()
    with town.store.begin() as tx:
        post = tx.exec_driver_sql("SELECT id FROM position").scalar() or 0
    post = post or towns.position(town.store, town.now)
    with town.store.begin() as tx:
        fresh = lots.bring(
            tx,
            lot,
            enterprise_id=1,
            community_id=1,
            position_id=post,
            item="枕套",
            pieces=good,
            rate_fen=rate,
            deadline=day,
            now=town.now,
        )
        hers: counts.Fresh = {"person_id": person_of(town, chat), "rate_fen": rate}
        bag = counts.add(tx, fresh, "out", Count(good), status="agreed", on=day, now=town.now, **hers)
        hers["bag_id"] = bag
        return counts.add(tx, fresh, "back", Count(good), status="agreed", on=day, now=town.now, **hers)


def slips_of(town: Town) -> list[tuple[int, int, str]]:
    with town.store.read() as tx:
        rows = tx.execute(select(pay_slip.c.piece_fen, pay_slip.c.total_fen, pay_slip.c.status).order_by(pay_slip.c.id))
        return [tuple(row) for row in rows]


def hours(town: Town, chat: Chat, minutes: int, *, month: str = "2026-10") -> None:
    with town.store.begin() as tx:
        from storage.workshops import pay

        pay.tell_hours(tx, person_of(town, chat), 1, 1, month, minutes=minutes, now=town.now)


@pytest.fixture
def office(town: Town) -> Chat:
    return town.invited("office", "coordinator")


def test_a_month_is_closed_paid_and_confirmed(town: Town, mother: Chat, office: Chat) -> None:
    town.now += timedelta(days=10)
    worked(town, mother, last_month=True)
    mother.says("我的工钱").hears("还没结", "100 件", "35.00")
    firm = town.invited("firm", "employer", None, enterprise="E1")
    office.says("菜单").taps("结工钱").taps("结 2026-11").hears("1 份，共 35.00 元", "没报工时、没法比的 1 份")
    office.taps_choice("pay_close:1:1:2026-11").hears("已经结过了")
    firm.says("菜单").taps("付工钱").hears("1 人，共 35.00 元").taps("发了").hears("35.00")
    mother.listens()
    mother.hears("35.00", "收到了吗").taps("收到了").hears("记下您收到了")
    mother.says("我的工钱").hears("2026-11", "35.00", "收到了").taps("看 2026-11").hears("100 件 × 0.35 元 = 35.00 元", "没报工时")
    assert slips_of(town) == [(3500, 3500, "confirmed")]


def test_below_the_minimum_takes_a_second_person_and_a_top_up(town: Town, mother: Chat, office: Chat) -> None:
    town.now += timedelta(days=10)
    worked(town, mother)
    hours(town, mother, 120, month="2026-11")
    office.says("菜单").taps("结工钱").taps("结 2026-11").hears("第二个人看的 1 份")
    office.taps_choice("pay_paid:1:1:2026-11").hears("没有要结的")
    office.taps_choice("pay_second:1:yes").hears("要别人来看")
    other = town.invited("other", "federation")
    other.says("菜单").taps("结工钱").taps("看一看").hears("最低工资 48.00 元，补 13.00 元").taps("看过了").hears("48.00")
    office.says("菜单").taps("结工钱").taps("发了").hears("48.00")
    assert slips_of(town) == [(3500, 4800, "paid")]


def test_work_by_contract_is_held_against_no_minimum(town: Town, mother: Chat, office: Chat) -> None:
    town.now += timedelta(days=10)
    worked(town, mother)
    hours(town, mother, 120, month="2026-11")
    office.says("菜单").taps("结工钱").taps("用工性质").taps("承揽").says("李律师 11月20日").says("跳过").taps("提交").hears("记下了")
    office.taps_choice("pay_close:1:1:2026-11").hears("第二个人看的 0 份")
    assert slips_of(town) == [(3500, 3500, "closed")]


def test_pieces_beyond_the_quota_pay_more_and_only_where_there_is_one(town: Town, mother: Chat, office: Chat) -> None:
    town.now += timedelta(days=10)
    back = worked(town, mother)
    office.taps_choice(f"pay_extra:{back}").hears("没有给这个岗位定额")
    office.taps_choice("pay_terms:1").taps("劳动关系").says("李律师 11月20日").says("20").taps("提交")
    office.taps_choice(f"pay_extra:{back}").taps("休息日").says("101").taps("提交").hears("好的一共 100 件")
    office.taps_choice(f"pay_extra:{back}").taps("休息日").says("10").taps("提交").hears("按多的算")
    office.taps_choice("pay_close:1:1:2026-11")
    assert slips_of(town) == [(3150, 3850, "closed")]


def test_short_work_is_closed_at_once_and_what_came_later_on_a_slip_of_its_own(town: Town, mother: Chat, office: Chat) -> None:
    worked(town, mother, 10, last_month=False)
    office.says("菜单").taps("结工钱").taps("短工做完就结").hears("3.50")
    worked(town, mother, 20, last_month=False, lot="L2")
    office.says("菜单").taps("结工钱").taps("短工做完就结").hears("7.00")
    assert slips_of(town) == [(350, 350, "closed"), (700, 700, "closed")]


def test_while_two_counts_differ_she_is_paid_the_higher_and_loses_nothing_later(town: Town, mother: Chat, office: Chat) -> None:
    back = worked(town, mother, 40, last_month=False)
    with town.store.begin() as tx:
        tx.execute(update(lot_count).where(lot_count.c.id == back).values(status="differs", her_good=50, her_rework=0, her_spoilt=0))
    office.taps_choice("pay_close:1:1:2026-11").hears("17.50")
    with town.store.begin() as tx:
        tx.execute(update(lot_count).where(lot_count.c.id == back).values(status="settled", good=45))
    office.taps_choice("pay_close:1:1:2026-11").hears("没有要结的")
    with town.store.begin() as tx:
        tx.execute(update(lot_count).where(lot_count.c.id == back).values(good=52))
    office.taps_choice("pay_close:1:1:2026-11").hears("0.70")
    assert [total for _, total, _ in slips_of(town)] == [1750, 70]


def test_what_is_not_paid_by_its_day_is_a_wage_matter_at_once(town: Town, mother: Chat, office: Chat) -> None:
    worked(town, mother, last_month=False)
    office.taps_choice("pay_close:1:1:2026-11")
    town.later(days=2)
    town.tick()
    mother.listens()
    mother.hears("到日子还没发", "35.00")
    office.listens()
    office.hears("工钱")
    with town.store.read() as tx:
        assert tx.execute(select(task.c.kind, task.c.about_id).where(task.c.kind == "wage")).one() == ("wage", -1)
    town.tick()
    with town.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(task).where(task.c.kind == "wage")).scalar_one() == 1


def test_her_no_is_a_wage_matter_and_nobody_elses_slip_is_shown(town: Town, mother: Chat, office: Chat) -> None:
    worked(town, mother, last_month=False)
    office.taps_choice("pay_close:1:1:2026-11")
    stranger = town.person("stranger").says("你好")
    stranger.taps_choice("slip:1").hears("没有这一条")
    stranger.taps_choice("slip:1:yes").hears("没有这一条")
    town.invited("elsewhere", "coordinator", "YT02").taps_choice("pay_close:1:1:2026-11").hears("要有相应的身份")
    office.taps_choice("pay_paid:1:1:2026-11")
    mother.listens()
    mother.taps("没收到").hears("社区去问")
    office.says("待办").hears("工钱")
    assert slips_of(town)[0][2] == "missing"


def test_the_database_lets_no_slip_be_lowered_and_no_line_be_changed(town: Town, mother: Chat, office: Chat) -> None:
    worked(town, mother, last_month=False)
    office.taps_choice("pay_close:1:1:2026-11")
    for statement in (
        update(pay_slip).values(piece_fen=3000, total_fen=3000),
        update(pay_line).values(pieces=1),
        pay_line.delete(),
        pay_slip.delete(),
    ):
        with pytest.raises(IntegrityError), town.store.begin() as tx:
            tx.execute(statement)
    assert slips_of(town) == [(3500, 3500, "closed")]


def test_she_tells_her_hours_below_her_pay(town: Town, mother: Chat, office: Chat) -> None:
    back = worked(town, mother, last_month=False)
    with town.store.begin() as tx:
        tx.execute(update(lot_count).where(lot_count.c.id == back - 1).values(away=5))
    mother.says("我的工钱").taps("报这个月").says("3").taps("提交").hears("最低工资")
    office.taps_choice("pay_close:1:1:2026-11").hears("第二个人看的 1 份")
    assert slips_of(town) == [(3500, 7200, "waiting")]


def test_her_slip_is_a_file_behind_a_link_that_is_hers_alone(
    town: Town, mother: Chat, office: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_files, "installed", lambda: False)
    worked(town, mother, last_month=False)
    hours(town, mother, 120, month="2026-11")
    office.taps_choice("pay_close:1:1:2026-11")
    mother.taps_choice("slip:1:file").hears("10 分钟")
    [button] = [one for said in mother.fresh for one in said.choices()]
    token, of = button.url.rpartition("/")[2], slip_files.exports(Transactions(town.store), town.content, now=lambda: town.now)
    found = of(token)
    assert found is not None and found.name == "工钱条.docx"
    read = Document(io.BytesIO(found.content))
    text = "\n".join([*(line.text for line in read.paragraphs), *(cell.text for row in read.tables[0].rows for cell in row.cells)])
    assert all(
        piece in text for piece in ("2026-11", "枕套", "100", "0.35", "35.00", "2 小时", "48.00", "13.00", "还没定", "从不从工钱里扣")
    )
    assert of(token + "x") is None and of("") is None
    stranger = town.person("stranger").says("你好")
    stranger.taps_choice("slip:1:file").hears("没有这一条")
    with town.store.read() as tx:
        another = links.link(Turn.to(tx, town.content, person_of(town, stranger), now=town.now), "slip", 1).rpartition("/")[2]
        a_case = links.link(Turn.to(tx, town.content, person_of(town, mother), now=town.now), "copy", 1).rpartition("/")[2]
    assert of(another) is None and of(a_case) is None
    town.later(minutes=11)
    assert of(token) is None
