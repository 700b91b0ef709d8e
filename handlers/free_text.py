"""Words outside a form: what she means decides, and what they hold is used at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.messages import Outbound
from domain.reading import read
from handlers import attendance, classes, forms, intake, menu, my_data, work
from handlers.turn import Turn
from storage import tasks

# Slots of domain.reading that the intake form asks for.
SLOTS = ("sectors", "modes", "skills", "learn", "windows", "pay", "distance_m", "children", "phone")
Meant = Callable[[Turn, str, Mapping[str, Any]], list[Outbound]]


def understand(turn: Turn, text: str) -> list[Outbound]:
    """Read what she says and do it."""
    if (signed := attendance.check_in(turn, text)) is not None:
        return signed
    found = read(text)
    heard = {slot: found[slot] for slot in SLOTS if slot in found}
    return INTENTS[found["intent"]](turn, text, heard)


def _find_work(turn: Turn, text: str, heard: Mapping[str, Any]) -> list[Outbound]:
    """Posts at once; what was read is said back, what is missing is asked afterwards."""
    tasks.asked(turn.tx, turn.person_id, now=turn.now)
    replies = work.fitting(turn, heard)
    known = intake.known(turn)
    if not known:
        return [*replies, *forms.start(turn, "intake", heard=heard, words=text)]
    if heard and any(known.get(slot) != value for slot, value in heard.items()):
        return [*replies, *_register(turn, text, heard)]
    return replies


def _register(turn: Turn, text: str, heard: Mapping[str, Any]) -> list[Outbound]:
    known = intake.known(turn)
    return forms.start(turn, "intake", known={k: v for k, v in known.items() if k not in heard}, heard=heard, words=text)


def _find_training(turn: Turn, text: str, heard: Mapping[str, Any]) -> list[Outbound]:
    """What can be learnt now; what was read is said back, what is missing is asked afterwards."""
    wanted = heard.get("learn") or ()
    replies = classes.coming(turn, learn=wanted)
    known = intake.known(turn)
    if known and set(wanted) <= set(known.get("learn") or ()):
        return replies
    return [*replies, *_register(turn, text, heard)]


def _to_a_person(phrase: str) -> Meant:
    """What the bot cannot do yet goes to a person with her words, and she is told so: nothing vanishes."""

    def handler(turn: Turn, text: str, heard: Mapping[str, Any]) -> list[Outbound]:
        return [turn.say(phrase), *menu.call(turn, text)]

    return handler


def _simple(handler: Callable[[Turn, str], list[Outbound]]) -> Meant:
    return lambda turn, text, heard: handler(turn, "")


def _smalltalk(turn: Turn, text: str, heard: Mapping[str, Any]) -> list[Outbound]:
    return menu.start(turn)


def _other(turn: Turn, text: str, heard: Mapping[str, Any]) -> list[Outbound]:
    return [turn.say("talk.not_understood"), *menu.menu(turn)]


INTENTS: dict[str, Meant] = {
    "find_work": _find_work,
    "register": _register,
    "find_training": _find_training,
    "suggest": _to_a_person("talk.suggestion"),
    "dispute": _to_a_person("talk.dispute"),
    "wage": _to_a_person("talk.wage"),
    "human": _to_a_person("talk.human"),
    "my_data": _simple(my_data.see),
    "unsubscribe": _simple(menu.stop),
    "resubscribe": _simple(menu.again),
    "help": _simple(menu.menu),
    "smalltalk": _smalltalk,
    "other": _other,
}
