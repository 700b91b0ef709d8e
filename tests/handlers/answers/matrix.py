"""What the access matrix knows of questions that nothing answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from storage.answers import questions
from tests.support.matrix import District, Matrix, Woman


def fill(tx: Connection, place: District, woman: Woman, now: datetime) -> None:
    questions.note(tx, "工坊借不借伞", plain="工坊借不借伞", now=now)


MATRIX = Matrix(
    open_routes=frozenset({"either"}),
    unsigned=frozenset({"unanswered"}),
    unreached=frozenset({"staff_answer"}),
    leaves=frozenset({"either"}),
    staff_forms={"answer_question": ({"question": 1}, {"answer": "借。"})},
    fill=fill,
)
