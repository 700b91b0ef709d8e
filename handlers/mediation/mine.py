"""我的事: her own matter as she sees it, whatever the other side says; she adds words, chooses how she is reached, stops, and takes a copy away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.mediation.states import ENDED, OPEN
from domain.messages import Button, Outbound
from handlers import forms
from handlers.capability import Matter
from handlers.links import link
from handlers.mediation import asking, sittings, wording
from handlers.mediation.opening import fetched, hers, moved
from handlers.scene import row_id
from handlers.turn import Turn
from storage.conversations import About
from storage.mediation import assignments, cases, doors, own, sides
from storage.mediation.seen import Hers

# Of her own word.
LONGEST = 12
WORD, CODE = "matter_word", "matter_code"


def matters(turn: Turn) -> list[Matter]:
    """Her matters in a line each, in words that say nothing; none where they open by her own word alone."""
    if doors.closed(turn.tx, turn.person_id) or not turn.channel.carries_private:
        return []
    return [
        Matter(
            turn.words("mediation.matter", number=row.id, state=wording.where_it_stands(turn, row)),
            turn.button("mediation.open_hers", f"matter:{row.id}", number=row.id),
        )
        for row in own.hers(turn.tx, turn.person_id)
    ]


def opens(turn: Turn, text: str) -> list[Outbound] | None:
    """Her own word, said anywhere: the matter's menu. None where it is another word."""
    if len(text) > LONGEST or not turn.channel.carries_private or not doors.opens(turn.tx, turn.person_id, text):
        return None
    rows = tuple((turn.button("mediation.open_hers", f"matter:{row.id}", number=row.id),) for row in own.hers(turn.tx, turn.person_id))
    return [wording.sealed(turn.words("mediation.opened"), *rows, (turn.button("mediation.leave", "menu:leave"),))]


def act(turn: Turn, argument: str) -> list[Outbound]:
    """`matter:7` shows it; what comes behind is what she does with it."""
    number, _, deed = argument.partition(":")
    row = hers(turn, row_id(number))
    verb, _, rest = deed.partition(":")
    match verb:
        case "reach":
            return _reach(turn, row, rest)
        case "suits":
            return sittings.tapped(turn, row, row_id(rest))
        case _ if (does := DEEDS.get(verb)) is not None:
            return does(turn, row)
    raise Refused("talk.old_button")


def _show(turn: Turn, row: Hers) -> list[Outbound]:
    return [_card(turn, row)]


def _say(turn: Turn, row: Hers) -> list[Outbound]:
    return forms.start(turn, WORD, about={"matter": row.id})


def _choose_word(turn: Turn, row: Hers) -> list[Outbound]:
    return forms.start(turn, CODE, about={"matter": row.id})


def _sure(turn: Turn, row: Hers) -> list[Outbound]:
    return [wording.sealed(turn.words("mediation.stop_sure"), _stop_buttons(turn, row))]


def _stop_buttons(turn: Turn, row: Hers) -> tuple[Button, ...]:
    return (turn.button("mediation.stop_yes", f"matter:{row.id}:stop_yes"), turn.button("mediation.stop_no", f"matter:{row.id}"))


def _card(turn: Turn, row: Hers) -> Outbound:
    """How it stands, what comes next, her own words' number, and what she can do."""
    told = own.her_words(turn.tx, turn.person_id, row.id)
    lines = [
        turn.words("mediation.hers_head", number=row.id, kind=turn.label("case_kinds", row.kind)),
        wording.where_it_stands(turn, row),
        *([turn.words("mediation.hers_due", when=wording.when(turn, row.due_at))] if row.due_at and row.state == "reported" else []),
        turn.words("mediation.hers_told", count=len(told)),
        *_next_sitting(turn, row),
        *([wording.ways_of(turn, row.reason or row.state)] if row.state in ENDED and row.state != "closed" else []),
    ]
    return wording.sealed("\n".join(lines), *_buttons(turn, row))


def _next_sitting(turn: Turn, row: Hers) -> list[str]:
    coming = [one for one in own.her_sittings(turn.tx, turn.person_id, row.id) if one.status == "confirmed" and one.starts_at]
    return [turn.words("mediation.hers_sitting", when=wording.when(turn, _at(one.starts_at)), room=one.room) for one in coming]


def _at(at: datetime | None) -> datetime:
    assert at is not None
    return at


def _buttons(turn: Turn, row: Hers) -> list[tuple[Button, ...]]:
    here = f"matter:{row.id}"
    rows: list[tuple[Button, ...]] = []
    if any(one.status == "proposed" for one in own.her_sittings(turn.tx, turn.person_id, row.id)):
        rows.append((turn.button("mediation.choose_time", f"{here}:times"),))
    if row.state in OPEN:
        rows.append((turn.button("mediation.say_more", f"{here}:say"), turn.button("mediation.how_reached", f"{here}:reach")))
    if row.state == "mediating" and row.extends_at is None:
        rows.append((turn.button("mediation.longer", f"{here}:longer"),))
    if row.side == "a" and row.state in ("failed", "withdrawn", "agreed", "closed"):
        rows.append((turn.button("mediation.come_back", f"{here}:again"),))
    if row.state in OPEN and row.state not in ("agreed", "danger"):
        rows.append((turn.button("mediation.stop", f"{here}:stop"), turn.button("mediation.copy", f"{here}:copy")))
    else:
        rows.append((turn.button("mediation.copy", f"{here}:copy"), turn.button("mediation.card_open", "matter_card")))
    rows.append((turn.button("mediation.set_word", f"{here}:word"), turn.button("mediation.leave", "menu:leave")))
    return rows


