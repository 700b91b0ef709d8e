"""Activities of a community, which are joined as classes are, what was thought of them, and pictures of what the fund paid for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _words(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default=default)


def upgrade() -> None:
    for column in (_words("kind", "class"), _words("about"), _words("address"), _words("note")):
        op.add_column("training_class", column)
    op.add_column("training_class", sa.Column("came", sa.Integer(), nullable=True))
    op.add_column("enrolment", sa.Column("mark", sa.Integer(), nullable=True))
    op.add_column("enrolment", sa.Column("word", sa.String(), nullable=True))
    for column in (_words("voucher_picture"), _words("picture")):
        op.add_column("fund_spending", column)
    activity = sa.Column("activity_id", BigId, sa.ForeignKey("training_class.id"), nullable=True)
    op.add_column("fund_spending", activity, inline_references=True)
