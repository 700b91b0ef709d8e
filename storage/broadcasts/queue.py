"""Broadcasts: recipients are chosen and decided on in steps that each commit, everybody once, and every figure is counted from the rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, distinct, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.access import Scope
from domain.broadcasts.audience import Audience
from domain.broadcasts.notices import SENT
from domain.notices import LOCAL
from domain.work.applications import OPEN
from storage.scope import within
from storage.tables import Address, Application, Cell, Consent, Enrolment, Mother, Notice, Outbox, Person, Recipient, Task
from storage.tables.columns import table
from storage.tables.messages import BULK

N, R, OUT, A, CELL = table(Notice), table(Recipient), table(Outbox), table(Address), table(Cell)
P, M, C, APP, ENROLMENT, TASK = table(Person), table(Mother), table(Consent), table(Application), table(Enrolment), table(Task)

BROADCASTS = ("broadcast", "urgent", "correction")
# Persons of one step: a mother who writes meanwhile waits for no more than one.
CHUNK = 10_000
# A count takes some six microseconds a person.
FEW = 10_000
RUNNING = ("approved", "choosing", "sending", "listing", "stopped")
STOPPABLE = ("asked", "approved", "choosing", "sending")
REACHED = ("sent", "read", "uncertain")


def add(tx: Connection, kind: str, *, audience: Audience, urgent: bool, created_by: int, now: datetime, corrects: int | None = None) -> int:
    """One without words, not counted yet; its row id."""
    values = {"kind": kind, "body": {}, "audience": audience.to_json(), "urgent": urgent, "created_by": created_by}
    draft = {**values, "corrects": corrects, "created_at": now, "status": "counting", "chosen_to": 0, "fed_to": 0, "recipients": 0}
    return int(tx.execute(insert(N).values(draft).returning(N.c.id)).scalar_one())


def write(tx: Connection, notice_id: int, body: Mapping[str, Any]) -> None:
    """What it says, until somebody has seen it."""
    tx.execute(update(N).where(N.c.id == notice_id, N.c.status == "counting").values(body=dict(body)))


def counted(tx: Connection, notice: Mapping[str, Any], found: Mapping[str, int]) -> bool:
    """It is a draft with its count now; False where it was one before."""
    return move(tx, notice["id"], ["counting"], "draft", audience={**notice["audience"], "counted": dict(found)})


def few(tx: Connection) -> bool:
    """Whether so few are registered that they can be counted while everybody waits."""
    some = select(M.c.person_id).limit(FEW + 1).subquery()
    return int(tx.execute(select(func.count()).select_from(some)).scalar_one()) <= FEW


def uncounted(tx: Connection) -> dict[str, Any] | None:
    """The next broadcast that waits for its count."""
    row = tx.execute(select(N).where(N.c.status == "counting", N.c.ended_at.is_(None)).order_by(N.c.id).limit(1)).first()
    return None if row is None else dict(row._mapping)


def get(tx: Connection, notice_id: int) -> dict[str, Any] | None:
    """One broadcast; None for any other notice."""
    row = tx.execute(select(N).where(N.c.id == notice_id, N.c.kind.in_(BROADCASTS), N.c.created_by.is_not(None))).first()
    return None if row is None else dict(row._mapping)


def of(tx: Connection, person_id: int, *, limit: int) -> list[dict[str, Any]]:
    """What somebody wrote, newest first."""
    mine = select(N).where(N.c.created_by == person_id, N.c.kind.in_(BROADCASTS), N.c.status != "void").order_by(N.c.id.desc())
    return [dict(row._mapping) for row in tx.execute(mine.limit(limit))]


def asked(tx: Connection) -> Iterator[dict[str, Any]]:
    """What waits for a second person's word, oldest first; whose word it may be is in the audience, which a query cannot see into."""
    rows = tx.execute(select(N).where(N.c.status == "asked", N.c.kind.in_(BROADCASTS)).order_by(N.c.id))
    for row in rows:
        yield dict(row._mapping)


def cells(tx: Connection) -> list[dict[str, Any]]:
    """All grid cells: id, community_id, name."""
    return [dict(row._mapping) for row in tx.execute(select(CELL.c.id, CELL.c.community_id, CELL.c.name).order_by(CELL.c.id))]


