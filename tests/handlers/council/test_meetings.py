"""议事会: the agenda from what most want, the invitation, votes open and secret, decisions that become tasks, and minutes."""

from __future__ import annotations

import io
import itertools
from datetime import timedelta

import pytest
from docx import Document
from sqlalchemy import func, select

from bot.config import ROOT
from domain.errors import Refused
from handlers.council import meetings as deeds
from handlers.council import minutes, voting
from handlers.council.meetings import Decision
from handlers.scene import Scene
from storage import merging
from storage.council import meetings, votes
from storage.people import persons
from storage.tables.meetings import motion_ballot, motion_elector, motion_vote
from storage.tables.messages import inbox, outbox
from storage.tables.people import task
from tests.handlers.council.boxes import LAMP, next_days, row, said, women
from tests.support.chat import Chat, Town


def council(town: Town, number: int = 3) -> list[Chat]:
    return [town.invited(f"m{n}", "council") for n in range(number)]


def scene_of(town: Town, tx, chat: Chat) -> Scene:  # type: ignore[no-untyped-def]
    found = persons.find(tx, "web", chat.address)
    assert found is not None
    return Scene(tx=tx, content=town.content, now=town.now, person_id=found.person_id)


def planned(town: Town, chair: Chat) -> int:
    """A meeting the day after tomorrow with its agenda, called."""
    with town.store.begin() as tx:
        scene = scene_of(town, tx, chair)
        meeting = deeds.plan(scene, persons.communities(tx)[0].id, town.now + timedelta(days=2), "工坊的议事区")
        deeds.call(scene, meeting.id)
    return meeting.id


def first_item(town: Town, meeting: int) -> int:
    with town.store.read() as tx:
        return meetings.items(tx, meeting)[0].id


def opened(town: Town, chair: Chat, item: int, *, secret: bool) -> int:
    with town.store.begin() as tx:
        return voting.open_vote(scene_of(town, tx, chair), item, secret=secret).id


def test_from_the_agenda_to_the_task_in_talk(town: Town) -> None:
    first, second = women(town, "a", "b")
    chair, *others = council(town)
    office = town.invited("c", "coordinator")
    slide = said(town, first, "广场上要修个滑梯给孩子玩")
    lamp = said(town, first)
    second.taps_choice(f"suggest:support:{lamp}")
    chair.says("议事会").taps("准备一次会").taps("11月26日").taps("晚上7点").taps("工坊的议事区").taps("提交")
    chair.hears("1. 3号楼门口路灯", "2. 广场上要修个滑梯")
    assert row(town, slide).state == row(town, lamp).state == "agenda"
    chair.taps("发通知请人来").hears("请了 3 人")
    others[0].listens()
    others[0].hears("请您来开议事会", "11月26日", "要议 2 件事").taps("能来").hears("等您")
    town.later(days=1, hours=9)
    town.tick()
    others[1].listens()
    others[1].hears("别忘了").taps("来不了")
    chair.taps("1 表决")
    for chat in (chair, *others):
        chat.listens()
        chat.taps("同意")
        chat.hears("投好了：同意")
    chair.taps_choice("meeting:1").hears("3/3 人投了")
    chair.taps("1 结束表决").hears("通过（同意 3、反对 0、弃权 0）")
    town.later(days=1)
    chair.taps("1 同意办").taps("同意办").says("大家都说黑，尽快修").says("物业李师傅").says("12月1日").taps("提交")
    chair.hears("同意办：大家都说黑")
    chair.taps("2 下次再议").taps("下次再议").says("先问问价钱").taps("提交")
    chair.taps("会开完了").hears("开过了").taps("会议记录").hears("会议记录", "由物业李师傅办，12月1日以前", "说能来的 1 人")
    found = row(town, lamp)
    assert (found.state, found.owner) == ("in_hand", "物业李师傅") and row(town, slide).state == "agenda"
    heard = next_days(town, [first, second], 3)
    assert all("同意办" in heard[name] and "物业李师傅" in heard[name] for name in ("a", "b"))
    office.says("待办").taps("议事会定的事").taps("办好了").hears("去掉了")
    assert row(town, lamp).state == "done"


