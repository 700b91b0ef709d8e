"""A spending may be for what was suggested: who suggested it is told what came of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    column = sa.Column("suggestion_id", BigId, sa.ForeignKey("suggestion.id"), nullable=True)
    op.add_column("fund_spending", column, inline_references=True)
