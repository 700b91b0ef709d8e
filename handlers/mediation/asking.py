"""A case finds its mediator: whose turn it is is asked, who does not answer in time is followed by the next, and nobody is left with its contents."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.errors import Refused
from domain.mediation.assigning import next_of
from domain.mediation.states import Deed
from handlers.content import Content
from handlers.mediation.opening import denied, fetched, moved
from handlers.scene import Scene
from handlers.tell import coordinators, for_others, tell
from storage import conversations, inbox, outbox
from storage.mediation import assignments, cases
from storage.mediation.cases import Case

# Words that a report is made of were said before it was.
BEFORE = timedelta(hours=1)
# What taking a case does, by the state it is in.
TAKING: dict[str, Deed] = {"reported": "take", "accepted": "assign", "reopened": "assign"}
GIVING_BACK: dict[str, Deed] = {"triage": "unassign", "assigned": "unassign", "mediating": "unassign"}


def ask_next(tx: Connection, content: Content, row: Case, *, now: datetime) -> int | None:
    """Ask whose turn it is; None where nobody can: then the coordinators are told, who have to find somebody."""
    free = assignments.free_of_conflict(tx, row, now=now)
    tried = assignments.asked_before(tx, row.id)
    untried = [one.person_id for one in free if one.person_id not in tried]
    chosen = next_of(free, untried, capacity=content.rules.mediator_capacity)
    if chosen is None:
        voice = for_others(content)
        word = voice.say("mediation.nobody", (voice.button("mediation.look", f"case_over:{row.id}"),), number=row.id)
        tell(tx, content, coordinators(tx, row.community_id), "staff", word, now=now)
        return None
    ask(tx, content, row, chosen.person_id, now=now)
    return chosen.person_id


def ask(tx: Connection, content: Content, row: Case, mediator_id: int, *, now: datetime) -> None:
    """Ask this one: she learns that there is a case, its kind and place, and until when she has to answer."""
    answer_by = now + content.rules.mediation.answer
    assignments.ask(tx, row.id, mediator_id, answer_by=answer_by, now=now)
    voice = for_others(content)
    word = voice.say("mediation.asked", (voice.button("mediation.look", f"case:{row.id}"),), number=row.id)
    tell(tx, content, [mediator_id], "danger" if row.state == "danger" else "staff", word, now=now)


def take(scene: Scene, case_id: int) -> None:
    """She takes a case that she was asked for. Raises Refused where she is not asked any more."""
    row = fetched(scene, case_id)
    if not assignments.answer(scene.tx, case_id, scene.person_id, "accepted", now=scene.now):
        raise denied(case_id)
    scene.log("cases.take", "case", case_id)
    if (deed := TAKING.get(row.state)) is not None:
        moved(scene, case_id, deed)


def decline(scene: Scene, case_id: int, why: str) -> None:
    """She does not take it; kin and others who are concerned never get it again. The next is asked."""
    row = fetched(scene, case_id)
    if not assignments.answer(scene.tx, case_id, scene.person_id, "declined", now=scene.now):
        raise denied(case_id)
    if why == "kin":
        cases.add_conflict(scene.tx, case_id, scene.person_id, "kin")
    scene.log("cases.decline", "case", case_id, why=why)
    ask_next(scene.tx, scene.content, row, now=scene.now)


def give_back(scene: Scene, case_id: int, *, to: int | None = None) -> None:
    """Somebody else gets it: who had it keeps no word of it, in rows, in her chat or in half-filled forms. Raises Refused."""
    row = fetched(scene, case_id)
    had = assignments.end(scene.tx, case_id, now=scene.now)
    if row.state in GIVING_BACK:
        moved(scene, case_id, GIVING_BACK[row.state])
    if had is not None:
        forget_chat(scene.tx, had.mediator_id, since=had.asked_at)
        conversations.drop_about(scene.tx, had.mediator_id, "case", case_id)
    fresh = fetched(scene, case_id)
    if to is None:
        ask_next(scene.tx, scene.content, fresh, now=scene.now)
        return
    if to not in [one.person_id for one in assignments.free_of_conflict(scene.tx, fresh, now=scene.now)]:
        raise Refused("mediation.conflict")
    ask(scene.tx, scene.content, fresh, to, now=scene.now)


def forget_chat(tx: Connection, person_id: int, *, since: datetime) -> None:
    """What a person read and typed of sealed matters since then is taken out of her chat."""
    outbox.take_back(tx, person_id, since=since)
    inbox.take_back(tx, person_id, since=since)


def told_ended(scene: Scene, case_id: int, mediator_id: int) -> None:
    """Who has a case learns that it ended."""
    if mediator_id != scene.person_id:
        voice = for_others(scene.content)
        word = voice.say("mediation.changed", (voice.button("mediation.look", f"case:{case_id}"),), number=case_id)
        tell(scene.tx, scene.content, [mediator_id], "staff", word, now=scene.now)


def begin_again(scene: Scene, case_id: int) -> None:
    """A case that was reopened goes to who had it, if she still may; else somebody is asked."""
    row = fetched(scene, case_id)
    had = assignments.end(scene.tx, case_id, now=scene.now)
    free = [one.person_id for one in assignments.free_of_conflict(scene.tx, row, now=scene.now)]
    if had is not None and had.mediator_id in free:
        ask(scene.tx, scene.content, row, had.mediator_id, now=scene.now)
    else:
        ask_next(scene.tx, scene.content, row, now=scene.now)


def lapse(tx: Connection, content: Content, now: datetime) -> int:
    """Who did not answer in time is not asked any more; the next is. How many."""
    rows = assignments.unanswered(tx, now=now, limit=20)
    for one in rows:
        assignments.answer(tx, one.case_id, one.mediator_id, "lapsed", now=now)
        row = cases.get(tx, one.case_id)
        if row is not None and row.ended_at is None:
            ask_next(tx, content, row, now=now)
    return len(rows)
