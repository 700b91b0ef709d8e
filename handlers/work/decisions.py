"""The deeds of who decides on an application: a trial is agreed, she is turned down, she has started, or did not come."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from domain.access import may
from domain.errors import Refused
from domain.work.applications import Status, next_look
from handlers.scene import Scene
from handlers.tell import for_others
from handlers.work.placements import change, existing, start, tell_her, tell_staff, tried
from handlers.work.wording import before, trial_time, trial_words, work_row
from storage.work import applications
from storage.work.applications import Application

Ending = Literal["missed", "unfit", "no"]
# How it ended: her status, and the phrases for her and for those who answer besides.
ENDINGS: dict[Ending, tuple[Status, str, str]] = {
    "missed": ("missed", "applications.missed", "applications.missed_staff"),
    "unfit": ("declined", "applications.declined_after", "applications.declined_staff"),
    "no": ("declined", "applications.declined", "applications.declined_staff"),
}


class Decision(NamedTuple):
    """The application as it is now; `done` is False where somebody was quicker and nothing was changed."""

    application: Application
    done: bool


class Seen(NamedTuple):
    """What somebody saw of an application before she decided."""

    status: str
    trial_at: datetime | None


def application_for(scene: Scene, application_id: int, action: str) -> Application:
    """An application to which she may do that: an office for its own place, a firm's contact for who agreed to that firm. Raises Refused."""
    application = applications.get(scene.tx, application_id)
    if application is None:
        raise Refused("work.gone")
    held = scene.roles()
    office = [one for one in held if one.enterprise_id is None]
    if may(office, action, application.community_id):
        return application
    if not application.agreed or not may(held, action, application.community_id, enterprise_id=application.enterprise_id):
        raise Refused("staff.not_allowed")
    return application


def turn_down(scene: Scene, application_id: int, ending: Ending) -> Decision:
    """No, she did not come to the trial, or it did not suit; she and who answers besides are told. Raises Refused."""
    application = application_for(scene, application_id, "applications.decide")
    if ending != "no" and not tried(application, scene.now):
        raise Refused("applications.too_early")
    to, to_her, to_staff = ENDINGS[ending]
    if not change(scene, application, to, by=scene.person_id):
        return Decision(existing(scene.tx, application_id), done=False)
    scene.log("applications.decide", "application", application_id)
    tell_her(scene, application, to_her, work_row(for_others(scene.content)))
    tell_staff(scene, application, to_staff)
    return Decision(application, done=True)


def record_start(scene: Scene, application_id: int) -> Decision:
    """She has started after her trial; she and who answers besides are told, and her talks are planned. Raises Refused."""
    application = application_for(scene, application_id, "applications.decide")
    if not tried(application, scene.now):
        raise Refused("applications.too_early")
    if not start(scene, application):
        return Decision(existing(scene.tx, application_id), done=False)
    scene.log("applications.decide", "application", application_id)
    tell_her(scene, application, "applications.started")
    tell_staff(scene, application, "applications.started_staff")
    return Decision(application, done=True)


def invite(scene: Scene, application_id: int, at: datetime, place: str, *, about: Seen) -> Decision:
    """The trial is agreed: she is told when, where, and that it costs nothing. Of two who decide on what they saw the first counts. Raises Refused."""
    application = application_for(scene, application_id, "applications.decide")
    if at <= scene.now:
        raise Refused("applications.past")
    _honest(place)
    due = next_look(at, after=scene.now, quiet_hours=scene.content.rules.quiet_hours)
    if about != (application.status, application.trial_at) or not change(
        scene, application, "trial", by=scene.person_id, trial_at=at, trial_place=place, due_at=due, held_until=None
    ):
        return Decision(application, done=False)
    scene.log("applications.decide", "application", application_id)
    agreed, voice = existing(scene.tx, application_id), for_others(scene.content)
    phrase = "applications.trial_moved" if application.status == "trial" else "applications.trial"
    tell_her(scene, agreed, phrase, *before(voice, agreed), **trial_words(voice, agreed))
    tell_staff(scene, agreed, "applications.trial_staff", when=trial_time(voice, agreed))
    return Decision(agreed, done=True)


def _honest(place: str) -> None:
    """These words go to her as they are: nobody asks her for money in them. Raises Refused with what was found."""
    # Here, since its rules take a tenth of a second that only few messages need.
    from domain.screening import screen

    screened = screen(place) if place else None
    if screened is not None and screened.verdict == "block":
        raise Refused("applications.fee", quotes="、".join(f"“{finding.quote}”" for finding in screened.findings))
