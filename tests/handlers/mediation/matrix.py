"""What the access matrix knows of mediation: a dispute in every place that a mediator of its own has; who sees what of it is test_access's."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.access import Scope
from domain.mediation.states import Limits
from storage.mediation import assignments, cases, sides
from storage.staff import roles
from storage.tables.people import Person
from tests.support.matrix import District, Matrix, Woman
from tests.support.rows import put


def fill(tx: Connection, place: District, woman: Woman, now: datetime) -> None:
    told = {"kind": "neighbour", "source": "self", "hazards": [], "danger": False, "reported_by": None}
    case_id = cases.add(tx, community_id=place.community, now=now, limits=Limits(), **told)  # type: ignore[arg-type]
    side = sides.add(tx, case_id, "a", name=f"诉{woman.name}", contact="here")
    sides.add(tx, case_id, "b", name=f"对{woman.name}")
    sides.say(tx, case_id, "account", f"怨{woman.name}", party_id=side, author_id=None, now=now)
    mediator = put(tx, Person, now, key=f"jie{woman.name}", name=f"解{woman.name}", community_id=place.community)
    roles.give(tx, mediator, "mediator", Scope(place.community), now=now)
    assignments.ask(tx, case_id, mediator, answer_by=now + timedelta(hours=1), now=now)
    assignments.answer(tx, case_id, mediator, "accepted", now=now)


MATRIX = Matrix(
    # Her own matters are found by who she is; the card is everybody's.
    open_routes=frozenset({"dispute_yes", "dispute_no", "matter", "matter_card"}),
    open_commands=frozenset({"mediate", "leave"}),
    # Cases are listed by their numbers.
    unsigned=frozenset({"cases", "cases_due", "report_for", "duties", "cases_over", "referrals", "looks"}),
    unreached=frozenset({"case", "referral", "cases", "cases_due", "duties", "report_for", "looks"}),
    guessed=lambda women: [f"{verb}:{number}" for verb in ("case", "case_over", "referral", "matter", "looks") for number in range(1, 5)],
    staff_forms={
        "dispute_for": (
            {"report": 1},
            {"account": "吵", "with_whom": "neighbour", "community": "YT01", "agree": "yes", "name": "李", "phone": None, "risks": []},
        ),
        "case_duty_report": ({"case": 1}, {"body": "police", "said": "派出所"}),
        "case_note": ({"case": 1, "note": "a"}, {"said": "问过了"}),
        "case_party": ({"case": 1, "side": "a"}, {"name": "李"}),
        "case_consent": ({"case": 1, "side": "a"}, {"answer": "given", "said": "愿意"}),
        "case_sitting": ({"case": 1, "sit": "a"}, {"day": "2026-11-26", "hours": ["0900"], "room": "二楼"}),
        "case_minutes": ({"case": 1, "sitting": 1}, {"present": "都来了", "stated": "说了", "result": "成"}),
        "case_agreement": ({"case": 1}, {"form": "oral", "facts": "吵", "terms": "不吵", "manner": "当天"}),
        "case_visit": ({"case": 1, "visit": 1}, {"kept": "yes", "satisfied": "yes", "risk": "no"}),
        "case_refer": ({"case": 1, "side": "a", "body": "police"}, {"said": "同意"}),
        "case_reject": ({"referral": 1}, {"said": "不收"}),
        "duty": ({"duty": 1}, {"day": "2026-11-26", "shift": "day"}),
        "duty_hand": ({"shift": 1}, {"said": "没事"}),
    },
    own_forms=frozenset({"dispute", "matter_word", "matter_code"}),
    owners={"case_id": "dispute_case", "agreement_id": "agreement", "sitting_id": "sitting"},
    fill=fill,
)
