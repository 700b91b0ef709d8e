"""The command line, as scripts outside use it: exit codes, one clear line, no traceback.

Most commands are called in this process; two are started as programs, since a start costs as much as all that they do.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from bot.cli import main

PROGRAM = Path(sys.executable).parent / "motherpost"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "c.yaml"
    file.write_text(f"database: sqlite:///{tmp_path}/store/m.db\n", "utf-8")
    return file


class Done(NamedTuple):
    """How a command ended, and what it wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes


def started(*words: str | Path, stdin: bytes = b"") -> Done:
    """A command as a program of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MOTHERPOST_")}
    done = subprocess.run([PROGRAM, *map(str, words)], input=stdin, capture_output=True, env=environment, timeout=600, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


def call(*words: str | Path, stdin: bytes = b"") -> Done:
    """A command in this process."""
    outside: dict[str, str | None] = {name: None for name in os.environ if name.startswith("MOTHERPOST_")}
    done = CliRunner().invoke(main, [*map(str, words)], input=stdin, env=outside)
    return Done(done.exit_code, done.stdout_bytes, done.stderr_bytes)


def lines(done: Done) -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def failed(done: Done, *, code: int = 1) -> str:
    said = done.stderr.decode()
    assert done.returncode == code, said
    assert "Traceback" not in said
    assert code == 2 or len(said.strip().splitlines()) == 1, said
    return said


def test_check_finds_nothing_wrong_as_shipped(config: Path) -> None:
    done = started("check", "--config", config)
    assert (done.returncode, done.stdout.decode().strip()) == (0, "都好"), done.stderr.decode()


def test_check_names_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("web: {prot: 1}", "utf-8")
    assert "bad.yaml: web.prot" in failed(call("check", "--config", file))


def test_wrong_usage_is_2_and_anything_else_1(config: Path) -> None:
    failed(call("nonsense"), code=2)
    failed(call("match", "--config", config), code=2)
    failed(call("invite", "queen", "--config", config), code=2)
    assert "没有代码是 XX" in failed(call("invite", "coordinator", "--community", "XX", "--config", config))
    assert "--community" in failed(call("invite", "coordinator", "--config", config))
    assert "读不了" in failed(call("invite", "federation", "--config", config.parent / "none.yaml"))


def test_a_town_an_invitation_and_a_match(config: Path) -> None:
    assert call("demo", "--mothers", "30", "--positions", "60", "--config", config).returncode == 0
    assert "空" in failed(call("demo", "--config", config))
    done = call("invite", "coordinator", "--community", "YT01", "--config", config)
    code, link = done.stdout.decode().split()
    assert len(code) == 10 and link.endswith(f"?start={code}")
    pairs = lines(call("match", "--all", "--top", "2", "--json", "--config", config))
    assert pairs and set(pairs[0]) == {"mother", "position", "score", "why"}
    assert lines(call("match", "--mother", str(pairs[0]["mother"]), "--top", "1", "--config", config)) == pairs[:1]
    assert "nobody" in failed(call("match", "--mother", "nobody", "--config", config))


def test_backup_while_open_and_restore_never_overwrite(config: Path, tmp_path: Path) -> None:
    call("demo", "--mothers", "5", "--positions", "12", "--config", config)
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(tmp_path / "store" / "m.db")) as open_:
        open_.execute("BEGIN IMMEDIATE")
        assert call("backup", copy, "--config", config).returncode == 0
    assert "不覆盖" in failed(call("backup", copy, "--config", config))
    assert "不覆盖" in failed(call("restore", copy, "--config", config))
    other = tmp_path / "other.yaml"
    other.write_text(f"database: sqlite:///{tmp_path}/other/m.db\n", "utf-8")
    assert call("restore", copy, "--config", other).returncode == 0
    with closing(sqlite3.connect(tmp_path / "other" / "m.db")) as restored:
        assert restored.execute("SELECT count(*) FROM mother").fetchone() == (5,)
    nonsense = tmp_path / "nonsense.db"
    nonsense.write_bytes(b"not a database at all, whatever its name says")
    other.write_text(f"database: sqlite:///{tmp_path}/third/m.db\n", "utf-8")
    assert "备份" in failed(call("restore", nonsense, "--config", other))


def test_the_key_file_is_made_once_and_for_its_owner_alone(config: Path, tmp_path: Path) -> None:
    call("demo", "--mothers", "1", "--positions", "12", "--config", config)
    keys = tmp_path / "store" / "keys"
    assert keys.stat().st_mode & 0o777 == 0o600
    before = keys.read_bytes()
    call("invite", "federation", "--config", config)
    assert keys.read_bytes() == before


def test_read_keeps_the_order_and_survives_anything(config: Path) -> None:
    said = "会踩缝纫机，上午有空\n\n\xff".encode("utf-8", "surrogatepass") + b"\xff\xfe\n" + "你好\n".encode()
    found = lines(call("read", stdin=said))
    assert [one["intent"] for one in found][0] == "find_work" and found[-1]["intent"] == "smalltalk"
    assert len(found) == 4


def test_words_that_no_lexicon_knows(config: Path) -> None:
    said = "我会开拖拉机\n拖拉机坏了会修，还会缝纫\n会缝纫".encode()
    done = started("words", "--config", config, stdin=said)
    assert done.returncode == 0, done.stderr.decode()
    found = {word: count for count, word in (line.split("\t") for line in done.stdout.decode().splitlines())}
    assert found["拖拉机"] == "2"
    assert "缝纫" not in found
    assert (config.parent / "store" / "jieba.cache").exists(), "its cache stays out of the shared temp folder"


def test_screen_and_group(config: Path) -> None:
    notice = {"id": "a", "text": "招缝纫工，每件2元，先交押金200元"}
    [found] = lines(call("screen", stdin=json.dumps(notice).encode()))
    assert (found["id"], found["verdict"]) == ("a", "block")
    assert all(str(finding["quote"]) in notice["text"] for finding in found["findings"])  # type: ignore[attr-defined]
    rows = [{"id": n, "text": text} for n, text in enumerate(["3号楼路灯坏了", "三号楼的路灯不亮了，修修吧", "5号楼路灯坏了"])]
    groups = [row["group"] for row in lines(call("group", stdin="\n".join(map(json.dumps, rows)).encode()))]
    assert groups[0] == groups[1] != groups[2]
    assert "第 1 行" in failed(call("screen", stdin=b"{nonsense"))
