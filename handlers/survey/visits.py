"""The worker's round: today's short list by building, a woman's card, her form filled in at the door, and what came of the visit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, time, timedelta

from domain.access import scopes
from domain.errors import Refused
from domain.forms.conversation import Conversation
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.plain import id_of
from domain.staff import invitations
from handlers import forms
from handlers.scene import row_id
from handlers.survey import at_the_door, new_phones, withdrawing
from handlers.survey.at_the_door import OFTEN, OUTCOMES
from handlers.turn import Turn
from storage import conversations
from storage.broadcasts import pictures
from storage.conversations import About
from storage.people import consents, pages
from storage.survey import campaigns, takeovers
from storage.survey.campaigns import HerVisit

SHOWN = 8


def today(turn: Turn, argument: str = "") -> list[Outbound]:
    """Whom to visit today, the next few by building; `argument` is how many to leave out before. Every name shown is logged."""
    where = scopes(turn.roles(), "visits.see")
    if not where:
        raise Refused("staff.not_allowed")
    ids = campaigns.due(turn.tx, where, until=day_ends(turn.now))
    start = int(argument) if argument.isdecimal() and len(argument) < 5 and int(argument) < len(ids) else 0
    rows = campaigns.visits(turn.tx, ids[start : start + SHOWN])
    for row in rows:
        turn.log("visits.see", "person", row.person_id)
    buttons: list[tuple[Button, ...]] = [(Button(line(turn, row), f"visit:{row.id}"),) for row in rows]
    if start + SHOWN < len(ids):
        buttons.append((turn.button("visits.more", f"visit:list:{start + SHOWN}"),))
    buttons += [
        (turn.button("visits.new", "door:"), turn.button("visits.page", "visit:page")),
        (turn.button("surveys.coverage", "campaign:"),),
    ]
    return [turn.say("visits.today" if rows else "visits.nobody", *buttons, count=len(ids))]


def line(turn: Turn, row: HerVisit) -> str:
    """A woman on the list: where, who, and what to mind."""
    marks = []
    if row.due_at > turn.now:
        marks.append(turn.words("visits.from", at=f"{row.due_at.astimezone(LOCAL):%H:%M}"))
    if row.missed:
        marks.append(turn.words("visits.often" if row.missed >= OFTEN else "visits.missed", count=row.missed))
    return " · ".join([" ".join(filter(None, (row.building, turn.called(row.name, row.key)))), *marks])


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A button of the round: `list:8`, `page`, a visit's card, or `ID:what` was tapped there."""
    head, _, verb = argument.partition(":")
    if head == "list":
        return today(turn, verb)
    if head == "page":
        return page(turn)
    row = at_the_door.mine(turn, row_id(head), "visits.record" if verb else "visits.see")
    if verb.startswith("withdraw:"):
        return withdrawing.withdraw(turn, row, verb.removeprefix("withdraw:"))
    match verb:
        case "":
            return card(turn, row)
        case "fill":
            return _fill(turn, row)
        case "code" | "phone":
            return code(turn, row) if verb == "code" else _phone_code(turn, row)
        case "withdraw":
            return withdrawing.offer(turn, row)
        case "hard" | "soft":
            return _hardship(turn, row, has=verb == "hard")
        case "away" | "moved" | "refused":
            return [end(turn, row, verb), *today(turn)]
    raise Refused("talk.old_button")


def card(turn: Turn, row: HerVisit) -> list[Outbound]:
    """A woman's card: how to find her, what is still to be asked, and the outcomes to tap."""
    turn.log("visits.see", "person", row.person_id)
    text = turn.words(
        "visits.card",
        who=turn.called(row.name, row.key),
        building=row.building or turn.words("visits.no_building"),
        phone=row.phone or turn.words("staff.no_phone"),
        note=turn.words("visits.often", count=row.missed) if row.missed >= OFTEN else "",
    ).rstrip()
    if row.status != "open" or row.campaign_status == "closed":
        text += "\n" + turn.words(f"visits.status_{row.status if row.status != 'open' else 'closed'}")
        return [Outbound(text=text, buttons=(*_code_button(turn, row), _back(turn)))]
    outcomes = tuple(turn.button(f"visits.{one}", f"visit:{row.id}:{one}") for one in OUTCOMES)
    rows = [(turn.button("visits.fill", f"visit:{row.id}:fill"),), outcomes]
    if twins := at_the_door.alike(turn, row):
        text += "\n" + turn.words("visits.alike", count=len(twins))
        rows.append((turn.button("visits.compare", f"merge:{row.person_id}:{twins[0].id}"),))
    return [Outbound(text=text, buttons=(*rows, *_phone_button(turn, row), _back(turn)))]


def _back(turn: Turn) -> tuple[Button, ...]:
    return (turn.button("visits.list", "visits"),)


