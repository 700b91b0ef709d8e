"""The two sides of a case: who they are, how they may be reached, what they agreed to, and what was said, each side for itself. Writing only."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from sqlalchemy import Connection, insert, select, update

from domain.mediation.sealed_side import Link, broken, chained
from domain.mediation.states import Side
from storage.sealed import digest
from storage.tables.mediation import Consent, Contact, WordKind, case_word, party, party_code

# Without 0/O, 1/l/I: a code is read out.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_VALID = timedelta(days=7)


class Facts(TypedDict, total=False):
    """Columns of a side that may be set."""

    person_id: int | None
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
    asked_at: datetime | None
    rights_at: datetime | None


def add(tx: Connection, case_id: int, side: Side, **facts: Unpack[Facts]) -> int:
    """A side of a case; its id."""
    blank = {"anonymous": False, "sex": "", "ethnic": "", "contact": "", "consent": ""}
    return int(tx.execute(insert(party).values({**blank, **facts, "case_id": case_id, "side": side}).returning(party.c.id)).scalar_one())


def change(tx: Connection, party_id: int, **facts: Unpack[Facts]) -> None:
    """Set what is known of a side."""
    tx.execute(update(party).where(party.c.id == party_id).values(**facts))


def consent(tx: Connection, party_id: int, what: Consent, said: str, *, now: datetime) -> None:
    """A side's word on mediation, with the moment and the words in which it was given."""
    tx.execute(update(party).where(party.c.id == party_id).values(consent=what, consent_at=now, consent_words=said or None))


def extend(tx: Connection, party_id: int, *, now: datetime) -> None:
    """A side agrees that settling takes longer."""
    tx.execute(update(party).where(party.c.id == party_id).values(extends_at=now))


def say(
    tx: Connection,
    case_id: int,
    kind: WordKind,
    said: str,
    *,
    party_id: int | None,
    author_id: int | None,
    now: datetime,
    picture: str = "",
) -> int:
    """Add what was said, chained to what was said before on this side; the row's id."""
    same = case_word.c.party_id == party_id if party_id is not None else case_word.c.party_id.is_(None)
    last = select(case_word.c.digest).where(case_word.c.case_id == case_id, same).order_by(case_word.c.id.desc()).limit(1)
    before = tx.execute(last).scalar() or ""
    values = {
        "case_id": case_id,
        "party_id": party_id,
        "author_id": author_id,
        "kind": kind,
        "said": said,
        "picture": picture,
        "at": now,
        "digest": chained(before, kind, said + picture, now, _keyed),
    }
    return int(tx.execute(insert(case_word).values(values).returning(case_word.c.id)).scalar_one())


def _keyed(text: str) -> str:
    return digest(text, "case word")


def tampered(tx: Connection, party_id: int) -> int | None:
    """The first row of a side that is not as it was written; None where all are."""
    rows = tx.execute(select(case_word).where(case_word.c.party_id == party_id).order_by(case_word.c.id)).all()
    number = broken([Link(row.kind, (row.said or "") + row.picture, row.at, row.digest) for row in rows], _keyed)
    return None if number is None else int(rows[number].id)


def make_code(tx: Connection, party_id: int, *, now: datetime) -> str:
    """A code that the mediator reads out; older ones of this side end."""
    tx.execute(
        update(party_code).where(party_code.c.party_id == party_id, party_code.c.used_at.is_(None)).values(expires_at=now, used_at=now)
    )
    code = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    values = {"party_id": party_id, "code_digest": digest(code, "party"), "expires_at": now + CODE_VALID}
    tx.execute(insert(party_code).values(values))
    return code


def use_code(tx: Connection, code: str, person_id: int, *, now: datetime) -> int | None:
    """Whoever has the code is that side from now on; its case, or None where the code is unknown, used or expired."""
    this = party_code.c.code_digest == digest(code.strip().lower(), "party")
    used = update(party_code).where(this, party_code.c.used_at.is_(None), party_code.c.expires_at > now).values(used_at=now)
    party_id = tx.execute(used.returning(party_code.c.party_id)).scalar()
    if party_id is None:
        return None
    other = select(party.c.case_id).where(party.c.id == party_id)
    case_id = int(tx.execute(other).scalar_one())
    # Nobody sits on both sides.
    both = select(party.c.id).where(party.c.case_id == case_id, party.c.person_id == person_id)
    if tx.execute(both).first() is not None:
        return None
    tx.execute(update(party).where(party.c.id == party_id).values(person_id=person_id))
    return case_id
