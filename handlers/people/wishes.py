"""How often she is written to unasked, and when she is left alone: by taps or in her words, said back, in force at once."""

from __future__ import annotations

import re
from functools import partial

from domain import quiet
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Outbound
from handlers import forms
from handlers.capability import Deed
from handlers.turn import Turn
from storage.conversations import About
from storage.people import persons

PER_DAY = (1, 2, 5)
# By tap: her night, or the hours in which a child sleeps by day.
NIGHTS = {"night21": "21:00-08:00", "night20": "20:00-09:00", "night22": "22:00-07:00"}
NAP = "13:00-15:00"
# An empty range is a night without rest: she may be told at any time.
NEVER_QUIET = "00:00-00:00"
Hours = tuple[quiet.Hours, ...]


def see(turn: Turn, _argument: str = "") -> list[Outbound]:
    """How it stands, and all that can be tapped."""
    days = tuple(turn.button("wishes.per_day", f"wishes:day:{count}", count=count) for count in PER_DAY)
    nights = tuple((turn.button("wishes.not_from", f"wishes:{name}", **_ends(hours)),) for name, hours in NIGHTS.items())
    rows = (days, *nights, (turn.button("wishes.nap", "wishes:nap"), turn.button("wishes.any_time", "wishes:any")))
    more = (turn.button("wishes.own_words", "wishes:own"), turn.button("wishes.none", "wishes:day:0"))
    return [turn.say("wishes.now", *rows, more, often=_often(turn), quiet=quiet_in_words(turn, persons.get(turn.tx, turn.person_id).quiet))]


def _ends(hours: str) -> dict[str, str]:
    start, _, end = hours.partition("-")
    return {"start": start, "end": end}


def _often(turn: Turn) -> str:
    person = persons.get(turn.tx, turn.person_id)
    if not person.notices:
        return turn.words("wishes.often_never")
    return turn.words("wishes.often", count=turn.content.rules.daily_cap if person.per_day is None else person.per_day)


def quiet_in_words(turn: Turn, written: str) -> str:
    """The hours in which she is left alone, in words."""
    ranges = [hours for hours in quiet.kept(written, turn.content.rules.quiet_hours) if hours[0] != hours[1]]
    if not ranges:
        return turn.words("wishes.quiet_never")
    phrase = {True: "wishes.range_over_night", False: "wishes.range"}
    words = [turn.words(phrase[end < start], start=f"{start:%H:%M}", end=f"{end:%H:%M}") for start, end in ranges]
    return turn.words("wishes.and").join(words)


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A tap below her wishes."""
    verb, _, count = argument.partition(":")
    own = quiet.parse(persons.get(turn.tx, turn.person_id).quiet)
    if verb == "day" and count in ("0", *map(str, PER_DAY)):
        return _per_day(turn, int(count))
    if verb in NIGHTS or verb == "any":
        return _quiet(turn, (*quiet.parse(NIGHTS.get(verb, NEVER_QUIET)), *_by_day(own)))
    if verb == "nap":
        return _quiet(turn, tuple(dict.fromkeys((*own, *quiet.parse(NAP)))))
    if verb == "own":
        return forms.start(turn, "quiet_hours")
    raise Refused("talk.old_button")


# When she is left alone where she names a part of the day alone: 晚上别发.
PARTS = {
    **dict.fromkeys(("晚上", "夜里", "夜间"), "18:00-08:00"),
    **{
        "半夜": "21:00-08:00",
        "早上": "06:00-09:00",
        "上午": "08:00-12:00",
        "中午": "11:30-14:00",
        "下午": "12:00-18:00",
        "白天": "08:00-18:00",
    },
}
_NOT_THEN = re.compile(r"(?:别|不要|不用|莫)(?:再)?(?:给我|跟我|向我)?(?:发|打扰|吵|推|来消息)")
_A_DAY = re.compile(r"(?:一天|每天|一日)(?:就|只|最多)?(?:给我)?(?:发)?([一两二三五125])条")
# Three a day is none of the taps: the fewer are taken.
_COUNTS = {"一": 1, "两": 2, "二": 2, "三": 2, "五": 5, "1": 1, "2": 2, "5": 5}


def about(turn: Turn, text: str) -> Deed | None:
    """晚上别发, 中午十二点到两点别发, 改成一天一条: in force at once, and said back."""
    if match := _A_DAY.search(text):
        return partial(_per_day, turn, _COUNTS[match[1]])
    if not _NOT_THEN.search(text):
        return None
    hours = quiet.heard(text) or tuple(one for part, written in PARTS.items() if part in text for one in quiet.parse(written))
    return partial(_besides, turn, hours) if hours else None


def _besides(turn: Turn, hours: Hours) -> list[Outbound]:
    """A night takes the place of her night, other hours come besides it and those of before."""
    own = quiet.parse(persons.get(turn.tx, turn.person_id).quiet)
    night = tuple(one for one in hours if quiet.is_night(*one)) or tuple(one for one in own if quiet.is_night(*one))
    return _quiet(turn, tuple(dict.fromkeys((*night, *_by_day(own), *_by_day(hours)))))


def _by_day(hours: Hours) -> Hours:
    return tuple(one for one in hours if not quiet.is_night(*one))


def _per_day(turn: Turn, count: int) -> list[Outbound]:
    if count == 0:
        persons.change(turn.tx, turn.person_id, notices=False)
        return [turn.say("talk.stopped", (turn.button("menu.again", "menu:again"),))]
    persons.change(turn.tx, turn.person_id, per_day=count, notices=True)
    return [turn.say("wishes.per_day_set", (turn.button("wishes.change", "menu:wishes"),), count=count)]


def _quiet(turn: Turn, hours: Hours) -> list[Outbound]:
    written = quiet.write(hours)
    persons.change(turn.tx, turn.person_id, quiet=written)
    return [turn.say("wishes.quiet_set", (turn.button("wishes.change", "menu:wishes"),), quiet=quiet_in_words(turn, written))]


def heard(turn: Turn, _conversation: int, answers: Answers, _about: About) -> list[Outbound]:
    """Hours in her own words; what was understood is said back. A night replaces her night, other hours come besides it."""
    hours = quiet.heard(str(answers["hours"]))
    if not hours:
        return [turn.say("wishes.not_understood", (turn.button("wishes.again", "wishes:own"), turn.button("wishes.change", "menu:wishes")))]
    own = quiet.parse(persons.get(turn.tx, turn.person_id).quiet)
    night = tuple(one for one in hours if quiet.is_night(*one)) or tuple(one for one in own if quiet.is_night(*one))
    return _quiet(turn, (*night, *_by_day(hours)))
