"""What is known of her as answers of the intake form, and the way back: her answers become consents and a profile."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

import orjson

from domain.codebook import Slots
from domain.forms import heard as hearing
from domain.forms import values
from domain.forms.schema import Answers
from domain.forms.screen import express
from domain.messages import Outbound
from domain.plain import number_of, text_of, texts_of, whole_of
from handlers import choices, forms
from handlers.scene import Scene
from handlers.turn import Turn
from storage import erasure
from storage.people import answered, consents, persons
from storage.people.answered import Answer

PURPOSES = ("profile", "children", "jobs")
# Answers that are lists, called alike in a profile.
LISTED: tuple[Literal["children", "skills", "learn", "modes", "sectors"], ...] = ("children", "skills", "learn", "modes", "sectors")


def store(turn: Turn, conversation: int | None, answers: Answers) -> bool:
    """Consents and profile of the turn's person, who fills in the form for herself; False where she does not agree to be stored."""
    agreed = texts_of(answers, "consent")
    version = turn.content.forms["intake"].version
    for purpose in PURPOSES:
        if purpose in agreed:
            consents.agree(turn.tx, turn.person_id, purpose, version=version, now=turn.now)
        else:
            consents.withdraw(turn.tx, turn.person_id, purpose, now=turn.now)
    if "profile" in agreed:
        _store(turn, conversation, answers)
    return "profile" in agreed


def told_at_the_door(scene: Scene, answers: Answers, emptied: Collection[str] = ()) -> None:
    """Write what was asked and answered at her door, and empty what was emptied there; whatever was not asked stays as it is.

    A consent is only ever given here: to withdraw one is an act of its own (`withdraw`), and she hears of it.
    """
    version = scene.content.forms["intake"].version
    for purpose in set(texts_of(answers, "consent")) & set(PURPOSES):
        consents.agree(scene.tx, scene.person_id, purpose, version=version, now=scene.now)
    keep_answers(scene, scene.person_id, "intake", answers)
    said: Answers = {**dict.fromkeys(emptied), **answers}
    persons.save_profile(scene.tx, scene.person_id, _told(said, scene.now), now=scene.now)
    if community := text_of(said, "community"):
        persons.change(scene.tx, scene.person_id, community_id=_community(scene, community))
    if "phone" in said:
        persons.change(scene.tx, scene.person_id, phone=text_of(said, "phone"))
    if name := text_of(said, "name"):
        persons.change(scene.tx, scene.person_id, name=name)


def _told(said: Answers, now: datetime) -> persons.Told:
    """The columns of a profile that these answers speak of."""
    values: persons.Told = {"surveyed_at": now}
    for name in LISTED:
        if name in said:
            values[name] = texts_of(said, name)
    if "windows" in said:
        values["windows"] = text_of(said, "windows") or ""
    if "distance_m" in said:
        values["max_distance_m"] = whole_of(said, "distance_m")
    if "pay" in said:
        pay = number_of(said, "pay")
        values["min_monthly_pay_fen"] = None if pay is None else round(pay * 100)
    return values


def _community(scene: Scene, code: str | None) -> int | None:
    return next((row.id for row in persons.communities(scene.tx) if row.code == code), None)


def withdraw(scene: Scene, purpose: str) -> None:
    """As easy as it was given; what was stored for this purpose alone goes at once."""
    consents.withdraw(scene.tx, scene.person_id, purpose, now=scene.now)
    if purpose == "children" and persons.profile(scene.tx, scene.person_id):
        persons.save_profile(scene.tx, scene.person_id, {"children": []}, now=scene.now)
        for form in ("intake", "merged"):
            answered.forget(scene.tx, scene.person_id, form, "children")
    if purpose == "hardship" and persons.profile(scene.tx, scene.person_id):
        persons.save_profile(scene.tx, scene.person_id, {"hardship": False}, now=scene.now)
    if purpose == "profile":
        erase(scene)


def erase(scene: Scene) -> None:
    """Each capability gives back what she holds and tells who has her data; then what she told is gone."""
    for give_back in scene.content.capabilities.erasing:
        give_back(scene)
    erasure.erase(scene.tx, scene.person_id, now=scene.now)


