"""The urgent desk: dangers first, every word, and nothing ended that she has just answered."""

from __future__ import annotations

import re

from tests.support.chat import Town
from tests.support.desk import Desk


def test_a_danger_is_taken_answered_noted_handed_over_closed_and_opened_again(town: Town) -> None:
    li, wu = town.invited("li", "coordinator"), town.invited("wu", "federation", None)
    mother = town.person("mother").says("登记")
    mother.says("人工")
    her = town.person("her").says("我老公打我，孩子也怕")
    desk = Desk.of(wu).opens("/desk").sees("求助和来话").opens("/desk/threads").sees("【急】", "要马上联系", "没有人接")
    assert desk.text.index("要马上联系") < desk.text.index("想找人")
    number = re.findall(r"/desk/threads/(\d+)", desk.html)[0]
    desk.opens(f"/desk/threads/{number}").sees("我老公打我，孩子也怕")
    desk.does("write", said="您现在安全吗？我马上打给您。", note="约好下午三点通电话").sees("发给她了", "约好下午三点通电话")
    her.listens()
    her.hears("您现在安全吗？我马上打给您。")
    assert "约好下午三点" not in her.text
    # Nobody's community is everybody's: a colleague sees who has it.
    Desk.of(li).opens("/desk/threads").sees("【急】", "同事")
    desk.opens(f"/desk/threads/{number}?close=yes").sees("再看一遍")
    seen = re.search(r'name="seen" value="(\d+)"', desk.html)
    assert seen
    her.says("他又来了")
    desk.does("close", at=f"/desk/threads/{number}?close=yes", seen=seen[1], outcome="helped").sees("又有新的话了", "他又来了")
    fresh = re.search(r'name="seen" value="(\d+)"', desk.html)
    assert fresh
    desk.does("close", at=f"/desk/threads/{number}?close=yes", seen=fresh[1], outcome="").sees("请选结果")
    desk.does("close", at=f"/desk/threads/{number}?close=yes", seen=fresh[1], outcome="helped").sees("办完了")
    desk.opens("/desk/threads?closed=yes").sees("帮上了")
    desk.opens(f"/desk/threads/{number}").does("reopen").sees("又打开了")
    desk.does("write").sees("还没有写字")


def test_a_thread_of_another_community_is_not_there(town: Town) -> None:
    town.invited("li", "coordinator")
    zhao = town.invited("zhao", "coordinator", "YT02")
    resident = town.invited("woman", "mother", "YT01")
    resident.says("人工")
    desk = Desk.of(zhao).opens("/desk/threads").sees("现在没有等着回话的人")
    assert desk.opens("/desk/threads/1").status == 404
    desk.sees_not("woman")
    assert desk.opens("/desk/threads").sends("/desk/threads/1", do="take").status == 404
