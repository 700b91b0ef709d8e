"""Suggestions as rows: kept, found, counted and changed; of several that are merged the one that leads is what all see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, TypedDict, Unpack

from sqlalchemy import ColumnElement, Connection, Float, cast, delete, func, insert, or_, select, update

from domain.access import Scope
from domain.council.people import Group, Said, group
from domain.council.states import OPEN, WORKED_ON, State
from storage.database import lock
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables.council import suggestion, suggestion_step, suggestion_support, suggestion_tap, suggestion_term
from storage.tables.meetings import meeting, meeting_item
from storage.tables.work import community

Order = Literal["new", "most", "near"]
# What stands for the words of one that was merged and whose author took them back.
TAKEN_BACK = "—"


class Suggestion(NamedTuple):
    """One suggestion with the name of its community."""

    id: int
    code: str
    community_id: int
    community: str
    text: str
    arrived_at: datetime
    author_id: int | None
    named: bool
    topic: str
    picture: str
    published_at: datetime | None
    state: State
    hard: bool
    reopened: bool
    version: int
    voices: int
    merged_into: int | None
    split_from: int | None
    due_at: datetime | None
    escalated: int
    late_since: datetime | None
    owner: str | None
    until: date | None
    cost_fen: int | None
    paid_by: str
    answered_at: datetime | None
    done_at: datetime | None
    closed_at: datetime | None

    @property
    def round(self) -> int:
        """1, or 2 once it was opened again."""
        return 2 if self.reopened else 1


class Values(TypedDict, total=False):
    """Columns that change."""

    community_id: int
    text: str
    author_id: int | None
    named: bool
    topic: str
    picture: str
    lat: float | None
    lon: float | None
    published_at: datetime | None
    state: State
    hard: bool
    reopened: bool
    version: int
    voices: int
    merged_into: int | None
    split_from: int | None
    due_at: datetime | None
    escalate_at: datetime | None
    escalated: int
    late_since: datetime | None
    owner: str | None
    until: date | None
    cost_fen: int | None
    paid_by: str
    answered_at: datetime | None
    done_at: datetime | None
    closed_at: datetime | None


class Unread(NamedTuple):
    """A suggestion of a list that nobody has read yet."""

    id: int
    community_id: int
    text: str


# Every suggestion with the name of its community.
ROWS = (
    select(*columns(suggestion, Suggestion, community=community.c.name))
    .select_from(suggestion)
    .join(community, community.c.id == suggestion.c.community_id)
)
_LEADS = suggestion.c.merged_into.is_(None)
_SEEN = (_LEADS, suggestion.c.published_at.is_not(None))


def hold(tx: Connection) -> None:
    """Nobody else merges, supports or moves suggestions until the transaction ends."""
    lock(tx, "council")


def add(tx: Connection, code: str, *, now: datetime, **values: Unpack[Values]) -> int:
    """A new suggestion, with its community and text; its id."""
    row = {"code": code, "arrived_at": now, **_BLANK, **values}
    return int(tx.execute(insert(suggestion).values(row).returning(suggestion.c.id)).scalar_one())


_BLANK: Values = {"named": False, "topic": "", "picture": "", "state": "received", "hard": False, "reopened": False, "version": 1}
_BLANK |= {"voices": 1, "escalated": 0, "paid_by": ""}


def change(tx: Connection, suggestion_id: int, **values: Unpack[Values]) -> None:
    """Set columns of a suggestion."""
    tx.execute(update(suggestion).where(suggestion.c.id == suggestion_id).values(**values))


def remove(tx: Connection, suggestion_id: int) -> None:
    """A suggestion that nobody but its author ever knew is gone altogether."""
    for rows in (suggestion_step, suggestion_support, suggestion_tap, suggestion_term):
        tx.execute(delete(rows).where(rows.c.suggestion_id == suggestion_id))
    tx.execute(delete(suggestion).where(suggestion.c.id == suggestion_id))


def get(tx: Connection, suggestion_id: int) -> Suggestion | None:
    """One suggestion, whether it leads or not."""
    return first(tx, ROWS.where(suggestion.c.id == suggestion_id), Suggestion)


def lead(tx: Connection, suggestion_id: int) -> Suggestion | None:
    """The suggestion that leads this one: itself where it is not merged."""
    row = get(tx, suggestion_id)
    while row is not None and row.merged_into is not None:
        row = get(tx, row.merged_into)
    return row


def texts_with_supporters(tx: Connection, lead_id: int, *, any_text: bool = False) -> list[Said]:
    """A suggestion and all that is merged into it, with who supports the text as it is now, or supported `any_text` of it."""
    ids, fresh = [lead_id], [lead_id]
    while fresh:
        fresh = list(tx.execute(select(suggestion.c.id).where(suggestion.c.merged_into.in_(fresh))).scalars())
        ids += fresh
    pairs = select(suggestion.c.id, suggestion_support.c.person_id).join(
        suggestion_support, suggestion_support.c.suggestion_id == suggestion.c.id
    )
    pairs = pairs.where(suggestion.c.id.in_(ids), suggestion_support.c.version > 0)
    if not any_text:
        pairs = pairs.where(suggestion_support.c.version == suggestion.c.version)
    supporters: dict[int, set[int]] = {}
    for number, person_id in tx.execute(pairs):
        supporters.setdefault(number, set()).add(person_id)
    told = (suggestion.c.id, suggestion.c.author_id, suggestion.c.merged_into, suggestion.c.text)
    return [
        Said(
            row.id,
            row.author_id,
            frozenset(supporters.get(row.id, ())),
            merged_into=None if row.id == lead_id else row.merged_into,
            taken_back=row.author_id is None and row.text == TAKEN_BACK,
        )
        for row in tx.execute(select(*told).where(suggestion.c.id.in_(ids)))
    ]


def behind(tx: Connection, lead_id: int) -> Group:
    """Everybody behind a suggestion and all that is merged into it."""
    return group(texts_with_supporters(tx, lead_id))


def concerned(tx: Connection, lead_id: int) -> Group:
    """Who is told of it: those behind it, and those who supported an older text and were not heard of since."""
    return group(texts_with_supporters(tx, lead_id, any_text=True))


def recount(tx: Connection, lead_id: int) -> int:
    """Count the voices of a suggestion anew; how many."""
    voices = behind(tx, lead_id).voices
    change(tx, lead_id, voices=voices)
    return voices


def _far(lat: float, lon: float) -> ColumnElement[float]:
    """The square of how far a suggestion's place, or its community, is away; degrees of longitude are shorter by the cosine at 37.5° north."""
    north = func.coalesce(suggestion.c.lat, community.c.lat) - lat
    east = (func.coalesce(suggestion.c.lon, community.c.lon) - lon) * 0.793
    return cast(north * north + east * east, Float)


