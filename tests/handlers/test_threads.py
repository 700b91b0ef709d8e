"""A person answers: her words reach who has them, staff write back in her chat, and a danger goes from person to person until it is taken."""

from __future__ import annotations

import pytest

from domain.capabilities import WEB
from storage import threads
from storage.database import Store
from storage.people import persons
from tests.support.chat import Chat, Town

DANGER = "他掐我脖子"


def who(town: Town, chat: Chat) -> int:
    with town.store.read() as tx:
        found = persons.find(tx, WEB.channel, chat.address)
    assert found is not None
    return found.person_id


def open_of(store: Store, person_id: int) -> threads.Thread | None:
    with store.read() as tx:
        return threads.open_of(tx, person_id)


@pytest.fixture
def duty(town: Town) -> Chat:
    duty = town.invited("duty", "coordinator")
    with town.store.begin() as tx:
        persons.change(tx, persons_of(tx, "duty"), name="赵敏")
    return duty


def persons_of(tx: object, address: str) -> int:
    found = persons.find(tx, "web", address)  # type: ignore[arg-type]
    assert found is not None
    return found.person_id


def takes(duty: Chat) -> Chat:
    """The newest thread, from the word of it."""
    duty.listens()
    return duty.taps("看一看").taps("我来")


def test_staff_write_back_in_her_chat_with_their_name(town: Town, duty: Chat) -> None:
    mother = town.invited("m", "mother").says(DANGER).hears("110", "12356")
    takes(duty).hears(DANGER)
    mother.listens()
    mother.hears("赵敏（协调员）接手了")
    duty.taps("回复她").says("我是赵敏，您现在安全吗？").hears("发给她了")
    mother.listens()
    mother.hears("赵敏（协调员）：", "您现在安全吗")
    assert [said.speaker for said in mother.fresh] == ["赵敏（协调员）"]
    mother.says("我在楼下小卖部，孩子跟着我").hears("转给赵敏")
    duty.listens()
    duty.hears("【急】").taps("看一看").hears("楼下小卖部")


def test_her_next_words_in_a_danger_are_urgent_and_no_form_takes_them(town: Town, duty: Chat) -> None:
    mother = town.invited("m", "mother").says("我想登记")
    mother.says(DANGER)
    duty.listens()
    mother.says("孩子的书包还在里面").hears("值班的同事那里马上看得到")
    duty.listens()
    duty.hears("【急】")
    assert "哪些" not in mother.text, "the form waits"


def test_nothing_is_promised_that_no_row_makes_true(town: Town) -> None:
    mother = town.person("m").says(DANGER)
    assert "会有人" not in mother.text
    mother.taps("给我打电话").hears("电话号码是多少")
    mother.says("13812345678").hears("记下了", "13812345678")
    row = open_of(town.store, who(town, mother))
    assert row is not None and row.contact is not None and "13812345678" in row.contact


def test_her_own_coordinator_is_told_even_from_an_unfinished_form(town: Town) -> None:
    own, foreign = town.invited("own", "coordinator", "YT01"), town.invited("foreign", "coordinator", "YT02")
    mother = town.person("m").says("登记").says("1").says("海风1社区")
    mother.says(DANGER)
    own.listens()
    own.hears("需要马上联系")
    assert foreign.listens() == []


def test_a_danger_that_nobody_takes_goes_on_to_the_federation_and_then_to_everybody(town: Town, duty: Chat) -> None:
    federation = town.invited("fed", "federation", None)
    other = town.invited("other", "coordinator", "YT02")
    town.invited("m", "mother").says(DANGER)
    federation.listens()
    assert federation.fresh == []
    town.later(minutes=3)
    town.tick()
    federation.listens()
    federation.hears("3 分钟没有人接")
    assert other.listens() == []
    town.later(minutes=3)
    town.tick()
    other.listens()
    other.hears("6 分钟没有人接")
    takes(duty)
    town.later(minutes=9)
    town.tick()
    assert other.listens() == []
    with town.store.read() as tx:
        assert threads.to_escalate(tx, now=town.now, limit=9) == []


def test_only_one_takes_it(town: Town, duty: Chat) -> None:
    second = town.invited("second", "coordinator")
    town.invited("m", "mother").says(DANGER)
    takes(duty)
    second.listens()
    second.taps("看一看").taps("我来").hears("已经有同事接手了")


def test_closing_needs_an_outcome_and_a_word_within_three_days_opens_it_again(town: Town, duty: Chat) -> None:
    mother = town.invited("m", "mother").says("人工")
    takes(duty).taps("办完了").hears("结果怎么样").taps("帮上了").taps("跳过").taps("提交").hears("记下了")
    mother.listens()
    mother.hears("三天里您再说话")
    assert open_of(town.store, who(town, mother)) is None
    town.later(days=2)
    mother.says("他又来我家门口转").listens()
    row = open_of(town.store, who(town, mother))
    assert row is not None
    with town.store.read() as tx:
        assert [word.said for word in threads.words(tx, row.id, limit=9)][-1] == "他又来我家门口转"


def test_what_the_bot_deals_with_itself_goes_on_beside_an_open_thread(town: Town, duty: Chat) -> None:
    mother = town.invited("m", "mother").says("人工")
    takes(duty)
    mother.says("有没有能带回家的活")
    assert "转给" not in mother.text


def test_another_community_neither_sees_nor_answers_it(town: Town, duty: Chat) -> None:
    mother = town.invited("m", "mother").says("人工")
    row = open_of(town.store, who(town, mother))
    assert row is not None
    foreign = town.invited("foreign", "coordinator", "YT02")
    for deed in ("", ":take", ":reply", ":close", ":hand"):
        foreign.taps_choice(f"thread:{row.id}{deed}")
        assert "居民" not in foreign.text and "发给她" not in foreign.text
    fresh = open_of(town.store, who(town, mother))
    assert fresh is not None and fresh.taken_by is None


def test_it_is_handed_over_to_a_colleague_who_is_told(town: Town, duty: Chat) -> None:
    federation = town.invited("fed", "federation", None)
    town.invited("m", "mother").says("人工")
    takes(duty).taps("交给同事").taps("妇联工作人员").hears("交给")
    federation.listens()
    federation.hears("交给您了").taps("看一看").hears("回复她")


def test_offers_and_reminders_wait_while_a_danger_is_open(town: Town, duty: Chat) -> None:
    mother = town.person("m").says("登记").says("1")
    mother.says(DANGER)
    town.later(days=1, hours=1)
    town.tick()
    assert "刚才的表" not in "".join(one.text for one in mother.listens())
