"""Processor time of one message by what it asks for, of screening a hostile page, and memory over fifty thousand messages."""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import scenes
from bot import content as contents
from bot.commands.town import invitation
from bot.config import Settings
from domain import screening
from domain.messages import Inbound
from handlers import dispatch
from handlers.content import Content
from storage.database import Store

ROUNDS = 60
MESSAGES = 50_000
ON_DUTY = 5
LONG = "我家住在银杏湾，早上送完孩子有空，会缝纫也会做饭，想找个能带回家的活，" * 200
# Letters apart, look-alikes and marks between them: each has to be looked through.
HOSTILE = ("押 金．5 0 0 元，微①信ａｄｄ：wｘ＿１２３；男の工优先、交身份证原件！" * 200)[:4096]
# Milliseconds of processor a message on a quiet machine.
WANTED = {"你好": 1.5, "a step of a form": 1.5, "有什么活": 6, "danger, five on duty": 8, "4,000 characters": 30}


def main(messages: int = MESSAGES) -> None:
    """Print a line each."""
    content = contents.load(Settings())
    with scenes.folder() as where:
        store = scenes.store(where)
        _duty(store, content)
        for what, wanted in WANTED.items():
            took = statistics.median(_times(store, content, what))
            scenes.show(what, took, "ms of processor", wanted=f"<= {wanted}")
        screening.screen(HOSTILE)
        took = statistics.median(_clock(lambda: screening.screen(HOSTILE)) for _ in range(5))
        scenes.show("screening of 4,096 hostile characters", took, "ms of processor", wanted="<= 50")
        grown = _memory(store, content, messages)
        scenes.show(f"memory over {messages:,} messages", grown, "MB more", wanted="<= 10")
        store.close()


def _duty(store: Store, content: Content) -> None:
    now = datetime.now(UTC)
    for number in range(ON_DUTY):
        code = invitation(store, "coordinator", community="YT01", expires_at=now + timedelta(hours=1), now=now)
        _receive(store, content, _says(f"duty{number}", 0, f"/start {code}"))


def _times(store: Store, content: Content, what: str) -> Iterator[float]:
    """Each of another person, so that no limit and no earlier talk counts; the first few are thrown away."""
    for number in range(ROUNDS):
        who = f"{what}{number}"
        words = {"4,000 characters": LONG[:4000], "danger, five on duty": f"他又打我了，救救我，第{number}次"}.get(what, what)
        if what == "a step of a form":
            _receive(store, content, _says(who, 0, "登记"))
            words = "1 2 3"
        elif what != "你好":
            _receive(store, content, _says(who, 0, "你好"))
        took = _clock(lambda who=who, words=words: _receive(store, content, _says(who, 1, words)))
        if number >= 5:
            yield took


def _clock(work: object) -> float:
    gc.collect()
    began = time.process_time()
    work()  # type: ignore[operator]
    return (time.process_time() - began) * 1000


def _says(who: str, number: int, words: str) -> Inbound:
    kind = "command" if words.startswith("/") else "text"
    return Inbound(
        channel="web",
        event_id=f"{who}:{number}",
        sender=who,
        kind=kind,  # type: ignore[arg-type]
        text=words.removeprefix("/"),
        sent_at=datetime.now(UTC),
    )


def _receive(store: Store, content: Content, *some: Inbound) -> None:
    with store.begin() as tx:
        for one in some:
            dispatch.receive(tx, one, datetime.now(UTC), content=content)


def _memory(store: Store, content: Content, messages: int) -> float:
    """MB that the process grows by, once a tenth has warmed it."""
    before = 0.0
    for number in range(messages // 50):
        _receive(store, content, *(_says(f"m{number % 100}-{n}", number, ("你好", "有什么活", "1 2 3", "返回")[n % 4]) for n in range(50)))
        if number == messages // 500:
            gc.collect()
            before = _resident()
    gc.collect()
    return _resident() - before


def _resident() -> float:
    return int(Path(f"/proc/{os.getpid()}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
