"""What staff decide about a suggestion: its moves with their reasons, whether others may read it, more time, another topic or community."""

from __future__ import annotations

from datetime import date

from domain.council.states import ANSWERED, OVER, REASONED, Move, due
from domain.errors import Refused
from domain.reading.topics import TOPICS
from handlers.council import told
from handlers.council.moves import NOTHING, With, advance
from handlers.scene import Scene
from handlers.tell import for_others, tell
from storage.council import similar, steps, suggestions
from storage.council.steps import Step
from storage.council.suggestions import Suggestion
from storage.people import persons
from storage.staff import roles
from storage.tables.council import StepKind

# What staff may do; withdrawing and being content are the women's own.
STAFFS: frozenset[Move] = frozenset({"agenda", "accept", "decline", "take", "finish"})


def handled(scene: Scene, suggestion_id: int) -> Suggestion:
    """A suggestion, as it is led, that she may deal with. Raises Refused, the same for what is not there and what is not hers."""
    row = suggestions.lead(scene.tx, suggestion_id)
    if row is None or row.state == "withdrawn" or not scene.may("suggestions.handle", row.community_id):
        raise Refused("council.gone")
    return row


def move(scene: Scene, suggestion_id: int, deed: Move, said: With = NOTHING) -> Suggestion:
    """One step on. Raises Refused without a reason where one is needed, without who and until when, and for a day that is over."""
    suggestions.hold(scene.tx)
    row = handled(scene, suggestion_id)
    if deed not in STAFFS:
        raise Refused("council.not_from_here")
    if deed in REASONED and not (said.reason or "").strip():
        raise Refused("council.reason_needed")
    if deed == "take":
        if not (said.owner or "").strip() or said.until is None:
            raise Refused("council.who_until")
        _ahead(scene, said.until)
    scene.log(f"suggestions.{deed}", "suggestion", row.id)
    return advance(scene, row, deed, by=scene.person_id, said=said)


def _ahead(scene: Scene, until: date) -> None:
    if until < scene.today:
        raise Refused("council.day_over")


def postpone(scene: Scene, suggestion_id: int, until: date, reason: str) -> Suggestion:
    """It takes longer; why is told. That it was late stays visible."""
    suggestions.hold(scene.tx)
    row = handled(scene, suggestion_id)
    if row.state != "in_hand":
        raise Refused("council.not_from_here")
    _reasoned(reason)
    _ahead(scene, until)
    due_at = due("in_hand", scene.now, scene.content.rules.deadlines, until=until)
    suggestions.change(scene.tx, row.id, until=until, due_at=due_at, escalate_at=due_at, escalated=0)
    return _told(scene, row, "postponed", reason)


def make_hard(scene: Scene, suggestion_id: int, reason: str) -> Suggestion:
    """It needs the longer deadline, once, with a reason, and only before the first has passed."""
    suggestions.hold(scene.tx)
    row = handled(scene, suggestion_id)
    if row.state not in ("received", "agenda") or row.hard or row.late_since is not None or row.reopened:
        raise Refused("council.not_from_here")
    _reasoned(reason)
    due_at = due(row.state, row.arrived_at, scene.content.rules.deadlines, hard=True)
    suggestions.change(scene.tx, row.id, hard=True, due_at=due_at, escalate_at=due_at)
    return _told(scene, row, "hard", reason)


def publish(scene: Scene, suggestion_id: int) -> Suggestion:
    """Others may read it."""
    row = _looked_at(scene, suggestion_id)
    suggestions.change(scene.tx, row.id, published_at=scene.now)
    similar.put(scene.tx, row.id, row.community_id, row.text)
    return _told(scene, row._replace(published_at=scene.now), "published", None)


def keep_back(scene: Scene, suggestion_id: int, reason: str) -> Suggestion:
    """Others do not read it; she gets her answer all the same, and learns why."""
    _reasoned(reason)
    return _told(scene, _looked_at(scene, suggestion_id), "kept_back", reason)


def _looked_at(scene: Scene, suggestion_id: int) -> Suggestion:
    """Staff have looked: from now on the deadline is that of the answer."""
    suggestions.hold(scene.tx)
    row = handled(scene, suggestion_id)
    if row.published_at is not None or row.state in OVER or row.state in ANSWERED:
        raise Refused("council.not_from_here")
    if row.state in ("received", "agenda"):
        due_at = due(row.state, row.arrived_at, scene.content.rules.deadlines, hard=row.hard)
        suggestions.change(scene.tx, row.id, due_at=due_at, escalate_at=due_at)
    return row


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise Refused("council.reason_needed")


