"""Suggestions as the desk lists them: by state, topic and community, what is late first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, Connection, func, select

from domain.access import Scope
from domain.council.states import WORKED_ON
from storage.council import suggestions
from storage.council.suggestions import Suggestion
from storage.rows import every
from storage.scope import within
from storage.tables.council import suggestion

# What the list is asked for: what waits, what is late, or one state.
Standing = Literal["open", "late", "received", "agenda", "accepted", "in_hand", "done", "declined", "closed", "split"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked for; empty is everything of this standing."""

    standing: Standing = "open"
    topic: str = ""
    community_id: int = 0
    number: int = 0


class Page(NamedTuple):
    """Some of what was found, and how many there are."""

    rows: list[Suggestion]
    total: int


def found(tx: Connection, where: Iterable[Scope], asked: Asked, *, first: int, limit: int) -> Page:
    """Those that lead and were read by somebody, within these scopes: late ones first, then what is due first."""
    wanted = _wanted(where, asked)
    order = (suggestion.c.late_since.is_(None), suggestion.c.due_at, suggestion.c.voices.desc(), suggestion.c.id)
    total = tx.execute(select(func.count()).select_from(suggestion).where(*wanted)).scalar_one()
    return Page(every(tx, suggestions.ROWS.where(*wanted).order_by(*order).offset(first).limit(limit), Suggestion), int(total))


def _wanted(where: Iterable[Scope], asked: Asked) -> list[ColumnElement[bool]]:
    wanted = [suggestion.c.merged_into.is_(None), suggestion.c.topic != "", within(where, community=suggestion.c.community_id)]
    if asked.standing in ("open", "late"):
        wanted.append(suggestion.c.state.in_(WORKED_ON))
        wanted += [suggestion.c.late_since.is_not(None)] if asked.standing == "late" else []
    else:
        wanted.append(suggestion.c.state == asked.standing)
    wanted += [suggestion.c.topic == asked.topic] if asked.topic else []
    wanted += [suggestion.c.community_id == asked.community_id] if asked.community_id else []
    wanted += [suggestion.c.id == asked.number] if asked.number else []
    return wanted
