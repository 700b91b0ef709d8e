"""What her own file shows of suggestion box and council: what she said and supports, meetings she was asked to, and her open votes."""

from __future__ import annotations

from sqlalchemy import select

from storage.rows import Query, picked
from storage.tables.council import suggestion, suggestion_draft, suggestion_support, suggestion_tap
from storage.tables.meetings import meeting, meeting_guest, motion, motion_elector, motion_vote


def suggestions(person_id: int) -> Query:
    """Her own suggestions."""
    hers = select(*picked(suggestion, "text topic state named arrived_at done_at closed_at"))
    return hers.where(suggestion.c.author_id == person_id).order_by(suggestion.c.id)


def drafts(person_id: int) -> Query:
    """What she said and has not put in."""
    return (
        select(*picked(suggestion_draft, "text said_at")).where(suggestion_draft.c.person_id == person_id).order_by(suggestion_draft.c.id)
    )


def supports(person_id: int) -> Query:
    """What she supports, by its topic; the words are somebody else's."""
    hers = select(suggestion.c.topic, suggestion.c.state, suggestion_support.c.at)
    hers = hers.join(suggestion, suggestion.c.id == suggestion_support.c.suggestion_id)
    return hers.where(suggestion_support.c.person_id == person_id).order_by(suggestion_support.c.id)


def taps(person_id: int) -> Query:
    """What she said of how it was dealt with."""
    return select(*picked(suggestion_tap, "question yes at")).where(suggestion_tap.c.person_id == person_id).order_by(suggestion_tap.c.id)


def guests(person_id: int) -> Query:
    """Meetings that she was asked to."""
    asked = select(meeting.c.starts_at, meeting.c.place, meeting_guest.c.answer).join(meeting, meeting.c.id == meeting_guest.c.meeting_id)
    return asked.where(meeting_guest.c.person_id == person_id).order_by(meeting_guest.c.id)


def elections(person_id: int) -> Query:
    """Votes in which she could take part, and whether she did."""
    mine = select(motion.c.opened_at, motion.c.secret, motion_elector.c.voted).join(motion, motion.c.id == motion_elector.c.motion_id)
    return mine.where(motion_elector.c.person_id == person_id).order_by(motion_elector.c.id)


def votes(person_id: int) -> Query:
    """What she voted openly; of a secret vote nobody knows."""
    mine = select(motion.c.opened_at, motion.c.options, motion_vote.c.choice).join(motion, motion.c.id == motion_vote.c.motion_id)
    return mine.where(motion_vote.c.person_id == person_id).order_by(motion_vote.c.id)
