"""The menu at the bottom of the page: the account's own, in her characters, each entry with what a tap of it does; and posts as cards."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from bot import wechat_menu
from channels.web import page
from channels.web.frames import bot_item
from domain.capabilities import ALL, TELEGRAM, WEB, WECHAT
from domain.messages import Button, Card, Outbound
from domain.replies import laid_out, prepared
from domain.traditional import TRADITIONAL, in_language
from handlers.capabilities import CAPABILITIES
from storage import bodies

CARDS = Outbound(
    text="两个",
    cards=tuple(Card(f"岗{n}\n每件2元", (Button("我想去", f"apply:{n}"), Button("详情", f"posts:detail:{n}"))) for n in (1, 2)),
    buttons=((Button("更多", "posts:more"),),),
)


def test_the_page_has_the_three_columns_and_each_entry_leads_somewhere() -> None:
    menu = wechat_menu.columns()
    assert [name for name, _ in menu] == ["找活", "说事", "我的"]
    shown = bytes(page.page("zh", menu).body).decode()
    for label, choice in (entry for _, entries in menu for entry in entries):
        assert f'data-choice="{choice}">{label}<' in shown
        assert choice.removeprefix("menu:") in CAPABILITIES.commands
    assert "看看有什麼活" in bytes(page.page("zh-Hant", menu).body).decode()


def test_a_page_without_a_menu_has_no_bar() -> None:
    assert 'id="menu"' not in bytes(page.page("zh").body).decode()


def test_cards_reach_the_page_as_cards_in_her_characters() -> None:
    (said,) = prepared([laid_out(CARDS, WEB)], WEB, TRADITIONAL, by_number="")
    item = bot_item(1, said, datetime.now(UTC))
    assert [card["text"] for card in item["cards"]] == ["崗1\n每件2元", "崗2\n每件2元"]
    assert [button["label"] for button in item["cards"][0]["buttons"]] == ["我想去", "詳情"]


def test_elsewhere_a_number_means_the_card_of_that_number() -> None:
    rows = laid_out(CARDS, TELEGRAM)
    assert [button.label for button in rows.choices()] == ["我想去 1", "我想去 2", "详情 1", "详情 2", "更多"]
    listed = laid_out(CARDS, WECHAT)
    assert [button.label for button in listed.choices()] == ["我想去 岗1", "我想去 岗2", "更多"]
    assert "2. 岗2" in listed.text


@pytest.mark.parametrize(("language", "who", "said"), [("zh", "赵姐（协调员）", "我来帮您"), (TRADITIONAL, "趙姐（協調員）", "我來幫您")])
def test_who_of_the_staff_speaks_is_said_by_the_row_itself(language: str, who: str, said: str) -> None:
    spoken = Outbound(text="赵姐（协调员）：\n我来帮您", speaker="赵姐（协调员）")
    kept = bodies.body_of(in_language(spoken, language))
    row = SimpleNamespace(body=kept, edits="", private=False, once=False)
    item = bot_item(1, bodies.outbound_of(row), datetime.now(UTC))
    assert (item["speaker"], item["text"]) == (who, said)
    assert "speaker" not in bot_item(2, Outbound(text="我是机器人"), datetime.now(UTC))


@pytest.mark.parametrize("channel", ALL.values(), ids=ALL)
def test_the_order_of_the_choices_is_the_same_on_every_channel(channel: object) -> None:
    choices = [button.choice for button in laid_out(CARDS, channel).choices()]  # type: ignore[arg-type]
    assert choices[:2] == ["apply:1", "apply:2"]
