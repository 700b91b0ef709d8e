"""The survey at the door in chat: the worker's round, the form filled for a woman, near-duplicates, the take-over, and the office's view."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.access import Scope
from domain.capabilities import TELEGRAM
from handlers.survey.at_the_door import again
from storage import erasure
from storage.people import consents, pages, persons
from storage.survey import campaigns, takeovers
from storage.tables.columns import table
from storage.tables.messages import Conversation
from storage.tables.people import AccessLog, Answer, Person
from storage.tables.survey import Campaign
from tests.support import doors
from tests.support.chat import Chat, Town

LOG, P = table(AccessLog), table(Person)


@pytest.fixture
def cell(town: Town) -> Scope:
    return doors.cell(town.store)


def profile(town: Town, person: int) -> persons.Profile:
    with town.store.read() as tx:
        found = persons.profile(tx, person)
    assert found is not None
    return found


def logged(town: Town, person: int) -> list[str]:
    with town.store.read() as tx:
        return list(tx.execute(select(LOG.c.action).where(LOG.c.subject_id == person, LOG.c.subject_kind == "person")).scalars())


def at_the_door(worker: Chat, name: str = "王芳") -> Chat:
    """The worker stands before her and opens her form."""
    return worker.says("/menu").taps("今天的走访").taps(name).taps("填表")


def asks_all(worker: Chat) -> Chat:
    """The questions that an office's list leaves open; nothing else is asked."""
    worker.hears_question("intake", "consent").says("1 3").hears_question("intake", "skills").says("缝纫裁剪").hears_question(
        "intake", "modes"
    ).says("跳过")
    return worker.says("跳过").says("跳过").says("跳过").says("跳过").hears("都填好啦")


def test_a_worker_fills_the_form_for_a_woman_and_it_is_hers(town: Town, cell: Scope) -> None:
    her = doors.woman(town.store, cell, town.now, phone="13900001234", building="3号楼501")
    worker = doors.worker(town, cell)
    doors.campaign(town, community=cell.community_id)
    worker.says("/menu").taps("今天的走访").hears("还有 1 户", "3号楼501 王芳")
    worker.taps("王芳").hears("13900001234").taps("填表").hears("问王芳")
    asks_all(worker).taps("提交").hears("记在她自己名下")
    assert profile(town, her).skills == ["sewing"]
    with town.store.read() as tx:
        by = persons.find(tx, "web", "worker")
        assert by is not None and persons.profile(tx, by.person_id) is None, "the worker's own profile is not touched"
        assert consents.given(tx, her) == {"profile": 1, "jobs": 1} and consents.given(tx, by.person_id) == {}
        rows = tx.execute(select(table(Answer)).where(table(Answer).c.person_id == her)).all()
        assert {row.name for row in rows} == {"consent", "skills"}, "what was on the list and is as it was is not written again"
        door = tx.execute(select(LOG).where(LOG.c.action == "consent.door")).one()
        assert (door.actor_id, door.subject_id) == (by.person_id, her)
        assert door.detail == {"version": 3, "purposes": ["profile", "jobs"]}
    assert doors.visit_of(town.store, her)["status"] == "done"
    worker.taps("回名单").hears("没有要走访的")


def test_what_she_told_before_is_not_asked_again(town: Town, cell: Scope) -> None:
    her = doors.woman(town.store, cell, town.now)
    worker = doors.worker(town, cell)
    doors.campaign(town)
    asks_all(at_the_door(worker)).taps("提交")
    doors.campaign(town, name="春季入户")
    at_the_door(worker).hears("都填好啦", "之前登记过")
    worker.taps("提交").hears("存好了")
    assert profile(town, her).skills == ["sewing"]


def test_without_her_consent_nothing_stays(town: Town, cell: Scope) -> None:
    her = doors.woman(town.store, cell, town.now)
    worker = doors.worker(town, cell)
    doors.campaign(town)
    at_the_door(worker).taps("都不同意")
    if "确定" in worker.text:
        worker.taps("确定")
    worker.hears("没同意存", "以前同意过的").taps("收回以前同意的").taps("存我的资料").hears("全部删掉").taps("她说收回").hears("收回了")
    with town.store.read() as tx:
        assert persons.profile(tx, her) is None and persons.get(tx, her).name is None and consents.given(tx, her) == {}
    assert doors.visit_of(town.store, her)["status"] == "refused"


