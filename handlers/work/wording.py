"""An application in words, and the buttons below it: for her, and for who decides."""

from __future__ import annotations

from datetime import datetime

from domain.forms.screen import express
from domain.forms.values import in_words
from domain.messages import Button
from domain.notices import LOCAL
from handlers.voice import Voice
from storage.work.applications import Application


def decision(voice: Voice, application_id: int) -> list[tuple[Button, ...]]:
    """The answers to an application, and a look at who she is."""
    answers = (
        voice.button("applications.accept", f"applicant:{application_id}:yes"),
        voice.button("applications.decline", f"applicant:{application_id}:no"),
    )
    return [answers, (voice.button("applications.see", f"applicant:{application_id}:see"),)]


def outcome(voice: Voice, application_id: int) -> tuple[Button, ...]:
    """How a trial ended, as staff say it."""
    return (
        voice.button("applications.staff_started", f"applicant:{application_id}:started"),
        voice.button("applications.staff_missed", f"applicant:{application_id}:missed"),
        voice.button("applications.staff_unfit", f"applicant:{application_id}:unfit"),
    )


def before(voice: Voice, application: Application) -> list[tuple[Button, ...]]:
    """What she can say to a trial that is to come."""
    number = application.id
    coming = [] if application.reason == "coming" else [voice.button("applications.coming", f"mine:{number}:coming")]
    other = voice.button("applications.other_time", f"mine:{number}:other")
    return [(*coming, other), (voice.button("applications.out", f"mine:{number}:out"),)]


def after(voice: Voice, application_id: int) -> tuple[Button, ...]:
    """What she can say of a trial that was."""
    return (
        voice.button("applications.i_started", f"mine:{application_id}:started"),
        voice.button("applications.not_started", f"mine:{application_id}:not"),
    )


def work_row(voice: Voice) -> tuple[Button, ...]:
    """The way to other posts."""
    return (voice.button("menu.work", "menu:work"),)


def clock(voice: Voice, at: datetime) -> str:
    """A point in time as people say it, local."""
    local = at.astimezone(LOCAL)
    return voice.words(
        "applications.moment",
        month=local.month,
        day=local.day,
        weekday=voice.words(f"form.weekdays.{local.isoweekday()}"),
        hour=local.hour,
        minute=f"{local.minute:02}",
    )


def held_until(voice: Voice, application: Application, now: datetime) -> str:
    """Until when her place waits for an answer."""
    return clock(voice, application.held_until or now)


def trial_time(voice: Voice, application: Application) -> str:
    """When a trial is; empty where none is agreed."""
    return clock(voice, application.trial_at) if application.trial_at else ""


def trial_words(voice: Voice, application: Application) -> dict[str, str]:
    """When and where a trial is; `when` is empty where none is agreed."""
    return {"when": trial_time(voice, application), "place": application.trial_place or application.community}


def about_her(voice: Voice, *, name: str | None, phone: str | None, skills: list[str] | None, windows: str | None) -> dict[str, str]:
    """What goes to a firm with her consent: name, phone, skills, free times."""
    nothing = voice.words("applications.not_given")
    question = voice.content.forms["intake"].named["windows"]
    times = in_words(question, windows, question.choices) if windows else nothing
    return {
        "name": name or nothing,
        "phone": phone or nothing,
        "skills": "、".join(voice.label("skills", code) for code in skills or ()) or nothing,
        "windows": express(times, voice.content.phrases, voice.language),
    }


def about_applicant(voice: Voice, application: Application) -> dict[str, str]:
    """The same of who applied."""
    row = application
    return about_her(voice, name=row.name, phone=row.phone, skills=row.skills, windows=row.windows)
