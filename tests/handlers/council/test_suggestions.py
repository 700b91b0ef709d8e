"""意见箱 in talk: said in one message, joined, withdrawn, decided with reasons, told at each step, and opened again once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from domain.capabilities import TELEGRAM, WECHAT
from domain.errors import Refused
from handlers.council import merging, supporting
from handlers.scene import Scene
from storage.people import persons
from storage.tables import council
from tests.handlers.council.boxes import LAMP, decided, newest, next_days, people, row, said, women
from tests.support.chat import Town
from tests.support.desk import person_of


def test_one_message_is_enough_and_no_name_is_kept_with_it(town: Town) -> None:
    (chat,) = women(town, "a")
    chat.says("意见箱：3号楼门口路灯坏了半个月").hears("存好了", "没有留您的名字", "12月1日以前有回话")
    found = row(town, newest(town))
    assert (found.state, found.topic, found.community, found.named) == ("received", "facilities", "海风1社区", False)


def test_the_word_opens_the_box_and_the_next_words_are_hers(town: Town) -> None:
    (chat,) = women(town, "a")
    chat.says("意见箱").hears_question("suggestion", "text").says(LAMP).hears("存好了")
    chat.says("我的事").hears("收到了", "12月1日")


def test_words_that_are_a_suggestion_are_not_put_in_unasked(town: Town) -> None:
    (chat,) = women(town, "a")
    chat.says("小区车位太少了，建议划点车位").hears("要不要写进意见箱")
    with town.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(council.suggestion)).scalar() == 0
    chat.taps("写进意见箱").hears("存好了")


def test_the_same_in_other_words_joins_and_counts_a_person_once(town: Town) -> None:
    first, second = women(town, "a", "b")
    number = said(town, first)
    second.says("意见箱：三号楼前的路灯不亮，晚上摸黑走路").hears("差不多", "3号楼门口路灯")
    second.taps("一样，我也支持").hears("现在 2 人")
    second.taps_choice(f"suggest:support:{number}").hears("一人一次")
    first.taps_choice(f"suggest:support:{number}").hears("一人一次")
    assert row(town, number).voices == 2 and newest(town) == number


def test_another_one_is_a_suggestion_of_its_own(town: Town) -> None:
    first, second = women(town, "a", "b")
    number = said(town, first)
    second.says("意见箱：三号楼前的路灯不亮，晚上摸黑走路").taps("不一样").hears("存好了")
    assert newest(town) != number


def test_who_asked_for_the_box_and_did_not_tap_loses_nothing(town: Town) -> None:
    first, second = women(town, "a", "b")
    number = said(town, first)
    second.says("意见箱：三号楼前的路灯不亮，晚上摸黑走路")
    town.later(minutes=61)
    town.tick()
    second.listens()
    second.hears("先替您存进意见箱了")
    assert newest(town) != number


def test_what_nobody_else_knows_of_is_gone_when_withdrawn_and_tells_nobody(town: Town) -> None:
    first, second = women(town, "a", "b")
    number = said(town, first)
    first.taps("撤回").taps("撤回").hears("一个字都没有留")
    with town.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(council.suggestion)).scalar() == 0
        assert tx.execute(select(func.count()).select_from(council.suggestion_step)).scalar() == 0
    assert "路灯" not in next_days(town, [second])["b"]
    second.taps_choice(f"suggest:support:{number}").hears("找不到")


def test_withdrawn_after_somebody_supported_it_is_closed_by_its_author_and_told(town: Town) -> None:
    first, second = women(town, "a", "b")
    number = said(town, first)
    second.taps_choice(f"suggest:support:{number}")
    first.taps_choice(f"suggest:withdraw:{number}:yes").hears("按您的意思撤回")
    assert row(town, number).state == "withdrawn"
    assert "提的人自己撤回了" in next_days(town, [second])["b"]


def test_every_step_is_told_to_author_and_supporter_and_not_content_opens_it_again_once(town: Town) -> None:
    first, second = women(town, "a", "b")
    office = town.invited("c", "coordinator")
    number = said(town, first)
    second.taps_choice(f"suggest:support:{number}")
    for taps, state, words in (
        (["列入议程"], "agenda", "列入议程"),
        (["同意办"], "accepted", "同意办"),
        (["安排人办"], "in_hand", "物业李师傅"),
        (["办好了"], "done", "换了新灯泡"),
    ):
        decided(office, number, *taps)
        assert row(town, number).state == state
        heard = next_days(town, [first, second])
        assert words in heard["a"] and words in heard["b"], (state, heard)
    first.taps("没有办好").hears("重新办")
    found = row(town, number)
    assert (found.state, found.reopened, found.owner) == ("accepted", True, None)
    assert "重新办" in next_days(town, [second])["b"]
    decided(office, number, "安排人办", "办好了")
    next_days(town, [first, second], 2)
    first.taps_choice(f"suggest:content:{number}:2:bad").hears("记下了")
    assert row(town, number).state == "closed", "the second time her word is kept, and it ends"


def test_declined_needs_a_reason_that_she_reads(town: Town) -> None:
    (chat,) = women(town, "a")
    office = town.invited("c", "coordinator")
    number = said(town, chat)
    decided(office, number, "列入议程", "不同意")
    assert row(town, number).state == "declined"
    assert "已经排进下个月的计划" in next_days(town, [chat], 2)["a"]
    chat.taps("不满意，再议一次")
    assert row(town, number).state == "agenda"


def test_no_state_is_skipped_by_a_made_up_button(town: Town) -> None:
    (chat,) = women(town, "a")
    office = town.invited("c", "coordinator")
    number = said(town, chat)
    for verb in ("accept", "finish", "take", "decline"):
        office.taps_choice(f"suggestion:{number}:{verb}")
        if verb != "accept":
            office.says("随便写写").says("2026-11-30").says("取消")
        assert row(town, number).state == "received", verb
    chat.taps_choice(f"suggest:content:{number}:1:good").hears("说过了")
    chat.taps_choice(f"suggestion:{number}:agenda").hears("要有相应的身份")


def test_what_is_late_goes_to_the_coordinator_then_to_the_federation_and_stays_late(town: Town) -> None:
    (chat,) = women(town, "a")
    office, city = town.invited("c", "coordinator"), town.invited("f", "federation", None)
    number = said(town, chat)
    heard = next_days(town, [office, city], 7)
    assert "【晚了】" in heard["c"] and "【晚了】" not in heard["f"]
    assert "【晚了】" in next_days(town, [office, city], 3)["f"]
    decided(office, number, "列入议程", "同意办")
    assert row(town, number).late_since is not None
    office.taps_choice("suggestions").hears("其中晚了 1 条")
    office.taps_choice(f"suggestion:{number}")
    assert "难办" not in " ".join(office.labels()), "what is late is not made hard to look better"


def test_a_hard_one_has_fifteen_days_and_she_learns_why(town: Town) -> None:
    (chat,) = women(town, "a")
    office = town.invited("c", "coordinator")
    number = said(town, chat)
    decided(office, number, "难办，多几天")
    found = row(town, number)
    assert found.due_at is not None and (found.due_at - found.arrived_at).days == 15
    assert "要多些日子" in next_days(town, [chat])["a"]


def test_a_topic_is_changed_with_a_reason_and_contested_once(town: Town) -> None:
    (chat,) = women(town, "a")
    office, city = town.invited("c", "coordinator"), town.invited("f", "federation", None)
    number = said(town, chat)
    office.taps_choice(f"suggestion:{number}:topic:safety").says("晚上黑不安全")
    assert row(town, number).topic == "safety"
    assert "从“公共设施”改到“安全”" in next_days(town, [chat])["a"]
    chat.taps("这样不对").hears("另一位同事")
    chat.taps("这样不对").hears("已经有人提过")
    town.later(minutes=1)
    city.listens()
    office.taps_choice(f"suggestion:{number}")
    assert "改回去" not in office.labels(), "not by who changed it"
    city.taps_choice(f"suggestion:{number}").taps("改回去").says("是公共设施")
    assert row(town, number).topic == "facilities"
    assert "重新看过了" in next_days(town, [chat])["a"]


def test_what_names_a_conflict_is_offered_to_mediation_and_not_shown_to_others(town: Town) -> None:
    first, second = women(town, "a", "b")
    first.says("意见箱：我婆婆天天骂我，楼上邻居还跟我吵架").hears("说和")
    first.taps("不是，写进意见箱").hears("别人暂时看不到")
    number = newest(town)
    assert row(town, number).published_at is None
    second.taps_choice(f"suggest:see:{number}").hears("找不到")
    second.taps_choice("suggest:list:new")
    assert "婆婆" not in second.text
    office = town.invited("c", "coordinator")
    decided(office, number, "不公开")
    assert "不公开，照样办" in next_days(town, [first])["a"]


def test_danger_in_it_goes_the_way_of_danger(town: Town) -> None:
    (chat,) = women(town, "a")
    chat.says("意见箱：我老公昨晚又打我，掐我脖子").hears("110")
    with town.store.read() as tx:
        assert tx.execute(select(func.count()).select_from(council.suggestion)).scalar() == 0


def test_a_supported_text_is_frozen_and_a_changed_one_asks_again(town: Town) -> None:
    first, second = women(town, "a", "b")
    number = said(town, first)
    second.taps_choice(f"suggest:support:{number}")
    first.taps_choice(f"suggest:reword:{number}").says("把3号楼门口的路灯换成太阳能的")
    assert row(town, number).voices == 1, "nobody supports what she has not read"
    assert "要问您还支不支持" in next_days(town, [second])["b"]
    second.taps("还支持").hears("现在 2 人")


def test_merging_keeps_everybody_and_is_undone(town: Town) -> None:
    chats = women(town, "a", "b", "d", "e")
    office = town.invited("c", "coordinator")
    one = said(town, chats[0])
    chats[1].says("意见箱：三号楼前的路灯不亮，晚上摸黑走路").taps("不一样")
    two = newest(town)
    chats[2].taps_choice(f"suggest:support:{two}")
    chats[3].taps_choice(f"suggest:support:{one}")
    chats[2].taps_choice(f"suggest:support:{one}")
    before = people(town, one), people(town, two)
    office.taps_choice(f"suggestion:{two}:merge:{one}").says("说的是一盏灯")
    assert row(town, one).voices == 4 and people(town, one) == before[0] | before[1]
    heard = next_days(town, chats)
    assert all("合在一起办" in heard[name] for name in ("b", "d"))
    chats[1].taps_choice(f"suggest:see:{two}").hears("3号楼门口路灯")
    office.taps_choice(f"suggestion:{one}:unmerge:{two}").says("其实是两盏灯")
    assert (people(town, one), people(town, two)) == before


def test_who_takes_back_her_words_from_several_that_are_one_leaves_them_to_the_others_who_are_told(town: Town) -> None:
    first, second, third = women(town, "a", "b", "c")
    office = town.invited("o", "coordinator")
    one, other = said(town, first), said(town, second, "广场上要修个滑梯给孩子玩")
    third.taps_choice(f"suggest:support:{one}")
    scene = Scene(tx=None, content=town.content, now=town.now, person_id=person_of(office))  # type: ignore[arg-type]
    with town.store.begin() as tx:
        merging.merge(replace(scene, tx=tx), other, one, "是一件事")
    with town.store.begin() as tx:
        assert not supporting.withdraw(replace(scene, tx=tx, person_id=person_of(second)), other)
    town.later(minutes=1)
    town.tick()
    for chat in (first, third):
        chat.listens()
        chat.hears("收回了自己提的", "都还在")
    assert row(town, one).voices == 2
    with town.store.begin() as tx, pytest.raises(Refused):
        merging.unmerge(replace(scene, tx=tx), other, "是两件事")


def test_splitting_keeps_everybody_behind_each_part_and_is_undone(town: Town) -> None:
    first, second = women(town, "a", "b")
    office = town.invited("c", "coordinator")
    number = said(town, first, "路灯坏了要修，滑梯也坏了要换新的")
    second.taps_choice(f"suggest:support:{number}")
    before = people(town, number)
    office.taps_choice(f"suggestion:{number}").taps("拆成几条").says("路灯坏了要修\n滑梯也坏了要换新的").says("是两件事").taps("提交")
    assert row(town, number).state == "split"
    parts = newest(town) - 1, newest(town)
    assert {people(town, part) for part in parts} == {before}
    assert "拆成 2 条办" in next_days(town, [second])["b"]
    office.taps_choice(f"suggestion:{number}:unsplit").says("还是一起办")
    assert (row(town, number).state, people(town, number), row(town, number).voices) == ("received", before, 2)


def test_several_steps_of_a_day_come_in_one_message(town: Town) -> None:
    first, second = women(town, "a", "b")
    office = town.invited("c", "coordinator")
    numbers = [said(town, first, words) for words in (LAMP, "广场上要修个滑梯给孩子玩", "建议开个老人饭桌送餐")]
    for number in numbers:
        second.taps_choice(f"suggest:support:{number}")
        decided(office, number, "列入议程")
    town.later(minutes=1)
    town.tick()
    second.listens()
    assert len(second.fresh) == 1
    second.hears("3 个新进展", "路灯", "滑梯", "老人饭桌")


def test_a_name_is_shown_to_staff_only_with_her_word_and_never_to_mothers(town: Town) -> None:
    first, second = women(town, "a", "b")
    office = town.invited("c", "coordinator")
    number = said(town, first)
    first.says("我的事")
    office.taps_choice(f"suggestion:{number}").hears("没有留名字")
    first.taps_choice(f"suggest:name:{number}").says("王晓梅")
    office.taps_choice(f"suggestion:{number}").hears("王晓梅")
    second.taps_choice(f"suggest:see:{number}")
    assert "王晓梅" not in second.text


@pytest.mark.parametrize("channel", [TELEGRAM, WECHAT], ids=["telegram", "wechat"])
def test_others_are_browsed_and_supported_on_every_channel(town: Town, channel) -> None:  # type: ignore[no-untyped-def]
    (first,) = women(town, "a")
    for words in (LAMP, "广场上要修个滑梯给孩子玩", "建议开个老人饭桌送餐", "垃圾桶太臭了要勤收", "电动车充电棚不够用", "活动室办个合唱队"):
        said(town, first, words)
    second = town.person("b", channel).says("你好")
    with town.store.begin() as tx:
        found = persons.find(tx, channel.channel, "b")
        assert found is not None
        persons.change(tx, found.person_id, community_id=persons.communities(tx)[0].id)
    second.says("大家提的")
    second.hears("大家提的", "合唱队")
    assert "路灯" not in second.text, "five a page"


def test_another_community_sees_and_moves_nothing(town: Town) -> None:
    (chat,) = women(town, "a")
    stranger = town.invited("x", "coordinator", "YT02")
    number = said(town, chat)
    stranger.taps_choice(f"suggestion:{number}").hears("找不到")
    stranger.taps_choice(f"suggestion:{number}:agenda").hears("找不到")
    stranger.taps_choice("suggestions").hears("没有要办的")
    assert row(town, number).state == "received"


def test_ten_a_day_are_enough(town: Town) -> None:
    (chat,) = women(town, "a")
    for count in range(10):
        chat.says(f"意见箱：{count}单元{'甲乙丙丁戊己庚辛壬癸'[count]}处要修一修{count}")
        if "不一样" in " ".join(chat.labels()):
            chat.taps("不一样")
    chat.says("意见箱：广场上要修个滑梯给孩子玩")
    if "不一样" in " ".join(chat.labels()):
        chat.taps("不一样")
    chat.hears("明天再接着说")
