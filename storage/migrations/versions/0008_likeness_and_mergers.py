"""Which records look like one woman, and what it takes to undo a merging."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _person(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, BigId, sa.ForeignKey("person.id"), nullable=null)


def upgrade() -> None:
    op.create_table(
        "likeness",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        _person("first_id"),
        _person("second_id"),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        _person("asked_by", null=True),
        _person("kept_id", null=True),
        sa.UniqueConstraint("first_id", "second_id"),
    )
    op.create_table(
        "merger",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        _person("kept_id"),
        _person("gone_id"),
        _person("merged_by", null=True),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.String(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        _person("undone_by", null=True),
    )
    op.create_index("merger_kept", "merger", ["kept_id"])
    some = sa.text("changes is not null")
    op.create_index("merger_until", "merger", ["until"], sqlite_where=some, postgresql_where=some)
