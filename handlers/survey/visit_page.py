"""The worker's page without network: what it takes along for today, and what it sends once it is back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TypedDict

import orjson
from sqlalchemy import Connection

from domain.access import scopes
from domain.capabilities import WEB
from domain.errors import Refused
from domain.forms import sheet
from domain.forms.schema import Answers, Form
from domain.messages import Outbound
from domain.notices import LOCAL
from domain.plain import Json
from handlers import choices, safety
from handlers.content import Content
from handlers.scene import row_id
from handlers.survey import at_the_door, visits
from handlers.turn import Turn
from storage.people import pages, persons
from storage.survey import campaigns
from storage.survey.campaigns import HerVisit

# So many forms a phone takes along; more are not done in a day.
TAKEN = 60
# How long the phone keeps what it took along (visit_kept.js says the same).
KEPT = timedelta(days=3)
_NAMED = re.compile(r"\$\{(\w+)\}")


class Visit(TypedDict):
    """One visit as the page takes it along."""

    id: int
    who: str
    building: str
    phone: str
    missed: int
    known: dict[str, Json]
    questions: list[sheet.Asked]


class Today(TypedDict):
    """What the page takes along; `end_when` ends the form early."""

    worker: str
    at: str
    end_when: str
    visits: list[Visit]


def today(tx: Connection, content: Content, address: str, now: datetime) -> Today | None:
    """Today's visits with the open questions of each, for who sits at this web address; None where she visits nobody."""
    worker = persons.find(tx, WEB.channel, address)
    if worker is None:
        return None
    turn = Turn(tx=tx, content=content, now=now, person_id=worker.person_id, channel=WEB, address=address, community_id=worker.community_id)
    where = scopes(turn.roles(), "visits.record")
    if not where:
        return None
    form = content.forms["intake"]
    ids = campaigns.due(tx, where, until=visits.day_ends(now))[:TAKEN]
    rows = [_visit(turn, form, row) for row in campaigns.visits(tx, ids)]
    end = form.end_when.source if form.end_when else ""
    return {"worker": persons.get(tx, worker.person_id).key, "at": now.astimezone(LOCAL).isoformat(), "end_when": end, "visits": rows}


def _visit(turn: Turn, form: Form, row: HerVisit) -> Visit:
    turn.log("visits.take_along", "person", row.person_id)
    known = at_the_door.known(turn, row.person_id)
    questions = sheet.open_questions(form, known, choices.lists(turn))
    # Of what is known only what a condition of an open question reads leaves the store.
    read = {name for question in questions for condition in question["relevant"] for name in _NAMED.findall(condition)}
    return {
        "id": row.id,
        "who": turn.called(row.name, row.key),
        "building": row.building or "",
        "phone": row.phone or "",
        "missed": row.missed,
        "known": {name: known[name] for name in sorted(read) if name in known},
        "questions": questions,
    }


def sent(turn: Turn, argument: str) -> list[Outbound]:
    """One visit as the page sends it: an outcome, and with `done` her answers. The inbox has seen to it that it counts once."""
    pages.aside(turn.tx, turn.person_id, turn.address)
    try:
        told = orjson.loads(argument)
    except orjson.JSONDecodeError:
        raise Refused("talk.unreadable") from None
    if not isinstance(told, dict) or told.get("worker") != persons.get(turn.tx, turn.person_id).key:
        raise Refused("visits.not_yours")
    row = _taken(turn, str(told.get("visit")))
    outcome = told.get("outcome")
    if outcome in at_the_door.OUTCOMES:
        return [visits.end(turn, row, outcome)]
    answers = told.get("answers")
    if outcome != "done" or not isinstance(answers, dict):
        raise Refused("talk.unreadable")
    return _done(turn, row, answers, hardship=told.get("hardship") is True)


def _taken(turn: Turn, visit_id: str) -> HerVisit:
    """A visit of her own scope, or one that was hers when she took it along: what was said at the door is not lost because a cell changed hands."""
    rows = campaigns.visits(turn.tx, [row_id(visit_id)])
    if rows and scopes(turn.roles(), "visits.record"):
        since = turn.now - KEPT
        if campaigns.logged(turn.tx, actor_id=turn.person_id, action="visits.take_along", person_id=rows[0].person_id, since=since):
            return rows[0]
    return at_the_door.mine(turn, row_id(visit_id), "visits.record")


def _done(turn: Turn, row: HerVisit, answers: Answers, *, hardship: bool) -> list[Outbound]:
    form = turn.content.forms["intake"]
    known = at_the_door.known(turn, row.person_id)
    # The page was taken along while these were open; what she has told herself since stays, and nothing else was shown to be changed.
    hers = [name for name, value in answers.items() if name in known and name in form.named and value not in (None, "", [], known[name])]
    asked = {name: value for name, value in answers.items() if name not in known}
    said, wrong = sheet.filled(form, known, asked, lists=choices.lists(turn), now=turn.now.astimezone(LOCAL))
    if form.named["consent"] in wrong:
        raise Refused("talk.unreadable")
    # Her words came by the worker's hand; they are looked at as if she had typed them herself.
    safety.told(turn, turn, row.person_id, "。".join(value for value in answers.values() if isinstance(value, str)))
    told = {name: value for name, value in said.items() if name in asked}
    if "consent" in asked:
        told.setdefault("consent", [])
    replies = visits.store(turn, row, told)
    if hardship and persons.profile(turn.tx, row.person_id) is not None:
        at_the_door.hardship(turn, row.person_id, has=True)
    for phrase, names in (("visits.hers_stays", [form.named[name] for name in hers]), ("visits.wrong_answers", wrong)):
        if names:
            questions = "、".join(str(question.short or question.label) for question in names)
            replies.insert(0, turn.say(phrase, who=turn.called(row.name, row.key), questions=questions))
    return replies
