"""How many mothers a post would fit, before it is published: by the rules of matching, not by a guess."""

from __future__ import annotations

from typing import NamedTuple

from domain.matching import fits
from domain.matching.rules import distance
from handlers.scene import Scene
from handlers.work import fitting
from storage.work import seekers
from storage.work.posts import Post

# Mothers that are looked through while somebody waits for the screen; a larger city's are "at least".
LOOKED_AT = 10_000
NEAR_M = 1_000


class Fit(NamedTuple):
    """How many would be told, how many of them live within a kilometre, and whether there may be more."""

    all: int
    near: int
    more: bool


def count(scene: Scene, post: Post) -> Fit:
    """Whom it fits as if it were public now. Nothing changes."""
    position = fitting.as_position(post._replace(status="published", opens_on=None))
    wishes = seekers.some_wishes(scene.tx, limit=LOOKED_AT + 1)
    today = scene.today
    fitting_seekers = [one for one in map(fitting.as_seeker, wishes[:LOOKED_AT]) if fits(one, position, today)]
    away = [distance(one, position) for one in fitting_seekers]
    near = sum(metres is not None and metres <= NEAR_M for metres in away)
    return Fit(len(fitting_seekers), near, more=len(wishes) > LOOKED_AT)
