"""Sessions at the desk: begun by a one-time link, let in by a second factor, locked, and ended for good."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from storage.rows import columns, every, first
from storage.sealed import digest
from storage.tables.desk import Factor, desk_account, desk_device, desk_link, desk_session
from storage.tables.people import person

# Without 0/O, 1/l/I: a code is read from a phone and typed at a computer.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LINK = 12


class Session(NamedTuple):
    """One person at one browser; `device_id` is None while the second factor is missing."""

    id: int
    person_id: int
    browser: str
    label: str
    device_id: int | None
    begun_at: datetime
    seen_at: datetime
    locked_at: datetime | None
    ended_at: datetime | None
    code: str
    code_until: datetime | None
    code_by: int | None
    tries: int
    name: str | None
    key: str


class Device(NamedTuple):
    """A browser that needs no second factor for one person."""

    id: int
    label: str
    factor: Factor
    admitted_at: datetime
    seen_at: datetime


class Account(NamedTuple):
    """Her authenticator, and the last step of it that counted."""

    totp: str
    step: int


class Used(NamedTuple):
    """Whose link was used, and whether it lets the browser in."""

    person_id: int
    admits: bool


_SESSIONS = select(*columns(desk_session, Session, person)).select_from(desk_session).join(person, person.c.id == desk_session.c.person_id)
_LIVE = desk_session.c.ended_at.is_(None)


def link(tx: Connection, person_id: int, *, admits: bool, now: datetime, expires_at: datetime) -> str:
    """A code of twelve characters that opens the desk once, as this person. Those made before end."""
    unused = update(desk_link).where(desk_link.c.person_id == person_id, desk_link.c.used_at.is_(None))
    tx.execute(unused.values(used_at=now))
    code = "".join(secrets.choice(_ALPHABET) for _ in range(LINK))
    values = {"person_id": person_id, "digest": digest(code, "desk link"), "admits": admits, "made_at": now, "expires_at": expires_at}
    tx.execute(insert(desk_link).values(values))
    return code


def redeem(tx: Connection, code: str, *, now: datetime) -> Used | None:
    """Use a link's code; None where it is unknown, used or too old. Once, whoever comes second."""
    spelt = "".join(code.lower().split()).replace("-", "")
    usable = (desk_link.c.digest == digest(spelt, "desk link"), desk_link.c.used_at.is_(None), desk_link.c.expires_at > now)
    return first(tx, update(desk_link).where(*usable).values(used_at=now).returning(*columns(desk_link, Used)), Used)


def begin(tx: Connection, person_id: int, *, browser: str, label: str, device_id: int | None, now: datetime) -> str:
    """A new session; its token, of which only the digest is stored."""
    token = secrets.token_urlsafe(32)
    values = {"person_id": person_id, "digest": digest(token, "desk session"), "browser": digest(browser, "desk browser"), "label": label}
    tx.execute(insert(desk_session).values(**values, device_id=device_id, begun_at=now, seen_at=now, code="", tries=0))
    return token


def of_token(tx: Connection, token: str) -> Session | None:
    """The session of a browser's cookie, also one that ended."""
    return first(tx, _SESSIONS.where(desk_session.c.digest == digest(token, "desk session")), Session) if token else None


def get(tx: Connection, session_id: int) -> Session | None:
    """One session."""
    return first(tx, _SESSIONS.where(desk_session.c.id == session_id), Session)


def waiting(tx: Connection, *, since: datetime) -> list[Session]:
    """Sessions begun since then that wait for their second factor, newest first."""
    new = (_LIVE, desk_session.c.device_id.is_(None), desk_session.c.begun_at > since)
    return every(tx, _SESSIONS.where(*new).order_by(desk_session.c.id.desc()), Session)


def seen(tx: Connection, session_id: int, *, now: datetime) -> None:
    """Somebody sits there."""
    tx.execute(update(desk_session).where(desk_session.c.id == session_id).values(seen_at=now))


def lock(tx: Connection, session_id: int, *, now: datetime) -> None:
    """Nobody sits there; its pages come back only with a code."""
    tx.execute(update(desk_session).where(desk_session.c.id == session_id, desk_session.c.locked_at.is_(None)).values(locked_at=now))


def unlock(tx: Connection, session_id: int, *, now: datetime) -> None:
    """She is back."""
    tx.execute(update(desk_session).where(desk_session.c.id == session_id).values(locked_at=None, seen_at=now, tries=0))


def tried(tx: Connection, session_id: int) -> int:
    """One more code was typed; how many that were."""
    counted = update(desk_session).where(desk_session.c.id == session_id).values(tries=desk_session.c.tries + 1)
    return int(tx.execute(counted.returning(desk_session.c.tries)).scalar_one())


def set_code(tx: Connection, session_id: int, code: str, *, by: int, until: datetime) -> None:
    """The code that a colleague was shown for it."""
    values = {"code": digest(f"{session_id}:{code}", "desk code"), "code_by": by, "code_until": until}
    tx.execute(update(desk_session).where(desk_session.c.id == session_id, _LIVE).values(values))


