"""Deciding on applications in chat, by the coordinator or the firm's contact: 请她来试工, 这次不行, and how the trial went."""

from __future__ import annotations

from datetime import date, datetime, time

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.plain import id_of, text_of
from handlers import forms
from handlers.scene import row_id
from handlers.turn import Turn
from handlers.work import decisions, wording
from handlers.work.decisions import Decision, Ending
from handlers.work.placements import tried
from storage.conversations import About
from storage.work import applications
from storage.work.applications import Application

SHOWN = 10
# What who decided reads.
_DONE: dict[Ending, str] = {
    "missed": "applications.said_missed",
    "unfit": "applications.said_declined",
    "no": "applications.said_declined",
}


def waiting(turn: Turn, argument: str = "") -> list[Outbound]:
    """Who waits for an answer within the actor's scopes: a short list, or at once the only one. Every look is logged."""
    rows = applications.to_answer(turn.tx, turn.scopes("applications.see"), limit=SHOWN + 1, after=row_id(argument))
    if not rows:
        return [turn.say("applications.none")]
    if len(rows) == 1:
        return [_detail(turn, rows[0])]
    lines, buttons = [turn.words("applications.list")], []
    for number, row in enumerate(rows[:SHOWN], 1):
        _log_look(turn, row)
        who = turn.called(row.name, row.key)
        lines.append(turn.words("applications.list_line", number=number, who=who, title=row.title, status=_standing(turn, row)))
        buttons.append((turn.button("applications.list_button", f"applicant:{row.id}:see", number=number, who=who),))
    if len(rows) > SHOWN:
        buttons.append((turn.button("applications.list_more", f"applicant:{rows[SHOWN - 1].id}:more"),))
    return [Outbound(text="\n".join(lines), buttons=tuple(buttons))]


def _log_look(turn: Turn, row: Application) -> None:
    turn.log("applications.see", "person", row.person_id)


def _standing(turn: Turn, row: Application) -> str:
    if row.status == "trial" and tried(row, turn.now):
        return turn.words("applications.staff_trial_past")
    if row.status == "trial":
        phrase = "applications.staff_trial_coming" if row.reason == "coming" else "applications.staff_trial"
        return turn.words(phrase, when=wording.trial_time(turn, row))
    phrase = "applications.staff_other_time" if row.reason == "other_time" else "applications.staff_applied"
    return turn.words(phrase, until=wording.held_until(turn, row, turn.now))


def _detail(turn: Turn, row: Application) -> Outbound:
    """Who she is, as far as she agreed, and what can be answered now."""
    _log_look(turn, row)
    about = wording.about_applicant(turn, row)
    text = turn.words(
        "applications.detail",
        who=turn.called(row.name, row.key),
        title=row.title,
        enterprise=row.enterprise,
        status=_standing(turn, row),
        phone=about["phone"],
        skills=about["skills"],
        windows=about["windows"],
    )
    if not row.agreed:
        text += "\n" + turn.words("applications.not_agreed", enterprise=row.enterprise)
    return Outbound(text=text, buttons=tuple(_answers(turn, row)))


def _answers(turn: Turn, row: Application) -> list[tuple[Button, ...]]:
    if row.status == "applied":
        return wording.decision(turn, row.id)[:1]
    if tried(row, turn.now):
        return [wording.outcome(turn, row.id)]
    no = turn.button("applications.decline", f"applicant:{row.id}:no")
    return [(turn.button("applications.new_date", f"applicant:{row.id}:yes"), no)]


def answer(turn: Turn, argument: str) -> list[Outbound]:
    """A button of who decides, perhaps an old one. What was decided before is shown, never decided again."""
    number, _, verb = argument.partition(":")
    if verb == "more":
        return waiting(turn, number)
    if verb not in ("see", "yes", "started", *_DONE):
        raise Refused("work.gone")
    row = decisions.application_for(turn, row_id(number), "applications.see" if verb == "see" else "applications.decide")
    if row.status not in ("applied", "trial"):
        return [_over(turn, row)]
    if verb in ("started", "missed", "unfit") and not tried(row, turn.now):
        return [turn.say("applications.too_early") if row.status == "trial" else _detail(turn, row)]
    match verb:
        case "see":
            return [_detail(turn, row)]
        case "yes":
            return _ask_when(turn, row)
        case "started":
            return _worded(turn, decisions.record_start(turn, row.id), "applications.said_started")
        case "missed" | "unfit" | "no":
            return _worded(turn, decisions.turn_down(turn, row.id, verb), _DONE[verb])
        case _:
            raise Refused("work.gone")


def _worded(turn: Turn, decision: Decision, phrase: str) -> list[Outbound]:
    row = decision.application
    if not decision.done:
        return [_over(turn, row)]
    return [turn.say(phrase, who=turn.called(row.name, row.key), title=row.title, when=wording.trial_time(turn, row))]


def _over(turn: Turn, row: Application) -> Outbound:
    """How it stands where nothing is left to decide."""
    who, when = turn.called(row.name, row.key), wording.trial_time(turn, row)
    return turn.say(f"applications.now_{row.status}", who=who, title=row.title, when=when)


def _ask_when(turn: Turn, row: Application) -> list[Outbound]:
    """The form for day, hour and place; it remembers what it saw, so that of two who fill it in only the first counts."""
    about = {"application": row.id, "status": row.status, "trial_at": row.trial_at.isoformat() if row.trial_at else ""}
    windows = wording.about_applicant(turn, row)["windows"]
    asked = turn.say("applications.trial_for", title=row.title, who=turn.called(row.name, row.key), windows=windows)
    return [asked, *forms.start(turn, "trial", about=about)]


def invited(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """The form is filled in: she is invited."""
    row = decisions.application_for(turn, id_of(about, "application"), "applications.decide")
    hour, trial_at = str(answers["hour"]), text_of(about, "trial_at")
    at = datetime.combine(date.fromisoformat(str(answers["day"])), time(int(hour[:2]), int(hour[2:])), LOCAL)
    before = decisions.Seen(str(about["status"]), datetime.fromisoformat(trial_at) if trial_at else None)
    decision = decisions.invite(turn, row.id, at, (text_of(answers, "place") or "").strip(), about=before)
    return _worded(turn, decision, "applications.said_trial")
