"""Whether a message tells of danger, gives cause to ask, or neither: one reading of the model, cut at two heights."""

from __future__ import annotations

from typing import NamedTuple

from domain.reading.model import HAZARDS, Opinion

# Log odds, chosen on writers left out of training and on everyday texts (docs/decisions/0012-one-reading-model.md).
ALARM, ASK = 0.9, 0.9
# A second hazard is named where it is this likely itself; the likeliest always is.
NAMED = 0.0


class Danger(NamedTuple):
    """`hazards` are sorted codes and never together with `worry`."""

    hazards: tuple[str, ...] = ()
    worry: bool = False


def judge(opinion: Opinion) -> Danger:
    """The danger that an opinion holds."""
    if opinion.danger >= ALARM:
        likeliest = max(HAZARDS, key=lambda code: opinion.hazards[code])
        return Danger(tuple(code for code in HAZARDS if code == likeliest or opinion.hazards[code] >= NAMED))
    return Danger(worry=opinion.concern >= ASK)
