"""She looks for work: posts at once, and what she said is kept; who asked in vain for long is listed for staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from domain.codebook import Slots
from domain.messages import Outbound
from handlers import profile
from handlers.capability import Read, Work, Write
from handlers.content import Content
from handlers.turn import Turn
from handlers.work import fitting
from storage.staff import tasks

CHUNK = 500


def find_work(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What fits her now."""
    tasks.asked(turn.tx, turn.person_id, now=turn.now)
    return fitting.fitting(turn)


def heard(turn: Turn, text: str, slots: Slots) -> list[Outbound]:
    """Posts at once; what was read is said back, what is missing is asked afterwards."""
    tasks.asked(turn.tx, turn.person_id, now=turn.now)
    replies = fitting.fitting(turn, slots)
    known = profile.known(turn)
    if not known or (slots and any(known.get(slot) != value for slot, value in slots.items())):
        return [*replies, *profile.ask(turn, text, slots)]
    return replies


def list_in_vain(content: Content, now: Callable[[], datetime]) -> Work:
    """Once a day all mothers are looked through; those who asked for work in vain are listed in steps."""
    before = now() - content.rules.nothing_after
    people = yield Read(partial(tasks.without_offer, before=before))
    for start in range(0, len(people), CHUNK):
        yield Write(partial(_list, among=people[start : start + CHUNK], before=before, now=now()))


def _list(tx: Connection, *, among: list[int], before: datetime, now: datetime) -> None:
    """Put those of them on the lists for whom it is still so."""
    for person_id in tasks.without_offer(tx, before=before, among=among):
        tasks.put(tx, "nothing", person_id, now=now)
