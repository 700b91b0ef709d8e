"""She tells a dispute in her own words: it reaches one mediator alone, and danger never becomes a case that is mediated."""

from __future__ import annotations

import pytest

from domain.capabilities import TELEGRAM
from storage import threads
from storage.tables.mediation import dispute_case
from tests.support.chat import Chat, Town
from tests.support.mediation import accepted, consented, last, taken, tell, who

DANGER = "他掐我脖子"


@pytest.fixture
def mediator(town: Town) -> Chat:
    return town.invited("调解", "mediator")


def count(town: Town) -> int:
    with town.store.read() as tx:
        return len(tx.execute(dispute_case.select()).all())


def test_it_goes_to_one_mediator_who_sees_nothing_before_she_takes_it(town: Town, mediator: Chat) -> None:
    tell(town).hears("只有一位调解员能看")
    mediator.listens()
    mediator.hears("有一件想请您")
    assert "麻将" not in mediator.text
    mediator.taps("看一看").hears("接之前看不到内容")
    assert "麻将" not in mediator.text and "王小雨" not in mediator.text
    mediator.taps("我来").hears("待定")
    assert "王小雨" not in mediator.text
    mediator.taps("怎么说的").hears("麻将")


def test_words_of_a_dispute_are_handed_to_nobody_unasked_and_not_asked_for_again(town: Town, mediator: Chat) -> None:
    mother = town.invited("m", "mother").says("邻居老是半夜打麻将，吵得孩子睡不着，说了也不听")
    mother.hears("您不点，我不说给别人")
    assert count(town) == 0 and mediator.listens() == []
    mother.taps("请调解员").hears_question("dispute", "with_whom")


def test_who_does_not_agree_leaves_nothing(town: Town, mediator: Chat) -> None:
    mother = town.person("m").says("调解").says("邻居半夜打麻将").taps("邻居").taps("几个月了").says("跳过").says("海风1社区")
    mother.taps("只在这里说").taps("先不留").taps("先不交").taps("确定").hears("没有交给任何人")
    assert count(town) == 0 and mediator.listens() == []


def test_danger_in_the_form_is_met_at_once_and_makes_no_case(town: Town, mediator: Chat) -> None:
    duty = town.invited("duty", "coordinator")
    mother = town.person("m").says("调解").says(DANGER)
    mother.hears("110")
    duty.listens()
    duty.hears("马上联系")
    assert count(town) == 0


def test_danger_said_later_takes_the_case_out_of_mediation_for_good(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    row = consented(town, mediator)
    mediator.taps_choice(f"case:{row.id}:sit:joint")
    mother.says(DANGER)
    assert last(town).state == "danger"
    mediator.says("取消").taps("确定")
    for deed in ("sit:joint", "agree", "keep", "accept"):
        mediator.taps_choice(f"case:{row.id}:{deed}")
        assert last(town).state == "danger"
    mediator.taps_choice(f"case:{row.id}:sit:joint").hears("有危险的事不调解")


def test_a_grid_worker_writes_it_down_and_danger_goes_to_who_is_on_duty_at_once(town: Town, mediator: Chat) -> None:
    duty, worker = town.invited("duty", "coordinator"), town.invited("g", "grid_worker")
    worker.taps_choice("report_for").says("她说她男人喝了酒就掐她脖子")
    duty.listens()
    duty.hears("正在登记一件有危险的事")
    worker.taps("丈夫或对象").says("跳过").taps("动手").taps("好了").says("海风1社区").says("跳过").says("跳过").says("跳过")
    worker.taps("她不同意").taps("提交").hears("值班的人已经收到了")
    assert last(town).state == "danger"
    with town.store.read() as tx:
        assert threads.open_of(tx, who(town, worker)) is None, "it is not she who is in danger"


def test_without_her_word_a_grid_worker_reports_no_quarrel(town: Town, mediator: Chat) -> None:
    worker = town.invited("g", "grid_worker")
    worker.taps_choice("report_for").says("她跟楼上为漏水吵").taps("邻居").says("跳过").says("跳过").says("海风1社区")
    worker.says("跳过").says("跳过").says("跳过").taps("她不同意").taps("提交").hears("她没有同意")
    assert count(town) == 0


def test_without_a_name_she_is_heard_and_nobody_sees_who_she_is(town: Town, mediator: Chat) -> None:
    tell(town, named=False)
    row = taken(town, mediator)
    mediator.taps_choice(f"case:{row.id}:names").hears("（没有姓名）")
    mediator.taps_choice(f"case:{row.id}:accept").hears("还没有留名")
    assert last(town).number is None


def test_nothing_of_it_goes_through_a_channel_that_carries_nothing_private(town: Town, mediator: Chat) -> None:
    chat = town.person("t", TELEGRAM).says("调解")
    chat.hears("不方便在这个软件里说")
    assert town.label("dispute", "account") not in chat.text


def test_she_stops_whenever_she_wants_and_hears_the_ways_that_are_open(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    row = consented(town, mediator)
    mother.taps_choice(f"matter:{row.id}").taps("不想谈了").hears("停吗")
    mother.taps("停").hears("谁也不能逼您谈", "12348")
    assert last(town).state == "withdrawn"
    mediator.taps_choice(f"case:{row.id}:sit:joint").hears("双方都同意了才能做")


def test_she_comes_back_and_is_asked_anew(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    row = consented(town, mediator)
    mother.taps_choice(f"matter:{row.id}:stop_yes")
    mother.taps_choice(f"matter:{row.id}:again").hears("又打开了")
    assert last(town).state == "reopened" and last(town).number == row.number
    mediator.taps_choice(f"case:{row.id}:take")
    assert last(town).state == "assigned"
    mediator.taps_choice(f"case:{row.id}:sit:joint").hears("双方都同意了才能做")


def test_the_number_is_counted_per_committee_and_year_without_gaps(town: Town, mediator: Chat) -> None:
    numbers = []
    for name in ("m1", "m2", "m3"):
        tell(town, name)
        numbers.append(accepted(town, mediator).number)
    assert numbers == [1, 2, 3]


def test_what_cannot_be_mediated_is_refused_with_a_reason_and_the_ways(town: Town, mediator: Chat) -> None:
    mother = tell(town)
    row = taken(town, mediator)
    mediator.taps_choice(f"case:{row.id}:refuse").hears("为什么不受理").taps("法院在审或判过").hears("12348")
    assert last(town).state == "refused" and last(town).reason == "court"
    mother.listens()
    mother.hears("有消息了").says("我的事").taps("第1号").hears("不能调解", "法院")
