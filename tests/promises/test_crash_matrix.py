"""Whatever operation the process dies at, or fails: afterwards the store is as if nothing had happened, and nobody missed a word."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select

from domain.capabilities import TELEGRAM
from domain.messages import Inbound
from handlers.content import Content
from storage import bodies, told
from storage.database import Store
from storage.tables import messages
from tests.support import dumps, towns
from tests.support.chat import Chat, Town
from tests.support.faults_store import Crash, Faults, How
from tests.support.lives import Life, World

# One scene: an event of a person (told from what she has on her screen), or None for what the schedule does.
Scene = Callable[[Store, datetime], Inbound | None]
# Address, text, row.
Taken = tuple[str, str, int]
IN_FLIGHT = 100


def says(chat: str, text: str) -> Scene:
    return lambda store, now: Inbound(**_event(chat, text, now), kind="text", text=text)  # type: ignore[arg-type]


def taps(chat: str, label: str) -> Scene:
    def scene(store: Store, now: datetime) -> Inbound:
        channel, address = chat.split(":")
        with store.read() as tx:
            rows = tx.execute(
                select(*bodies.SHOWN, messages.outbox.c.platform_ref)
                .where(messages.outbox.c.address == address)
                .order_by(-messages.outbox.c.id)
            )
            found = [(row.platform_ref, b.choice) for row in rows for b in bodies.outbound_of(row).choices() if label in b.label]
        ref, choice = found[0]
        return Inbound(**_event(chat, label, now), kind="choice", choice=choice, message_ref=ref)  # type: ignore[arg-type]

    return scene


def _event(chat: str, what: str, now: datetime) -> dict[str, object]:
    channel, address = chat.split(":")
    return {"channel": channel, "event_id": f"{address} {what}", "sender": address, "sent_at": now}


def clock(store: Store, now: datetime) -> None:
    return None


STORY: dict[str, Scene] = {
    "greets": says("telegram:9", "你好"),
    "answers": says("telegram:1", "跳过"),
    "hands in": taps("telegram:1", "提交"),
    "applies": taps("telegram:1", "我想去"),
    "agrees": taps("telegram:1", "同意给"),
    "decides": taps("web:coordinator", "这次不行"),
    "looks at drafts": taps("web:coordinator", "待发布"),
    "reads the draft": taps("web:coordinator", "看 "),
    "publishes": taps("web:coordinator", "发布"),
    "announces": clock,
}


def prepare(store: Store, content: Content, now: datetime) -> None:
    """A coordinator, a draft, two registered mothers, and one who is in the middle of the form."""
    towns.small(store)
    town = Town(store, content, now)
    towns.position(store, now, "P1", announced_at=now)
    towns.position(store, now, "P2", status="draft", published_at=None, hourly_fen=3000, mode="take_home")
    coordinator = town.invited("coordinator", "coordinator")
    for name in ("2", "3"):
        # Too far for the first post: one that has a place again must not mix with the new one.
        _fills_in(town.person(name, TELEGRAM), "海风8社区").says("跳过").taps("提交")
    _fills_in(town.person("1", replace(TELEGRAM)))
    coordinator.says("/menu")


def _fills_in(chat: Chat, community: str = "海风1社区") -> Chat:
    chat.says("登记").says("1 2 3").says(community)
    # Children are not asked for in Telegram.
    chat.taps("没有孩子") if "没有孩子" in "".join(chat.labels()) else None
    chat.taps("都还不会")
    for _ in range(4):
        chat.says("跳过")
    return chat


def play(world: World, scene: Scene, at: int = 0, how: How = "crash", *, again: bool = False) -> int:
    """Play a scene in as many lives as it takes, the first of them after a death where it is played `again`; how often the process died."""
    inbound, deaths = scene(world.store, world.now), 0
    world.faults.arm(at, how)
    while True:
        try:
            asyncio.run(_live(world, inbound, again=again or deaths > 0))
            world.operations, world.longest, world.failed = world.faults.count, world.faults.longest, world.faults.hits
            world.faults.arm(0)
            return deaths
        except Crash:
            deaths += 1
            world.faults.dead = False
        finally:
            world.store.close()


async def _live(world: World, inbound: Inbound | None, *, again: bool) -> None:
    life = Life(world)
    async with life.alive():
        await _once(life, inbound)
        if again and inbound is not None:
            # The platform could not know that it was acknowledged.
            await _once(life, inbound)


async def _once(life: Life, inbound: Inbound | None) -> None:
    if inbound is not None:
        await life.receives(inbound)
    else:
        for tick in life.ticks.values():
            life.faults.begins()
            await life.again(tick)
        if life.faults.at:
            # What a tick left half done is brought by the next one.
            await life.again(life.ticks["notices"])
    await life.settles()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A broken store is tried again soon, and its many errors are not logged."""
    monkeypatch.setattr("bot.sender.IDLE", 0.002)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class Left(NamedTuple):
    """All that a process leaves when it dies: the store as it lies on the disk, how many messages the platforms took, and the time."""

    files: tuple[tuple[str, bytes], ...]
    taken: int
    now: datetime


