"""A published post that turned out bad is taken back: exactly those who were told hear it, and nobody else."""

from __future__ import annotations

from typing import Any

from domain.access import may
from domain.errors import Refused
from domain.messages import Outbound
from handlers.scene import row_id
from handlers.tell import tell
from handlers.turn import Turn
from handlers.work import applications
from storage.work import reviews

# Codes of positions.why and positions.because.
REASONS = ("fee", "untrue", "pay", "unsafe", "gone")


def choose(turn: Turn, argument: str) -> list[Outbound]:
    """Which reason; before that, how many it concerns."""
    written, _, reason = argument.partition(":")
    row = _public(turn, row_id(written))
    if reason in REASONS:
        return _withdraw(turn, row, reason)
    if reason == "keep":
        return [turn.say("positions.kept", title=row["title"])]
    told, open_ = reviews.told_of(turn.tx, row["id"]), reviews.waiting_for(turn.tx, row["id"])
    rows = [(turn.button(f"positions.why.{code}", f"withdraw:{row['id']}:{code}"),) for code in (*REASONS, "keep")]
    return [turn.say("positions.choose_why", *rows, title=row["title"], enterprise=row["enterprise"], told=len(told), open=open_)]


def _public(turn: Turn, position_id: int) -> dict[str, Any]:
    row = reviews.post(turn.tx, position_id)
    if row is None:
        raise Refused("work.gone")
    if not may(turn.roles(), "positions.withdraw", row["community_id"]):
        raise Refused("staff.not_allowed")
    if row["status"] not in ("published", "filled"):
        raise Refused("positions.withdrawn_before", title=row["title"])
    return row


def _withdraw(turn: Turn, row: dict[str, Any], reason: str) -> list[Outbound]:
    if not reviews.withdraw(turn.tx, row["id"], reason, now=turn.now):
        raise Refused("positions.withdrawn_before", title=row["title"])
    told, started = reviews.told_of(turn.tx, row["id"]), reviews.started_at(turn.tx, row["id"])
    reviews.withhold(turn.tx, row["id"], now=turn.now)
    because = turn.words(f"positions.because.{reason}")
    phrase = "positions.correction_applied"
    cancelled = applications.cancel_all(turn.tx, turn.content, row["id"], phrase, now=turn.now, by=turn.person_id, because=because)
    turn.log("positions.withdraw", "position", row["id"])
    rest = [person for person in told if person not in {*cancelled, *started}]
    for phrase, whom in (("positions.correction", rest), ("positions.correction_started", started)):
        if whom:
            _correct(turn, row, because, phrase=phrase, whom=whom)
    return [turn.say("positions.withdrawn", title=row["title"], told=len({*rest, *cancelled, *started}))]


def _correct(turn: Turn, row: dict[str, Any], because: str, *, phrase: str, whom: list[int]) -> None:
    buttons = (turn.button("menu.work", "menu:work"), turn.button("menu.call", "menu:call"))
    word = turn.say(phrase, buttons, title=row["title"], enterprise=row["enterprise"], because=because)
    notice = tell(turn.tx, turn.content, whom, "correction", word, now=turn.now)
    reviews.corrects(turn.tx, notice, row["id"])
