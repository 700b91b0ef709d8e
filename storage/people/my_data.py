"""Everything that is stored about one person, for herself: to see, to take away as a file, and firm by firm to take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Select, Table, Text, cast, select, update

from domain.messages import Outbound
from storage import outbox
from storage.rows import columns, every
from storage.tables import messages
from storage.tables.messages import conversation, inbox, notice, recipient
from storage.tables.people import access_log, address, answer, consent, mother, person, role, task
from storage.tables.survey import campaign, visit
from storage.tables.threads import thread, thread_word
from storage.tables.training import attendance, class_session, enrolment, training_class
from storage.tables.work import application, cell, community, enterprise, follow_up, offer, position

# Messages of work as staff are no notices to a mother.
NOT_NOTICES = ("staff", "danger")
# The rows of one sheet of her file, by the names of their columns.
Sheet = Sequence[Mapping[str, object]]


Sections = dict[str, Select[Any]]


class Employer(NamedTuple):
    """A firm that she agreed may have her data."""

    id: int
    name: str


def lately(tx: Connection, person_id: int, *, limit: int) -> list[tuple[datetime, Outbound]]:
    """The last notices that reached her, newest first, each message once."""
    sent = messages.outbox
    hers = select(recipient.c.outbox_id).join(notice, notice.c.id == recipient.c.notice_id)
    hers = hers.where(recipient.c.person_id == person_id, notice.c.kind.not_in(NOT_NOTICES))
    reached = sent.c.id.in_(hers), sent.c.status.in_(("sent", "read")), sent.c.sent_at.is_not(None)
    newest = select(sent.c.id, *outbox.SHOWN, sent.c.sent_at).where(*reached).order_by(sent.c.sent_at.desc(), sent.c.id.desc())
    rows = tx.execute(newest.limit(limit)).all()
    return [(row.sent_at, said) for row, said in zip(rows, outbox.shown(tx, rows), strict=True) if said.text]


def employers(tx: Connection, person_id: int) -> list[Employer]:
    """Firms that she agreed may have her data."""
    named = (consent.c.person_id == person_id, consent.c.withdrawn_at.is_(None))
    firms = select(*columns(enterprise, Employer)).join(consent, consent.c.enterprise_id == enterprise.c.id)
    return every(tx, firms.where(*named).distinct().order_by(enterprise.c.id), Employer)


def withdraw_employer(tx: Connection, person_id: int, enterprise_id: int, *, now: datetime) -> bool:
    """She no longer agrees that this firm has her data; False where she had not agreed."""
    named = update(consent).where(
        consent.c.person_id == person_id, consent.c.enterprise_id == enterprise_id, consent.c.withdrawn_at.is_(None)
    )
    return tx.execute(named.values(withdrawn_at=now)).rowcount > 0


def everything(tx: Connection, person_id: int) -> dict[str, Sheet]:
    """All about her by section (content/phrases/data.yaml names them): hers alone, no other person's data, no other person's name."""
    sheets: dict[str, Sheet] = {name: [row._asdict() for row in tx.execute(statement)] for name, statement in _sections(person_id).items()}
    sheets["notice"] = [{"at": at, "text": said.text} for at, said in lately(tx, person_id, limit=10_000)]
    if any(row["role"] != "mother" for row in sheets["role"]):
        # What staff type is about those whom they look after.
        sheets["inbox"] = []
    return sheets


def _pick(source: Table, names: str) -> list[Column[Any]]:
    return [source.c[name] for name in names.split()]


def _sections(person_id: int) -> Sections:
    return {**_herself(person_id), **_work(person_id), **_said(person_id)}


def _herself(person_id: int) -> Sections:
    return {
        "person": select(
            *_pick(person, "key name phone building language notices per_day quiet created_at"),
            community.c.name.label("community"),
            cell.c.name.label("cell"),
        )
        .select_from(person)
        .outerjoin(community, community.c.id == person.c.community_id)
        .outerjoin(cell, cell.c.id == person.c.cell_id)
        .where(person.c.id == person_id),
        "mother": select(*[column for column in mother.c if column.name != "person_id"]).where(mother.c.person_id == person_id),
        "answer": select(*_pick(answer, "form name value answered_at")).where(answer.c.person_id == person_id).order_by(answer.c.id),
        "consent": select(*_pick(consent, "purpose version given_at withdrawn_at"), enterprise.c.name.label("enterprise"))
        .select_from(consent)
        .outerjoin(enterprise, enterprise.c.id == consent.c.enterprise_id)
        .where(consent.c.person_id == person_id)
        .order_by(consent.c.id),
        "address": select(*_pick(address, "channel state used_at")).where(address.c.person_id == person_id).order_by(address.c.id),
        "role": select(*_pick(role, "role given_at withdrawn_at")).where(role.c.person_id == person_id).order_by(role.c.id),
    }


def _work(person_id: int) -> Sections:
    return {
        "application": select(
            position.c.title,
            enterprise.c.name.label("enterprise"),
            *_pick(application, "status reason created_at trial_at trial_place started_at ended_at"),
        )
        .select_from(application)
        .join(position, position.c.id == application.c.position_id)
        .join(enterprise, enterprise.c.id == position.c.enterprise_id)
        .where(application.c.person_id == person_id)
        .order_by(application.c.id),
        "offer": select(position.c.title, *_pick(offer, "status reason reasons offered_at decided_at"))
        .join(position, position.c.id == offer.c.position_id)
        .where(offer.c.person_id == person_id)
        .order_by(offer.c.id),
        "enrolment": select(training_class.c.title, *_pick(enrolment, "status since certificate assessed_at"))
        .join(training_class, training_class.c.id == enrolment.c.class_id)
        .where(enrolment.c.person_id == person_id)
        .order_by(enrolment.c.id),
        "attendance": select(training_class.c.title, class_session.c.starts_at, attendance.c.at)
        .select_from(attendance)
        .join(class_session, class_session.c.id == attendance.c.session_id)
        .join(training_class, training_class.c.id == class_session.c.class_id)
        .where(attendance.c.person_id == person_id)
        .order_by(attendance.c.id),
        "follow_up": select(position.c.title, *_pick(follow_up, "day status answered_at still_there paid_on_time right_amount said"))
        .select_from(follow_up)
        .join(application, application.c.id == follow_up.c.application_id)
        .join(position, position.c.id == application.c.position_id)
        .where(follow_up.c.person_id == person_id)
        .order_by(follow_up.c.id),
    }


def _said(person_id: int) -> Sections:
    # address form that staff fill in for somebody else is about that other one.
    own_forms = select(*_pick(conversation, "form status state updated_at")).where(
        conversation.c.person_id == person_id, conversation.c.status.in_(("active", "postponed")), conversation.c.form == "intake"
    )
    looked = access_log.c.subject_kind == "person", access_log.c.subject_id == person_id
    return {
        "visit": select(campaign.c.name.label("campaign"), *_pick(visit, "status missed visited_at note"))
        .join(campaign, campaign.c.id == visit.c.campaign_id)
        .where(visit.c.person_id == person_id)
        .order_by(visit.c.id),
        "thread": select(*_pick(thread, "kind opened_at closed_at"), thread_word.c.said, thread_word.c.said_at)
        .select_from(thread)
        .join(thread_word, thread_word.c.thread_id == thread.c.id)
        .where(thread.c.person_id == person_id)
        .order_by(thread_word.c.id),
        "task": select(*_pick(task, "kind said created_at closed_at outcome")).where(task.c.person_id == person_id).order_by(task.c.id),
        "conversation": own_forms.where(cast(conversation.c.about, Text) == "{}").order_by(conversation.c.id),
        "inbox": select(inbox.c.said, inbox.c.received_at)
        .where(inbox.c.person_id == person_id, inbox.c.said.is_not(None))
        .order_by(inbox.c.id),
        "access_log": select(access_log.c.action, access_log.c.at).where(*looked).order_by(access_log.c.id),
    }
