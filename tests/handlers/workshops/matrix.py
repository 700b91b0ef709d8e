"""What the access matrix knows of workshops: in each district one with a check overdue and a booking; a lot, a bag that a woman has, and one that nobody took."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.workshops.pieces import Count, Pieces
from storage.tables.pay import PaySlip
from storage.tables.places import Workshop, WorkshopBooking, WorkshopCheck, WorkshopHour, WorkshopRoom
from storage.tables.work import Position
from storage.workshops import counts, lots
from tests.support.matrix import District, Matrix, Woman
from tests.support.rows import put


def fill(tx: Connection, place: District, woman: Woman, now: datetime) -> None:
    today = now.date()
    item = f"料{woman.name}"
    post = put(tx, Position, now, code=f"V{woman.name}", enterprise_id=place.firm, community_id=place.community, title=f"位{woman.name}")
    fresh = lots.bring(
        tx,
        f"L{woman.name}",
        enterprise_id=place.firm,
        community_id=place.community,
        item=item,
        pieces=100,
        rate_fen=50,
        deadline=today - timedelta(days=2),
        position_id=post,
        now=now,
    )
    lots.put(tx, fresh, Pieces(held=40, packed=10, away=30, good=10, rework=5, spoilt=5))
    taken: counts.Fresh = {"person_id": woman.id, "away": 30, "due_on": today - timedelta(days=2), "code": f"t{woman.id}"}
    bag = counts.add(tx, fresh, "out", Count(50), status="agreed", on=today, now=now, **taken)
    back = counts.add(tx, fresh, "back", Count(10, 5, 5), status="differs", on=today, now=now, bag_id=bag, person_id=woman.id)
    counts.change(tx, back, of=["differs"], her_good=12, her_rework=5, her_spoilt=3)
    counts.add(tx, fresh, "out", Count(10), status="packed", on=today, now=now, code=f"p{woman.id}")
    slip = {"person_id": woman.id, "enterprise_id": place.firm, "community_id": place.community, "month": "2026-10", "pay_by": today}
    put(tx, PaySlip, now, **slip, terms="unset", piece_fen=500, top_up_fen=100, total_fen=600, status="waiting")
    put(tx, PaySlip, now, **slip, terms="unset", piece_fen=500, total_fen=500, status="closed")
    _workshop(tx, place, woman, now)


def _workshop(tx: Connection, place: District, woman: Woman, now: datetime) -> None:
    shop = put(tx, Workshop, now, community_id=place.community, name=f"坊{woman.name}", windows="1-7 00:00-24:00", lat=37.5, lon=121.4)
    room = put(tx, WorkshopRoom, now, workshop_id=shop, function="work", capacity=3)
    put(tx, WorkshopCheck, now, workshop_id=shop, kind="fire", passed=True, checked_on=now.date(), next_on=now.date() - timedelta(days=1))
    hour = put(tx, WorkshopHour, now, room_id=room, starts_at=now + timedelta(hours=2), capacity=3, taken=1)
    put(tx, WorkshopBooking, now, hour_id=hour, person_id=woman.id, places=1, status="booked")


MATRIX = Matrix(
    # Her own bags, and her own word.
    open_routes=frozenset({"bag", "my_bag", "counted", "late", "slip", "workshop_at", "booked"}),
    open_commands=frozenset({"pay", "workshops"}),
    # Sums by firm and community; whose they are is on the card of who looks.
    unsigned=frozenset({"firm_pay"}),
    # Where the firm set a quota; the forms of what is told.
    unreached=frozenset({"pay_extra"}),
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
        *(f"pay_second:{number}:yes" for number in range(1, 7)),
        *(f"pay_paid:{firm}:{place}:2026-10" for firm in (1, 2) for place in (1, 2)),
        *(f"pay_close:{firm}:{place}:2026-11" for firm in (1, 2) for place in (1, 2)),
        *(f"{route}:{number}" for number in range(1, 7) for route in ("pay_extra", "pay_terms", "slip")),
        "lot_new:1:2",
        *(f"workshop:{number}{deed}" for number in range(1, 4) for deed in ("", ":close", ":change", ":check", ":use", ":photos")),
        *(f"booked:{number}:cancel" for number in range(1, 4)),
        *(f"workshop_new:{place}" for place in (1, 2)),
    ],
    staff_forms={
        "lot": ({"firm": 1, "community": 1}, {"item": "缝枕套", "pieces": 10, "rate": 0.5, "deadline": "2026-12-05"}),
        "workshop": ({"workshop": 1}, {"name": "巧手", "address": "海风路8号", "windows": "1-5 08:00-12:00", "work": 4}),
        "workshop_check": ({"workshop": 1}, {"kind": "dust", "result": "failed", "checked_on": "2026-11-20"}),
        "lot_number/lot": ({"lot": 1, "deed": "pack"}, {"pieces": 5}),
        "lot_numbers/bag": ({"bag": 1}, {"good": 5, "rework": 0, "spoilt": 0}),
        "lot_numbers/lot": ({"lot": 1}, {"good": 5, "rework": 0, "spoilt": 0}),
        "pay_terms": ({"position": 1}, {"kind": "contract", "word": "李律师"}),
        "pay_extra": ({"count": 2}, {"day": "rest", "pieces": 3}),
        "lot_numbers/truth": ({"truth": 2}, {"good": 11, "rework": 5, "spoilt": 4}),
    },
    own_forms=frozenset({"lot_number/bag", "lot_numbers/count", "pay_hours"}),
    owners={"lot_id": "lot", "count_id": "lot_count", "position_id": "position"}
    | {f"{name}_id": f"workshop_{name}" for name in ("room", "hour")}
    | {"workshop_id": "workshop"},
    fill=fill,
)