def is_code(row: Session, code: str, *, now: datetime) -> bool:
    """Whether this is the code that a colleague was shown for this session, in time."""
    in_time = row.code_until is not None and row.code_until > now
    return in_time and secrets.compare_digest(row.code, digest(f"{row.id}:{code}", "desk code"))


def end(tx: Connection, *, now: datetime, session_id: int | None = None, person_id: int | None = None, device_id: int | None = None) -> int:
    """End one session, or all of a person or a browser; how many that were."""
    which: list[ColumnElement[bool]] = [_LIVE]
    which += [desk_session.c.id == session_id] if session_id is not None else []
    which += [desk_session.c.person_id == person_id] if person_id is not None else []
    which += [desk_session.c.device_id == device_id] if device_id is not None else []
    if len(which) == 1:
        raise ValueError("which sessions?")
    return tx.execute(update(desk_session).where(*which).values(ended_at=now, code="")).rowcount


def end_stale(tx: Connection, *, begun_before: datetime, now: datetime) -> int:
    """End what began so long ago."""
    return tx.execute(update(desk_session).where(_LIVE, desk_session.c.begun_at < begun_before).values(ended_at=now, code="")).rowcount


def known_device(tx: Connection, person_id: int, browser: str) -> int | None:
    """The row by which this browser needs no second factor for her."""
    hers = (desk_device.c.person_id == person_id, desk_device.c.digest == digest(browser, "desk browser"), desk_device.c.ended_at.is_(None))
    return tx.execute(select(desk_device.c.id).where(*hers)).scalar() if browser else None


def admit(tx: Connection, row: Session, *, factor: Factor, by: int | None, now: datetime) -> int:
    """Her second factor was right: the browser is known from now on, and the session open."""
    hers = (desk_device.c.person_id == row.person_id, desk_device.c.digest == row.browser)
    values = {"label": row.label, "factor": factor, "admitted_by": by, "admitted_at": now, "seen_at": now, "ended_at": None}
    again = tx.execute(update(desk_device).where(*hers).values(values).returning(desk_device.c.id)).scalar()
    fresh = insert(desk_device).values(person_id=row.person_id, digest=row.browser, **values).returning(desk_device.c.id)
    device_id = int(again if again is not None else tx.execute(fresh).scalar_one())
    tx.execute(update(desk_session).where(desk_session.c.id == row.id).values(device_id=device_id, code="", tries=0, seen_at=now))
    return device_id


def use_device(tx: Connection, device_id: int, *, now: datetime) -> None:
    """It was signed in from."""
    tx.execute(update(desk_device).where(desk_device.c.id == device_id).values(seen_at=now))


def devices(tx: Connection, person_id: int) -> list[Device]:
    """Her browsers that are known now, the one used last first."""
    hers = (desk_device.c.person_id == person_id, desk_device.c.ended_at.is_(None))
    return every(tx, select(*columns(desk_device, Device)).where(*hers).order_by(desk_device.c.seen_at.desc()), Device)


def forget_devices(tx: Connection, person_id: int, *, device_id: int | None = None, now: datetime) -> int:
    """One of her browsers, or all, need a second factor again, and their sessions end; how many browsers that were."""
    hers: list[ColumnElement[bool]] = [desk_device.c.person_id == person_id, desk_device.c.ended_at.is_(None)]
    hers += [desk_device.c.id == device_id] if device_id is not None else []
    gone = list(tx.execute(update(desk_device).where(*hers).values(ended_at=now).returning(desk_device.c.id)).scalars())
    of_them = desk_session.c.device_id.in_(gone)
    rest = or_(of_them, desk_session.c.device_id.is_(None)) if device_id is None else of_them
    tx.execute(update(desk_session).where(_LIVE, desk_session.c.person_id == person_id, rest).values(ended_at=now, code=""))
    return len(gone)


def account(tx: Connection, person_id: int) -> Account | None:
    """Her authenticator; None where she has none."""
    return first(tx, select(*columns(desk_account, Account)).where(desk_account.c.person_id == person_id), Account)


def set_totp(tx: Connection, person_id: int, secret: str, *, step: int, now: datetime) -> None:
    """Her authenticator from now on."""
    tx.execute(desk_account.delete().where(desk_account.c.person_id == person_id))
    tx.execute(insert(desk_account).values(person_id=person_id, totp=secret, step=step, made_at=now))


def drop_totp(tx: Connection, person_id: int) -> None:
    """She has none any more."""
    tx.execute(desk_account.delete().where(desk_account.c.person_id == person_id))


def used_step(tx: Connection, person_id: int, step: int) -> bool:
    """Count a code of her authenticator; False where that one, or a later one, counted before."""
    newer = update(desk_account).where(desk_account.c.person_id == person_id, desk_account.c.step < step)
    return tx.execute(newer.values(step=step)).rowcount == 1
