"""A person answers: what the bot hands to staff is a thread, and her words reach whoever has it until it is closed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from domain.messages import Outbound
from domain.reading import phones
from handlers.scene import Scene
from handlers.tell import coordinators, for_others, tell
from handlers.turn import Turn
from handlers.voice import Voice
from storage import threads
from storage.people import persons
from storage.staff import roles
from storage.tables.threads import ThreadKind
from storage.threads import NUMBER_ASKED, Thread

# Who has not taken a danger by then is followed by the next.
ESCALATE_AFTER = timedelta(minutes=3)
# What she may mean by words that go on in an open thread.
_OF_ANY_THREAD = {"human", "smalltalk", "other"}
# What she may mean by words that open a closed one again.
_OPENS_AGAIN = {"human", "other", "dispute", "wage"}
# Characters of one word that are kept.
WORDS = 4000


def begin(
    scene: Scene, voice: Voice, person_id: int, kind: ThreadKind, said: str, *, community_id: int | None, hazards: list[str] | None = None
) -> Thread:
    """Her matter is a thread, or goes into the open one of this kind; who answers is told, without a content."""
    open_ = threads.open_of(scene.tx, person_id, kind)
    if open_ is None:
        number = threads.add(scene.tx, person_id, kind, hazards=hazards or [], community_id=community_id, now=scene.now)
        if kind == "danger":
            threads.escalate_at(scene.tx, number, scene.now + ESCALATE_AFTER, escalations=0)
    else:
        number = open_.id
        threads.add_hazards(scene.tx, open_, hazards or [])
    if said:
        threads.say(scene.tx, number, scene.person_id, said[-WORDS:], now=scene.now, from_staff=scene.person_id != person_id)
    row = threads.get(scene.tx, number)
    assert row is not None
    alert(scene, voice, row, "staff.danger" if row.urgent else "threads.new")
    return row


def alert(scene: Scene, voice: Voice, row: Thread, phrase: str) -> None:
    """Word to who answers it. Ids and no content: a preview on a locked screen must not tell."""
    kind = "danger" if row.urgent else "staff"
    about = voice.words(f"threads.kind_{row.kind}")
    word = voice.say(phrase, (voice.button("threads.look", f"thread:{row.id}"),), number=row.id, about=about)
    tell(scene.tx, scene.content, answering(scene.tx, row), kind, word, now=scene.now)


def answering(tx: Connection, row: Thread) -> list[int]:
    """Who has it; where nobody does, the coordinators of her community, else the federation, else every coordinator."""
    if row.taken_by is not None:
        return [row.taken_by]
    return on_duty(tx, row.community_id)


def on_duty(tx: Connection, community_id: int | None) -> list[int]:
    """The coordinators of a community; the federation where it has none; every coordinator where there is neither."""
    own = roles.staff(tx, "coordinator", community_id) if community_id is not None else []
    return own or roles.staff(tx, "federation", None) or coordinators(tx, community_id) or roles.everybody(tx, "coordinator")


def place_of(turn: Turn) -> int | None:
    """Her community, also where it stands only in the form that she has not finished."""
    if turn.community_id is not None:
        return turn.community_id
    said = (turn.state or {}).get("answers") or {}
    code = said.get("community") if isinstance(said, dict) else None
    return next((row.id for row in persons.communities(turn.tx) if row.code == code), None) if code else None


def heard(turn: Turn, text: str, *, intent: str) -> list[Outbound] | None:
    """Her words while a thread is open: they reach whoever has it. None where nothing is open, or they are another matter.

    `intent` says what she means: what the bot deals with itself (work, a class, her data) or hands on as a matter of its own (a dispute
    while her thread is about wages) is another matter; a danger takes everything she writes.
    """
    row = threads.open_of(turn.tx, turn.person_id)
    if row is None:
        row = threads.lately_closed(turn.tx, turn.person_id, now=turn.now)
        if row is None or intent not in _OPENS_AGAIN:
            return None
        threads.reopen(turn.tx, row.id)
    elif not row.urgent and intent not in _OF_ANY_THREAD and intent != row.kind and row.contact != NUMBER_ASKED:
        return None
    if row.contact == NUMBER_ASKED and (number := phones.phone(text)):
        return _number_sent(turn, row, number)
    threads.say(turn.tx, row.id, turn.person_id, text[-WORDS:], now=turn.now)
    alert(turn, turn, row, "threads.more_urgent" if row.urgent else "threads.more")
    return [_passed_on(turn, row)]


def _number_sent(turn: Turn, row: Thread, number: str) -> list[Outbound]:
    threads.set_contact(turn.tx, row.id, turn.words("safety.contact_call", phone=number))
    threads.say(turn.tx, row.id, turn.person_id, number, now=turn.now)
    alert(turn, turn, row, "threads.number")
    return [turn.say("threads.number_kept", phone=number)]


def _passed_on(turn: Turn, row: Thread) -> Outbound:
    """Only what a row already makes true: the name of who has it, or that it is on the list of those on duty."""
    if row.taken_by is not None:
        return turn.say("threads.passed_on", who=staff_name(turn, row.taken_by))
    return turn.say("threads.kept_urgent" if row.urgent else "threads.kept")


def who_answers(turn: Turn) -> str:
    """Whom her matter would go to: the coordinator of her community by name, where one is known."""
    there = on_duty(turn.tx, turn.community_id) if turn.community_id is not None else []
    return staff_name(turn, there[0]) if there else turn.words("threads.community_staff")


def staff_name(scene: Scene, person_id: int) -> str:
    """What a mother calls who answers her: the name with the role, the role alone where no name is known."""
    voice = for_others(scene.content)
    held = [one.role for one in roles.roles_of(scene.tx, person_id) if one.role != "mother"]
    role = voice.words(f"staff.role_{held[0]}") if held else ""
    name = persons.get(scene.tx, person_id).name or ""
    return voice.words("threads.name_and_role", name=name, role=role) if name and role else name or role or voice.words("threads.somebody")
