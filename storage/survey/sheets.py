"""What her own file shows of the survey: who came to her door when, and what was noted."""

from __future__ import annotations

from sqlalchemy import select

from storage.rows import Query, picked
from storage.tables.survey import campaign, visit


def visits(person_id: int) -> Query:
    """Visits at her door."""
    return (
        select(campaign.c.name.label("campaign"), *picked(visit, "status missed visited_at note"))
        .join(campaign, campaign.c.id == visit.c.campaign_id)
        .where(visit.c.person_id == person_id)
        .order_by(visit.c.id)
    )
