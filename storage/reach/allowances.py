"""The ledger of what a platform lets us say: opened by what she does, used up before each call, corrected by the platform's word."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, select, update

from domain.allowance import WINDOWS, Ledger, Opening, Way
from storage.rows import upsert
from storage.tables.messages import notice, outbox, recipient
from storage.tables.reach import allowance, message_grant


def opened(tx: Connection, channel: str, address: str, kind: Opening, at: datetime) -> None:
    """A word or a tap of hers opens its window; an older event than the last takes nothing back."""
    values = {"channel": channel, "address": address, "word_left": 0, "tap_left": 0}
    insert = upsert(tx, allowance)
    at_column, left_column = (allowance.c.word_at, allowance.c.word_left) if kind == "word" else (allowance.c.tap_at, allowance.c.tap_left)
    fresh = {at_column.name: at, left_column.name: WINDOWS[kind].messages}
    newer = (at_column.is_(None)) | (at_column <= insert.excluded[at_column.name])
    put = insert.values({**values, **fresh}).on_conflict_do_update(index_elements=["channel", "address"], set_=fresh, where=newer)
    tx.execute(put)


def hold(tx: Connection, channel: str, address: str) -> None:
    """No word of hers opens her ledger until the transaction ends: what is decided on what it says holds."""
    tx.execute(select(allowance.c.address).where(allowance.c.channel == channel, allowance.c.address == address).with_for_update())


_LEDGER = ("word_at", "word_left", "tap_at", "tap_left")


def ledgers(tx: Connection, channel: str, addresses: Collection[str]) -> dict[str, Ledger]:
    """The ledgers of these addresses; an address without one has nothing left."""
    grants: dict[str, dict[str, int]] = {}
    mine = (message_grant.c.channel == channel, message_grant.c.address.in_(addresses), message_grant.c.granted > 0)
    for row in tx.execute(select(message_grant.c.address, message_grant.c.template, message_grant.c.granted).where(*mine)):
        grants.setdefault(row.address, {})[row.template] = row.granted
    looked = select(allowance.c.address, *(allowance.c[name] for name in _LEDGER))
    rows = tx.execute(looked.where(allowance.c.channel == channel, allowance.c.address.in_(addresses)))
    ledgers = {row.address: Ledger(**{name: getattr(row, name) for name in _LEDGER}, grants=grants.get(row.address, {})) for row in rows}
    return {one: ledgers.get(one, Ledger(grants=grants.get(one, {}))) for one in addresses}


def use(tx: Connection, channel: str, address: str, way: Way, *, messages: int = 1) -> None:
    """Used up before the call: a crash in between costs a message and never goes beyond."""
    hers = (allowance.c.channel == channel, allowance.c.address == address)
    if way.kind == "message":
        # Both windows: which one the platform takes it from is not known.
        less = {name: _less(allowance.c[name], messages) for name in ("word_left", "tap_left")}
        tx.execute(update(allowance).where(*hers).values(less))
    elif way.kind == "grant":
        mine = (message_grant.c.channel == channel, message_grant.c.address == address, message_grant.c.template == way.template)
        tx.execute(update(message_grant).where(*mine).values(granted=_less(message_grant.c.granted, 1)))


def _less(column: ColumnElement[int], by: int) -> ColumnElement[int]:
    return case((column > by, column - by), else_=0)


def closed(tx: Connection, channel: str, address: str) -> None:
    """The platform says that nothing is left, whatever we counted."""
    tx.execute(update(allowance).where(allowance.c.channel == channel, allowance.c.address == address).values(word_left=0, tap_left=0))


def granted(tx: Connection, channel: str, address: str, templates: Mapping[str, int]) -> None:
    """She allowed so many messages of these templates."""
    insert = upsert(tx, message_grant)
    for template, count in templates.items():
        more = {"granted": message_grant.c.granted + count}
        put = insert.values(channel=channel, address=address, template=template, granted=count)
        tx.execute(put.on_conflict_do_update(index_elements=["channel", "address", "template"], set_=more))


def refused(tx: Connection, channel: str, address: str, templates: Iterable[str]) -> None:
    """She switched these templates off: what she had granted is gone."""
    mine = (message_grant.c.channel == channel, message_grant.c.address == address, message_grant.c.template.in_(list(templates)))
    tx.execute(update(message_grant).where(*mine).values(granted=0))


def kind_of(tx: Connection, outbox_id: int) -> str:
    """The kind of notice that a row tells; empty for an answer."""
    told = select(notice.c.kind).join(recipient, recipient.c.notice_id == notice.c.id).where(recipient.c.outbox_id == outbox_id)
    return str(tx.execute(told.order_by(recipient.c.id).limit(1)).scalar() or "")


def became(tx: Connection, channel: str, address: str, refs: Mapping[str, str]) -> None:
    """The platform's last word on messages that it had taken: what did not arrive is a failure by the name it gives."""
    for ref, how in refs.items():
        if how != "success":
            mine = (outbox.c.channel == channel, outbox.c.address == address, outbox.c.platform_ref == ref, outbox.c.status == "sent")
            tx.execute(update(outbox).where(*mine).values(status="failed", why=_reason(how)))


def _reason(how: str) -> str:
    return "switched_off" if "block" in how or "reject" in how else "rejected"
