"""Golden transcripts: whole conversations on every channel's capabilities, everything saved and loaded between all steps.

A transcript that should change is written anew by `WRITE_GOLDEN=1 pytest tests/flows`; read the diff before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from domain.capabilities import ALL, Capabilities
from domain.messages import Card, Outbound
from tests.support import towns, workshops
from tests.support.chat import Chat, Town

GOLDEN = Path(__file__).parent / "golden"

# A line is said as words; `*label` is a tap, or the label said where a channel has no buttons; `+1 day` lets time pass, with the ticks.
FLOWS: dict[str, list[str]] = {
    "intake_by_tap": [
        *("/start", "*登记找活", "*存下我的资料", "*有合适的岗位", "*好了", "*海风3社区", "*缝纫裁剪", "*好了", "*领回家做", "*好了"),
        *("*工作日上午", "*好了", "*2000元以上", "*暂时不用", "*提交", "*我想去", "我的报名"),
    ],
    "intake_by_number": ["你好", "1 3", "3", "2", "2", "1", "2", "跳过", "提交", "1", "菜单"],
    "intake_in_words": ["您好", "1 3", "海风3", "会踩缝纫机，想领活回家，上午有空，一个月两千就行", "对", "跳过", "提交"],
    "back_change_later": [
        "登记",
        "1",
        "海风3",
        "返回",
        "海风5",
        "2",
        "修改",
        "取消",
        "稍后",
        "+1 day",
        "继续",
        "都可以",
        "跳过",
        "跳过",
        "跳过",
        "跳过",
        "2",
        "海风7",
        "提交",
    ],
    "wrong_and_rude_input": [
        "登记",
        "滚",
        "99",
        "",
        "1",
        "火星社区",
        "12345678901234567890",
        "海风3",
        "'; DROP TABLE person;--",
        "😀😀",
        "哈" * 3000,
        "返回",
        "返回",
    ],
    "free_words_at_once": [
        "登记",
        "取消",
        "确定取消",
        "早上送完孩子九点到十一点有空，会缝纫，想领活回家",
        "登记",
        "1 3",
        "海风3",
        "跳过",
        "跳过",
        "提交",
    ],
    "newcomer": [
        "你好",
        "*问问题",
        "*要交钱吗",
        "你是真人吗",
        "*看看有什么活",
        "我住海风3社区",
        "第二个在哪里",
        "离我多远",
        "还有别的吗",
        "*登记，",
    ],
    "danger_in_a_form": ["登记", "1", "他昨晚又打我，还不让我出门", "在这里说", "海风3"],
    "stop_and_again": ["退订", "登记", "稍后", "恢复", "别再给我发了", "重新给我推送吧"],
    "a_place_at_the_workshop": [
        *("工坊", "我住海风3社区", "工坊", "*看巧手工坊", "*给孩子订位", "*11月25日", "*9点", "*9点", "*再加一个孩子"),
        *("登记", "工坊", "我的事", "*9点", "*不去了", "工坊"),
    ],
    "half_done": ["登记", "1", "+1 day", "+2 days", "+3 days", "*接着填"],
}


def furnish(town: Town) -> None:
    """What the flows talk of: two posts and two workshops, one of which may take no children."""
    towns.position(town.store, town.now, "P1", mode="take_home", community="YT03")
    towns.position(
        town.store,
        town.now,
        "P2",
        title="十字绣",
        sector="handcraft",
        mode="take_home",
        skills=["embroidery"],
        trains=False,
        community="YT03",
    )
    with town.store.begin() as tx:
        workshops.sound(tx, community=3, childcare=2)
        workshops.sound(tx, name="拾光工坊", community=5, but=("hygiene",))


@pytest.mark.parametrize("channel", ALL.values(), ids=ALL)
@pytest.mark.parametrize("flow", FLOWS)
def test_transcript(town: Town, flow: str, channel: Capabilities) -> None:
    furnish(town)
    said = "\n".join(_transcript(town, FLOWS[flow], channel)) + "\n"
    file = GOLDEN / f"{flow}.{channel.channel}.txt"
    if os.environ.get("WRITE_GOLDEN") == "1":
        file.write_text(said, "utf-8")
    assert said == file.read_text("utf-8")


def _transcript(town: Town, flow: list[str], channel: Capabilities) -> list[str]:
    chat, lines = town.person("a", channel), []
    for line in flow:
        lines.append(f">> {line if len(line) < 100 else line[:20] + f'…（{len(line)}字）'}")
        if line.startswith("+"):
            number, unit = line[1:].split()
            town.later(**{unit.removesuffix("s") + "s": int(number)}, minutes=5)
            town.tick()
            chat.listens()
        elif line.startswith("*") and channel.buttons:
            chat.taps(line[1:])
        else:
            chat.says(line.removeprefix("*"))
        lines += [_shown(chat, said) for said in chat.fresh]
    return lines


def _shown(chat: Chat, said: Outbound) -> str:
    rows = "\n".join(" ".join(f"[{button.label}]" for button in row) for row in said.buttons)
    head = "(edit) " if said.edits else ""
    cards = "\n".join(_card(card) for card in said.cards)
    return "\n".join(part for part in (head + said.text, cards, rows) if part)


def _card(card: Card) -> str:
    lines = [*card.text.split("\n"), " ".join(f"[{button.label}]" for button in card.buttons)]
    return "\n".join(f"| {line}" for line in lines)
