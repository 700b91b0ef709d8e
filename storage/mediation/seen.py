"""What is seen of a case, row by row: in lists without a name or a word, and what each of its parts holds for who may read it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NamedTuple

from domain.mediation.states import Side, State
from storage.tables.mediation import (
    AssignmentStatus,
    CaseKind,
    CaseSource,
    Consent,
    Contact,
    ReferralBody,
    ReferralStatus,
    SittingStatus,
    WordKind,
)

How = Literal["holds", "asked", "receives", "oversees"]


class Seen(NamedTuple):
    """A case as it stands in any list: no name, no word of what was said."""

    id: int
    community_id: int
    community: str
    kind: CaseKind
    source: CaseSource
    state: State
    hazards: list[str]
    reported_at: datetime
    state_at: datetime
    due_at: datetime | None
    year: int | None
    number: int | None
    accepted_at: datetime | None
    settle_by: datetime | None
    ended_at: datetime | None
    reason: str
    reopened: int
    how: How


class PartySeen(NamedTuple):
    """A side without its name."""

    id: int
    case_id: int
    side: Side
    person_id: int | None
    anonymous: bool
    contact: Contact
    asked_at: datetime | None
    rights_at: datetime | None
    consent: Consent
    consent_at: datetime | None
    extends_at: datetime | None


class Named(NamedTuple):
    """A side with all that documents need; reading it is an act of its own, which is logged."""

    id: int
    side: Side
    anonymous: bool
    name: str | None
    phone: str | None
    sex: str
    birth_year: int | None
    ethnic: str
    occupation: str | None
    address: str | None
    contact: Contact
    contact_words: str | None
    consent: Consent
    consent_at: datetime | None
    consent_words: str | None
    rights_at: datetime | None


class WordSeen(NamedTuple):
    """Something that was said or shown."""

    id: int
    party_id: int | None
    kind: WordKind
    said: str | None
    picture: str
    at: datetime


class StepSeen(NamedTuple):
    """What was done, without contents."""

    at: datetime
    deed: str
    state: str


class SittingSeen(NamedTuple):
    """A meeting; `starts_at` is empty until a time suits."""

    id: int
    case_id: int
    party_id: int | None
    room: str
    status: SittingStatus
    starts_at: datetime | None
    minutes: dict[str, str] | None
    held_at: datetime | None


class TimeSeen(NamedTuple):
    """A moment that was proposed."""

    id: int
    sitting_id: int
    starts_at: datetime
    suits_a: bool
    suits_b: bool


class AgreementSeen(NamedTuple):
    """What the sides agreed on, and what is recorded of its coming about."""

    id: int
    case_id: int
    oral: bool
    facts: str | None
    terms: str | None
    manner: str | None
    copies: int
    made_at: datetime
    signed_a_at: datetime | None
    signed_b_at: datetime | None
    mediator_at: datetime | None
    seal_at: datetime | None
    effective_at: datetime | None
    confirm_by: datetime | None
    confirm_status: str


class PerformanceSeen(NamedTuple):
    """One thing that was promised."""

    id: int
    agreement_id: int
    what: str | None
    due_on: date
    status: str


class VisitSeen(NamedTuple):
    """A return visit."""

    id: int
    case_id: int
    day: int
    due_at: datetime
    status: str
    visited_at: datetime | None
    found: dict[str, str] | None


class ReferralSeen(NamedTuple):
    """One side's matter with another body."""

    id: int
    case_id: int
    party_id: int
    body: ReferralBody
    receiver_id: int | None
    consent_at: datetime
    consent_words: str | None
    status: ReferralStatus
    made_at: datetime
    due_at: datetime | None
    decided_at: datetime | None
    reason: str | None


class AssignmentSeen(NamedTuple):
    """Who was asked for a case, or has it."""

    id: int
    case_id: int
    mediator_id: int
    status: AssignmentStatus
    asked_at: datetime
    answer_by: datetime
    name: str | None
    key: str


class ReportSeen(NamedTuple):
    """A duty to report: open until somebody wrote down whom she told, or why nobody."""

    id: int
    case_id: int
    asked_at: datetime
    told_at: datetime | None
    body: str
    words: str | None


class Hers(NamedTuple):
    """A case as one of its sides sees it: her own side, and how it stands."""

    id: int
    party_id: int
    side: Side
    community: str
    kind: CaseKind
    state: State
    reported_at: datetime
    due_at: datetime | None
    settle_by: datetime | None
    reason: str
    contact: Contact
    anonymous: bool
    consent: Consent
    extends_at: datetime | None
