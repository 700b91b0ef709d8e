"""Requests to be called become threads: every word of them, who has them, and how they ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "thread",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("person_id", BigId, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("community_id", BigId, sa.ForeignKey("community.id"), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("hazards", Json, nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_word_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalate_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalations", sa.Integer(), nullable=False),
        sa.Column("taken_by", BigId, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", BigId, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
    )
    op.create_table(
        "thread_word",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("thread_id", BigId, sa.ForeignKey("thread.id"), nullable=False),
        sa.Column("author_id", BigId, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("from_staff", sa.Boolean(), nullable=False),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
    )
    for name, columns, condition in (
        ("thread_open", ["community_id"], "closed_at is null"),
        ("thread_escalates", ["escalate_at"], "escalate_at is not null"),
        ("thread_taken", ["taken_by"], "closed_at is null"),
    ):
        op.create_index(name, "thread", columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
    op.create_index("thread_person", "thread", ["person_id", "id"])
    op.create_index("thread_word_thread", "thread_word", ["thread_id", "id"])
    # Sealed words are carried over as they are sealed.
    op.execute(
        "INSERT INTO thread (id, person_id, community_id, kind, hazards, contact, opened_at, last_word_at, escalations, closed_at, closed_by,"
        " outcome) SELECT id, person_id, community_id, reason, hazards, contact, created_at, created_at, 0, closed_at, closed_by,"
        " CASE WHEN closed_at IS NULL THEN '' ELSE 'helped' END FROM call_request"
    )
    op.execute(
        "INSERT INTO thread_word (thread_id, author_id, from_staff, said, picture, said_at)"
        " SELECT id, person_id, FALSE, said, '', created_at FROM call_request WHERE said IS NOT NULL AND said != ''"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('thread', 'id'), (SELECT coalesce(max(id), 1) FROM thread))")
    op.drop_table("call_request")
