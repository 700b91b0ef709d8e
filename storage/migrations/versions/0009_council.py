"""The suggestion box: whose it is, what became of it, who supports it; and the council's meetings and votes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _moment(name: str, *, null: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _ref(name: str, table: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, BigId, sa.ForeignKey(f"{table}.id"), nullable=null)


def upgrade() -> None:
    _suggestion()
    _words()
    _steps()
    _meetings()
    _votes()


def _suggestion() -> None:
    op.execute("ALTER TABLE suggestion RENAME COLUMN imported_at TO arrived_at")
    words = {"topic": "", "picture": "", "state": "received", "paid_by": ""}
    numbers = {"version": "1", "voices": "1", "escalated": "0"}
    moments = ("published_at", "due_at", "escalate_at", "late_since", "answered_at", "done_at", "closed_at")
    with op.batch_alter_table("suggestion") as table:
        for name in ("author_id", "merged_into", "split_from"):
            table.add_column(sa.Column(name, BigId, nullable=True))
        for name, default in words.items():
            table.add_column(sa.Column(name, sa.String(), nullable=False, server_default=default))
        for name in ("named", "hard", "reopened"):
            table.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        for name, default in numbers.items():
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text(default)))
        for name in ("lat", "lon"):
            table.add_column(sa.Column(name, sa.Float(), nullable=True))
        for name in moments:
            table.add_column(_moment(name))
        table.add_column(sa.Column("owner", sa.String(), nullable=True))
        table.add_column(sa.Column("until", sa.Date(), nullable=True))
        table.add_column(sa.Column("cost_fen", sa.Integer(), nullable=True))
        table.create_foreign_key("suggestion_author_id_fkey", "person", ["author_id"], ["id"])
        table.create_foreign_key("suggestion_merged_into_fkey", "suggestion", ["merged_into"], ["id"])
        table.create_foreign_key("suggestion_split_from_fkey", "suggestion", ["split_from"], ["id"])
    op.create_index("suggestion_open", "suggestion", ["community_id", "state", "voices"])
    op.create_index("ix_suggestion_split_from", "suggestion", ["split_from"])
    _partial("suggestion_author", "suggestion", ["author_id"], "author_id is not null")
    _partial("suggestion_merged", "suggestion", ["merged_into"], "merged_into is not null")
    _partial("suggestion_escalates", "suggestion", ["escalate_at"], "escalate_at is not null")
    _partial("suggestion_unread", "suggestion", ["id"], "topic = ''")


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


def _words() -> None:
    op.create_table(
        "suggestion_draft",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        _ref("person_id", "person"),
        _ref("community_id", "community", null=True),
        sa.Column("text", sa.String(), nullable=False),
        _moment("said_at", null=False),
        _moment("due_at"),
    )
    op.create_index("ix_suggestion_draft_person_id", "suggestion_draft", ["person_id"])
    _partial("suggestion_draft_due", "suggestion_draft", ["due_at"], "due_at is not null")
    op.create_table(
        "suggestion_support",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        _ref("suggestion_id", "suggestion"),
        _ref("person_id", "person"),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("at", null=False),
        sa.UniqueConstraint("suggestion_id", "person_id"),
    )
    op.create_index("suggestion_support_person", "suggestion_support", ["person_id"])
    op.create_table(
        "suggestion_term",
        *(sa.Column(name, BigId, primary_key=True, autoincrement=False) for name in ("community_id", "term", "suggestion_id")),
        sqlite_with_rowid=False,
    )
    op.create_index("suggestion_term_suggestion", "suggestion_term", ["suggestion_id"])


def _steps() -> None:
    op.create_table(
        "suggestion_step",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        _ref("suggestion_id", "suggestion"),
        sa.Column("kind", sa.String(), nullable=False),
        _moment("at", null=False),
        _ref("by_id", "person", null=True),
        sa.Column("reason", sa.String(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("picture", "before", "after")),
        _ref("notice_id", "notice", null=True),
        _moment("contested_at"),
        _ref("contested_by", "person", null=True),
        _moment("settled_at"),
    )
    op.create_index("suggestion_step_suggestion", "suggestion_step", ["suggestion_id", "id"])
    _partial("suggestion_step_notice", "suggestion_step", ["notice_id"], "notice_id is not null")
    _partial("suggestion_step_contested", "suggestion_step", ["contested_at"], "contested_at is not null and settled_at is null")
    op.create_table(
        "suggestion_tap",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        _ref("suggestion_id", "suggestion"),
        _ref("person_id", "person"),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("yes", sa.Boolean(), nullable=False),
        _moment("at", null=False),
        sa.UniqueConstraint("suggestion_id", "person_id", "round", "question"),
    )
    op.create_index("suggestion_tap_person", "suggestion_tap", ["person_id"])


def _key() -> sa.Column[object]:
    return sa.Column("id", BigId, primary_key=True, autoincrement=True)


def _meetings() -> None:
    op.create_table(
        "meeting",
        _key(),
        _ref("community_id", "community"),
        _moment("starts_at", null=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        _ref("called_by", "person"),
        _moment("created_at", null=False),
        _moment("remind_at"),
        _moment("held_at"),
    )
    op.create_index("meeting_community", "meeting", ["community_id", "starts_at"])
    _partial("meeting_remind", "meeting", ["remind_at"], "remind_at is not null")
    op.create_table(
        "meeting_item",
        _key(),
        _ref("meeting_id", "meeting"),
        _ref("suggestion_id", "suggestion"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.UniqueConstraint("meeting_id", "suggestion_id"),
    )
    op.create_index("meeting_item_suggestion", "meeting_item", ["suggestion_id"])
    op.create_table(
        "meeting_guest",
        _key(),
        _ref("meeting_id", "meeting"),
        _ref("person_id", "person"),
        sa.Column("answer", sa.String(), nullable=False),
        sa.UniqueConstraint("meeting_id", "person_id"),
    )
    op.create_index("meeting_guest_person", "meeting_guest", ["person_id"])


def _votes() -> None:
    op.create_table(
        "motion",
        _key(),
        _ref("item_id", "meeting_item"),
        sa.Column("options", Json, nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("electorate", sa.Integer(), nullable=False),
        _moment("opened_at", null=False),
        _moment("closes_at", null=False),
        _moment("closed_at"),
        sa.Column("seal", sa.String(), nullable=True),
        sa.Column("counts", Json, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
    )
    op.create_index("motion_item", "motion", ["item_id"])
    _partial("motion_closes", "motion", ["closes_at"], "closed_at is null")
    for name, column in (
        ("motion_elector", sa.Column("voted", sa.Boolean(), nullable=False)),
        ("motion_vote", sa.Column("choice", sa.Integer(), nullable=False)),
    ):
        op.create_table(
            name, _key(), _ref("motion_id", "motion"), _ref("person_id", "person"), column, sa.UniqueConstraint("motion_id", "person_id")
        )
        op.create_index(f"{name}_person", name, ["person_id"])
    op.create_table(
        "motion_ballot",
        sa.Column("motion_id", BigId, primary_key=True, autoincrement=False),
        sa.Column("token", sa.String(), primary_key=True),
        sa.Column("choice", sa.Integer(), nullable=True),
        sqlite_with_rowid=False,
    )
