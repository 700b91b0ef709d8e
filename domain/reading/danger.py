"""Whether a message tells of danger, gives cause to ask, or neither: one reading of the model, cut at two heights."""

from __future__ import annotations

from typing import NamedTuple

from domain.reading.model import HAZARDS, Opinion

# Heights in log odds, chosen so that on 21,285 real everyday texts nearly nothing is found (docs/decisions/0011-one-reading-model.md).
ALARM, ASK = 0.79, 0.6
# Beside danger in general counts the likeliest hazard (talk in the tone of trouble that names none is no alarm), and against it that the
# message is small talk; no message is so serious that this counts without an end.
KIND, IDLE_ALARM, IDLE_ASK, LEAST_IDLE = 0.25, 0.5, 0.3, -5.0
# A second hazard is named where it is this likely itself; the likeliest always is.
NAMED = 0.0


class Danger(NamedTuple):
    """`hazards` are sorted codes and never together with `worry`."""

    hazards: tuple[str, ...] = ()
    worry: bool = False


def judge(opinion: Opinion) -> Danger:
    """The danger that an opinion holds."""
    likeliest = max(HAZARDS, key=lambda code: opinion.hazards[code])
    idle = max(opinion.idle, LEAST_IDLE)
    if opinion.danger + KIND * opinion.hazards[likeliest] - IDLE_ALARM * idle >= ALARM:
        return Danger(tuple(code for code in HAZARDS if code == likeliest or opinion.hazards[code] >= NAMED))
    return Danger(worry=opinion.concern - IDLE_ASK * idle >= ASK)
