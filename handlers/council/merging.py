"""Suggestions that are one are put together, one that is several is split; everybody stays behind what she said, and both can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_hex

from domain.council.people import Circle, merged
from domain.council.states import OPEN, State, due
from domain.errors import Refused
from handlers.council import deciding, told
from handlers.council.saying import topic_of
from handlers.scene import Scene
from storage.council import similar, suggestions, supports
from storage.council.suggestions import Suggestion

PARTS = 5
SHORTEST = 4


def merge(scene: Scene, suggestion_id: int, into_id: int, reason: str) -> Suggestion:
    """One goes into the other, with everybody behind it; both keep their words. The one that leads then. Raises Refused."""
    suggestions.hold(scene.tx)
    row, lead = deciding.handled(scene, suggestion_id), deciding.handled(scene, into_id)
    if not reason.strip():
        raise Refused("council.reason_needed")
    if row.community_id != lead.community_id or row.state not in OPEN or lead.state not in OPEN:
        raise Refused("council.not_from_here")
    if (row.published_at is None) != (lead.published_at is None):
        # What others must not read never comes to light by way of another.
        raise Refused("council.not_from_here")
    scene.log("suggestions.merge", "suggestion", row.id)
    return together(scene, row, lead, by=scene.person_id, reason=reason)


def together(scene: Scene, row: Suggestion, lead: Suggestion, *, by: int | None, reason: str) -> Suggestion:
    """Put two that lead together. Raises Refused where they are one already."""
    said = {one.id: one for number in (row.id, lead.id) for one in suggestions.texts_with_supporters(scene.tx, number)}
    try:
        merged(said, row.id, lead.id)
    except Circle:
        raise Refused("council.not_from_here") from None
    told.step(scene, row, "merged", by=by, reason=reason, before=str(row.id), after=str(lead.id))
    suggestions.change(scene.tx, row.id, merged_into=lead.id, escalate_at=None)
    return lead._replace(voices=suggestions.recount(scene.tx, lead.id))


def unmerge(scene: Scene, suggestion_id: int, reason: str) -> Suggestion:
    """It stands by itself again, in the state it had, with everybody who came with it and time to be answered. Raises Refused."""
    suggestions.hold(scene.tx)
    row = suggestions.get(scene.tx, suggestion_id)
    if row is None or row.merged_into is None or not scene.may("suggestions.handle", row.community_id):
        raise Refused("council.gone")
    if row.text == suggestions.TAKEN_BACK:
        # Its words are gone by its author's will: nothing could stand by itself again.
        raise Refused("council.not_from_here")
    if not reason.strip():
        raise Refused("council.reason_needed")
    lead = suggestions.lead(scene.tx, row.id)
    assert lead is not None
    due_at = due(row.state, scene.now, scene.content.rules.deadlines, hard=row.hard, until=row.until)
    suggestions.change(scene.tx, row.id, merged_into=None, due_at=due_at, escalate_at=due_at, escalated=0)
    suggestions.recount(scene.tx, lead.id)
    suggestions.recount(scene.tx, row.id)
    scene.log("suggestions.unmerge", "suggestion", row.id)
    fresh = suggestions.get(scene.tx, row.id)
    assert fresh is not None
    if fresh.published_at is not None and fresh.state in OPEN:
        similar.put(scene.tx, fresh.id, fresh.community_id, fresh.text)
    told.step(scene, fresh, "unmerged", by=scene.person_id, reason=reason, before=str(lead.id), after=str(fresh.id))
    return fresh


def split(scene: Scene, suggestion_id: int, texts: Sequence[str], reason: str) -> list[Suggestion]:
    """One that asks for several things becomes several; everybody behind it stands behind each. Raises Refused."""
    suggestions.hold(scene.tx)
    row = deciding.handled(scene, suggestion_id)
    texts = [text.strip() for text in texts]
    if not reason.strip():
        raise Refused("council.reason_needed")
    if not 2 <= len(texts) <= PARTS or any(len(text) < SHORTEST for text in texts):
        raise Refused("council.parts", most=PARTS)
    if row.state not in ("received", "agenda") or suggestions.children(scene.tx, row.id):
        raise Refused("council.not_from_here")
    behind = suggestions.behind(scene.tx, row.id)
    parts = [_part(scene, row, text, behind.people - behind.authors) for text in texts]
    suggestions.change(scene.tx, row.id, state="split", due_at=None, escalate_at=None)
    similar.drop(scene.tx, [row.id])
    scene.log("suggestions.split", "suggestion", row.id)
    told.step(scene, row, "split", by=scene.person_id, reason=reason, before=row.state, after=str(len(parts)))
    return parts


def _part(scene: Scene, row: Suggestion, text: str, supporters: frozenset[int]) -> Suggestion:
    number = suggestions.add(
        scene.tx,
        f"s{token_hex(5)}",
        community_id=row.community_id,
        text=text,
        now=row.arrived_at,
        author_id=row.author_id,
        named=row.named,
        topic=topic_of(text),
        published_at=row.published_at,
        state=row.state,
        hard=row.hard,
        split_from=row.id,
        due_at=row.due_at,
        escalate_at=row.due_at,
        late_since=row.late_since,
    )
    supports.copy(scene.tx, sorted(supporters), number, now=scene.now)
    suggestions.recount(scene.tx, number)
    if row.published_at is not None:
        similar.put(scene.tx, number, row.community_id, text)
    part = suggestions.get(scene.tx, number)
    assert part is not None
    return part


def unsplit(scene: Scene, suggestion_id: int, reason: str) -> Suggestion:
    """The parts are one again, in the state it had; who came to a part meanwhile stands behind it. Raises Refused once a part is decided."""
    suggestions.hold(scene.tx)
    row = suggestions.get(scene.tx, suggestion_id)
    if row is None or row.state != "split" or not scene.may("suggestions.handle", row.community_id):
        raise Refused("council.gone")
    if not reason.strip():
        raise Refused("council.reason_needed")
    parts = suggestions.parts(scene.tx, row.id)
    if any(part.state not in ("received", "agenda") or part.merged_into is not None for part in parts):
        raise Refused("council.not_from_here")
    before: State = "agenda" if any(part.state == "agenda" for part in parts) else "received"
    due_at = due(before, row.arrived_at, scene.content.rules.deadlines, hard=row.hard)
    suggestions.change(scene.tx, row.id, state=before, due_at=due_at, escalate_at=due_at)
    for part in parts:
        suggestions.change(scene.tx, part.id, merged_into=row.id, escalate_at=None)
    suggestions.recount(scene.tx, row.id)
    if row.published_at is not None:
        similar.put(scene.tx, row.id, row.community_id, row.text)
    fresh = suggestions.get(scene.tx, row.id)
    assert fresh is not None
    scene.log("suggestions.unsplit", "suggestion", row.id)
    told.step(scene, fresh, "unsplit", by=scene.person_id, reason=reason)
    return fresh
