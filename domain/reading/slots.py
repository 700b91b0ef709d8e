"""What rules read in a message beside what it means: kinds of work, hours, amounts, ages, phone; and what they find about its intent."""

from __future__ import annotations

from typing import NamedTuple

from domain.codebook import Slots
from domain.normal import Normal
from domain.reading import activities, amounts, codes, topics, windows
from domain.reading.dictation import punctuated
from domain.reading.findings import findings
from domain.reading.lexicon import scan


class Ruled(NamedTuple):
    """`slots` by the codebook's keys, empty ones included; `sectors_done` are those of an activity that nobody seeks."""

    slots: Slots
    sectors_done: list[str]
    findings: tuple[str, ...]


def ruled(normal: Normal) -> Ruled:
    """Read a normalised message by rules."""
    text, hits = punctuated(normal.text, scan(normal.text))
    cues = activities.cues(text, hits)
    judged = activities.judge(cues)
    proposes = topics.proposal(normal)
    learning = codes.learn(judged, cues, proposes=proposes)
    slots: Slots = {
        "skills": codes.skills(judged, cues),
        "learn": learning,
        "modes": codes.modes(judged, cues),
        "sectors": codes.sectors(judged, cues, seeks=True, learning=learning),
        "windows": windows.windows(text, hits),
        "distance_m": amounts.distance(text),
        "age": amounts.age(text),
        "children": amounts.children(text),
        "phone": amounts.phone(text),
        "pay": amounts.pay(text),
    }
    found = findings(cues, slots, proposes=proposes, leans=topics.leaning(normal))
    return Ruled(slots, codes.sectors(judged, cues, seeks=False, learning=learning), found)
