"""Whether a message tells of danger, gives cause to ask, or neither: one reading of the model, cut at two heights."""

from __future__ import annotations

from typing import NamedTuple

from domain.reading.model import HAZARDS, Opinion

# Heights in log odds, chosen so that on 21,285 real everyday texts nearly nothing is found (docs/decisions/0011-one-reading-model.md).
ALARM, ASK = 1.17, 0.74
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
    if alarm_odds(opinion) >= ALARM:
        likeliest = _likeliest(opinion)
        return Danger(tuple(code for code in HAZARDS if code == likeliest or opinion.hazards[code] >= NAMED))
    return Danger(worry=ask_odds(opinion) >= ASK)


def alarm_odds(opinion: Opinion) -> float:
    """What speaks for an alarm, in log odds."""
    return opinion.danger + KIND * opinion.hazards[_likeliest(opinion)] - IDLE_ALARM * max(opinion.idle, LEAST_IDLE)


def ask_odds(opinion: Opinion) -> float:
    """What speaks for asking, in log odds."""
    return opinion.concern - IDLE_ASK * max(opinion.idle, LEAST_IDLE)


def _likeliest(opinion: Opinion) -> str:
    return max(HAZARDS, key=lambda code: opinion.hazards[code])
