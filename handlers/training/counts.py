"""What of training waits for staff."""

from __future__ import annotations

from domain.access import Scope
from handlers.capability import Count
from handlers.scene import Scene
from storage.training import classes


def to_assess(scene: Scene, where: list[Scope]) -> Count:
    """Classes that are over, and nobody said who passed."""
    over = classes.unassessed(scene.tx, where, now=scene.now)
    return Count(over, over)
