"""Golden transcripts of two who talk with the bot about the same thing: a mother on every channel, who decides or mediates on the web page.

Written anew by `WRITE_GOLDEN=1 pytest tests/flows`, like those of one person.
"""

from __future__ import annotations

import os
import re

import pytest

from domain.capabilities import ALL, Capabilities
from tests.flows.test_transcripts import GOLDEN, _shown
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town

# As in test_transcripts, with `她`, `社区` or `调解` before the line; `+1 day` is heard by both.
FLOWS: dict[str, list[str]] = {
    "from_wanting_to_the_start": [
        *("她 找活干", "她 *我想去", "她 *同意给暖阳服装厂", "社区 ", "社区 *看看她的情况", "社区 *请她来试工", "社区 *明天"),
        *("社区 *上午9点", "社区 工坊201，找王姐", "社区 *提交", "她 ", "她 *能去", "社区 ", "+8 hours", "+14 hours", "+26 hours"),
        *("她 *我上岗了", "社区 ", "她 我的报名"),
    ],
    "another_time_then_not": [
        *("她 找活干", "她 *我想去", "她 *先不给", "社区 ", "社区 *请她来试工", "社区 *明天", "社区 *上午8点", "社区 *只写社区名字"),
        *("社区 *提交", "她 ", "她 *换个时间", "社区 ", "她 我的报名", "她 *不去了", "她 *不去了", "社区 "),
    ],
    "from_a_quarrel_to_the_courts_word": [
        *(
            "她 调解",
            "她 邻居半夜打麻将吵得孩子睡不着，说了好几次都不听",
            "她 *邻居",
            "她 *几个月了",
            "她 晚上十点以后别打了",
            "她 海风1社区",
        ),
        *(
            "她 *只在这里说",
            "她 *留名字",
            "她 王小雨",
            "她 *交给调解员",
            "她 *提交",
            "调解 ",
            "调解 *看一看",
            "调解 *我来",
            "调解 *怎么说的",
        ),
        *(
            "调解 *可以受理",
            "调解 *我来调解",
            "调解 *回这一件",
            "调解 *甲方",
            "调解 *告知过了",
            "调解 *问愿不愿意",
            "调解 *愿意调解",
            "调解 当面问的，甲方愿意谈",
        ),
        *(
            "调解 *回这一件",
            "调解 *乙方",
            "调解 *告知过了",
            "调解 *问愿不愿意",
            "调解 *愿意调解",
            "调解 电话里问的，乙方愿意谈",
            "她 我的事",
            "调解 *回这一件",
        ),
        *(
            "调解 *约双方",
            "调解 明天",
            "调解 *上午9点",
            "调解 *下午2点",
            "调解 *好了",
            "调解 社区二楼会客室",
            "她 ",
            "她 我的事",
            "她 *第1号",
            "她 *选时间",
        ),
        *(
            "她 *14:00",
            "调解 *回这一件",
            "调解 *社区二楼会客室",
            "调解 *乙方可以 11月25日 14:00",
            "+6 hours",
            "+25 hours",
            "调解 *写调解记录",
        ),
        *(
            "调解 双方和调解员",
            "调解 跳过",
            "调解 各说各的，都愿意退一步",
            "调解 跳过",
            "调解 达成协议",
            "调解 *提交",
            "调解 *回这一件",
            "调解 *写协议",
        ),
        *(
            "调解 *书面",
            "调解 半夜打麻将影响休息",
            "调解 晚上十点以后不打",
            "调解 当天起，双方互相监督",
            "调解 *没有",
            "调解 *3",
            "调解 *提交",
        ),
        *(
            "调解 *甲方签了",
            "调解 *乙方签了",
            "调解 *调解员签了",
            "调解 *章盖了",
            "+7 days",
            "调解 *回这一件",
            "调解 *第7天回访",
            "调解 *是",
            "调解 *是",
        ),
        *(
            "调解 *否",
            "调解 *否",
            "调解 都按说好的办",
            "调解 *提交",
            "调解 *回这一件",
            "调解 *申请司法确认了",
            "调解 *双方都申请了",
            "调解 *回这一件",
        ),
        *(
            "+23 days",
            "调解 *回这一件",
            "调解 *第30天回访",
            "调解 *是",
            "调解 *是",
            "调解 *否",
            "调解 *否",
            "调解 一直好好的",
            "调解 *提交",
            "她 我的事",
        ),
    ],
    "no_word_of_a_quarrel_where_others_carry_it": ["她 调解", "她 邻居半夜打麻将吵得孩子睡不着", "她 我的事"],
    "from_saying_it_to_content": [
        *("她 意见箱：3号楼门口路灯坏了半个月，晚上黑", "她 我的事", "社区 建议办理", "社区 *1 3号楼门口", "社区 *列入议程", "+1 day"),
        *("社区 *同意办", "社区 *安排人办", "社区 物业李师傅", "社区 *明天", "社区 *提交", "+1 day", "她 *回得及时", "社区 *办好了"),
        *("社区 换了新灯泡", "社区 *没有照片", "社区 35", "社区 *物业", "社区 *提交", "+1 day", "她 *办好了，满意", "她 我的事"),
    ],
}
# What is nobody's business but hers is told where nobody else carries it.
CARRIED = {"from_a_quarrel_to_the_courts_word": True, "no_word_of_a_quarrel_where_others_carry_it": False}
TOLD = [(flow, one) for flow in FLOWS for one in ALL.values() if CARRIED.get(flow, one.carries_private) is one.carries_private]


