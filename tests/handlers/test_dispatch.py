"""The way of one message: once, in its own savepoint, with danger looked for first."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain import replies
from domain.capabilities import TELEGRAM, WEB, WECHAT
from domain.messages import Button, Inbound, Outbound
from handlers import dispatch
from handlers.capabilities import CAPABILITIES
from handlers.capability import Route
from handlers.people import menu
from handlers.tell import tell
from handlers.turn import Turn
from storage import inbox, told
from storage.database import Store
from storage.people import persons
from tests.support.chat import Town
from tests.support.towns import position


def rows(store: Store, table: str) -> int:
    with store.read() as tx:
        return int(tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608


# Handlers are put in the place of a command's own.
COMMANDS: dict[str, Route] = CAPABILITIES.commands  # type: ignore[assignment]


def test_a_repeated_event_has_no_second_effect(town: Town) -> None:
    chat = town.person()
    chat.says("登记", event="1").hears("同意")
    before = rows(town.store, "outbox")
    assert chat.says("登记", event="1").fresh == []
    assert rows(town.store, "outbox") == before
    assert rows(town.store, "inbox") == 1


def test_a_failing_handler_undoes_only_itself_and_apologises_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(turn: Turn, argument: str) -> list[Outbound]:
        persons.change(turn.tx, turn.person_id, language="zh-Hant")
        raise RuntimeError("secret text that no log may hold")

    monkeypatch.setitem(COMMANDS, "menu", Route(broken))
    bad, good = town.person("bad"), town.person("good")
    now = town.now
    with town.store.begin() as tx:
        for chat, text in ((good, "start"), (bad, "menu"), (good, "again")):
            one = Inbound(channel="web", event_id=chat.address + text, sender=chat.address, kind="command", text=text, sent_at=now)
            dispatch.receive(tx, one, now, content=town.content)
    bad.listens()
    bad.hears("对不起")
    good.listens()
    good.hears("母亲岗", "以后有合适的再告诉您")
    with town.store.read() as tx:
        found = persons.find(tx, "web", "bad")
        assert found is not None and found.language == "zh", "what the handler changed is undone"
        assert tx.exec_driver_sql("SELECT status FROM inbox WHERE event_id = 'badmenu'").scalar_one() == "failed(RuntimeError)"
    monkeypatch.setitem(COMMANDS, "menu", Route(menu.menu))
    bad.says("/menu").hears("您想做什么")


def test_logs_hold_ids_and_no_text(town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setitem(COMMANDS, "data", Route(lambda turn, argument: [][1]))
    town.person().says("婆婆又骂我了").says("/data 婆婆又骂我了")
    assert "failed" in caplog.text
    assert "婆婆" not in caplog.text


@pytest.mark.parametrize("kind", ["image", "unreadable", "location", "edited", "group"])
def test_what_cannot_be_read_is_answered_kindly(town: Town, kind: str) -> None:
    chat = town.person()
    chat.sends(Inbound(channel="web", event_id=kind, sender="a", kind=kind, text="改过的话", place=(37.5, 121.4), sent_at=town.now))  # type: ignore[arg-type]
    assert chat.fresh and "出了点问题" not in chat.text


def test_a_sticker_in_a_form_leaves_the_form_where_it_was(town: Town) -> None:
    chat = town.person().says("登记").says("1")
    chat.sends(Inbound(channel="web", event_id="s", sender="a", kind="unreadable", sent_at=town.now)).hears("看不懂")
    chat.says("海风3").hears("哪些活")


def test_blocked_and_moved_addresses(town: Town, now: datetime) -> None:
    chat = town.person().says("登记")
    chat.sends(Inbound(channel="web", event_id="b", sender="a", kind="stopped", sent_at=now))
    with town.store.read() as tx:
        found = persons.find(tx, "web", "a")
        assert found is not None and persons.reach(tx, found.person_id) is None
    town.person().says("我回来了")
    with town.store.read() as tx:
        assert persons.reach(tx, found.person_id) == ("web", "a")
    chat.sends(Inbound(channel="web", event_id="m", sender="a", kind="moved", text="b", sent_at=now))
    with town.store.read() as tx:
        assert persons.reach(tx, found.person_id) == ("web", "b")


def test_private_matters_do_not_go_where_they_must_not(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = Outbound(text="小名豆豆", private=True)
    monkeypatch.setitem(COMMANDS, "menu", Route(lambda turn, argument: [secret]))
    town.person("t", TELEGRAM).says("/menu").hears("网页版")
    assert "豆豆" not in town.person("t", TELEGRAM).says("/menu").text
    town.person("w", WEB).says("/menu").hears("豆豆")


def test_words_without_buttons_join_the_message_behind_them() -> None:
    menu_ = Outbound(text="菜单", buttons=((Button("一", "1"),),))
    joined = replies.joined([Outbound(text="好"), Outbound(text="的", private=True), menu_], 100)
    assert joined == [Outbound(text="好\n\n的\n\n菜单", buttons=menu_.buttons, private=True)]
    assert replies.joined([menu_, menu_], 100) == [menu_, menu_]
    assert replies.joined([Outbound(text="a" * 60), Outbound(text="b" * 60)], 100) == [Outbound(text="a" * 60), Outbound(text="b" * 60)]
    edit = Outbound(text="x", edits="7")
    assert replies.joined([Outbound(text="a"), edit], 100) == [Outbound(text="a"), edit]


def test_traditional_is_spoken_to_who_chose_it(town: Town) -> None:
    chat = town.person()
    chat.says("登记")
    assert chat.says("/language zh-Hant").fresh == []
    chat.says("/menu").hears("您想做什麼", "我的崗位")
    chat.says("/language zh").says("/menu").hears("您想做什么")


def test_her_words_are_kept_for_her_page_and_answers_know_their_event(town: Town) -> None:
    chat = town.person().says("你好", event="e1")
    with town.store.read() as tx:
        found = persons.find(tx, "web", "a")
        assert found is not None
        [said] = inbox.said_by(tx, found.person_id, channel="web", limit=9)
        assert (said.said, said.event_id) == ("你好", "e1")
        assert [outbound.text for _, outbound in told.answers_to(tx, said.id)] == [one.text for one in chat.fresh]


def test_a_number_names_a_button_of_the_last_message_outside_a_form(town: Town) -> None:
    position(town.store, town.now)
    chat = town.person().says("登记").says("取消").taps("确定取消").says("/menu")
    number = [button.label for button in chat.fresh[-1].choices()].index("我的资料") + 1
    chat.says(str(number)).hears("没有存您的资料")


def test_a_notice_in_the_middle_of_a_form_takes_no_number_from_it(town: Town) -> None:
    for channel in (WEB, WECHAT):
        chat = town.person(f"in form on {channel.channel}", channel).says("登记").says("1")
        with town.store.begin() as tx:
            found = persons.find(tx, channel.channel, chat.address)
            assert found is not None
            notice = Outbound(text="新岗位", buttons=((Button("我想去", "apply:1"),),))
            tell(tx, town.content, [found.person_id], "staff", notice, now=town.now)
        chat.listens()
        chat.says("1").hears("哪些活")


def test_without_buttons_a_number_answers_the_list_that_came_last(town: Town) -> None:
    chat = town.person("a", WECHAT).says("登记").says("1").says("他昨晚又打我").hears("1 给我打电话")
    chat.says("2").hears("您就在这里打字")
    chat.says("继续").says("3").hears("哪些活")
