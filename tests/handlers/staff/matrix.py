"""What the access matrix knows of what staff share: a thread, a task of each kind, an invitation."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from handlers.capabilities import CAPABILITIES
from storage import threads
from storage.staff import roles, tasks
from tests.support.matrix import District, Matrix, Woman


def fill(tx: Connection, place: District, woman: Woman, now: datetime) -> None:
    number = threads.add(tx, woman.id, "asked", hazards=[], community_id=place.community, now=now)
    threads.say(tx, number, woman.id, f"话{woman.name}", now=now)
    for kind in CAPABILITIES.tasks:
        tasks.put(tx, kind, woman.id, said=f"事{woman.name}", now=now)
    roles.invite(tx, "grid_worker", place.scope, expires_at=now + timedelta(days=2), now=now)


MATRIX = Matrix(
    open_routes=frozenset({"my_name", "safety"}),
    unsigned=frozenset({"tasks", "figures", "invite_role"}),
    guessed=lambda women: [*(f"thread:{n}" for n in range(1, 8)), "tasks:knock:0", "tasks:knock:1"],
    staff_forms={
        "thread_reply": ({"thread": 1}, {"said": "您好"}),
        "thread_close": ({"thread": 1}, {"outcome": "helped"}),
    },
    own_forms=frozenset({"my_name"}),
    owners={"thread_id": "thread"},
    fill=fill,
)
