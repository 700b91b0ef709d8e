"""Return visits after 7 and 30 days: what is found decides whether the case is closed, open again, or a danger."""

from __future__ import annotations

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from handlers import forms
from handlers.mediation import agreements, deciding, wording
from handlers.mediation.opening import moved, opened, viewer
from handlers.scene import row_id
from handlers.turn import Turn
from storage.conversations import About
from storage.mediation import agreements as stored
from storage.mediation import visible
from storage.mediation.seen import Seen

FORM = "case_visit"


def buttons(turn: Turn, row: Seen) -> list[tuple[Button, ...]]:
    """The visits that are to be made."""
    if row.state != "agreed":
        return []
    due = [one for one in visible.visits(turn.tx, viewer(turn), row.id) if one.status == "due"]
    return [
        (turn.button("mediation.visit", f"case:{row.id}:visit:{one.id}", day=one.day, when=wording.when(turn, one.due_at)),) for one in due
    ]


def act(turn: Turn, row: Seen, verb: str, rest: str) -> list[Outbound] | None:
    """回访; None where it is another deed."""
    if verb != "visit":
        return None
    if not any(one.id == row_id(rest) and one.status == "due" for one in visible.visits(turn.tx, viewer(turn), row.id)):
        raise Refused("talk.old_button")
    return forms.start(turn, FORM, about={"case": row.id, "visit": row_id(rest)})


def visited(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """What was found: broken opens it again, a risk leads out of mediation, and after the last visit it is closed."""
    row = opened(turn, int(about["case"]), "holds")
    findings = {name: str(answers.get(name) or "") for name in ("kept", "satisfied", "sued", "risk", "measures")}
    if not stored.visited(turn.tx, int(about["visit"]), row.id, findings, by=turn.person_id, now=turn.now):
        raise Refused("talk.old_button")
    turn.log("cases.visit", "case", row.id)
    if findings["risk"] == "yes":
        return [turn.say("mediation.visit_risk", (turn.button("mediation.danger", f"case:{row.id}:danger"),))]
    if findings["kept"] == "no":
        return agreements.broken(turn, row)
    doubt = deciding.doubt(turn, row, findings["measures"])
    if not doubt and stored.visits_left(turn.tx, row.id) == 0:
        moved(turn, row.id, "close")
        return [turn.say("mediation.visited_closed")]
    return [turn.say("mediation.visited", (turn.button("mediation.back_to", f"case:{row.id}"),)), *doubt]
