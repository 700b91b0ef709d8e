"""How lots, bags and counts are said."""

from __future__ import annotations

from domain.fund.beancount import yuan
from domain.messages import Outbound
from domain.workshops.pieces import PLACES, Count
from handlers.voice import Voice
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
