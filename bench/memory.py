"""Memory of the process over fifty thousand varied messages in the demo town: what grows with every message is a leak."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import scenes
from bot import content as contents
from bot.config import Settings
from domain.messages import Inbound
from handlers import dispatch
from handlers.content import Content
from storage.database import Store

MESSAGES, TOGETHER = 50_000, 50
# Of all messages, those that warm it: what is loaded and compiled at first use, and what is remembered up to a limit.
WARM = 0.3
# Each woman says these in turn, some with a number of her own, so that hardly two texts are alike.
SAID = (
    "你好",
    "有什么活",
    "第{n}个在哪",
    "我会缝纫，孩子{n}岁，想找能带回家的活，每天能干{n}小时",
    "登记",
    "1 2 3",
    "返回",
    "稍后",
    "工钱什么时候发，上次{n}件",
    "楼道里的灯坏了{n}天没人修",
    "意见箱",
    "取消",
    "婆婆总说我，吵了{n}次",
    "我的事",
    "学手艺",
    "{n}楼的阿姨介绍我来的" * 40,
)
WOMEN = 400


def main() -> None:
    """Print how many MB the process holds more at the end than once it is warm."""
    content = contents.load(Settings())
    with scenes.folder() as where:
        store = scenes.store(where)
        grown = grows(store, content, MESSAGES)
        store.close()
    scenes.show(f"memory over {MESSAGES:,} messages", grown, "MB more", wanted="-10 to 10")


def grows(store: Store, content: Content, messages: int) -> float:
    """MB between the warm process and the end."""
    warm, began, now = 0.0, 0, datetime.now(UTC)
    for number in range(0, messages, TOGETHER):
        if not warm and number >= messages * WARM:
            warm, began = _resident(), number
        with store.begin() as tx:
            for one in _talk(number, now + timedelta(seconds=number)):
                dispatch.receive(tx, one, one.sent_at, content=content)
    return _resident() - warm if began else 0.0


def _talk(first: int, now: datetime) -> Iterator[Inbound]:
    for number in range(first, first + TOGETHER):
        words = SAID[(number // WOMEN) % len(SAID)].format(n=number % 97 + 1)
        yield Inbound(channel="web", event_id=f"m{number}", sender=f"w{number % WOMEN}", kind="text", text=words, sent_at=now)


def _resident() -> float:
    gc.collect()
    return int(Path(f"/proc/{os.getpid()}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
