"""What a visit at the door writes, by a scene alone: her answers, what came of it, hardship, a consent taken back, a code for her phone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Literal

from domain.access import Scope, may
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.notices import LOCAL
from domain.plain import text_of, texts_of, whole_of
from handlers import profile
from handlers.scene import Scene, row_id
from handlers.tell import everywhere, for_others
from storage import mergers
from storage.people import consents, persons
from storage.survey import campaigns, takeovers
from storage.survey.campaigns import HerVisit, Woman
from storage.survey.handovers import Place

OUTCOMES = ("away", "moved", "refused")
EVENING, MORNING = time(18), time(9)
# From the third time on somebody else has to find out what is the matter.
OFTEN = 3
CODE_LASTS = timedelta(days=7)

# What became of her answers: stored, not agreed to (what was known stays), or erased with the record that was made at this door.
Kept = Literal["stored", "not_agreed", "erased"]


def mine(scene: Scene, visit_id: int, action: str) -> HerVisit:
    """A visit of the worker's own scope; any other is refused, as one that is not there."""
    rows = campaigns.visits(scene.tx, [visit_id])
    if not rows or not scene.may(action, rows[0].community_id, cell_id=rows[0].cell_id):
        raise Refused("visits.not_yours")
    return rows[0]


def cell_of(scene: Scene, cell_id: int) -> Place:
    """A cell in which she may register somebody. Raises Refused."""
    row = campaigns.place(scene.tx, cell_id)
    if row is None or not scene.may("visits.record", row.community_id, cell_id=row.id):
        raise Refused("visits.not_yours")
    return row


def woman(scene: Scene, argument: str, action: str) -> Woman:
    """Whom a button names, of the worker's own scope."""
    row = campaigns.woman(scene.tx, row_id(argument))
    if row is None or not scene.may(action, row.community_id, cell_id=row.cell_id):
        raise Refused("visits.not_yours")
    return row


def still_open(scene: Scene, row: HerVisit) -> None:
    """Raises Refused where something came of the visit already."""
    if row.status != "open":
        raise Refused("visits.ended", how=for_others(scene.content).words(f"visits.status_{row.status}"))


def register(scene: Scene, answers: Answers, cell: Place) -> int:
    """A new record in the worker's cell, and its visit; that visit."""
    name, phone, building = (text_of(answers, one) for one in ("name", "phone", "building"))
    place = Scope(cell.community_id, cell.id)
    person_id = campaigns.add(scene.tx, name=name, phone=phone, building=building, place=place, now=scene.now)
    if birth_year := whole_of(answers, "birth_year"):
        persons.save_profile(scene.tx, person_id, {"birth_year": birth_year}, now=scene.now)
    scene.log("people.add", "person", person_id)
    return keep(scene, person_id, answers)


def keep(scene: Scene, person_id: int, answers: Answers) -> int:
    """What she said at the door is an answer of hers, also where her record says otherwise; the visit that goes on with it."""
    profile.keep_answers(scene, person_id, "door", answers)
    standing = for_others(scene.content).words("visits.standing")
    return campaigns.visit_of(scene.tx, person_id, standing=standing, by=scene.person_id, now=scene.now)


def alike(scene: Scene, row: HerVisit) -> list[Woman]:
    """Other records that may be the same woman, of those that the worker may see; written down, since only such can be merged."""
    held = scene.roles()
    rows = campaigns.alike(scene.tx, phone=row.phone_digest, name=row.name_digest, besides=row.person_id)
    hers = [one for one in rows if may(held, "people.merge", one.community_id, cell_id=one.cell_id)]
    for one in hers:
        mergers.found(scene.tx, row.person_id, one.id, now=scene.now)
    pairs = [(one, mergers.alike(scene.tx, row.person_id, one.id)) for one in hers]
    return [one for one, pair in pairs if pair is not None and pair.status == "found"]


def known(scene: Scene, person_id: int) -> Answers:
    """What she told already. Where an office registered her she was never asked herself: what is empty is open, and so are her consents."""
    told = profile.known(replace(scene, person_id=person_id))
    if campaigns.told(scene.tx, person_id, "intake", version=scene.content.forms["intake"].version):
        return told
    return {name: value for name, value in told.items() if value is not None and name != "consent"}


