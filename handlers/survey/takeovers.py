"""A woman takes over, on her own phone, the profile that was made at her door and that nobody has seated; who is somebody else makes the code void."""

from __future__ import annotations

from domain.errors import Refused
from domain.messages import Outbound
from handlers.tell import everywhere, tell
from handlers.turn import Turn
from storage import merging
from storage.people import persons
from storage.staff import roles
from storage.survey import takeovers
from storage.survey.takeovers import Invited


def begin(turn: Turn, code: str) -> list[Outbound] | None:
    """/start with a code: whose profile it is, by family name and community alone. None where it is no such code."""
    invited = takeovers.find(turn.tx, code)
    if invited is None or invited.purpose != "takeover":
        return None
    _check(turn, invited)
    code = code.strip().lower()
    who = (invited.name or turn.words("takeovers.somebody"))[:1]
    rows = (
        (turn.button("takeovers.it_is_me", f"takeover:{code}:yes"),),
        (turn.button("takeovers.not_me", f"takeover:{code}:no"),),
    )
    return [turn.say("takeovers.whose", *rows, who=who, community=invited.community or turn.words("takeovers.nowhere"))]


def _check(turn: Turn, invited: Invited) -> None:
    if not invited.usable(turn.now):
        raise Refused("takeovers.void")
    if turn.person_id == invited.created_by or roles.works_here(turn.tx, turn.person_id):
        # The worker's own phone: her roles must never become another woman's, and who gave the code never reads what it opens.
        raise Refused("takeovers.own_staff")
    # Looked at again: since the code was made, the profile may have become somebody's who works here, or sits at a phone of her own.
    if not takeovers.free(turn.tx, merging.last_of(turn.tx, invited.person_id)):
        raise Refused("takeovers.void")


def answer(turn: Turn, argument: str) -> list[Outbound]:
    """是我本人: the profile is hers from now on. 不是我: nobody can use the code any more, and the worker is told."""
    code, _, verb = argument.partition(":")
    invited = takeovers.find(turn.tx, code)
    if invited is None or invited.purpose != "takeover" or verb not in ("yes", "no"):
        raise Refused("talk.old_button")
    _check(turn, invited)
    return _take(turn, invited) if verb == "yes" else _refuse(turn, invited)


def _take(turn: Turn, invited: Invited) -> list[Outbound]:
    if not takeovers.use(turn.tx, invited.id, by=turn.person_id, now=turn.now):
        raise Refused("takeovers.void")
    profile = merging.last_of(turn.tx, invited.person_id)
    turn.log("people.take_over", "person", profile)
    language = persons.get(turn.tx, turn.person_id).language
    merging.merge(turn.tx, profile, turn.person_id, by=turn.person_id, now=turn.now)
    persons.change(turn.tx, profile, language=language)
    everywhere(turn, profile, turn.say("takeovers.taken_word"), besides=turn.address)
    return [turn.say("takeovers.taken", (turn.button("menu.data", "menu:data"), turn.button("menu.work", "menu:work")))]


def _refuse(turn: Turn, invited: Invited) -> list[Outbound]:
    takeovers.void(turn.tx, invited.id, now=turn.now)
    if invited.created_by is not None:
        word = turn.say("takeovers.refused_word", who=turn.called(invited.name, invited.key))
        tell(turn.tx, turn.content, [invited.created_by], "staff", word, now=turn.now)
    return [turn.say("takeovers.refused", (turn.button("menu.register", "menu:register"),))]
