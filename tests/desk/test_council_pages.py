"""The suggestion box and the council at the desk: the chat's own deeds, each reason read by those behind a suggestion, each in its own place."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from docx import Document

from domain.access import Scope
from domain.council.states import State
from storage.council import meetings, similar, suggestions
from storage.people import persons
from storage.staff import roles
from storage.tables.people import Person
from tests.support.chat import Town
from tests.support.desk import Desk
from tests.support.rows import put


def suggestion(town: Town, text: str, *, state: State = "received", place: int = 0, late: bool = False) -> int:
    with town.store.begin() as tx:
        here, due = persons.communities(tx)[place].id, town.now + timedelta(days=-1 if late else 5)
        number = suggestions.add(
            tx, f"S{text}", community_id=here, text=text, topic="facilities", state=state, published_at=town.now, now=town.now
        )
        suggestions.change(tx, number, due_at=due, escalate_at=None, late_since=due if late else None)
        similar.put(tx, number, here, text)
    return number


def member(town: Town) -> None:
    with town.store.begin() as tx:
        here = persons.communities(tx)[0].id
        roles.give(tx, put(tx, Person, town.now, key="kk", name="会员", community_id=here), "council", Scope(here), now=town.now)


def stored(town: Town, number: int) -> suggestions.Suggestion:
    with town.store.read() as tx:
        row = suggestions.get(tx, number)
    assert row is not None
    return row


@pytest.fixture
def li(town: Town) -> Desk:
    return Desk.of(town.invited("li", "coordinator"))


def test_what_is_late_stands_first_and_is_found_by_its_state(town: Town, li: Desk) -> None:
    suggestion(town, "修路灯")
    suggestion(town, "修滑梯", late=True)
    suggestion(town, "装栏杆", state="in_hand")
    li.opens("/desk").sees("要办的建议", "1 件已经晚了").opens("/desk/suggestions").sees("共 3 项", "1 条已经晚了")
    assert li.text.index("修滑梯") < li.text.index("修路灯")
    li.opens("/desk/suggestions?state=late").sees("修滑梯").sees_not("修路灯")
    li.opens("/desk/suggestions?state=in_hand").sees("装栏杆").sees_not("修路灯")
    li.opens("/desk/suggestions?number=1").sees("修路灯", "共 1 项")
    li.opens("/desk/suggestions?number=99").sees("没有这样的建议")


def test_a_suggestion_goes_its_way_with_reasons(town: Town, li: Desk) -> None:
    number = suggestion(town, "修路灯")
    li.opens(f"/desk/suggestions/{number}").does("agenda").sees("列入议程")
    assert li.does("decline", reason="").status == 422
    li.opens(f"/desk/suggestions/{number}").does("accept").does("take", owner="物业李师傅", until="morgen").sees("请选一个日期")
    li.opens(f"/desk/suggestions/{number}").does("take", owner="物业李师傅", until="2026-12-01").sees("物业李师傅")
    assert li.does("finish", done="换了灯泡", cost="很多").status == 422
    li.opens(f"/desk/suggestions/{number}").does("finish", done="换了灯泡", cost="12.5", paid_by="物业").sees("换了灯泡")
    assert (stored(town, number).state, stored(town, number).cost_fen) == ("done", 1250)
    other = suggestion(town, "养孔雀", state="agenda")
    li.opens(f"/desk/suggestions/{other}").does("decline", reason="没有地方养").sees("没有地方养", "没有同意")


def test_two_are_made_one_and_one_several(town: Town, li: Desk) -> None:
    first, second = suggestion(town, "南门的路灯坏了，要修路灯"), suggestion(town, "南门的路灯坏了，请修路灯")
    li.opens(f"/desk/suggestions/{second}").sees(f"第 {first} 号")
    li.does("merge", merge_value=str(first), reason="同一盏灯").sees("合在里面的")
    assert stored(town, second).merged_into == first
    li.opens(f"/desk/suggestions/{first}").does("unmerge", unmerge_value=str(second), reason="是两盏灯")
    assert stored(town, second).merged_into is None
    li.opens(f"/desk/suggestions/{first}").does("split", parts="修一修路灯\n换一换滑梯", reason="两件事").sees("换一换滑梯")
    assert stored(town, first).state == "split"


def test_a_meeting_from_its_agenda_to_its_minutes(town: Town, li: Desk) -> None:
    suggestion(town, "修路灯")
    member(town)
    li.opens("/desk/meetings").does("plan", community="1", starts="nie").sees("请把日期和时间写完整")
    li.opens("/desk/meetings").does("plan", community="1", starts="2026-11-26T09:00", place="工坊").sees("修路灯", "在准备")
    page = li.address.partition("?")[0]
    assert li.opens(f"{page}/minutes").status == 404
    li.opens(page).does("call").sees("1 位")
    with town.store.read() as tx:
        item = meetings.items(tx, int(page.rpartition("/")[2]))[0].id
    decided = {"item": str(item), "verdict": "accept", "words": "该修"}
    li.does("decide", **decided, owner="物业", until="2026-12-10").sees("会还没开")
    town.later(days=3)
    li = Desk.of(town.invited("li", "coordinator"))
    li.opens(page).does("decide", **decided).sees_not("定下来了")
    li.opens(page).does("decide", **decided, owner="物业", until="2026-12-10").sees("定下来了")
    li.opens(page).does("hold").sees("下载会议记录")
    li.opens(f"{page}/minutes")
    words = "\n".join(cell.text for table in Document(io.BytesIO(li.content)).tables for row in table.rows for cell in row.cells)
    assert "修路灯" in words + "\n".join(one.text for one in Document(io.BytesIO(li.content)).paragraphs)


def test_a_point_of_another_meeting_is_not_touched(town: Town, li: Desk) -> None:
    for text in ("修路灯", "修滑梯"):
        suggestion(town, text)
    with town.store.begin() as tx:
        here = persons.communities(tx)[0].id
        first, second = (meetings.add(tx, here, town.now + timedelta(days=2), "工坊", by=1, now=town.now) for _ in range(2))
        meetings.put_on(tx, first, 1)
        item = meetings.items(tx, first)[0].id
    assert li.opens(f"/desk/meetings/{second}").does("off", item=str(item)).status == 422
    with town.store.read() as tx:
        assert len(meetings.items(tx, first)) == 1