def _store(turn: Turn, conversation: int | None, answers: Answers) -> None:
    keep_answers(turn, turn.person_id, "intake", answers, conversation=conversation)
    values: persons.Told = {
        "children": texts_of(answers, "children"),
        "skills": texts_of(answers, "skills"),
        "learn": texts_of(answers, "learn"),
        "modes": texts_of(answers, "modes"),
        "sectors": texts_of(answers, "sectors"),
        "windows": text_of(answers, "windows") or "",
    }
    if not turn.channel.carries_private and "children" in texts_of(answers, "consent"):
        # Not asked here, so not answered either: what is known of them stays.
        del values["children"]
    values["surveyed_at"] = turn.now
    pay = number_of(answers, "pay")
    values["max_distance_m"] = whole_of(answers, "distance_m")
    values["min_monthly_pay_fen"] = None if pay is None else round(pay * 100)
    persons.save_profile(turn.tx, turn.person_id, values, now=turn.now)
    community_id = _community(turn, text_of(answers, "community"))
    persons.change(turn.tx, turn.person_id, community_id=community_id, phone=text_of(answers, "phone"), notices=True)
    if name := text_of(answers, "name"):
        # A name that a list or a visit brought is not lost by leaving the question out.
        persons.change(turn.tx, turn.person_id, name=name)


def keep_answers(scene: Scene, person_id: int, form: str, answers: Answers, *, conversation: int | None = None) -> None:
    """What somebody said in a form, word for word, as answers of hers. At her door there is no `conversation` of hers."""
    version = scene.content.forms[form].version
    rows = [
        Answer(person_id, form, version, name, orjson.dumps(value).decode(), scene.now, conversation) for name, value in answers.items()
    ]
    answered.save(scene.tx, rows)


def known(scene: Scene) -> Answers:
    """What she told before, as answers of the form, so that nothing is asked twice."""
    profile = persons.profile(scene.tx, scene.person_id)
    if profile is None or profile.surveyed_at is None:
        return {}
    person = persons.get(scene.tx, scene.person_id)
    community = next((row.code for row in persons.communities(scene.tx) if row.id == person.community_id), choices.ELSEWHERE)
    pay = profile.min_monthly_pay_fen
    given = consents.given(scene.tx, scene.person_id)
    answers = {
        "consent": [purpose for purpose in PURPOSES if purpose in given],
        "community": community,
        # Asked once, where her community was not on the list.
        "address": None,
        "children": profile.children,
        "skills": profile.skills,
        "learn": profile.learn,
        "modes": profile.modes,
        "sectors": profile.sectors,
        "windows": profile.windows,
        "distance_m": profile.max_distance_m,
        "pay": None if pay is None else pay // 100,
        "name": person.name,
        "phone": person.phone,
    }
    return {name: value or None for name, value in answers.items()}


def ask(turn: Turn, words: str, heard: Slots, *, told: Answers | None = None) -> list[Outbound]:
    """The form, filled with what is known and what was just read from her words, or she told before; only what is missing is asked."""
    if turn.state is not None:
        # She is in a form already, which waits; a second one would only hide it.
        return []
    said_before = {name: value for name, value in known(turn).items() if name not in heard}
    return forms.start(turn, "intake", known=said_before, heard=heard, words=words, told=told)


def as_answers(turn: Turn, heard: Slots) -> Answers:
    """What was read from her words as answers of the form."""
    return hearing.answers(turn.content.forms["intake"], heard, today=turn.today, lists=choices.lists(turn))


def in_words(turn: Turn, answers: Answers) -> str:
    """Answers of the form as they are said back to her."""
    form, lists = turn.content.forms["intake"], choices.lists(turn)
    said = []
    for name, value in answers.items():
        question = form.named[name]
        inner = question.questions[0] if question.listed else question
        said.append(express(values.in_words(question, value, inner.options(lists)), turn.content.phrases, turn.language))
    return "、".join(said)


def change(turn: Turn, said: Answers) -> None:
    """She wants this to hold from now on; all else stays as it is."""
    keep_answers(turn, turn.person_id, "intake", said)
    persons.save_profile(turn.tx, turn.person_id, _told(said, turn.now), now=turn.now)
