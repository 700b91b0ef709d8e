"""What the access matrix knows of training: a class that begins in an hour, with a woman in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from storage.tables.training import ClassSession, Enrolment, TrainingClass
from tests.support.matrix import District, Matrix, Woman
from tests.support.rows import put


def fill(tx: Connection, place: District, woman: Woman, now: datetime) -> None:
    named = {"code": f"C{woman.name}", "title": f"班{woman.name}", "skill": "sewing"}
    taught = put(tx, TrainingClass, now, community_id=place.community, capacity=9, **named)
    put(tx, ClassSession, now, class_id=taught, starts_at=now + timedelta(hours=1))
    put(tx, Enrolment, now, class_id=taught, person_id=woman.id)
    held = put(
        tx,
        TrainingClass,
        now,
        community_id=place.community,
        capacity=9,
        kind="activity",
        about="clinic",
        code=f"H{woman.name}",
        title=f"诊{woman.name}",
    )
    put(tx, ClassSession, now, class_id=held, starts_at=now + timedelta(hours=1))


MATRIX = Matrix(
    open_routes=frozenset({"class", "session", "thought"}),
    open_commands=frozenset({"classes", "my_classes", "sign_in", "activities"}),
    leaves=frozenset({"class", "session", "activity_new"}),
    unreached=frozenset({"activity_new"}),
    guessed=lambda women: [
        *(f"activity:{number}{deed}" for number in range(1, 7) for deed in ("", ":came", ":cancel", ":cancelled")),
        "activity_new:1",
        "activity_new:2",
    ],
    staff_forms={
        "activity": ({"community": 1}, {"about": "clinic", "title": "义诊", "day": "2026-12-10", "hour": "0900", "address": "小广场"}),
        "activity_over": ({"activity": 2}, {"came": 5}),
    },
    own_forms=frozenset({"activity_word"}),
    owners={"class_id": "training_class"},
    fill=fill,
)
