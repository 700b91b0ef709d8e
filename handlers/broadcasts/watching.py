"""群发 in chat, once it was asked for: the second person's word, how it goes, stopping it, correcting it, and who signed up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from domain.access import scopes
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.plain import id_of
from handlers import forms
from handlers.broadcasts import composing, deciding, drafts
from handlers.broadcasts.words import button, progress, request, short
from handlers.scene import Scene, row_id
from handlers.turn import Turn
from storage.broadcasts import queue, results
from storage.broadcasts.queue import Broadcast
from storage.broadcasts.results import Joined
from storage.conversations import About

SHOWN = 10
NAMES = 20


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A button of staff: `verb:notice` with what else it needs; made-up ones find nothing."""
    verb, _, rest = argument.partition(":")
    number, _, more = rest.partition(":")
    if verb not in _VERBS:
        raise Refused("broadcasts.gone")
    return _VERBS[verb](turn, deciding.readable(turn, row_id(number)), more)


# The second person.


def waiting(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What waits for her word."""
    rows = islice(deciding.to_decide(turn), SHOWN)
    requests = [request(turn.tx, turn, row, row.starts_at or turn.now, now=turn.now) for row in rows]
    return requests or [turn.say("broadcasts.none_asked")]


def _yes(turn: Turn, notice: Broadcast, _more: str) -> list[Outbound]:
    deciding.approve(turn, notice)
    return [drafts.started(turn, notice, notice.starts_at or turn.now)]


def _no(turn: Turn, notice: Broadcast, _more: str) -> list[Outbound]:
    deciding.refuse(turn, notice)
    return [turn.say("broadcasts.refused", number=notice.id)]


# How it goes.


def mine(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What she wrote, newest first."""
    rows = queue.written_by(turn.tx, turn.person_id, limit=SHOWN)
    if not rows:
        return [turn.say("broadcasts.none_mine", (turn.button("broadcasts.menu_write", "broadcast_write"),))]
    return [turn.say("broadcasts.menu_mine", *((_line(turn, row),) for row in rows))]


def _line(turn: Turn, row: Broadcast) -> Button:
    status = turn.words(f"broadcasts.status_{row.status}")
    line = turn.words("broadcasts.line", number=row.id, status=status, text=short(row))
    return Button(line, f"broadcast:{'draft' if row.status == 'draft' else 'see'}:{row.id}")


def _see(turn: Turn, notice: Broadcast, _more: str = "") -> list[Outbound]:
    """How it goes, in the same message each time it is asked for."""
    figures = results.figures(turn.tx, notice)
    rows: list[tuple[Button, ...]] = [(button(turn, "broadcasts.refresh", "see", notice),)]
    if notice.status in queue.STOPPABLE:
        rows[0] += (button(turn, "broadcasts.stop", "stop", notice),)
    if notice.status in queue.BEGUN:
        rows.append((button(turn, "broadcasts.correct", "fix", notice),))
    if signed := figures.tapped.get("join"):
        rows.append((turn.button("broadcasts.names", f"broadcast:names:{notice.id}", count=signed),))
    message = Outbound(text=progress(turn, notice, figures), buttons=tuple(rows))
    return [replace(message, edits=turn.tapped) if turn.tapped and turn.channel.edits else message]


def _stop(turn: Turn, notice: Broadcast, _more: str) -> list[Outbound]:
    """From now on nothing of it is sent; what is on its way counts as sent."""
    if not deciding.stop(turn, notice):
        raise Refused("broadcasts.gone")
    return [turn.say("broadcasts.stopped"), *_see(turn, deciding.readable(turn, notice.id))]


def _fix(turn: Turn, notice: Broadcast, _more: str) -> list[Outbound]:
    return forms.start(turn, "correction", about={"notice": notice.id})


def corrected(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """A correction for exactly those who got it; what of the wrong one is not sent yet stays unsent."""
    wrong = deciding.readable(turn, id_of(about, "notice"))
    return [drafts.first_look(turn, composing.correct(turn, wrong, str(answers["text"])))]


# Those who got it.


def signed_up(scene: Scene, notice: Broadcast, *, after: int = 0) -> list[Joined]:
    """Who signed up, of those she may see, the next few and one more; every name that is shown is logged."""
    rows = results.joined(scene.tx, notice.id, scopes(scene.roles(), "people.see"), limit=NAMES + 1, after=after)
    for row in rows[:NAMES]:
        scene.log("people.see", "person", row.person_id)
    return rows


def _names(turn: Turn, notice: Broadcast, more: str) -> list[Outbound]:
    rows = signed_up(turn, notice, after=row_id(more))
    if not rows:
        return [turn.say("broadcasts.no_names")]
    lines = [turn.words("broadcasts.names_head", number=notice.id)]
    for place, row in enumerate(rows[:NAMES], 1):
        phone = row.phone or turn.words("staff.no_phone")
        lines.append(turn.words("broadcasts.names_line", row=place, who=turn.called(row.name, row.key), phone=phone))
    choice = f"broadcast:names:{notice.id}:{rows[NAMES - 1].id}" if len(rows) > NAMES else ""
    return [Outbound(text="\n".join(lines), buttons=((turn.button("broadcasts.more_names", choice),),) if choice else ())]


def tap(scene: Scene, number: int, what: str) -> None:
    """报名 or 已读 below a notice, by one who got it. Raises Refused for anybody else, and for a notice or button that is none."""
    notice = queue.get(scene.tx, number)
    if notice is None or what not in composing.TAPS:
        raise Refused("broadcasts.gone")
    if not results.tapped(scene.tx, notice.id, scene.person_id, what, now=scene.now):
        raise Refused("broadcasts.own_tap" if notice.created_by == scene.person_id else "broadcasts.gone")


def tapped(turn: Turn, argument: str) -> list[Outbound]:
    """`7:join` below notice 7."""
    number, _, what = argument.partition(":")
    tap(turn, row_id(number), what)
    return [turn.say(f"broadcasts.thanks_{what}")]


_VERBS: dict[str, Callable[[Turn, Broadcast, str], list[Outbound]]] = {
    "draft": drafts.look,
    "test": drafts.test,
    "go": drafts.go,
    "at": drafts.at_a_time,
    "void": drafts.void,
    "yes": _yes,
    "no": _no,
    "see": _see,
    "stop": _stop,
    "fix": _fix,
    "names": _names,
}
