"""What is known of her as answers of the intake form, and the way back: her answers become consents and a profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from domain.messages import Outbound
from handlers import forms
from handlers.turn import Turn
from storage.people import persons

PURPOSES = ("profile", "children", "jobs")
# Slots of domain.reading that the form asks for.
SLOTS = ("sectors", "modes", "skills", "learn", "windows", "pay", "distance_m", "children", "phone")
PROFILE = ("children", "skills", "learn", "modes", "sectors", "windows")


def store(turn: Turn, conversation: int | None, answers: Mapping[str, Any]) -> bool:
    """Consents and profile of the turn's person; False where she does not agree to be stored. At her door there is no `conversation` of hers."""
    agreed = set(answers.get("consent") or ())
    version = turn.content.forms["intake"].version
    for purpose in PURPOSES:
        if purpose in agreed:
            persons.consent(turn.tx, turn.person_id, purpose, version=version, now=turn.now)
        else:
            persons.withdraw(turn.tx, turn.person_id, purpose, now=turn.now)
    if "profile" in agreed:
        _store(turn, conversation, answers, version)
    return "profile" in agreed


def _store(turn: Turn, conversation: int | None, answers: Mapping[str, Any], version: int) -> None:
    row = {"person_id": turn.person_id, "conversation_id": conversation, "form": "intake", "version": version, "answered_at": turn.now}
    persons.save_answers(turn.tx, [{**row, "name": k, "value": orjson.dumps(v).decode()} for k, v in answers.items()])
    values: dict[str, Any] = {name: answers.get(name) or ("" if name == "windows" else []) for name in PROFILE}
    if not turn.channel.carries_private and "children" in (answers.get("consent") or ()):
        # Not asked here, so not answered either: what is known of them stays.
        del values["children"]
    values["max_distance_m"] = answers.get("distance_m")
    values["min_monthly_pay_fen"] = None if answers.get("pay") is None else round(answers["pay"] * 100)
    persons.save_profile(turn.tx, turn.person_id, {**values, "surveyed_at": turn.now}, now=turn.now)
    found = next((c for c in persons.communities(turn.tx) if c["code"] == answers.get("community")), None)
    # A name that a list or a visit brought is not lost by leaving the question out.
    name = {"name": answers["name"]} if answers.get("name") else {}
    community_id = found["id"] if found else None
    persons.change(turn.tx, turn.person_id, community_id=community_id, phone=answers.get("phone"), notices=True, **name)


def known(turn: Turn) -> dict[str, Any]:
    """What she told before, as answers of the form, so that nothing is asked twice."""
    profile = persons.profile(turn.tx, turn.person_id)
    if profile is None or profile["surveyed_at"] is None:
        return {}
    person = persons.get(turn.tx, turn.person_id)
    community = next((c["code"] for c in persons.communities(turn.tx) if c["id"] == person["community_id"]), None)
    pay = profile["min_monthly_pay_fen"]
    answers = {
        "consent": [purpose for purpose in PURPOSES if purpose in persons.consents(turn.tx, turn.person_id)],
        "community": community,
        **{name: profile[name] for name in PROFILE},
        "distance_m": profile["max_distance_m"],
        "pay": None if pay is None else pay // 100,
        "name": person["name"],
        "phone": person["phone"],
    }
    return {name: value or None for name, value in answers.items()}


def ask(turn: Turn, words: str, heard: Mapping[str, Any]) -> list[Outbound]:
    """The form, filled with what is known and what was just read from her words; only what is missing is asked."""
    if turn.state is not None:
        # She is in a form already, which waits; a second one would only hide it.
        return []
    said_before = {name: value for name, value in known(turn).items() if name not in heard}
    return forms.start(turn, "intake", known=said_before, heard=heard, words=words)
