"""Meetings and the roster: what suits all is fixed by taps, nobody is told what it is about, and a word is left for the next."""

from __future__ import annotations

import pytest

from storage.tables.mediation import duty, sitting
from tests.support.chat import Chat, Town
from tests.support.mediation import consented, joins, tell

ROOM = "社区二楼会客室"


@pytest.fixture
def mediator(town: Town) -> Chat:
    return town.invited("调解", "mediator")


def proposed(mediator: Chat, case_id: int, whom: str = "joint") -> Chat:
    """Tomorrow at nine and at two."""
    mediator.taps_choice(f"case:{case_id}:sit:{whom}").says("明天")
    return mediator.taps("上午9点").taps("下午2点").taps("好了").says(ROOM)


def status(town: Town) -> list[str]:
    with town.store.read() as tx:
        return [row.status for row in tx.execute(sitting.select().order_by(sitting.c.id))]


def test_the_time_that_suits_both_is_fixed_by_their_taps_and_reminded_in_neutral_words(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    row = consented(town, mediator)
    other = joins(town, mediator)
    proposed(mediator, row.id).hears("在选时间")
    mother.listens()
    mother.hears("有消息了")
    assert ROOM not in mother.text
    mother.taps_choice(f"matter:{row.id}:times").taps("14:00").hears("✓")
    assert status(town) == ["proposed"]
    other.taps_choice(f"matter:{row.id}:times").taps("09:00")
    assert status(town) == ["proposed"], "not the same time"
    other.taps("14:00").hears("定了", "14:00", ROOM)
    assert status(town) == ["confirmed"]
    town.later(hours=5)
    town.tick()
    for side in (mother, other):
        side.listens()
        side.hears("有个约", "14:00")
        assert not any(word in side.text for word in ("调解", "麻将", "纠纷", ROOM))


def test_a_second_tap_takes_a_time_back(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    row = consented(town, mediator)
    proposed(mediator, row.id)
    mother.taps_choice(f"matter:{row.id}:times").taps("14:00").hears("✓").taps("14:00")
    assert "✓" not in "".join(mother.labels())
    mediator.taps_choice(f"case:{row.id}").taps(ROOM).taps("乙方可以")
    assert status(town) == ["proposed"]


def test_one_side_alone_meets_the_mediator_and_the_other_learns_nothing(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    row = consented(town, mediator)
    other = joins(town, mediator)
    proposed(mediator, row.id, "a")
    mother.listens()
    other.listens()
    assert mother.fresh and not other.fresh
    other.taps_choice(f"matter:{row.id}:times").hears("没有要选的时间")
    mother.taps_choice(f"matter:{row.id}:times").taps("09:00").hears("定了")
    other.taps_choice(f"matter:{row.id}")
    assert ROOM not in other.text


def test_minutes_are_written_when_it_was_held_and_neither_side_reads_them(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    row = consented(town, mediator)
    proposed(mediator, row.id, "a")
    mother.taps_choice(f"matter:{row.id}:times").taps("09:00")
    mediator.taps_choice(f"case:{row.id}:minutes:1").hears("还没到时间")
    town.later(days=1)
    mediator.taps_choice(f"case:{row.id}:minutes:1").says("甲方和调解员").says("跳过").says("她说愿意退一步").says("跳过").says(
        "下次双方一起谈"
    )
    mediator.taps("提交").hears("记下了")
    assert status(town) == ["held"]
    mother.taps_choice(f"matter:{row.id}")
    assert "退一步" not in mother.text
    with town.store.read() as tx:
        assert b"\xe9\x80\x80\xe4\xb8\x80" not in str(tx.exec_driver_sql("SELECT minutes FROM sitting").all()).encode()


def test_a_cancelled_meeting_is_reminded_of_no_more(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    row = consented(town, mediator)
    proposed(mediator, row.id, "a")
    mother.taps_choice(f"matter:{row.id}:times").taps("14:00")
    mediator.taps_choice(f"case:{row.id}:cancel:1").hears("取消了")
    mother.listens()
    mother.hears("有消息了")
    town.later(hours=5)
    town.tick()
    mother.listens()
    assert not mother.fresh and status(town) == ["cancelled"]


def test_without_both_consents_nobody_is_brought_together(town: Town, mediator: Chat) -> None:
    tell(town)
    row = consented(town, mediator, sides="a")
    mediator.taps_choice(f"case:{row.id}:sit:joint").hears("双方都同意了才能做")
    assert status(town) == []


def test_who_is_on_duty_is_asked_first_and_leaves_a_word_for_the_next(town: Town, mediator: Chat) -> None:
    next_one = town.invited("下一位", "mediator")
    mediator.taps_choice("duties").hears("还没有人排班").taps("我来值一班").says("今天").taps("对").taps("一天一夜")
    next_one.taps_choice("duties").taps("我来值一班").says("今天").taps("对").taps("白班").hears("已经有人值班了")
    next_one.says("取消").taps("确定")
    tell(town)
    mediator.listens()
    mediator.hears("有一件想请您")
    next_one.listens()
    assert "有一件想请您" not in next_one.text
    mediator.taps_choice("duties").hears("【现在】").taps("交班").says("第1号还没问对方").hears("交班了")
    next_one.taps_choice("duties").hears("第1号还没问对方")
    with town.store.read() as tx:
        (row,) = tx.execute(duty.select()).all()
        assert row.ends_at == row.handed_at == town.now
    outsider = town.invited("外", "mediator", "YT02")
    outsider.taps_choice("duties")
    assert "还没问对方" not in outsider.text