def add_words(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """补几句: on her own side, where the mediator alone reads it."""
    row = hers(turn, int(about["matter"]))
    if row.state in ENDED:
        raise Refused("mediation.barred.ended")
    sides.say(turn.tx, row.id, "word", str(answers["said"]), party_id=row.party_id, author_id=turn.person_id, now=turn.now)
    turn.log("cases.say", "case", row.id)
    return [wording.sealed(turn.words("mediation.said"), (turn.button("mediation.look_hers", f"matter:{row.id}"),))]


def word_set(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """暗号: from now on her matter is seen by this word alone."""
    hers(turn, int(about["matter"]))
    word = str(answers["word"])
    if word.strip().lower() in turn.content.commands:
        raise Refused("mediation.word_taken")
    doors.put(turn.tx, turn.person_id, word, now=turn.now)
    turn.log("matters.word", "person", turn.person_id)
    return [turn.say("mediation.word_set")]


def _reach(turn: Turn, row: Hers, how: str) -> list[Outbound]:
    if how not in ("here", "call", "self"):
        buttons = tuple((turn.button(f"mediation.reach.{one}", f"matter:{row.id}:reach:{one}"),) for one in ("here", "call", "self"))
        return [wording.sealed(turn.words("mediation.reach_how"), *buttons)]
    sides.change(turn.tx, row.party_id, contact=how)  # type: ignore[arg-type]  # one of the three above
    turn.log("cases.reach", "case", row.id)
    return [wording.sealed(turn.words(f"mediation.reach_set.{how}"), (turn.button("mediation.look_hers", f"matter:{row.id}"),))]


def _stopped(turn: Turn, row: Hers) -> list[Outbound]:
    """Either side may stop at any moment: mediation is voluntary (Mediation Law 3, 23). The legal ways are named."""
    sides.consent(turn.tx, row.party_id, "withdrawn", turn.words("mediation.stopped_here"), now=turn.now)
    moved(turn, row.id, "withdraw", reason="withdrawn")
    if had := assignments.current(turn.tx, row.id):
        asking.told_ended(turn, row.id, had.mediator_id)
    wording.hint(turn, row.id)
    return [wording.sealed("\n".join([turn.words("mediation.stopped"), wording.ways_of(turn, "withdrawn")]))]


def _longer(turn: Turn, row: Hers) -> list[Outbound]:
    """Settling takes longer than the month only with both sides' word."""
    if row.state != "mediating":
        raise Refused("mediation.barred.not_now")
    sides.extend(turn.tx, row.party_id, now=turn.now)
    turn.log("cases.longer", "case", row.id)
    standing = cases.standing(turn.tx, fetched(turn, row.id))
    if len(standing.extends) == 2:
        moved(turn, row.id, "extend")
        return [wording.sealed(turn.words("mediation.extended"))]
    return [wording.sealed(turn.words("mediation.extend_said"))]


def _again(turn: Turn, row: Hers) -> list[Outbound]:
    """She comes back: the agreement is not kept, or it begins anew."""
    moved(turn, row.id, "reopen")
    asking.begin_again(turn, row.id)
    return [wording.sealed(turn.words("mediation.reopened"), (turn.button("mediation.look_hers", f"matter:{row.id}"),))]


def _copy(turn: Turn, row: Hers) -> list[Outbound]:
    """Her own copy of what she told, with times and a hash, for her alone."""
    turn.log("cases.copy", "case", row.id)
    said = turn.linked(turn.words("mediation.copy_ready"), ("mediation.copy_open", link(turn, "copy", row.id)))
    return [wording.sealed(said.text, *said.buttons)]


def leave(turn: Turn, _argument: str = "") -> list[Outbound]:
    """快退: what was said of it here is taken out of the chat; what comes is what everybody gets."""
    own_cases = own.hers(turn.tx, turn.person_id)
    if own_cases:
        asking.forget_chat(turn.tx, turn.person_id, since=min(row.reported_at for row in own_cases) - asking.BEFORE)
    return [turn.say("mediation.left")]


# What she does with her matter, by the word behind its number.
DEEDS: dict[str, Callable[[Turn, Hers], list[Outbound]]] = {
    "": _show,
    "say": _say,
    "word": _choose_word,
    "stop": _sure,
    "stop_yes": _stopped,
    "longer": _longer,
    "again": _again,
    "times": sittings.hers_to_choose,
    "copy": _copy,
}
