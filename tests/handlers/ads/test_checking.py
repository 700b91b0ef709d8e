"""帮我看看这个招聘: what is wrong is said with the notice's own words; it is passed on without her name, and can become a warning."""

from __future__ import annotations

import pytest

from storage.tables.ads import ad
from tests.support.chat import Town

BAD = "手工活外发，日结200，先交99元押金领材料，做好寄回押金退还，加微信详谈"
GOOD = "海风社区缝纫工坊招缝纫工两名，计件，熟练工一天一百五左右，每月15号发工资，签合同，地址海风路3号"


def test_a_bad_notice_is_quoted_and_told_what_to_do(town: Town) -> None:
    mother = town.person("m").says("看招聘").hears_question("check_ad", "notice")
    mother.says(BAD).hears("先别答应", "押金", "别交")


def test_a_good_notice_is_not_praised_but_questions_are_given(town: Town) -> None:
    town.person("m").says("看招聘").says(GOOD).hears("没看出明显的问题", "别给")


@pytest.mark.parametrize("said", ["招聘", "缺人手"])
def test_too_little_is_said_to_be_too_little(town: Town, said: str) -> None:
    town.person("m").says("看招聘").says(said).hears("看不出什么")


def test_it_reaches_the_coordinator_without_her_name_and_becomes_a_warning(town: Town) -> None:
    duty = town.invited("duty", "coordinator")
    mother = town.invited("m", "mother").says("看招聘").says(BAD)
    mother.taps("转给社区").hears("没有带您的名字")
    duty.listens()
    duty.hears("没有留名字").taps("看一看").hears("99元押金")
    with town.store.read() as tx:
        key = tx.exec_driver_sql("SELECT key FROM person ORDER BY id DESC LIMIT 1").scalar_one()
        assert "person_id" not in ad.c
    assert key not in duty.text
    duty.taps("提醒本社区").hears_question("broadcast", "link")


def test_another_community_sees_nothing_of_it(town: Town) -> None:
    town.invited("duty", "coordinator")
    foreign = town.invited("foreign", "coordinator", "YT02")
    town.invited("m", "mother").says("看招聘").says(BAD).taps("转给社区")
    foreign.taps_choice("ad:1").hears("已经不在了")


def test_what_was_not_passed_on_is_forgotten(town: Town) -> None:
    town.person("m").says("看招聘").says(BAD)
    town.later(days=2)
    town.tick()
    with town.store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM ad").scalar_one() == 0
