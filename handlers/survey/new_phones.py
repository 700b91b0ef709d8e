"""换手机 by staff who see her: a code for her new phone, of which she hears wherever she is known, and which tells whoever makes it nothing."""

from __future__ import annotations

from datetime import timedelta

from domain.errors import Refused
from domain.messages import Outbound
from handlers.scene import Scene
from handlers.tell import everywhere, for_others
from handlers.turn import Turn
from storage import merging
from storage.people import addresses, persons
from storage.staff import roles
from storage.survey import takeovers
from storage.survey.takeovers import Invited

VALID = timedelta(minutes=15)


def possible(scene: Scene, person_id: int) -> bool:
    """Whether staff may help her to a new phone: she had one, and is nobody who works here, nor the one who helps."""
    return person_id != scene.person_id and not roles.works_here(scene.tx, person_id) and persons.seated(scene.tx, person_id)


def make_code(scene: Scene, person_id: int) -> str:
    """A code that joins her new phone to her, for a quarter of an hour; she is told at every address of hers. Raises Refused."""
    row = persons.get(scene.tx, person_id)
    scene.need("people.phone_code", row.community_id, cell_id=row.cell_id)
    if row.merged_into is not None or not possible(scene, person_id):
        raise Refused("new_phones.not_hers")
    code = takeovers.make(scene.tx, person_id, by=scene.person_id, expires_at=scene.now + VALID, now=scene.now, purpose="new_phone")
    scene.log("people.phone_code", "person", person_id)
    voice = for_others(scene.content)
    by = voice.called(persons.get(scene.tx, scene.person_id).name, "")
    everywhere(scene, person_id, voice.say("new_phones.made_word", (voice.button("new_phones.not_me", "phone_code:stop"),), by=by))
    return code


def begin(turn: Turn, code: str) -> list[Outbound] | None:
    """/start with such a code, on the new phone: whose it is, by family name and community alone. None where it is no such code."""
    invited = takeovers.find(turn.tx, code)
    if invited is None or invited.purpose != "new_phone":
        return None
    _check(turn, invited)
    who, code = (invited.name or turn.words("takeovers.somebody"))[:1], code.strip().lower()
    yes, no = turn.button("takeovers.it_is_me", f"phone_code:yes:{code}"), turn.button("takeovers.not_me", f"phone_code:no:{code}")
    return [turn.say("new_phones.whose", (yes,), (no,), who=who, community=invited.community or turn.words("takeovers.nowhere"))]


def _check(turn: Turn, invited: Invited) -> None:
    if not invited.usable(turn.now) or invited.person_id == turn.person_id:
        raise Refused("new_phones.void")
    if turn.person_id == invited.created_by or roles.works_here(turn.tx, turn.person_id):
        raise Refused("takeovers.own_staff")
    # Looked at again: since the code was made she may have become somebody who works here.
    if roles.works_here(turn.tx, merging.last_of(turn.tx, invited.person_id)):
        raise Refused("new_phones.void")


def act(turn: Turn, argument: str) -> list[Outbound]:
    """是我本人 or 不是我 on the new phone; 不是我 on one that she had."""
    verb, _, code = argument.partition(":")
    if verb == "stop":
        return _stopped(turn)
    invited = takeovers.find(turn.tx, code)
    if invited is None or invited.purpose != "new_phone" or verb not in ("yes", "no"):
        raise Refused("talk.old_button")
    _check(turn, invited)
    if verb == "no":
        takeovers.void(turn.tx, invited.id, now=turn.now)
        return [turn.say("new_phones.refused")]
    return _join(turn, invited)


def _join(turn: Turn, invited: Invited) -> list[Outbound]:
    if not takeovers.use(turn.tx, invited.id, by=turn.person_id, now=turn.now):
        raise Refused("new_phones.void")
    kept = merging.last_of(turn.tx, invited.person_id)
    turn.log("people.new_phone", "person", kept)
    language = persons.get(turn.tx, turn.person_id).language
    merging.merge(turn.tx, kept, turn.person_id, by=turn.person_id, now=turn.now)
    persons.change(turn.tx, kept, language=language)
    here = next(one.id for one in addresses.open_of(turn.tx, kept) if (one.channel, one.address) == (turn.channel.channel, turn.address))
    off = turn.button("new_phones.part", f"place:part:{here}")
    everywhere(turn, kept, turn.say("new_phones.joined_word", (off,)), besides=turn.address)
    return [turn.say("new_phones.joined", (turn.button("menu.data", "menu:data"), turn.button("menu.work", "menu:work")))]


def _stopped(turn: Turn) -> list[Outbound]:
    """She says that it is not she who stands there: the code is void."""
    if not takeovers.void_all(turn.tx, turn.person_id, "new_phone", now=turn.now):
        raise Refused("new_phones.too_late")
    turn.log("people.phone_code_stopped", "person", turn.person_id)
    return [turn.say("new_phones.stopped")]