def test_only_a_member_votes_and_only_of_the_moment_it_opened(town: Town) -> None:
    (first,) = women(town, "a")
    chair, *others = council(town)
    office = town.invited("c", "coordinator")
    said(town, first)
    number = opened(town, chair, first_item(town, planned(town, chair)), secret=False)
    late = town.invited("late", "council")
    late.taps_choice(f"vote:{number}:0").hears("在您进议事会以前开始的")
    office.taps_choice(f"vote:{number}:0").hears("要有相应的身份")
    first.taps_choice(f"vote:{number}:0").hears("要有相应的身份")
    others[0].taps_choice(f"vote:{number}:7").hears("太旧了")
    others[0].taps_choice(f"vote:{number}:x").hears("太旧了")
    with town.store.read() as tx:
        assert votes.turnout(tx, number) == 0


@pytest.mark.parametrize("secret", [False, True])
def test_a_vote_is_one_changeable_and_told_to_nobody_before_the_end(town: Town, secret: bool) -> None:
    (first,) = women(town, "a")
    chair, *others = council(town, 4)
    said(town, first)
    number = opened(town, chair, first_item(town, planned(town, chair)), secret=secret)
    for choice in (0, 1, 1, 0, 1):
        others[0].taps_choice(f"vote:{number}:{choice}")
    others[1].taps_choice(f"vote:{number}:1")
    others[2].taps_choice(f"vote:{number}:2")
    chair.taps_choice("meeting:1").hears("3/4 人投了")
    assert "反对" not in chair.text
    chair.taps_choice(f"meeting:1:end:{first_item(town, 1)}").hears("还有人没投")
    town.later(hours=25)
    town.tick()
    chair.listens()
    chair.hears("表决结束：没有通过（同意 0、反对 2、弃权 1）")
    others[0].taps_choice(f"vote:{number}:0").hears("已经结束")
    with town.store.read() as tx:
        assert votes.get(tx, number).counts == [0, 2, 1]  # type: ignore[union-attr]


def test_without_a_quorum_nothing_is_decided_and_no_number_is_told(town: Town) -> None:
    (first,) = women(town, "a")
    chair, *others = council(town, 6)
    said(town, first)
    number = opened(town, chair, first_item(town, planned(town, chair)), secret=True)
    for chat in others[:3]:
        chat.taps_choice(f"vote:{number}:0")
    town.later(hours=25)
    town.tick()
    chair.listens()
    chair.hears("投的人没到 4 个")
    assert "同意 3" not in chair.text


def test_nothing_joins_a_secret_ballot_with_its_voter(town: Town) -> None:
    (first,) = women(town, "a")
    chair, *others = council(town, 5)
    said(town, first)
    number = opened(town, chair, first_item(town, planned(town, chair)), secret=True)
    for chat, choice in zip((chair, *others), (0, 1, 0, 1, 1), strict=True):
        chat.listens()
        if choice:
            chat.says("反对")
        else:
            chat.taps_choice(f"vote:{number}:0")
        chat.hears("这里不写您投了什么")
    with town.store.read() as tx:
        assert {column.name for column in motion_ballot.columns} == {"motion_id", "token", "choice"}
        assert not {column.name for column in motion_elector.columns} & {"choice", "at", "voted_at"}
        assert tx.execute(select(func.count()).select_from(motion_vote)).scalar() == 0
        words = [said_ for said_ in tx.execute(select(inbox.c.said)).scalars() if said_]
        assert not [one for one in words if one in ("同意", "反对")], "her own words do not tell it"
        before = set(tx.execute(select(motion_ballot.c.token)).scalars())
        told = [one.body for one in tx.execute(select(outbox)).all() if "投好了" in one.body]
        assert told and not [one for one in told if "反对" in one]
    town.later(hours=25)
    town.tick()
    with town.store.read() as tx:
        rows = tx.execute(select(motion_ballot.c.token, motion_ballot.c.choice)).all()
        assert not before & {row_.token for row_ in rows}, "names of ballots are new"
        assert sorted(row_.choice for row_ in rows) == [0, 0, 1, 1, 1]
        tables_ = __import__("storage.tables.meetings", fromlist=["motion"]).motion
        assert tx.execute(select(tables_.c.seal)).scalars().all() == [None], "the key is gone"
        order = [row_.choice for row_ in rows]
    assert order in [list(one) for one in set(itertools.permutations([0, 0, 1, 1, 1]))]


