"""The migrations make exactly the tables of the code; on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import NullPool, create_engine
from sqlmodel import SQLModel

from storage.database import MIGRATIONS, Store, head, migrate, revision
from storage.people import persons
from storage.staff import roles
from tests.support.requires import require_postgresql


def test_migrated_store_has_no_drift(store: Store) -> None:
    with store.begin() as tx:
        assert compare_metadata(MigrationContext.configure(tx), SQLModel.metadata) == []


def test_head_is_the_newest_file(store: Store) -> None:
    assert revision(store) == head()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store without any table."""
    if request.param == "sqlite":
        store = Store(f"sqlite:///{tmp_path}/old.db")
        yield store
        store.close()
        return
    url = require_postgresql()
    name = f"motherpost_old_{datetime.now(UTC):%H%M%S%f}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()
    admin.exec_driver_sql(f'CREATE DATABASE "{name}"')
    store = Store(f"{url.rsplit('/', 1)[0]}/{name}")
    yield store
    store.close()
    admin.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.close()


def test_a_store_in_use_is_carried_over(empty: Store) -> None:
    """What stands in the first version's tables is there after the second, and who was asked to come has her place."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with empty.begin() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0001")
        for statement in (
            "INSERT INTO community (id, code, name, lat, lon) VALUES (1, 'YT01', '海风社区', 37.5, 121.4)",
            "INSERT INTO enterprise (id, code, name, licence, contact, share_percent) VALUES (1, 'E1', '厂', 'x', '王', 10)",
            "INSERT INTO person (id, key, community_id, language, notices, created_at) VALUES (1, 'm1', 1, 'zh', true, '2026-11-01 00:00:00')",
            "INSERT INTO position (id, code, enterprise_id, title, text, sector, mode, skills, trains, community_id, lat, lon, windows, fixed,"
            " min_weekly_hours, pay_basis, headcount, taken, status) VALUES"
            " (1, 'P1', 1, '缝纫', '', 'garment', 'flexible', '[]', true, 1, 0, 0, '', false, 0, 'piece', 2, 1, 'published')",
            "INSERT INTO application (id, person_id, position_id, status, reason, created_at) VALUES (1, 1, 1, 'accepted', '', '2026-11-02')",
            "INSERT INTO notice (id, kind, body, status, created_at) VALUES (1, 'staff', '{}', 'open', '2026-11-02 00:00:00')",
            "INSERT INTO role (id, person_id, role, given_at) VALUES (1, 1, 'federation', '2026-11-02 00:00:00')",
        ):
            tx.exec_driver_sql(statement)
    migrate(empty)
    with empty.read() as tx:
        assert roles.roles_of(tx, 1)[0].role == "federation"
        assert persons.get(tx, 1).key == "m1"
        application = tx.exec_driver_sql("SELECT status, holds FROM application").one()
        assert application.status == "trial" and application.holds
        assert tx.exec_driver_sql("SELECT kind FROM notice").scalar() == "staff"
