"""The one writer of the access log: who looked at or changed what, by ids, never with a content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert

from domain.plain import JsonObject
from storage.tables.columns import table
from storage.tables.people import AccessLog

LOG = table(AccessLog)


def write(
    tx: Connection,
    *,
    actor_id: int | None,
    action: str,
    subject_kind: str,
    subject_id: int | None,
    now: datetime,
    detail: JsonObject | None = None,
) -> None:
    """Write down that somebody looked at or changed something; `actor_id` None is the program itself or its command line."""
    write_all(tx, actor_id=actor_id, action=action, subject_kind=subject_kind, subject_ids=[subject_id], now=now, detail=detail)


def write_all(
    tx: Connection,
    *,
    actor_id: int | None,
    action: str,
    subject_kind: str,
    subject_ids: Iterable[int | None],
    now: datetime,
    detail: JsonObject | None = None,
) -> None:
    """The same of many subjects at once."""
    row = {"at": now, "actor_id": actor_id, "action": action, "subject_kind": subject_kind, "detail": dict(detail or {})}
    if rows := [{**row, "subject_id": subject_id} for subject_id in subject_ids]:
        tx.execute(insert(LOG), rows)
