"""Danger to a person, in whatever form it is said: help at once, in words that say nothing to who looks over her shoulder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from domain import triage
from domain.messages import Outbound
from handlers import threads
from handlers.content import Content
from handlers.scene import Scene, row_id
from handlers.tell import tell
from handlers.turn import Turn
from handlers.voice import Voice
from storage import threads as stored
from storage.people import persons

# Help lines (law.md): 110 police, 120 ambulance, 12338 women, 12348 legal aid, 12356 mental help.


def danger(turn: Turn, text: str, hazards: list[str], *, group: bool = False) -> list[Outbound]:
    """A short calm answer with the help lines, the question how she may be called, and word to the person on duty. Her form waits unharmed.

    In a `group` others read along: the lines alone, and that she can write here by herself.
    """
    row = threads.begin(turn, turn, turn.person_id, "danger", text, community_id=threads.place_of(turn), hazards=hazards)
    if group:
        return [turn.say("safety.group")]
    rows = (
        (turn.button("safety.call_me", f"safety:{row.id}:call"), turn.button("safety.text_me", f"safety:{row.id}:text")),
        (turn.button("safety.not_now", f"safety:{row.id}:none"),),
    )
    taken = [turn.words("threads.passed_on", who=threads.staff_name(turn, row.taken_by))] if row.taken_by is not None else []
    return [Outbound(text="\n\n".join([turn.words("safety.help"), *taken]), buttons=rows)]


def told(scene: Scene, voice: Voice, person_id: int, text: str) -> bool:
    """Words about her that came by somebody else's hand (an answer at her door): the person on duty is told where they speak of danger."""
    if not (hazards := triage.look(text)):
        return False
    place = persons.get(scene.tx, person_id)["community_id"]
    threads.begin(scene, voice, person_id, "danger", text, community_id=place, hazards=hazards)
    return True


def listed(tx: Connection, content: Content, *, number: str, community_id: int, now: datetime) -> None:
    """Danger in what an office's list brought (a paper from the box): nobody knows who she is, so those on duty there have to look."""
    word = Outbound(text=content.phrases.say("staff.danger_listed", number=number))
    tell(tx, content, threads.on_duty(tx, community_id), "danger", word, now=now)


def answered(turn: Turn, argument: str) -> list[Outbound]:
    """How she may be reached; her word is what counts (Anti-Domestic-Violence Law 5). A call is promised only where a number is known."""
    number, _, how = argument.partition(":")
    row = stored.get(turn.tx, row_id(number))
    if row is None or row.person_id != turn.person_id or how not in ("call", "text", "none"):
        return [turn.say("talk.old_button")]
    if how == "call" and not row.phone:
        stored.set_contact(turn.tx, row.id, stored.NUMBER_ASKED)
        return [turn.say("threads.ask_number")]
    stored.set_contact(turn.tx, row.id, turn.words(f"safety.contact_{how}", phone=row.phone or ""))
    if how != "none":
        threads.alert(turn, turn, row, "threads.reach")
    return [turn.say(f"safety.answered_{how}")]
