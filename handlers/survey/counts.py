"""What of the survey waits for staff."""

from __future__ import annotations

from domain.access import Scope
from handlers.capability import Count
from handlers.scene import Scene
from handlers.survey.visits import day_ends
from storage.survey import campaigns, handovers


def visits(scene: Scene, where: list[Scope]) -> Count:
    """Women to be visited until tonight."""
    return Count(campaigns.count_due(scene.tx, where, until=day_ends(scene.now)))


def unmanned(scene: Scene, where: list[Scope]) -> Count:
    """Grid cells that nobody works."""
    return Count(handovers.unmanned(scene.tx, where))
