"""`motherpost invite`: a role with its scope, and one clear line where they do not go together."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from bot import demo
from bot.cli import main
from bot.commands.serve import demo_links, links
from bot.commands.town import invitation
from domain.access import Scope
from storage.database import Store
from storage.staff import roles
from storage.tables import people
from storage.tables.desk import desk_link
from tests.conftest import KEY
from tests.support import towns


@pytest.fixture(autouse=True)
def _its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store has rows: a command refuses without the keys that they were sealed with."""
    monkeypatch.setenv("MOTHERPOST_KEYS", KEY)


@pytest.mark.parametrize(
    ("role", "places", "scope"),
    [
        ("grid_worker", {"community": "YT02", "cell": "W1"}, Scope(2, 1)),
        ("grid_worker", {"community": "YT02"}, Scope(2)),
        ("employer", {"community": None, "enterprise": "E1"}, Scope(enterprise_id=1)),
        ("employer", {"community": "YT01", "enterprise": "E1"}, Scope(1, enterprise_id=1)),
        ("federation", {"community": None}, Scope()),
    ],
)
def test_the_code_gives_the_role_in_its_scope(sqlite_store: Store, now: datetime, role: str, places: dict[str, str], scope: Scope) -> None:
    towns.small(sqlite_store)
    towns.cell(sqlite_store, community="YT02")
    code = invitation(sqlite_store, role, **places, expires_at=now + timedelta(hours=1), now=now)
    with sqlite_store.begin() as tx:
        person = tx.execute(
            people.person.insert().values(key="a", language="zh", notices=True, created_at=now, quiet="").returning(people.person.c.id)
        )
        row = roles.redeem(tx, code, person.scalar_one(), now=now)
    assert row is not None and (row.role, row.scope) == (role, scope)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["employer"], "要写 --enterprise"),
        (["employer", "--community", "YT01"], "要写 --enterprise"),
        (["employer", "--enterprise", "E9"], "没有代码是 E9 的企业"),
        (["employer", "--enterprise", "E1", "--community", "YT02", "--cell", "W1"], "不分网格"),
        (["grid_worker", "--enterprise", "E1", "--community", "YT01"], "不能写 --enterprise"),
        (["grid_worker", "--cell", "W1"], "--cell 要和 --community 一起写"),
        (["grid_worker", "--community", "YT01", "--cell", "W1"], "YT01 没有代码是 W1 的网格"),
        (["coordinator", "--community", "YT02", "--cell", "W1"], "不能写 --cell"),
        (["mediator"], "要写 --community"),
        (["federation", "--community", "XX"], "没有代码是 XX 的社区"),
    ],
)
def test_what_does_not_go_together_is_said_in_one_line(
    sqlite_store: Store, tmp_path: object, monkeypatch: pytest.MonkeyPatch, words: list[str], answer: str
) -> None:
    towns.small(sqlite_store)
    towns.cell(sqlite_store, community="YT02")
    monkeypatch.setenv("MOTHERPOST_DATABASE", sqlite_store.url)
    done = CliRunner().invoke(main, ["invite", *words])
    assert done.exit_code == 1 and answer in done.stderr and len(done.stderr.strip().splitlines()) == 1
    with sqlite_store.read() as tx:
        assert tx.execute(people.invitation.select()).all() == []


def test_in_a_store_that_the_demo_did_not_fill_nobody_is_let_in_or_hired(sqlite_store: Store, empty_sqlite: Path, tmp_path: Path) -> None:
    towns.small(sqlite_store)
    (said,) = demo_links(sqlite_store, "http://x")
    assert "不是演示小城填的" in said
    with sqlite_store.read() as tx:
        for rows in (people.invitation, people.role, desk_link):
            assert tx.execute(select(func.count()).select_from(rows)).scalar_one() == 0
    shutil.copy(empty_sqlite, tmp_path / "town.db")
    town = Store(f"sqlite:///{tmp_path}/town.db")
    demo.fill(town, mothers=0, positions=0, now=datetime(2026, 11, 23, 9, tzinfo=UTC))
    assert len(demo_links(town, "http://x")) > 5


def test_the_demo_has_a_link_for_each_role(sqlite_store: Store) -> None:
    towns.small(sqlite_store)
    said = "\n".join(links(sqlite_store, "http://x"))
    assert all(f"as={role}" in said for role in ("coordinator", "gridworker", "mediator", "federation", "employer", "mother"))
