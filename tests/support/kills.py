"""A bot on Telegram that is killed again and again while it works, and what has to be true afterwards."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import insert, select

from bot import content as contents
from bot.cli import main
from bot.config import Settings
from bot.sender import in_flight
from domain.access import CITY
from domain.broadcasts.audience import Audience
from domain.messages import Outbound
from handlers.tell import body, tell
from storage import bodies, notices, sealed, told
from storage.broadcasts import queue, results
from storage.database import Store, migrate
from storage.people import persons
from storage.staff import roles
from storage.tables import messages, people
from tests.support import telegram_updates, towns
from tests.support.process import Bot, Telegram, free_port, until

CONFIG = """
database: sqlite:///{folder}/motherpost.db
web: {{port: {port}, public_url: "http://127.0.0.1:{port}"}}
notices: {{quiet_hours: ["00:00", "00:00"]}}
channels:
  telegram: {{enabled: yes, token: "7:stand-in", mode: {mode}, webhook_secret: s3cret, api_base: "{api}", rate: {rate}, chat_interval: 0}}
"""
WORDS = ("登记", "1 2 3", "海风1社区", "跳过", "跳过", "返回", "菜单", "我的报名", "你好", "取消")


@dataclass
class Scene:
    """One store, one stand-in, and how often the bot was killed on them."""

    folder: Path
    server: Telegram
    mode: str = "polling"
    rate: int = 32
    kills: int = 0
    repeats: int = 0

    def __post_init__(self) -> None:
        self.port = free_port()
        self.config = self.folder / "config.yaml"
        self.config.write_text(CONFIG.format(folder=self.folder, port=self.port, mode=self.mode, api=self.server.url, rate=self.rate))
        sealed.use_keys(sealed.keys_from("", self.folder))
        self.store = Store(f"sqlite:///{self.folder}/motherpost.db")
        migrate(self.store)
        towns.small(self.store)

    def killed(self, calls: int, moment: float) -> None:
        """One life that ends `moment` seconds after the bot has called Telegram so often, or earlier where it has nothing more to do."""
        before = self.server.count()
        with Bot(self.config, self.port) as bot:
            until(lambda: self.server.count() - before >= calls or self.idle())
            time.sleep(moment)
            bot.kill()
        self.kills += 1

    def idle(self) -> bool:
        """Whether there is nothing left to do."""
        return self.server.waiting() == 0 and not self._open()

    def finishes(self) -> None:
        """The last life works until nothing is left to do."""
        with Bot(self.config, self.port):
            until(self.idle)

    def _open(self) -> int:
        with self.store.read() as tx:
            found = told.counts(tx)
            mine = messages.notice.c
            running = tx.execute(select(mine.id).where(mine.status.in_(queue.RUNNING), mine.ended_at.is_(None))).all()
        return len(running) + sum(count for (_, status), count in found.items() if status in ("waiting", "sending"))


def talk(scene: Scene, chance: random.Random, *, kills: int) -> None:
    """Mothers write all the time; check: each event once, each answer heard in order, repeats few and listed."""
    sent: list[int] = []
    for life in range(kills):
        words = [telegram_updates.says(100 + n % 12, WORDS[(life + n // 12) % len(WORDS)]) for n in range(24)]
        sent += scene.server.inject(words)
        # The first calls only introduce the bot.
        scene.killed(chance.randint(2, 24), chance.uniform(0, 0.02))
    scene.finishes()
    with scene.store.read() as tx:
        received = tx.execute(select(messages.inbox.c.event_id, messages.inbox.c.status)).all()
        answered = set(tx.execute(select(messages.outbox.c.inbox_id)).scalars())
        rows = set(tx.execute(select(messages.inbox.c.id)).scalars())
    assert sorted(int(event) for event, _ in received) == sent
    assert {status for _, status in received} == {"done"}
    assert answered == rows
    check(scene)


def notice(scene: Scene, chance: random.Random, *, kills: int, recipients: int = 1000) -> None:
    """Everybody is told one thing; check as for a talk, and that everybody ends as delivered."""
    number = announce(scene.store, recipients)
    for _ in range(kills):
        scene.killed(chance.randint(2, recipients // kills), chance.uniform(0, 0.02))
    scene.finishes()
    with scene.store.read() as tx:
        assert {row.outcome for row in notices.outcomes(tx, number)} == {"delivered"}
    assert len({chat for chat, _ in scene.server.taken()}) == recipients
    check(scene)


def broadcast(scene: Scene, chance: random.Random, *, kills: int, recipients: int = 1000) -> None:
    """A broadcast that is chosen, fed and sent by the process that dies; check as for a notice, and that its figures are whole."""
    number = enlist(scene.store, recipients)
    for _ in range(kills):
        scene.killed(chance.randint(2, recipients // kills), chance.uniform(0, 0.02))
    scene.finishes()
    with scene.store.read() as tx:
        row = queue.get(tx, number)
        assert row is not None and row.status == "done"
        figures = results.figures(tx, row)
        assert (figures.recipients, figures.sent, figures.waiting) == (recipients, recipients, 0)
    assert len({chat for chat, _ in scene.server.taken()}) == recipients
    check(scene)


def enlist(store: Store, recipients: int, *, first: int = 10_001) -> int:
    """An approved broadcast to so many mothers on Telegram, chats `first` and on; the first of them wrote it. Its row id."""
    now = datetime.now(UTC)
    with store.begin() as tx:
        found = [persons.add(tx, "telegram", str(first + n), language="zh", now=now).person_id for n in range(recipients)]
        tx.execute(insert(people.mother), [_blank(person, now) for person in found])
        roles.give(tx, found[0], "federation", CITY, now=now)
        number = queue.add(tx, "broadcast", audience=Audience(), urgent=False, created_by=found[0], now=now)
        queue.write(tx, number, body(Outbound(text="明天上午九点，社区活动室开缝纫班。")))
        queue.move(tx, number, ["counting"], "approved", starts_at=now)
    return number


def _blank(person: int, now: datetime) -> dict[str, object]:
    lists: dict[str, object] = {name: [] for name in ("children", "skills", "learn", "modes", "sectors")}
    return {"person_id": person, "windows": "", "hardship": False, "updated_at": now, **lists}


def announce(store: Store, recipients: int, *, first: int = 10_001) -> int:
    """A notice to so many people on Telegram, chats `first` and on; its row id."""
    now = datetime.now(UTC)
    with store.begin() as tx:
        found = [persons.add(tx, "telegram", str(first + n), language="zh", now=now).person_id for n in range(recipients)]
        tx.execute(insert(people.consent), [{"person_id": one, "purpose": "jobs", "version": 1, "given_at": now} for one in found])
        return tell(tx, contents.load(Settings()), found, "staff", Outbound(text="明天上午九点，社区活动室开缝纫班。"), now=now)


def check(scene: Scene) -> None:
    """What Telegram took is what was to be said, in order; what came twice was in flight at a kill, and `troubles` lists it."""
    wanted: dict[str, list[str]] = defaultdict(list)
    doubtful: dict[str, int] = defaultdict(int)
    with scene.store.read() as tx:
        rows = tx.execute(messages.outbox.select().order_by(messages.outbox.c.id)).all()
        for row, said in zip(rows, bodies.outbounds(tx, rows), strict=True):
            assert row.status in ("sent", "withheld") and row.edits == ""
            if row.status == "sent":
                wanted[row.address].append(said.text)
                doubtful[row.address] += row.attempts - 1 if row.ambiguous_at else 0
        listed = {str(row.id) for row in told.troubled(tx, 10_000)}
    taken: dict[str, list[str]] = defaultdict(list)
    for chat, text in scene.server.taken():
        taken[chat].append(text)
    repeats = {chat: _repeats(said, wanted[chat]) for chat, said in taken.items()}
    assert taken.keys() == wanted.keys()
    assert all(repeats[chat] <= doubtful[chat] for chat in repeats)
    scene.repeats = sum(repeats.values())
    assert scene.repeats <= in_flight(scene.rate) * scene.kills
    assert _troubles(scene.config) == listed


def _repeats(taken: list[str], wanted: list[str]) -> int:
    """How many of `taken` come again right behind themselves; everything else must be `wanted`, in order."""
    at = repeats = 0
    for text in taken:
        if at < len(wanted) and text == wanted[at]:
            at += 1
        else:
            assert at and text == wanted[at - 1], "out of order, or nobody's message"
            repeats += 1
    assert at == len(wanted), "lost"
    return repeats


def _troubles(config: Path) -> set[str]:
    found = CliRunner().invoke(main, ["troubles", "--config", str(config), "--most", "10000"], catch_exceptions=False)
    return {line.split("\t")[0] for line in found.stdout.splitlines() if line.endswith("可能重复")}
