"""Which keys a store needs and the secret that outlives them; the access log as a chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LOOSE = sa.text("hash = ''")


def upgrade() -> None:
    op.create_table(
        "sealing_key",
        sa.Column("fingerprint", sa.String(), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "root",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("secret", sa.String(), nullable=False),
    )
    chain = op.create_table(
        "log_chain",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("seq", BigId, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("base_seq", BigId, nullable=False),
        sa.Column("base_hash", sa.String(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
    )
    op.bulk_insert(chain, [{"id": 1, "seq": 0, "hash": "", "base_seq": 0, "base_hash": "", "mac": ""}])
    # What was written before is bound with the first row that comes.
    op.add_column("access_log", sa.Column("seq", BigId, nullable=True))
    op.add_column("access_log", sa.Column("hash", sa.String(), nullable=False, server_default=""))
    op.add_column("access_log", sa.Column("detail_mac", sa.String(), nullable=False, server_default=""))
    op.create_index("access_log_seq", "access_log", ["seq"], unique=True)
    op.create_index("access_log_loose", "access_log", ["id"], sqlite_where=LOOSE, postgresql_where=LOOSE)
