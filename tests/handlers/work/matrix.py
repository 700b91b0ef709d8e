"""What the access matrix knows of work: a post of each status with its firm, an application, a question to a second person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from handlers.work import gate
from storage.tables.firms import FirmCheck
from storage.tables.people import Consent, Person
from storage.tables.work import Application, Position
from storage.work import applications, posts, reviews
from tests.support.matrix import District, Matrix, Woman
from tests.support.rows import put

TEXT = "缝枕套，每小时30元，教会为止，每天来去自由。"
VAGUE = "招工，工资面议。"


def fill(tx: Connection, place: District, woman: Woman, now: datetime) -> None:
    put(tx, Consent, now, person_id=woman.id, purpose=applications.PURPOSE, version=1, enterprise_id=place.firm, given_at=now)
    post: dict[str, Any] = {"enterprise_id": place.firm, "community_id": place.community, "sector": "garment", "mode": "flexible"}
    post |= {"lat": 37.5, "lon": 121.4, "pay_basis": "hour", "pay_min_fen": 3000, "pay_max_fen": None, "trains": True, "headcount": 5}
    put(tx, FirmCheck, now, enterprise_id=place.firm, topic="wages", good=True, note=f"看{woman.name}", checked_by=woman.id, checked_at=now)
    for code, title, text, values in (
        ("P", "岗", TEXT, {"status": "published", "published_at": now}),
        ("D", "稿", TEXT, {"status": "draft"}),
        ("Q", "问", VAGUE + "活不重，" * 120, {"status": "draft"}),
        ("R", "疑", VAGUE, {"status": "draft"}),
    ):
        number = put(tx, Position, now, code=f"{code}{woman.name}", title=f"{title}{woman.name}", text=text, **post, **values)
        if code == "P":
            held = {"status": "applied", "holds": True, "held_until": now + timedelta(days=2), "created_at": now}
            put(tx, Application, now, person_id=woman.id, position_id=number, **held)
        if code == "Q":
            asker = put(tx, Person, now, key=f"c{woman.name}", name=f"协{woman.name}", community_id=place.community)
            ask_review(tx, number, asker, now)


def ask_review(tx: Connection, position_id: int, by: int, now: datetime) -> None:
    row = posts.get(tx, position_id)
    assert row is not None
    reviews.ask(tx, position_id, [{"code": "pay_vague", "quote": "工资面议"}], digest=gate.digest(row), by=by, now=now)


MATRIX = Matrix(
    open_routes=frozenset({"apply", "decline", "mine", "follow_up", "word", "wage", "posts", "keep", "running"}),
    open_commands=frozenset({"work", "mine"}),
    leaves=frozenset({"mine", "apply", "decline", "posts", "keep", "running"}),
    unreached=frozenset({"public", "reviews", "drafts", "ask_review", "review_whole"}),
    guessed=lambda women: [
        *(f"{verb}:{n}" for verb in ("ask_review", "review_whole", "publish", "withdraw") for n in range(1, 8)),
        *(f"{page}:{after}" for page in ("public", "reviews", "drafts") for after in (0, 1)),
    ],
    staff_forms={
        "publish": ({"position": 2}, {"hourly": 30}),
        "post_edit": ({"post": 2}, {"part": "title", "title": "缝"}),
        "post_back": ({"post": 2}, {"reason": "写清楚"}),
        "review": ({"review": 1, "outcome": "published", "verdict": "yes"}, {"reason": "问过企业了"}),
        "trial": ({"application": 1}, {"day": "2026-11-26", "time": "09:00", "place": "厂门口", "answer": "yes", "date": "2026-11-26"}),
    },
    own_forms=frozenset({"follow_up", "follow_up_word"}),
    owners={"position_id": "position", "application_id": "application"},
    fill=fill,
)
