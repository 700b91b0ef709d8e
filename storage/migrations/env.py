"""Alembic's entry: runs on the connection that storage.database hands over."""

from typing import Literal

from alembic import context
from sqlalchemy import TypeDecorator
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 - fills the metadata


def _stored(kind: str, item: object, _autogenerate: object) -> str | Literal[False]:
    """Our own column types as what the database stores: a migration stays as it is when the code's types change."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True, render_item=_stored)
with context.begin_transaction():
    context.run_migrations()
