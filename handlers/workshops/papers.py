"""A pay slip on paper: from a template that an office may change, for herself by a link, and for who closes the pay."""

from __future__ import annotations

from pathlib import Path

from domain.errors import Refused
from domain.fund.beancount import yuan
from domain.workshops import pay as rules
from handlers.scene import Scene
from handlers.tell import for_others
from handlers.word import rendered
from storage.workshops import slips
from storage.workshops.slips import Slip

# content/documents/slip.docx: its fields are those below.
TEMPLATE = "slip.docx"


def seen(scene: Scene, slip_id: int) -> Slip:
    """A slip that is hers, or of a community whose pay she closes, which is written down. Raises Refused, the same for what is not there."""
    found = slips.get(scene.tx, slip_id)
    if found is None or (found.person_id != scene.person_id and not scene.may("pay.close", found.community_id)):
        raise Refused("pay.gone")
    if found.person_id != scene.person_id:
        scene.log("pay.see", "slip", found.id)
    return found


def document(scene: Scene, slip_id: int, folder: Path) -> bytes:
    """The slip as a Word document. Raises Refused where she may not see it."""
    found, voice = seen(scene, slip_id), for_others(scene.content)
    items = [
        {
            "item": row.item,
            "pieces": row.pieces,
            "rate": yuan(row.rate_fen),
            "percent": row.percent,
            "amount": yuan(rules.Work(row.pieces, row.rate_fen, row.percent).fen),
        }
        for row in slips.items(scene.tx, found.id)
    ]
    values = {
        "number": found.id,
        "month": found.month,
        "name": voice.called(found.name, str(found.person_id)),
        "firm": found.enterprise,
        "community": found.community,
        "terms": voice.words("pay.terms_unset") if found.terms == "unset" else voice.label("pay_terms", found.terms),
        "items": items,
        "hours": "" if found.minutes is None else f"{found.minutes / 60:g}",
        "floor": "" if found.floor_fen is None else yuan(found.floor_fen),
        "top_up": yuan(found.top_up_fen),
        "total": yuan(found.total_fen),
        "status": voice.label("slip_status", found.status),
        "pay_by": f"{found.pay_by:%Y-%m-%d}",
        "paid_on": "" if found.paid_on is None else f"{found.paid_on:%Y-%m-%d}",
        "written": f"{scene.today:%Y-%m-%d}",
    }
    return rendered(folder / TEMPLATE, values)
