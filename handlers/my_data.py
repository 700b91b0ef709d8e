"""Her data: see what is stored, correct it, have it deleted, withdraw a consent (PIPL 15, 44-47)."""

from __future__ import annotations

from domain.errors import Refused
from domain.messages import Outbound
from handlers import intake, menu
from handlers.turn import Turn
from storage import people, roles


def see(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What is stored, as the summary in which each answer can be changed, and what else she can do about it."""
    known = intake.known(turn)
    if not known:
        return [turn.say("data.nothing", (turn.button("menu.register", "m:register"),))]
    consents = people.consents(turn.tx, turn.person_id)
    withdraw = tuple((turn.button("data.withdraw", f"data:withdraw:{p}", purpose=turn.words(f"data.purpose_{p}")),) for p in consents)
    rows = (*withdraw, (turn.button("data.delete", "data:delete"),))
    return [turn.say("data.stored", *rows), *menu.register(turn)]


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A button below her data."""
    verb, _, what = argument.partition(":")
    if verb == "withdraw" and what in intake.PURPOSES:
        return _withdraw(turn, what)
    if verb == "delete":
        return [turn.say("data.sure", (turn.button("data.delete_yes", "data:erase"), turn.button("data.delete_no", "m:data")))]
    if verb == "erase":
        people.erase(turn.tx, turn.person_id, now=turn.now)
        roles.log(turn.tx, actor_id=turn.person_id, action="data.erase", subject_kind="person", subject_id=turn.person_id, now=turn.now)
        return [turn.say("data.deleted")]
    raise Refused("talk.old_button")


def _withdraw(turn: Turn, purpose: str) -> list[Outbound]:
    """As easy as it was given; what was stored for this purpose alone goes at once."""
    people.withdraw(turn.tx, turn.person_id, purpose, now=turn.now)
    if purpose == "children" and people.profile(turn.tx, turn.person_id):
        people.save_profile(turn.tx, turn.person_id, {"children": []}, now=turn.now)
        people.forget_answer(turn.tx, turn.person_id, "intake", "children")
    if purpose == "profile":
        people.erase(turn.tx, turn.person_id, now=turn.now)
    roles.log(turn.tx, actor_id=turn.person_id, action="consent.withdraw", subject_kind="person", subject_id=turn.person_id, now=turn.now)
    return [turn.say("data.withdrawn", purpose=turn.words(f"data.purpose_{purpose}"))]
