"""The public board in a browser's eyes: strict, escaped, without small numbers, in both scripts; and what the store gives it."""

from __future__ import annotations

from datetime import date

import httpx
import pytest
from starlette.applications import Starlette

from channels.web.board import BoardPages
from domain.council.board import Board, Line, Rate, unless_few
from handlers.content import Content
from handlers.council import board
from tests.handlers.council.boxes import LAMP, decided, next_days, said, women
from tests.support.chat import Town

TODAY = date(2026, 11, 30)
LINE = Line(7, "facilities", "<b>路灯</b>", "in_hand", None, "先办", date(2026, 12, 9), True, None, "", TODAY)
DONE = LINE._replace(text="滑梯", state="done", voices=5, cost_fen=1_260_050, paid_by="fund", late=False)
BOARD = Board(
    code="YT01",
    name="海风1社区",
    on=TODAY,
    asked={"pets": 1, "parking": 4},
    decided=[LINE],
    done=[DONE],
    spent_fen={"fund": 1_260_050},
    rates={"in_time": Rate(9, 10), "done": Rate(2, 2), "content": Rate(2, 6)},
)


async def got(content: Content, path: str, places: list[tuple[str, str]], **headers: str) -> httpx.Response:
    words = {name.removeprefix("council."): text for name, text in content.phrases.texts.items() if name.startswith("council.")}
    pages = BoardPages(lambda: places, lambda code: BOARD if code == "YT01" else None, words)
    transport = httpx.ASGITransport(app=Starlette(routes=pages.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://board") as client:
        return await client.get(path, headers=headers)


async def test_it_is_strict_escaped_and_hides_small_numbers(content: Content) -> None:
    answer = await got(content, "/board/YT01", [])
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"] and "unsafe" not in answer.headers["content-security-policy"]
    html = answer.text
    assert "<b>路灯</b>" not in html and "&lt;b&gt;路灯" in html
    assert "90%" in html and "33%" in html and "100%" not in html, "two women are too few for a rate"
    assert "宠物 1" not in html and "停车交通 4 条" in html
    assert "12,600.50元，母亲岗社区基金" in html and "晚了" in html and "12月9日以前办好" in html
    assert "<script" not in html and "style=" not in html


async def test_one_community_needs_no_choice_and_an_unknown_one_is_not_there(content: Content) -> None:
    one = await got(content, "/board", [("YT01", "海风1社区")])
    assert (one.status_code, one.headers["location"]) == (303, "/board/YT01")
    several = await got(content, "/board", [("YT01", "海风1社区"), ("a/b", "乙")])
    assert "海风1社区" in several.text and "/board/a%2Fb" in several.text or "/board/a/b" in several.text
    assert (await got(content, "/board/none", [])).status_code == 404
    assert (await got(content, "/board/" + "x" * 500, [])).status_code == 404


async def test_it_comes_in_her_script(content: Content) -> None:
    answer = await got(content, "/board/YT01", [], **{"accept-language": "zh-Hant-HK"})
    assert 'lang="zh-Hant"' in answer.text and "滿意" in answer.text


@pytest.mark.parametrize(("voices", "seen"), [(1, None), (4, None), (5, 5)])
def test_few_women_are_no_number(voices: int, seen: int | None) -> None:
    assert unless_few(voices) == seen


def test_what_nobody_looked_at_and_whose_it_is_never_stands_there(town: Town) -> None:
    first, second, third = women(town, "a", "b", "d")
    office = town.invited("c", "coordinator")
    number = said(town, first)
    said(town, second, "广场上要修个滑梯给孩子玩")
    first.taps_choice(f"suggest:name:{number}").says("王晓梅")
    for chat in (second, third):
        chat.taps_choice(f"suggest:support:{number}")
    decided(office, number, "列入议程", "同意办", "安排人办")
    next_days(town, [first, second, third])
    with town.store.read() as tx:
        found = board.board(tx, "YT01", town.now)
        assert board.board(tx, "none", town.now) is None
    assert found is not None
    assert [(line.text, line.state, line.voices) for line in found.decided] == [(LAMP, "in_hand", None)], (
        "three women are too few for a number"
    )
    assert dict(found.asked) == {"children": 1}, "not looked at: its topic alone"
    assert "王晓梅" not in repr(found) and "李师傅" not in repr(found)
