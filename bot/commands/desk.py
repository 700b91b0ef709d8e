"""The desk from the command line: a link that lets the first browser in, where no colleague can."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import read
from bot.setup import open_store
from domain.access import ROLES
from storage.desk import sessions, staff
from storage.staff import roles


def link(file: Path | None, key: str, *, hours: float) -> str:
    """A single-use link for somebody who works here, by her key; it lets the browser in without a colleague. Raises ValueError."""
    settings, now = read(file), datetime.now(UTC)
    with open_store(settings).begin() as tx:
        person_id = staff.by_key(tx, key)
        if person_id is None or not any(ROLES[held.role].staff for held in roles.roles_of(tx, person_id)):
            raise ValueError(f"没有编号是 {key} 的工作人员")
        code = sessions.link(tx, person_id, admits=True, now=now, expires_at=now + timedelta(hours=hours))
    return f"{settings.public_url}/desk/enter?code={code}"
