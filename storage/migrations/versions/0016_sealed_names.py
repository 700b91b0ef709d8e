"""What carries a name is sealed: notices, details of the access log, contacts of firms, reasons and places; birth months of children."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage import sealed

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TEXTS = (
    ("enterprise", "contact"),
    ("position", "withdrawn_why"),
    ("review", "reason"),
    ("application", "reason"),
    ("application", "trial_place"),
)


def upgrade() -> None:
    op.create_table(
        "forgetting",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("person_id", BigId, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("quotes", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("done_to", BigId, nullable=False, server_default="0"),
    )
    for table, column in (("notice", "body"), ("access_log", "detail")):
        op.add_column(table, sa.Column(f"{column}_sealed", sa.String(), nullable=False, server_default=""))
        _each(table, "id", column, f"{column}_sealed", Json, sa.String(), lambda value: sealed.seal(orjson.dumps(value).decode()))
        op.drop_column(table, column)
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {column}_sealed TO {column}")
    for table, column in TEXTS:
        _each(table, "id", column, column, sa.String(), sa.String(), lambda value: sealed.seal(value) if value else value)
    _each("mother", "person_id", "children", "children", Json, Json, lambda value: [sealed.month_digest(month) for month in value])


def _each(
    table: str,
    key: str,
    source: str,
    target: str,
    before: sa.types.TypeEngine[Any],
    after: sa.types.TypeEngine[Any],
    change: Callable[[Any], Any],
) -> None:
    """Write `target` of each row from its `source`."""
    connection = op.get_bind()
    rows = sa.table(table, sa.column(key), sa.column(source, before), *([sa.column(target, after)] if target != source else []))
    found = connection.execute(sa.select(rows.c[key], rows.c[source])).all()
    changed = [{"row": row[0], "new": change(row[1])} for row in found]
    if changed:
        new = sa.bindparam("new", type_=after)
        connection.execute(sa.update(rows).where(rows.c[key] == sa.bindparam("row")).values({target: new}), changed)
