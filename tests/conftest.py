"""What all tests share: a store on SQLite and on PostgreSQL, the content as shipped, and a clock that only tests move."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import settings

from bot import content as contents
from bot.config import Settings
from domain import reading
from handlers.content import Content
from storage import sealed
from storage.database import Store, migrate
from tests.support import shared, towns
from tests.support.chat import Town
from tests.support.emptied import Emptied, postgresql_admin
from tests.support.requires import require_postgresql

shared.compiled_sql()
shared.certificates()
shared.migrations()
KEY = Fernet.generate_key().decode()
# A Tuesday morning in Yantai, outside the quiet hours.
MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

# Bytes that thousands of small stores need at once.
ROOM = 4_000_000_000
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_own_folder: str | None = None

# No time that a busy machine takes decides a test.
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")


def pytest_configure(config: pytest.Config) -> None:
    """Stores lie in memory where there is room: what is tested is a killed process, not a cut cable. Workers inherit the folder."""
    global _own_folder
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        _own_folder = os.environ["TMPDIR"] = tempfile.mkdtemp(prefix="motherpost.", dir=MEMORY)
        tempfile.tempdir = None


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded now lives as long as the run: the collector, whom some tests call, need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The folder goes with the run."""
    if _own_folder is not None:
        shutil.rmtree(_own_folder, ignore_errors=True)


@pytest.fixture(scope="session")
def keys() -> tuple[str, ...]:
    """What every test seals with; what is made for a whole module uses them itself."""
    return (KEY,)


@pytest.fixture(autouse=True)
def _keys(keys: tuple[str, ...]) -> None:
    sealed.use_keys(keys)


@pytest.fixture(scope="session")
def now() -> datetime:
    return MORNING


@pytest.fixture(scope="session")
def content() -> Content:
    # An account that may push, as far as its windows let it; what is without verification says so.
    loaded = contents.load(Settings.model_validate({"channels": {"wechat": {"verified": True}}}))
    # As a bot that has run for a while: the first question takes seconds, which a store across a network is not waited for.
    reading.read("能带孩子吗")
    loaded.answers.best("能带孩子吗")
    return loaded


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty file to copy: migrating anew for each test would be most of the run."""
    file = tmp_path_factory.mktemp("store") / "empty.db"
    store = Store(f"sqlite:///{file}")
    migrate(store)
    store.close()
    return file


@pytest.fixture
def sqlite_store(empty_sqlite: Path, tmp_path: Path) -> Iterator[Store]:
    file = tmp_path / "motherpost.db"
    file.write_bytes(empty_sqlite.read_bytes())
    store = Store(f"sqlite:///{file}")
    yield store
    store.close()


@pytest.fixture(scope="session")
def emptied_postgresql() -> Iterator[Emptied]:
    """One migrated database for the whole run: making one anew for each test would be a third of it."""
    url = require_postgresql()
    name = f"motherpost_test_{os.getpid()}_{datetime.now(UTC):%H%M%S%f}"
    with postgresql_admin(url) as admin:
        admin.exec_driver_sql(f'CREATE DATABASE "{name}"')
        # Processes are killed here, not the server: a commit need not wait for the disk.
        admin.exec_driver_sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    emptied = Emptied(url.rsplit("/", 1)[0] + "/" + name)
    yield emptied
    with postgresql_admin(url) as admin:
        admin.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgresql_store(emptied_postgresql: Emptied) -> Iterator[Store]:
    store = Store(emptied_postgresql.url)
    yield store
    store.close()
    emptied_postgresql.empty()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """The same promise on both stores."""
    found: Store = request.getfixturevalue(f"{request.param}_store")
    return found


@pytest.fixture
def town(sqlite_store: Store, content: Content, now: datetime) -> Town:
    """A small town to talk in."""
    towns.small(sqlite_store)
    return Town(sqlite_store, content, now)
