"""A meeting of the council: its agenda from what most women want, the invitation, the decisions, and the tasks they become."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from domain.council.states import Move
from domain.errors import Refused
from domain.notices import LOCAL
from handlers.content import Content
from handlers.council.moves import With, advance
from handlers.council.voting import called, members, point
from handlers.council.wording import meeting_time
from handlers.scene import Scene
from handlers.tell import for_others, tell
from storage.council import meetings, suggestions, votes
from storage.council.meetings import Item, Meeting
from storage.council.suggestions import Suggestion
from storage.staff import tasks
from storage.staff.tasks import Task
from storage.tables.meetings import Verdict

# Points of one evening.
POINTS = 10
REMINDED = timedelta(days=1)
# A meeting that begins sooner is reminded of so long before.
SOON = timedelta(hours=2)
STEP = 20


class Decision(NamedTuple):
    """What a council decides on a point: who does it until when, or why not, or that it is talked about another day."""

    verdict: Verdict
    words: str
    owner: str | None = None
    until: date | None = None


def plan(scene: Scene, community_id: int, starts_at: datetime, place: str) -> Meeting:
    """A meeting to come, with what most women want on its agenda. Raises Refused for a time that is over."""
    scene.need("council.call", community_id)
    if starts_at <= scene.now:
        raise Refused("meetings.too_early")
    number = meetings.add(scene.tx, community_id, starts_at, place, by=scene.person_id, now=scene.now)
    scene.log("council.plan", "meeting", number)
    gather(scene, number)
    row = meetings.get(scene.tx, number)
    assert row is not None
    return row


def gather(scene: Scene, meeting_id: int) -> list[Item]:
    """Put on the agenda what is open and most supported, each topic once: what was merged is one point. The agenda then."""
    meeting = called(scene, meeting_id, action="council.call")
    if meeting.state not in ("draft", "called"):
        raise Refused("meetings.over")
    there = {item.suggestion_id for item in meetings.items(scene.tx, meeting.id)}
    for row in suggestions.for_agenda(scene.tx, meeting.community_id, limit=POINTS):
        if len(there) >= POINTS:
            break
        if row.id not in there:
            put_on(scene, meeting, row)
            there.add(row.id)
    return meetings.items(scene.tx, meeting.id)


def put_on(scene: Scene, meeting: Meeting, row: Suggestion) -> None:
    """One point more; what was only received is on the agenda now, which everybody behind it is told."""
    if meetings.put_on(scene.tx, meeting.id, row.id) and row.state == "received":
        advance(scene, row, "agenda", by=scene.person_id)


def take_off(scene: Scene, item_id: int) -> None:
    """Not on this agenda; it waits for the next. Raises Refused once there was a vote on it."""
    item, meeting = point(scene, item_id, action="council.call")
    if meeting.state not in ("draft", "called") or item.verdict or votes.of_item(scene.tx, item.id):
        raise Refused("meetings.over")
    meetings.take_off(scene.tx, item.id)


def call(scene: Scene, meeting_id: int) -> int:
    """Every member is asked to come; how many. Raises Refused where there is nothing to talk about, or nobody to ask."""
    meeting = called(scene, meeting_id, action="council.call")
    people = members(scene.tx, meeting.community_id)
    if not people or not meetings.items(scene.tx, meeting.id):
        raise Refused("meetings.nobody_or_nothing")
    remind_at = meeting.starts_at - (REMINDED if meeting.starts_at - scene.now > REMINDED + SOON else SOON)
    if not meetings.move(scene.tx, meeting.id, ["draft"], "called", remind_at=remind_at if remind_at > scene.now else None):
        raise Refused("meetings.over")
    meetings.invite(scene.tx, meeting.id, people)
    scene.log("council.call", "meeting", meeting.id)
    voice = for_others(scene.content)
    agenda = meetings.items(scene.tx, meeting.id)
    buttons = (voice.button("meetings.yes", f"come:{meeting.id}:yes"), voice.button("meetings.no", f"come:{meeting.id}:no"))
    word = voice.say(
        "meetings.invitation",
        buttons,
        when=meeting_time(voice, meeting.starts_at),
        place=meeting.place,
        count=len(agenda),
        community=meeting.community,
    )
    tell(scene.tx, scene.content, people, "appointment", word, now=scene.now)
    return len(people)


def come(scene: Scene, meeting_id: int, *, yes: bool) -> Meeting:
    """She comes, or not; she may say otherwise later. Raises Refused where she was not asked, and after it began."""
    meeting = meetings.get(scene.tx, meeting_id)
    if meeting is None or meeting.state != "called" or meeting.starts_at < scene.now:
        raise Refused("meetings.gone")
    if not meetings.answer(scene.tx, meeting.id, scene.person_id, "yes" if yes else "no"):
        raise Refused("meetings.gone")
    return meeting


def cancel(scene: Scene, meeting_id: int) -> Meeting:
    """It does not take place: who was asked to come is told; its points wait for the next."""
    meeting = called(scene, meeting_id, action="council.call")
    if not meetings.move(scene.tx, meeting.id, ["draft", "called"], "cancelled", remind_at=None):
        raise Refused("meetings.over")
    scene.log("council.cancel", "meeting", meeting.id)
    voice = for_others(scene.content)
    word = voice.say("meetings.cancelled", when=meeting_time(voice, meeting.starts_at))
    tell(scene.tx, scene.content, [guest.person_id for guest in meetings.guests(scene.tx, meeting.id)], "appointment", word, now=scene.now)
    return meeting


def decide(scene: Scene, item_id: int, decision: Decision) -> Item:
    """What the council makes of a point. Accepted, it is a task with an owner and a date; declined, its women read the reason.

    Raises Refused before a vote on it is closed, against what was voted, without reason, owner or date, and the second time.
    """
    suggestions.hold(scene.tx)
    item, meeting = point(scene, item_id, action="council.call")
    if meeting.state != "called" or scene.now < meeting.starts_at - SOON:
        raise Refused("meetings.not_yet")
    voted = votes.of_item(scene.tx, item.id)
    if any(motion.closed_at is None for motion in voted):
        raise Refused("meetings.vote_first")
    if voted and (voted[-1].outcome == "passed") != (decision.verdict == "accept") and decision.verdict != "later":
        raise Refused("meetings.against_vote")
    if not decision.words.strip():
        raise Refused("council.reason_needed")
    if decision.verdict == "accept" and (not (decision.owner or "").strip() or decision.until is None):
        raise Refused("council.who_until")
    if decision.until is not None and decision.until < scene.today:
        raise Refused("council.day_over")
    if not meetings.decide(scene.tx, item.id, decision.verdict, decision.words, owner=decision.owner, until=decision.until):
        raise Refused("meetings.decided_before")
    scene.log("council.decide", "meeting_item", item.id)
    _follow(scene, item, decision)
    fresh = meetings.item(scene.tx, item.id)
    assert fresh is not None
    return fresh


def _follow(scene: Scene, item: Item, decision: Decision) -> None:
    """What a decision means for the suggestion, and whose task it is."""
    row = suggestions.lead(scene.tx, item.suggestion_id)
    if row is None or decision.verdict == "later":
        return
    if row.state != "agenda":
        raise Refused("council.not_from_here")
    move: Move = "accept" if decision.verdict == "accept" else "decline"
    row = advance(scene, row, move, by=scene.person_id, said=With(reason=decision.words))
    if decision.verdict == "accept" and decision.until is not None:
        advance(scene, row, "take", by=scene.person_id, said=With(owner=decision.owner, until=decision.until))
        until = datetime.combine(decision.until, datetime.min.time(), LOCAL)
        said = scene.content.phrases.say("meetings.task", text=row.text, owner=decision.owner or "", number=row.id)
        tasks.put(
            scene.tx, "decision", scene.person_id, about_id=row.id, said=said, due_at=until, community_id=row.community_id, now=scene.now
        )


def done(scene: Scene, task: Task, outcome: str) -> None:
    """The task of a decision is off the list: what was done is told where it is in hand; else it stays open, and late."""
    row = suggestions.lead(scene.tx, task.about_id)
    if row is not None and row.state == "in_hand" and outcome == "finished":
        advance(scene, row, "finish", by=scene.person_id, said=With(reason=scene.content.phrases.say("meetings.done")))


def hold(scene: Scene, meeting_id: int) -> Meeting:
    """It is over, and its minutes can be written: every point has its decision. Raises Refused before."""
    meeting = called(scene, meeting_id, action="council.call")
    if scene.now < meeting.starts_at:
        raise Refused("meetings.not_yet")
    if any(not item.verdict for item in meetings.items(scene.tx, meeting.id)):
        raise Refused("meetings.points_open")
    if not meetings.move(scene.tx, meeting.id, ["called"], "held", held_at=scene.now, remind_at=None):
        raise Refused("meetings.over")
    scene.log("council.hold", "meeting", meeting.id)
    row = meetings.get(scene.tx, meeting.id)
    assert row is not None
    return row


def remind(tx: Connection, content: Content, now: datetime) -> int:
    """A day before: who comes, and who has not said, is reminded once; how many meetings."""
    rows = meetings.to_remind(tx, now=now, limit=STEP)
    voice = for_others(content)
    for row in rows:
        people = [guest.person_id for guest in meetings.guests(tx, row.id) if guest.answer != "no"]
        buttons = (voice.button("meetings.yes", f"come:{row.id}:yes"), voice.button("meetings.no", f"come:{row.id}:no"))
        tell(
            tx,
            content,
            people,
            "appointment",
            voice.say("meetings.reminder", buttons, when=meeting_time(voice, row.starts_at), place=row.place),
            now=now,
        )
        meetings.reminded(tx, row.id)
    return len(rows)