class Stage:
    """The story played once without faults, with a copy of the store before each scene, and of what a death at each operation leaves."""

    def __init__(self, file: Path, content: Content, now: datetime) -> None:
        self.file, self.content, self.now = file, content, now
        self.store, self.faults = Store(f"sqlite:///{file}"), Faults()
        self.faults.watch(self.store)
        self.before: dict[str, Left] = {}
        self.inbounds: dict[str, Inbound | None] = {}
        self.wanted: dict[str, dict[str, list[dict[str, object]]]] = {}
        self.said: dict[str, list[Taken]] = {}
        self.operations: dict[str, int] = {}
        self.longest: dict[str, int] = {}
        self.left: dict[str, list[Left]] = {}
        self._bytes: dict[bytes, bytes] = {}
        for name, scene in STORY.items():
            world = self.world()
            self.before[name], self.inbounds[name] = self.leaves(world), scene(self.store, now)
            self.left[name] = self.watched(world, self.again(name))
            self.operations[name], self.longest[name], self.said[name] = world.operations, world.longest, world.taken
            self.wanted[name] = dumps.everything(self.store)
            self.store.close()

    def again(self, name: str) -> Scene:
        """The scene as the platform repeats it: the very event that it delivered first."""
        return lambda store, now: self.inbounds[name]

    def watched(self, world: World, scene: Scene) -> list[Left]:
        """Play a scene; what a death before any of its operations leaves. Many only look, and leave the same as the one before."""
        found: dict[Left, None] = {}
        self.faults.looks = lambda: found.setdefault(self.leaves(world))
        play(world, scene)
        self.faults.looks = lambda: None
        return list(found)

    def world(self) -> World:
        return World(self.store, self.faults, self.content, self.now)

    def leaves(self, world: World) -> Left:
        """What would be left if everything ended now."""
        files = sorted(one for one in self.file.parent.glob(f"{self.file.name}*") if not one.name.endswith("-shm"))
        return Left(tuple((one.name, self._once(one.read_bytes())) for one in files), len(world.taken), world.now)

    def _once(self, held: bytes) -> bytes:
        """The same bytes, kept once: mostly the log alone has changed."""
        return self._bytes.setdefault(held, held)

    def back_to(self, left: Left) -> World:
        """A world in which everything is as it was left."""
        self.store.close()
        # The file itself goes too: a connection that died with its process may still hold the old one.
        for leftover in self.file.parent.glob(f"{self.file.name}*"):
            leftover.unlink()
        for name, held in left.files:
            self.file.with_name(name).write_bytes(held)
        world = self.world()
        world.now = left.now
        return world

    def take_up(self, name: str, left: Left) -> None:
        """A new life after a death, held against the scene without one."""
        world = self.back_to(left)
        world.taken += self.said[name][: left.taken]
        play(world, self.again(name), again=True)
        self.check(name, world, deaths=1)

    def run(self, name: str, at: int, how: How) -> int:
        """Play one scene with a fault and hold the outcome against the one without. Gives how many faults were reached."""
        world = self.back_to(self.before[name])
        deaths = play(world, self.again(name), at, how)
        self.check(name, world, deaths=deaths, failed=0 if how == "crash" else world.failed)
        return deaths or world.failed

    def check(self, name: str, world: World, *, deaths: int, failed: int = 0) -> None:
        """The store is as it is without a fault, and so is what was heard."""
        assert dumps.everything(self.store) == self.wanted[name]
        check_said(world.taken, self.said[name], listed(self.store), deaths=deaths, failed=failed)


