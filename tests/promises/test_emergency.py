"""While the store is down danger is answered from memory, and nothing that people say is lost, doubled or out of order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.consumer import Consumer
from bot.emergency import Emergency
from bot.transactions import Transactions
from channels import NotStored
from domain.messages import Inbound, Receipt
from handlers import dispatch
from handlers.content import Content
from storage import kept
from storage.database import Store
from storage.tables.mediation import dispute_case
from storage.tables.messages import conversation, inbox
from storage.tables.threads import thread, thread_word
from tests.support import stores, towns

DANGER = "他又打我了，救救我"
Breaks = Callable[[Store], AbstractAsyncContextManager[stores.Broken]]
FAULTS: dict[str, tuple[str, Breaks]] = {
    "full disk": ("sqlite", stores.full_disk),
    "locked": ("sqlite", stores.written_elsewhere),
    "cut": ("postgresql", stores.cut),
    "hung": ("postgresql", partial(stores.cut, hangs=True)),
}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def says(sender: str, number: int, words: str, now: datetime, **fields: Any) -> Inbound:
    return Inbound(channel="web", event_id=f"{sender}:{number}", sender=sender, kind="text", text=words, sent_at=now, **fields)


@asynccontextmanager
async def life(store: Store, content: Content, now: datetime, folder: Path) -> AsyncIterator[Consumer]:
    emergency = Emergency(folder, content)
    emergency.open()
    consumer = Consumer(
        Transactions(store),
        partial(dispatch.receive, content=content),
        now=lambda: now,
        committed=lambda: None,
        prepare=dispatch.lock_senders,
        emergency=emergency,
    )
    running = asyncio.create_task(consumer.run())
    try:
        yield consumer
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        emergency.close()


def received(store: Store) -> list[str]:
    with store.read() as tx:
        return list(tx.execute(select(inbox.c.event_id).order_by(inbox.c.id)).scalars())


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes().strip(b"\0") for file in folder.glob("unstored.*"))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("fault", FAULTS)
async def test_danger_is_answered_while_the_store_is_down_and_all_is_taken_in_when_it_is_back(
    fault: str, request: pytest.FixtureRequest, content: Content, now: datetime, tmp_path: Path
) -> None:
    kind, breaks = FAULTS[fault]
    store: Store = request.getfixturevalue(f"{kind}_store")
    towns.small(store)
    words = [says("a", 1, "你好", now), says("b", 1, DANGER, now), says("a", 2, "我想找活", now)]
    async with breaks(store) as broken:
        async with life(broken.store, content, now, tmp_path) as consumer, asyncio.timeout(30):
            earlier = await _until_kept(consumer, now) if fault == "full disk" else []
            receipts = await asyncio.gather(*(consumer.submit(one) for one in words))
            again = await consumer.submit(words[1])
        assert [len(receipt.answers) for receipt in receipts] == [0, 1, 0]
        assert "110" in receipts[1].answers[0].text and "12338" in receipts[1].answers[0].text
        assert again.answers, "who sends it again has not heard it"
        assert received(store) == earlier[:-1]
        assert on_disk(tmp_path) and DANGER.encode() not in on_disk(tmp_path)
        await broken.mend()
        async with life(broken.store, content, now, tmp_path) as consumer:
            await until(lambda: len(received(store)) == len(earlier) + 3)
            await consumer.submit(says("a", 3, "菜单", now))
            assert received(store) == [*earlier, "a:1", "b:1", "a:2", "a:3"]
            await until(lambda: not on_disk(tmp_path))
    with store.read() as tx:
        assert tx.execute(select(thread.c.kind)).scalars().all() == ["danger"], "the person on duty was told"


async def _until_kept(consumer: Consumer, now: datetime) -> list[str]:
    """What the last pages take; the last of these events found none."""
    events: list[str] = []
    inbox_id: int | None = 1
    while inbox_id is not None:
        events.append(f"p{len(events)}:1")
        inbox_id = (await consumer.submit(says(events[-1].partition(":")[0], 1, "你好", now))).inbox_id
    return events


async def test_what_comes_when_the_store_is_back_waits_for_what_was_kept(
    sqlite_store: Store, content: Content, now: datetime, tmp_path: Path
) -> None:
    towns.small(sqlite_store)
    async with life(sqlite_store, content, now, tmp_path) as consumer:
        async with stores.written_elsewhere(sqlite_store) as broken:
            await consumer.submit(says("a", 1, "你好", now))
            await broken.mend()
        receipt = await consumer.submit(says("a", 2, "菜单", now))
        assert receipt.inbox_id is not None
        assert received(sqlite_store) == ["a:1", "a:2"]


async def test_a_kept_message_that_fails_alone_holds_up_nobody_and_stays(
    sqlite_store: Store, content: Content, now: datetime, tmp_path: Path
) -> None:
    towns.small(sqlite_store)
    real = partial(dispatch.receive, content=content)

    def receive(tx: Connection, one: Inbound, at: datetime) -> Receipt:
        if one.sender == "bad":
            raise RuntimeError
        return real(tx, one, at)

    async with life(sqlite_store, content, now, tmp_path) as consumer:
        consumer._receive = receive
        async with stores.written_elsewhere(sqlite_store) as broken:
            for sender in ("a", "bad", "b"):
                await consumer.submit(says(sender, 1, "你好", now))
            await broken.mend()
        await consumer.submit(says("c", 1, "你好", now))
        await consumer.submit(says("c", 2, "菜单", now))
        await until(lambda: received(sqlite_store) == ["a:1", "b:1", "c:1", "c:2"])
        await until(lambda: on_disk(tmp_path).count(b"\n") == 1)
    async with life(sqlite_store, content, now, tmp_path):
        await until(lambda: "bad:1" in received(sqlite_store))
        await until(lambda: not on_disk(tmp_path))


async def test_what_a_slow_transaction_took_in_after_all_is_not_taken_in_again(
    postgresql_store: Store, content: Content, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("bot.consumer", "bot.transactions"):
        monkeypatch.setattr(f"{room}.PATIENCE", 0.0)
    monkeypatch.setattr("bot.consumer.BACK", 0.01)
    towns.small(postgresql_store)
    took: list[str] = []
    real = partial(dispatch.receive, content=content)

    def receive(tx: Connection, one: Inbound, at: datetime) -> Receipt:
        took.append(one.event_id)
        return real(tx, one, at)

    async with life(postgresql_store, content, now, tmp_path) as consumer:
        consumer._receive = receive
        # Whatever is asked takes too long: everything is kept, and taken in by a transaction that is slow as well.
        await asyncio.gather(*(consumer.submit(says(f"p{n}", 1, "你好", now)) for n in range(6)))
        await until(lambda: len(received(postgresql_store)) == 6 and not on_disk(tmp_path))
    assert max(took.count(event) for event in set(took)) <= 2, "once by the first transaction, and once as a repeat"


async def test_where_nothing_can_be_kept_danger_is_answered_once_and_everything_has_to_come_again(
    sqlite_store: Store, content: Content, now: datetime, tmp_path: Path
) -> None:
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    async with stores.written_elsewhere(sqlite_store), life(sqlite_store, content, now, nowhere / "folder") as consumer:
        found = [await _refused(consumer, one) for one in (says("a", 1, "你好", now), *[says("b", 1, DANGER, now)] * 2)]
        assert [len(refusal.answers) for refusal in found] == [0, 1, 0]


async def _refused(consumer: Consumer, inbound: Inbound) -> NotStored:
    with pytest.raises(NotStored) as refusal:
        await consumer.submit(inbound)
    return refusal.value


@pytest.mark.parametrize(
    ("fields", "phrase"),
    [
        ({"kind": "text", "text": DANGER}, "safety.down"),
        ({"kind": "image", "text": DANGER}, "safety.down"),
        ({"kind": "command", "text": f"suggest {DANGER}"}, "safety.down"),
        ({"kind": "edited", "text": DANGER}, "safety.down"),
        ({"kind": "group", "text": DANGER}, "safety.group"),
        ({"kind": "choice", "choice": "safety:asked:need_help", "text": "我需要帮助"}, "safety.down"),
        ({"kind": "choice", "choice": "menu", "text": "菜单"}, None),
        ({"kind": "text", "text": "有什么活"}, None),
    ],
)
async def test_danger_in_whatever_form_it_is_said(
    content: Content, now: datetime, tmp_path: Path, fields: dict[str, Any], phrase: str | None
) -> None:
    emergency = Emergency(tmp_path, content)
    emergency.open()
    [receipt] = await emergency.take([Inbound(channel="telegram", event_id="1", sender="1", sent_at=now, **fields)])
    emergency.close()
    assert isinstance(receipt, Receipt)
    assert [answer.text for answer in receipt.answers] == ([content.phrases.say(phrase)] if phrase else [])


async def test_in_her_characters(content: Content, now: datetime, tmp_path: Path) -> None:
    emergency = Emergency(tmp_path, content)
    [refused] = await emergency.take([says("a", 1, DANGER, now, language="zh-Hant")])
    assert "電話" in refused.answers[0].text


def test_what_is_kept_is_whole_private_and_survives(tmp_path: Path, now: datetime) -> None:
    words = [says("a", n, f"{DANGER}{n}", now, place=(37.5, 121.4), picture=b"\0png") for n in range(3)]
    with closing(kept.Kept(tmp_path)) as first:
        assert first.add(words) == [True] * 3
        assert first.add(words) == [True] * 3
        [file] = tmp_path.iterdir()
        assert file.stat().st_mode & 0o777 == 0o600 and file.stat().st_size >= kept.ROOM, "room is taken before it is needed"
    with closing(kept.Kept(tmp_path)) as second:
        assert second.messages == words
        second.clear(3)
    assert not on_disk(tmp_path)


def test_a_torn_record_is_left_out_and_overwritten(tmp_path: Path, now: datetime) -> None:
    with closing(kept.Kept(tmp_path)) as first:
        first.add([says("a", 1, "你好", now)])
    whole = on_disk(tmp_path)
    with (tmp_path / "unstored.0").open("r+b") as file:
        file.seek(len(whole))
        file.write(whole[:40])
    with closing(kept.Kept(tmp_path)) as second:
        assert len(second.messages) == 1
        assert on_disk(tmp_path) == whole
        second.add([says("a", 2, "你好", now)])
    with closing(kept.Kept(tmp_path)) as third:
        assert [one.event_id for one in third.messages] == ["a:1", "a:2"]


def test_two_living_processes_have_files_of_their_own_and_the_next_one_takes_over(tmp_path: Path, now: datetime) -> None:
    first, second = kept.Kept(tmp_path, room=0), kept.Kept(tmp_path, room=0)
    first.add([says("a", 1, "你好", now)])
    second.add([says("b", 1, "你好", now)])
    first.close()
    second.close()
    with closing(kept.Kept(tmp_path, room=0)) as third:
        assert {one.sender for one in third.messages} == {"a", "b"}
    assert not (tmp_path / "unstored.1").read_bytes().strip(b"\0")


def test_a_picture_that_is_too_big_to_keep_has_to_come_again(tmp_path: Path, now: datetime) -> None:
    with closing(kept.Kept(tmp_path)) as found:
        assert found.add([says("a", 1, "", now, picture=bytes(kept.LONGEST)), says("a", 2, "", now)]) == [False, True]


def test_words_that_no_key_opens_are_not_thrown_away(tmp_path: Path, now: datetime) -> None:
    from cryptography.fernet import Fernet

    from storage import sealed

    with closing(kept.Kept(tmp_path)) as found:
        found.add([says("a", 1, DANGER, now)])
    before = on_disk(tmp_path)
    sealed.use_keys((Fernet.generate_key().decode(),))
    with pytest.raises(ValueError, match="密钥"):
        kept.Kept(tmp_path)
    assert on_disk(tmp_path) == before


async def test_danger_told_in_a_dispute_is_answered_with_the_store_stopped_and_nothing_of_it_is_lost(
    sqlite_store: Store, content: Content, now: datetime, tmp_path: Path
) -> None:
    towns.small(sqlite_store)
    telling = [says("a", 1, "调解", now), says("b", 1, "调解", now)]
    async with life(sqlite_store, content, now, tmp_path) as consumer:
        await asyncio.gather(*(consumer.submit(one) for one in telling))
        async with stores.written_elsewhere(sqlite_store) as broken:
            danger = await consumer.submit(says("a", 2, "他掐我脖子，孩子都看见了", now))
            quarrel = await consumer.submit(says("b", 2, "邻居半夜打麻将", now))
            assert "110" in danger.answers[0].text and not quarrel.answers
            await broken.mend()
        await until(lambda: len(received(sqlite_store)) == 4 and not on_disk(tmp_path))
    with sqlite_store.read() as tx:
        assert tx.execute(select(dispute_case)).first() is None, "a danger is no case that anybody mediates"
        assert [row.kind for row in tx.execute(select(thread.c.kind))] == ["danger"]
        assert "掐我脖子" in [row.said for row in tx.execute(select(thread_word.c.said))][0]
        begun = {row.form for row in tx.execute(select(conversation.c.form).where(conversation.c.form == "dispute"))}
        assert begun == {"dispute"}, "the other goes on where she was"


async def test_danger_does_not_wait_until_all_that_was_kept_is_taken_in(
    sqlite_store: Store, content: Content, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.consumer.MOST_AT_ONCE", 2)
    towns.small(sqlite_store)
    real = partial(dispatch.receive, content=content)
    took: list[str] = []
    pleas: list[asyncio.Future[Receipt]] = []

    def receive(tx: Connection, one: Inbound, at: datetime) -> Receipt:
        took.append(one.event_id)
        if len(took) == 3:
            pleas.append(asyncio.ensure_future(consumer.submit(says("danger", 1, DANGER, now))))
            pleas[0].add_done_callback(lambda _: took.append("answered"))
        return real(tx, one, at)

    async with life(sqlite_store, content, now, tmp_path) as consumer:
        consumer._receive = receive
        async with stores.written_elsewhere(sqlite_store) as broken:
            for number in range(8):
                await consumer.submit(says(f"p{number}", 1, "你好", now))
            await broken.mend()
        await until(lambda: len(received(sqlite_store)) == 9 and not on_disk(tmp_path))
    [plea] = [await one for one in pleas]
    assert plea.inbox_id is None and "110" in plea.answers[0].text
    assert took.index("answered") < 8, "before the last of what was kept"
    assert received(sqlite_store) == [*(f"p{number}:1" for number in range(8)), "danger:1"]
    with sqlite_store.read() as tx:
        assert tx.execute(select(thread.c.kind)).scalars().all() == ["danger"]
