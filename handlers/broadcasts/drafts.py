"""群发 in chat, until it goes: written in a form, looked at with its count, tried on oneself, sent now or at a time, thrown away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial

from sqlalchemy import Connection

from domain.broadcasts.audience import Audience
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Outbound
from domain.notices import LOCAL
from domain.plain import id_of
from handlers import forms
from handlers.broadcasts import composing, deciding
from handlers.broadcasts.words import button, preview, time_in_words, whom
from handlers.capability import Read, Work, Write
from handlers.content import Content
from handlers.tell import outbound_of, tell
from handlers.turn import Turn
from storage.broadcasts import meant, queue
from storage.broadcasts.queue import Broadcast
from storage.conversations import About

# Behind 发出 and 定时, where the whole city was meant.
CITY_MEANT = "city"


def write(turn: Turn, _argument: str = "") -> list[Outbound]:
    """The form of a new notice."""
    return forms.start(turn, "broadcast")


def written(turn: Turn, _conversation: int, answers: Answers, _about: About) -> list[Outbound]:
    """What she wrote is a draft now; she sees it as others would."""
    return [first_look(turn, composing.compose(turn, answers))]


def first_look(turn: Turn, draft: Broadcast) -> Outbound:
    """The preview, now or, where many are counted, when they are."""
    return turn.say("broadcasts.counting") if draft.status == "counting" else _preview(turn, draft)


def look(turn: Turn, notice: Broadcast, _more: str = "") -> list[Outbound]:
    """A draft with everything to know before it goes."""
    return [_preview(turn, notice)]


def _preview(turn: Turn, notice: Broadcast) -> Outbound:
    if not notice.counted:
        raise Refused("broadcasts.nobody")
    rows = (
        (button(turn, "broadcasts.test", "test", notice),),
        (button(turn, "broadcasts.go", "go", notice), button(turn, "broadcasts.at", "at", notice)),
        (button(turn, "broadcasts.void", "void", notice),),
    )
    return replace(preview(turn, turn, notice, second=deciding.needs_second(turn, notice)), buttons=rows)


def count_waiting(content: Content, now: Callable[[], datetime]) -> Work:
    """Large audiences are counted beside the talk, one after the other."""
    while (notice := (yield Read(queue.uncounted))) is not None:
        counted = yield Read(partial(meant.count, broadcast=notice, now=now()))
        yield Write(partial(_counted, content=content, notice=notice, counted=counted, now=now()))


def _counted(tx: Connection, *, content: Content, notice: Broadcast, counted: dict[str, int], now: datetime) -> None:
    """The count of a large audience is there: its writer sees the draft."""
    if queue.keep_count(tx, notice, counted):
        turn = Turn.to(tx, content, notice.created_by, now=now)
        draft = queue.get(tx, notice.id)
        word = _preview(turn, draft) if draft and counted else turn.say("broadcasts.nobody")
        tell(tx, content, [notice.created_by], "answer", word, now=now)


def test(turn: Turn, notice: Broadcast, _more: str) -> list[Outbound]:
    """It is sent to herself alone, as others would get it."""
    deciding.own(turn, notice)
    return [outbound_of(notice.body)]


def void(turn: Turn, notice: Broadcast, _more: str) -> list[Outbound]:
    """不要了."""
    deciding.void(turn, notice)
    return [turn.say("broadcasts.voided", number=notice.id)]


def at_a_time(turn: Turn, notice: Broadcast, more: str) -> list[Outbound]:
    """定时: the form that asks when."""
    deciding.own(turn, notice)
    if notice.status != "draft":
        raise Refused("broadcasts.gone")
    if _whole_city(notice) and more != CITY_MEANT:
        return [_ask_city(turn, notice, "at")]
    return forms.start(turn, "broadcast_time", about={"notice": notice.id})


def timed(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """When it shall go."""
    hour = str(answers["hour"])
    clock = time(int(hour[:2]), int(hour[2:]))
    at = datetime.combine(date.fromisoformat(str(answers["day"])), clock, LOCAL)
    return _send(turn, deciding.readable(turn, id_of(about, "notice")), at)


def go(turn: Turn, notice: Broadcast, more: str) -> list[Outbound]:
    """发出: now, once the whole city was meant where it is for that."""
    deciding.own(turn, notice)
    if _whole_city(notice) and more != CITY_MEANT:
        return [_ask_city(turn, notice, "go")]
    return _send(turn, notice, turn.now)


def _whole_city(notice: Broadcast) -> bool:
    """Whether no place narrows it; a correction goes to exactly those who got the wrong one."""
    return notice.corrects is None and not Audience.from_json(notice.audience).places


def _ask_city(turn: Turn, notice: Broadcast, verb: str) -> Outbound:
    """The whole city is a tap of its own."""
    yes = turn.button("broadcasts.city_yes", f"broadcast:{verb}:{notice.id}:{CITY_MEANT}", count=notice.size)
    rows = ((yes,), (button(turn, "broadcasts.void", "void", notice),))
    return turn.say("broadcasts.city_sure", *rows, whom=whom(turn.tx, turn, notice), count=notice.size)


def _send(turn: Turn, notice: Broadcast, at: datetime) -> list[Outbound]:
    if asked := deciding.send(turn, notice, at):
        return [turn.say("broadcasts.told_second", (button(turn, "broadcasts.void", "void", notice),), count=asked)]
    return [started(turn, notice, at)]


def started(turn: Turn, notice: Broadcast, at: datetime) -> Outbound:
    """That it goes, now or then, with the way to its figures and to stop it."""
    see = (button(turn, "broadcasts.see", "see", notice), button(turn, "broadcasts.stop", "stop", notice))
    if at > turn.now:
        return turn.say("broadcasts.approved_at", see, number=notice.id, at=time_in_words(turn, at))
    return turn.say("broadcasts.approved", see, number=notice.id)
