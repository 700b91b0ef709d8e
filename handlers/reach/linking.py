"""One person on several channels: joined by a code that she carries from one to the other, parted again, and told where she prefers."""

from __future__ import annotations

from datetime import timedelta

from domain.errors import Refused
from domain.messages import Outbound
from handlers.scene import row_id
from handlers.tell import everywhere
from handlers.turn import Turn
from storage import merging
from storage.people import addresses, persons
from storage.staff import roles
from storage.survey import takeovers
from storage.survey.takeovers import Invited
from storage.tables.people import Purpose

VALID = timedelta(minutes=15)
# Codes that she made herself: to join another place, and to come back after she left.
HERS: tuple[Purpose, ...] = ("link", "return")


def begin(turn: Turn, _argument: str = "") -> list[Outbound]:
    """关联: a code that joins whatever it is said on next to her."""
    code = takeovers.make(turn.tx, turn.person_id, by=turn.person_id, expires_at=turn.now + VALID, now=turn.now, purpose="link")
    return [turn.say("reach.link_code", code=code)]


def offer_link(turn: Turn, code: str) -> list[Outbound] | None:
    """/start with such a code: whether the two shall be one. None where it is no such code."""
    invited = takeovers.find(turn.tx, code)
    if invited is None or invited.purpose not in HERS:
        return None
    _check(turn, invited)
    code = code.strip().lower()
    buttons = (turn.button("reach.link_yes", f"link:{code}:yes"),), (turn.button("reach.link_no", f"link:{code}:no"),)
    return [turn.say("reach.link_asked", *buttons)]


def _check(turn: Turn, invited: Invited) -> None:
    if not invited.usable(turn.now):
        raise Refused("reach.link_void")
    if merging.last_of(turn.tx, invited.person_id) == turn.person_id:
        raise Refused("reach.link_same")
    # What somebody may do as staff must never become another person's by a code on a screen.
    if roles.works_here(turn.tx, turn.person_id):
        raise Refused("reach.link_staff")


def answered(turn: Turn, argument: str) -> list[Outbound]:
    """是我: one person from now on, and she is told on her other channel as well. 不是: nobody can use the code any more."""
    code, _, verb = argument.partition(":")
    invited = takeovers.find(turn.tx, code)
    if invited is None or invited.purpose not in HERS or verb not in ("yes", "no"):
        raise Refused("talk.old_button")
    _check(turn, invited)
    if verb == "no":
        takeovers.void(turn.tx, invited.id, now=turn.now)
        return [turn.say("reach.link_refused")]
    if not takeovers.use(turn.tx, invited.id, by=turn.person_id, now=turn.now):
        raise Refused("reach.link_void")
    kept = merging.last_of(turn.tx, invited.person_id)
    channel = turn.words(f"broadcasts.channel_{turn.channel.channel}")
    merging.merge(turn.tx, kept, turn.person_id, by=turn.person_id, now=turn.now)
    turn.log("people.link", "person", kept)
    everywhere(turn, kept, turn.say("reach.linked_word", channel=channel), besides=turn.address)
    return [turn.say("reach.linked")]


def places(turn: Turn, _argument: str = "") -> list[Outbound]:
    """解除关联, 在哪里告诉我: where she is known, each to be parted or preferred."""
    mine = addresses.open_of(turn.tx, turn.person_id)
    if len(mine) < 2:
        return [turn.say("reach.one_place", (turn.button("reach.link", "menu:link"),))]
    rows = []
    for one in mine:
        name = turn.words(f"broadcasts.channel_{one.channel}")
        here = turn.words("reach.here") if (one.channel, one.address) == (turn.channel.channel, turn.address) else ""
        rows.append(
            (
                turn.button("reach.prefer", f"place:prefer:{one.id}", name=name),
                turn.button("reach.part", f"place:part:{one.id}", name=name + here),
            )
        )
    return [turn.say("reach.places", *rows)]


def act(turn: Turn, argument: str) -> list[Outbound]:
    """One of her places is preferred, or parted: who writes there is somebody new from then on."""
    verb, _, written = argument.partition(":")
    place = next((one for one in addresses.open_of(turn.tx, turn.person_id) if one.id == row_id(written)), None)
    if place is None or verb not in ("prefer", "part"):
        raise Refused("talk.old_button")
    name = turn.words(f"broadcasts.channel_{place.channel}")
    if verb == "prefer":
        persons.change(turn.tx, turn.person_id, prefers=place.channel)
        return [turn.say("reach.preferred", name=name)]
    if len(addresses.open_of(turn.tx, turn.person_id)) < 2:
        raise Refused("reach.only_place")
    addresses.part(turn.tx, place.id, now=turn.now)
    turn.log("people.part", "person", turn.person_id, channel=place.channel)
    return [turn.say("reach.parted", name=name)]
