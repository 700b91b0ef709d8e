"""Mediation (人民调解): a case, its two sealed sides, who has it, its sittings and agreements, and the documents' numbers.

All that was said by or about somebody is sealed. Who may read which row is decided in storage.mediation.visible alone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed, SealedJson
from storage.tables.columns import BigId, instant, json, key, ref, table, where

# What it is about: the codes of domain.mediation.kinds.
CaseKind = Literal["family", "marriage", "in_laws", "support", "neighbour", "property", "wage", "consumer", "damage", "other"]
# How it came: by herself, by a grid worker for her, found by the committee itself, from the council, from a list of paper cases.
CaseSource = Literal["self", "for_her", "found", "council", "list"]
WordKind = Literal["account", "since", "wish", "word", "evidence", "finding", "note"]
AssignmentStatus = Literal["asked", "accepted", "declined", "lapsed", "ended"]
ReferralBody = Literal["court", "police", "federation", "legal_aid"]
ReferralStatus = Literal["in_progress", "accepted", "rejected", "done", "revoked"]
SittingStatus = Literal["proposed", "confirmed", "held", "cancelled"]
Contact = Literal["", "here", "call", "self"]
Consent = Literal["", "given", "refused", "withdrawn"]


class DisputeCase(SQLModel, table=True):
    """One dispute from report to the end of its file; the states are those of domain.mediation.states."""

    __tablename__ = "dispute_case"
    __table_args__ = (
        UniqueConstraint("community_id", "year", "number"),
        Index("dispute_case_due", "due_at", **where("due_at is not null")),
        Index("dispute_case_open", "community_id", "state"),
    )

    id: int | None = key()
    # The list of paper cases that it came from calls it so.
    code: str | None = Field(default=None, unique=True)
    community_id: int = ref("community")
    kind: str
    source: str
    state: str
    hazards: list[str] = json()
    reported_at: datetime = instant()
    # Who wrote it down for her; empty where she did it herself.
    reported_by: int | None = ref("person", null=True)
    state_at: datetime = instant()
    # When what its state waits for is overdue; every open case has one.
    due_at: datetime | None = instant(null=True)
    # Case number of its committee and year, from case_counter, given when it is accepted.
    year: int | None = None
    number: int | None = None
    accepted_at: datetime | None = instant(null=True)
    settle_by: datetime | None = instant(null=True)
    ended_at: datetime | None = instant(null=True)
    # Why it was refused, failed or withdrawn: a code.
    reason: str = ""
    reopened: int = 0
    # The file is kept as the law says, and used for nothing any more.
    restricted_at: datetime | None = instant(null=True)


class CaseCounter(SQLModel, table=True):
    """The last case number of a committee (a community's) and year; counted up in the transaction that uses the number, so that none is missing."""

    __tablename__ = "case_counter"

    community_id: int = Field(sa_column=Column(BigId, ForeignKey("community.id"), primary_key=True))
    year: int = Field(primary_key=True)
    last: int


class Party(SQLModel, table=True):
    """One side: `a` asked for help, `b` is the other. What documents need to know of her or him, how to be reached, and the consent."""

    __tablename__ = "party"
    __table_args__ = (UniqueConstraint("case_id", "side"), Index("party_person", "person_id", **where("person_id is not null")))

    id: int | None = key()
    case_id: int = ref("dispute_case")
    side: str
    person_id: int | None = ref("person", null=True)
    # She told her matter and not her name: staff see none.
    anonymous: bool = False
    name: str | None = Field(default=None, sa_column=Column(Sealed))
    phone: str | None = Field(default=None, sa_column=Column(Sealed))
    sex: str = ""
    birth_year: int | None = None
    ethnic: str = ""
    occupation: str | None = Field(default=None, sa_column=Column(Sealed))
    address: str | None = Field(default=None, sa_column=Column(Sealed))
    # How she may safely be reached: here, call, self (she comes back by herself).
    contact: str = ""
    contact_words: str | None = Field(default=None, sa_column=Column(Sealed))
    asked_at: datetime | None = instant(null=True)
    rights_at: datetime | None = instant(null=True)
    # "", given, refused, withdrawn.
    consent: str = ""
    consent_at: datetime | None = instant(null=True)
    consent_words: str | None = Field(default=None, sa_column=Column(Sealed))
    # Agreed that settling takes longer.
    extends_at: datetime | None = instant(null=True)


class CaseWord(SQLModel, table=True):
    """What was said or shown: account, wish, word, evidence of one side; finding and note of the mediator. Never changed, each chained to the one before."""

    __tablename__ = "case_word"
    __table_args__ = (Index("case_word_case", "case_id", "id"),)

    id: int | None = key()
    case_id: int = ref("dispute_case")
    # Whose side it is sealed into; empty for what the mediator found out.
    party_id: int | None = ref("party", null=True)
    author_id: int | None = ref("person", null=True)
    kind: str
    said: str | None = Field(default=None, sa_column=Column(Sealed))
    picture: str = ""
    at: datetime = instant()
    # Keyed, of what was said and when, and of the row before it on the same side.
    digest: str


class CaseStep(SQLModel, table=True):
    """What was done with a case and when, without contents."""

    __tablename__ = "case_step"
    __table_args__ = (Index("case_step_case", "case_id", "id"),)

    id: int | None = key()
    case_id: int = ref("dispute_case")
    at: datetime = instant()
    actor_id: int | None = ref("person", null=True)
    deed: str
    state: str


class Assignment(SQLModel, table=True):
    """A mediator who is asked for a case, has it, or had it: asked → accepted → ended, or declined, lapsed."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("assignment_mediator", "mediator_id", "status"),
        Index("assignment_case", "case_id"),
        Index("assignment_due", "answer_by", **where("status = 'asked'")),
        Index("assignment_one", "case_id", unique=True, **where("status in ('asked', 'accepted')")),
    )

    id: int | None = key()
    case_id: int = ref("dispute_case")
    mediator_id: int = ref("person")
    status: str
    asked_at: datetime = instant()
    answer_by: datetime = instant()
    answered_at: datetime | None = instant(null=True)
    ended_at: datetime | None = instant(null=True)


class Conflict(SQLModel, table=True):
    """Who may not have a case, and why: kin, same_building, named, party, reporter, contact."""

    __tablename__ = "conflict"
    __table_args__ = (UniqueConstraint("case_id", "person_id"),)

    id: int | None = key()
    case_id: int = ref("dispute_case")
    person_id: int = ref("person")
    why: str


class Referral(SQLModel, table=True):
    """One side's matter handed to another body, with that side's consent to this receiver: in_progress → accepted → done, or rejected, revoked."""

    __tablename__ = "referral"
    __table_args__ = (Index("referral_case", "case_id"), Index("referral_receiver", "receiver_id", "status"))

    id: int | None = key()
    case_id: int = ref("dispute_case")
    party_id: int = ref("party")
    # court, police, federation, legal_aid.
    body: str
    # Who of that body reads it here, where it has an account.
    receiver_id: int | None = ref("person", null=True)
    consent_at: datetime = instant()
    consent_words: str | None = Field(default=None, sa_column=Column(Sealed))
    status: str
    made_by: int = ref("person")
    made_at: datetime = instant()
    due_at: datetime | None = instant(null=True)
    decided_at: datetime | None = instant(null=True)
    reason: str | None = Field(default=None, sa_column=Column(Sealed))


class Sitting(SQLModel, table=True):
    """A meeting in a named room: joint, or with one side alone. proposed → confirmed → held, or cancelled."""

    __tablename__ = "sitting"
    __table_args__ = (Index("sitting_case", "case_id"), Index("sitting_remind", "remind_at", **where("remind_at is not null")))

    id: int | None = key()
    case_id: int = ref("dispute_case")
    # Empty for a joint one.
    party_id: int | None = ref("party", null=True)
    room: str
    status: str
    starts_at: datetime | None = instant(null=True)
    remind_at: datetime | None = instant(null=True)
    minutes: dict[str, str] | None = Field(default=None, sa_column=Column(SealedJson))
    held_at: datetime | None = instant(null=True)


class SittingTime(SQLModel, table=True):
    """A moment that a sitting could be at, and which sides tapped that it suits them."""

    __tablename__ = "sitting_time"
    __table_args__ = (UniqueConstraint("sitting_id", "starts_at"),)

    id: int | None = key()
    sitting_id: int = ref("sitting")
    starts_at: datetime = instant()
    suits_a: bool = False
    suits_b: bool = False


class Agreement(SQLModel, table=True):
    """What the sides agreed on; written, or oral and recorded. In force by the rule of domain.mediation.agreements."""

    __tablename__ = "agreement"
    __table_args__ = (Index("agreement_case", "case_id"), Index("agreement_confirm", "confirm_by", **where("confirm_status = 'open'")))

    id: int | None = key()
    case_id: int = ref("dispute_case")
    oral: bool = False
    facts: str | None = Field(default=None, sa_column=Column(Sealed))
    terms: str | None = Field(default=None, sa_column=Column(Sealed))
    # How, where and until when it is carried out.
    manner: str | None = Field(default=None, sa_column=Column(Sealed))
    copies: int = 3
    made_at: datetime = instant()
    signed_a_at: datetime | None = instant(null=True)
    signed_b_at: datetime | None = instant(null=True)
    mediator_at: datetime | None = instant(null=True)
    seal_at: datetime | None = instant(null=True)
    effective_at: datetime | None = instant(null=True)
    # Until then both may ask the court to confirm it; "", open, asked, over, barred.
    confirm_by: datetime | None = instant(null=True)
    confirm_status: str = ""
    confirm_told_at: datetime | None = instant(null=True)


class Performance(SQLModel, table=True):
    """One thing that was promised, with its day: due → done, broken."""

    __tablename__ = "performance"
    __table_args__ = (Index("performance_due", "due_on", **where("status = 'due'")),)

    id: int | None = key()
    agreement_id: int = ref("agreement")
    what: str | None = Field(default=None, sa_column=Column(Sealed))
    due_on: date
    status: str = "due"
    told_at: datetime | None = instant(null=True)


class ReturnVisit(SQLModel, table=True):
    """How the agreement holds after 7 and 30 days: due → done."""

    __tablename__ = "return_visit"
    __table_args__ = (UniqueConstraint("case_id", "agreement_id", "day"), Index("return_visit_due", "due_at", **where("status = 'due'")))

    id: int | None = key()
    case_id: int = ref("dispute_case")
    agreement_id: int = ref("agreement")
    day: int
    due_at: datetime = instant()
    status: str = "due"
    visitor_id: int | None = ref("person", null=True)
    visited_at: datetime | None = instant(null=True)
    told_at: datetime | None = instant(null=True)
    # kept, satisfied, sued, risk: yes or no; measures in words.
    found: dict[str, str] | None = Field(default=None, sa_column=Column(SealedJson))


class DutyReport(SQLModel, table=True):
    """The duty to report (law.md: minors, who cannot report themselves, severe risk): asked of staff, and whom they told when, or why not."""

    __tablename__ = "duty_report"
    __table_args__ = (Index("duty_report_case", "case_id"),)

    id: int | None = key()
    case_id: int = ref("dispute_case")
    asked_at: datetime = instant()
    by_id: int | None = ref("person", null=True)
    told_at: datetime | None = instant(null=True)
    # police, civil_affairs, federation, or none.
    body: str = ""
    words: str | None = Field(default=None, sa_column=Column(Sealed))


class Duty(SQLModel, table=True):
    """Who of the mediators is on duty for a community, and what she hands to the next."""

    __tablename__ = "duty"
    __table_args__ = (Index("duty_community", "community_id", "starts_at"),)

    id: int | None = key()
    community_id: int = ref("community")
    mediator_id: int = ref("person")
    starts_at: datetime = instant()
    ends_at: datetime = instant()
    handed_words: str | None = Field(default=None, sa_column=Column(Sealed))
    handed_at: datetime | None = instant(null=True)


class MatterDoor(SQLModel, table=True):
    """The word of her own that opens her matter on a phone that others use too; only its digest is stored."""

    __tablename__ = "matter_door"

    id: int | None = key()
    person_id: int = ref("person", index=True)
    word_digest: str
    set_at: datetime = instant()


class HotlineMonth(SQLModel, table=True):
    """Calls of the women's line 12338 in a month, from an office's list."""

    __tablename__ = "hotline_month"

    id: int | None = key()
    month: str = Field(unique=True)
    calls: int


class PartyCode(SQLModel, table=True):
    """A single-use code that a mediator reads out to one side, so that she or he answers here; only its keyed digest is stored."""

    __tablename__ = "party_code"

    id: int | None = key()
    party_id: int = ref("party", index=True)
    code_digest: str = Field(unique=True)
    expires_at: datetime = instant()
    used_at: datetime | None = instant(null=True)


agreement = table(Agreement)
assignment = table(Assignment)
case_counter = table(CaseCounter)
case_step = table(CaseStep)
case_word = table(CaseWord)
conflict = table(Conflict)
dispute_case = table(DisputeCase)
duty = table(Duty)
duty_report = table(DutyReport)
hotline_month = table(HotlineMonth)
matter_door = table(MatterDoor)
party = table(Party)
party_code = table(PartyCode)
performance = table(Performance)
referral = table(Referral)
return_visit = table(ReturnVisit)
sitting = table(Sitting)
sitting_time = table(SittingTime)
