"""Golden transcripts of two who talk with the bot about the same thing: a mother on every channel, who decides on the web page.

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

# As in test_transcripts, with `她` or `社区` before the line; `+1 day` is heard by both.
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
    "from_saying_it_to_content": [
        *("她 意见箱：3号楼门口路灯坏了半个月，晚上黑", "她 我的事", "社区 建议办理", "社区 *1 3号楼门口", "社区 *列入议程", "+1 day"),
        *("社区 *同意办", "社区 *安排人办", "社区 物业李师傅", "社区 *明天", "社区 *提交", "+1 day", "她 *回得及时", "社区 *办好了"),
        *("社区 换了新灯泡", "社区 *没有照片", "社区 35", "社区 *物业", "社区 *提交", "+1 day", "她 *办好了，满意", "她 我的事"),
    ],
}


@pytest.mark.parametrize("channel", ALL.values(), ids=ALL)
@pytest.mark.parametrize("flow", FLOWS)
def test_transcript(town: Town, flow: str, channel: Capabilities) -> None:
    towns.position(town.store, town.now)
    sides = {"社区": town.invited("coordinator", "coordinator"), "她": _reached(town, channel)}
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
