"""A conversation counts its saves, so that one is made only on what was read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("saves", sa.Integer(), nullable=False, server_default="0"))
