"""How long things last at the desk, and who may let a colleague's new browser in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.access import ROLES, Held
from domain.staff.invitations import may_give

# Until a link from the chat ends, and a code that a colleague was shown.
LINK = timedelta(minutes=10)
CODE = timedelta(minutes=10)
# Who has not brought a second factor by then begins anew.
WAITS = timedelta(minutes=30)
# So long nobody has to touch anything before the page locks itself (ASVS 5.0, 7.3.1), and so long a session lasts at most (7.3.2).
IDLE = timedelta(minutes=10)
LONGEST = timedelta(hours=12)
# Wrong codes after which a session ends.
TRIES = 5
# Seconds of a step of an authenticator (RFC 6238, 4.1), and how many steps its clock may be off.
STEP = 30
OFF = 1


def is_locked(*, seen_at: datetime, locked_at: datetime | None, now: datetime) -> bool:
    """Whether nobody sits there any more, as far as the bot can know."""
    return locked_at is not None or now - seen_at > IDLE


def may_admit(actor: Iterable[Held], newcomer: Iterable[Held]) -> bool:
    """Whether one may let somebody's browser in: only where one could give her every role of the staff that she has."""
    theirs = [held for held in newcomer if ROLES[held.role].staff]
    mine = list(actor)
    return bool(theirs) and all(may_give(mine, held.role, held.scope, action="desk.admit") for held in theirs)
