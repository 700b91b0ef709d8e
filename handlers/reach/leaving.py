"""退出这台手机: whoever talks from there is somebody else from then on, and she comes back by a code."""

from __future__ import annotations

from datetime import timedelta

from domain.capabilities import WEB
from domain.errors import Refused
from domain.messages import Button, Outbound
from handlers.reach import linking
from handlers.turn import Turn
from storage.people import addresses
from storage.staff import roles
from storage.survey import takeovers

# How long the code to come back holds once she has left.
KEPT = timedelta(days=30)


def ask(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What leaving means, and how she comes back, before anything is done."""
    if _works_here(turn):
        return [turn.say("reach.exit_staff", _ways(turn, "reach.exit_yes"))]
    return [turn.say("reach.exit_asked", (turn.button("reach.exit_code", "exit:code"),), _ways(turn, "reach.exit_yes"))]


def act(turn: Turn, verb: str) -> list[Outbound]:
    """要回来码, 退出, 先不退."""
    match verb:
        case "code" if not _works_here(turn):
            return [_code(turn)]
        case "yes":
            return [_leave(turn)]
        case "no":
            takeovers.void_all(turn.tx, turn.person_id, "return", now=turn.now)
            return [turn.say("reach.exit_stayed")]
    raise Refused("talk.old_button")


def _ways(turn: Turn, yes: str) -> tuple[Button, Button]:
    return turn.button(yes, "exit:yes"), turn.button("reach.exit_no", "exit:no")


def _works_here(turn: Turn) -> bool:
    # A role must not lie on a piece of paper for a month.
    return roles.works_here(turn.tx, turn.person_id)


def _code(turn: Turn) -> Outbound:
    """A code that holds no longer than any other until she has left."""
    until = turn.now + linking.VALID
    code = takeovers.make(turn.tx, turn.person_id, by=turn.person_id, expires_at=until, now=turn.now, purpose="return")
    return turn.say("reach.exit_code_made", _ways(turn, "reach.exit_noted"), code=code)


def _leave(turn: Turn) -> Outbound:
    takeovers.keep(turn.tx, turn.person_id, "return", until=turn.now + KEPT, now=turn.now)
    takeovers.void_all(turn.tx, turn.person_id, "link", now=turn.now)
    turn.log("people.leave", "person", turn.person_id, channel=turn.channel.channel)
    addresses.leave(turn.tx, turn.channel.channel, turn.address, now=turn.now)
    web = turn.channel.channel == WEB.channel
    return Outbound(text=turn.words("reach.exit_done" if web else "reach.exit_done_elsewhere"), parts=web)
