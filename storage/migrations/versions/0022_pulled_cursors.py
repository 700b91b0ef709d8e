"""How far the messages of a channel were pulled that has to be asked for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sync_cursor",
        sa.Column("channel", sa.String(), primary_key=True),
        sa.Column("cursor", sa.String(), nullable=False),
    )
