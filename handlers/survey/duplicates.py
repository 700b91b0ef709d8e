"""One woman, one record: who may be the same is shown before a second record is made at the door."""

from __future__ import annotations

from datetime import timedelta

from domain.access import may, scopes
from domain.errors import Refused
from domain.forms.conversation import State
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.plain import text_of, whole_of
from handlers import forms
from handlers.scene import row_id
from handlers.survey import at_the_door, visits
from handlers.turn import Turn
from storage import conversations
from storage.conversations import About
from storage.people import persons
from storage.sealed import digest
from storage.survey import campaigns
from storage.survey.campaigns import Woman
from storage.survey.handovers import Place

MOST_CELLS = 30
UNDECIDED = timedelta(days=1)


def door(turn: Turn, argument: str = "") -> list[Outbound]:
    """新登记一位: her cell where the worker has several, then the form of the door."""
    where = scopes(turn.roles(), "visits.record")
    if not where:
        raise Refused("staff.not_allowed")
    if argument:
        return _form(turn, at_the_door.cell_of(turn, row_id(argument)))
    cells = campaigns.cells(turn.tx, where)
    if len(cells) == 1:
        return _form(turn, cells[0])
    if not cells:
        raise Refused("visits.no_cells")
    several = len({row.community_id for row in cells}) > 1
    rows = [(Button(f"{row.community} {row.name}" if several else row.name, f"door:{row.id}"),) for row in cells[:MOST_CELLS]]
    return [turn.say("visits.which_cell", *rows)]


def _form(turn: Turn, cell: Place) -> list[Outbound]:
    return forms.start(turn, "door", about={"cell": cell.id})


def look_for_doubles(turn: Turn, conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """The form of the door is filled: who is like her is shown first; until the worker has decided, nobody is made."""
    cell = at_the_door.cell_of(turn, row_id(str(about.get("cell", ""))))
    number = text_of(answers, "phone")
    phone = digest(number, "phone") if number else None
    name = persons.name_digest(text_of(answers, "name"), whole_of(answers, "birth_year"))
    alike = campaigns.alike(turn.tx, phone=phone, name=name)
    if not alike:
        return _make(turn, answers, cell)
    # Kept sealed in the worker's own conversation, until she taps, or a day is over.
    state: State = {"form": "door", "version": turn.content.forms["door"].version, "key": str(conversation), "said": dict(answers)}
    kept = conversations.get(turn.tx, conversation, turn.person_id)
    assert kept is not None
    until = turn.now + UNDECIDED
    conversations.save(turn.tx, conversation, state, read=kept.saves, status="done", now=turn.now, remind_at=until)
    held = turn.roles()
    own = [row for row in alike if may(held, "people.see", row.community_id, cell_id=row.cell_id)]
    lines = [turn.words("visits.may_be_same")] if own else []
    lines += [like(turn, number, row) for number, row in enumerate(own, 1)]
    if phone and any(row.phone_digest == phone for row in alike if row not in own):
        # Nothing else leaves the other community: not even her name.
        lines.append(turn.words("visits.elsewhere"))
    if not lines:
        return _make(turn, answers, cell)
    rows = [(turn.button("visits.it_is_her", f"same_woman:{conversation}:{row.id}", number=n),) for n, row in enumerate(own, 1)]
    return [Outbound(text="\n".join(lines), buttons=(*rows, (turn.button("visits.another", f"same_woman:{conversation}:new"),)))]


def like(turn: Turn, number: int, row: Woman) -> str:
    """A woman in one line, by which a worker tells her from another; the look is logged."""
    turn.log("people.see", "person", row.id)
    who = turn.called(row.name, row.key)
    phone = f"…{row.phone[-4:]}" if row.phone else turn.words("staff.no_phone")
    year = row.birth_year or "—"
    return turn.words(
        "visits.like", number=number, who=who, year=year, phone=phone, building=row.building or turn.words("visits.no_building")
    )


def decide(turn: Turn, argument: str) -> list[Outbound]:
    """就是她 opens her own record's visit; 另登记 makes a new one. Once: what was kept of the form goes."""
    number, _, whom = argument.partition(":")
    row = conversations.get(turn.tx, row_id(number), turn.person_id)
    if row is None or row.form != "door" or "said" not in row.state:
        raise Refused("talk.old_button")
    said, cell = row.state["said"], at_the_door.cell_of(turn, row_id(str(row.about.get("cell", ""))))
    state = row.state.copy()
    del state["said"]
    conversations.save(turn.tx, row.id, state, read=row.saves, status="done", now=turn.now, remind_at=None)
    if whom == "new":
        return _make(turn, said, cell)
    return _card(turn, at_the_door.keep(turn, at_the_door.woman(turn, whom, "people.see").id, said))


def _make(turn: Turn, answers: Answers, cell: Place) -> list[Outbound]:
    """A new record in the worker's cell, and its visit."""
    return _card(turn, at_the_door.register(turn, answers, cell))


def _card(turn: Turn, visit_id: int) -> list[Outbound]:
    return visits.card(turn, at_the_door.mine(turn, visit_id, "visits.record"))
