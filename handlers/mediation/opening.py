"""The door to a case: who may open it, and the same answer to all others as if there were no such case."""

from __future__ import annotations

from domain.errors import Denied, Refused
from domain.mediation.states import Barred, Deed, State
from handlers.scene import Scene
from storage.mediation import cases, own, visible
from storage.mediation.cases import Case, Gone
from storage.mediation.seen import Hers, How, Seen
from storage.mediation.visible import Viewer

ANY: tuple[How, ...] = ("holds", "asked", "receives", "oversees")


def viewer(scene: Scene) -> Viewer:
    """Who looks, by the roles that she holds at this moment."""
    return visible.viewer(scene.person_id, scene.roles())


def opened(scene: Scene, case_id: int, *hows: How) -> Seen:
    """A case that she may see in one of these ways; reading it is logged. Raises Denied, the same for what is not there and what is not hers."""
    row = visible.one(scene.tx, viewer(scene), case_id)
    if row is None or row.how not in (hows or ANY):
        raise denied(case_id)
    scene.log("cases.see", "case", case_id, how=row.how)
    return row


def hers(scene: Scene, case_id: int) -> Hers:
    """A matter of her own. Raises Denied."""
    row = own.one_of_hers(scene.tx, scene.person_id, case_id)
    if row is None:
        raise denied(case_id)
    return row


def denied(case_id: int) -> Denied:
    """What everybody hears who may not: there is no such case."""
    return Denied("mediation.gone", action="cases.denied", subject_kind="case", subject_id=case_id)


def moved(scene: Scene, case_id: int, deed: Deed, *, reason: str = "") -> State:
    """A deed on a case that she has; where it leads. Raises Refused where it may not follow."""
    row = fetched(scene, case_id)
    try:
        state = cases.move(scene.tx, row, deed, by=scene.person_id, now=scene.now, limits=scene.content.rules.mediation, reason=reason)
    except Barred as barred:
        raise Refused(f"mediation.barred.{barred.why}") from None
    except Gone:
        raise Refused("mediation.barred.not_now") from None
    scene.log(f"cases.{deed}", "case", case_id)
    return state


def fetched(scene: Scene, case_id: int) -> Case:
    """The row of a case that was opened before."""
    row = cases.get(scene.tx, case_id)
    if row is None:
        raise denied(case_id)
    return row
