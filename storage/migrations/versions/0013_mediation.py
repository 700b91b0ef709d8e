"""Mediation: cases with their sides, what was said, who has them, sittings, agreements, visits, referrals, roster and the hotline's months."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "hotline_month",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("month"),
    )
    op.create_table(
        "case_counter",
        sa.Column("community_id", BigId, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
        ),
        sa.PrimaryKeyConstraint("community_id", "year"),
    )
    op.create_table(
        "dispute_case",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("community_id", BigId, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("hazards", Json, nullable=False),
        sa.Column("reported_at", Instant, nullable=False),
        sa.Column("reported_by", BigId, nullable=True),
        sa.Column("state_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("accepted_at", Instant, nullable=True),
        sa.Column("settle_by", Instant, nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("restricted_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
        ),
        sa.ForeignKeyConstraint(
            ["reported_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("community_id", "year", "number"),
    )
    op.create_index(
        "dispute_case_due",
        "dispute_case",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at is not null"),
        postgresql_where=sa.text("due_at is not null"),
    )
    op.create_index("dispute_case_open", "dispute_case", ["community_id", "state"], unique=False)
    op.create_table(
        "duty",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("community_id", BigId, nullable=False),
        sa.Column("mediator_id", BigId, nullable=False),
        sa.Column("starts_at", Instant, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.Column("handed_words", sa.String(), nullable=True),
        sa.Column("handed_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
        ),
        sa.ForeignKeyConstraint(
            ["mediator_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("duty_community", "duty", ["community_id", "starts_at"], unique=False)
    op.create_table(
        "matter_door",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("word_digest", sa.String(), nullable=False),
        sa.Column("set_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_matter_door_person_id", "matter_door", ["person_id"], unique=False)
    op.create_table(
        "agreement",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("oral", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.String(), nullable=True),
        sa.Column("terms", sa.String(), nullable=True),
        sa.Column("manner", sa.String(), nullable=True),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("signed_a_at", Instant, nullable=True),
        sa.Column("signed_b_at", Instant, nullable=True),
        sa.Column("mediator_at", Instant, nullable=True),
        sa.Column("seal_at", Instant, nullable=True),
        sa.Column("effective_at", Instant, nullable=True),
        sa.Column("confirm_by", Instant, nullable=True),
        sa.Column("confirm_status", sa.String(), nullable=False),
        sa.Column("confirm_told_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("agreement_case", "agreement", ["case_id"], unique=False)
    op.create_index(
        "agreement_confirm",
        "agreement",
        ["confirm_by"],
        unique=False,
        sqlite_where=sa.text("confirm_status = 'open'"),
        postgresql_where=sa.text("confirm_status = 'open'"),
    )
    op.create_table(
        "assignment",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("mediator_id", BigId, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("answer_by", Instant, nullable=False),
        sa.Column("answered_at", Instant, nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["mediator_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("assignment_case", "assignment", ["case_id"], unique=False)
    op.create_index(
        "assignment_due",
        "assignment",
        ["answer_by"],
        unique=False,
        sqlite_where=sa.text("status = 'asked'"),
        postgresql_where=sa.text("status = 'asked'"),
    )
    op.create_index("assignment_mediator", "assignment", ["mediator_id", "status"], unique=False)
    op.create_index(
        "assignment_one",
        "assignment",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("status in ('asked', 'accepted')"),
        postgresql_where=sa.text("status in ('asked', 'accepted')"),
    )
    op.create_table(
        "case_step",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor_id", BigId, nullable=True),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_step_case", "case_step", ["case_id", "id"], unique=False)
    op.create_table(
        "conflict",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "person_id"),
    )
    op.create_table(
        "duty_report",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("by_id", BigId, nullable=True),
        sa.Column("told_at", Instant, nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("duty_report_case", "duty_report", ["case_id"], unique=False)
    op.create_table(
        "party",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("ethnic", sa.String(), nullable=False),
        sa.Column("occupation", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("contact_words", sa.String(), nullable=True),
        sa.Column("asked_at", Instant, nullable=True),
        sa.Column("rights_at", Instant, nullable=True),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("consent_at", Instant, nullable=True),
        sa.Column("consent_words", sa.String(), nullable=True),
        sa.Column("extends_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "side"),
    )
    op.create_index(
        "party_person",
        "party",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("person_id is not null"),
        postgresql_where=sa.text("person_id is not null"),
    )
    op.create_table(
        "case_word",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("party_id", BigId, nullable=True),
        sa.Column("author_id", BigId, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["party.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_word_case", "case_word", ["case_id", "id"], unique=False)
    op.create_table(
        "party_code",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("party_id", BigId, nullable=False),
        sa.Column("code_digest", sa.String(), nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["party.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_digest"),
    )
    op.create_index("ix_party_code_party_id", "party_code", ["party_id"], unique=False)
    op.create_table(
        "performance",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("agreement_id", BigId, nullable=False),
        sa.Column("what", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("told_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "performance_due",
        "performance",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("status = 'due'"),
        postgresql_where=sa.text("status = 'due'"),
    )
    op.create_table(
        "referral",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("party_id", BigId, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("receiver_id", BigId, nullable=True),
        sa.Column("consent_at", Instant, nullable=False),
        sa.Column("consent_words", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("made_by", BigId, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=True),
        sa.Column("decided_at", Instant, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["party.id"],
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("referral_case", "referral", ["case_id"], unique=False)
    op.create_index("referral_receiver", "referral", ["receiver_id", "status"], unique=False)
    op.create_table(
        "return_visit",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("agreement_id", BigId, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("visitor_id", BigId, nullable=True),
        sa.Column("visited_at", Instant, nullable=True),
        sa.Column("told_at", Instant, nullable=True),
        sa.Column("found", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "agreement_id", "day"),
    )
    op.create_index(
        "return_visit_due",
        "return_visit",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'due'"),
        postgresql_where=sa.text("status = 'due'"),
    )
    op.create_table(
        "sitting",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("party_id", BigId, nullable=True),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("starts_at", Instant, nullable=True),
        sa.Column("remind_at", Instant, nullable=True),
        sa.Column("minutes", sa.String(), nullable=True),
        sa.Column("held_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["dispute_case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["party.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sitting_case", "sitting", ["case_id"], unique=False)
    op.create_index(
        "sitting_remind",
        "sitting",
        ["remind_at"],
        unique=False,
        sqlite_where=sa.text("remind_at is not null"),
        postgresql_where=sa.text("remind_at is not null"),
    )
    op.create_table(
        "sitting_time",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("sitting_id", BigId, nullable=False),
        sa.Column("starts_at", Instant, nullable=False),
        sa.Column("suits_a", sa.Boolean(), nullable=False),
        sa.Column("suits_b", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"],
            ["sitting.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sitting_id", "starts_at"),
    )