def test_the_form_goes_on_where_the_worker_stopped(town: Town, cell: Scope) -> None:
    doors.woman(town.store, cell, town.now, "王芳")
    doors.woman(town.store, cell, town.now, "李红")
    worker = doors.worker(town, cell)
    doors.campaign(town)
    at_the_door(worker, "王芳").says("1 3").hears_question("intake", "skills")
    at_the_door(worker, "李红").hears_question("intake", "consent")
    at_the_door(worker, "王芳").hears_question("intake", "skills")
    at_the_door(worker, "王芳").hears_question("intake", "skills")


def test_on_telegram_no_child_is_asked_about_and_none_is_forgotten(town: Town, cell: Scope) -> None:
    her = doors.woman(town.store, cell, town.now)
    with town.store.begin() as tx:
        persons.save_profile(tx, her, {"children": ["2021-03"]}, now=town.now)
    worker = town.person("tg", TELEGRAM).says("/menu")
    with town.store.begin() as tx:
        found = persons.find(tx, "telegram", "tg")
        assert found is not None
        from storage.staff import roles

        roles.give(tx, found.person_id, "grid_worker", cell, now=town.now)
    doors.campaign(town)
    at_the_door(worker).says("1 2 3").hears_question("intake", "skills")
    worker.says("跳过").says("跳过").says("跳过").says("跳过").says("跳过").says("跳过").taps("提交").hears("存好了")
    assert profile(town, her).children == ["2021-03"]
    assert "2021" not in "\n".join(said.text for _, said in worker.heard)


@pytest.mark.parametrize(("verb", "status"), [("搬走了", "moved"), ("不愿意", "refused")])
def test_a_visit_ends_without_a_form(town: Town, cell: Scope, verb: str, status: str) -> None:
    her = doors.woman(town.store, cell, town.now)
    worker = doors.worker(town, cell)
    doors.campaign(town)
    worker.says("/menu").taps("今天的走访").taps("王芳").taps(verb).hears("记下了", "没有要走访的")
    assert doors.visit_of(town.store, her)["status"] == status
    assert profile(town, her).birth_year == 1990, "what she told the office stays"
    worker.taps("不在家").hears("已经记过了")


def test_not_at_home_comes_again_at_another_time_and_is_flagged_the_third_time(town: Town, cell: Scope) -> None:
    her = doors.woman(town.store, cell, town.now)
    worker = doors.worker(town, cell)
    doors.campaign(town)
    worker.says("/menu").taps("今天的走访").taps("王芳").taps("不在家").hears("明天换个时间", "没有要走访的")
    town.later(days=1)
    worker.says("/menu").taps("今天的走访").hears("18:00以后", "1次不在家")
    town.later(hours=9)
    worker.taps("王芳").taps("不在家").hears("明天换个时间")
    town.later(days=1)
    worker.says("/menu").taps("今天的走访").taps("王芳").taps("不在家").hears("已经三次不在家")
    visit = doors.visit_of(town.store, her)
    assert (visit["status"], visit["missed"]) == ("open", 3)
    worker.says("/menu").taps("今天的走访").taps("走访进度").hears("三次以上 1")


