"""When a workshop's office was last reminded of its checks, and what a firm says that it saves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workshop", sa.Column("reminded_on", sa.Date(), nullable=True))
    op.add_column("fund_share", sa.Column("saved_percent", sa.Integer(), nullable=True))
