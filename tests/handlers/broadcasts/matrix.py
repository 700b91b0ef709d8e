"""What the access matrix knows of broadcasts: one that waits for a second person's word."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from domain.broadcasts.audience import Audience
from domain.messages import Outbound
from handlers.tell import body
from storage.broadcasts import queue
from storage.tables.people import Person
from tests.support.matrix import District, Matrix, Woman
from tests.support.rows import put


def fill(tx: Connection, place: District, woman: Woman, now: datetime) -> None:
    writer = put(tx, Person, now, key=f"b{woman.name}", name=f"写{woman.name}", community_id=place.community)
    told = queue.add(tx, "broadcast", audience=Audience(places=(place.scope,)), urgent=False, created_by=writer, now=now)
    queue.write(tx, told, body(Outbound(text=f"通{woman.name}")))
    queue.move(tx, told, ["counting", "draft"], "asked", starts_at=now)


MATRIX = Matrix(
    open_routes=frozenset({"broadcast_tap"}),
    unsigned=frozenset({"broadcast_write", "broadcasts"}),
    unreached=frozenset({"upload"}),
    guessed=lambda women: [f"broadcast:{verb}:{n}" for verb in ("see", "yes", "no", "stop", "names") for n in range(1, 8)],
    staff_forms={
        "broadcast": ({}, {"text": "停水", "whom": "all"}),
        "broadcast_time": ({"notice": 1}, {"day": "2026-11-26", "hour": "0900", "time": "09:00", "date": "2026-11-26"}),
        "correction": ({"notice": 1}, {"text": "更正"}),
    },
    fill=fill,
)
