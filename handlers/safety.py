"""Danger to a person, in whatever form it is said: help at once, in words that say nothing to who looks over her shoulder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from domain import triage
from domain.messages import Outbound
from handlers.content import Content
from handlers.scene import Scene, row_id
from handlers.tell import coordinators, tell
from handlers.turn import Turn
from handlers.voice import Voice
from storage.people import persons
from storage.staff import calls, roles

# Help lines (law.md): 110 police, 120 ambulance, 12338 women, 12348 legal aid.


def danger(turn: Turn, text: str, hazards: list[str], *, group: bool = False) -> list[Outbound]:
    """A short calm answer with the help lines, the question how she may be called, and word to the person on duty. Her form waits unharmed.

    In a `group` others read along: the lines alone, and that she can write here by herself.
    """
    row = calls.request(turn.tx, turn.person_id, reason="danger", hazards=hazards, said=text, community_id=turn.community_id, now=turn.now)
    # Ids and no content: a preview on a locked screen must not tell.
    word = turn.say("staff.danger", (turn.button("staff.menu_calls", "calls"),), number=row)
    tell(turn.tx, turn.content, on_duty(turn.tx, turn.community_id), "danger", word, now=turn.now)
    if group:
        return [turn.say("safety.group")]
    rows = (
        (turn.button("safety.call_me", f"safety:{row}:call"), turn.button("safety.text_me", f"safety:{row}:text")),
        (turn.button("safety.not_now", f"safety:{row}:none"),),
    )
    more = [turn.words("talk.form_waits")] if turn.state is not None else []
    return [Outbound(text="\n\n".join([turn.words("safety.help"), *more]), buttons=rows)]


def told(scene: Scene, voice: Voice, person_id: int, text: str) -> bool:
    """Words about her that came by somebody else's hand (an answer at her door): the person on duty is told where they speak of danger."""
    if not (hazards := triage.look(text)):
        return False
    place = persons.get(scene.tx, person_id)["community_id"]
    row = calls.request(scene.tx, person_id, reason="danger", hazards=hazards, said=text, community_id=place, now=scene.now)
    word = voice.say("staff.danger", (voice.button("staff.menu_calls", "calls"),), number=row)
    tell(scene.tx, scene.content, on_duty(scene.tx, place), "danger", word, now=scene.now)
    return True


def listed(tx: Connection, content: Content, *, number: str, community_id: int, now: datetime) -> None:
    """Danger in what an office's list brought (a paper from the box): nobody knows who she is, so those on duty there have to look."""
    word = Outbound(text=content.phrases.say("staff.danger_listed", number=number))
    tell(tx, content, on_duty(tx, community_id), "danger", word, now=now)


def answered(turn: Turn, argument: str) -> list[Outbound]:
    """How she may be reached; her word is what counts (Anti-Domestic-Violence Law 5)."""
    number, _, how = argument.partition(":")
    call = calls.get(turn.tx, row_id(number))
    if call is None or call.person_id != turn.person_id or how not in ("call", "text", "none"):
        return [turn.say("talk.old_button")]
    calls.set_contact(turn.tx, call.id, turn.words(f"safety.contact_{how}", phone=call.phone or turn.words("staff.no_phone")))
    if how != "none":
        word = turn.say("staff.danger_how", (turn.button("staff.menu_calls", "calls"),), number=call.id)
        tell(turn.tx, turn.content, on_duty(turn.tx, turn.community_id), "danger", word, now=turn.now)
    return [turn.say(f"safety.answered_{how}")]


def on_duty(tx: Connection, community_id: int | None) -> list[int]:
    """The coordinators of a community and the federation; where neither is known, every coordinator."""
    there = [*roles.staff(tx, "coordinator", community_id), *roles.staff(tx, "federation", None)]
    return there or coordinators(tx, community_id) or roles.everybody(tx, "coordinator")
