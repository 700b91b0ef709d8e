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


MATRIX = Matrix(
    open_routes=frozenset({"class", "session"}),
    open_commands=frozenset({"classes", "my_classes", "sign_in"}),
    leaves=frozenset({"class", "session"}),
    owners={"class_id": "training_class"},
    fill=fill,
)
