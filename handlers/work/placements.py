"""Every change of an application is told to her and to those who answer for the post, and a freed place goes to the next on the list."""

from __future__ import annotations

from datetime import datetime
from typing import Unpack

from sqlalchemy import Connection

from domain.messages import Button
from domain.work.applications import HOLDING, Status, due, next_look, still_asked
from handlers.content import Content
from handlers.scene import Scene
from handlers.tell import coordinators, for_others, tell
from handlers.work.wording import after, before, decision, held_until, outcome, trial_words, work_row
from storage.work import applications, follow_ups, offers, places, posts
from storage.work.applications import Application

# Applications of one step of the clock; each step commits.
STEP = 50


def answerers(tx: Connection, application: Application) -> list[int]:
    """Who answers for a post: the coordinators of its community, and the firm's contacts only where she agreed (PIPL 23)."""
    firm = applications.contacts(tx, application.enterprise_id) if application.agreed else []
    return [*coordinators(tx, application.community_id), *firm]


def tell_her(
    scene: Scene, application: Application, phrase: str, /, *rows: tuple[Button, ...], kind: str = "answer", **values: str
) -> None:
    """One thing about her application, to her."""
    named = {"title": application.title, "enterprise": application.enterprise, **values}
    word = for_others(scene.content).say(phrase, *rows, **named)
    tell(scene.tx, scene.content, [application.person_id], kind, word, now=scene.now)


def tell_staff(scene: Scene, application: Application, phrase: str, /, *rows: tuple[Button, ...], **values: str) -> None:
    """One thing about an application, to all who answer for it but the one who acts."""
    voice = for_others(scene.content)
    who = voice.called(application.name, application.key)
    named = {"who": who, "title": application.title, "enterprise": application.enterprise, **values}
    whom = [person for person in answerers(scene.tx, application) if person != scene.person_id]
    tell(scene.tx, scene.content, whom, "staff", voice.say(phrase, *rows, **named), now=scene.now)


def change(scene: Scene, application: Application, to: Status, *, by: int | None = None, **values: Unpack[places.Dated]) -> bool:
    """One status further, a freed place to the next on the list; False where somebody was quicker or it is not allowed now."""
    if not places.move(scene.tx, application.id, to, by=by, now=scene.now, was=application.status, **values):
        return False
    if application.holds and to not in HOLDING:
        pass_on(scene, application.position_id)
    return True


def start(scene: Scene, application: Application) -> bool:
    """trial → started, with her talks on day 7, 30 and 90 planned; False where somebody was quicker."""
    if not change(scene, application, "started", by=scene.person_id, started_at=scene.now):
        return False
    follow_ups.plan(scene.tx, application_id=application.id, person_id=application.person_id, started_at=scene.now)
    return True


def pass_on(scene: Scene, position_id: int, *, replied: int = 0) -> list[int]:
    """Give free places to the first on the list, tell them (`replied` hears it as her answer) and who decides; whose they are now."""
    voice = for_others(scene.content)
    moved = places.move_up(scene.tx, position_id, now=scene.now, hold=scene.content.rules.hold)
    for number in moved:
        application = existing(scene.tx, number)
        until = held_until(voice, application, scene.now)
        if number != replied:
            out = voice.button("applications.out", f"mine:{number}:out")
            tell_her(scene, application, "applications.moved_up", (out,), until=until)
        tell_staff(scene, application, "applications.new", *decision(voice, number), until=until)
    post = posts.get(scene.tx, position_id)
    if post is not None and post.status == "filled":
        offers.filled(scene.tx, position_id, now=scene.now)
    return moved


def existing(tx: Connection, application_id: int) -> Application:
    """An application that is there. Raises LookupError where it is not."""
    application = applications.get(tx, application_id)
    if application is None:
        raise LookupError(application_id)
    return application


def tried(application: Application, now: datetime) -> bool:
    """Whether her trial has begun, so that somebody can say how it went."""
    return application.status == "trial" and (application.trial_at is None or application.trial_at <= now)


def cancel_all(
    tx: Connection, content: Content, position_id: int, phrase: str, *, now: datetime, by: int | None = None, **values: str
) -> list[int]:
    """A post was withdrawn: who waits for it, holds a place or has a trial is told `phrase` (values: title, enterprise and the given ones).

    Who was told, so that nobody hears of it twice. `withdrawn_at` must be set before, or the places that get free open the post again.
    """
    told = []
    for application in applications.of_position(tx, position_id):
        scene = _of(tx, content, application.person_id, now)
        if places.move(tx, application.id, "cancelled", by=by, now=now, reason="post_withdrawn"):
            tell_her(scene, application, phrase, work_row(for_others(content)), kind="correction", **values)
            told.append(application.person_id)
    return told


def tick(tx: Connection, content: Content, now: datetime) -> int:
    """What the clock has to do about applications, one step; how much it did."""
    rows = applications.due(tx, now=now, limit=STEP)
    for application in rows:
        scene = _of(tx, content, application.person_id, now)
        (_held if application.status == "applied" else _trial)(scene, application)
    vain = applications.in_vain(tx, now=now, limit=STEP)
    for application in vain:
        scene = _of(tx, content, application.person_id, now)
        if change(scene, application, "lapsed"):
            tell_her(scene, application, "applications.lapsed_waiting", work_row(for_others(content)))
    free = applications.with_free_places(tx, limit=STEP)
    for position_id in free:
        pass_on(_of(tx, content, applications.of_position(tx, position_id)[0].person_id, now), position_id)
    return len(rows) + len(vain) + len(free)


def _of(tx: Connection, content: Content, person_id: int, now: datetime) -> Scene:
    return Scene(tx=tx, content=content, now=now, person_id=person_id)


def _held(scene: Scene, application: Application) -> None:
    """Half the time is over: who decides is reminded. All of it: the next on the list moves up."""
    until, voice = application.held_until, for_others(scene.content)
    if until is not None and scene.now < until:
        if places.note(scene.tx, application.id, was="applied", due_at=until):
            words = held_until(voice, application, scene.now)
            tell_staff(scene, application, "applications.half_time", *decision(voice, application.id), until=words)
    elif change(scene, application, "lapsed"):
        tell_her(scene, application, "applications.lapsed", work_row(voice))
        tell_staff(scene, application, "applications.lapsed_staff")


def _trial(scene: Scene, application: Application) -> None:
    """A trial is near, or over and nobody said how it went."""
    at, quiet = application.trial_at or application.created_at, scene.content.rules.quiet_hours
    number, voice = application.id, for_others(scene.content)
    trial = trial_words(voice, application)
    if not places.note(scene.tx, number, was="trial", due_at=next_look(at, after=scene.now, quiet_hours=quiet)):
        return
    match due(at, now=scene.now, quiet_hours=quiet):
        case "evening":
            tell_her(scene, application, "applications.reminder_evening", *before(voice, application), kind="appointment", **trial)
        case "soon":
            tell_her(scene, application, "applications.reminder_soon", *before(voice, application), kind="appointment", **trial)
        case "how":
            tell_staff(scene, application, "applications.how_staff", outcome(voice, number))
            if still_asked(at, now=scene.now):
                tell_her(scene, application, "applications.how_was_it", after(voice, number), kind="appointment")
