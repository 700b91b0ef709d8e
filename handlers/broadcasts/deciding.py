"""What staff decide about a broadcast: that it is thrown away, goes, waits for a second word, is refused, or stops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from domain.access import TABLE, Scope, scopes
from domain.broadcasts.audience import Audience, covered
from domain.errors import Refused
from handlers.broadcasts.words import request
from handlers.capability import Count
from handlers.scene import Scene
from handlers.tell import for_others, tell
from storage.broadcasts import queue, recipients
from storage.broadcasts.queue import Broadcast
from storage.staff import roles


def readable(scene: Scene, number: int) -> Broadcast:
    """A broadcast that she may see: her own, or one whose whole audience lies where she may approve. Raises Refused."""
    notice = queue.get(scene.tx, number)
    held = scene.roles()
    if notice is None:
        raise Refused("broadcasts.gone")
    audience = Audience.from_json(notice.audience)
    own = notice.created_by == scene.person_id and covered(audience, scopes(held, "broadcasts.write"))
    if not own and not covered(audience, scopes(held, "broadcasts.approve")):
        raise Refused("staff.not_allowed")
    return notice


def own(scene: Scene, notice: Broadcast) -> None:
    """Raises Refused where somebody else wrote it."""
    if notice.created_by != scene.person_id:
        raise Refused("staff.not_allowed")


def _approves(scene: Scene, notice: Broadcast) -> None:
    """Raises Refused where she wrote it herself, or not all of it lies in what she may approve."""
    if notice.created_by == scene.person_id:
        raise Refused("broadcasts.yours")
    if not covered(Audience.from_json(notice.audience), scopes(scene.roles(), "broadcasts.approve")):
        raise Refused("staff.not_allowed")


def to_decide(scene: Scene) -> Iterator[Broadcast]:
    """Broadcasts of others that wait for her word, oldest first."""
    return _to_decide(scene, scopes(scene.roles(), "broadcasts.approve"))


def count(scene: Scene, where: list[Scope]) -> Count:
    """How many broadcasts of others wait for her word, of those that lie in these scopes."""
    return Count(sum(1 for _ in _to_decide(scene, where)))


def _to_decide(scene: Scene, where: Iterable[Scope]) -> Iterator[Broadcast]:
    mine = list(where)
    others = (row for row in queue.awaiting_approval(scene.tx) if row.created_by != scene.person_id)
    return (row for row in others if covered(Audience.from_json(row.audience), mine))


def needs_second(scene: Scene, notice: Broadcast) -> bool:
    """Whether a second person's word is needed: for what wakes people, and for many."""
    return bool(notice.urgent) or notice.size > scene.content.rules.approve_above


def send(scene: Scene, notice: Broadcast, at: datetime) -> int:
    """It goes then, or a second person's word is asked for; how many were asked, 0 where it goes.

    Raises Refused where it is not hers, for nobody, sent before or for a time that is over, and where nobody could give the second word.
    """
    own(scene, notice)
    if at < scene.now:
        raise Refused("broadcasts.past")
    if not notice.size:
        raise Refused("broadcasts.nobody")
    second = needs_second(scene, notice)
    if not queue.move(scene.tx, notice.id, ["draft"], "asked" if second else "approved", starts_at=at):
        raise Refused("broadcasts.gone")
    scene.log("broadcasts.write", "notice", notice.id)
    return _ask(scene, notice, at) if second else 0


def _ask(scene: Scene, notice: Broadcast, at: datetime) -> int:
    people = _approvers(scene, notice)
    if not people:
        raise Refused("broadcasts.no_second")
    word = request(scene.tx, for_others(scene.content), notice, at, now=scene.now)
    # For an urgent one staff are woken, as for a danger.
    tell(scene.tx, scene.content, people, "danger" if notice.urgent else "staff", word, now=scene.now)
    return len(people)


def _approvers(scene: Scene, notice: Broadcast) -> list[int]:
    """Everybody else whose scope covers the whole audience."""
    audience = Audience.from_json(notice.audience)
    people = dict.fromkeys(person for role in sorted(TABLE["broadcasts.approve"]) for person in roles.everybody(scene.tx, role))
    others = [person for person in people if person != notice.created_by]
    return [person for person in others if covered(audience, scopes(roles.roles_of(scene.tx, person), "broadcasts.approve"))]


def void(scene: Scene, notice: Broadcast) -> None:
    """Throw a draft of her own away. Raises Refused where it went already."""
    own(scene, notice)
    if not queue.move(scene.tx, notice.id, ["draft", "asked"], "void", ended_at=scene.now):
        raise Refused("broadcasts.gone")


def approve(scene: Scene, notice: Broadcast) -> None:
    """The second person's word: it goes, and its writer is told. Raises Refused where it is hers, not hers to say, or too late."""
    _approves(scene, notice)
    if not queue.approve(scene.tx, notice.id, by=scene.person_id, now=scene.now):
        raise Refused("broadcasts.gone")
    scene.log("broadcasts.approve", "notice", notice.id)
    voice = for_others(scene.content)
    see = (voice.button("broadcasts.see", f"broadcast:see:{notice.id}"),)
    word = voice.say("broadcasts.approved_word", see, number=notice.id)
    tell(scene.tx, scene.content, [notice.created_by], "staff", word, now=scene.now)


def refuse(scene: Scene, notice: Broadcast) -> None:
    """It does not go, and its writer is told. Raises Refused as `approve` does."""
    _approves(scene, notice)
    if not queue.move(scene.tx, notice.id, ["asked"], "void", ended_at=scene.now):
        raise Refused("broadcasts.gone")
    scene.log("broadcasts.refuse", "notice", notice.id)
    word = for_others(scene.content).say("broadcasts.refused_word", number=notice.id)
    tell(scene.tx, scene.content, [notice.created_by], "staff", word, now=scene.now)


def stop(scene: Scene, notice: Broadcast) -> bool:
    """From now on nothing of it is sent; False where nothing was left to stop."""
    if not queue.move(scene.tx, notice.id, queue.STOPPABLE, "stopped", stopped_by=scene.person_id, fed_to=0):
        return False
    recipients.withhold(scene.tx, notice.id)
    scene.log("broadcasts.stop", "notice", notice.id)
    return True
