"""Whether the keys of this process open what is stored, which keys a store needs, and sealing it anew with the newest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from cryptography.fernet import InvalidToken
from sqlalchemy import Column, Connection, String, Table, delete, insert, inspect, select, type_coerce, update
from sqlmodel import SQLModel

from storage import access_log, sealed
from storage.database import Store
from storage.sealed import Sealed, SealedJson
from storage.tables.keys import root, sealing_key

# Rows that are sealed anew in one transaction.
STEP = 200


class WrongKey(ValueError):
    """The keys of this process do not open what is stored."""


class Place(NamedTuple):
    """A sealed column."""

    table: Table
    column: Column[Any]


def places() -> list[Place]:
    """Every sealed column of every table."""
    return [
        Place(table, column)
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, (Sealed, SealedJson))
    ]


def holds_anything(store: Store) -> bool:
    """Whether something sealed is in the store, which may not be there at all yet. Needs no key."""
    if not store.exists:
        return False
    with store.read() as tx:
        return any(_sample(tx, place, newest=True) for place in _there(tx))


def prove(tx: Connection) -> None:
    """Open the newest and the oldest of what is sealed in each place. Raises WrongKey."""
    for place in _there(tx):
        for newest in (True, False):
            _open(tx, _sample(tx, place, newest=newest))


def prove_quickly(tx: Connection) -> None:
    """Open the one row that every store has. Raises WrongKey."""
    _open(tx, tx.execute(select(type_coerce(root.c.secret, String))).scalar())


def _open(tx: Connection, token: str | None) -> None:
    try:
        if token:
            sealed.unseal(token)
    except InvalidToken:
        mine = "、".join(map(sealed.fingerprint, sealed.in_use()))
        raise WrongKey(f"密钥不对：数据库要用的密钥指纹是 {'、'.join(needed(tx)) or '不详'}，现在的是 {mine}；请放回原来的密钥") from None


def _there(tx: Connection) -> list[Place]:
    """The places of a store, whose schema may be older than this program."""
    inspector = inspect(tx)
    columns = {name: {column["name"] for column in inspector.get_columns(name)} for name in inspector.get_table_names()}
    return [place for place in places() if place.column.name in columns.get(place.table.name, ())]


def _sample(tx: Connection, place: Place, *, newest: bool) -> str | None:
    """The newest or the oldest token of a place. Written out: each command asks two hundred times, and building the query costs more."""
    quote = tx.dialect.identifier_preparer.quote
    column, direction = quote(place.column.name), " DESC" if newest else ""
    order = ", ".join(f"{quote(key.name)}{direction}" for key in place.table.primary_key.columns)
    query = f"SELECT {column} FROM {quote(place.table.name)} WHERE substr({column}, 1, 5) = 'gAAAA' ORDER BY {order} LIMIT 1"  # noqa: S608
    sample = tx.exec_driver_sql(query).scalar()
    return None if sample is None else str(sample)


def take_up(tx: Connection, *, now: datetime) -> None:
    """From now on secrets come from the store, and it says which keys it needs."""
    access_log.begin(tx)
    if not tx.execute(select(root.c.id)).first():
        tx.execute(insert(root).values(id=1, secret=sealed.root()))
    known = set(needed(tx))
    for key in sealed.in_use():
        if sealed.fingerprint(key) not in known:
            tx.execute(insert(sealing_key).values(fingerprint=sealed.fingerprint(key), since=now))


def read_root(tx: Connection) -> bool:
    """Secrets come from the store where it has its own; whether it has one, and knows each key of this process."""
    secret = tx.execute(select(root.c.secret)).scalar()
    if secret is not None:
        sealed.use_root(secret)
    return secret is not None and set(map(sealed.fingerprint, sealed.in_use())) <= set(needed(tx))


def needed(tx: Connection) -> list[str]:
    """Fingerprints of the keys under which something may be sealed, oldest first."""
    if not inspect(tx).has_table(sealing_key.name):
        return []
    return list(tx.execute(select(sealing_key.c.fingerprint).order_by(sealing_key.c.since)).scalars())


def rotate(store: Store) -> Iterator[tuple[str, int]]:
    """Seal everything anew with the newest key, in steps of a transaction each; gives (table, rows) after each step that changed some.

    What the newest key seals already is passed over, so that it goes on where it was stopped.
    """
    for place in places():
        yield from _rotate(store, place)


def _rotate(store: Store, place: Place) -> Iterator[tuple[str, int]]:
    ids = list(place.table.primary_key.columns)
    token, after = type_coerce(place.column, String), None
    while True:
        with store.begin() as tx:
            look = select(*ids, token.label("token")).order_by(*ids).limit(STEP)
            if after is not None:
                look = look.where(ids[0] > after)
            rows = tx.execute(look).all()
            changed = sum(_seal_anew(tx, place, row) for row in rows)
        if changed:
            yield place.table.name, changed
        if len(rows) < STEP:
            return
        after = rows[-1][0]


def _seal_anew(tx: Connection, place: Place, row: Any) -> bool:
    """Unless somebody else writes it just now: then it is sealed by who writes it."""
    new = sealed.rotated(row.token) if row.token else None
    if new is None:
        return False
    same = [column == value for column, value in zip(place.table.primary_key.columns, row, strict=False)]
    token = type_coerce(place.column, String)
    tx.execute(update(place.table).where(*same, token == row.token).values({place.column: type_coerce(new, String)}))
    return True


def left(tx: Connection) -> int:
    """How many values an older key still seals: of what was written while they were sealed anew."""
    tokens = (tx.execute(select(type_coerce(column, String)).where(column.is_not(None))).scalars() for _, column in places())
    return sum(1 for some in tokens for token in some if token and sealed.rotated(token) is not None)


def only_newest(tx: Connection, *, now: datetime) -> None:
    """The store needs no key but the newest."""
    newest = sealed.fingerprint(sealed.in_use()[0])
    tx.execute(delete(sealing_key).where(sealing_key.c.fingerprint != newest))
    if not needed(tx):
        tx.execute(insert(sealing_key).values(fingerprint=newest, since=now))
