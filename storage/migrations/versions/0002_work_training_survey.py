"""Waves, trials and follow-up, training, the survey at the door, broadcasts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "exported",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("office", "row_key"),
    )
    op.create_table(
        "training_class",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("community_id", BigId, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("leads_to", Json, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_id", BigId, nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assess_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notice.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("ix_training_class_community_id", "training_class", ["community_id"], unique=False)
    op.create_table(
        "class_session",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("class_id", BigId, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["class_id"],
            ["training_class.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("class_id", "starts_at"),
    )
    op.create_index(
        "class_session_remind",
        "class_session",
        ["remind_at"],
        unique=False,
        sqlite_where=sa.text("remind_at is not null"),
        postgresql_where=sa.text("remind_at is not null"),
    )
    op.create_table(
        "attendance",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("session_id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticked_by", BigId, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_session.id"],
        ),
        sa.ForeignKeyConstraint(
            ["ticked_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("session_id", "person_id"),
    )
    op.create_index("ix_attendance_person_id", "attendance", ["person_id"], unique=False)
    op.create_table(
        "wrong_code",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("session_id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["class_session.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("session_id", "person_id"),
    )
    op.create_table(
        "suggestion",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("community_id", BigId, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("ix_suggestion_community_id", "suggestion", ["community_id"], unique=False)
    op.create_table(
        "campaign",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("community_id", BigId, nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_to", BigId, nullable=False),
        sa.Column("created_by", BigId, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("class_id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("certificate", sa.String(), nullable=True),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assessed_by", BigId, nullable=True),
        sa.ForeignKeyConstraint(
            ["assessed_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["class_id"],
            ["training_class.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("certificate"),
        sa.UniqueConstraint("class_id", "person_id"),
    )
    op.create_index("enrolment_person", "enrolment", ["person_id"], unique=False)
    op.create_table(
        "handover",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("cell_id", BigId, nullable=False),
        sa.Column("from_id", BigId, nullable=True),
        sa.Column("to_id", BigId, nullable=False),
        sa.Column("offered_by", BigId, nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("women", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cell_id"],
            ["cell.id"],
        ),
        sa.ForeignKeyConstraint(
            ["from_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["offered_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["to_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "handover_open",
        "handover",
        ["to_id"],
        unique=False,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "offer",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("position_id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["position.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("position_id", "person_id"),
    )
    op.create_index(
        "offer_open",
        "offer",
        ["position_id"],
        unique=False,
        sqlite_where=sa.text("status = 'offered'"),
        postgresql_where=sa.text("status = 'offered'"),
    )
    op.create_index("offer_person", "offer", ["person_id", "offered_at"], unique=False)
    op.create_table(
        "picture",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", BigId, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "review",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("position_id", BigId, nullable=False),
        sa.Column("findings", Json, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("asked_by", BigId, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", BigId, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["position_id"],
            ["position.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "review_open",
        "review",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("decided_at is null"),
        postgresql_where=sa.text("decided_at is null"),
    )
    op.create_index("review_position", "review", ["position_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("community_id", BigId, nullable=True),
        sa.Column("cell_id", BigId, nullable=True),
        sa.Column("about_id", BigId, nullable=False),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", BigId, nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cell_id"],
            ["cell.id"],
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "person_id", "about_id"),
    )
    op.create_index(
        "task_cell",
        "task",
        ["cell_id", "kind"],
        unique=False,
        sqlite_where=sa.text("closed_at is null"),
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_index(
        "task_due",
        "task",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at is not null"),
        postgresql_where=sa.text("due_at is not null"),
    )
    op.create_index(
        "task_open",
        "task",
        ["community_id", "kind"],
        unique=False,
        sqlite_where=sa.text("closed_at is null"),
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_index("task_person", "task", ["person_id"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("application_id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("still_there", sa.Boolean(), nullable=True),
        sa.Column("paid_on_time", sa.Boolean(), nullable=True),
        sa.Column("right_amount", sa.Boolean(), nullable=True),
        sa.Column("said", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application_id", "day"),
    )
    op.create_index(
        "follow_up_due",
        "follow_up",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at is not null"),
        postgresql_where=sa.text("due_at is not null"),
    )
    op.create_index("follow_up_person", "follow_up", ["person_id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("campaign_id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("community_id", BigId, nullable=True),
        sa.Column("cell_id", BigId, nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visited_by", BigId, nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
        ),
        sa.ForeignKeyConstraint(
            ["cell_id"],
            ["cell.id"],
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["community.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["visited_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("campaign_id", "person_id"),
    )
    op.create_index("visit_ended", "visit", ["campaign_id", "status", "visited_at"], unique=False)
    op.create_index(
        "visit_open",
        "visit",
        ["cell_id"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index("visit_person", "visit", ["person_id"], unique=False)
    op.add_column("application", sa.Column("holds", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("application", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("trial_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("trial_place", sa.String(), nullable=False, server_default=""))
    op.add_column("application", sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("application", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "application_waiting",
        "application",
        ["position_id", "created_at"],
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "application_due",
        "application",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at is not null"),
        postgresql_where=sa.text("due_at is not null"),
    )
    op.add_column("conversation", sa.Column("about", Json, nullable=False, server_default="{}"))
    op.add_column("invitation", sa.Column("enterprise_id", BigId, sa.ForeignKey("enterprise.id"), nullable=True), inline_references=True)
    op.add_column("invitation", sa.Column("person_id", BigId, sa.ForeignKey("person.id"), nullable=True), inline_references=True)
    op.add_column("invitation", sa.Column("created_by", BigId, sa.ForeignKey("person.id"), nullable=True), inline_references=True)
    op.add_column("invitation", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mother", sa.Column("hardship", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("mother", sa.Column("last_offer_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mother", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("mother_updated", "mother", ["updated_at"], unique=False)
    op.add_column("notice", sa.Column("audience", Json, nullable=False, server_default="{}"))
    op.add_column("notice", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("notice", sa.Column("corrects", BigId, sa.ForeignKey("notice.id"), nullable=True), inline_references=True)
    op.add_column("notice", sa.Column("approved_by", BigId, sa.ForeignKey("person.id"), nullable=True), inline_references=True)
    op.add_column("notice", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notice", sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notice", sa.Column("chosen_to", BigId, nullable=False, server_default="0"))
    op.add_column("notice", sa.Column("fed_to", BigId, nullable=False, server_default="0"))
    op.add_column("notice", sa.Column("recipients", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("notice", sa.Column("stopped_by", BigId, sa.ForeignKey("person.id"), nullable=True), inline_references=True)
    op.add_column("notice", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "notice_running",
        "notice",
        ["starts_at"],
        unique=False,
        sqlite_where=sa.text("ended_at is null and status in ('counting', 'approved', 'choosing', 'sending', 'listing', 'stopped')"),
        postgresql_where=sa.text("ended_at is null and status in ('counting', 'approved', 'choosing', 'sending', 'listing', 'stopped')"),
    )
    op.add_column("outbox", sa.Column("notice_id", BigId, sa.ForeignKey("notice.id"), nullable=True), inline_references=True)
    op.create_index(
        "outbox_notice",
        "outbox",
        ["notice_id", "status"],
        unique=False,
        sqlite_where=sa.text("notice_id is not null"),
        postgresql_where=sa.text("notice_id is not null"),
    )
    op.add_column("person", sa.Column("name_digest", sa.String(), nullable=True))
    op.add_column("person", sa.Column("building", sa.String(), nullable=True))
    op.add_column("person", sa.Column("per_day", sa.Integer(), nullable=True))
    op.add_column("person", sa.Column("quiet", sa.String(), nullable=False, server_default=""))
    op.add_column("person", sa.Column("merged_into", BigId, sa.ForeignKey("person.id"), nullable=True), inline_references=True)
    op.create_index("ix_person_name_digest", "person", ["name_digest"], unique=False)
    op.create_index("person_cell", "person", ["cell_id"], unique=False)
    op.add_column("position", sa.Column("hourly_fen", sa.Integer(), nullable=True))
    op.add_column("position", sa.Column("next_wave_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("position", sa.Column("waves", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("position", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("position", sa.Column("withdrawn_why", sa.String(), nullable=False, server_default=""))
    op.create_index(
        "position_wave",
        "position",
        ["next_wave_at"],
        unique=False,
        sqlite_where=sa.text("next_wave_at is not null"),
        postgresql_where=sa.text("next_wave_at is not null"),
    )
    op.add_column("recipient", sa.Column("tapped", sa.String(), nullable=False, server_default=""))
    op.add_column("recipient", sa.Column("tapped_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_recipient_outbox_id", table_name="recipient")
    for name, columns, condition in (
        ("recipient_outbox", ["outbox_id"], "outbox_id is not null"),
        ("recipient_later", ["notice_id", "due_at"], "status = 'later'"),
        ("recipient_withheld", ["notice_id", "why"], "status = 'withheld'"),
        ("recipient_tapped", ["notice_id", "tapped"], "tapped != ''"),
    ):
        op.create_index(name, "recipient", columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
    op.add_column("role", sa.Column("enterprise_id", BigId, sa.ForeignKey("enterprise.id"), nullable=True), inline_references=True)
    op.add_column("role", sa.Column("given_by", BigId, sa.ForeignKey("person.id"), nullable=True), inline_references=True)
    op.create_index(
        "role_enterprise",
        "role",
        ["enterprise_id"],
        unique=False,
        sqlite_where=sa.text("enterprise_id is not null"),
        postgresql_where=sa.text("enterprise_id is not null"),
    )

    op.drop_index("recipient_person", table_name="recipient")
    op.create_index(
        "recipient_person",
        "recipient",
        ["person_id", "decided_at"],
        sqlite_where=sa.text("status = 'queued'"),
        postgresql_where=sa.text("status = 'queued'"),
    )
    # Who was asked to come has a place from now on; nobody knows yet whether she started.
    op.execute("UPDATE application SET status = 'trial', holds = TRUE, due_at = created_at WHERE status = 'accepted'")
    # Who only asked had no place; the next tick gives out those that are free, in order.
    op.execute("UPDATE application SET status = 'waiting' WHERE status = 'applied'")
