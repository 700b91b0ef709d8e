"""What some tests need from the machine: each function returns it, skips the test without it, and fails it where REQUIRE_ALL=1."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest

NODE = Path(__file__).with_name("node")
POSTGRESQL = os.environ.get("TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


def require_chromium() -> str:
    """Path of the Chromium that Playwright drives."""
    return shutil.which("chromium") or _missing("Chromium (chromium)")


def require_postgresql() -> str:
    """URL of a running server on which databases may be made and dropped; TEST_POSTGRESQL names another one."""
    try:
        psycopg.connect(POSTGRESQL.replace("+psycopg", ""), connect_timeout=3).close()
    except psycopg.OperationalError:
        return _missing(f"PostgreSQL at {POSTGRESQL}")
    return POSTGRESQL


def require_cluster() -> None:
    """PostgreSQL's own programs, of which servers of our own are made."""
    user = os.getuid() != 0 or shutil.which("runuser")
    if not (user and shutil.which("psql") and any(Path("/usr/lib/postgresql").glob("*/bin/pg_basebackup"))):
        _missing("PostgreSQL's programs in /usr/lib/postgresql (postgresql)")


def require_haproxy() -> str:
    """Path of HAProxy, which checks its own configuration."""
    return shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin") or _missing("HAProxy (haproxy)")


def require_systemd() -> str:
    """Path of the program by which systemd checks units; it need not run."""
    return shutil.which("systemd-analyze") or _missing("systemd-analyze (systemd)")


def require_history(file: Path) -> str:
    """The commit before the one that brought this file; a shallow copy of the repository does not have it."""
    asked = ["git", "log", "-1", "--diff-filter=A", "--format=%P", "--", str(file)]
    try:
        found = subprocess.run(asked, cwd=file.parent, capture_output=True, text=True, check=False).stdout.split()
    except FileNotFoundError:
        found = []
    return found[0] if found else _missing(f"the history of {file.name} (git)")


def require_chinese_font() -> None:
    """Fontconfig with a font for simplified Chinese."""
    from bot.desk.share_card import font

    if font() is None:
        _missing("a Chinese font (fontconfig, fonts-noto-cjk)")


def require_wecom_crypto() -> list[str]:
    """The command that asks WeCom's own cipher; `npm install` in tests/support/node brings it."""
    node = shutil.which("node") or _missing("Node (nodejs)")
    if not (NODE / "node_modules" / "@wecom" / "crypto").is_dir():
        _missing("@wecom/crypto (npm install --prefix tests/support/node)")
    return [node, str(NODE / "opinion.cjs")]


def _missing(what: str) -> NoReturn:
    reason = f"{what} is not there"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"{reason}, and REQUIRE_ALL=1", pytrace=False)
    pytest.skip(reason)