def store(scene: Scene, row: HerVisit, answers: Answers, emptied: Collection[str] = ()) -> Kept:
    """Her answers and consents go to her profile; without her consent nothing is. The log says that it was at the door, and by whom."""
    person_id = row.person_id
    agreed = texts_of(answers, "consent")
    scene.log("consent.door", "person", person_id, version=scene.content.forms["intake"].version, purposes=agreed)
    if "profile" not in agreed and ("consent" in answers or not consents.has(scene.tx, person_id, "profile")):
        return _not_agreed(scene, row)
    place = persons.get(scene.tx, person_id)
    profile.told_at_the_door(replace(scene, person_id=person_id), answers, emptied)
    if persons.get(scene.tx, person_id).community_id != place.community_id:
        # The cell was one of the community where she no longer lives.
        persons.change(scene.tx, person_id, cell_id=None)
    campaigns.record(scene.tx, row.id, "done", by=scene.person_id, now=scene.now)
    return "stored"


def _not_agreed(scene: Scene, row: HerVisit) -> Kept:
    """She agreed to nothing at the door: nothing of it is stored. What she agreed to before is not taken back by an empty box."""
    campaigns.record(scene.tx, row.id, "refused", by=scene.person_id, now=scene.now)
    if consents.given(scene.tx, row.person_id) or not takeovers.free(scene.tx, row.person_id):
        return "not_agreed"
    # Made at this door, and never anybody's word that it may stay.
    profile.erase(replace(scene, person_id=row.person_id))
    scene.log("data.erase", "person", row.person_id)
    return "erased"


def end(scene: Scene, row: HerVisit, outcome: str) -> int:
    """Write down that nobody was home, that she moved, or that she does not want to; how often nobody was home by now."""
    still_open(scene, row)
    scene.log(f"visits.{outcome}", "person", row.person_id)
    if outcome != "away":
        campaigns.record(scene.tx, row.id, outcome, by=scene.person_id, now=scene.now)
        return row.missed
    times = row.missed + 1
    campaigns.missed(scene.tx, row.id, by=scene.person_id, again=again(scene.now, times), now=scene.now)
    return times


def again(now: datetime, times: int) -> datetime:
    """When to come again: at another time of the day tomorrow, from the third time on in a week."""
    local = now.astimezone(LOCAL)
    if times >= OFTEN:
        return datetime.combine(local.date() + timedelta(days=7), MORNING, LOCAL)
    return datetime.combine(local.date() + timedelta(days=1), EVENING if local.time() < EVENING else MORNING, LOCAL)


def hardship(scene: Scene, person_id: int, *, has: bool) -> None:
    """The tick that her family is in hardship, with her word for it, or without it any more. Raises Refused where she has no profile."""
    if persons.profile(scene.tx, person_id) is None:
        raise Refused("visits.no_profile")
    scene.log("visits.hardship", "person", person_id)
    if has:
        consents.agree(scene.tx, person_id, "hardship", version=scene.content.forms["intake"].version, now=scene.now)
        persons.save_profile(scene.tx, person_id, {"hardship": True}, now=scene.now)
    else:
        _take_back(scene, person_id, "hardship")


def withdrawable(scene: Scene, person_id: int, purpose: str) -> None:
    """Raises Refused where she did not agree to it, and where only she herself can take it back."""
    if purpose not in consents.given(scene.tx, person_id):
        raise Refused("visits.nothing_given")
    if purpose == "profile" and persons.seated(scene.tx, person_id):
        # It deletes everything: who has a phone of her own says that there herself.
        raise Refused("visits.withdraw_herself")


def withdraw(scene: Scene, person_id: int, purpose: str) -> None:
    """She no longer agrees, said at her door; she hears of it at every address of hers. Raises Refused as `withdrawable` does."""
    withdrawable(scene, person_id, purpose)
    _take_back(scene, person_id, purpose)


def _take_back(scene: Scene, person_id: int, purpose: str) -> None:
    scene.log("consent.withdraw_door", "person", person_id, purpose=purpose)
    voice = for_others(scene.content)
    word = voice.say("visits.withdrawn_word", purpose=voice.words(f"data.purpose_{purpose}"))
    profile.withdraw(replace(scene, person_id=person_id), purpose)
    everywhere(scene, person_id, word)


def make_code(scene: Scene, person_id: int) -> str:
    """A code with which she takes over her profile on her own phone.

    Raises Refused for a profile that somebody sits on, or whose person works here.
    """
    if not takeovers.free(scene.tx, person_id):
        raise Refused("visits.no_code")
    made = takeovers.make(scene.tx, person_id, by=scene.person_id, expires_at=scene.now + CODE_LASTS, now=scene.now)
    scene.log("people.code", "person", person_id)
    return made
