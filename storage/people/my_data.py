"""Everything that is stored about one person, for herself: to see, to take away as a file, and firm by firm to take back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Text, cast, select, update

from domain.messages import Outbound
from storage import outbox
from storage.tables import (
    AccessLog,
    Address,
    Answer,
    Application,
    Attendance,
    Campaign,
    Cell,
    ClassSession,
    Community,
    Consent,
    Conversation,
    Enrolment,
    Enterprise,
    FollowUp,
    Inbox,
    Mother,
    Notice,
    Offer,
    Outbox,
    Person,
    Position,
    Recipient,
    Role,
    Task,
    TrainingClass,
    Visit,
    thread,
    thread_word,
)
from storage.tables.columns import table

P, M, A, C, E, ROLE = table(Person), table(Mother), table(Address), table(Consent), table(Enterprise), table(Role)
COMMUNITY, CELL, ANSWER, APP, POSITION = table(Community), table(Cell), table(Answer), table(Application), table(Position)
OFFER, ENROLMENT, CLASS, ATTENDANCE, SESSION = table(Offer), table(Enrolment), table(TrainingClass), table(Attendance), table(ClassSession)
FOLLOW, VISIT, CAMPAIGN, TASK = table(FollowUp), table(Visit), table(Campaign), table(Task)
IN, OUT, N, R, TALK, LOG = table(Inbox), table(Outbox), table(Notice), table(Recipient), table(Conversation), table(AccessLog)

# Messages of work as staff are no notices to a mother.
NOT_NOTICES = ("staff", "danger")
Rows = list[dict[str, Any]]


def _rows(tx: Connection, statement: Select[Any]) -> Rows:
    return [dict(row._mapping) for row in tx.execute(statement)]


def lately(tx: Connection, person_id: int, *, limit: int) -> list[tuple[datetime, Outbound]]:
    """The last notices that reached her, newest first, each message once."""
    columns = (OUT.c.id, *outbox.SHOWN, OUT.c.sent_at)
    hers = select(R.c.outbox_id).join(N, N.c.id == R.c.notice_id).where(R.c.person_id == person_id, N.c.kind.not_in(NOT_NOTICES))
    sent = OUT.c.status.in_(("sent", "read")), OUT.c.sent_at.is_not(None)
    rows = tx.execute(select(*columns).where(OUT.c.id.in_(hers), *sent).order_by(OUT.c.sent_at.desc(), OUT.c.id.desc()).limit(limit)).all()
    return [(row.sent_at, said) for row, said in zip(rows, outbox.shown(tx, rows), strict=True) if said.text]


def employers(tx: Connection, person_id: int) -> Rows:
    """Firms that she agreed may have her data: id and name."""
    named = (C.c.person_id == person_id, C.c.withdrawn_at.is_(None))
    return _rows(tx, select(E.c.id, E.c.name).join(C, C.c.enterprise_id == E.c.id).where(*named).distinct().order_by(E.c.id))


def withdraw_employer(tx: Connection, person_id: int, enterprise_id: int, *, now: datetime) -> bool:
    """She no longer agrees that this firm has her data; False where she had not agreed."""
    named = update(C).where(C.c.person_id == person_id, C.c.enterprise_id == enterprise_id, C.c.withdrawn_at.is_(None))
    return tx.execute(named.values(withdrawn_at=now)).rowcount > 0


def everything(tx: Connection, person_id: int) -> dict[str, Rows]:
    """All about her by section (content/phrases/data.yaml names them): hers alone, no other person's data, no other person's name."""
    found = {name: _rows(tx, statement) for name, statement in _sections(person_id).items()}
    found["notice"] = [{"at": at, "text": said.text} for at, said in lately(tx, person_id, limit=10_000)]
    if any(row["role"] != "mother" for row in found["role"]):
        # What staff type is about those whom they look after.
        found["inbox"] = []
    return found


def _pick(source: Any, names: str) -> Sequence[Any]:
    return [source.c[name] for name in names.split()]


def _sections(person: int) -> dict[str, Select[Any]]:
    return {**_herself(person), **_work(person), **_said(person)}


def _herself(person: int) -> dict[str, Select[Any]]:
    return {
        "person": select(
            *_pick(P, "key name phone building language notices per_day quiet created_at"),
            COMMUNITY.c.name.label("community"),
            CELL.c.name.label("cell"),
        )
        .select_from(P)
        .outerjoin(COMMUNITY, COMMUNITY.c.id == P.c.community_id)
        .outerjoin(CELL, CELL.c.id == P.c.cell_id)
        .where(P.c.id == person),
        "mother": select(*[column for column in M.c if column.name != "person_id"]).where(M.c.person_id == person),
        "answer": select(*_pick(ANSWER, "form name value answered_at")).where(ANSWER.c.person_id == person).order_by(ANSWER.c.id),
        "consent": select(*_pick(C, "purpose version given_at withdrawn_at"), E.c.name.label("enterprise"))
        .select_from(C)
        .outerjoin(E, E.c.id == C.c.enterprise_id)
        .where(C.c.person_id == person)
        .order_by(C.c.id),
        "address": select(*_pick(A, "channel state used_at")).where(A.c.person_id == person).order_by(A.c.id),
        "role": select(*_pick(ROLE, "role given_at withdrawn_at")).where(ROLE.c.person_id == person).order_by(ROLE.c.id),
    }


def _work(person: int) -> dict[str, Select[Any]]:
    return {
        "application": select(
            POSITION.c.title,
            E.c.name.label("enterprise"),
            *_pick(APP, "status reason created_at trial_at trial_place started_at ended_at"),
        )
        .select_from(APP)
        .join(POSITION, POSITION.c.id == APP.c.position_id)
        .join(E, E.c.id == POSITION.c.enterprise_id)
        .where(APP.c.person_id == person)
        .order_by(APP.c.id),
        "offer": select(POSITION.c.title, *_pick(OFFER, "status reason reasons offered_at decided_at"))
        .join(POSITION, POSITION.c.id == OFFER.c.position_id)
        .where(OFFER.c.person_id == person)
        .order_by(OFFER.c.id),
        "enrolment": select(CLASS.c.title, *_pick(ENROLMENT, "status since certificate assessed_at"))
        .join(CLASS, CLASS.c.id == ENROLMENT.c.class_id)
        .where(ENROLMENT.c.person_id == person)
        .order_by(ENROLMENT.c.id),
        "attendance": select(CLASS.c.title, SESSION.c.starts_at, ATTENDANCE.c.at)
        .select_from(ATTENDANCE)
        .join(SESSION, SESSION.c.id == ATTENDANCE.c.session_id)
        .join(CLASS, CLASS.c.id == SESSION.c.class_id)
        .where(ATTENDANCE.c.person_id == person)
        .order_by(ATTENDANCE.c.id),
        "follow_up": select(POSITION.c.title, *_pick(FOLLOW, "day status answered_at still_there paid_on_time right_amount said"))
        .select_from(FOLLOW)
        .join(APP, APP.c.id == FOLLOW.c.application_id)
        .join(POSITION, POSITION.c.id == APP.c.position_id)
        .where(FOLLOW.c.person_id == person)
        .order_by(FOLLOW.c.id),
    }


def _said(person: int) -> dict[str, Select[Any]]:
    # A form that staff fill in for somebody else is about that other one.
    own_forms = select(*_pick(TALK, "form status state updated_at")).where(
        TALK.c.person_id == person, TALK.c.status.in_(("active", "postponed")), TALK.c.form == "intake"
    )
    looked = LOG.c.subject_kind == "person", LOG.c.subject_id == person
    return {
        "visit": select(CAMPAIGN.c.name.label("campaign"), *_pick(VISIT, "status missed visited_at note"))
        .join(CAMPAIGN, CAMPAIGN.c.id == VISIT.c.campaign_id)
        .where(VISIT.c.person_id == person)
        .order_by(VISIT.c.id),
        "thread": select(*_pick(thread, "kind opened_at closed_at"), thread_word.c.said, thread_word.c.said_at)
        .select_from(thread)
        .join(thread_word, thread_word.c.thread_id == thread.c.id)
        .where(thread.c.person_id == person)
        .order_by(thread_word.c.id),
        "task": select(*_pick(TASK, "kind said created_at closed_at outcome")).where(TASK.c.person_id == person).order_by(TASK.c.id),
        "conversation": own_forms.where(cast(TALK.c.about, Text) == "{}").order_by(TALK.c.id),
        "inbox": select(IN.c.said, IN.c.received_at).where(IN.c.person_id == person, IN.c.said.is_not(None)).order_by(IN.c.id),
        "access_log": select(LOG.c.action, LOG.c.at).where(*looked).order_by(LOG.c.id),
    }
