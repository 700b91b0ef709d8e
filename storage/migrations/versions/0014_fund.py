"""The community fund: its ledger with the rules that the database keeps, shares of firms, spendings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

UNBALANCED = "(SELECT count(*) < 2 OR coalesce(sum(fen), 1) <> 0 FROM ledger_entry WHERE number = NEW.number)"
CLOSED = "EXISTS (SELECT 1 FROM ledger_month WHERE community_id = NEW.community_id AND month = NEW.month)"
BOOKED = "EXISTS (SELECT 1 FROM ledger_booking WHERE number = NEW.number)"
# Trigger, what sets it off, when it refuses, and in which words. A booking is written after its entries, so that they are all there.
RULES = (
    ("ledger_balanced", "INSERT ON ledger_booking", UNBALANCED, "ledger: entries do not sum to zero"),
    ("ledger_month_open", "INSERT ON ledger_booking", CLOSED, "ledger: the month is closed"),
    ("ledger_entry_in_time", "INSERT ON ledger_entry", BOOKED, "ledger: the booking is written already"),
    *(
        (f"{table}_{word}", f"{deed} ON {table}", "", f"ledger: {table} is never {word}")
        for table in ("ledger_booking", "ledger_entry", "ledger_month")
        for deed, word in (("UPDATE", "changed"), ("DELETE", "deleted"))
    ),
)


def upgrade() -> None:
    _ledger()
    _shares_and_spendings()
    for name, event, refuses, words in RULES:
        _rule(name, event, refuses, words)


def _ledger() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("community_id", BigId, sa.ForeignKey("community.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("enterprise_id", BigId, sa.ForeignKey("enterprise.id"), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
    )
    op.create_index("ledger_account_community", "ledger_account", ["community_id"])
    op.create_table(
        "ledger_booking",
        sa.Column("number", sa.String(), primary_key=True),
        sa.Column("community_id", BigId, sa.ForeignKey("community.id"), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("voucher", sa.String(), nullable=False),
        sa.Column("reverses", sa.String(), sa.ForeignKey("ledger_booking.number"), nullable=True, unique=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ledger_booking_month", "ledger_booking", ["community_id", "month"])
    booking = sa.ForeignKey("ledger_booking.number", deferrable=True, initially="DEFERRED")
    op.create_table(
        "ledger_entry",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("number", sa.String(), booking, nullable=False),
        sa.Column("account_id", BigId, sa.ForeignKey("ledger_account.id"), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("fen <> 0", name="ledger_entry_not_nothing"),
    )
    op.create_index("ledger_entry_booking", "ledger_entry", ["number"])
    op.create_index("ledger_entry_account", "ledger_entry", ["account_id"])
    op.create_table(
        "ledger_counter",
        sa.Column("community_id", BigId, sa.ForeignKey("community.id"), primary_key=True),
        sa.Column("year", sa.Integer(), primary_key=True),
        sa.Column("last", sa.Integer(), nullable=False),
    )
    op.create_table(
        "ledger_month",
        sa.Column("community_id", BigId, sa.ForeignKey("community.id"), primary_key=True),
        sa.Column("month", sa.String(), primary_key=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
    )


def _shares_and_spendings() -> None:
    op.create_table(
        "fund_share",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("enterprise_id", BigId, sa.ForeignKey("enterprise.id"), nullable=False),
        sa.Column("community_id", BigId, sa.ForeignKey("community.id"), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("revenue_fen", sa.BigInteger(), nullable=True),
        sa.Column("due_fen", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("enterprise_id", "community_id", "month"),
    )
    op.create_index("fund_share_place", "fund_share", ["community_id", "month"])
    op.create_table(
        "fund_spending",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("community_id", BigId, sa.ForeignKey("community.id"), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("private_what", sa.String(), nullable=True),
        sa.Column("estimate_fen", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", BigId, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=True),
        sa.Column("booking", sa.String(), sa.ForeignKey("ledger_booking.number"), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=True),
    )
    op.create_index("fund_spending_place", "fund_spending", ["community_id", "status"])
    op.create_table(
        "fund_approval",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("spending_id", BigId, sa.ForeignKey("fund_spending.id"), nullable=False),
        sa.Column("person_id", BigId, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("spending_id", "person_id"),
    )


def _rule(name: str, event: str, refuses: str, words: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        when = f"WHEN {refuses}" if refuses else ""
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} {when} BEGIN SELECT raise(ABORT, '{words}'); END")
        return
    refusal = f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';"
    body = f"IF {refuses} THEN {refusal} END IF; RETURN NEW;" if refuses else refusal
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW EXECUTE FUNCTION {name}()")
