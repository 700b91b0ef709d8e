"""What only one process does at a time; and what was lately brought to a page, wherever it stands open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

ON_PAGE = sa.text("channel = 'web' and sent_at is not null")


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index("outbox_on_page", "outbox", ["sent_at"], sqlite_where=ON_PAGE, postgresql_where=ON_PAGE)
