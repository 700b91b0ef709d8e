"""The side of who decides: the coordinator, or the firm's contact for those who agreed to it; 请她来试工, 这次不行, and how the trial went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from domain.access import may, scopes
from domain.errors import Refused
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.work import applications as rules
from handlers import forms
from handlers.scene import row_id
from handlers.turn import Turn
from handlers.work import applications, placements
from handlers.work.placements import Row, held, tell_her, tell_staff, trial_words, tried
from storage.work import applications as stored

SHOWN = 10
# How a trial ended: her status, and the phrases for her, for those who answer besides, and for who says it.
OUTCOMES = {
    "missed": ("missed", "applications.missed", "applications.missed_staff", "applications.said_missed"),
    "unfit": ("declined", "applications.declined_after", "applications.declined_staff", "applications.said_declined"),
    "no": ("declined", "applications.declined", "applications.declined_staff", "applications.said_declined"),
}


def waiting(turn: Turn, argument: str = "") -> list[Outbound]:
    """Who waits for an answer within the actor's scopes: a short list, or at once the only one. Every look is logged."""
    where = scopes(turn.roles(), "applications.see")
    if not where:
        raise Refused("staff.not_allowed")
    after = row_id(argument)
    rows = stored.to_answer(turn.tx, where, limit=SHOWN + 1, after=after)
    if not rows:
        return [turn.say("applications.none")]
    if len(rows) == 1:
        return [_detail(turn, rows[0])]
    lines, buttons = [turn.words("applications.list")], []
    for number, row in enumerate(rows[:SHOWN], 1):
        _log(turn, row)
        who = turn.name_of(row)
        lines.append(turn.words("applications.list_line", number=number, who=who, title=row["title"], status=_standing(turn, row)))
        buttons.append((turn.button("applications.list_button", f"applicant:{row['id']}:see", number=number, who=who),))
    if len(rows) > SHOWN:
        buttons.append((turn.button("applications.list_more", f"applicant:{rows[SHOWN - 1]['id']}:more"),))
    return [Outbound(text="\n".join(lines), buttons=tuple(buttons))]


def _log(turn: Turn, row: Row) -> None:
    turn.log("applications.see", "person", row["person_id"])


def _standing(turn: Turn, row: Row) -> str:
    if row["status"] == "trial" and tried(row, turn.now):
        return turn.words("applications.staff_trial_past")
    if row["status"] == "trial":
        phrase = "applications.staff_trial_coming" if row["reason"] == "coming" else "applications.staff_trial"
        return turn.words(phrase, when=trial_words(turn, row)["when"])
    phrase = "applications.staff_other_time" if row["reason"] == "other_time" else "applications.staff_applied"
    return turn.words(phrase, until=held(turn, row))


def _detail(turn: Turn, row: Row) -> Outbound:
    """Who she is, as far as she agreed, and what can be answered now."""
    _log(turn, row)
    data = placements.about_her(turn, row)
    text = turn.words(
        "applications.detail",
        who=turn.name_of(row),
        title=row["title"],
        enterprise=row["enterprise"],
        status=_standing(turn, row),
        phone=data["phone"],
        skills=data["skills"],
        windows=data["windows"],
    )
    if not row["agreed"]:
        text += "\n" + turn.words("applications.not_agreed", enterprise=row["enterprise"])
    return Outbound(text=text, buttons=tuple(_answers(turn, row)))


def _answers(turn: Turn, row: Row) -> list[tuple[Button, ...]]:
    if row["status"] == "applied":
        return placements.decision(turn, row["id"])[:1]
    if tried(row, turn.now):
        return [placements.outcome(turn, row["id"])]
    no = turn.button("applications.decline", f"applicant:{row['id']}:no")
    return [(turn.button("applications.new_date", f"applicant:{row['id']}:yes"), no)]


def answer(turn: Turn, argument: str) -> list[Outbound]:
    """A button of who decides, perhaps an old one. What was decided before is shown, never decided again."""
    number, _, verb = argument.partition(":")
    if verb == "more":
        return waiting(turn, number)
    row = stored.get(turn.tx, row_id(number))
    if row is None or verb not in ("see", "yes", "started", *OUTCOMES):
        raise Refused("work.gone")
    _must(turn, row, "applications.see" if verb == "see" else "applications.decide")
    if row["status"] not in ("applied", "trial"):
        return [_over(turn, row)]
    if verb == "see":
        return [_detail(turn, row)]
    if verb == "yes":
        return _invite(turn, row)
    if verb in ("started", "missed", "unfit") and not tried(row, turn.now):
        return [turn.say("applications.too_early") if row["status"] == "trial" else _detail(turn, row)]
    return _start(turn, row) if verb == "started" else _turn_down(turn, row, *OUTCOMES[verb])


