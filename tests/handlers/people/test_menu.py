"""Greeting, menu, forms put off and taken up, reminders, invitations, and her own data."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.commands.town import invitation
from domain.capabilities import TELEGRAM
from storage.people import consents, persons
from storage.tables.messages import notice
from storage.tables.people import address, role
from tests.handlers.work.test_work import registered
from tests.support.chat import Town


def test_hello_says_who_this_is_that_it_costs_nothing_and_the_three_ways_on(town: Town) -> None:
    chat = town.person().says("你好").hears("母亲岗", "不收钱")
    assert chat.labels() == ["看看有什么活", "登记找活", "问问题"]
    assert "同意" not in chat.text
    chat.taps("问问题").taps("要交钱吗").hears("不收")


def test_consent_is_asked_when_something_is_to_be_stored_and_nothing_is_stored_before(town: Town) -> None:
    chat = town.person().says("你好").taps("登记找活").hears("同意")
    chat.says("1 2 3").says("海风1社区")
    with town.store.read() as tx:
        found = persons.find(tx, "web", "a")
        assert found is not None
        assert persons.profile(tx, found.person_id) is None
        assert consents.given(tx, found.person_id) == {}


def test_refusing_everything_stores_nothing_and_blocks_nothing_else(town: Town) -> None:
    chat = town.person().says("登记").taps("都不同意")
    if "确定" in "".join(chat.labels()):
        chat.taps("确定")
    chat.hears("一个字都没有存")
    with town.store.read() as tx:
        found = persons.find(tx, "web", "a")
        assert found is not None and persons.profile(tx, found.person_id) is None
    chat.says("找活干").hears("岗位")


def test_a_form_put_off_goes_on_where_it_stopped_after_weeks(town: Town) -> None:
    chat = town.person().says("登记").says("1").says("海风3社区").says("稍后").hears("先放一放")
    town.later(days=40)
    chat.says("继续").hears("哪些活")


def test_a_half_done_form_is_brought_back_after_one_and_three_days_then_never(town: Town) -> None:
    chat = town.person().says("登记").says("1")
    heard = []
    for day in range(1, 15):
        town.later(days=1, minutes=1)
        town.tick()
        if any("填了一半" in said.text for said in chat.listens()):
            heard.append(day)
    assert heard == [1, 3]


def test_a_reminder_can_be_answered_with_no_more(town: Town) -> None:
    chat = town.person().says("登记").says("1")
    town.later(days=1, minutes=1)
    town.tick()
    chat.listens()
    chat.taps("不填了").hears("不再提醒")
    town.later(days=5)
    town.tick()
    assert chat.listens() == []


def test_a_form_goes_on_on_another_of_her_channels(town: Town) -> None:
    web = town.person("web").says("登记").says("1").says("海风3社区")
    with town.store.begin() as tx:
        found = persons.find(tx, "web", "web")
        assert found is not None
        tx.execute(address.insert().values(person_id=found.person_id, channel="telegram", address="7", state="open", used_at=town.now))
    telegram = town.person("7", TELEGRAM).says("/start").hears("又见面了", "哪些活")
    telegram.says("1").hears_question("intake", "modes")
    assert web.heard


def test_an_invitation_gives_its_role_once(town: Town) -> None:
    code = invitation(town.store, "coordinator", community="YT02", expires_at=town.now + timedelta(hours=1), now=town.now)
    town.person("a").says(f"/start {code}").hears("您现在是海风2社区的协调员", "待办", "办事")
    town.person("b").says(f"/start {code}").hears("用过了")
    town.person("a").says("/menu").taps("办事").hears("待发布岗位")
    assert "待发布岗位" not in town.person("b").says("/menu").text


@pytest.mark.parametrize("code", ["wrong", "' OR 1=1 --", "x" * 500])
def test_a_wrong_code_gives_nothing(town: Town, code: str) -> None:
    town.person().says(f"/start {code}").hears("邀请码")
    with town.store.read() as tx:
        assert tx.execute(role.select()).all() == []


def test_an_expired_code_gives_nothing(town: Town) -> None:
    code = invitation(town.store, "federation", community=None, expires_at=town.now + timedelta(hours=1), now=town.now)
    town.later(hours=2)
    town.person().says(f"/start {code}").hears("过期")


def test_her_data_is_shown_changed_and_deleted(town: Town) -> None:
    chat = registered(town)
    chat.says("我的资料").hears("我存着您的资料", "海风1社区", "全部删掉", "不同意了：给我发岗位消息")
    chat.taps("不同意了：给我发岗位消息").hears("撤回了")
    with town.store.read() as tx:
        found = persons.find(tx, "web", "mother")
        assert found is not None
        assert set(consents.given(tx, found.person_id)) == {"profile", "children"}
    chat.says("我的资料").taps("全部删掉").hears("确定删吗").taps("确定").hears("删掉了")
    with town.store.read() as tx:
        assert persons.profile(tx, found.person_id) is None
        assert consents.given(tx, found.person_id) == {}
        for table in ("answer", "conversation"):
            assert tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0  # noqa: S608
        assert tx.exec_driver_sql("SELECT count(*) FROM inbox WHERE said IS NOT NULL").scalar_one() == 0
    chat.says("我的资料").hears("没有存您的资料")


def test_withdrawing_the_children_forgets_them(town: Town) -> None:
    chat = town.person().says("登记").says("1 2 3").says("海风1社区").says("2021年3月").taps("好了").taps("都还不会")
    for _ in range(5):
        chat.says("跳过")
    chat.hears("2021年3月").taps("提交")
    chat.says("我的资料").taps("不同意了：记孩子的出生年月")
    with town.store.read() as tx:
        found = persons.find(tx, "web", "a")
        assert found is not None
        profile = persons.profile(tx, found.person_id)
        assert profile is not None and profile.children == []


def test_one_answer_is_changed_without_asking_the_rest_again(town: Town) -> None:
    chat = registered(town).says("登记").hears("海风1社区", "提交")
    chat.taps("住哪里").says("海风2社区").hears("海风2社区", "提交").taps("提交").hears("登记好了")
    with town.store.read() as tx:
        found = persons.find(tx, "web", "mother")
        assert found is not None
        assert persons.get(tx, found.person_id).community_id == 2


def test_two_years_without_a_word_and_the_profile_is_gone(town: Town) -> None:
    registered(town)
    town.later(days=729)
    town.tick()
    with town.store.read() as tx:
        found = persons.find(tx, "web", "mother")
        assert found is not None and persons.profile(tx, found.person_id) is not None
        assert tx.exec_driver_sql("SELECT count(*) FROM inbox WHERE said IS NOT NULL").scalar_one() == 0, "words go after half a year"
    town.later(days=2)
    town.tick()
    with town.store.read() as tx:
        assert persons.profile(tx, found.person_id) is None


def test_a_person_is_asked_for_and_staff_are_told(town: Town) -> None:
    duty = town.invited("duty", "coordinator")
    town.invited("m", "mother").says("/menu").taps("找人帮忙").hears("转给社区的同事了")
    duty.listens()
    duty.hears("有人等着回话").taps("看一看").hears("居民")


def test_staff_may_type_what_the_buttons_of_their_menu_say_at_any_time(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    coordinator.says("你好").says("等我看的岗位").hears("没有等您看的岗位")
    coordinator.says("发通知").hears_question("broadcast", "text").says("已发布岗位").hears("没有已经发布的岗位")
    registered(town).says("等我看的岗位")
    assert "没有等您看的岗位" not in town.person("mother").says("等我看的岗位").text


def test_staff_menu_is_short_and_without_a_mothers_affairs(town: Town) -> None:
    said = town.invited("firm", "employer", None, enterprise="E1").says("菜单")
    assert "找活干" not in said.labels() and "我的资料" in said.labels()
    assert max(len(row) for row in said.fresh[-1].buttons) == 2
    rows = town.invited("coordinator", "coordinator").says("菜单").fresh[-1].buttons
    assert len(rows) <= 5 and len(rows[-1]) == 3


def test_a_mother_who_was_invited_is_greeted_and_asked_like_everybody(town: Town) -> None:
    town.invited("invited", "mother").hears("母亲岗", "不收钱").taps("登记找活").hears("同意").says("1").hears_question(
        "intake", "community"
    )


def test_after_a_refused_answer_the_form_is_there_to_change_it(town: Town) -> None:
    worker = town.invited("worker", "grid_worker")
    worker.says("发通知").says("明天体检。").says("跳过").says("跳过").taps("用一句话").says("除了没孩子的").taps("不急")
    worker.taps("提交").hears("分不准", "说法：除了没孩子的", "提交")


def test_what_a_notice_said_is_forgotten_like_every_message(town: Town) -> None:
    """Word to the staff may name who wrote; after the retention only the record is left."""
    coordinator = town.invited("coordinator", "coordinator")
    registered(town).says("人工，我想问问工钱")
    coordinator.listens()
    coordinator.hears("等着回话")
    town.later(days=185)
    town.tick()
    with town.store.read() as tx:
        said = [row.body["text"] for row in tx.execute(select(notice).where(notice.c.created_at < town.now - timedelta(days=180)))]
        assert said and not any(said)


@pytest.mark.parametrize("words", ["你是谁", "要交钱吗？", "你们是不是骗子"])
def test_who_mistrusts_gets_an_answer_and_her_form_waits(town: Town, words: str) -> None:
    chat = town.person().says("登记").says("1 2 3")
    chat.says(words).hears("不收一分钱").hears_question("intake", "community")
    chat.says("海风1社区").hears("孩子")
    registered(town, "other").says(words).hears("不收一分钱")


def test_staff_with_much_to_do_see_what_is_due_first_and_three_buttons(town: Town) -> None:
    coordinator = town.invited("c", "coordinator")
    coordinator.says("菜单").hears("现在没有等着您的事")
    assert coordinator.labels() == ["待办", "办事", "更多"]
    coordinator.taps("更多").hears("数字", "我的资料")
    coordinator.says("菜单").taps("办事").hears("培训班", "发通知")
    mother = registered(town, "mother")
    mother.says("找人帮忙").says("孩子上学的事想问问")
    coordinator.says("菜单").hears("有 1 件等着您", "求助和来话（1）", "待办（1）")
    coordinator.taps("待办（1）").taps("求助和来话").hears("想找人")


def test_the_columns_of_the_account_are_commands_too(town: Town) -> None:
    chat = town.person("t", TELEGRAM)
    chat.says("/jobs").hears("找活", "看看有什么活", "学手艺")
    chat.says("/tell").hears("说事", "意见箱")
    chat.says("/own").hears("我的", "我的资料").taps("我的事")
