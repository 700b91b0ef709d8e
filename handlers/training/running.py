"""What she says of a class she is in by words: this time not, not any more, late; confirmed by one tap, who holds the class is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from domain.errors import Refused
from domain.messages import Outbound
from domain.notices import LOCAL
from domain.running import Said, heard
from handlers.capability import Deed
from handlers.scene import row_id
from handlers.tell import coordinators, for_others, tell
from handlers.training.classes import when
from handlers.turn import Turn
from storage.people import persons
from storage.training import classes
from storage.training.classes import Class

_OUT = ("class_out", "out", "quit")


def about(turn: Turn, text: str) -> Deed | None:
    """What is to be asked about the class she is in; None where she is in none, or her words are of none."""
    said = heard(text, turn.today)
    if said is None or said.kind in ("taken", "other_time"):
        return None
    mine = [
        row
        for row, stands in classes.of_person(turn.tx, turn.person_id)
        if stands.status in ("enrolled", "waiting") and row.kind == "class"
    ]
    if said.kind not in _OUT:
        mine = [row for row in mine if _next(row, turn.now) is not None]
    return partial(_asked, turn, _of_day(mine, said), said) if mine else None


def _of_day(mine: list[Class], said: Said) -> Class:
    """The one that meets on the day she names, else the newest of hers."""
    that_day = [row for row in mine if any(at.astimezone(LOCAL).date() == said.day for at in row.sessions)]
    return (that_day or mine)[0]


def _next(row: Class, now: datetime) -> datetime | None:
    return next((at for at in row.sessions if at > now), None)


def _asked(turn: Turn, row: Class, said: Said) -> list[Outbound]:
    meets = _next(row, turn.now)
    told = {"title": row.title, "place": row.community, "when": when(turn, meets) if meets else ""}
    keep, out = turn.button("running.nothing", "menu:my_classes"), turn.button("classes.leave", f"class:leave:{row.id}")
    if said.kind == "where":
        return [turn.say("running.class_where", **told)]
    if said.kind in _OUT:
        return [turn.say("running.class_out", (out, keep), **told)]
    if said.kind == "late":
        return [
            turn.say("running.class_late", (turn.button("running.tell_late", f"session:{row.id}:late:{said.minutes or ''}"), keep), **told)
        ]
    return [turn.say("running.class_cannot", (turn.button("running.class_absent", f"session:{row.id}:absent"), out), (keep,), **told)]


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A tap that confirms it: who holds the class is told."""
    number, _, rest = argument.partition(":")
    verb, _, minutes = rest.partition(":")
    row = classes.get(turn.tx, row_id(number))
    if row is None or verb not in _TOLD or classes.status_of(turn.tx, row.id, turn.person_id) not in ("enrolled", "waiting"):
        raise Refused("talk.old_button")
    whom = [person for person in coordinators(turn.tx, row.community_id) if person != turn.person_id]
    tell(turn.tx, turn.content, whom, "staff", _TOLD[verb](turn, row, minutes), now=turn.now)
    return [turn.say("running.class_told" if whom else "running.class_nobody")]


def _word(turn: Turn, row: Class, phrase: str, **values: str) -> Outbound:
    voice, meets = for_others(turn.content), _next(row, turn.now)
    her = persons.get(turn.tx, turn.person_id)
    said = {"who": voice.called(her.name, her.key), "title": row.title, "when": when(turn, meets) if meets else "", **values}
    return voice.say(phrase, **said)


def _late(turn: Turn, row: Class, minutes: str) -> Outbound:
    late = turn.words("running.minutes", count=minutes) if minutes.isdecimal() else turn.words("running.a_while")
    return _word(turn, row, "running.class_late_staff", minutes=late)


def _absent(turn: Turn, row: Class, _minutes: str) -> Outbound:
    return _word(turn, row, "running.class_absent_staff")


_TOLD: dict[str, Callable[[Turn, Class, str], Outbound]] = {"late": _late, "absent": _absent}
