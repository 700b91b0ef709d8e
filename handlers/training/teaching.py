"""What staff decide about a class: that it does not take place, and who passed, which brings a certificate and the posts it leads to."""

from __future__ import annotations

from domain.errors import Refused
from domain.messages import Outbound
from domain.notices import LOCAL
from domain.training import certificates
from handlers.scene import Scene
from handlers.tell import tell
from handlers.training.classes import another, say
from handlers.turn import Turn
from handlers.work import offers
from storage.people import consents, persons
from storage.training import attendance, classes
from storage.training.attendance import Pupil
from storage.training.classes import Class
from storage.work import posts


def class_of(scene: Scene, class_id: int) -> Class:
    """A class that she may manage. Raises Refused."""
    row = classes.get(scene.tx, class_id)
    if row is None:
        raise Refused("classes.gone")
    scene.need("classes.manage", row.community_id)
    return row


def cancellable(scene: Scene, class_id: int) -> Class:
    """A class that she may cancel. Raises Refused where it is over."""
    row = class_of(scene, class_id)
    if row.status != "open" or certificates.over(row.sessions, scene.now):
        raise Refused("classes.over_already", title=row.title)
    return row


def cancel(scene: Scene, class_id: int) -> Class:
    """It does not take place: everybody in it is told and shown another. Raises Refused where it is over."""
    row = cancellable(scene, class_id)
    scene.log("classes.cancel", "training_class", row.id)
    for person_id in classes.cancel(scene.tx, row.id):
        hers = Turn.to(scene.tx, scene.content, person_id, now=scene.now)
        tell(scene.tx, scene.content, [person_id], "appointment", another(hers, row, say(row, "cancelled")), now=scene.now)
    return row


def ready(row: Class, pupils: list[Pupil]) -> list[Pupil]:
    """Who came often enough and is not assessed yet."""
    return [one for one in pupils if one.status == "enrolled" and certificates.enough(one.attended, len(row.sessions))]


def assess(scene: Scene, enrolment_id: int, *, passed: bool) -> Class:
    """One passed, or did not; her class. Raises Refused before it is over."""
    row = class_of(scene, attendance.class_of(scene.tx, enrolment_id) or 0)
    _settle(scene, row, [one for one in attendance.roll(scene.tx, row.id) if one.id == enrolment_id], passed=passed)
    return row


def pass_all(scene: Scene, class_id: int) -> Class:
    """All who came to four of five sessions pass. Raises Refused before it is over."""
    row = class_of(scene, class_id)
    _settle(scene, row, ready(row, attendance.roll(scene.tx, row.id)), passed=True)
    return row


def _settle(scene: Scene, row: Class, pupils: list[Pupil], *, passed: bool) -> None:
    """Write the verdicts down, tell each of them, and offer those who passed the posts at once. The class ends with the last verdict."""
    if row.kind != "class":
        raise Refused("classes.gone")
    if not certificates.over(row.sessions, scene.now):
        raise Refused("classes.assess_not_yet")
    settled = []
    for one in pupils:
        number = certificates.certificate(scene.now.astimezone(LOCAL).year, one.id) if passed else None
        if attendance.assess(scene.tx, one.id, number, by=scene.person_id, now=scene.now):
            scene.log("classes.assess", "enrolment", one.id)
            _tell(scene, row, one.person_id, number)
            settled.append(one.person_id)
    if passed and settled:
        _offer(scene, row, settled)
    if not classes.members(scene.tx, row.id, "enrolled"):
        classes.close(scene.tx, row.id)


def _tell(scene: Scene, row: Class, person_id: int, certificate: str | None) -> None:
    """Her result, with the certificate's number, or with the next class; what she can do now, or still wants to learn, is kept."""
    hers = Turn.to(scene.tx, scene.content, person_id, now=scene.now)
    stored = _keep(hers, row.skill, passed=certificate is not None)
    if certificate is None:
        word = another(hers, row, "classes.failed")
    else:
        rows = ((hers.button("menu.work", "menu:work"),),)
        skill = hers.label("skills", row.skill)
        phrase = "classes.passed" if stored else "classes.passed_unstored"
        word = Outbound(text=hers.words(phrase, title=row.title, certificate=certificate, skill=skill), buttons=rows)
    tell(scene.tx, scene.content, [person_id], "answer", word, now=scene.now)


def _keep(hers: Turn, skill: str, *, passed: bool) -> bool:
    """Her skills, or what she wants to learn; only where she agreed that a profile is stored."""
    profile = persons.profile(hers.tx, hers.person_id)
    if profile is None or not consents.has(hers.tx, hers.person_id, "profile"):
        return False
    learn = [one for one in profile.learn if one != skill]
    values: persons.Told = (
        {"skills": list(dict.fromkeys([*profile.skills, skill])), "learn": learn} if passed else {"learn": [*learn, skill]}
    )
    persons.save_profile(hers.tx, hers.person_id, values, now=hers.now)
    return True


def _offer(scene: Scene, row: Class, passed: list[int]) -> None:
    """The posts that the class leads to are theirs to have before the public is told (培训即就业)."""
    by_code = posts.by_code(scene.tx, row.leads_to)
    for code in row.leads_to:
        if code in by_code and by_code[code].status == "published":
            offers.offer_now(scene.tx, scene.content, by_code[code].id, passed, wave=0, now=scene.now)