def _told(scene: Scene, row: Suggestion, kind: StepKind, reason: str | None) -> Suggestion:
    scene.log(f"suggestions.{kind}", "suggestion", row.id)
    fresh = suggestions.get(scene.tx, row.id)
    assert fresh is not None
    told.step(scene, fresh, kind, by=scene.person_id, reason=reason)
    return fresh


def set_topic(scene: Scene, suggestion_id: int, topic: str, reason: str) -> Suggestion:
    """Another topic; she sees why, and may say once that it is wrong."""
    suggestions.hold(scene.tx)
    row = handled(scene, suggestion_id)
    if topic not in TOPICS or topic == row.topic or row.state in OVER:
        raise Refused("council.not_from_here")
    _reasoned(reason)
    suggestions.change(scene.tx, row.id, topic=topic)
    scene.log("suggestions.topic", "suggestion", row.id)
    fresh = row._replace(topic=topic)
    told.step(scene, fresh, "topic", by=scene.person_id, reason=reason, before=row.topic, after=topic)
    return fresh


def set_community(scene: Scene, suggestion_id: int, community_id: int, reason: str) -> Suggestion:
    """Another community deals with it; the deadline stays. Raises Refused where there is none of this id."""
    suggestions.hold(scene.tx)
    row = handled(scene, suggestion_id)
    names = {one.id: one.name for one in persons.communities(scene.tx)}
    if community_id not in names or community_id == row.community_id or row.state in OVER:
        raise Refused("council.not_from_here")
    _reasoned(reason)
    _moved(scene, row, community_id)
    scene.log("suggestions.community", "suggestion", row.id)
    fresh = suggestions.get(scene.tx, row.id)
    assert fresh is not None
    told.step(scene, fresh, "community", by=scene.person_id, reason=reason, before=row.community, after=fresh.community)
    return fresh


def _moved(scene: Scene, row: Suggestion, community_id: int) -> None:
    """All that is merged goes along, and is found there."""
    for number in sorted(suggestions.behind(scene.tx, row.id).members):
        one = suggestions.get(scene.tx, number)
        assert one is not None
        suggestions.change(scene.tx, number, community_id=community_id)
        if one.published_at is not None and row.state not in ANSWERED:
            similar.put(scene.tx, number, community_id, one.text)


CONTESTED = frozenset({"topic", "community", "merged"})


def contest(scene: Scene, step_id: int) -> Step:
    """这样不对: somebody behind it says that a change is wrong; the federation, and not who made it, decides. Raises Refused the second time."""
    step, row = _changed(scene, step_id)
    if row.merged_into is None and scene.person_id not in suggestions.concerned(scene.tx, row.id).people:
        raise Refused("council.gone")
    if not steps.contest(scene.tx, step.id, by=scene.person_id, now=scene.now):
        raise Refused("council.contested_before")
    voice = for_others(scene.content)
    word = voice.say("council.staff_contested", (voice.button("council.look", f"suggestion:{row.id}"),), number=row.id)
    deciders = [one for one in roles.staff(scene.tx, "federation", row.community_id) if one != step.by_id]
    tell(scene.tx, scene.content, deciders or roles.staff(scene.tx, "coordinator", row.community_id), "staff", word, now=scene.now)
    return step


def _changed(scene: Scene, step_id: int) -> tuple[Step, Suggestion]:
    step = steps.get(scene.tx, step_id)
    row = suggestions.get(scene.tx, step.suggestion_id) if step is not None else None
    if step is None or row is None or step.kind not in CONTESTED:
        raise Refused("council.gone")
    return step, row


def settle(scene: Scene, step_id: int, *, back: bool, reason: str) -> Suggestion:
    """A contested change stands, or is taken back; decided by somebody else than who made it, with a reason that all behind it see."""
    from handlers.council import merging

    suggestions.hold(scene.tx)
    step, row = _changed(scene, step_id)
    scene.need("suggestions.handle", row.community_id)
    _reasoned(reason)
    if step.by_id == scene.person_id:
        raise Refused("council.somebody_else")
    if not steps.settle(scene.tx, step.id, now=scene.now):
        raise Refused("council.contested_before")
    if back and step.kind == "topic":
        suggestions.change(scene.tx, row.id, topic=step.before)
    elif back and step.kind == "community":
        ids = {one.name: one.id for one in persons.communities(scene.tx)}
        _moved(scene, row, ids[step.before])
    elif back and row.merged_into is not None:
        merging.unmerge(scene, row.id, reason)
    scene.log("suggestions.settled", "suggestion", row.id)
    fresh = suggestions.get(scene.tx, row.id)
    assert fresh is not None
    told.step(scene, fresh, "settled", by=scene.person_id, reason=reason, after="back" if back else "stands")
    return fresh
