"""Triage and the gates: danger goes its own way, what cannot be mediated is refused with a reason and the legal ways, the rest gets a number."""

from __future__ import annotations

from domain import triage
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.mediation.gates import REASONS
from domain.messages import Button, Outbound
from handlers import forms
from handlers.mediation import wording
from handlers.mediation.opening import moved, opened, viewer
from handlers.turn import Turn
from storage.conversations import About
from storage.mediation import cases, duties, sides, visible
from storage.mediation.seen import Seen

REPORT = "case_duty_report"


def buttons(turn: Turn, row: Seen) -> list[tuple[Button, ...]]:
    """What can be decided now."""
    here = f"case:{row.id}"
    rows: list[tuple[Button, ...]] = []
    if row.state == "triage":
        rows.append((turn.button("mediation.accept", f"{here}:accept"), turn.button("mediation.refuse", f"{here}:refuse")))
    if row.state in ("accepted", "reopened"):
        rows.append((turn.button("mediation.keep", f"{here}:keep"),))
    if row.state == "danger":
        if duties.unreported(turn.tx, row.id):
            rows.append((turn.button("mediation.duty_report", f"{here}:duty"),))
        rows.append((turn.button("mediation.card_open", "matter_card"), turn.button("mediation.close", f"{here}:close")))
    elif row.state in ("triage", "accepted", "assigned", "mediating", "agreed", "reopened"):
        rows.append((turn.button("mediation.danger", f"{here}:danger"),))
    if row.state in ("assigned", "mediating"):
        rows.append((turn.button("mediation.fail", f"{here}:fail"),))
    return rows


def act(turn: Turn, row: Seen, verb: str, rest: str) -> list[Outbound] | None:
    """A deed of deciding; None where it is another one."""
    match verb:
        case "accept":
            return _accept(turn, row)
        case "refuse":
            return _refuse(turn, row, rest)
        case "keep":
            moved(turn, row.id, "assign")
            return [turn.say("mediation.kept_case", _back(turn, row))]
        case "danger":
            return _danger(turn, row, rest)
        case "duty":
            return forms.start(turn, REPORT, about={"case": row.id})
        case "close":
            return _close(turn, row)
        case "fail":
            return _fail(turn, row, rest)
    return None


def _back(turn: Turn, row: Seen) -> tuple[Button, ...]:
    return (turn.button("mediation.back_to", f"case:{row.id}"),)


def _accept(turn: Turn, row: Seen) -> list[Outbound]:
    """All gates are open, and she who asked has a name: it gets a number, and she who decided may keep it or give it to the next."""
    if any(side.side == "a" and side.anonymous for side in visible.parties(turn.tx, viewer(turn), row.id)):
        raise Refused("mediation.needs_name")
    moved(turn, row.id, "accept")
    fresh = opened(turn, row.id, "holds")
    wording.hint(turn, row.id)
    choose = (turn.button("mediation.keep", f"case:{row.id}:keep"), turn.button("mediation.give_back", f"case:{row.id}:back"))
    return [turn.say("mediation.accepted", choose, number=wording.number_of(turn, fresh))]


def _refuse(turn: Turn, row: Seen, reason: str) -> list[Outbound]:
    """Not mediated: why, and which ways are open."""
    if reason not in REASONS:
        rows = tuple((turn.button(f"mediation.reason.{one}", f"case:{row.id}:refuse:{one}"),) for one in REASONS)
        return [turn.say("mediation.refuse_why", *rows)]
    moved(turn, row.id, "refuse", reason=reason)
    wording.hint(turn, row.id)
    return [turn.say("mediation.refused", ways=wording.ways_of(turn, reason))]


def _danger(turn: Turn, row: Seen, sure: str) -> list[Outbound]:
    """按危险办: out of mediation at once, and for good; the duty to report is asked about."""
    if sure != "yes":
        yes = turn.button("mediation.danger_yes", f"case:{row.id}:danger:yes")
        return [turn.say("mediation.danger_sure", (yes, *_back(turn, row)))]
    full = cases.get(turn.tx, row.id)
    assert full is not None
    cases.add_hazards(turn.tx, full, ["judged"])
    moved(turn, row.id, "danger")
    duties.ask_report(turn.tx, row.id, now=turn.now)
    report = (turn.button("mediation.duty_report", f"case:{row.id}:duty"), turn.button("mediation.card_open", "matter_card"))
    return [turn.say("mediation.danger_now", report)]


def reported(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """强制报告: whom they told when, or why nobody; who reports stays confidential (Anti-Domestic-Violence Law 14)."""
    row = opened(turn, int(about["case"]), "holds")
    if not duties.reported(turn.tx, row.id, str(answers["body"]), str(answers["said"]), by=turn.person_id, now=turn.now):
        raise Refused("mediation.reported_before")
    turn.log("cases.duty_report", "case", row.id, body=str(answers["body"]))
    return [turn.say("mediation.duty_reported", _back(turn, row))]


def _close(turn: Turn, row: Seen) -> list[Outbound]:
    """结案. A danger is not closed while nobody wrote down whom they told; an agreement not while a visit is to come."""
    if duties.unreported(turn.tx, row.id):
        raise Refused("mediation.report_first")
    moved(turn, row.id, "close")
    return [turn.say("mediation.closed", _back(turn, row))]


def _fail(turn: Turn, row: Seen, reason: str) -> list[Outbound]:
    """不成: no agreement, or a side does not want it. The ways that are open are named to both (Mediation Law 26)."""
    if reason not in ("failed", "unwilling"):
        rows = tuple((turn.button(f"mediation.fail_why.{one}", f"case:{row.id}:fail:{one}"),) for one in ("failed", "unwilling"))
        return [turn.say("mediation.fail_sure", *rows, _back(turn, row))]
    moved(turn, row.id, "fail", reason=reason)
    wording.hint(turn, row.id)
    return [turn.say("mediation.failed", ways=wording.ways_of(turn, reason))]


def noted(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """What the mediator found out or heard, on a side or on none; words of danger make her think again."""
    row = opened(turn, int(about["case"]), "holds")
    side = next((one for one in visible.parties(turn.tx, viewer(turn), row.id) if one.side == about.get("note")), None)
    kind = "word" if side is not None else "finding"
    sides.say(
        turn.tx,
        row.id,
        kind,  # type: ignore[arg-type]  # one of the two above
        str(answers["said"]),
        party_id=side.id if side else None,
        author_id=turn.person_id,
        now=turn.now,
    )
    turn.log("cases.note", "case", row.id)
    return [turn.say("mediation.noted", _back(turn, row)), *doubt(turn, row, str(answers["said"]))]


def doubt(turn: Turn, row: Seen, words: str) -> list[Outbound]:
    """Where what was written down speaks of danger: whether it has to go the way of danger."""
    if row.state in ("danger", "closed", "refused") or not isinstance(triage.look(words), triage.Alarm):
        return []
    return [turn.say("mediation.danger_doubt", (turn.button("mediation.danger", f"case:{row.id}:danger"),))]


def written_down(_turn: Turn, _hazards: list[str]) -> None:
    """Words of danger in what a mediator writes about a case are no danger of hers; when the form is done she is asked what they mean."""
