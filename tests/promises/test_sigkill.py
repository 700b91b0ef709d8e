"""A real process that is killed at any moment loses nothing and repeats at most what was in flight."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.tables.messages import inbox
from storage.tables.threads import thread
from tests.support import telegram_updates
from tests.support.kills import Scene, broadcast, notice, talk
from tests.support.process import Bot, telegram, until


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_killed_in_the_middle_of_conversations(tmp_path: Path, mode: str) -> None:
    with telegram() as server:
        talk(Scene(tmp_path, server, mode), random.Random(mode), kills=8)


def test_killed_in_the_middle_of_a_notice_to_a_thousand(tmp_path: Path) -> None:
    with telegram("--latency", "0.01") as server:
        notice(Scene(tmp_path, server, rate=100), random.Random("notice"), kills=8)


def test_killed_in_the_middle_of_a_broadcast_to_a_thousand(tmp_path: Path) -> None:
    with telegram("--latency", "0.01") as server:
        broadcast(Scene(tmp_path, server, rate=100), random.Random("broadcast"), kills=8)


def _received(scene: Scene) -> list[str]:
    with scene.store.read() as tx:
        return list(tx.execute(select(inbox.c.event_id).order_by(inbox.c.id)).scalars())


def test_killed_between_help_from_memory_and_the_store(tmp_path: Path) -> None:
    with telegram() as server:
        scene = Scene(tmp_path, server)
        with closing(sqlite3.connect(tmp_path / "motherpost.db", isolation_level=None)) as other, Bot(scene.config, scene.port) as bot:
            until(lambda: server.count() > 1)
            other.execute("BEGIN IMMEDIATE")
            events = server.inject([telegram_updates.says(101, "他又打我了，救救我"), telegram_updates.says(102, "你好")])
            until(lambda: [chat for chat, text in server.taken() if "110" in text] == ["101"])
            until(lambda: server.waiting() == 0)
            bot.kill()
        with Bot(scene.config, scene.port):
            until(lambda: len(_received(scene)) == len(events) and scene.idle())
        assert _received(scene) == [str(event) for event in events], "told received is kept, and taken in once"
        with scene.store.read() as tx:
            assert tx.execute(select(thread.c.kind)).scalars().all() == ["danger"]
        assert {chat for chat, _ in server.taken()} == {"101", "102"}
