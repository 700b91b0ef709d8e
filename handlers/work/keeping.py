"""What she said while looking for work: this time only, from now on, or besides what is known; nothing is stored or replaced unasked."""

from __future__ import annotations

from typing import NamedTuple

from domain import windows
from domain.codebook import Slots
from domain.forms.schema import Answers
from domain.messages import Outbound
from domain.plain import Json
from handlers import profile
from handlers.turn import Turn
from handlers.work import browsing
from storage.people import persons

# What may differ from one look for work to the next.
WISHES = ("skills", "modes", "windows", "distance_m", "pay", "learn", "sectors")


class Said(NamedTuple):
    """What she said of herself in this talk: read from her words, the words, and what she named besides."""

    slots: Slots
    words: str
    told: Answers


def said_back(turn: Turn, slots: Slots) -> list[Outbound]:
    """What was read of the words of somebody of whom nothing is known."""
    answers = _wishes(turn, slots)
    return [turn.say("work.looked_for", said=profile.in_words(turn, answers))] if answers and not profile.known(turn) else []


def _wishes(turn: Turn, slots: Slots) -> Answers:
    return {name: value for name, value in profile.as_answers(turn, slots).items() if name in WISHES}


def offered(turn: Turn, slots: Slots) -> list[Outbound]:
    """Where what she says differs from what a registered mother told before, one line offers to keep it."""
    answers, known = _wishes(turn, slots), profile.known(turn)
    if not known:
        return []
    differing = {name: value for name, value in answers.items() if not _covered(known.get(name), value)}
    if not differing:
        return []
    buttons = [turn.button("work.this_time", "keep:once"), turn.button("work.from_now_on", "keep:replace")]
    if any(_joined(name, known.get(name), value) is not None for name, value in differing.items()):
        buttons.append(turn.button("work.besides", "keep:add"))
    return [turn.say("work.keep", tuple(buttons), said=profile.in_words(turn, differing))]


def _covered(known: Json, said: Json) -> bool:
    return set(said) <= set(known) if isinstance(said, list) and isinstance(known, list) else known == said


def _joined(name: str, known: Json, said: Json) -> Json:
    """What she said besides what is known; None where one takes the place of the other."""
    if isinstance(said, list) and isinstance(known, list) and known:
        return list(dict.fromkeys([*known, *said]))
    if name == "windows" and isinstance(known, str) and isinstance(said, str) and known:
        return windows.text(windows.parse(f"{known}; {said}"))
    return None


def act(turn: Turn, how: str) -> list[Outbound]:
    """这次就行, 以后也这样, 加上."""
    known = profile.known(turn)
    answers = _wishes(turn, heard_in_talk(turn).slots)
    if how == "once" or not known or not answers:
        return [turn.say("work.kept_once") if how == "once" else turn.say("talk.old_button")]
    if how == "add":
        answers = {name: value if (both := _joined(name, known.get(name), value)) is None else both for name, value in answers.items()}
    profile.change(turn, answers)
    return [turn.say("work.kept", (turn.button("work.see_mine", "menu:register"),), said=profile.in_words(turn, answers))]


def heard_in_talk(turn: Turn) -> Said:
    """What she said in this talk that a form could ask for."""
    look = browsing.last(turn)
    code = next((row.code for row in persons.communities(turn.tx) if row.id == look.get("community")), None)
    return Said(look.get("slots", {}), look.get("words", ""), {"community": code} if code else {})
