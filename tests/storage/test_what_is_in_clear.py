"""Which columns of text are not sealed: codes, keys, states, and what is public. A new one stands here after somebody has looked at it."""

from __future__ import annotations

from sqlalchemy import JSON, LargeBinary, String
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from storage import tables
from storage.sealed import Months, Sealed, SealedJson

# None of these is anybody's name, number, address, or words about a person. What people write goes into a sealed column: `Sealed`,
# `SealedJson`; birth months are `Months`.
IN_CLEAR = {
    "access_log": "action detail_mac hash subject_kind",
    "ad": "codes status",
    "address": "address channel state",
    "agreement": "confirm_status",
    "allowance": "address channel",
    "answer": "form name",
    "application": "status",
    "asked_question": "digest",
    "assignment": "status",
    "campaign": "name status",
    "case_step": "deed state",
    "case_word": "digest kind picture",
    "cell": "code name",
    "community": "code name",
    "conflict": "why",
    "consent": "purpose",
    "conversation": "about form status",
    "desk_device": "digest factor label",
    "desk_link": "digest",
    "desk_session": "browser code digest label",
    "dispute_case": "code hazards kind reason source state",
    "duty_report": "body",
    "enrolment": "certificate status",
    "enterprise": "code licence name",
    "erased": "person",
    "exported": "digest office row_key",
    "firm_check": "topic",
    "firm_suspension": "reason",
    "follow_up": "status",
    "found_by": "word",
    "fund_share": "month status",
    "fund_spending": "booking outcome picture purpose status voucher_picture what",
    "hotline_month": "month",
    "inbox": "channel event_id kind response status",
    "invitation": "code_digest purpose role",
    "lease": "name",
    "ledger_account": "kind name purpose",
    "ledger_booking": "kind month note number reverses voucher",
    "ledger_entry": "number",
    "ledger_month": "month",
    "likeness": "status",
    "log_chain": "base_hash hash mac",
    "lot": "code item picture status training",
    "lot_count": "code kind picture source status",
    "matter_door": "word_digest",
    "meeting": "place state",
    "meeting_guest": "answer",
    "meeting_item": "verdict",
    "message_grant": "address channel template",
    "mother": "learn modes sectors skills windows",
    "motion": "counts options outcome",
    "motion_ballot": "token",
    "notice": "audience kind status",
    "offer": "reason reasons status",
    "outbox": "address channel edits platform_ref status why",
    "party": "consent contact ethnic sex side",
    "party_code": "code_digest",
    "pay_extra": "day",
    "pay_hours": "month",
    "pay_slip": "month status terms",
    "pay_terms": "kind word",
    "performance": "status",
    "person": "key language name_digest phone_digest prefers quiet",
    "picture": "content key mime",
    "position": "code mode pay_basis sector skills status text title windows",
    "process": "host role",
    "recipient": "reasons status tapped why",
    "referral": "body status",
    "return_visit": "status",
    "review": "digest findings outcome",
    "revision": "name",
    "role": "role",
    "sealing_key": "fingerprint",
    "sitting": "room status",
    # Answers that staff give to everybody.
    "staff_answer": "answer wordings",
    "suggestion": "code paid_by picture state topic",
    "suggestion_step": "after before kind picture",
    "suggestion_tap": "question",
    "sync_cursor": "channel cursor",
    "task": "kind outcome",
    "thread": "hazards kind outcome",
    "thread_word": "picture",
    "training_class": "about address code kind leads_to note skill status title",
    "visit": "status",
    "workshop": "address equipment name status windows",
    "workshop_booking": "status",
    "workshop_check": "kind picture",
    "workshop_room": "function",
}


def test_every_column_of_text_is_sealed_or_was_looked_at() -> None:
    assert tables
    kinds, closed = (AutoString, String, JSON, LargeBinary), (Sealed, SealedJson, Months)
    found = {
        one.name: " ".join(
            sorted(column.name for column in one.c if isinstance(column.type, kinds) and not isinstance(column.type, closed))
        )
        for one in SQLModel.metadata.sorted_tables
    }
    assert {name: columns for name, columns in found.items() if columns} == IN_CLEAR
