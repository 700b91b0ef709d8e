"""The deeds of who looks after what is stored of a woman: seen by its place, corrected with her knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, cast

from domain.errors import Refused
from domain.lists import KINDS, Header, Known, Wrong, read_row
from handlers.scene import Scene
from handlers.tell import for_others, tell
from storage.desk import people
from storage.desk.people import Place
from storage.people import persons
from storage.staff import roles

KIND = KINDS["mothers"]
_PERSON, _PROFILE = ("name", "phone", "building"), ("birth_year", "skills", "modes", "sectors", "windows")
# What may be corrected for her; consents she gives and takes herself.
FIELDS = (*_PERSON, *_PROFILE)


class Corrected(NamedTuple):
    """Which fields changed, or what is wrong with what was typed."""

    changed: list[str]
    wrong: list[Wrong]


def readable(scene: Scene, person_id: int, action: str = "people.see") -> Place:
    """Where she lives, if that lies in her scopes. Raises Refused, the same for who is not there and who is not hers to see."""
    place = people.place(scene.tx, person_id)
    if place is None or not scene.may(action, place.community_id, cell_id=place.cell_id):
        raise Refused("work.gone")
    return place


def correct(scene: Scene, person_id: int, typed: Mapping[str, str]) -> Corrected:
    """Change what differs, by the rules of the lists, and tell her which fields. Raises Refused."""
    readable(scene, person_id, "people.correct")
    if roles.works_here(scene.tx, person_id) and person_id != scene.person_id:
        raise Refused("data.works_here")
    columns = {column.name: column for column in KIND.columns}
    header = Header(columns=dict(enumerate(FIELDS)), names=tuple(columns[name].title for name in FIELDS), above=0)
    known = Known.of(scene.content.labels, communities={}, enterprises={}, today=scene.today)
    values, wrong = read_row(KIND, header, [typed.get(name, "") for name in FIELDS], known)
    if wrong:
        return Corrected([], wrong)
    before = _stored(scene, person_id)
    differing = {name: value for name, value in values.items() if (value or None) != (before[name] or None)}
    if person := {name: value for name, value in differing.items() if name in _PERSON}:
        persons.change(scene.tx, person_id, **cast("persons.Changes", person))
    if profile := {name: value for name, value in differing.items() if name in _PROFILE}:
        persons.save_profile(scene.tx, person_id, cast("persons.Told", profile), now=scene.now)
    if differing:
        scene.log("people.correct", "person", person_id, fields=sorted(differing))
        said = "、".join(columns[name].title for name in differing)
        tell(scene.tx, scene.content, [person_id], "answer", for_others(scene.content).say("data.corrected", fields=said), now=scene.now)
    return Corrected(sorted(differing), [])


def _stored(scene: Scene, person_id: int) -> dict[str, object]:
    row, profile = persons.get(scene.tx, person_id), persons.profile(scene.tx, person_id)
    hers = {name: getattr(row, name) for name in _PERSON}
    return {**hers, **{name: getattr(profile, name) if profile else None for name in _PROFILE}}
