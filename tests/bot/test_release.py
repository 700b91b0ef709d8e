"""What is handed to a stranger: an archive that runs from its folder, a version, the next migration."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Column, Integer, Table
from sqlmodel import SQLModel

from bot import release
from bot.cli import main
from bot.config import ROOT
from bot.version import VERSION
from storage import new_migration
from storage.database import MIGRATIONS, head
from storage.tables.columns import Instant


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    if not (ROOT / ".git").exists():
        pytest.skip("only a git checkout can be packed")
    archive = release.pack(tmp_path / "dist")
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path, filter="data")
    return tmp_path / f"motherpost-{VERSION}"


def test_an_archive_in_an_empty_folder_checks_itself_and_fills_a_demo_town(unpacked: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    run = [sys.executable, "-c", "from bot.cli import main; main()"]
    for arguments in (["demo", "--mothers", "20", "--positions", "20"], ["check"]):
        done = subprocess.run([*run, *arguments], cwd=unpacked, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (unpacked / "LICENSE").exists() and (unpacked / "README.zh.md").exists()


def test_the_version_is_said() -> None:
    assert CliRunner().invoke(main, ["--version"]).output == f"motherpost {VERSION}\n"


def test_a_migration_gets_the_next_number_and_a_bad_name_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="NAME"):
        new_migration.make("Bad Name")
    before = set((MIGRATIONS / "versions").glob("*.py"))
    trial = Table("trial", SQLModel.metadata, Column("id", Integer, primary_key=True), Column("at", Instant()))
    made = new_migration.make("a_trial")
    try:
        # Our own types as what the database stores: the file needs nothing of ours.
        assert '"at"' in made.read_text("utf-8").replace("'", '"') and "storage." not in made.read_text("utf-8")
        assert made.name.startswith(f"{int(sorted(before)[-1].name[:4]) + 1:04d}_") and "def upgrade" in made.read_text("utf-8")
        assert head() == made.name[:4]
    finally:
        SQLModel.metadata.remove(trial)
        made.unlink()
