"""Processor time of one message by what it asks for, and of screening a hostile page, beside what a plain loop takes on this machine just now."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import select, update

from bench import scenes
from bot import content as contents
from bot.commands.town import invitation
from bot.config import Settings
from domain import screening
from domain.messages import Inbound
from handlers import dispatch
from handlers.content import Content
from storage.database import Store
from storage.tables.people import person
from storage.tables.work import community

ROUNDS = 60
ON_DUTY = 5
LONG = "我家住在银杏湾，早上送完孩子有空，会缝纫也会做饭，想找个能带回家的活，" * 200
# Letters apart, look-alikes and marks between them: each has to be looked through.
HOSTILE = ("押 金．5 0 0 元，微①信ａｄｄ：wｘ＿１２３；男の工优先、交身份证原件！" * 200)[:4096]
# Milliseconds of processor a message on a quiet machine.
WANTED = {"你好": 1.5, "a step of a form": 1.5, "有什么活": 6, "danger, five on duty": 8, "4,000 characters": 30}


def main() -> None:
    """Print a line each. The plain loop takes 54 ms on the machine that the figures are wanted on when it is quiet; a busy one takes longer for all."""
    content = contents.load(Settings())
    with scenes.folder() as where:
        store = scenes.store(where)
        _duty(store, content)
        for what, wanted in WANTED.items():
            took = statistics.median(_times(store, content, what))
            scenes.show(what, took, "ms of processor", ("plain loop:", _loop()), wanted=f"<= {wanted}")
        screening.screen(HOSTILE)
        took = statistics.median(_clock(lambda: screening.screen(HOSTILE)) for _ in range(5))
        scenes.show("screening of 4,096 hostile characters", took, "ms of processor", ("plain loop:", _loop()), wanted="<= 50")
        store.close()


def _loop() -> float:
    """What a million steps of a plain loop take now."""
    return _clock(lambda: sum(number * number for number in range(1_000_000)))


def _duty(store: Store, content: Content) -> None:
    now = datetime.now(UTC)
    for number in range(ON_DUTY):
        code = invitation(store, "coordinator", community="YT01", expires_at=now + timedelta(hours=1), now=now)
        _receive(store, content, _says(f"duty{number}", 0, f"/start {code}"))


def _at_home(store: Store) -> None:
    """Everybody lives where those on duty are."""
    there = select(community.c.id).where(community.c.code == "YT01").scalar_subquery()
    with store.begin() as tx:
        tx.execute(update(person).where(person.c.community_id.is_(None)).values(community_id=there))


def _times(store: Store, content: Content, what: str) -> Iterator[float]:
    """Each of another person, so that no limit and no earlier talk counts; one after the other, as messages come; the first few are thrown away."""
    if what != "你好":
        for number in range(ROUNDS):
            _receive(store, content, _says(f"{what}{number}", 0, "登记" if what == "a step of a form" else "你好"))
    _at_home(store)
    gc.collect()
    gc.freeze()
    for number in range(ROUNDS):
        said = {"4,000 characters": LONG[:4000], "danger, five on duty": f"他又打我了，救救我，第{number}次", "a step of a form": "1 2 3"}
        took = _clock(partial(_receive, store, content, _says(f"{what}{number}", 1, said.get(what, what))))
        if number >= 5:
            yield took
    gc.unfreeze()


def _clock(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
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


if __name__ == "__main__":
    main()
