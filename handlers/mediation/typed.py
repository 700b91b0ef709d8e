"""What a mediator writes down at the desk: the same deeds as in her chat, with what was typed into a page instead of a form's answers.

Whoever does not hold the case hears that there is none; each deed checks by itself whether the law allows it now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.mediation.states import SIDES
from domain.plain import Json, JsonObject
from handlers.mediation import agreements, consents, deciding, sittings
from handlers.mediation.agreements import SIGNATURES
from handlers.mediation.opening import opened
from handlers.scene import Scene
from handlers.turn import Turn
from storage.mediation.seen import Seen

# At which hours people are asked to meet, as the chat's form has them.
HOURS = ("0900", "1000", "1400", "1500", "1600", "1900")


class Promise(NamedTuple):
    """What has to be done by a day."""

    what: str
    due_on: date


class Agreement(NamedTuple):
    """An agreement's statutory fields (Mediation Law 28-30)."""

    oral: bool
    facts: str
    terms: str
    manner: str
    copies: int
    promises: Sequence[Promise]


def _turn(scene: Scene) -> Turn:
    return Turn.to(scene.tx, scene.content, scene.person_id, now=scene.now)


def _held(turn: Turn, case_id: int, *needed: str) -> Seen:
    """Raises Denied, and Refused where something is left out."""
    row = opened(turn, case_id, "holds")
    if not all(needed):
        raise Refused("desk.nothing_written")
    return row


def rights(scene: Scene, case_id: int, side: str) -> None:
    """A side was told its rights and duties. Raises Refused."""
    turn = _turn(scene)
    consents.act(turn, _held(turn, case_id), "rights", side)


def consent(scene: Scene, case_id: int, side: str, *, given: bool, said: str) -> bool:
    """A side's answer in its own words; whether they sound like danger. Raises Refused before its rights were told."""
    turn = _turn(scene)
    row = _held(turn, case_id, said)
    if consents.side_of(turn, row, side).rights_at is None:
        raise Refused("mediation.rights_first")
    consents.consented(turn, 0, {"answer": "given" if given else "refused", "said": said}, {"case": case_id, "side": side})
    return _danger(turn, row, said)


def sit(scene: Scene, case_id: int, whom: str, day: date, hours: Sequence[str], room: str) -> None:
    """Times and a room are proposed to both sides, or to one. Raises Refused where they may not meet, and for days that are over."""
    turn = _turn(scene)
    _held(turn, case_id, room, *hours[:1])
    if not hours or whom not in ("joint", *SIDES) or not set(hours) <= set(HOURS):
        raise Refused("desk.nothing_written")
    sittings.proposed(turn, 0, {"day": day.isoformat(), "hours": list(hours), "room": room}, {"case": case_id, "sit": whom})


def sitting(scene: Scene, case_id: int, verb: str, rest: str) -> None:
    """A time suits a side (`fits`, time:side), or a meeting is off (`cancel`). Raises Refused."""
    turn = _turn(scene)
    sittings.act(turn, _held(turn, case_id), verb, rest)


def minutes(scene: Scene, case_id: int, sitting_id: int, said: Answers) -> bool:
    """A meeting took place; whether its minutes sound like danger. Raises Refused before its time."""
    turn = _turn(scene)
    row = _held(turn, case_id, *(str(words) for words in said.values()))
    sittings.written(turn, 0, said, {"case": case_id, "sitting": sitting_id})
    return _danger(turn, row, " ".join(str(words) for words in said.values()))


def agree(scene: Scene, case_id: int, what: Agreement) -> None:
    """It is written down and binds nobody yet. Raises Refused where something of the law's fields is left out."""
    turn = _turn(scene)
    _held(turn, case_id, what.facts, what.terms, what.manner)
    if any(not one.what or one.due_on < turn.today for one in what.promises):
        raise Refused("desk.wrong_day")
    promises: list[Json] = [{"what": one.what, "due_on": one.due_on.isoformat()} for one in what.promises]
    fields: JsonObject = {"facts": what.facts, "terms": what.terms, "manner": what.manner, "copies": what.copies, "promises": promises}
    agreements.made(turn, 0, {"form": "oral" if what.oral else "written", **fields}, {"case": case_id})


def sign(scene: Scene, case_id: int, what: str) -> None:
    """A signature is on the paper. Raises Refused for what is none."""
    turn = _turn(scene)
    if what not in SIGNATURES:
        raise Refused("talk.old_button")
    agreements.act(turn, _held(turn, case_id), "sign", what)


def unsigned(scene: Scene, row: Seen) -> list[str] | None:
    """What is not on the agreement yet; None where there is no agreement to sign."""
    one = agreements.current(scene, row)
    return None if one is None or row.state != "mediating" else agreements.missing(one)


def _danger(turn: Turn, row: Seen, words: str) -> bool:
    return bool(deciding.doubt(turn, row, words))
