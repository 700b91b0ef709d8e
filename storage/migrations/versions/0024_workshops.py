"""Workshops as places: rooms, safety checks, and bookings by the hour, of which the database lets no hour be fuller than its room."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "workshop",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("community_id", BigId, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("windows", sa.String(), nullable=False),
        sa.Column("equipment", sa.String(), nullable=False),
        sa.Column("keeper", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_workshop_community_id", "workshop", ["community_id"])
    op.create_table(
        "workshop_room",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("workshop_id", BigId, nullable=False),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity >= 0", name="workshop_room_capacity"),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("workshop_id", "function"),
    )
    op.create_table(
        "workshop_check",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("workshop_id", BigId, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("told_by", BigId, nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["told_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("workshop_check_latest", "workshop_check", ["workshop_id", "kind", "checked_on"])
    op.create_table(
        "workshop_hour",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("room_id", BigId, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name="workshop_hour_never_over"),
        sa.ForeignKeyConstraint(["room_id"], ["workshop_room.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("room_id", "starts_at"),
    )
    op.create_table(
        "workshop_booking",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("hour_id", BigId, nullable=False),
        sa.Column("person_id", BigId, nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("places >= 1", name="workshop_booking_places"),
        sa.ForeignKeyConstraint(["hour_id"], ["workshop_hour.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hour_id", "person_id"),
    )
    op.create_index("workshop_booking_person", "workshop_booking", ["person_id", "status"])
