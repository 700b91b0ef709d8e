"""What her own file shows of her work: applications, offers and what she said at follow-ups; the names of firms, of no other person."""

from __future__ import annotations

from sqlalchemy import select

from storage.rows import Query, picked
from storage.tables.browsing import browsing
from storage.tables.work import application, enterprise, follow_up, offer, position


def applications(person_id: int) -> Query:
    """Posts she applied for."""
    return (
        select(
            position.c.title,
            enterprise.c.name.label("enterprise"),
            *picked(application, "status reason created_at trial_at trial_place started_at ended_at"),
        )
        .select_from(application)
        .join(position, position.c.id == application.c.position_id)
        .join(enterprise, enterprise.c.id == position.c.enterprise_id)
        .where(application.c.person_id == person_id)
        .order_by(application.c.id)
    )


def offers(person_id: int) -> Query:
    """Posts that she was told of."""
    return (
        select(position.c.title, *picked(offer, "status reason reasons offered_at decided_at"))
        .join(position, position.c.id == offer.c.position_id)
        .where(offer.c.person_id == person_id)
        .order_by(offer.c.id)
    )


def follow_ups(person_id: int) -> Query:
    """How it went, as she said."""
    return (
        select(position.c.title, *picked(follow_up, "day status answered_at still_there paid_on_time right_amount said"))
        .select_from(follow_up)
        .join(application, application.c.id == follow_up.c.application_id)
        .join(position, position.c.id == application.c.position_id)
        .where(follow_up.c.person_id == person_id)
        .order_by(follow_up.c.id)
    )


def looks(person_id: int) -> Query:
    """What she was shown of posts lately, and what she said about them."""
    return select(browsing.c.look, browsing.c.looked_at).where(browsing.c.person_id == person_id)
