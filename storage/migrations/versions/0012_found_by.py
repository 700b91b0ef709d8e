"""By what somebody is found whose name is sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "found_by",
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("person_id", BigId, sa.ForeignKey("person.id"), nullable=False),
        sa.PrimaryKeyConstraint("word", "person_id"),
    )
    op.create_index("found_by_person", "found_by", ["person_id"])
    op.add_column("person", sa.Column("findable", sa.Boolean(), nullable=False, server_default=sa.false()))
    unfindable = sa.text("not findable")
    op.create_index("person_unfindable", "person", ["id"], sqlite_where=unfindable, postgresql_where=unfindable)
