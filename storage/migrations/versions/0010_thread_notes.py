"""What staff note for each other in a thread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("thread_word", sa.Column("noted", sa.Boolean(), nullable=False, server_default=sa.false()))
