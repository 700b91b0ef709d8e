"""Which parts of the bot a process runs: all of them, or those of its role beside other processes on one store."""

from __future__ import annotations

from typing import NamedTuple


class Parts(NamedTuple):
    """`hears`: the channels and what waits for them; `sends`: to the platforms; `ticks`: the schedule; `desk`: the pages of the staff."""

    hears: bool = False
    sends: bool = False
    ticks: bool = False
    desk: bool = False


_OF = {
    "all": Parts(hears=True, sends=True, ticks=True, desk=True),
    "receiver": Parts(hears=True),
    "sender": Parts(sends=True),
    "schedule": Parts(ticks=True),
    "desk": Parts(desk=True),
}


def of_role(role: str) -> Parts:
    """The parts of a role (`domain.process_roles`). Raises KeyError for another."""
    return _OF[role]
