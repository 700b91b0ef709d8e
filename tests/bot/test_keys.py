"""Keys on the command line: a missing or wrong one is one clear line, none is made beside a store that holds something, all can be changed."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet
from sqlalchemy.engine import make_url

from bot import config as settings
from bot.cli import main
from bot.commands import backups
from storage import sealed
from tests.conftest import KEY

OTHER = Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def _own_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("MOTHERPOST_KEYS", "MOTHERPOST_DATABASE", "MOTHERPOST_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    yield
    sealed.use_keys((KEY,))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The settings of a store that holds something."""
    file = tmp_path / "c.yaml"
    file.write_text(f"database: sqlite:///{tmp_path}/store/m.db\n", "utf-8")
    assert call("demo", "--mothers", "3", "--positions", "12", config=file).exit_code == 0
    return file


def call(*words: str | Path, config: Path) -> Result:
    return CliRunner().invoke(main, [*map(str, words), "--config", str(config)])


def refused(done: Result) -> str:
    assert done.exit_code == 1, done.output
    assert len(done.output.strip().splitlines()) == 1 and "Traceback" not in done.output, done.output
    return done.output


def test_no_key_is_made_beside_a_store_that_holds_something(config: Path, tmp_path: Path) -> None:
    (tmp_path / "store" / "keys").unlink()
    for command in (("check",), ("run",), ("invite", "federation")):
        assert "密钥不见了" in refused(call(*command, config=config))
    assert not (tmp_path / "store" / "keys").exists()


def test_a_wrong_key_is_told_with_the_fingerprints(config: Path, tmp_path: Path) -> None:
    right = (tmp_path / "store" / "keys").read_text().strip()
    (tmp_path / "store" / "keys").write_text(OTHER)
    for command in (("check",), ("run",)):
        said = refused(call(*command, config=config))
        assert "密钥不对" in said and sealed.fingerprint(OTHER) in said
    (tmp_path / "store" / "keys").write_text("no key")
    assert "格式不对" in refused(call("check", config=config))
    (tmp_path / "store" / "keys").write_text(right)
    assert call("check", config=config).exit_code == 0


def test_a_backup_says_which_keys_it_needs(config: Path, tmp_path: Path) -> None:
    copy, elsewhere = tmp_path / "copy.db", tmp_path / "other.yaml"
    call("backup", copy, config=config)
    elsewhere.write_text(f"database: sqlite:///{tmp_path}/other/m.db\n", "utf-8")
    done = call("restore", copy, config=elsewhere)
    mine = sealed.fingerprint((tmp_path / "store" / "keys").read_text().strip())
    assert done.exit_code == 0 and f"现在缺：{mine}" in done.output
    assert "密钥不见了" in refused(call("check", config=elsewhere))
    (tmp_path / "other" / "keys").write_bytes((tmp_path / "store" / "keys").read_bytes())
    assert call("check", config=elsewhere).exit_code == 0


def test_nobody_else_may_read_store_keys_or_backup(config: Path, tmp_path: Path) -> None:
    call("backup", tmp_path / "copy.db", config=config)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [*(tmp_path / "store").iterdir(), tmp_path / "copy.db"]}
    assert set(modes.values()) == {0o600}, modes
    assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700


def test_everything_is_sealed_with_a_new_key_and_the_old_one_can_go(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "store" / "keys"
    old = file.read_text().strip()
    file.write_text(f"{OTHER}\n{old}\n")
    done = call("keys", "rotate", config=config)
    assert done.exit_code == 0 and sealed.fingerprint(old) in done.output and "可以拿掉" in done.output
    file.write_text(OTHER)
    assert call("check", config=config).exit_code == 0
    assert call("match", "--all", "--top", "1", config=config).exit_code == 0
    assert call("keys", "rotate", config=config).exit_code == 0
    file.write_text(old)
    assert "密钥不对" in refused(call("check", config=config))


def test_the_log_is_verified(config: Path, tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    call("export", "mothers", tmp_path / "m.csv", config=config)
    call("export", "positions", tmp_path / "p.csv", config=config)
    done = call("log", "verify", config=config)
    assert done.exit_code == 0 and "完好" in done.output
    with closing(sqlite3.connect(tmp_path / "store" / "m.db", isolation_level=None)) as thief:
        row = thief.execute("SELECT max(id) - 1 FROM access_log").fetchone()[0]
        thief.execute("UPDATE access_log SET action = 'nothing' WHERE id = ?", (row,))
    assert f"第 {row} 行被改过" in refused(call("log", "verify", config=config))


@pytest.mark.parametrize("password", ["p@ss#1/2", "a:b?c&d=%40", "平安", ""])
def test_a_password_may_hold_any_character(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setenv("PASSWORD", password)
    monkeypatch.setenv("HOST", "db.example:5433")
    file = tmp_path / "c.yaml"
    file.write_text("database: 'postgresql+psycopg://bot:${PASSWORD}@${HOST}/m'\n", "utf-8")
    url = make_url(settings.read(file).database)
    assert ((url.password or ""), url.username, url.host, url.port, url.database) == (password, "bot", "db.example", 5433, "m")


def test_a_whole_address_may_stand_in_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE", "postgresql+psycopg://bot:p%40ss@h/m")
    file = tmp_path / "c.yaml"
    file.write_text("database: '${DATABASE}'\n", "utf-8")
    assert make_url(settings.read(file).database).password == "p@ss"


def test_pg_dump_gets_the_password_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "pg_dump"
    tool.write_text(f'#!/bin/sh\necho "$@" "$PGPASSWORD" > {tmp_path}/called\n')
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("MOTHERPOST_DATABASE", "postgresql+psycopg://bot:p%40ss@127.0.0.1:5999/m?sslmode=require")
    backups.backup(None, tmp_path / "copy")
    called = (tmp_path / "called").read_text().split()
    assert called[-1] == "p@ss" and not any("p@ss" in word or "p%40ss" in word for word in called[:-1])
    assert "--dbname=postgresql://bot@127.0.0.1:5999/m?sslmode=require" in called
