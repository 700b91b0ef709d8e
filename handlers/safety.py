"""Danger to a person, in whatever form it is said: help at once, in words that say nothing to who looks over her shoulder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from domain import triage
from domain.messages import Inbound, Outbound
from domain.reading import read
from domain.traditional import in_language
from handlers import threads
from handlers.content import Content
from handlers.scene import Scene, row_id
from handlers.tell import tell
from handlers.turn import Turn
from handlers.voice import Voice
from storage import inbox
from storage import threads as stored
from storage.people import persons

# Help lines (law.md): 110 police, 120 ambulance, 12338 women, 12348 legal aid, 12356 mental help.
# What she may answer to the question whether she is safe, and the word that stands for the question in a button.
ANSWERS = ("i_am_fine", "need_help", "cannot_talk")
ASKED = "asked"
# What is not passed on before she has answered, and what says nothing that could be dealt with.
WAITS = frozenset({"dispute", "other", "smalltalk"})
LAST_WORDS = 12  # of hers, among which the words that made the bot ask are looked for


def first(turn: Turn, words: str, matter: Callable[[], list[Outbound]], *, group: bool, asks: bool) -> list[Outbound]:
    """What is said to her words before anything else: all of it where they tell of danger, else what they are for, perhaps with a question.

    `asks` is False where she does not wait for an answer; who is in danger already is not asked whether she is.
    """
    match triage.look(words):
        case triage.Alarm(hazards) if (told := _about_others(turn)) is not None:
            told(turn, hazards)
            return matter()
        case triage.Alarm(hazards):
            return danger(turn, words, hazards, group=group)
        case triage.Ask() if asks and not turn.in_danger:
            return ask(turn, matter() if goes_on(turn, words) else [])
        case _:
            return matter()


def _about_others(turn: Turn) -> Callable[[Turn, list[str]], None] | None:
    """What is done at once with danger in the form of the staff that she is in; None where what she writes is about herself."""
    return None if turn.state is None else turn.content.capabilities.about_others.get(str(turn.state.get("form")))


def danger(turn: Turn, text: str, hazards: list[str], *, group: bool = False) -> list[Outbound]:
    """A short calm answer with the help lines, the question how she may be called, and word to the person on duty. Her form waits unharmed.

    In a `group` others read along: the lines alone, and that she can write here by herself.
    """
    row = threads.begin(turn, turn, turn.person_id, "danger", text, community_id=threads.place_of(turn), hazards=hazards)
    for follows in turn.content.capabilities.alarmed:
        follows(turn, hazards)
    if group:
        return [replace(turn.say("safety.group"), always=True)]
    rows = (
        (turn.button("safety.call_me", f"safety:{row.id}:call"), turn.button("safety.text_me", f"safety:{row.id}:text")),
        (turn.button("safety.not_now", f"safety:{row.id}:none"),),
    )
    taken = [turn.words("threads.passed_on", who=threads.staff_name(turn, row.taken_by))] if row.taken_by is not None else []
    return [Outbound(text="\n\n".join([turn.words("safety.help"), *taken]), buttons=rows, always=True)]


def without_store(content: Content, inbound: Inbound, words: str) -> Outbound | None:
    """What a danger is answered with while nothing can be stored or looked up: the help lines, and no promise. None where there is none.

    A cause for worry counts as well: whether she is safe cannot be asked now.
    """
    in_need = inbound.kind == "choice" and inbound.choice == f"safety:{ASKED}:need_help"
    if not in_need and isinstance(triage.look(words), triage.Nothing):
        return None
    phrase = "safety.group" if inbound.kind == "group" else "safety.down"
    return in_language(Outbound(text=content.phrases.say(phrase), always=True), inbound.language)


def told(scene: Scene, voice: Voice, person_id: int, text: str) -> bool:
    """Words about her that came by somebody else's hand (an answer at her door): the person on duty is told where they speak of danger."""
    outcome = triage.look(text)
    if not isinstance(outcome, triage.Alarm):
        return False
    place = persons.get(scene.tx, person_id).community_id
    threads.begin(scene, voice, person_id, "danger", text, community_id=place, hazards=outcome.hazards)
    return True


def listed(tx: Connection, content: Content, *, number: str, community_id: int, now: datetime) -> None:
    """Danger in what an office's list brought (a paper from the box): nobody knows who she is, so those on duty there have to look."""
    word = Outbound(text=content.phrases.say("staff.danger_listed", number=number))
    tell(tx, content, threads.on_duty(tx, community_id), "danger", word, now=now)


def ask(turn: Turn, matter: list[Outbound]) -> list[Outbound]:
    """One warm question where something gives cause for worry, and what she came for. Nobody is told before she answers."""
    buttons = tuple(turn.button(f"safety.{answer}", f"safety:{ASKED}:{answer}") for answer in ANSWERS)
    return [turn.say("safety.are_you_safe", buttons[:2], buttons[2:]), *matter]


def goes_on(turn: Turn, text: str) -> bool:
    """Whether her matter can be dealt with beside the question: a quarrel would be passed on, and waits until she says that she is well."""
    return turn.state is not None or read(text)["intent"] not in WAITS


def _after_question(turn: Turn, answer: str) -> list[Outbound]:
    """我需要帮助 is the way of danger, with the words that made the bot ask; the other two tell nobody."""
    if answer == "need_help":
        return danger(turn, _worrying(turn), [])
    if answer == "i_am_fine" and read(words := _worrying(turn))["intent"] == "dispute":
        return [turn.say("safety.answered_i_am_fine"), *turn.content.capabilities.intents["dispute"](turn, words, {})]
    return [turn.say(f"safety.answered_{answer}" if answer in ANSWERS else "talk.old_button")]


def _worrying(turn: Turn) -> str:
    """Her last words on this channel that gave cause to ask; empty where they are gone."""
    said = (row.said for row in inbox.said_by(turn.tx, turn.person_id, channel=turn.channel.channel, limit=LAST_WORDS))
    return next((words for words in said if not isinstance(triage.look(words), triage.Nothing)), "")


def answered(turn: Turn, argument: str) -> list[Outbound]:
    """How she may be reached; her word is what counts (Anti-Domestic-Violence Law 5). A call is promised only where a number is known."""
    number, _, how = argument.partition(":")
    if number == ASKED:
        return _after_question(turn, how)
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
