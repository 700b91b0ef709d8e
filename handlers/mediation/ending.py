"""What becomes of a case afterwards: stored and not used any more when the law's time for reading is over; her words gone when she takes them back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from handlers.content import Content
from handlers.mediation import asking
from handlers.scene import Scene
from storage import access_log
from storage.mediation import assignments, cases, retention

STEP = 50


def restrict(tx: Connection, content: Content, now: datetime) -> int:
    """Files that ended long ago are sealed off: kept as the law says, read by nobody; how many."""
    ids = retention.to_restrict(tx, before=now - content.rules.keep_case, limit=STEP)
    for case_id in ids:
        retention.restrict(tx, case_id, now=now)
        access_log.write(tx, actor_id=None, action="cases.restrict", subject_kind="case", subject_id=case_id, now=now)
    return len(ids)


def erased(scene: Scene) -> None:
    """She has all about her deleted: a matter without an agreement ends and its words go; a file that the law keeps is read by nobody any more."""
    for case_id in retention.of_person(scene.tx, scene.person_id):
        row = cases.get(scene.tx, case_id)
        if row is None:
            continue
        if row.ended_at is None and row.state not in ("danger", "agreed"):
            cases.move(
                scene.tx, row, "withdraw", by=scene.person_id, now=scene.now, limits=scene.content.rules.mediation, reason="withdrawn"
            )
            if had := assignments.current(scene.tx, case_id):
                asking.told_ended(scene, case_id, had.mediator_id)
        retention.erase(scene.tx, case_id, scene.person_id, keep=row.number is not None or row.state == "danger", now=scene.now)
        scene.log("cases.erase", "case", case_id)
