"""How lots, bags, counts and places in a workshop are said."""

from __future__ import annotations

from datetime import date, datetime

from domain.forms.screen import express
from domain.forms.values import hours_in_words
from domain.fund.beancount import yuan
from domain.messages import Outbound
from domain.notices import LOCAL
from domain.workshops.pieces import PLACES, Count
from domain.workshops.places import Check, CheckKind, standing
from handlers.voice import Voice
from storage.workshops.bookings import Booking
from storage.workshops.counts import Counted
from storage.workshops.lots import Lot


def numbers(voice: Voice, count: Count) -> str:
    """Good, to be reworked, spoilt."""
    return voice.words("lots.numbers", good=count.good, rework=count.rework, spoilt=count.spoilt)


def is_it_so(voice: Voice, row: Counted) -> Outbound:
    """Asks the other side whether a count is right."""
    buttons = (voice.button("lots.so", f"counted:{row.id}:yes"), voice.button("lots.not_so", f"counted:{row.id}:no"))
    return voice.say(f"lots.asked_{row.kind}", buttons, item=row.item, numbers=numbers(voice, row.ours), pieces=row.good)


def both(voice: Voice, row: Counted) -> str:
    """Two counts side by side."""
    hers = row.hers or row.ours
    whose = row.name or voice.words("lots.the_firm" if row.kind in ("pickup", "unused") else "lots.somebody")
    ours = numbers(voice, row.ours)
    return voice.words(f"lots.both_{row.kind}", item=row.item, who=whose, ours=ours, theirs=numbers(voice, hers))


def settled(voice: Voice, row: Counted) -> Outbound:
    """What a person found."""
    return voice.say("lots.settled_word", item=row.item, numbers=numbers(voice, row.ours))


def places(voice: Voice, lot: Lot) -> str:
    """Where the pieces of a lot are; empty places are left out."""
    shown = [(place, getattr(lot, place)) for place in PLACES]
    return voice.words("lots.comma").join(f"{voice.label('lot_places', place)} {count}" for place, count in shown if count)


def values(voice: Voice, lot: Lot) -> dict[str, object]:
    """What a card of a lot shows."""
    return {
        "item": lot.item,
        "firm": lot.enterprise,
        "pieces": lot.pieces,
        "rate": yuan(lot.rate_fen),
        "deadline": f"{lot.deadline:%m-%d}",
        "places": places(voice, lot),
        "training": voice.words("lots.training", what=lot.training) if lot.training else "",
    }


def hour(voice: Voice, starts_at: datetime) -> str:
    """An hour of a workshop, with its day, since it may be read on another one."""
    local = starts_at.astimezone(LOCAL)
    weekday = voice.words("classes.weekdays")[local.weekday()]
    return voice.words("places.hour", month=local.month, day=local.day, weekday=weekday, hour=local.hour)


def booked(voice: Voice, held: Booking) -> dict[str, object]:
    """A booking, as phrases of it name what is said."""
    what = voice.label("rooms", held.function)
    places = voice.words("places.for_children" if held.function == "childcare" else "places.for_her", count=held.places)
    return {"name": held.name, "address": held.address, "room": what, "hour": hour(voice, held.starts_at), "places": places}


def opening(voice: Voice, windows: str) -> str:
    """Opening hours as people say them."""
    return express(hours_in_words(windows), voice.content.phrases, voice.language)


def check_line(voice: Voice, kind: CheckKind, check: Check | None, today: date) -> str:
    """How one safety check of a workshop stands."""
    what = voice.label("check_kinds", kind)
    if check is None:
        return voice.words("places.check_line.never", kind=what)
    note = voice.words("places.note", what=check.note) if check.note else ""
    if not check.passed:
        return voice.words("places.check_line.failed", kind=what, day=f"{check.checked_on:%m-%d}", note=note)
    return voice.words(f"places.check_line.{standing(check, today)}", kind=what, day=f"{check.next_on:%m-%d}", note=note)
