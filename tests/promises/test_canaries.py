"""Two hundred canary words: none stands in clear in any table, file, backup or log, and none is left once they were deleted."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.fernet import InvalidToken
from sqlalchemy import Connection, insert, inspect, select

from handlers.content import Content
from storage import access_log, notices, sealed
from storage.database import Store
from storage.people import persons
from storage.tables.messages import conversation
from storage.tables.people import task
from storage.tables.work import application, enterprise
from tests.support import towns
from tests.support.chat import Chat, Town

WOMEN = 25
TOKEN = re.compile(rb"gAAAA[A-Za-z0-9_=-]{60,}")


def canaries(number: int) -> dict[str, str]:
    names = ("name", "phone", "building", "asked", "wish", "task", "place", "reason")
    return {name: f"金丝雀{number:02}{name}" for name in names} | {"phone": f"1380013{number:04}"}


ALL = [word for number in range(WOMEN) for word in canaries(number).values()]


@pytest.fixture
def filled(store: Store, content: Content, now: datetime) -> Town:
    """A town in which each woman said and was told something that nobody else may read."""
    towns.small(store)
    post = towns.position(store, now)
    town = Town(store, content, now)
    duty = town.invited("duty", "coordinator")
    for number in range(WOMEN):
        said = canaries(number)
        chat = town.invited(f"w{number}", "mother")
        person = of(store, chat)
        with store.begin() as tx:
            persons.change(tx, person, name=said["name"], phone=said["phone"], building=said["building"], community_id=1)
            persons.save_profile(tx, person, {"children": ["2019-03", f"20{number % 20:02}-11"]}, now=now)
            _beside(tx, person, said, post=post, now=now)
        chat.says(f"人工 {said['asked']}是我想问的事").says(said["wish"])
    duty.listens()
    # Who is told of her has her words and her name on his screen.
    duty.taps("看一看").hears(canaries(WOMEN - 1)["asked"], canaries(WOMEN - 1)["name"])
    return town


def _beside(tx: Connection, person: int, said: dict[str, str], *, post: int, now: datetime) -> None:
    notices.add(tx, "danger", {"text": f"请联系{said['name']}", "buttons": [], "private": True, "once": False}, now=now, created_by=person)
    tx.execute(insert(task).values(kind="other", person_id=person, said=said["task"], created_at=now, about_id=0, outcome=""))
    row = {"person_id": person, "position_id": post, "status": "declined", "holds": False, "created_at": now}
    tx.execute(insert(application).values(**row, reason=said["reason"], trial_place=said["place"]))
    access_log.write(
        tx, actor_id=person, action="people.see", subject_kind="person", subject_id=person, now=now, detail={"asked": said["name"]}
    )
    # What somebody else has half written of her.
    state = {"form": "broadcast", "words": f"告诉{said['name']}"}
    other = {"person_id": 1, "form": "broadcast", "status": "postponed", "state": state, "about": {}, "updated_at": now, "reminders": 0}
    tx.execute(insert(conversation).values(**other))


def of(store: Store, chat: Chat) -> int:
    with store.read() as tx:
        found = persons.find(tx, "web", chat.address)
    assert found is not None
    return found.person_id


def rows_raw(store: Store) -> Iterator[bytes]:
    """Every value of every table as it lies there."""
    with store.read() as tx:
        for name in inspect(tx).get_table_names():
            for row in tx.exec_driver_sql(f'SELECT * FROM "{name}"'):
                yield repr(tuple(row)).encode()


def files(store: Store, tmp_path: Path) -> Iterator[bytes]:
    """The store's own files, and a backup of it."""
    if store.folder is not None:
        yield from (file.read_bytes() for file in store.folder.glob("motherpost.db*"))
    elif shutil.which("pg_dump"):
        url = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        subprocess.run(["pg_dump", "--format=plain", f"--file={tmp_path}/dump", url], check=True)
        yield (tmp_path / "dump").read_bytes()


def in_clear(pieces: Iterable[bytes], words: list[str]) -> set[str]:
    whole = b"\n".join(pieces)
    forms = {word: (word.encode(), repr(word).strip("'").encode(), word.encode("unicode_escape")) for word in words}
    return {word for word, each in forms.items() if any(form in whole for form in each)}


def opened(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What somebody with the keys reads in them, also where it was deleted and only not overwritten."""
    for token in set(TOKEN.findall(b"\n".join(pieces))):
        try:
            yield sealed.unseal(token.decode()).encode()
        except InvalidToken:
            continue


def test_two_hundred_canaries(filled: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = filled.store
    assert len(ALL) == 200
    assert in_clear(rows_raw(store), ALL) == set()
    assert in_clear(files(store, tmp_path), ALL) == set()
    assert in_clear(rows_raw(store), ["2019-03"]) == set(), "birth months of children"
    found = in_clear(opened(rows_raw(store)), ALL)
    assert found == set(ALL), "the canaries are there"
    for number in range(WOMEN):
        filled.person(f"w{number}").taps_choice("data:erase").hears("删")
    filled.tick()
    store.scrub()
    for pieces in (rows_raw(store), files(store, tmp_path)):
        assert in_clear(opened(pieces), ALL) == set()
    with store.read() as tx:
        assert not access_log.verify(tx).why, "the access log's chain holds"
    assert in_clear((record.getMessage().encode() for record in caplog.records), ALL) == set()


def test_an_error_of_the_store_tells_no_value(store: Store) -> None:
    with pytest.raises(Exception, match="nothing") as error, store.begin() as tx:
        tx.execute(insert(enterprise).values(code="金丝雀", nothing="金丝雀"))
    assert "金丝雀" not in str(error.value)
    with pytest.raises(Exception, match="(?i)null") as error, store.begin() as tx:
        tx.execute(insert(enterprise).values(code="金丝雀"))
    assert "金丝雀" not in str(error.value)


def test_children_are_found_by_their_age_without_being_readable(store: Store, now: datetime) -> None:
    from domain.broadcasts.audience import Audience
    from storage.broadcasts.meant import people
    from storage.tables.people import mother, person

    with store.begin() as tx:
        old, young = (persons.add(tx, "web", name, language="zh", now=now).person_id for name in ("old", "young"))
        persons.save_profile(tx, old, {"children": ["2010-01"]}, now=now)
        persons.save_profile(tx, young, {"children": ["2024-05", "2008-02"]}, now=now)
        assert tx.execute(select(people(tx, Audience(months=(0, 36)), person.c.id, now=now).subquery().c.id)).scalars().all() == [young]
        assert tx.execute(select(mother.c.children).where(mother.c.person_id == young)).scalar_one() == ["2024-05", "2008-02"]
