"""Notices, tasks, what is late, cells, the survey and figures at the desk: each made of the chat's own deeds, each in its own place."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import insert

from channels.web.page import TOKENS
from domain.access import Scope
from storage.people import persons
from storage.staff import roles, tasks
from storage.tables.survey import Campaign, Visit
from storage.tables.work import cell
from tests.support.chat import Chat, Town
from tests.support.desk import Desk, person_of
from tests.support.rows import put


def sewing(town: Town, name: str, community: str = "YT01") -> Chat:
    chat = town.invited(name, "mother", community)
    with town.store.begin() as tx:
        persons.save_profile(tx, person_of(chat), {"skills": ["sewing"]}, now=town.now)
    return chat


def test_a_notice_is_counted_looked_at_sent_stopped_and_corrected(town: Town) -> None:
    first, second, other = sewing(town, "a"), sewing(town, "b", "YT02"), sewing(town, "c", "YT03")
    desk = Desk.of(town.invited("wu", "federation", None)).opens("/desk/broadcasts/new").sees("给哪些社区")
    ticks: dict[str, Any] = {"places": ["YT01", "YT02"], "skills": ["sewing"]}
    desk.opens("/desk/broadcasts/new?count=yes&places=YT01&places=YT02&skills=sewing").sees("2 位")
    desk.opens("/desk/broadcasts/new").does("write", text="周五有缝纫班").sees("请选给谁")
    desk.does("write", text="周五有缝纫班", **ticks).sees("周五有缝纫班", "2 位", "发出")
    page = desk.address
    desk.does("go").sees("开始发了")
    town.tick()
    for chat in (first, second):
        chat.listens()
        chat.hears("周五有缝纫班")
    other.listens()
    assert "周五" not in other.text
    desk.opens(page).does("correct", text="").sees("还没有写字")
    desk.opens(page).does("correct", text="改到周六").sees("更正正在发")
    town.tick()
    first.listens()
    first.hears("改到周六")
    other.listens()
    assert "周六" not in other.text


def test_a_coordinator_reaches_her_own_community_alone_and_nobody_approves_her_own(town: Town) -> None:
    mine, other = sewing(town, "a"), sewing(town, "c", "YT02")
    li = town.invited("li", "coordinator")
    desk = Desk.of(li).opens("/desk/broadcasts/new").does("write", text="停水", haste="yes", everybody="yes").sees("请另一位同意")
    page = desk.address
    wu = Desk.of(town.invited("wu", "federation", None))
    desk.does("go").sees("请另一位同意了")
    desk.does("approve").sees_not("开始发了")
    wu.opens("/desk").sees("等您同意的通知").opens("/desk/broadcasts").sees("等您同意").opens(page).does("approve").sees("开始发了")
    town.tick()
    mine.listens()
    mine.hears("停水")
    other.listens()
    assert "停水" not in other.text
    zhao = Desk.of(town.invited("zhao", "coordinator", "YT02"))
    assert zhao.opens(page).status == 404
    assert zhao.opens("/desk/broadcasts").sends(page, do="stop").status == 404


def test_tasks_are_closed_with_an_outcome_and_late_ones_stand_in_one_list(town: Town) -> None:
    woman = person_of(sewing(town, "a"))
    li = town.invited("li", "coordinator")
    with town.store.begin() as tx:
        number = tasks.put(tx, "wage", woman, said="九月的没发", due_at=town.now - timedelta(days=1), now=town.now)
    desk = Desk.of(li).opens("/desk").sees("工钱", "1 件已经晚了").opens("/desk/late").sees("工钱")
    desk.opens("/desk/tasks?kind=wage").sees("九月的没发", "补发了")
    worker = Desk.of(town.invited("zhou", "grid_worker"))
    worker.opens("/desk/tasks?kind=wage").sees_not("九月的没发")
    assert worker.sends("/desk/tasks", do="close", task=str(number), outcome="repaid").status == 422
    desk.does("close", task=str(number), outcome="repaid").sees("从待办里去掉了").sees_not("九月的没发")
    desk.does("close", task=str(number), outcome="repaid").sees("已经有人办完了")


def test_a_cell_is_handed_to_a_new_worker(town: Town) -> None:
    with town.store.begin() as tx:
        community = persons.communities(tx)[0].id
        cell_id = int(tx.execute(insert(cell).values(community_id=community, code="1", name="一网格").returning(cell.c.id)).scalar_one())
    old, new = town.invited("old", "grid_worker"), town.invited("new", "grid_worker")
    with town.store.begin() as tx:
        for chat in (old, new):
            tx.exec_driver_sql(f"UPDATE role SET withdrawn_at = given_at WHERE person_id = {person_of(chat)}")
        roles.give(tx, person_of(old), "grid_worker", Scope(community, cell_id), now=town.now)
        other = int(tx.execute(insert(cell).values(community_id=community, code="2", name="二网格").returning(cell.c.id)).scalar_one())
        roles.give(tx, person_of(new), "grid_worker", Scope(community, other), now=town.now)
    desk = Desk.of(town.invited("li", "coordinator")).opens("/desk/cells").sees("一网格")
    desk.does("hand", cell=str(cell_id), **{"from": str(person_of(old)), "to": str(person_of(new))}).sees("请她接手了", "接手")
    new.listens()
    new.taps("接手")
    desk.opens("/desk/cells")
    with town.store.read() as tx:
        assert roles.roles_of(tx, person_of(new))[-1].cell_id == cell_id
    zhao = Desk.of(town.invited("zhao", "coordinator", "YT02")).opens("/desk/cells").sees_not("一网格")
    assert zhao.does("hand", cell=str(cell_id), to=str(person_of(old))).status == 422


def test_the_survey_is_a_map_with_a_table_and_a_sheet_for_the_doors(town: Town) -> None:
    woman, li = person_of(sewing(town, "a")), town.invited("li", "coordinator")
    with town.store.begin() as tx:
        here = persons.communities(tx)[0].id
        running = put(tx, Campaign, town.now, name="秋天走访", community_id=here, status="open")
        put(tx, Visit, town.now, campaign_id=running, person_id=woman, community_id=here)
    desk = Desk.of(li).opens("/desk/survey").sees("秋天走访", "走访了 0 / 1")
    assert desk.html.count("<circle") == 1
    desk.opens("/desk/survey/sheet").sees("走访单").does("close", at="/desk/survey", campaign=str(running)).sees("现在没有走访")


def test_figures_are_a_funnel_with_a_table_and_a_workbook(town: Town) -> None:
    sewing(town, "a")
    sewing(town, "b", "YT02")
    wu = Desk.of(town.invited("wu", "federation", None)).opens("/desk/figures").sees("2026-10 的数字", "登记", "上月")
    wu.opens("/desk/figures?month=2026-11")
    row = re.search(r"合计\s*合计\s*(\d+)", wu.text)
    assert row
    assert row[1] == "2"
    wu.opens("/desk/figures?month=nonsense").sees("2026-10 的数字")
    # Who is not of the federation sees no group of two.
    li = Desk.of(town.invited("li", "coordinator")).opens("/desk/figures?month=2026-11").sees("*")
    li.sees_not("海风2社区")
    wu.opens("/desk/figures/workbook?month=2026-11")
    sheet = load_workbook(io.BytesIO(wu.content)).active
    assert sheet is not None
    assert [cell.value for cell in next(sheet.iter_rows())][:3] == ["分组", "名称", "登记"]
    assert Desk.of(town.invited("zhou", "grid_worker")).opens("/desk/figures").status == 403


def test_the_desk_has_the_chat_pages_own_colours(town: Town) -> None:
    desk = Desk.of(town.invited("li", "coordinator")).opens("/desk")
    named = re.search(r'href="(/desk/static/tokens.css[^"]*)"', desk.html)
    assert named
    desk.opens(named[1])
    assert desk.content == TOKENS.read_bytes()
    both = set(re.findall(r"^ *(--[a-z-]+):", desk.html, re.MULTILINE))
    assert "--ink" in both
    for sheet in ("chat.css", "../../../bot/desk/static/desk.css"):
        assert not both & set(re.findall(r"^ *(--[a-z-]+):", (TOKENS.parent / sheet).read_text(), re.MULTILINE)), sheet
