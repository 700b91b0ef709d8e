"""没答上的问题: what is asked most first, answered in a line, and used from then on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Outbound
from handlers import forms
from handlers.content import Content
from handlers.scene import row_id
from handlers.turn import Turn
from storage.answers import questions, written
from storage.conversations import About

FORM = "answer_question"
SHOWN = 8


def any_open(turn: Turn) -> bool:
    """Whether a question waits, for who may answer the whole city: nobody knows where it was asked."""
    return turn.may("answers.write", None) and questions.count(turn.tx) > 0


def see(turn: Turn, _argument: str = "") -> list[Outbound]:
    """The questions asked most, with how often; what is left out is said."""
    turn.need("answers.write", None)
    rows, every = questions.unanswered(turn.tx, limit=SHOWN), questions.count(turn.tx)
    if not rows:
        return [turn.say("answers.none")]
    lines = [turn.words("answers.line", number=at, said=row.said or "", times=row.times) for at, row in enumerate(rows, 1)]
    more = [turn.words("answers.more", count=every - len(rows))] if every > len(rows) else []
    buttons = [(turn.button("answers.open", f"unanswered_one:{row.id}", number=at),) for at, row in enumerate(rows, 1)]
    pairs = [tuple(one[0] for one in buttons[at : at + 4]) for at in range(0, len(buttons), 4)]
    return [Outbound(text="\n".join([turn.words("answers.head", count=every), *lines, *more]), buttons=tuple(pairs))]


def act(turn: Turn, argument: str) -> list[Outbound]:
    """One of them: write its answer, or say that it needs none."""
    turn.need("answers.write", None)
    number, _, deed = argument.partition(":")
    row = questions.get(turn.tx, row_id(number))
    if row is None:
        raise Refused("answers.settled_before")
    if deed == "write":
        return forms.start(turn, FORM, about={"question": row.id})
    if deed == "none":
        questions.settle(turn.tx, row.id, now=turn.now)
        turn.log("answers.dismiss", "question", row.id)
        return see(turn)
    buttons = (
        turn.button("answers.write", f"unanswered_one:{row.id}:write"),
        turn.button("answers.needs_none", f"unanswered_one:{row.id}:none"),
    )
    return [turn.say("answers.one", buttons, said=row.said or "", times=row.times)]


def answered(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """What staff wrote is given from now on, to this wording and to what is nearly the same."""
    turn.need("answers.write", None)
    row = questions.get(turn.tx, int(about["question"]))
    if row is None:
        raise Refused("answers.settled_before")
    also = [line.strip() for line in str(answers.get("also") or "").replace("；", "\n").splitlines() if line.strip()]
    number = written.add(turn.tx, [row.said or "", *also], str(answers["answer"]), author_id=turn.person_id, now=turn.now)
    questions.settle(turn.tx, row.id, now=turn.now)
    turn.log("answers.write", "answer", number)
    again = (turn.button("answers.withdraw", f"staff_answer:{number}"), turn.button("answers.list", "unanswered"))
    return [turn.say("answers.written", again, said=row.said or "", answer=str(answers["answer"]))]


def withdraw(turn: Turn, argument: str) -> list[Outbound]:
    """It was wrong: not given any more."""
    turn.need("answers.write", None)
    written.withdraw(turn.tx, row_id(argument), now=turn.now)
    turn.log("answers.withdraw", "answer", row_id(argument))
    return [turn.say("answers.withdrawn", (turn.button("answers.list", "unanswered"),))]


def chosen(turn: Turn, name: str) -> list[Outbound]:
    """您是问…，还是…？: the one that she tapped."""
    if name == "none":
        return [turn.say("answers.neither_said", (turn.button("menu.call", "menu:call"),))]
    found = next((one for one in turn.content.answers.all if one.name == name), None)
    return [Outbound(text=found.answer)] if found is not None else [turn.say("talk.old_button")]


def forget(tx: Connection, content: Content, now: datetime) -> int:
    """What nobody asked for as long as messages are kept is not kept either."""
    questions.forget(tx, before=now - content.rules.keep_messages)
    return 0
