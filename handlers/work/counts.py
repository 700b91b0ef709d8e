"""What of work waits for staff."""

from __future__ import annotations

from domain.access import Scope
from handlers.capability import Count
from handlers.scene import Scene
from storage.work import applications, firms, posts, reviews


def applied(scene: Scene, where: list[Scope]) -> Count:
    """Applications that nobody has answered; late are those whose place is free again soon."""
    return Count(*applications.unanswered(scene.tx, where, now=scene.now))


def trials(scene: Scene, where: list[Scope]) -> Count:
    """Trials that are over, and nobody said how they went: all of them are late."""
    over = applications.tried(scene.tx, where, now=scene.now)
    return Count(over, over)


def drafts(scene: Scene, where: list[Scope]) -> Count:
    """Posts that nobody has published yet."""
    return Count(posts.count(scene.tx, where, statuses=("draft",)))


def reviews_asked(scene: Scene, where: list[Scope]) -> Count:
    """Posts of colleagues that wait for a second person's word."""
    return Count(reviews.count_waiting(scene.tx, where, not_by=scene.person_id))


def firms_due(scene: Scene, where: list[Scope]) -> Count:
    """Firms that have to be looked at again, or whose agreement is over."""
    return Count(firms.count(scene.tx, where, "due", "", now=scene.now, today=scene.today))
