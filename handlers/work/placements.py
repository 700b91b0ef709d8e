"""Every change of an application is told to her and to those who answer for the post, and a freed place goes to the next on the list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from domain.forms.screen import express
from domain.forms.values import in_words
from domain.messages import Button
from domain.notices import LOCAL
from domain.work import applications as rules
from handlers.content import Content
from handlers.tell import coordinators, tell
from handlers.turn import Turn
from storage.work import applications as stored
from storage.work import offers, posts

# Applications of one step of the clock; each step commits.
STEP = 50

Row = Mapping[str, Any]


def answerers(turn: Turn, row: Row) -> list[int]:
    """Who answers for a post: the coordinators of its community, and the firm's contacts only where she agreed (PIPL 23)."""
    return [*coordinators(turn.tx, row["community_id"]), *(stored.contacts(turn.tx, row["enterprise_id"]) if row["agreed"] else [])]


def tell_her(turn: Turn, row: Row, phrase: str, /, *rows: tuple[Button, ...], kind: str = "answer", **values: Any) -> None:
    """One thing about her application, to her."""
    word = turn.say(phrase, *rows, **{"title": row["title"], "enterprise": row["enterprise"], **values})
    tell(turn.tx, turn.content, [row["person_id"]], kind, word, now=turn.now)


def tell_staff(turn: Turn, row: Row, phrase: str, /, *rows: tuple[Button, ...], **values: Any) -> None:
    """One thing about an application, to all who answer for it but the one who speaks."""
    said = {"who": turn.name_of(row), "title": row["title"], "enterprise": row["enterprise"], **values}
    whom = [person for person in answerers(turn, row) if person != turn.person_id]
    tell(turn.tx, turn.content, whom, "staff", turn.say(phrase, *rows, **said), now=turn.now)


def change(turn: Turn, row: Row, to: str, *, by: int | None = None, **values: Any) -> bool:
    """One status further, a freed place to the next on the list; False where somebody was quicker or it is not allowed now."""
    if not stored.move(turn.tx, row["id"], to, by=by, now=turn.now, was=row["status"], **values):
        return False
    if row["holds"] and to not in rules.HOLDING:
        pass_on(turn, row["position_id"])
    return True


def pass_on(turn: Turn, position_id: int, *, replied: int = 0) -> list[int]:
    """Give free places to the first on the list, tell them (`replied` hears it as her answer) and who decides; whose they are now."""
    moved = stored.move_up(turn.tx, position_id, now=turn.now, hold=turn.content.rules.hold)
    for application in moved:
        row = whole(turn.tx, application)
        if application != replied:
            out = turn.button("applications.out", f"mine:{application}:out")
            tell_her(turn, row, "applications.moved_up", (out,), until=held(turn, row))
        tell_staff(turn, row, "applications.new", *decision(turn, application), until=held(turn, row))
    post = posts.position(turn.tx, position_id)
    if post is not None and post["status"] == "filled":
        offers.filled(turn.tx, position_id, now=turn.now)
    return moved


def whole(tx: Connection, application_id: int) -> dict[str, Any]:
    """An application that is there. Raises LookupError where it is not."""
    row = stored.get(tx, application_id)
    if row is None:
        raise LookupError(application_id)
    return row


def decision(turn: Turn, application_id: int) -> list[tuple[Button, ...]]:
    """The answers to an application, and a look at who she is."""
    answers = (
        turn.button("applications.accept", f"applicant:{application_id}:yes"),
        turn.button("applications.decline", f"applicant:{application_id}:no"),
    )
    return [answers, (turn.button("applications.see", f"applicant:{application_id}:see"),)]


def outcome(turn: Turn, application_id: int) -> tuple[Button, ...]:
    """How a trial ended, as staff say it."""
    return (
        turn.button("applications.staff_started", f"applicant:{application_id}:started"),
        turn.button("applications.staff_missed", f"applicant:{application_id}:missed"),
        turn.button("applications.staff_unfit", f"applicant:{application_id}:unfit"),
    )


def work_row(turn: Turn) -> tuple[Button, ...]:
    """The way to other posts."""
    return (turn.button("menu.work", "menu:work"),)


def moment(turn: Turn, at: datetime) -> str:
    """A point in time as people say it, local."""
    local = at.astimezone(LOCAL)
    return turn.words(
        "applications.moment",
        month=local.month,
        day=local.day,
        weekday=turn.words(f"form.weekdays.{local.isoweekday()}"),
        hour=local.hour,
        minute=f"{local.minute:02}",
    )


