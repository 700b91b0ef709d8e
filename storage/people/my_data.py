"""Everything that is stored about one person, for herself: to see, to take away as a file, and firm by firm to take back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Text, cast, select, update

from domain.messages import Outbound
from storage import bodies
from storage.rows import Query, columns, every, picked
from storage.tables import messages
from storage.tables.messages import conversation, inbox, notice, recipient
from storage.tables.people import access_log, address, answer, consent, mother, person, role
from storage.tables.work import cell, community, enterprise

# Messages of work as staff are no notices to a mother.
NOT_NOTICES = ("staff", "danger")
# The rows of one sheet of her file, by the names of their columns.
Sheet = Sequence[Mapping[str, object]]


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
    newest = select(sent.c.id, *bodies.SHOWN, sent.c.sent_at).where(*reached).order_by(sent.c.sent_at.desc(), sent.c.id.desc())
    rows = tx.execute(newest.limit(limit)).all()
    return [(row.sent_at, said) for row, said in zip(rows, bodies.outbounds(tx, rows), strict=True) if said.text]


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


def everything(tx: Connection, person_id: int, sheets: Mapping[str, Callable[[int], Query]]) -> dict[str, Sheet]:
    """All about her by the phrases of its sheets, `sheets` being those of the capabilities: no other person's data, no other person's name."""
    by_name: dict[str, Sheet] = {}
    for name, query in queries(person_id, sheets).items():
        by_name[name] = [row._asdict() for row in tx.execute(query)]
    by_name["data.sheet.notice"] = [{"at": at, "text": said.text} for at, said in lately(tx, person_id, limit=10_000)]
    if any(row["role"] != "mother" for row in by_name["data.sheet.role"]):
        # What staff type is about those whom they look after.
        by_name["data.sheet.inbox"] = []
    return by_name


def queries(person_id: int, sheets: Mapping[str, Callable[[int], Query]]) -> dict[str, Query]:
    """What finds the rows of each sheet but the notices."""
    return {**_herself(person_id), **{name: sheet(person_id) for name, sheet in sheets.items()}, **_talk(person_id)}


def _herself(person_id: int) -> dict[str, Query]:
    return {
        "data.sheet.person": select(
            *picked(person, "key name phone building language notices per_day quiet created_at"),
            community.c.name.label("community"),
            cell.c.name.label("cell"),
        )
        .select_from(person)
        .outerjoin(community, community.c.id == person.c.community_id)
        .outerjoin(cell, cell.c.id == person.c.cell_id)
        .where(person.c.id == person_id),
        "data.sheet.mother": select(*[column for column in mother.c if column.name != "person_id"]).where(mother.c.person_id == person_id),
        "data.sheet.answer": select(*picked(answer, "form name value answered_at"))
        .where(answer.c.person_id == person_id)
        .order_by(answer.c.id),
        "data.sheet.consent": select(*picked(consent, "purpose version given_at withdrawn_at"), enterprise.c.name.label("enterprise"))
        .select_from(consent)
        .outerjoin(enterprise, enterprise.c.id == consent.c.enterprise_id)
        .where(consent.c.person_id == person_id)
        .order_by(consent.c.id),
        "data.sheet.address": select(*picked(address, "channel state used_at"))
        .where(address.c.person_id == person_id)
        .order_by(address.c.id),
        "data.sheet.role": select(*picked(role, "role given_at withdrawn_at")).where(role.c.person_id == person_id).order_by(role.c.id),
    }


def _talk(person_id: int) -> dict[str, Query]:
    # A form that staff fill in for somebody else is about that other one.
    own_forms = select(*picked(conversation, "form status state updated_at")).where(
        conversation.c.person_id == person_id, conversation.c.status.in_(("active", "postponed")), conversation.c.form == "intake"
    )
    looked = access_log.c.subject_kind == "person", access_log.c.subject_id == person_id
    return {
        "data.sheet.conversation": own_forms.where(cast(conversation.c.about, Text) == "{}").order_by(conversation.c.id),
        "data.sheet.inbox": select(inbox.c.said, inbox.c.received_at)
        .where(inbox.c.person_id == person_id, inbox.c.said.is_not(None))
        .order_by(inbox.c.id),
        "data.sheet.access_log": select(access_log.c.action, access_log.c.at).where(*looked).order_by(access_log.c.id),
    }
