"""What the access matrix knows of the council: a suggestion that waits for staff, and a meeting in preparation that talks about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from storage.council import meetings, similar, suggestions
from storage.tables.people import Person
from tests.support.matrix import District, Matrix, Woman
from tests.support.rows import put


def fill(tx: Connection, place: District, woman: Woman, now: datetime) -> None:
    text, due = f"议{woman.name}要修路灯", now + timedelta(days=7)
    said = suggestions.add(
        tx,
        f"G{woman.name}",
        community_id=place.community,
        text=text,
        now=now,
        topic="facilities",
        published_at=now,
        due_at=due,
        escalate_at=due,
    )
    similar.put(tx, said, place.community, text)
    chair = put(tx, Person, now, key=f"h{woman.name}", name=f"会{woman.name}", community_id=place.community)
    meeting = meetings.add(tx, place.community, now + timedelta(days=3), f"室{woman.name}", by=chair, now=now)
    meetings.put_on(tx, meeting, said)


def _made_up(_women: list[int]) -> list[str]:
    """Verbs below a suggestion and a meeting of every number."""
    deeds = ("", ":agenda", ":publish", ":accept", ":topic:pets", ":community:1", ":merge:1", ":unmerge:1", ":unsplit")
    points = ("", ":gather", ":call", ":cancel", ":hold", ":minutes", ":off:1", ":open:1", ":secret:1", ":end:1", ":accept:1")
    return [
        *(f"suggestion:{number}{deed}" for number in range(1, 4) for deed in deeds),
        *(f"meeting:{number}{deed}" for number in range(1, 4) for deed in points),
        *(f"{route}:{number}{rest}" for number in range(1, 4) for route, rest in (("vote", ":0"), ("come", ":yes"), ("suggestions", ""))),
    ]


MATRIX = Matrix(
    open_routes=frozenset({"suggest"}),
    open_commands=frozenset({"suggest", "others", "council"}),
    leaves=frozenset({"suggest"}),
    unreached=frozenset({"vote", "come"}),
    guessed=_made_up,
    staff_forms={
        "suggestion_reason": ({"suggestion": 1, "deed": "hard", "value": ""}, {"reason": "要报批"}),
        "suggestion_take": ({"suggestion": 1, "deed": "take", "value": ""}, {"owner": "物业", "until": "2026-11-30"}),
        "suggestion_finish": ({"suggestion": 1, "deed": "finish", "value": ""}, {"done": "换了灯泡"}),
        "suggestion_split": ({"suggestion": 1, "deed": "split", "value": ""}, {"parts": "修一修路灯\n换一换滑梯", "reason": "两件事"}),
        "meeting": ({"community": 1}, {"day": "2026-11-30", "hour": "0900", "place": "工坊"}),
        "meeting_decision": ({"item": 1}, {"verdict": "later", "words": "下次再议"}),
    },
    own_forms=frozenset({"suggestion", "suggestion/suggestion", "suggestion_more"}),
    owners={"suggestion_id": "suggestion", "meeting_id": "meeting", "item_id": "meeting_item", "motion_id": "motion"},
    fill=fill,
)
