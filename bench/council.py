"""The suggestion box at 10,000 open suggestions: finding what is alike beside SQLite FTS5 on pairs of characters, list pages, and 200 votes.

`python -m bench council`; with MOTHERPOST_BENCH_PG=URL the votes run on PostgreSQL as well.
"""

from __future__ import annotations

import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography.fernet import Fernet
from sqlalchemy import Connection

from bench.grouping import FRESH, HELD_OUT, load, many
from domain.access import Scope
from domain.council.votes import STANDARD
from domain.grouping.features import plain, wording
from handlers.council.saying import topic_of
from storage import sealed
from storage.council import meetings, similar, suggestions, votes
from storage.database import Store, migrate
from storage.people import persons
from storage.staff import roles
from tests.support import towns

SIZE = int(os.environ.get("BENCH_SUGGESTIONS", "10000"))
ASKED = 300
SHOWN = 3
MEMBERS = 200
# What waits at the same moment the consumer commits together.
BATCH = 25
# Votes after which the process is killed, and twice and three times as many.
KILLED_AFTER = 50
KILLS = 3
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


def main() -> None:
    """Print the figures, ours beside the peer's."""
    sealed.use_keys((Fernet.generate_key().decode(),))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/m.db")
        migrate(store)
        towns.small(store)
        _box(store)
        _votes(store, "SQLite")
        store.close()
    if url := os.environ.get("MOTHERPOST_BENCH_PG"):
        remote = Store(url)
        migrate(remote)
        towns.small(remote)
        _votes(remote, "PostgreSQL")
        remote.close()


def _box(store: Store) -> None:
    rows = [row for path in (FRESH, *HELD_OUT) if path.exists() for row in load(path)]
    made = many(rows, SIZE + ASKED)
    random.Random(7).shuffle(made)
    kept, asked = made[:SIZE], made[SIZE:]
    groups: dict[int, str] = {}
    peer = sqlite3.connect(":memory:")
    peer.execute("CREATE VIRTUAL TABLE said USING fts5(words, tokenize='unicode61')")
    with store.begin() as tx:
        place = persons.communities(tx)[0].id
        started = time.perf_counter()
        for number, row in enumerate(kept):
            text = str(row["text"])
            found = suggestions.add(
                tx, f"B{number}", community_id=place, text=text, now=NOW, topic=topic_of(text), published_at=NOW, voices=number % 97
            )
            similar.put(tx, found, place, text)
            groups[found] = str(row["group"])
            peer.execute("INSERT INTO said (rowid, words) VALUES (?, ?)", (found, _pairs(text)))
        print(f"{SIZE} suggestions stored and indexed: {(time.perf_counter() - started) / SIZE * 1e3:.2f} ms each")
    peer.commit()
    with store.read() as tx:
        texts = [(str(row["text"]), str(row["group"])) for row in asked]
        _compare(tx, peer, place, texts, groups)
        for name, order in (("most supported", "most"), ("newest", "new"), ("near", "near")):
            spent = _times(lambda order=order: suggestions.open_(tx, order=order, community_id=place, near=(37.5, 121.4), limit=6), 40)  # type: ignore[misc]
            print(f"list page, {name}: median {statistics.median(spent):.1f} ms, slowest {max(spent):.1f} ms")
        spent = _times(lambda: suggestions.for_staff(tx, [Scope(place)], limit=8), 40)
        print(f"list page, staff: median {statistics.median(spent):.1f} ms, slowest {max(spent):.1f} ms")


def _pairs(text: str) -> str:
    """Pairs of characters as words, since FTS5 has no tokenizer for Chinese."""
    return " ".join(f"x{pair.encode().hex()}" for pair in wording(plain(text)))


def _compare(tx: Connection, peer: sqlite3.Connection, place: int, asked: list[tuple[str, str]], groups: dict[int, str]) -> None:
    there = set(groups.values())
    spent: dict[str, list[float]] = {"ours": [], "fts5": []}
    right = {"ours": 0, "fts5": 0}
    shown = {"ours": 0, "fts5": 0}
    good = {"ours": 0, "fts5": 0}
    known = sum(group in there for _, group in asked)
    looks: dict[str, Callable[[str], list[int]]] = {
        "ours": lambda text: [like.id for like in similar.find(tx, place, text, most=SHOWN)],
        "fts5": lambda text: _fts5(peer, text),
    }
    for name, look in looks.items():
        look(asked[0][0])
        for text, group in asked:
            started = time.process_time()
            found = look(text)
            spent[name].append((time.process_time() - started) * 1e3)
            hits = sum(groups[number] == group for number in found)
            right[name] += bool(hits)
            shown[name] += len(found)
            good[name] += hits
    for name in looks:
        print(
            f"similar, {name}: median {statistics.median(spent[name]):.1f} ms, p95 {sorted(spent[name])[int(len(asked) * 0.95)]:.1f} ms of one core; "
            f"a right one among {SHOWN} for {right[name] / known:.1%} of {known} that have one; {good[name] / max(1, shown[name]):.1%} of what is shown is right"
        )
    print(f"similar, ours : FTS5 = {statistics.median(spent['ours']) / statistics.median(spent['fts5']):.2f} in time")


