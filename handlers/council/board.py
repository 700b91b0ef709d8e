"""The public board: made from the same rows as the chat, for anybody, without a name and without small numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from domain.council.board import Board, Line, spent, unless_few
from domain.notices import LOCAL
from storage.council import figures
from storage.council.figures import Public
from storage.people import persons

LINES = 60


def places(tx: Connection) -> list[tuple[str, str]]:
    """Code and name of every community."""
    return [(row.code, row.name) for row in persons.communities(tx)]


def board(tx: Connection, code: str, now: datetime) -> Board | None:
    """One community's board; None where there is none of this code."""
    place = next((row for row in persons.communities(tx) if row.code == code), None)
    if place is None:
        return None
    decided = [_line(row) for row in figures.public(tx, place.id, done=False, limit=LINES)]
    done = [_line(row) for row in figures.public(tx, place.id, done=True, limit=LINES)]
    return Board(
        code=place.code,
        name=place.name,
        on=now.astimezone(LOCAL).date(),
        asked=figures.topics_not_looked_at(tx, place.id),
        decided=decided,
        done=done,
        spent_fen=spent(done),
        rates=figures.rates(tx, place.id),
    )


def _line(row: Public) -> Line:
    """Who does it is left out, since it may be a person's name."""
    on = (row.done_at or row.arrived_at).astimezone(LOCAL).date()
    return Line(
        row.id,
        row.topic,
        row.text,
        "declined" if row.state == "closed" and row.done_at is None else row.state,
        unless_few(row.voices),
        row.reason or "",
        row.until,
        row.late_since is not None,
        row.cost_fen,
        row.paid_by,
        on,
    )
