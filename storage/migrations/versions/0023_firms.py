"""How firms are looked at, what they signed, and when nothing of them was published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "firm_check",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("enterprise_id", BigId, sa.ForeignKey("enterprise.id"), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("checked_by", BigId, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("firm_check_newest", "firm_check", ["enterprise_id", "topic", "checked_at"])
    op.create_table(
        "firm_agreement",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("enterprise_id", BigId, sa.ForeignKey("enterprise.id"), nullable=False),
        sa.Column("share_percent", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("noted_by", BigId, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("firm_agreement_firm", "firm_agreement", ["enterprise_id", "ends_on"])
    op.create_table(
        "firm_suspension",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("enterprise_id", BigId, sa.ForeignKey("enterprise.id"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("begun_by", BigId, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", BigId, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    )
    open_ = sa.text("ended_at is null")
    op.create_index("firm_suspension_open", "firm_suspension", ["enterprise_id"], unique=True, sqlite_where=open_, postgresql_where=open_)


def downgrade() -> None:
    for name in ("firm_suspension", "firm_agreement", "firm_check"):
        op.drop_table(name)
