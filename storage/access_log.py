"""The one writer of the access log: who looked at or changed what, by ids. Each row is bound to the one before, so that nobody changes one unseen."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update

from domain.plain import JsonObject
from storage import sealed
from storage.rows import columns, every, first
from storage.tables.keys import root
from storage.tables.people import access_log, log_chain

LOG = access_log
# Rows that are read at once.
STEP = 1000
# What stands for a detail from which a name was erased. It is sealed like any other, so that nobody without the keys can put it there.
ERASED = {"erased": True}
# What a transaction that wrote carries until its end.
_WROTE = "access_log"


class Entry(NamedTuple):
    """A row as it is bound."""

    id: int
    seq: int | None
    at: datetime
    actor_id: int | None
    action: str
    subject_kind: str
    subject_id: int | None
    detail: JsonObject
    detail_mac: str
    hash: str


class Chain(NamedTuple):
    """From where to where the chain goes: numbers and hashes of its last row and of the last one that retention took away."""

    seq: int
    hash: str
    base_seq: int
    base_hash: str
    mac: str


class Verdict(NamedTuple):
    """What looking at the whole chain found: how many rows hold, and the first that does not, with the reason."""

    rows: int
    last: str
    broken_id: int | None = None
    why: str = ""


def write(
    tx: Connection,
    *,
    actor_id: int | None,
    action: str,
    subject_kind: str,
    subject_id: int | None,
    now: datetime,
    detail: JsonObject | None = None,
) -> None:
    """Write down that somebody looked at or changed something; `actor_id` None is the program itself or its command line."""
    write_all(tx, actor_id=actor_id, action=action, subject_kind=subject_kind, subject_ids=[subject_id], now=now, detail=detail)


def write_all(
    tx: Connection,
    *,
    actor_id: int | None,
    action: str,
    subject_kind: str,
    subject_ids: Iterable[int | None],
    now: datetime,
    detail: JsonObject | None = None,
) -> None:
    """The same of many subjects at once."""
    row = {"at": now, "actor_id": actor_id, "action": action, "subject_kind": subject_kind, "detail": dict(detail or {}), "hash": ""}
    if rows := [{**row, "subject_id": subject_id} for subject_id in subject_ids]:
        tx.execute(insert(LOG), rows)
        tx.info[_WROTE] = True


def bind(tx: Connection) -> None:
    """At the end of a transaction: bind what it wrote to the chain. The chain's one row is held only until the commit, and taken last of all."""
    if not tx.info.pop(_WROTE, False):
        return
    chain = _held(tx)
    seq, last = chain.seq, chain.hash
    bound = []
    for entry in every(tx, select(*columns(LOG, Entry)).where(LOG.c.hash == "").order_by(LOG.c.id), Entry):
        seq += 1
        stands = _of_detail(entry)
        last = _hash(entry._replace(seq=seq, detail_mac=stands), last)
        bound.append({"row": entry.id, "to_seq": seq, "to_hash": last, "stands": stands})
    if bound:
        values: dict[str, ColumnElement[Any]] = {
            "seq": bindparam("to_seq"),
            "hash": bindparam("to_hash"),
            "detail_mac": bindparam("stands"),
        }
        tx.execute(update(LOG).where(LOG.c.id == bindparam("row")).values(values), bound)
        _keep(tx, chain._replace(seq=seq, hash=last))


def verify(tx: Connection) -> Verdict:
    """Walk the whole chain. Without the keys nobody can make one that holds."""
    chain = _chain(tx)
    if chain is None or not hmac.compare_digest(chain.mac, _mac(chain)):
        return Verdict(0, "", why="chain")
    rows, last, expected = 0, chain.base_hash, chain.base_seq
    for entry in _entries(tx, after=chain.base_seq):
        expected += 1
        if entry.seq != expected:
            return Verdict(rows, last, entry.id, "missing")
        whole = entry.detail == ERASED or hmac.compare_digest(entry.detail_mac, _of_detail(entry))
        if not whole or not hmac.compare_digest(entry.hash, _hash(entry, last)):
            return Verdict(rows, last, entry.id, "changed")
        rows, last = rows + 1, entry.hash
    if (expected, last) != (chain.seq, chain.hash):
        return Verdict(rows, last, why="cut")
    loose = tx.execute(select(func.min(LOG.c.id)).where((LOG.c.hash == "") | (LOG.c.seq <= chain.base_seq))).scalar()
    return Verdict(rows, last, loose, "loose" if loose is not None else "")


def forget(tx: Connection, *, before: datetime) -> None:
    """Take away what is older, from the beginning of the chain on; the rest still holds."""
    chain = _held(tx)
    kept = select(func.min(LOG.c.seq)).where(LOG.c.at >= before, LOG.c.seq.is_not(None)).scalar_subquery()
    gone = select(*columns(LOG, Entry)).where(LOG.c.seq < func.coalesce(kept, chain.seq + 1)).order_by(LOG.c.seq.desc()).limit(1)
    newest = first(tx, gone, Entry)
    if newest is not None and newest.seq is not None:
        tx.execute(delete(LOG).where(LOG.c.seq <= newest.seq))
        _keep(tx, chain._replace(base_seq=newest.seq, base_hash=newest.hash))


def _entries(tx: Connection, *, after: int) -> Iterator[Entry]:
    while True:
        some = every(tx, select(*columns(LOG, Entry)).where(LOG.c.seq > after).order_by(LOG.c.seq).limit(STEP), Entry)
        yield from some
        if len(some) < STEP:
            return
        after = some[-1].seq or 0


def begin(tx: Connection) -> None:
    """The chain of a new store begins: from now on it cannot be put back to its beginning unseen."""
    chain = _held(tx)
    if not chain.mac:
        _keep(tx, chain)


def _held(tx: Connection) -> Chain:
    """The chain, which nobody else lengthens until the transaction ends. Raises LookupError where it is gone."""
    chain = first(tx, select(*columns(log_chain, Chain)).with_for_update(), Chain)
    if chain is None:
        raise LookupError("the access log has lost its chain")
    return chain


def _chain(tx: Connection) -> Chain | None:
    chain = first(tx, select(*columns(log_chain, Chain)), Chain)
    unused = chain is not None and not chain.seq and not chain.mac and tx.execute(select(root.c.id)).first() is None
    return chain._replace(mac=_mac(chain)) if chain is not None and unused else chain


def _keep(tx: Connection, chain: Chain) -> None:
    tx.execute(update(log_chain).values(**chain._replace(mac=_mac(chain))._asdict()))


def _hash(entry: Entry, before: str) -> str:
    at = entry.at.astimezone(UTC).isoformat()
    held = [before, entry.seq, entry.id, at, entry.actor_id, entry.action, entry.subject_kind, entry.subject_id, entry.detail_mac]
    return _keyed(orjson.dumps(held))


def _of_detail(entry: Entry) -> str:
    return _keyed(orjson.dumps([entry.id, entry.detail], option=orjson.OPT_SORT_KEYS))


def _mac(chain: Chain) -> str:
    return _keyed(orjson.dumps([*chain._replace(mac="")]))


def _keyed(content: bytes) -> str:
    return hmac.new(sealed.secret_for("access log"), content, hashlib.sha256).hexdigest()