def open_(
    tx: Connection,
    *,
    order: Order,
    community_id: int | None = None,
    topic: str = "",
    near: tuple[float, float] | None = None,
    offset: int = 0,
    limit: int,
) -> list[Suggestion]:
    """Suggestions that others may support, of one community or of all: the newest, those with most voices, or the nearest first."""
    wanted: list[ColumnElement[bool]] = [*_SEEN, suggestion.c.state.in_(OPEN)]
    wanted += [suggestion.c.community_id == community_id] if community_id is not None else []
    wanted += [suggestion.c.topic == topic] if topic else []
    newest = suggestion.c.id.desc()
    by: dict[Order, Sequence[ColumnElement[Any]]] = {"new": [newest], "most": [suggestion.c.voices.desc(), newest], "near": [newest]}
    ordered = [_far(*near), newest] if order == "near" and near is not None else by[order]
    return _page(tx, wanted, ordered, offset=offset, limit=limit)


def _page(
    tx: Connection, wanted: Sequence[ColumnElement[bool]], ordered: Sequence[ColumnElement[Any]], *, offset: int, limit: int
) -> list[Suggestion]:
    # The order is found on short rows; texts are opened for one page alone.
    ids = select(suggestion.c.id).join(community, community.c.id == suggestion.c.community_id).where(*wanted)
    page = list(tx.execute(ids.order_by(*ordered).offset(offset).limit(limit)).scalars())
    rows = {row.id: row for row in every(tx, ROWS.where(suggestion.c.id.in_(page)), Suggestion)}
    return [rows[number] for number in page]


def count_open(tx: Connection, community_id: int, *, topic: str = "") -> int:
    """How many suggestions of a community others may support."""
    wanted: list[ColumnElement[bool]] = [*_SEEN, suggestion.c.state.in_(OPEN), suggestion.c.community_id == community_id]
    wanted += [suggestion.c.topic == topic] if topic else []
    return int(tx.execute(select(func.count()).select_from(suggestion).where(*wanted)).scalar_one())


def topics(tx: Connection, community_id: int) -> list[tuple[str, int]]:
    """The topics of a community's open suggestions with how many there are, most first."""
    counted = func.count().label("how_many")
    wanted = (*_SEEN, suggestion.c.state.in_(OPEN), suggestion.c.community_id == community_id, suggestion.c.topic != "")
    rows = select(suggestion.c.topic, counted).where(*wanted).group_by(suggestion.c.topic).order_by(counted.desc(), suggestion.c.topic)
    return [(row.topic, row.how_many) for row in tx.execute(rows)]