def _must(turn: Turn, row: Row, action: str) -> None:
    """An office for its own place; a firm's contact for who agreed to that firm. Raises Refused."""
    held = turn.roles()
    office = [one for one in held if one.enterprise_id is None]
    if may(office, action, row["community_id"]):
        return
    if not row["agreed"] or not may(held, action, row["community_id"], enterprise_id=row["enterprise_id"]):
        raise Refused("staff.not_allowed")


def _over(turn: Turn, row: Row) -> Outbound:
    """How it stands where nothing is left to decide."""
    return turn.say(f"applications.now_{row['status']}", who=turn.name_of(row), title=row["title"], **_when(turn, row))


def _when(turn: Turn, row: Row) -> dict[str, str]:
    return {"when": trial_words(turn, row)["when"]}


def _decided(turn: Turn, row: Row) -> None:
    turn.log("applications.decide", "application", row["id"])


def _turn_down(turn: Turn, row: Row, to: str, to_her: str, to_staff: str, said: str) -> list[Outbound]:
    if not placements.change(turn, row, to, by=turn.person_id):
        return [_over(turn, placements.whole(turn.tx, row["id"]))]
    _decided(turn, row)
    tell_her(turn, row, to_her, placements.work_row(turn))
    tell_staff(turn, row, to_staff)
    return [turn.say(said, who=turn.name_of(row), title=row["title"])]


def _start(turn: Turn, row: Row) -> list[Outbound]:
    if not applications.start(turn, row):
        return [_over(turn, placements.whole(turn.tx, row["id"]))]
    _decided(turn, row)
    tell_her(turn, row, "applications.started")
    tell_staff(turn, row, "applications.started_staff")
    return [turn.say("applications.said_started", who=turn.name_of(row))]


def _invite(turn: Turn, row: Row) -> list[Outbound]:
    """The form for day, hour and place; it remembers what it saw, so that of two who fill it in only the first counts."""
    about = {"application": row["id"], "status": row["status"], "trial_at": row["trial_at"].isoformat() if row["trial_at"] else ""}
    said = turn.say(
        "applications.trial_for",
        title=row["title"],
        who=turn.name_of(row),
        windows=placements.about_her(turn, row)["windows"],
    )
    return [said, *forms.start(turn, "trial", about=about)]


def invited(turn: Turn, _conversation: int, answers: Mapping[str, Any], about: Mapping[str, Any]) -> list[Outbound]:
    """The trial is agreed: she is told when, where, and that it costs nothing."""
    row = placements.whole(turn.tx, about["application"])
    _must(turn, row, "applications.decide")
    at = datetime.combine(date.fromisoformat(answers["day"]), time(int(answers["hour"][:2]), int(answers["hour"][2:])), LOCAL)
    place = (answers.get("place") or "").strip()
    if at <= turn.now:
        raise Refused("applications.past")
    _honest(place)
    seen = (row["status"], row["trial_at"].isoformat() if row["trial_at"] else "")
    due = rules.next_look(at, after=turn.now, quiet_hours=turn.content.rules.quiet_hours)
    dated = {"trial_at": at, "trial_place": place, "due_at": due, "held_until": None}
    if seen != (about["status"], about["trial_at"]) or not placements.change(turn, row, "trial", by=turn.person_id, **dated):
        return [_over(turn, row)]
    _decided(turn, row)
    fresh = placements.whole(turn.tx, row["id"])
    said = trial_words(turn, fresh)
    moved = row["status"] == "trial"
    tell_her(turn, fresh, "applications.trial_moved" if moved else "applications.trial", *placements.before(turn, fresh), **said)
    tell_staff(turn, fresh, "applications.trial_staff", when=said["when"])
    return [turn.say("applications.said_trial", who=turn.name_of(fresh), when=said["when"])]


def _honest(place: str) -> None:
    """These words go to her as they are: nobody asks her for money in them. Raises Refused with what was found."""
    # Here, since its rules take a tenth of a second that only few messages need.
    from domain.screening import screen

    found = screen(place) if place else None
    if found is not None and found.verdict == "block":
        raise Refused("applications.fee", quotes="、".join(f"“{finding.quote}”" for finding in found.findings))
