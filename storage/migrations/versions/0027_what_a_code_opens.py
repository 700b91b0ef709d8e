"""A code that names a person says what it opens; who keeps a workshop, what was found there and why money was refused are sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage import sealed

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TEXTS = (("workshop", "keeper"), ("workshop_check", "note"), ("fund_approval", "why"))


def upgrade() -> None:
    op.add_column("invitation", sa.Column("purpose", sa.String(), server_default="", nullable=False))
    # Unused ones that she made herself join two places, the others open a profile.
    op.execute("update invitation set purpose = 'link' where person_id is not null and created_by = person_id")
    op.execute("update invitation set purpose = 'takeover' where person_id is not null and purpose = ''")
    for table, column in TEXTS:
        _seal(table, column)


def _seal(table: str, column: str) -> None:
    connection = op.get_bind()
    rows = sa.table(table, sa.column("id"), sa.column(column, sa.String()))
    for row in connection.execute(sa.select(rows.c.id, rows.c[column]).where(rows.c[column] != "")).all():
        connection.execute(sa.update(rows).where(rows.c.id == row.id).values({column: sealed.seal(row[1])}))