def test_a_point_is_not_decided_against_its_vote_or_before_its_end(town: Town) -> None:
    (first,) = women(town, "a")
    chair, *others = council(town)
    number = said(town, first)
    meeting = planned(town, chair)
    item = first_item(town, meeting)
    vote = opened(town, chair, item, secret=False)
    accept = Decision("accept", "办", "物业", (town.now + timedelta(days=9)).date())
    town.later(days=2, minutes=-30)

    def decide(decision: Decision) -> None:
        with town.store.begin() as tx:
            deeds.decide(scene_of(town, tx, chair), item, decision)

    with pytest.raises(Refused, match="vote_first"):
        decide(accept)
    town.now -= timedelta(days=2)
    for chat in (chair, *others):
        chat.taps_choice(f"vote:{vote}:1")
    with town.store.begin() as tx:
        voting.end(scene_of(town, tx, chair), vote)
    town.later(days=2)
    with pytest.raises(Refused, match="against_vote"):
        decide(accept)
    decide(Decision("decline", "大家不同意"))
    with pytest.raises(Refused, match="decided_before"):
        decide(Decision("later", "下次"))
    assert row(town, number).state == "declined"


def test_each_topic_once_and_not_on_two_agendas(town: Town) -> None:
    first, second = women(town, "a", "b")
    (chair, *_rest) = council(town)
    office = town.invited("c", "coordinator")
    one = said(town, first)
    two = said(town, second, "活动室办个合唱队")
    office.taps_choice(f"suggestion:{two}:merge:{one}").says("说的是一件事")
    meeting = planned(town, chair)
    with town.store.begin() as tx:
        assert [item.suggestion_id for item in meetings.items(tx, meeting)] == [one]
        scene = scene_of(town, tx, chair)
        deeds.gather(scene, meeting)
        assert len(meetings.items(tx, meeting)) == 1
        again = deeds.plan(scene, persons.communities(tx)[0].id, town.now + timedelta(days=9), "工坊")
        assert meetings.items(tx, again.id) == []


def test_a_meeting_called_off_is_told_and_its_points_wait(town: Town) -> None:
    (first,) = women(town, "a")
    chair, other, *_ = council(town)
    number = said(town, first)
    meeting = planned(town, chair)
    chair.taps_choice(f"meeting:{meeting}:cancel").hears("取消了")
    other.listens()
    other.hears("议事会取消了")
    assert row(town, number).state == "agenda"
    other.taps_choice(f"come:{meeting}:yes").hears("找不到")


def test_minutes_are_a_word_document_with_every_decision(town: Town) -> None:
    (first,) = women(town, "a")
    chair, *_ = council(town)
    said(town, first, LAMP + '<b>&"')
    meeting = planned(town, chair)
    item = first_item(town, meeting)
    town.later(days=2)
    with town.store.begin() as tx:
        scene = scene_of(town, tx, chair)
        with pytest.raises(Refused, match="points_open"):
            deeds.hold(scene, meeting)
        deeds.decide(scene, item, Decision("accept", "尽快修", "物业", (town.now + timedelta(days=3)).date()))
        deeds.hold(scene, meeting)
        found = Document(io.BytesIO(minutes.document(scene, meeting, ROOT / "content" / "documents")))
    text = "\n".join(paragraph.text for paragraph in found.paragraphs)
    for piece in ("海风1社区议事会会议记录", "工坊的议事区", LAMP + '<b>&"', "同意办。尽快修", "承办：物业，11月29日以前办好"):
        assert piece in text, (piece, text)
    assert "{" not in text and "表决：没有表决" in text


@pytest.mark.parametrize("secret", [False, True])
@pytest.mark.parametrize("both", [False, True])
def test_two_records_of_one_woman_have_one_vote(town: Town, secret: bool, both: bool) -> None:
    (first,) = women(town, "a")
    chair, one, two, *_ = council(town, 4)
    said(town, first)
    number = opened(town, chair, first_item(town, planned(town, chair)), secret=secret)
    two.taps_choice(f"vote:{number}:1")
    if both:
        one.taps_choice(f"vote:{number}:0")
    with town.store.begin() as tx:
        ids = [persons.find(tx, "web", chat.address).person_id for chat in (one, two)]  # type: ignore[union-attr]
        merging.merge(tx, *ids, by=None, now=town.now)
    chair.taps_choice(f"vote:{number}:0")
    town.later(hours=25)
    town.tick()
    with town.store.read() as tx:
        assert sum(votes.get(tx, number).counts) == 2, "hers, once, and the chair's"  # type: ignore[union-attr]


def test_a_woman_without_a_seat_learns_what_the_council_is(town: Town) -> None:
    (first,) = women(town, "a")
    said(town, first)
    first.says("议事会").hears("妈妈们自己的会", "路灯", "看公开栏")
    first.taps_choice("meetings").hears("要有相应的身份")
    with town.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(task)).scalar() == 0
