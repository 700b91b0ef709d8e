"""The staff's side in chat: what waits, late first; one suggestion with its history; every decision with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domain.access import Scope
from domain.council.states import OPEN, Move
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.reading.topics import TOPICS
from handlers import forms
from handlers.capability import Count
from handlers.council import deciding, merging, saying, told
from handlers.council.moves import With
from handlers.council.told import short
from handlers.scene import Scene, row_id
from handlers.turn import Turn
from handlers.voice import Voice
from storage.conversations import About
from storage.council import similar, steps, suggestions
from storage.council.steps import Step
from storage.council.suggestions import Suggestion
from storage.people import persons

SHOWN = 8
STEPS = 12
# Moves that one tap makes, by the state they are made from.
BY_STATE: dict[str, tuple[str, ...]] = {
    "received": ("agenda", "hard"),
    "agenda": ("accept", "decline", "hard"),
    "accepted": ("take",),
    "in_hand": ("finish", "postpone"),
}


def count(scene: Scene, where: list[Scope]) -> Count:
    """What has to be dealt with, and how much of it is late."""
    return Count(*suggestions.count_for_staff(scene.tx, where))


def waiting(turn: Turn, argument: str = "") -> list[Outbound]:
    """意见箱 for staff: what has to be dealt with in her scopes; how many there are, and how many are late, is always said."""
    where, seen = turn.scopes("suggestions.handle"), row_id(argument)
    every, late = count(turn, where)
    rows = suggestions.for_staff(turn.tx, where, offset=seen, limit=SHOWN)
    contested = [] if seen else steps.contested(turn.tx, where, limit=SHOWN)
    if not rows and not contested:
        return [turn.say("council.staff_none")]
    lines = [turn.words("council.staff_list", count=every, late=late)]
    buttons: list[tuple[Button, ...]] = []
    for step in contested:
        buttons.append((turn.button("council.staff_contested_number", f"suggestion:{step.suggestion_id}", number=step.suggestion_id),))
    for row in rows:
        lines.append(_line(turn, row))
        buttons.append((turn.button("council.staff_open", f"suggestion:{row.id}", number=row.id, text=short(row.text)),))
    if seen + len(rows) < every:
        buttons.append((turn.button("council.more_open", f"suggestions:{seen + len(rows)}"),))
    return [Outbound(text="\n".join(lines), buttons=tuple(buttons))]


def _line(turn: Turn, row: Suggestion) -> str:
    state = turn.words("council.state_unpublished" if row.published_at is None else f"council.state_{row.state}")
    due = told.deadline(turn, row)
    return turn.words(
        "council.staff_line", number=row.id, text=short(row.text), count=row.voices, state=state, due=due, community=row.community
    )


def act(turn: Turn, argument: str) -> list[Outbound]:
    """`suggestion:7` shows it; `suggestion:7:verb[:…]` does it."""
    number, _, rest = argument.partition(":")
    row = deciding.handled(turn, row_id(number))
    verb, _, more = rest.partition(":")
    if verb == "":
        turn.log("suggestions.see", "suggestion", row.id)
        return [_card(turn, row)]
    if verb not in VERBS:
        raise Refused("talk.old_button")
    return VERBS[verb](turn, row, more)


def _card(turn: Turn, row: Suggestion) -> Outbound:
    """Everything that staff may know of it."""
    values = {"number": row.id, "text": row.text, "who": who(turn, turn, row), "count": row.voices, "community": row.community}
    state = turn.words(f"council.state_{row.state}")
    lines = [
        turn.words(
            "council.staff_card",
            topic=turn.words(f"council.topic_{row.topic or 'other'}"),
            state=state,
            due=told.deadline(turn, row),
            **values,
        )
    ]
    if row.published_at is None:
        lines.append(turn.words("council.staff_unpublished"))
    for one in suggestions.children(turn.tx, row.id):
        lines.append(turn.words("council.staff_child", number=one.id, text=short(one.text)))
    history = steps.of_suggestions(turn.tx, [row.id])
    for step in history[-STEPS:]:
        local = step.at.astimezone(LOCAL)
        lines.append(turn.words("council.history", month=local.month, day=local.day, said=told.did(turn, row, step)))
    return Outbound(text="\n".join(lines), buttons=tuple(_deeds(turn, row, history)), picture=row.picture)


def moves(row: Suggestion) -> list[str]:
    """The moves that can be made from where it is; more days only before the first are over, and once."""
    return [verb for verb in BY_STATE.get(row.state, ()) if verb != "hard" or not (row.hard or row.late_since or row.reopened)]


def who(scene: Scene, voice: Voice, row: Suggestion) -> str:
    """Who said it, as far as staff may know: a name only where she gave it with this one."""
    if row.author_id is None:
        return voice.words("council.staff_paper")
    if not row.named:
        return voice.words("council.staff_nameless")
    known = persons.get(scene.tx, row.author_id)
    return voice.called(known.name, known.key)


def _deeds(turn: Turn, row: Suggestion, history: list[Step]) -> list[tuple[Button, ...]]:
    """What can be done now."""

    def button(verb: str, phrase: str = "", **values: object) -> Button:
        return turn.button(phrase or f"council.do_{verb.partition(':')[0]}", f"suggestion:{row.id}:{verb}", **values)

    buttons: list[tuple[Button, ...]] = []
    for step in history:
        if step.contested_at is not None and step.settled_at is None and step.by_id != turn.person_id:
            buttons.append((button(f"back:{step.id}"), button(f"stand:{step.id}")))
    if row.published_at is None and row.state in OPEN:
        buttons.append((button("publish"), button("keep")))
    if verbs := moves(row):
        buttons.append(tuple(button(verb) for verb in verbs))
    if row.state in OPEN:
        buttons.append((button("topic"), button("community"), button("merge")))
        if row.state in ("received", "agenda"):
            buttons.append((button("split"),))
        buttons += [(button(f"unmerge:{one.id}", number=one.id),) for one in suggestions.children(turn.tx, row.id)]
    if row.state == "split":
        buttons.append((button("unsplit"),))
    buttons.append((turn.button("council.staff_back", "suggestions"),))
    return buttons


def _at_once(deed: Move) -> Callable[[Turn, Suggestion, str], list[Outbound]]:
    def handler(turn: Turn, row: Suggestion, _more: str) -> list[Outbound]:
        return [_card(turn, deciding.move(turn, row.id, deed))]

    return handler


def _publish(turn: Turn, row: Suggestion, _more: str) -> list[Outbound]:
    return [_card(turn, deciding.publish(turn, row.id))]


def _ask(form: str, deed: str) -> Callable[[Turn, Suggestion, str], list[Outbound]]:
    """What needs words is asked in a form; `value` is what the button chose."""

    def handler(turn: Turn, row: Suggestion, more: str) -> list[Outbound]:
        return forms.start(turn, form, about={"suggestion": row.id, "deed": deed, "value": more})

    return handler


def _topic(turn: Turn, row: Suggestion, more: str) -> list[Outbound]:
    if more in TOPICS:
        return _ask("suggestion_reason", "topic")(turn, row, more)
    codes = [code for code in TOPICS if code != row.topic]
    buttons = [turn.button(f"council.topic_{code}", f"suggestion:{row.id}:topic:{code}") for code in codes]
    return [turn.say("council.which_topic", *(tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)))]


def _community(turn: Turn, row: Suggestion, more: str) -> list[Outbound]:
    if row_id(more):
        return _ask("suggestion_reason", "community")(turn, row, more)
    others = [one for one in persons.communities(turn.tx) if one.id != row.community_id]
    return [turn.say("council.which_other", *((Button(one.name, f"suggestion:{row.id}:community:{one.id}"),) for one in others))]


def _merge(turn: Turn, row: Suggestion, more: str) -> list[Outbound]:
    """合并: those that are alike are offered; the number of any other can be typed into the form."""
    if row_id(more):
        return _ask("suggestion_reason", "merge")(turn, row, more)
    found = [
        led
        for like in similar.find(turn.tx, row.community_id, row.text, but=row.id, most=SHOWN)
        if (led := suggestions.lead(turn.tx, like.id))
    ]
    others = {one.id: one for one in found if one.id != row.id}
    if not others:
        return [turn.say("council.none_alike")]
    lines = [turn.words("council.merge_into"), *(saying.told_line(turn, one, one.id) for one in others.values())]
    rows = [(turn.button("council.merge_number", f"suggestion:{row.id}:merge:{one.id}", number=one.id),) for one in others.values()]
    return [Outbound(text="\n".join(lines), buttons=tuple(rows))]


VERBS: dict[str, Callable[[Turn, Suggestion, str], list[Outbound]]] = {
    "agenda": _at_once("agenda"),
    "accept": _at_once("accept"),
    "decline": _ask("suggestion_reason", "decline"),
    "take": _ask("suggestion_take", "take"),
    "postpone": _ask("suggestion_take", "postpone"),
    "finish": _ask("suggestion_finish", "finish"),
    "hard": _ask("suggestion_reason", "hard"),
    "publish": _publish,
    "keep": _ask("suggestion_reason", "keep"),
    "topic": _topic,
    "community": _community,
    "merge": _merge,
    "unmerge": _ask("suggestion_reason", "unmerge"),
    "split": _ask("suggestion_split", "split"),
    "unsplit": _ask("suggestion_reason", "unsplit"),
    "back": _ask("suggestion_reason", "back"),
    "stand": _ask("suggestion_reason", "stand"),
}

# What a reason was asked for: (scene, suggestion, what was chosen, reason) → the suggestion as it is then.
REASONED: dict[str, Callable[[Scene, int, str, str], Suggestion]] = {
    "decline": lambda scene, number, _value, reason: deciding.move(scene, number, "decline", With(reason=reason)),
    "hard": lambda scene, number, _value, reason: deciding.make_hard(scene, number, reason),
    "keep": lambda scene, number, _value, reason: deciding.keep_back(scene, number, reason),
    "topic": lambda scene, number, value, reason: deciding.set_topic(scene, number, value, reason),
    "community": lambda scene, number, value, reason: deciding.set_community(scene, number, row_id(value), reason),
    "merge": lambda scene, number, value, reason: merging.merge(scene, number, row_id(value), reason),
    "unmerge": lambda scene, _number, value, reason: merging.unmerge(scene, row_id(value), reason),
    "unsplit": lambda scene, number, _value, reason: merging.unsplit(scene, number, reason),
    "back": lambda scene, _number, value, reason: deciding.settle(scene, row_id(value), back=True, reason=reason),
    "stand": lambda scene, _number, value, reason: deciding.settle(scene, row_id(value), back=False, reason=reason),
}


def reasoned(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """A reason came."""
    row = REASONED[str(about["deed"])](turn, int(about["suggestion"]), str(about.get("value") or ""), str(answers["reason"]))
    return _done(turn, row)


def _done(turn: Turn, row: Suggestion) -> list[Outbound]:
    lead = suggestions.lead(turn.tx, row.id)
    return [turn.say("council.staff_done"), *([_card(turn, lead)] if lead is not None else [])]


def taken(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """Who does it until when, or until when it takes longer and why."""
    until, words, number = date.fromisoformat(str(answers["until"])), str(answers["owner"]), int(about["suggestion"])
    if about["deed"] == "postpone":
        return _done(turn, deciding.postpone(turn, number, until, words))
    return _done(turn, deciding.move(turn, number, "take", With(owner=words, until=until)))


def finished(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """What was done, with a picture, and by what money."""
    cost = answers.get("cost")
    said = With(
        reason=str(answers["done"]),
        picture=str(answers.get("picture") or ""),
        cost_fen=round(cost * 100) if isinstance(cost, int | float) and cost else None,
        paid_by=str(answers.get("paid_by") or ""),
    )
    return _done(turn, deciding.move(turn, int(about["suggestion"]), "finish", said))


def split(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """The parts, one a line."""
    texts = parts_of(str(answers["parts"]))
    found = merging.split(turn, int(about["suggestion"]), texts, str(answers["reason"]))
    return [turn.say("council.staff_done"), *(_card(turn, row) for row in found)]


def parts_of(said: str) -> list[str]:
    """One part a line, without the numbers and strokes before it."""
    return [line.strip(" 　-·1234567890.、") for line in said.splitlines() if line.strip()]
