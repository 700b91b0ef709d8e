"""Messages that wait for her next word, what a platform lets us say unasked, and the channel she prefers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = sa.text("status = 'kept'")


def upgrade() -> None:
    op.create_table(
        "allowance",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("word_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("word_left", sa.Integer(), nullable=False),
        sa.Column("tap_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tap_left", sa.Integer(), nullable=False),
        sa.UniqueConstraint("channel", "address"),
    )
    op.create_table(
        "message_grant",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.UniqueConstraint("channel", "address", "template"),
    )
    op.create_index("outbox_kept", "outbox", ["channel", "address", "id"], sqlite_where=KEPT, postgresql_where=KEPT)
    op.add_column("person", sa.Column("prefers", sa.String(), server_default="", nullable=False))
