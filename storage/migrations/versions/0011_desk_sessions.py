"""Who signs in at the desk."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _instant(name: str, *, null: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _person(name: str = "person_id", *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, BigId, sa.ForeignKey("person.id"), nullable=null)


def upgrade() -> None:
    op.create_table(
        "desk_account",
        sa.Column("person_id", BigId, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("totp", sa.String(), nullable=False),
        sa.Column("step", BigId, nullable=False),
        _instant("made_at"),
    )
    op.create_table(
        "desk_device",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        _person(),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("factor", sa.String(), nullable=False),
        _person("admitted_by", null=True),
        _instant("admitted_at"),
        _instant("seen_at"),
        _instant("ended_at", null=True),
        sa.UniqueConstraint("person_id", "digest"),
    )
    op.create_table(
        "desk_link",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        _person(),
        sa.Column("digest", sa.String(), nullable=False, unique=True),
        sa.Column("admits", sa.Boolean(), nullable=False),
        _instant("made_at"),
        _instant("expires_at"),
        _instant("used_at", null=True),
    )
    op.create_index("ix_desk_link_person_id", "desk_link", ["person_id"])
    op.create_table(
        "desk_session",
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        _person(),
        sa.Column("digest", sa.String(), nullable=False, unique=True),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("device_id", BigId, sa.ForeignKey("desk_device.id"), nullable=True),
        _instant("begun_at"),
        _instant("seen_at"),
        _instant("locked_at", null=True),
        _instant("ended_at", null=True),
        sa.Column("code", sa.String(), nullable=False),
        _instant("code_until", null=True),
        _person("code_by", null=True),
        sa.Column("tries", sa.Integer(), nullable=False),
    )
    open_ = sa.text("ended_at is null")
    op.create_index("desk_session_open", "desk_session", ["person_id"], sqlite_where=open_, postgresql_where=open_)
