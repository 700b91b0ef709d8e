"""Pay for work by the piece: terms, slips that are never lowered, their lines, hours told, pieces beyond the quota."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Trigger, what sets it off, when it refuses, and in which words.
RULES = (
    ("pay_slip_not_lowered", "UPDATE ON pay_slip", "NEW.total_fen < OLD.total_fen", "pay: a slip is never lowered"),
    ("pay_slip_stays", "DELETE ON pay_slip", "", "pay: a slip is never deleted"),
    ("pay_line_stays", "UPDATE ON pay_line", "", "pay: a line is never changed"),
    ("pay_line_is_kept", "DELETE ON pay_line", "", "pay: a line is never deleted"),
)


def upgrade() -> None:
    op.create_table(
        "pay_hours",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("enterprise_id", BigId, nullable=False),
        sa.Column("community_id", BigId, nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"]),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "enterprise_id", "community_id", "month"),
    )
    op.create_table(
        "pay_slip",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("enterprise_id", BigId, nullable=False),
        sa.Column("community_id", BigId, nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("piece_fen", sa.BigInteger(), nullable=False),
        sa.Column("extra_fen", sa.BigInteger(), nullable=False),
        sa.Column("floor_fen", sa.BigInteger(), nullable=True),
        sa.Column("top_up_fen", sa.BigInteger(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("pay_by", sa.Date(), nullable=False),
        sa.Column("closed_by", BigId, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_by", BigId, nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_by", BigId, nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("piece_fen >= 0 AND extra_fen >= 0 AND top_up_fen >= 0", name="pay_slip_not_below_zero"),
        sa.CheckConstraint("total_fen = piece_fen + extra_fen + top_up_fen", name="pay_slip_sum"),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"]),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"]),
        sa.ForeignKeyConstraint(["paid_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["second_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "pay_slip_due", "pay_slip", ["pay_by"], sqlite_where=sa.text("status = 'closed'"), postgresql_where=sa.text("status = 'closed'")
    )
    op.create_index("pay_slip_month", "pay_slip", ["month", "community_id", "enterprise_id"])
    op.create_index("pay_slip_person", "pay_slip", ["person_id", "month"])

    op.create_table(
        "pay_terms",
        sa.Column("position_id", BigId, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("set_by", BigId, nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"]),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("position_id"),
    )
    op.create_table(
        "pay_extra",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("count_id", BigId, nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("told_by", BigId, nullable=True),
        sa.CheckConstraint("pieces > 0", name="pay_extra_some"),
        sa.ForeignKeyConstraint(["count_id"], ["lot_count.id"]),
        sa.ForeignKeyConstraint(["told_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("count_id", "day"),
    )
    op.create_table(
        "pay_line",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("slip_id", BigId, nullable=False),
        sa.Column("count_id", BigId, nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("rate_fen", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("pieces > 0", name="pay_line_some"),
        sa.ForeignKeyConstraint(["count_id"], ["lot_count.id"]),
        sa.ForeignKeyConstraint(["slip_id"], ["pay_slip.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slip_id", "count_id", "percent"),
    )
    op.create_index("pay_line_count", "pay_line", ["count_id"])
    for name, event, refuses, words in RULES:
        _rule(name, event, refuses, words)


def _rule(name: str, event: str, refuses: str, words: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        when = f"WHEN {refuses}" if refuses else ""
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} {when} BEGIN SELECT raise(ABORT, '{words}'); END")
        return
    refusal = f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';"
    body = f"IF {refuses} THEN {refusal} END IF; RETURN NEW;" if refuses else refusal
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW EXECUTE FUNCTION {name}()")