@pytest.mark.parametrize(("flow", "channel"), TOLD, ids=[f"{flow}-{channel.channel}" for flow, channel in TOLD])
def test_transcript(town: Town, flow: str, channel: Capabilities) -> None:
    towns.position(town.store, town.now)
    sides = {"社区": town.invited("coordinator", "coordinator"), "她": _reached(town, channel)}
    if any(line.startswith("调解 ") for line in FLOWS[flow]):
        sides["调解"] = town.invited("mediator", "mediator")
    # Keys of persons are random.
    said = re.sub("m[0-9a-f]{12}", "m…", "\n".join(_transcript(town, FLOWS[flow], sides)) + "\n")
    file = GOLDEN / f"{flow}.{channel.channel}.txt"
    if os.environ.get("WRITE_GOLDEN") == "1":
        file.write_text(said, "utf-8")
    assert said == file.read_text("utf-8")


def _reached(town: Town, channel: Capabilities) -> Chat:
    """A registered mother who talks on this channel now; only the web page asks for everything."""
    from storage.people import persons
    from storage.tables.people import address

    registered(town, "a")
    if channel.channel == "web":
        return town.person("a")
    with town.store.begin() as tx:
        found = persons.find(tx, "web", "a")
        assert found is not None
        persons.set_address_state(tx, "web", "a", "gone")
        row = {"person_id": found.person_id, "channel": channel.channel, "address": "7", "state": "open", "used_at": town.now}
        tx.execute(address.insert().values(row))
    return town.person("7", channel)


def _transcript(town: Town, flow: list[str], sides: dict[str, Chat]) -> list[str]:
    lines: list[str] = []
    for line in flow:
        lines.append(f">> {line}")
        if line.startswith("+"):
            number, unit = line[1:].split()
            town.later(**{unit.removesuffix("s") + "s": int(number)})
            town.tick()
            for side, chat in sides.items():
                lines += [f"[{side}] {_shown(chat, said)}" for said in chat.listens()]
            continue
        side, _, what = line.partition(" ")
        chat = sides[side]
        if not what:
            chat.listens()
        elif what.startswith("*"):
            _taps(chat, what[1:])
        else:
            chat.says(what)
        lines += [_shown(chat, said) for said in chat.fresh]
    return lines


def _taps(chat: Chat, label: str) -> None:
    """A tap; where a channel shows no buttons, the number of that choice in the message that came last."""
    if chat.channel.buttons:
        chat.taps(label)
        return
    _, last = chat.heard[-1]
    numbers = [number for number, button in enumerate(last.choices(), 1) if label in button.label]
    chat.says(str(numbers[0]) if numbers else label)
