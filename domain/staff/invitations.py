"""Which role one may give and take: never a wider one than one's own, and only inside one's own scope."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import timedelta

from domain.access import ROLES, TABLE, Held, Scope

# Until a code of the chat ends.
VALID = timedelta(hours=72)


def may_give(actor: Iterable[Held], role: str, where: Scope, *, action: str = "roles.invite") -> bool:
    """Whether the actor may give this role in this scope (with `roles.withdraw`: take it away)."""
    if role not in ROLES:
        return False
    # A firm's contact belongs to the community that invited her, whose coordinator is not of the firm.
    place = Scope(where.community_id, where.cell_id) if where.community_id is not None else where
    return any(held.scope.covers(place) for held in actor if held.role in TABLE[action] & ROLES[role].given_by)


def givable(actor: Iterable[Held], *, action: str = "roles.invite") -> list[str]:
    """Roles that the actor may give somewhere, in the order of ROLES."""
    allowed = {held.role for held in actor} & TABLE[action]
    return [name for name, role in ROLES.items() if allowed & role.given_by]


def fits(role: str, where: Scope) -> bool:
    """Whether a role can be held there: a firm has no cells, and a cell lies in a community."""
    if where.cell_id is not None and (where.enterprise_id is not None or where.community_id is None):
        return False
    return where.kind in ROLES[role].held_in


def qr(link: str) -> bytes:
    """The link as a QR picture (PNG, 8 pixels a module, with the quiet zone that the standard asks for)."""
    # Here, since only an invitation needs it.
    import segno

    written = io.BytesIO()
    segno.make(link, error="m", micro=False).save(written, kind="png", scale=8, border=4)
    return written.getvalue()
