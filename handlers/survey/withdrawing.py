"""A consent withdrawn at her door: an act of its own, asked once more, written down, and told to her wherever she is reached."""

from __future__ import annotations

from domain.errors import Refused
from domain.messages import Outbound
from handlers.survey import at_the_door
from handlers.turn import Turn
from storage.people import consents
from storage.survey.campaigns import HerVisit


def offer(turn: Turn, row: HerVisit) -> list[Outbound]:
    """What she agrees to now, each with a button that takes it back."""
    given = consents.given(turn.tx, row.person_id)
    if not given:
        raise Refused("visits.nothing_given")
    buttons = ((turn.button(f"data.purpose_{purpose}", f"visit:{row.id}:withdraw:{purpose}"),) for purpose in given)
    return [turn.say("visits.withdraw_which", *buttons, (turn.button("visits.list", "visits"),), who=turn.called(row.name, row.key))]


def withdraw(turn: Turn, row: HerVisit, argument: str) -> list[Outbound]:
    """One purpose: first what follows from it, then, with a second tap, it is withdrawn."""
    purpose, _, sure = argument.partition(":")
    at_the_door.withdrawable(turn, row.person_id, purpose)
    named = {"who": turn.called(row.name, row.key), "purpose": turn.words(f"data.purpose_{purpose}")}
    if sure != "yes":
        yes = turn.button("visits.withdraw_yes", f"visit:{row.id}:withdraw:{purpose}:yes")
        phrase = "visits.withdraw_all_sure" if purpose == "profile" else "visits.withdraw_sure"
        return [turn.say(phrase, (yes,), (turn.button("visits.merge_no", f"visit:{row.id}"),), **named)]
    at_the_door.withdraw(turn, row.person_id, purpose)
    return [turn.say("visits.withdrawn", (turn.button("visits.list", "visits"),), **named)]
