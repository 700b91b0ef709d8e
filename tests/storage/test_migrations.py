"""The migrations make exactly the tables of the code; on both stores."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from storage.database import Store, head, revision


def test_migrated_store_has_no_drift(store: Store) -> None:
    with store.begin() as tx:
        assert compare_metadata(MigrationContext.configure(tx), SQLModel.metadata) == []


def test_head_is_the_newest_file(store: Store) -> None:
    assert revision(store) == head()
