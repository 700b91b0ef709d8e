"""Which role one may give and take: never a wider one than one's own, and only inside one's own scope."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import timedelta

from domain.access import ROLES, TABLE, Held, Scope

# Who holds the role → which roles she may give, and take from who leaves.
GIVES: dict[str, frozenset[str]] = {
    "federation": frozenset(ROLES),
    "coordinator": frozenset({"mother", "grid_worker", "mediator", "employer"}),
}
# Until a code of the chat ends.
VALID = timedelta(hours=72)


def may_give(actor: Iterable[Held], role: str, where: Scope, *, action: str = "roles.invite") -> bool:
    """Whether the actor may give this role in this scope (with `roles.withdraw`: take it away)."""
    held = [one for one in actor if one.role in TABLE[action] and role in GIVES.get(one.role, ())]
    # A firm's contact belongs to the community that invited her, whose coordinator is not of the firm.
    place = Scope(where.community_id, where.cell_id) if where.community_id is not None else where
    return any(one.scope.covers(place) for one in held)


def givable(actor: Iterable[Held], *, action: str = "roles.invite") -> list[str]:
    """Roles that the actor may give somewhere, in the order of ROLES."""
    found = {role for one in actor if one.role in TABLE[action] for role in GIVES.get(one.role, ())}
    return [role for role in ROLES if role in found]


def fits(role: str, where: Scope) -> bool:
    """Whether a role can be held there: an employer in a firm, a grid worker in a community or cell of it, nobody but the federation in the city."""
    if role == "employer":
        return where.enterprise_id is not None and where.cell_id is None
    if where.enterprise_id is not None or (where.cell_id is not None and (role != "grid_worker" or where.community_id is None)):
        return False
    return where.community_id is not None or role == "federation"


def qr(link: str) -> bytes:
    """The link as a QR picture (PNG, 8 pixels a module, with the quiet zone that the standard asks for)."""
    # Here, since only an invitation needs it.
    import segno

    written = io.BytesIO()
    segno.make(link, error="m", micro=False).save(written, kind="png", scale=8, border=4)
    return written.getvalue()
