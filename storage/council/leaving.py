"""When a woman deletes her data, or two records of one woman become one: no voice is counted that is nobody's, and none twice."""

from __future__ import annotations

from sqlalchemy import Connection, delete, or_, select, update

from storage.council import similar, suggestions
from storage.tables.council import suggestion, suggestion_draft, suggestion_support, suggestion_tap


def _hers(tx: Connection, person_id: int) -> list[int]:
    """The suggestions that she said or supports."""
    supported = select(suggestion_support.c.suggestion_id).where(suggestion_support.c.person_id == person_id)
    hers = select(suggestion.c.id).where(or_(suggestion.c.author_id == person_id, suggestion.c.id.in_(supported)))
    return list(tx.execute(hers.order_by(suggestion.c.id)).scalars())


def _recount(tx: Connection, numbers: list[int]) -> None:
    leads = (suggestions.lead(tx, number) for number in numbers)
    for lead_id in sorted({row.id for row in leads if row is not None}):
        suggestions.recount(tx, lead_id)


def erase(tx: Connection, person_id: int) -> None:
    """Her words and voices go. What others stand behind stays without her; what nobody else does is gone."""
    touched = _hers(tx, person_id)
    tx.execute(delete(suggestion_draft).where(suggestion_draft.c.person_id == person_id))
    tx.execute(delete(suggestion_tap).where(suggestion_tap.c.person_id == person_id))
    tx.execute(delete(suggestion_support).where(suggestion_support.c.person_id == person_id))
    for number in touched:
        row = suggestions.get(tx, number)
        if row is None or row.author_id != person_id:
            continue
        suggestions.change(tx, number, author_id=None, named=False, picture="", lat=None, lon=None)
        group = suggestions.behind(tx, number)
        if not group.people and group.members == {number} and row.merged_into is None and row.state in ("received", "agenda"):
            suggestions.change(tx, number, state="withdrawn", text="—", due_at=None, escalate_at=None)
            similar.drop(tx, [number])
    _recount(tx, touched)


def recount(tx: Connection, person_id: int) -> None:
    """Rows of hers were put back as they were: her voices count again."""
    _recount(tx, _hers(tx, person_id))


def became_one(tx: Connection, kept_id: int, gone_id: int) -> None:
    """What both supported counts once: the weaker row stays as a record that counts for nothing."""
    tx.execute(update(suggestion_support).where(suggestion_support.c.person_id == gone_id).values(version=0))
    _recount(tx, _hers(tx, kept_id))