def move(tx: Connection, notice_id: int, from_: Collection[str], to: str, **values: Any) -> bool:
    """Change its status; False where it is in none of these any more, whoever came first."""
    statement = update(N).where(N.c.id == notice_id, N.c.kind.in_(BROADCASTS), N.c.status.in_(list(from_))).values(status=to, **values)
    return tx.execute(statement).rowcount == 1


def approve(tx: Connection, notice_id: int, *, by: int, now: datetime) -> bool:
    """A second person's word; False where it came too late or is the writer's own."""
    starts_at = case((N.c.starts_at > now, N.c.starts_at), else_=literal(now, N.c.starts_at.type))
    statement = update(N).where(N.c.id == notice_id, N.c.status == "asked", N.c.created_by != by)
    return tx.execute(statement.values(status="approved", approved_by=by, approved_at=now, starts_at=starts_at)).rowcount == 1


def running(tx: Connection, *, now: datetime) -> list[dict[str, Any]]:
    """Broadcasts with something to do, held until the transaction ends, so that nobody stops one in the middle of a step."""
    mine = and_(N.c.status.in_(RUNNING), N.c.ended_at.is_(None), or_(N.c.starts_at <= now, N.c.status == "stopped"))
    return [dict(row._mapping) for row in tx.execute(select(N).where(mine).order_by(N.c.id).with_for_update())]


# Whom it is for.


def _elements(tx: Connection, column: Any) -> Any:
    """The texts of a JSON list as rows with one column `value`."""
    each = func.jsonb_array_elements_text(column) if tx.dialect.name == "postgresql" else func.json_each(column)
    return each.table_valued("value").render_derived() if tx.dialect.name == "postgresql" else each.table_valued("value")


def _any_of(tx: Connection, column: Any, values: Iterable[str]) -> ColumnElement[bool]:
    each = _elements(tx, column)
    return select(literal(1)).select_from(each).where(each.c.value.in_(list(values))).exists()


