"""What reading gives of one message, by the keys of its codebook; a key is there only where something was said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Required, TypedDict, cast


class Pay(TypedDict, total=False):
    """Yuan for one `unit`: month, day, hour or piece."""

    min: float
    max: float
    unit: str


class Window(TypedDict):
    """`days` from Monday 1 to Sunday 7; `start` and `end` as HH:MM."""

    days: list[int]
    start: str
    end: str


class Slots(TypedDict, total=False):
    """What she says of herself and of what she seeks: codes, metres, years, months of age."""

    sectors: list[str]
    modes: list[str]
    skills: list[str]
    learn: list[str]
    windows: list[Window]
    pay: Pay | None
    distance_m: int | None
    age: int | None
    children: list[int]
    phone: str | None


class Reading(Slots, total=False):
    """A whole message: what she means, what she proposes or complains of, and dangers."""

    intent: Required[str]
    topics: list[str]
    dispute: str
    hazards: list[str]
    worry: bool


# Slots that the intake form asks for.
ASKED = ("sectors", "modes", "skills", "learn", "windows", "pay", "distance_m", "children", "phone")


def intake_slots(found: Mapping[str, object]) -> Slots:
    """Of a reading only what the intake form asks for."""
    return cast("Slots", {slot: found[slot] for slot in ASKED if slot in found})
