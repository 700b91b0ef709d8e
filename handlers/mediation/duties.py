"""The mediators' roster: who is on duty when, and what she hands to the next."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from domain.access import Held
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Outbound
from domain.notices import LOCAL
from handlers import forms
from handlers.mediation import wording
from handlers.scene import Scene, row_id
from handlers.turn import Turn
from storage.conversations import About
from storage.mediation import duties
from storage.mediation.duties import Shift

FORM, HAND = "duty", "duty_hand"
# From when, and how long.
SHIFTS = {"day": (time(8), timedelta(hours=12)), "night": (time(20), timedelta(hours=12)), "whole": (time(8), timedelta(hours=24))}


def _places(scene: Scene) -> list[int]:
    held: list[Held] = [one for one in scene.roles() if one.role == "mediator"]
    return [one.community_id for one in held if one.community_id is not None]


def see(turn: Turn, argument: str = "") -> list[Outbound]:
    """值班: who is on duty now and next, the last word of who was; `add` and `hand:7` do what they say."""
    verb, _, number = argument.partition(":")
    if verb == "add":
        return forms.start(turn, FORM, about={"duty": turn.person_id})
    if verb == "hand":
        _mine(turn, row_id(number))
        return forms.start(turn, HAND, about={"shift": row_id(number)})
    places = _places(turn)
    shifts = duties.coming(turn.tx, places, now=turn.now)
    lines = [turn.words("mediation.duty_head")]
    lines += [_line(turn, one) for one in shifts] or [turn.words("mediation.duty_none")]
    for place in places:
        if (last := duties.last_word(turn.tx, place, now=turn.now)) is not None and last.handed_words:
            lines.append(turn.words("mediation.duty_last", who=turn.called(last.name, last.key), said=last.handed_words))
    rows = [
        (turn.button("mediation.duty_hand", f"duties:hand:{one.id}"),)
        for one in shifts
        if one.mediator_id == turn.person_id and one.starts_at <= turn.now
    ]
    return [wording.sealed("\n".join(lines), *rows, (turn.button("mediation.duty_add", "duties:add"),))]


def _line(turn: Turn, one: Shift) -> str:
    now = turn.words("mediation.duty_now") if one.starts_at <= turn.now else ""
    values = {"since": wording.when(turn, one.starts_at), "until": wording.when(turn, one.ends_at), "who": turn.called(one.name, one.key)}
    return turn.words("mediation.duty_line", now=now, **values)


def _mine(scene: Scene, shift_id: int) -> Shift:
    duty = duties.get(scene.tx, shift_id)
    if duty is None or duty.mediator_id != scene.person_id or duty.ends_at <= scene.now:
        raise Refused("talk.old_button")
    return duty


def added(turn: Turn, _conversation: int, answers: Answers, _about: About) -> list[Outbound]:
    """She puts herself on the roster of her community; nobody else is on it then."""
    places = _places(turn)
    if not places:
        raise Refused("staff.not_allowed")
    day = answers["day"] if isinstance(answers["day"], date) else date.fromisoformat(str(answers["day"]))
    at, lasts = SHIFTS[str(answers["shift"])]
    starts_at = datetime.combine(day, at, LOCAL)
    if duties.overlaps(turn.tx, places[0], starts_at, starts_at + lasts):
        raise Refused("mediation.duty_taken")
    duties.add(turn.tx, places[0], turn.person_id, starts_at=starts_at, ends_at=starts_at + lasts)
    turn.log("duties.add", "community", places[0])
    return see(turn)


def handed(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """交班: her time ends now, her word stands for the next."""
    shift = _mine(turn, int(about["shift"]))
    duties.hand_over(turn.tx, shift, str(answers["said"]), now=turn.now)
    turn.log("duties.hand_over", "community", shift.community_id)
    return [turn.say("mediation.duty_handed")]
