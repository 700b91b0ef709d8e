"""How a firm is looked at before and while mothers work there: what is asked, how long an answer holds, and whether a look is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, get_args

# As the human-resources office asks: its licence, lawful hiring, wages on time, safety, complaints. Codes of firms.topic.
Topic = Literal["licence", "hiring", "wages", "safety", "complaints"]
TOPICS: tuple[Topic, ...] = get_args(Topic)
# An answer holds for a year.
HOLDS = timedelta(days=365)
# Percent of the posts' revenue that a firm gives to the community fund.
SHARE = (5, 15)


def due(answered: Mapping[Topic, datetime], *, now: datetime) -> list[Topic]:
    """What has to be asked (again): never answered, or longer ago than an answer holds."""
    return [topic for topic in TOPICS if topic not in answered or answered[topic] <= now - HOLDS]