def held(turn: Turn, row: Row) -> str:
    """Until when her place waits for an answer, in words."""
    return moment(turn, row["held_until"] or turn.now)


def trial_words(turn: Turn, row: Row) -> dict[str, str]:
    """When and where a trial is; empty texts where none is agreed."""
    return {"when": moment(turn, row["trial_at"]) if row["trial_at"] else "", "place": row["trial_place"] or row["community"]}


def about_her(turn: Turn, person: Row) -> dict[str, str]:
    """What goes to a firm with her consent, in words: name, phone, skills, free times."""
    nothing = turn.words("applications.not_given")
    question = turn.content.forms["intake"].named["windows"]
    windows = in_words(question, person["windows"], question.choices) if person["windows"] else nothing
    return {
        "name": person["name"] or nothing,
        "phone": person["phone"] or nothing,
        "skills": "、".join(turn.label("skills", code) for code in person["skills"] or ()) or nothing,
        "windows": express(windows, turn.content.phrases, turn.language),
    }


def tried(row: Row, now: datetime) -> bool:
    """Whether her trial has begun, so that somebody can say how it went."""
    return row["status"] == "trial" and (row["trial_at"] is None or row["trial_at"] <= now)


def tick(tx: Connection, content: Content, now: datetime) -> int:
    """What the clock has to do about applications, one step; how much it did."""
    rows = stored.due(tx, now=now, limit=STEP)
    for row in rows:
        turn = Turn.to(tx, content, row["person_id"], now=now)
        (_held if row["status"] == "applied" else _trial)(turn, row)
    vain = stored.in_vain(tx, now=now, limit=STEP)
    for row in vain:
        turn = Turn.to(tx, content, row["person_id"], now=now)
        if change(turn, row, "lapsed"):
            tell_her(turn, row, "applications.lapsed_waiting", work_row(turn))
    free = stored.with_free_places(tx, limit=STEP)
    for position in free:
        pass_on(Turn.to(tx, content, stored.of_position(tx, position)[0]["person_id"], now=now), position)
    return len(rows) + len(vain) + len(free)


def _held(turn: Turn, row: Row) -> None:
    """Half the time is over: who decides is reminded. All of it: the next on the list moves up."""
    until = row["held_until"]
    if until is not None and turn.now < until:
        if stored.note(turn.tx, row["id"], was="applied", due_at=until):
            tell_staff(turn, row, "applications.half_time", *decision(turn, row["id"]), until=held(turn, row))
    elif change(turn, row, "lapsed"):
        tell_her(turn, row, "applications.lapsed", work_row(turn))
        tell_staff(turn, row, "applications.lapsed_staff")


def _trial(turn: Turn, row: Row) -> None:
    """A trial is near, or over and nobody said how it went."""
    at, quiet = row["trial_at"] or row["created_at"], turn.content.rules.quiet_hours
    number, said = row["id"], trial_words(turn, row)
    if not stored.note(turn.tx, number, was="trial", due_at=rules.next_look(at, after=turn.now, quiet_hours=quiet)):
        return
    match rules.due(at, now=turn.now, quiet_hours=quiet):
        case "evening":
            tell_her(turn, row, "applications.reminder_evening", *before(turn, row), kind="appointment", **said)
        case "soon":
            tell_her(turn, row, "applications.reminder_soon", *before(turn, row), kind="appointment", **said)
        case "how":
            tell_staff(turn, row, "applications.how_staff", outcome(turn, number))
            if rules.still_asked(at, now=turn.now):
                tell_her(turn, row, "applications.how_was_it", after(turn, number), kind="appointment")


def before(turn: Turn, row: Row) -> list[tuple[Button, ...]]:
    """What she can say to a trial that is to come."""
    number = row["id"]
    coming = [] if row["reason"] == "coming" else [turn.button("applications.coming", f"mine:{number}:coming")]
    other = turn.button("applications.other_time", f"mine:{number}:other")
    return [(*coming, other), (turn.button("applications.out", f"mine:{number}:out"),)]


def after(turn: Turn, application_id: int) -> tuple[Button, ...]:
    """What she can say of a trial that was."""
    return (
        turn.button("applications.i_started", f"mine:{application_id}:started"),
        turn.button("applications.not_started", f"mine:{application_id}:not"),
    )