def _fts5(peer: sqlite3.Connection, text: str) -> list[int]:
    words = " OR ".join(_pairs(text).split()) or "x"
    return [row[0] for row in peer.execute("SELECT rowid FROM said WHERE said MATCH ? ORDER BY bm25(said) LIMIT ?", (words, SHOWN))]


def _times(look: Callable[[], object], often: int) -> list[float]:
    look()
    spent = []
    for _ in range(often):
        started = time.process_time()
        look()
        spent.append((time.process_time() - started) * 1e3)
    return spent


def _votes(store: Store, name: str) -> None:
    """Two hundred members vote at the same moment; and once more while the process that takes their votes is killed again and again."""
    for secret in (False, True):
        number, people = _opened(store, f"v{secret}", secret=secret)
        _at_once(store, name, number, people, secret=secret)
        if KILLS:
            _killed(store, name, _opened(store, f"k{secret}", secret=secret)[0], secret=secret)


def _opened(store: Store, sign: str, *, secret: bool) -> tuple[int, list[int]]:
    """A vote of two hundred members; its number, and who they are."""
    with store.begin() as tx:
        place = persons.communities(tx)[0].id
        people = [persons.add(tx, "web", f"{sign}{number}", language="zh", now=NOW).person_id for number in range(MEMBERS)]
        for person in people:
            roles.give(tx, person, "council", Scope(place), now=NOW)
        said = suggestions.add(tx, sign, community_id=place, text="路灯坏了", now=NOW, topic="facilities", published_at=NOW)
        ends = NOW + timedelta(days=1)
        meeting = meetings.add(tx, place, ends, "工坊", by=people[0], now=NOW)
        meetings.put_on(tx, meeting, said)
        item = meetings.items(tx, meeting)[0].id
        return votes.open_(tx, item, options=STANDARD, secret=secret, quorum=101, electors=people, closes_at=ends, now=NOW), people


def _at_once(store: Store, name: str, number: int, people: list[int], *, secret: bool) -> None:
    started, spent = time.perf_counter(), time.process_time()
    for first in range(0, MEMBERS, BATCH):
        with store.begin() as tx:
            votes.hold(tx, number)
            row = votes.get(tx, number)
            assert row is not None
            for place, person in enumerate(people[first : first + BATCH], first):
                assert votes.cast(tx, row, person, place % 2)
    took, spent = time.perf_counter() - started, time.process_time() - spent
    counted = sum(_closed(store, number))
    print(
        f"{MEMBERS} {_kind(secret)} votes on {name}, {BATCH} a commit: {took:.2f} s ({spent:.2f} s of one core), counted {counted}",
        flush=True,
    )


def _killed(store: Store, name: str, number: int, *, secret: bool) -> None:
    """Each vote a commit of its own, said once it is there; SIGKILL after 50, 100 and 150 of them, and then all over again."""
    environment = {**os.environ, "MOTHERPOST_KEYS": sealed.in_use()[0]}
    command = [sys.executable, "-m", "tests.support.voting", store.engine.url.render_as_string(hide_password=False), str(number)]
    confirmed, took = 0, 0.0
    for after in (*range(KILLED_AFTER, KILLED_AFTER * KILLS + 1, KILLED_AFTER), None):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            heard, began = 0, 0.0
            for _ in process.stdout:
                heard, began = heard + 1, began or time.perf_counter()
                if heard == after:
                    process.kill()
                    break
            took = time.perf_counter() - began
        with store.read() as tx:
            assert heard <= votes.turnout(tx, number) <= MEMBERS, "what was confirmed is there"
        confirmed = max(confirmed, heard)
    counted = sum(_closed(store, number))
    print(
        f"{MEMBERS} {_kind(secret)} votes on {name}, one a commit, killed {KILLS} times: the last whole round {took:.2f} s, "
        f"confirmed {confirmed}, counted {counted}",
        flush=True,
    )


def _closed(store: Store, number: int) -> list[int]:
    with store.begin() as tx:
        row = votes.get(tx, number)
        assert row is not None
        counts = votes.close(tx, row, now=NOW).counts
    assert counts == [MEMBERS // 2, MEMBERS // 2, 0]
    return counts


def _kind(secret: bool) -> str:
    return "secret" if secret else "open"


if __name__ == "__main__":
    main()