def _fill(turn: Turn, row: HerVisit) -> list[Outbound]:
    """The intake form for her, with the questions that are open; taken up where the worker stopped."""
    at_the_door.still_open(turn, row)
    turn.log("visits.fill", "person", row.person_id)
    if turn.state is not None and turn.conversation_id is not None and turn.state.get("form") == "intake":
        current = conversations.get(turn.tx, turn.conversation_id, turn.person_id)
        if current is not None and current.about.get("visit") == row.id:
            return forms.take_up(turn, current)
    told = at_the_door.known(turn, row.person_id)
    # Which questions had an answer before: only of these an empty one means that it is taken back.
    about: About = {"visit": row.id, "known": " ".join(sorted(name for name, value in told.items() if value is not None))}
    begun = forms.start(turn, "intake", known=told, about=about)
    return [turn.say("visits.filling", who=turn.called(row.name, row.key)), *begun]


def filled(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """What she said at the door is hers, not the worker's; what was known before and nobody touched is not written again."""
    row = at_the_door.mine(turn, id_of(about, "visit"), "visits.record")
    before = None if turn.state is None else Conversation.from_json(turn.state)
    untouched = {name for name, origin in before.origin.items() if origin == "known"} if before else set()
    told = {name: value for name, value in answers.items() if name not in untouched}
    if "consent" not in untouched:
        told.setdefault("consent", [])
    known_before = str(about.get("known", "")).split()
    skipped = {name for name, value in before.answers.items() if value is None} if before else set()
    emptied = [name for name in known_before if name in skipped - untouched]
    return store(turn, row, told, emptied)


def store(turn: Turn, row: HerVisit, answers: Answers, emptied: Collection[str] = ()) -> list[Outbound]:
    """Her answers are stored as far as she agreed; what became of them, and what can be done at the door besides."""
    kept, who = at_the_door.store(turn, row, answers, emptied), turn.called(row.name, row.key)
    if kept == "erased":
        return [turn.say("visits.nothing_stored", _back(turn))]
    if kept == "not_agreed":
        given = consents.given(turn.tx, row.person_id)
        buttons = ((turn.button("visits.withdraw", f"visit:{row.id}:withdraw"),),) if given else ()
        return [turn.say("visits.not_agreed", *buttons, _back(turn), who=who)]
    rows = (*_code_button(turn, row), (turn.button("visits.hard", f"visit:{row.id}:hard"),), _back(turn))
    phrase = "visits.stored" if takeovers.free(turn.tx, row.person_id) else "visits.stored_hers"
    return [turn.say(phrase, *rows, who=who)]


def end(turn: Turn, row: HerVisit, outcome: str) -> Outbound:
    """What came of the visit is written down; the word that it was."""
    times = at_the_door.end(turn, row, outcome)
    often = outcome == "away" and times >= OFTEN
    return turn.say("visits.said_often" if often else f"visits.said_{outcome}", who=turn.called(row.name, row.key))


def day_ends(now: datetime) -> datetime:
    """The coming local midnight."""
    return datetime.combine(now.astimezone(LOCAL).date() + timedelta(days=1), time(0), LOCAL)


def _hardship(turn: Turn, row: HerVisit, *, has: bool) -> list[Outbound]:
    """The tick that her family is in hardship; it can be taken back like any consent."""
    at_the_door.hardship(turn, row.person_id, has=has)
    other = turn.button("visits.soft", f"visit:{row.id}:soft") if has else turn.button("visits.hard", f"visit:{row.id}:hard")
    return [turn.say("visits.said_hard" if has else "visits.said_soft", (other,), _back(turn))]


def _code_button(turn: Turn, row: HerVisit) -> tuple[tuple[Button, ...], ...]:
    """The way to a code, where there is still something to take over, or a phone that she may have lost."""
    if takeovers.free(turn.tx, row.person_id):
        return ((turn.button("visits.code", f"visit:{row.id}:code"),),)
    return _phone_button(turn, row)


def _phone_button(turn: Turn, row: HerVisit) -> tuple[tuple[Button, ...], ...]:
    hers = new_phones.possible(turn, row.person_id) and turn.may("people.phone_code", row.community_id, cell_id=row.cell_id)
    return ((turn.button("new_phones.code", f"visit:{row.id}:phone"),),) if hers else ()


def code(turn: Turn, row: HerVisit) -> list[Outbound]:
    """A code with which she takes over her profile on her own phone, also as a picture to scan."""
    made = at_the_door.make_code(turn, row.person_id)
    link = f"{turn.content.rules.public_url}/?start={made}"
    message = turn.say("visits.code_made", _back(turn), who=turn.called(row.name, row.key), code=made, link=link)
    return [replace(message, picture=pictures.put(turn.tx, invitations.qr(link), "image/png", now=turn.now, by=turn.person_id))]


def _phone_code(turn: Turn, row: HerVisit) -> list[Outbound]:
    """A code for the new phone of the woman whom the worker sees."""
    return [turn.say("new_phones.made", _back(turn), code=new_phones.make_code(turn, row.person_id))]


def page(turn: Turn) -> list[Outbound]:
    """The link to the page that works without network; its key is good for ten minutes, on the phone where it is opened."""
    if not scopes(turn.roles(), "visits.record"):
        raise Refused("staff.not_allowed")
    url = f"{turn.content.rules.public_url}/visits?key={pages.key(turn.tx, turn.person_id, now=turn.now)}"
    return [turn.linked(turn.words("visits.page_link"), ("visits.page", url))]