def listed(store: Store) -> set[int]:
    """Rows of which staff are told that they may have come twice."""
    with store.read() as tx:
        return {row.id for row in told.troubled(tx, 1000) if row.ambiguous_at}


def check_said(taken: list[Taken], wanted: list[Taken], listed: set[int], *, deaths: int, failed: int) -> None:
    """Everybody got every message in order; what came twice is listed (or was tried again because the platform failed)."""
    times = Counter(taken)
    assert set(times) == set(wanted)
    for address in {to for to, _, _ in wanted}:
        assert list(dict.fromkeys(row for row in taken if row[0] == address)) == [row for row in wanted if row[0] == address]
    twice = {row for row, count in times.items() if count > 1}
    assert failed or {row_id for _, _, row_id in twice} <= listed
    assert len(taken) - len(times) <= IN_FLIGHT * deaths + failed


@pytest.fixture(scope="module")
def stage(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, content: Content) -> Stage:
    from storage import sealed
    from tests.conftest import KEY, MORNING

    sealed.use_keys((KEY,))
    file = Path(shutil.copy(empty_sqlite, tmp_path_factory.mktemp("matrix") / "motherpost.db"))
    store = Store(f"sqlite:///{file}")
    prepare(store, content, MORNING)
    store.close()
    return Stage(file, content, MORNING)


@pytest.mark.parametrize("name", STORY)
def test_a_scene_in_which_the_process_dies_at_any_operation_ends_as_if_it_had_not(stage: Stage, name: str) -> None:
    assert len(stage.left[name]) > 2
    for left in stage.left[name]:
        stage.take_up(name, left)


@pytest.mark.parametrize("name", STORY)
def test_a_death_leaves_what_was_seen_to_be_left(stage: Stage, name: str) -> None:
    """A look at the files is no death: some operations are really interrupted."""
    step = stage.operations[name] // 4
    assert sum(stage.run(name, at, "crash") for at in range(step, stage.operations[name], step)) >= 2


@pytest.mark.parametrize("name", STORY)
def test_a_scene_in_which_any_operation_fails_once_ends_as_if_it_had_not(stage: Stage, name: str) -> None:
    """Of what the schedule does, one of each tick in one play: each is done again by itself."""
    times = range(1, stage.longest[name] + 1, 2)
    assert sum(stage.run(name, at, "rollback" if at % 4 == 1 else "error") for at in times) >= len(times) // 2


def test_the_story_reaches_the_people(stage: Stage) -> None:
    assert any("想去" in text for to, text, _ in stage.said["agrees"] if to == "coordinator")
    assert any("这次没有成" in text for to, text, _ in stage.said["decides"] if to == "1")
    assert {to for to, _, _ in stage.said["announces"]} == {"1", "2", "3"}
    assert sum(stage.operations.values()) > 250


@pytest.mark.parametrize("how", ["crash", "error"])
def test_on_postgresql_each_mother_begins_her_form_once_whatever_breaks(
    postgresql_store: Store, content: Content, now: datetime, how: How
) -> None:
    towns.small(postgresql_store)
    world = World(postgresql_store, Faults(), content, now)
    world.faults.watch(postgresql_store)
    play(world, says("telegram:1000", "登记"))
    wanted, operations = [text for _, text, _ in world.taken], world.operations
    for at in range(1, operations + 1, 2):
        world.taken.clear()
        deaths = play(world, says(f"telegram:{at}", "登记"), at, how)
        first = dict.fromkeys(world.taken)
        assert [text for _, text, _ in first] == wanted
        assert len(world.taken) - len(first) <= deaths + (how == "error")
        assert how == "error" or len(first) == len(world.taken) or {row for _, _, row in first} & listed(postgresql_store)
    with postgresql_store.read() as tx:
        for table in ("person", "inbox", "conversation"):
            assert tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 1 + len(range(1, operations + 1, 2))
        assert set(told.counts(tx)) == {("telegram", "sent")}
