"""Work by the piece: lots that firms bring, whose pieces the database lets neither appear nor vanish, and the counts of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "lot",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("enterprise_id", BigId, nullable=False),
        sa.Column("community_id", BigId, nullable=False),
        sa.Column("position_id", BigId, nullable=True),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("rate_fen", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("training", sa.String(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("packed", sa.Integer(), nullable=False),
        sa.Column("away", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("rework", sa.Integer(), nullable=False),
        sa.Column("spoilt", sa.Integer(), nullable=False),
        sa.Column("collected", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.CheckConstraint("away >= 0", name="lot_away"),
        sa.CheckConstraint("collected >= 0", name="lot_collected"),
        sa.CheckConstraint("good >= 0", name="lot_good"),
        sa.CheckConstraint("held + packed + away + good + rework + spoilt + collected + missing = pieces", name="lot_whole"),
        sa.CheckConstraint("held >= 0", name="lot_held"),
        sa.CheckConstraint("missing >= 0", name="lot_missing"),
        sa.CheckConstraint("packed >= 0", name="lot_packed"),
        sa.CheckConstraint("rate_fen > 0", name="lot_paid"),
        sa.CheckConstraint("rework >= 0", name="lot_rework"),
        sa.CheckConstraint("spoilt >= 0", name="lot_spoilt"),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"]),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"]),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("lot_firm", "lot", ["enterprise_id", "status"])
    op.create_index("lot_place", "lot", ["community_id", "status"])

    op.create_table(
        "lot_count",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("lot_id", BigId, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("bag_id", BigId, nullable=True),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("home", sa.Boolean(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("rework", sa.Integer(), nullable=False),
        sa.Column("spoilt", sa.Integer(), nullable=False),
        sa.Column("her_good", sa.Integer(), nullable=True),
        sa.Column("her_rework", sa.Integer(), nullable=True),
        sa.Column("her_spoilt", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("rate_fen", sa.Integer(), nullable=False),
        sa.Column("away", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("told_by", BigId, nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", BigId, nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("away >= 0", name="lot_count_away"),
        sa.CheckConstraint("good >= 0 AND rework >= 0 AND spoilt >= 0", name="lot_count_not_below_zero"),
        sa.ForeignKeyConstraint(["bag_id"], ["lot_count.id"]),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["told_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("lot_count_bag", "lot_count", ["bag_id"])
    op.create_index("lot_count_late", "lot_count", ["due_on"], sqlite_where=sa.text("away > 0"), postgresql_where=sa.text("away > 0"))
    op.create_index("lot_count_lot", "lot_count", ["lot_id", "kind"])
    op.create_index(
        "lot_count_payable", "lot_count", ["counted_on"], sqlite_where=sa.text("kind = 'back'"), postgresql_where=sa.text("kind = 'back'")
    )
    op.create_index("lot_count_person", "lot_count", ["person_id", "kind"])