_CHANNEL = (
    select(A.c.channel)
    .where(A.c.person_id == P.c.id, A.c.state == "open")
    .order_by(A.c.used_at.desc(), A.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_STATUS: dict[str, ColumnElement[bool]] = {
    "applied": select(APP.c.id).where(APP.c.person_id == P.c.id, APP.c.status.in_(OPEN)).exists(),
    "started": select(APP.c.id).where(APP.c.person_id == P.c.id, APP.c.status == "started").exists(),
    "class": select(ENROLMENT.c.id).where(ENROLMENT.c.person_id == P.c.id, ENROLMENT.c.status == "enrolled").exists(),
}


def _people(tx: Connection, audience: Audience, *columns: Any, now: datetime) -> Select[Any]:
    """These columns of everybody who is registered and meant."""
    found = select(*columns).select_from(P).join(M, M.c.person_id == P.c.id).where(P.c.merged_into.is_(None))
    if audience.places:
        found = found.where(within(audience.places, community=P.c.community_id, cell=P.c.cell_id))
    if births := audience.births(now.astimezone(LOCAL).date()):
        each = _elements(tx, M.c.children)
        found = found.where(select(literal(1)).select_from(each).where(each.c.value.between(*births)).exists())
    for column, wanted in ((M.c.skills, audience.skills), (M.c.modes, audience.modes)):
        if wanted:
            found = found.where(_any_of(tx, column, wanted))
    if audience.status:
        found = found.where(_STATUS[audience.status])
    return found.where(_CHANNEL.in_([audience.channel])) if audience.channel else found


def count(tx: Connection, notice: Mapping[str, Any], *, now: datetime) -> dict[str, int]:
    """How many would be told on which channel, and how many not and why: no_address, blocked, unsubscribed, no_consent."""
    rules = SENT[notice["kind"]]
    addressed = select(A.c.id).where(A.c.person_id == P.c.id).exists()
    reasons: list[tuple[ColumnElement[bool], Any]] = [
        (and_(_CHANNEL.is_(None), addressed), literal("blocked")),
        (_CHANNEL.is_(None), literal("no_address")),
    ]
    if rules.unwanted:
        reasons.append((~P.c.notices, literal("unsubscribed")))
    if rules.purpose:
        given = select(C.c.id).where(C.c.person_id == P.c.id, C.c.purpose == rules.purpose, C.c.withdrawn_at.is_(None))
        reasons.append((~given.exists(), literal("no_consent")))
    reason = case(*reasons, else_=_CHANNEL).label("reason")
    one = _people(tx, Audience.from_json(notice["audience"]), P.c.id, reason, now=now)
    if notice["corrects"] is not None:
        one = select(P.c.id, reason).select_from(P).where(P.c.id.in_(_got(notice["corrects"])))
    each = one.subquery()
    return {row[0]: row[1] for row in tx.execute(select(each.c.reason, func.count()).group_by(each.c.reason))}


def _got(notice_id: int) -> Select[Any]:
    """Who was told a broadcast, perhaps."""
    told = select(R.c.person_id).join(OUT, OUT.c.id == R.c.outbox_id)
    return told.where(R.c.notice_id == notice_id, R.c.status == "queued", OUT.c.status.in_(REACHED))


def unsettled(tx: Connection, notice_id: int) -> bool:
    """Whether messages of a broadcast are still on their way."""
    open_ = select(OUT.c.id).where(OUT.c.notice_id == notice_id, OUT.c.status.in_(("waiting", "sending")))
    return tx.execute(open_.limit(1)).first() is not None


# Choosing.


def choose(tx: Connection, notice: Mapping[str, Any], *, now: datetime, chunk: int = CHUNK) -> bool:
    """The next recipients, in one statement; False where there were no more. After a crash it goes on behind the last commit."""
    after = notice["chosen_to"]
    last = _nth(tx, P.c.id, P.c.id > after, chunk)
    if last is None:
        return False
    here = and_(P.c.id > after, P.c.id <= last)
    row = [literal(notice["id"]), P.c.id, literal("chosen"), literal(""), literal(0), literal([], R.c.reasons.type)]
    row += [literal(now, R.c.due_at.type), literal("")]
    if notice["corrects"] is not None:
        chosen = select(*row).select_from(P).where(here, P.c.id.in_(_got(notice["corrects"])))
    else:
        chosen = _people(tx, Audience.from_json(notice["audience"]), *row, now=now).where(here)
    columns = [R.c.notice_id, R.c.person_id, R.c.status, R.c.why, R.c.score, R.c.reasons, R.c.due_at, R.c.tapped]
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    put = dialect.insert(R).from_select(columns, chosen).on_conflict_do_nothing()
    # PostgreSQL's driver would forget how many an INSERT made.
    found = tx.execute(put, execution_options={"preserve_rowcount": True}).rowcount
    tx.execute(update(N).where(N.c.id == notice["id"]).values(chosen_to=last, recipients=N.c.recipients + found))
    return True


def _nth(tx: Connection, column: Any, condition: ColumnElement[bool], chunk: int) -> int | None:
    """The value at the end of the next `chunk` rows; None where there are none."""
    few = select(column.label("id")).where(condition).order_by(column).limit(chunk).subquery()
    return tx.execute(select(func.max(few.c.id))).scalar()


# Feeding the outbox.


def room(tx: Connection, notice_id: int, most: int) -> int:
    """How many more rows of a broadcast may wait in the outbox."""
    few = select(OUT.c.id).where(OUT.c.notice_id == notice_id, OUT.c.status == "waiting").limit(most).subquery()
    return most - int(tx.execute(select(func.count()).select_from(few)).scalar_one())


def due(tx: Connection, notice: Mapping[str, Any], *, now: datetime, limit: int) -> list[tuple[int, int]]:
    """Recipients to decide on: (row id, person id); those nobody looked at yet, then those whose time has come."""
    chosen = and_(R.c.notice_id == notice["id"], R.c.person_id > notice["fed_to"], R.c.status == "chosen")
    rows = tx.execute(select(R.c.id, R.c.person_id).where(chosen).order_by(R.c.person_id).limit(limit)).all()
    if not rows:
        later = and_(R.c.notice_id == notice["id"], R.c.status == "later", R.c.due_at <= now)
        rows = tx.execute(select(R.c.id, R.c.person_id).where(later).order_by(R.c.due_at, R.c.id).limit(limit)).all()
        return [(row.id, row.person_id) for row in rows]
    tx.execute(update(N).where(N.c.id == notice["id"]).values(fed_to=rows[-1].person_id))
    return [(row.id, row.person_id) for row in rows]


def listeners(tx: Connection, ids: Sequence[int], kind: str, *, since: datetime, counted: Iterable[str]) -> dict[int, dict[str, Any]]:
    """What the notice rules have to know of these persons, in four looks: language, notices, quiet, per_day, reach, wrote_at, told, consents."""
    rows = tx.execute(select(P.c.id, P.c.language, P.c.notices, P.c.quiet, P.c.per_day).where(P.c.id.in_(ids)))
    found: dict[int, dict[str, Any]] = {
        row.id: {**row._mapping, "reach": None, "wrote_at": None, "told": 0, "consents": set()} for row in rows
    }
    addresses = select(A.c.person_id, A.c.channel, A.c.address, A.c.state, A.c.used_at).where(A.c.person_id.in_(ids))
    for row in tx.execute(addresses.order_by(A.c.used_at, A.c.id)):
        one = found[row.person_id]
        one["wrote_at"] = row.used_at
        if row.state == "open":
            one["reach"] = (row.channel, row.address)
    told = (
        select(R.c.person_id, func.count(distinct(R.c.outbox_id)))
        .join(N, N.c.id == R.c.notice_id)
        .where(R.c.person_id.in_(ids), R.c.decided_at >= since, R.c.status == "queued", N.c.kind.in_(list(counted)))
    )
    for person_id, n in tx.execute(told.group_by(R.c.person_id)):
        found[person_id]["told"] = n
    if SENT[kind].purpose:
        given = select(C.c.person_id, C.c.purpose).where(C.c.person_id.in_(ids), C.c.withdrawn_at.is_(None), C.c.enterprise_id.is_(None))
        for person_id, purpose in tx.execute(given):
            found[person_id]["consents"].add(purpose)
    return found


_QUEUED = (
    update(R).where(R.c.id == bindparam("row")).values(status="queued", why="", outbox_id=bindparam("told_by"), decided_at=bindparam("at"))
)


def send(tx: Connection, notice_id: int, to: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Put rows into the outbox: recipient, person_id, channel, address, and body where it is not the notice's own."""
    blank = {"priority": BULK, "notice_id": notice_id, "private": False, "once": False, "edits": "", "digest": 0, "status": "waiting"}
    blank |= {"why": "", "attempts": 0, "created_at": now, "due_at": now, "platform_ref": ""}
    rows = [{**blank, **{key: one[key] for key in ("person_id", "channel", "address", "body")}} for one in to]
    ids = tx.execute(insert(OUT).returning(OUT.c.id, sort_by_parameter_order=True), rows).scalars().all()
    told = [{"row": one["recipient"], "told_by": number} for one, number in zip(to, ids, strict=True)]
    tx.execute(_QUEUED, [{**one, "at": now} for one in told])


def later(tx: Connection, ids: Sequence[int], until: datetime, why: str) -> None:
    """Decide on these recipients again at that time."""
    tx.execute(update(R).where(R.c.id.in_(ids)).values(status="later", due_at=until, why=why))


def undecided(tx: Connection, notice_id: int) -> bool:
    """Whether somebody still has to be decided on, now or later."""
    return tx.execute(select(R.c.id).where(R.c.notice_id == notice_id, R.c.status == "later").limit(1)).first() is not None


# Stopping, and what is left at the end.


def withhold(tx: Connection, notice_id: int) -> None:
    """A stopped broadcast: what waits in the outbox is not sent."""
    waiting = and_(OUT.c.notice_id == notice_id, OUT.c.status == "waiting")
    tx.execute(update(OUT).where(waiting).values(status="withheld", why="stopped"))


def sweep(tx: Connection, notice: Mapping[str, Any], *, now: datetime, chunk: int = CHUNK // 2) -> bool:
    """The next recipients of a stopped broadcast who will not be told; False where there were no more."""
    withhold(tx, notice["id"])
    if not notice["recipients"]:
        return False
    last = _nth(tx, R.c.person_id, and_(R.c.notice_id == notice["id"], R.c.person_id > notice["fed_to"]), chunk)
    here = and_(R.c.notice_id == notice["id"], R.c.status.in_(("chosen", "later")))
    if last is None:
        tx.execute(update(R).where(here, R.c.status == "later").values(status="withheld", why="stopped", decided_at=now))
        return False
    here = and_(here, R.c.person_id > notice["fed_to"], R.c.person_id <= last)
    tx.execute(update(R).where(here).values(status="withheld", why="stopped", decided_at=now))
    tx.execute(update(N).where(N.c.id == notice["id"]).values(fed_to=last))
    return True


def list_unreached(tx: Connection, notice: Mapping[str, Any], said: str, *, now: datetime, chunk: int = CHUNK) -> bool:
    """The next recipients who were not reached go on the lists of doors to knock on; False where there were no more."""
    last = _nth(tx, R.c.person_id, and_(R.c.notice_id == notice["id"], R.c.person_id > notice["chosen_to"]), chunk)
    if last is None:
        return False
    missed = or_(and_(R.c.status == "withheld", R.c.why == "unreachable"), and_(R.c.status == "queued", OUT.c.status == "failed"))
    row = [literal("knock"), R.c.person_id, P.c.community_id, P.c.cell_id, R.c.notice_id, literal(said, TASK.c.said.type)]
    row += [literal(now, TASK.c.created_at.type), literal("")]
    missing = (
        select(*row)
        .select_from(R)
        .join(P, P.c.id == R.c.person_id)
        .outerjoin(OUT, OUT.c.id == R.c.outbox_id)
        .where(R.c.notice_id == notice["id"], R.c.person_id > notice["chosen_to"], R.c.person_id <= last, missed)
    )
    columns = [TASK.c.kind, TASK.c.person_id, TASK.c.community_id, TASK.c.cell_id, TASK.c.about_id, TASK.c.said]
    columns += [TASK.c.created_at, TASK.c.outcome]
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    tx.execute(dialect.insert(TASK).from_select(columns, missing).on_conflict_do_nothing())
    tx.execute(update(N).where(N.c.id == notice["id"]).values(chosen_to=last))
    return True


# Taps and figures.


def tapped(tx: Connection, notice_id: int, person_id: int, what: str, *, now: datetime) -> bool:
    """She tapped a button of a broadcast she got: her first tap counts, and signing up counts more than having read. False for others."""
    hers = and_(R.c.notice_id == notice_id, R.c.person_id == person_id, R.c.status == "queued")
    if tx.execute(select(R.c.id).where(hers)).first() is None:
        return False
    open_ = R.c.tapped.in_(("", "read")) if what == "join" else R.c.tapped == ""
    tx.execute(update(R).where(hers, open_).values(tapped=what, tapped_at=now))
    return True


def figures(tx: Connection, notice: Mapping[str, Any]) -> dict[str, Any]:
    """recipients, waiting, sent, read, failed {why: n}, withheld {why: n}, uncertain, tapped {button: n}, knock (open tasks)."""
    mine = OUT.c.notice_id == notice["id"]
    out = _counts(tx, OUT.c.status, mine)
    failed = _counts(tx, OUT.c.why, and_(mine, OUT.c.status == "failed"))
    withheld = _counts(tx, R.c.why, and_(R.c.notice_id == notice["id"], R.c.status == "withheld"))
    undecided_ = notice["recipients"] - sum(out.values()) - sum(withheld.values())
    for why, n in _counts(tx, OUT.c.why, and_(mine, OUT.c.status == "withheld")).items():
        withheld[why] = withheld.get(why, 0) + n
    stopped = notice["status"] == "stopped"
    if stopped and undecided_:
        withheld["stopped"] = withheld.get("stopped", 0) + undecided_
    return {
        "recipients": notice["recipients"],
        "waiting": out.get("waiting", 0) + out.get("sending", 0) + (0 if stopped else undecided_),
        "sent": out.get("sent", 0) + out.get("read", 0),
        "read": out.get("read", 0),
        "uncertain": out.get("uncertain", 0),
        "failed": failed,
        "withheld": withheld,
        "tapped": _counts(tx, R.c.tapped, and_(R.c.notice_id == notice["id"], R.c.tapped != "")),
        "knock": _counts(tx, TASK.c.kind, and_(TASK.c.kind == "knock", TASK.c.about_id == notice["id"])).get("knock", 0),
    }


def _counts(tx: Connection, by: Any, condition: ColumnElement[bool]) -> dict[str, int]:
    return {row[0]: row[1] for row in tx.execute(select(by, func.count()).where(condition).group_by(by))}


def joined(tx: Connection, notice_id: int, where: Iterable[Scope], *, limit: int, after: int = 0) -> list[dict[str, Any]]:
    """Who signed up and lies in these scopes, in order: recipient id, person_id, key, name, phone."""
    statement = (
        select(R.c.id, R.c.person_id, P.c.key, P.c.name, P.c.phone)
        .join(P, P.c.id == R.c.person_id)
        .where(R.c.notice_id == notice_id, R.c.tapped == "join", R.c.id > after)
        .where(within(where, community=P.c.community_id, cell=P.c.cell_id))
        .order_by(R.c.id)
        .limit(limit)
    )
    return [dict(row._mapping) for row in tx.execute(statement)]
