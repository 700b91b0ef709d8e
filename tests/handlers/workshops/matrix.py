"""What the access matrix knows of workshops: in each district a lot of its firm, a bag that a woman has, and one that nobody took."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.workshops.pieces import Count, Pieces
from storage.workshops import counts, lots
from tests.support.matrix import District, Matrix, Woman


def fill(tx: Connection, place: District, woman: Woman, now: datetime) -> None:
    today = now.date()
    item = f"料{woman.name}"
    fresh = lots.bring(
        tx,
        f"L{woman.name}",
        enterprise_id=place.firm,
        community_id=place.community,
        item=item,
        pieces=100,
        rate_fen=50,
        deadline=today - timedelta(days=2),
        now=now,
    )
    lots.put(tx, fresh, Pieces(held=40, packed=10, away=30, good=10, rework=5, spoilt=5))
    taken: counts.Fresh = {"person_id": woman.id, "away": 30, "due_on": today - timedelta(days=2), "code": f"t{woman.id}"}
    bag = counts.add(tx, fresh, "out", Count(50), status="agreed", on=today, now=now, **taken)
    back = counts.add(tx, fresh, "back", Count(10, 5, 5), status="differs", on=today, now=now, bag_id=bag, person_id=woman.id)
    counts.change(tx, back, of=["differs"], her_good=12, her_rework=5, her_spoilt=3)
    counts.add(tx, fresh, "out", Count(10), status="packed", on=today, now=now, code=f"p{woman.id}")


MATRIX = Matrix(
    # Her own bags, and her own word.
    open_routes=frozenset({"bag", "my_bag", "counted", "late"}),
    guessed=lambda women: [
        *(
            f"{route}:{number}{deed}"
            for number in range(1, 7)
            for route, deed in (("lot_bag", ":lost"), ("lot_bag", ":unpack"), ("my_bag", ""))
        ),
        *(
            f"{route}:{number}{deed}"
            for number in range(1, 4)
            for route, deed in (("counted", ":yes"), ("late", ":help"), ("lot", ":pack"))
        ),
        *(f"differs:{number}:{whose}" for number in range(1, 7) for whose in ("ours", "theirs", "third")),
        *(f"bag:p{woman}:home" for woman in women),
        "lot_new:1:2",
    ],
    staff_forms={
        "lot": ({"firm": 1, "community": 1}, {"item": "缝枕套", "pieces": 10, "rate": 0.5, "deadline": "2026-12-05"}),
        "lot_number/lot": ({"lot": 1, "deed": "pack"}, {"pieces": 5}),
        "lot_numbers/bag": ({"bag": 1}, {"good": 5, "rework": 0, "spoilt": 0}),
        "lot_numbers/lot": ({"lot": 1}, {"good": 5, "rework": 0, "spoilt": 0}),
        "lot_numbers/truth": ({"truth": 2}, {"good": 11, "rework": 5, "spoilt": 4}),
    },
    own_forms=frozenset({"lot_number/bag", "lot_numbers/count"}),
    owners={"lot_id": "lot"},
    fill=fill,
)
