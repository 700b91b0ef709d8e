"""Firms at the desk: looked at question by question, once a year; suspended for the whole city, and who was told of their posts is told again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from domain.lists import KINDS
from domain.work.vetting import TOPICS, due
from storage import lists
from storage.people import persons
from storage.tables.firms import FirmAgreement, FirmCheck, firm_agreement, firm_check
from storage.tables.messages import Notice, Recipient, notice, recipient
from storage.tables.people import access_log
from storage.tables.work import enterprise, position
from tests.support import towns
from tests.support.chat import Town
from tests.support.desk import Desk, person_of
from tests.support.rows import put

FIRM = "/desk/firms/1"


@pytest.fixture
def wu(town: Town) -> Desk:
    return Desk.of(town.invited("wu", "federation", None))


@pytest.fixture
def post(town: Town) -> int:
    return towns.position(town.store, town.now, title="缝枕套", pay_basis="hour", pay_min_fen=3000)


def looked_at(town: Town, by: int, *, days: int = 0, bad: str = "") -> None:
    """Every question was answered so many days ago, and the agreement runs."""
    with town.store.begin() as tx:
        for topic in TOPICS:
            values = {"enterprise_id": 1, "topic": topic, "good": topic != bad, "checked_by": by}
            put(tx, FirmCheck, town.now, **values, checked_at=town.now - timedelta(days=days))
        day = town.now.date()
        runs = {"enterprise_id": 1, "share_percent": 10, "starts_on": day - timedelta(days=9), "ends_on": day + timedelta(days=9)}
        put(tx, FirmAgreement, town.now, **runs, noted_by=by)


def test_each_question_keeps_its_answers_with_day_and_name(town: Town, post: int) -> None:
    chat = town.invited("li", "coordinator")
    with town.store.begin() as tx:
        persons.change(tx, person_of(chat), name="李主任")
    li = Desk.of(chat).opens("/desk/firms").sees("暖阳服装厂", "没有看过", "没有协议")
    li.opens(FIRM).sees("还有 5 项要看").does("check", topic="wages", good="no", note="").sees("请写一句看到了什么")
    assert li.does("check", at=FIRM, topic="wages", good="maybe").status == 422
    li.opens(FIRM).does("check", topic="wages", good="no", note="九月晚了三天").sees(
        "记下了", "不符合", "九月晚了三天", "2026-11-24 李主任"
    )
    li.sees("还有 4 项要看").does("check", topic="wages", good="yes", note="补了").sees("以前看的", "九月晚了三天", "补了")
    with town.store.read() as tx:
        assert [(row.good, row.note) for row in tx.execute(select(firm_check).order_by(firm_check.c.id))] == [
            (False, "九月晚了三天"),
            (True, "补了"),
        ]
        assert list(tx.execute(select(access_log.c.action).where(access_log.c.action == "firms.check")).scalars()) == ["firms.check"] * 2
    li.opens("/desk/firms?status=due").sees("暖阳服装厂")


def test_a_look_is_due_after_a_year_and_so_is_an_agreement_that_ran_out(town: Town, wu: Desk) -> None:
    wu.opens("/desk").sees("要看一看的企业")
    looked_at(town, 1, days=364)
    wu.opens("/desk/firms?status=due").sees("没有这样的企业").opens("/desk").sees_not("要看一看的企业")
    for changed in (
        update(firm_check).where(firm_check.c.topic == "wages").values(checked_at=town.now - timedelta(days=365)),
        update(firm_agreement).values(ends_on=town.now.date() - timedelta(days=1)),
    ):
        with town.store.begin() as tx:
            tx.execute(changed)
        wu.opens("/desk/firms?status=due").sees("暖阳服装厂")
        with town.store.begin() as tx:
            tx.execute(update(firm_check).values(checked_at=town.now))
    assert due({"wages": town.now - timedelta(days=364)}, now=town.now) == [topic for topic in TOPICS if topic != "wages"]


def test_an_agreement_sets_the_share_from_its_first_to_its_last_day(town: Town, wu: Desk) -> None:
    days = {"starts": "2026-11-01", "ends": "2027-10-31"}
    wu.opens(FIRM)
    for wrong in (
        {"share": "16"},
        {"share": "4"},
        {"ends": "2026-10-31"},
        {"starts": "2025-01-01", "ends": "2026-01-01"},
        {"ends": "bald"},
    ):
        assert wu.does("agree", at=FIRM, **{"share": "12", **days, **wrong}).status == 422, wrong
    wu.opens(FIRM).does("agree", share="12", **days).sees("协议记下了", "12%", "2027-10-31")
    with town.store.read() as tx:
        assert tx.execute(select(enterprise.c.share_percent)).scalar_one() == 12


def told_of_the_post(town: Town, post: int) -> int:
    """Somebody who was told of it."""
    with town.store.begin() as tx:
        her = persons.add(tx, "web", "fang", language="zh", now=town.now).person_id
        told = put(tx, Notice, town.now, kind="position", position_id=post)
        put(tx, Recipient, town.now, notice_id=told, person_id=her, status="queued")
    return her


def corrected(town: Town) -> list[int]:
    with town.store.read() as tx:
        chosen = select(recipient.c.person_id).join(notice, notice.c.id == recipient.c.notice_id).where(notice.c.kind == "correction")
        return list(tx.execute(chosen).scalars())


def test_a_suspended_firm_loses_its_posts_and_exactly_who_was_told_is_corrected(town: Town, wu: Desk, post: int) -> None:
    boss, her = town.invited("boss", "employer", None, enterprise="E1"), told_of_the_post(town, post)
    draft = towns.position(
        town.store, town.now, "P2", title="缝被套", status="draft", published_at=None, pay_basis="hour", pay_min_fen=3000
    )
    wu.opens(FIRM).sees("1 个岗位撤下来").does("suspend", reason="fee", why="").sees("请写一句为什么")
    wu.opens(FIRM).does("suspend", reason="fee", why="向妈妈收押金").sees("暂停了", "向妈妈收押金")
    assert corrected(town) == [her]
    boss.listens()
    boss.hears("暂停合作", "向妈妈收押金")
    with town.store.read() as tx:
        row = tx.execute(select(position.c.status, position.c.withdrawn_why).where(position.c.id == post)).one()
        assert tuple(row) == ("closed", "fee")
    assert wu.does("suspend", at=FIRM, reason="fee", why="x").status == 422
    wu.opens(f"/desk/posts/{draft}").sees("暂停合作了").does("publish").sees("不能发布")
    wu.opens("/desk/firms?status=suspended").sees("暖阳服装厂").opens("/desk/firms?status=running").sees("没有这样的企业")


def test_a_list_publishes_nothing_of_a_suspended_firm(town: Town, wu: Desk) -> None:
    draft = towns.position(town.store, town.now, status="draft", published_at=None)
    wu.opens(FIRM).does("suspend", reason="pay", why="欠工钱")
    with town.store.begin() as tx:
        row = {**next(iter(lists.listed(tx, KINDS["positions"]))), "status": "published"}
        saved = lists.save(tx, KINDS["positions"], [row, {**row, "code": "N1"}], consent_version=0, now=town.now)
        assert set(saved.refused) == {"P1", "N1"}
        assert tx.execute(select(position.c.status).where(position.c.id == draft)).scalar_one() == "draft"


def test_it_comes_back_once_nothing_is_wrong_and_what_was_withdrawn_stays_so(town: Town, wu: Desk, post: int) -> None:
    by = 1
    looked_at(town, by, bad="safety")
    wu.opens(FIRM).does("suspend", reason="unsafe", why="没有灭火器")
    wu.opens(FIRM).does("resume").sees("还有不符合的地方")
    wu.opens(FIRM).does("check", topic="safety", good="yes").sees("记下了")
    wu.does("resume", at=FIRM).sees("恢复了", "以前暂停过")
    assert wu.does("resume", at=FIRM).status == 422
    with town.store.read() as tx:
        assert tx.execute(select(position.c.status).where(position.c.id == post)).scalar_one() == "closed"


def test_a_community_looks_at_its_firms_alone_and_decides_nothing_for_the_city(town: Town, post: int) -> None:
    zhao = Desk.of(town.invited("zhao", "coordinator", "YT02")).opens("/desk/firms").sees("没有这样的企业")
    assert zhao.opens(FIRM).status == 404
    li = Desk.of(town.invited("li", "coordinator")).opens(FIRM).sees("暖阳服装厂")
    assert 'value="suspend"' not in li.html
    for desk in (zhao, li):
        for do in ("suspend", "agree", "resume") if desk is li else ("suspend", "agree", "resume", "check"):
            typed = {
                "reason": "fee",
                "why": "x",
                "share": "12",
                "starts": "2026-11-01",
                "ends": "2027-10-31",
                "topic": "wages",
                "good": "yes",
            }
            assert desk.opens("/desk/firms").does(do, at=FIRM, **typed).status in (404, 422), do
    with town.store.read() as tx:
        assert tx.execute(select(position.c.status).where(position.c.id == post)).scalar_one() == "published"
        assert tx.execute(select(firm_check.c.id)).first() is None
