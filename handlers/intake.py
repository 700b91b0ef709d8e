"""The intake form's answers become consents and a profile; then she sees at once what fits her."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from domain.messages import Outbound
from handlers import work
from handlers.turn import Turn
from storage import people

PURPOSES = ("profile", "children", "jobs")
PROFILE = ("children", "skills", "learn", "modes", "sectors", "windows")


def finished(turn: Turn, conversation: int, answers: Mapping[str, Any], _about: Mapping[str, Any]) -> list[Outbound]:
    """Store what she agreed to have stored, nothing else."""
    if not store(turn, conversation, answers):
        return [turn.say("intake.not_stored", (turn.button("menu.work", "m:work"), turn.button("menu.call", "m:call")))]
    return [turn.say("intake.stored"), *work.fitting(turn)]


def store(turn: Turn, conversation: int | None, answers: Mapping[str, Any]) -> bool:
    """Consents and profile of the turn's person; False where she does not agree to be stored. At her door there is no `conversation` of hers."""
    agreed = set(answers.get("consent") or ())
    version = turn.content.forms["intake"].version
    for purpose in PURPOSES:
        if purpose in agreed:
            people.consent(turn.tx, turn.person_id, purpose, version=version, now=turn.now)
        else:
            people.withdraw(turn.tx, turn.person_id, purpose, now=turn.now)
    if "profile" in agreed:
        _store(turn, conversation, answers, version)
    return "profile" in agreed


def _store(turn: Turn, conversation: int | None, answers: Mapping[str, Any], version: int) -> None:
    row = {"person_id": turn.person_id, "conversation_id": conversation, "form": "intake", "version": version, "answered_at": turn.now}
    people.save_answers(turn.tx, [{**row, "name": k, "value": orjson.dumps(v).decode()} for k, v in answers.items()])
    values: dict[str, Any] = {name: answers.get(name) or ("" if name == "windows" else []) for name in PROFILE}
    if not turn.channel.carries_private and "children" in (answers.get("consent") or ()):
        # Not asked here, so not answered either: what is known of them stays.
        del values["children"]
    values["max_distance_m"] = answers.get("distance_m")
    values["min_monthly_pay_fen"] = None if answers.get("pay") is None else round(answers["pay"] * 100)
    people.save_profile(turn.tx, turn.person_id, {**values, "surveyed_at": turn.now}, now=turn.now)
    found = next((c for c in people.communities(turn.tx) if c["code"] == answers.get("community")), None)
    # A name that a list or a visit brought is not lost by leaving the question out.
    name = {"name": answers["name"]} if answers.get("name") else {}
    community_id = found["id"] if found else None
    people.change(turn.tx, turn.person_id, community_id=community_id, phone=answers.get("phone"), notices=True, **name)


def known(turn: Turn) -> dict[str, Any]:
    """What she told before, as answers of the form, so that nothing is asked twice."""
    profile = people.profile(turn.tx, turn.person_id)
    if profile is None or profile["surveyed_at"] is None:
        return {}
    person = people.get(turn.tx, turn.person_id)
    community = next((c["code"] for c in people.communities(turn.tx) if c["id"] == person["community_id"]), None)
    pay = profile["min_monthly_pay_fen"]
    answers = {
        "consent": [purpose for purpose in PURPOSES if purpose in people.consents(turn.tx, turn.person_id)],
        "community": community,
        **{name: profile[name] for name in PROFILE},
        "distance_m": profile["max_distance_m"],
        "pay": None if pay is None else pay // 100,
        "name": person["name"],
        "phone": person["phone"],
    }
    return {name: value or None for name, value in answers.items()}
