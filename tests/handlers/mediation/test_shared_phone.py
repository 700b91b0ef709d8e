"""A phone that others look at too: nothing on it tells of a dispute, her own word opens her matter, and 快退 leaves nothing behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.capabilities import WEB
from storage.bodies import outbounds
from storage.mediation import visible
from storage.tables.mediation import case_word, matter_door, party
from storage.tables.messages import inbox, outbox
from tests.support.chat import Chat, Town
from tests.support.mediation import QUARREL, accepted, agreed, consented, last, taken, tell, who

TELLING = ("调解", "纠纷", "麻将", "邻居", "对方", "暗号")


@pytest.fixture
def mediator(town: Town) -> Chat:
    return town.invited("调解", "mediator")


def test_what_arrives_by_itself_tells_nothing(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    heard = len(mother.heard)
    row = consented(town, mediator)
    mother.listens()
    mediator.taps_choice(f"case:{row.id}:fail:failed")
    mother.listens()
    arrived = [said for _, said in mother.heard[heard:]]
    assert arrived
    for said in arrived:
        told = said.text + "".join(button.label for button in said.choices())
        assert not any(word in told for word in TELLING), told


def test_no_notice_to_anybody_holds_a_word_of_the_dispute(town: Town, mediator: Chat) -> None:
    coordinator = town.invited("协调", "coordinator")
    tell(town)
    consented(town, mediator)
    coordinator.listens()
    town.later(days=40)
    town.tick()
    with town.store.read() as tx:
        notices = outbounds(tx, tx.execute(outbox.select().where(outbox.c.inbox_id.is_(None))).all())
    assert len(notices) > 3
    assert not any("麻将" in said.text or "王小雨" in said.text for said in notices)


def test_her_own_word_opens_her_matter_and_nothing_else_shows_it(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    mother.says("我的事").hears("第1号")
    mother.taps_choice("matter:1:word").says("石榴开花").hears("好了")
    mother.says("我的事")
    assert "第1号" not in mother.text + "".join(mother.labels())
    mother.says("石榴开花").hears("您的事").taps("第1号").hears("都在您这一边")
    other = town.person("别人").says("石榴开花")
    assert "您的事" not in other.text
    with town.store.read() as tx:
        assert "石榴" not in str(tx.execute(matter_door.select()).all())


def test_her_word_opens_it_in_the_middle_of_a_form_too(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    mother.taps_choice("matter:1:word").says("石榴开花")
    mother.says("意见箱").says("石榴开花").hears("您的事")


def test_a_word_that_opens_something_else_never_becomes_hers(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    mother.taps_choice("matter:1:word").says("找活")
    mother.says("我的事").hears("第1号")


def test_leaving_takes_the_dispute_out_of_the_chat_and_shows_a_harmless_page(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    mother.taps_choice("matter:1").hears("您说过的")
    mother.says("快退").hears("找活")
    assert not any(word in mother.text for word in TELLING)
    with town.store.read() as tx:
        mine = outbox.c.channel == WEB.channel, outbox.c.address == mother.address
        told = "".join(row.body for row in tx.execute(outbox.select().where(*mine)))
        said = "".join(row.said or "" for row in tx.execute(inbox.select().where(inbox.c.person_id == who(town, mother))))
    assert "麻将" not in told + said
    assert last(town).state == "reported", "the matter itself goes on"
    mediator.taps_choice("case:1:take").taps_choice("case:1:words").hears("麻将")


def test_closed_cases_are_kept_and_used_no_more_when_the_laws_time_is_over(town: Town, mediator: Chat) -> None:
    tell(town)
    row = agreed(town, mediator)
    for day in (7, 30):
        town.later(days=day)
        mediator.taps_choice(f"case:{row.id}").taps(f"第{day}天回访")
        for answer in ("是", "是", "否", "否"):
            mediator.taps(answer)
        mediator.says("都好").taps("提交")
    assert last(town).state == "closed"
    town.now += town.content.rules.keep_case + timedelta(days=1)
    town.tick()
    mediator.taps_choice(f"case:{row.id}").hears("没有这一件")
    with town.store.read() as tx:
        assert last(town).restricted_at is not None
        assert tx.execute(case_word.select()).first() is not None, "kept as the law says"
        assert visible.count(tx, visible.Viewer(who(town, mediator), mediates=True), how=["holds"], states=["closed"]) == 0


def deletes(mother: Chat) -> Chat:
    return mother.says("我的资料").taps("全部删掉").taps("删掉")


def test_what_she_deletes_before_there_is_a_file_is_gone(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    taken(town, mediator)
    deletes(mother)
    with town.store.read() as tx:
        assert [(row.said, row.picture) for row in tx.execute(case_word.select())] == [(None, "")] * 3
        assert all(row.person_id is None and row.name is None for row in tx.execute(party.select()) if row.side == "a")
    assert last(town).state == "withdrawn"
    mediator.listens()
    mediator.taps_choice("case:1:words")
    assert "麻将" not in mediator.text


def test_a_file_that_the_law_keeps_leads_to_her_no_more(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    row = accepted(town, mediator)
    deletes(mother)
    assert last(town).restricted_at is not None
    mediator.taps_choice(f"case:{row.id}").hears("没有这一件")
    with town.store.read() as tx:
        assert all(one.person_id is None for one in tx.execute(party.select()))
        assert QUARREL in [one.said for one in tx.execute(case_word.select())]
