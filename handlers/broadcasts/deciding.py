"""What staff decide about a broadcast: that it is thrown away, goes, is refused, or stops."""

from __future__ import annotations

from domain.access import Scope, scopes
from domain.broadcasts.audience import Audience, covered
from domain.errors import Refused
from handlers.capability import Count
from handlers.scene import Scene
from handlers.tell import for_others, tell
from storage.broadcasts import queue, recipients
from storage.broadcasts.queue import Broadcast


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


def count(scene: Scene, where: list[Scope]) -> Count:
    """Broadcasts of others that wait for her word."""
    asked = (row for row in queue.asked(scene.tx) if row.created_by != scene.person_id)
    return Count(sum(covered(Audience.from_json(row.audience), where) for row in asked))


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
