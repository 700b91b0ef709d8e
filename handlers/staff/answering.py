"""The deeds of who answers a thread: take it, write to her, note something for colleagues, hand it over, end it, and begin it anew."""

from __future__ import annotations

from domain.errors import Refused
from domain.messages import Outbound
from handlers.scene import Scene
from handlers.tell import for_others, tell
from handlers.threads import ESCALATE_AFTER, alert, staff_name
from storage import threads
from storage.staff import roles
from storage.tables.threads import ThreadOutcome
from storage.threads import Thread


def take(scene: Scene, row: Thread) -> None:
    """我来: it is hers from now on, and the woman learns who answers her. Raises Refused where somebody else has it."""
    if not threads.take(scene.tx, row.id, by=scene.person_id, now=scene.now):
        raise Refused("threads.taken_before" if row.closed_at is None else "threads.closed_before")
    scene.log("threads.take", "thread", row.id)
    if row.taken_by is None:
        word = for_others(scene.content).say("threads.taken", who=staff_name(scene, scene.person_id))
        tell(scene.tx, scene.content, [row.person_id], _kind(row), word, now=scene.now)


def _kind(row: Thread) -> str:
    return "danger" if row.urgent else "answer"


def reply(scene: Scene, row: Thread, said: str) -> None:
    """Words of the staff to her."""
    threads.say(scene.tx, row.id, scene.person_id, said, now=scene.now, from_staff=True)
    who = staff_name(scene, scene.person_id)
    text = for_others(scene.content).words("threads.from_staff", who=who, said=said)
    private = row.urgent or row.kind == "dispute"
    tell(
        scene.tx, scene.content, [row.person_id], _kind(row), Outbound(text=text, private=private, once=private, speaker=who), now=scene.now
    )
    scene.log("threads.reply", "thread", row.id)


def note(scene: Scene, row: Thread, said: str) -> None:
    """What was agreed on the phone, for those who come after; she is not told."""
    threads.say(scene.tx, row.id, scene.person_id, said, now=scene.now, from_staff=True, noted=True)
    scene.log("threads.note", "thread", row.id)


def close(scene: Scene, row: Thread, outcome: ThreadOutcome, remark: str) -> None:
    """办完了: how it ended; she learns that it is ended and how to come back. Raises Refused where it was ended before."""
    if not threads.close(scene.tx, row.id, outcome=outcome, note=remark, by=scene.person_id, now=scene.now):
        raise Refused("threads.closed_before")
    scene.log("threads.close", "thread", row.id, outcome=outcome)
    tell(scene.tx, scene.content, [row.person_id], "answer", for_others(scene.content).say("threads.ended"), now=scene.now)


def reopen(scene: Scene, row: Thread) -> None:
    """It was ended too early: it is on the list again; a danger that nobody has is escalated anew. Raises Refused where it is open."""
    if row.closed_at is None:
        raise Refused("threads.open_already")
    threads.reopen(scene.tx, row.id)
    scene.log("threads.reopen", "thread", row.id)
    if row.urgent and row.taken_by is None:
        threads.escalate_at(scene.tx, row.id, scene.now + ESCALATE_AFTER, escalations=0)
    fresh = threads.get(scene.tx, row.id)
    assert fresh is not None
    alert(scene, for_others(scene.content), fresh, "staff.danger" if row.urgent else "threads.new")


def hand_over(scene: Scene, row: Thread, to: int) -> None:
    """交给同事: to a coordinator of her community or the federation, who is told at once. Raises Refused where it is nobody of them."""
    if to not in colleagues(scene, row):
        raise Refused("talk.old_button")
    threads.hand_over(scene.tx, row.id, to=to, now=scene.now)
    scene.log("threads.hand_over", "thread", row.id)
    voice = for_others(scene.content)
    word = voice.say("threads.handed_word", (voice.button("threads.look", f"thread:{row.id}"),), number=row.id)
    tell(scene.tx, scene.content, [to], "danger" if row.urgent else "staff", word, now=scene.now)


def colleagues(scene: Scene, row: Thread) -> list[int]:
    """Who else may have it."""
    own = roles.staff(scene.tx, "coordinator", row.community_id) if row.community_id is not None else []
    return [one for one in dict.fromkeys([*own, *roles.staff(scene.tx, "federation", None)]) if one != scene.person_id]


def begin(scene: Scene, person_id: int, community_id: int | None, said: str) -> Thread:
    """Staff write to her first: into her open thread, or a new one, which whoever writes has taken."""
    row = threads.open_of(scene.tx, person_id)
    number = row.id if row else threads.add(scene.tx, person_id, "asked", hazards=[], community_id=community_id, now=scene.now)
    thread = threads.get(scene.tx, number)
    assert thread is not None
    if thread.taken_by != scene.person_id:
        take(scene, thread)
    reply(scene, thread, said)
    return thread