def test_another_time_of_the_day() -> None:
    morning, evening = datetime(2026, 11, 24, 2, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert again(morning, 1) == datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert again(evening, 2) == datetime(2026, 11, 25, 1, tzinfo=UTC)
    assert again(morning, 3) == datetime(2026, 12, 1, 1, tzinfo=UTC)


def test_the_list_is_short_by_building_and_goes_on(town: Town, cell: Scope) -> None:
    for number in (10, 2, 1, 9, 3, 8, 7, 5, 6, 4):
        doors.woman(town.store, cell, town.now, f"妈妈{number}", building=f"{number}号楼")
    worker = doors.worker(town, cell)
    doors.campaign(town)
    worker.says("/menu").taps("今天的走访").hears("还有 10 户")
    shown = [label for label in worker.labels() if "号楼" in label]
    assert shown == [f"{n}号楼 妈妈{n}" for n in range(1, 9)]
    worker.taps("后面几户")
    assert [label for label in worker.labels() if "号楼" in label] == ["9号楼 妈妈9", "10号楼 妈妈10"]


def test_another_cell_is_neither_seen_nor_touched(town: Town, cell: Scope) -> None:
    other = doors.cell(town.store, "G2")
    her = doors.woman(town.store, other, town.now, "李红", phone="13900001234")
    worker = doors.worker(town, cell)
    doors.campaign(town)
    worker.says("/menu").taps("今天的走访").hears("没有要走访的")
    visit = doors.visit_of(town.store, her)["id"]
    for what in ("", ":fill", ":away", ":moved", ":refused", ":code", ":hard"):
        worker.taps_choice(f"visit:{visit}{what}").hears("不在您的网格里")
        assert "李红" not in worker.text
    worker.taps_choice(f"merge:{her}:{her}").hears("不在您的网格里")
    worker.taps_choice(f"door:{other.cell_id}").hears("不在您的网格里")
    worker.taps("走访进度")
    assert "G2" not in worker.text and "共 0" in worker.text
    town.person("nobody").taps_choice(f"visit:{visit}").hears("要有相应的身份")
    assert doors.visit_of(town.store, her)["missed"] == 0
    assert [action for action in logged(town, her) if action.startswith(("visits", "people"))] == []


def test_a_form_in_hand_is_not_stored_after_the_cell_changed_hands(town: Town, cell: Scope) -> None:
    her = doors.woman(town.store, cell, town.now)
    worker = doors.worker(town, cell)
    doors.campaign(town)
    asks_all(at_the_door(worker))
    other = doors.cell(town.store, "G2")
    with town.store.begin() as tx:
        persons.change(tx, her, cell_id=other.cell_id)
        campaigns.moved_to(tx, her, community_id=other.community_id, cell_id=other.cell_id)
    worker.taps("提交").hears("不在您的网格里")
    assert profile(town, her).skills == []


def test_hardship_is_ticked_with_her_consent_and_taken_back(town: Town, cell: Scope) -> None:
    her = doors.woman(town.store, cell, town.now)
    worker = doors.worker(town, cell)
    doors.campaign(town)
    asks_all(at_the_door(worker)).taps("提交").taps("家里困难").hears("有活先想着她")
    with town.store.read() as tx:
        assert "hardship" in consents.given(tx, her)
    assert profile(town, her).hardship is True
    worker.taps("去掉")
    with town.store.read() as tx:
        assert "hardship" not in consents.given(tx, her)
    assert profile(town, her).hardship is False


def test_made_up_buttons_do_nothing(town: Town, cell: Scope) -> None:
    worker = doors.worker(town, cell)
    for choice in (
        *("vis:", "visit:x", "visit:1:x", "visit:999999", "visit:list:9999", "visit:list:x", "visit:99999999999999999999"),
        *(
            "door:x",
            "door:999",
            "same_woman:1:new",
            "same_woman:x:y",
            "merge:1",
            "merge:1:1:yes",
            "takeover:abc:yes",
            "own::no",
            "campaign:x",
            "campaign:9",
            "campaign:9:sure",
        ),
    ):
        worker.taps_choice(choice)
        assert worker.fresh and "出了点问题" not in worker.text, choice


def test_the_page_without_network_is_linked_for_workers_alone(town: Town, cell: Scope) -> None:
    worker = doors.worker(town, cell)
    worker.says("/menu").taps("今天的走访").taps("没网也能填")
    key = worker.fresh[0].buttons[0][0].url.partition("?key=")[2]
    with town.store.begin() as tx:
        assert pages.opened(tx, key, "", now=town.now) == "worker"
    town.person("nobody").taps_choice("visit:page").hears("要有相应的身份")


def test_who_has_her_data_deleted_is_on_no_list(town: Town, cell: Scope) -> None:
    her = doors.woman(town.store, cell, town.now)
    worker = doors.worker(town, cell)
    doors.campaign(town)
    with town.store.begin() as tx:
        erasure.erase(tx, her, now=town.now)
    worker.says("/menu").taps("今天的走访").hears("没有要走访的")


# ----- 新登记一位


def registers(worker: Chat, name: str, year: str, phone: str = "跳过") -> Chat:
    worker.says("/menu").taps("今天的走访").taps("新登记一位").hears_question("door", "name").says(name).says(year)
    return worker.says(phone).says("5号楼101").taps("提交")


def test_somebody_new_is_registered_and_visited_at_once(town: Town, cell: Scope) -> None:
    worker = doors.worker(town, cell)
    registers(worker, "赵敏", "1993", "13911112222").hears("赵敏", "5号楼101", "填表")
    with town.store.read() as tx:
        row = tx.execute(select(P).where(P.c.name_digest == persons.name_digest("赵敏", 1993))).one()
        assert (row.phone, row.cell_id, row.community_id) == ("13911112222", cell.cell_id, cell.community_id)
    worker.taps("填表").hears_question("intake", "consent")


@pytest.mark.parametrize(("name", "year", "phone"), [("王 芳", "1990", "跳过"), ("别的名字", "1985", "13900001234")])
def test_who_may_be_the_same_is_shown_before_a_second_record_is_made(town: Town, cell: Scope, name: str, year: str, phone: str) -> None:
    her = doors.woman(town.store, cell, town.now, phone="13900001234", building="3号楼501")
    worker = doors.worker(town, cell)
    registers(worker, name, year, phone).hears("是不是已经登记过", "王芳", "…1234", "3号楼501")
    with town.store.read() as tx:
        before = len(tx.execute(select(P.c.id)).all())
    worker.taps("第1位就是她").hears("王芳", "填表")
    with town.store.read() as tx:
        assert len(tx.execute(select(P.c.id)).all()) == before, "no second record"
        kept = tx.execute(select(table(Answer).c.value).where(table(Answer).c.person_id == her, table(Answer).c.form == "door")).scalars()
        assert f'"{name}"' in set(kept), "what was said at the door is kept as an answer"
    worker.taps("不是，另登记").hears("太旧了")


def test_she_is_somebody_else(town: Town, cell: Scope) -> None:
    doors.woman(town.store, cell, town.now)
    worker = doors.worker(town, cell)
    registers(worker, "王芳", "1990").taps("不是，另登记").hears("王芳", "填表")
    with town.store.read() as tx:
        assert len(tx.execute(select(P.c.id).where(P.c.name_digest == persons.name_digest("王芳", 1990))).all()) == 2
    worker.taps("对一对")
    assert "合成一份" in worker.text
    worker.taps("是同一个人").hears("合好了")
    with town.store.read() as tx:
        rows = tx.execute(select(P.c.merged_into).where(P.c.merged_into.is_not(None))).all()
    assert len(rows) == 1


def test_what_was_said_at_a_door_and_not_decided_is_forgotten_after_a_day(town: Town, cell: Scope) -> None:
    doors.woman(town.store, cell, town.now)
    worker = doors.worker(town, cell)
    registers(worker, "王芳", "1990").hears("另登记")
    town.later(days=1)
    with town.store.begin() as tx:
        campaigns.forget_undecided(tx, now=town.now)
        assert "王芳" not in str([row.state for row in tx.execute(select(table(Conversation)).where(table(Conversation).c.form == "door"))])
    worker.taps("另登记").hears("太旧了")


def test_of_another_community_only_the_number_is_known(town: Town, cell: Scope) -> None:
    foreign = doors.cell(town.store, "F1", community="YT02")
    her = doors.woman(town.store, foreign, town.now, "王芳", phone="13900001234", building="9号楼")
    worker = doors.worker(town, cell)
    registers(worker, "王芳", "1990", "13900001234").hears("别的社区有人登记过同一个手机号")
    assert not {"9号楼", "…1234"} & set(worker.text.split()) and "海风2" not in worker.text
    assert worker.labels() == ["不是，另登记"]
    conversation = worker.fresh[0].buttons[0][0].choice.split(":")[1]
    worker.taps_choice(f"same_woman:{conversation}:{her}").hears("不在您的网格里")
    worker.taps("另登记").hears("填表")
    registers(worker, "王芳", "1991").hears("填表")


# ----- 接管


def handed(town: Town, cell: Scope, worker: Chat) -> tuple[int, str]:
    """A profile made at the door, and its code."""
    her = doors.woman(town.store, cell, town.now, phone="13900001234")
    doors.campaign(town)
    asks_all(at_the_door(worker)).taps("提交").taps("接管码").hears("只给她本人")
    assert worker.fresh[-1].picture, "the link as a QR picture"
    code = worker.text.partition("/start ")[2][:10]
    return her, code


def test_a_woman_takes_over_her_profile_on_her_own_phone(town: Town, cell: Scope) -> None:
    worker = doors.worker(town, cell)
    her, code = handed(town, cell, worker)
    phone = town.person("phone")
    phone.says(f"/start {code}").hears("海风1社区", "姓王")
    assert "芳" not in phone.text and "13900001234" not in phone.text
    phone.taps("是我本人").hears("资料在您自己手机上了")
    phone.says("我的资料").hears("缝纫裁剪", "13900001234")
    with town.store.read() as tx:
        found = persons.find(tx, "web", "phone")
        assert found is not None and found.person_id == her
    town.person("thief").says(f"/start {code}").hears("用过了")


def test_somebody_else_makes_the_code_void_and_the_worker_is_told(town: Town, cell: Scope) -> None:
    worker = doors.worker(town, cell)
    her, code = handed(town, cell, worker)
    other = town.person("other").says(f"/start {code}")
    other.taps("不是我").hears("作废了")
    worker.listens()
    worker.hears("王芳", "不是本人")
    other.taps("是我本人").hears("作废")
    with town.store.read() as tx:
        found = persons.find(tx, "web", "other")
        assert found is not None and found.person_id != her


def test_a_code_ends_after_a_week_and_with_a_newer_one(town: Town, cell: Scope) -> None:
    worker = doors.worker(town, cell)
    _, code = handed(town, cell, worker)
    worker.taps("回名单")
    worker.taps("接管码")
    newer = worker.text.partition("/start ")[2][:10]
    assert newer != code
    town.person("a").says(f"/start {code}").hears("作废")
    town.later(days=7, seconds=1)
    town.person("b").says(f"/start {newer}").hears("过期")


def test_the_workers_own_phone_does_not_swallow_the_profile(town: Town, cell: Scope) -> None:
    worker = doors.worker(town, cell)
    her, code = handed(town, cell, worker)
    worker.says(f"/start {code}").hears("请让她用自己的手机打开")
    worker.taps_choice(f"takeover:{code}:yes").hears("请让她用自己的手机打开")
    with town.store.read() as tx:
        invited = takeovers.find(tx, code)
        assert invited is not None and invited.usable(town.now)


# ----- 安排和进度


def test_a_coordinator_begins_watches_and_ends_a_campaign(town: Town, cell: Scope) -> None:
    doors.woman(town.store, cell, town.now, "王芳")
    doors.woman(town.store, cell, town.now, "李红")
    doors.woman(town.store, doors.cell(town.store, "F1", community="YT02"), town.now, "外区")
    office = town.invited("office", "coordinator")
    office.says("/menu").taps("今天的走访").taps("走访进度").hears("没有在走访的").taps("发起走访").says("十一月入户").taps("名单上所有人")
    office.taps("提交").hears("2 位进了网格员的名单")
    worker = doors.worker(town, cell)
    worker.says("/menu").taps("今天的走访").taps("王芳").taps("搬走了")
    worker.taps("李红").taps("不在家")
    office.says("/menu").taps("今天的走访").taps("走访进度")
    office.hears("共 2，走完 0，搬走 1，不愿意 0，不在家 1（三次以上 0），还没去 0", "海风1社区 G1网格：0/2", "11-24：走完 0，搬走 1")
    worker.says("/menu").taps("今天的走访").taps("走访进度")
    assert "结束这次走访" not in worker.labels()
    office.taps("结束这次走访").taps("结束").hears("结束了")
    town.later(days=1)
    worker.says("/menu").taps("今天的走访").hears("没有要走访的")


def test_only_who_was_not_surveyed_for_long(town: Town, cell: Scope) -> None:
    doors.woman(town.store, cell, town.now - timedelta(days=200), "旧")
    doors.woman(town.store, cell, town.now, "新")
    office = town.invited("office", "coordinator")
    office.taps_choice("campaign:new").says("补访").taps("半年没走访过的").taps("提交").hears("1 位进了")


def test_a_worker_begins_no_campaign(town: Town, cell: Scope) -> None:
    worker = doors.worker(town, cell)
    row = doors.campaign(town, community=cell.community_id)
    worker.taps_choice("campaign:new").hears("要有相应的身份")
    worker.taps_choice(f"campaign:{row}:sure").hears("要有相应的身份")
    foreign = town.invited("foreign", "coordinator", "YT02")
    for what in ("", ":close", ":sure"):
        foreign.taps_choice(f"campaign:{row}{what}").hears("太旧了")


def test_a_larger_campaign_is_finished_by_the_clock(town: Town, cell: Scope) -> None:
    women = [doors.woman(town.store, cell, town.now, f"妈妈{n}") for n in range(5)]
    with town.store.begin() as tx:
        row = campaigns.start(tx, name="大", community_id=None, before=None, by=None, now=town.now)
        assert campaigns.assign(tx, row, now=town.now, limit=2) == 2
    town.tick()
    assert {doors.visit_of(town.store, her)["status"] for her in women} == {"open"}
    with town.store.read() as tx:
        assert campaigns.choosing(tx) is None


def test_a_campaign_without_anybody_is_not_begun(town: Town) -> None:
    office = town.invited("office", "coordinator")
    office.says("/menu").taps("今天的走访").taps("走访进度").taps("发起走访").says("空走访").taps("名单上所有人").taps("提交")
    office.hears("一位也没有")
    with town.store.read() as tx:
        assert tx.execute(select(table(Campaign))).all() == []