def of_person(tx: Connection, person_id: int, *, limit: int) -> list[Suggestion]:
    """What she said or supports, as it is led, newest first; what she withdrew is left out."""
    supports = select(suggestion_support.c.suggestion_id).where(suggestion_support.c.person_id == person_id)
    hers = or_(suggestion.c.author_id == person_id, suggestion.c.id.in_(supports))
    rows = every(tx, ROWS.where(hers, suggestion.c.state != "withdrawn").order_by(suggestion.c.id.desc()).limit(limit * 2), Suggestion)
    led = {leading.id: leading for row in rows if (leading := row if row.merged_into is None else lead(tx, row.id)) is not None}
    return list(led.values())[:limit]


def for_staff(
    tx: Connection, where: Iterable[Scope], *, states: Sequence[State] = WORKED_ON, offset: int = 0, limit: int
) -> list[Suggestion]:
    """What staff have to do something about within these scopes: what is late first, then what is due first."""
    wanted = (_LEADS, suggestion.c.state.in_(states), suggestion.c.topic != "", within(where, community=suggestion.c.community_id))
    ordered = (suggestion.c.late_since.is_(None), suggestion.c.due_at, suggestion.c.voices.desc(), suggestion.c.id)
    return _page(tx, wanted, ordered, offset=offset, limit=limit)


def count_for_staff(tx: Connection, where: Iterable[Scope], *, states: Sequence[State] = WORKED_ON) -> tuple[int, int]:
    """How many rows `for_staff` would give without its limit, and how many of them are late."""
    wanted = (_LEADS, suggestion.c.state.in_(states), suggestion.c.topic != "", within(where, community=suggestion.c.community_id))
    late = func.count(suggestion.c.late_since)
    row = tx.execute(select(func.count(), late).select_from(suggestion).where(*wanted)).one()
    return int(row[0]), int(row[1])


def said_since(tx: Connection, person_id: int, since: datetime) -> int:
    """How many suggestions a person made since then."""
    hers = (suggestion.c.author_id == person_id, suggestion.c.arrived_at >= since)
    return int(tx.execute(select(func.count()).select_from(suggestion).where(*hers)).scalar_one())


def for_agenda(tx: Connection, community_id: int, *, limit: int) -> list[Suggestion]:
    """What a council may talk about, most supported first; what stands on the agenda of another meeting to come is left out."""
    open_points = (
        select(meeting_item.c.suggestion_id)
        .join(meeting, meeting.c.id == meeting_item.c.meeting_id)
        .where(meeting.c.state.in_(("draft", "called")), meeting_item.c.verdict == "")
    )
    wanted = (*_SEEN, suggestion.c.state.in_(("received", "agenda")), suggestion.c.community_id == community_id, suggestion.c.topic != "")
    by = (suggestion.c.voices.desc(), suggestion.c.id)
    return _page(tx, [*wanted, suggestion.c.id.not_in(open_points)], by, offset=0, limit=limit)


def unread(tx: Connection, *, limit: int) -> list[Unread]:
    """Suggestions of lists that were not read yet."""
    return every(tx, select(*columns(suggestion, Unread)).where(suggestion.c.topic == "").order_by(suggestion.c.id).limit(limit), Unread)


def fresh(tx: Connection, *, since: datetime) -> list[tuple[int, int]]:
    """Communities to which suggestions came since then, with how many that nobody has looked at."""
    counted = func.count().label("how_many")
    new = (_LEADS, suggestion.c.arrived_at >= since, suggestion.c.state == "received", suggestion.c.topic != "")
    rows = select(suggestion.c.community_id, counted).where(*new).group_by(suggestion.c.community_id)
    return [(row.community_id, row.how_many) for row in tx.execute(rows)]


def to_escalate(tx: Connection, *, now: datetime, limit: int) -> list[Suggestion]:
    """Suggestions whose deadline has passed, or passed so long ago that the next have to be told."""
    late = (_LEADS, suggestion.c.escalate_at.is_not(None), suggestion.c.escalate_at <= now)
    return every(tx, ROWS.where(*late).order_by(suggestion.c.escalate_at, suggestion.c.id).limit(limit), Suggestion)


def children(tx: Connection, lead_id: int) -> list[Suggestion]:
    """What was merged into a suggestion."""
    return every(tx, ROWS.where(suggestion.c.merged_into == lead_id).order_by(suggestion.c.id), Suggestion)


def parts(tx: Connection, suggestion_id: int) -> list[Suggestion]:
    """What a suggestion was split into."""
    return every(tx, ROWS.where(suggestion.c.split_from == suggestion_id).order_by(suggestion.c.id), Suggestion)


def by_codes(tx: Connection, codes: Iterable[str]) -> list[Suggestion]:
    """Suggestions by the numbers of lists."""
    return every(tx, ROWS.where(suggestion.c.code.in_(list(codes))), Suggestion)
