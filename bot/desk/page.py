"""What a page of the desk is: an address, the action it needs, a look that reads, and deeds; the frame does the rest alike for all."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection
from starlette.datastructures import FormData, ImmutableMultiDict, QueryParams

from domain.access import CITY, Held, scopes
from domain.errors import Refused
from domain.plain import Json, JsonObject
from handlers.content import Content
from handlers.scene import Scene, row_id
from handlers.tell import for_others
from handlers.voice import Voice

Found = TypeVar("Found")
# Nobody types more at a desk: ten million yuan.
MOST_FEN = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Fields:
    """What was typed and ticked; what is not there is empty."""

    given: ImmutableMultiDict[str, object] = field(default_factory=FormData)
    files: Mapping[str, bytes] = field(default_factory=dict)
    # What the files that were sent are called.
    names: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str, most: int = 4000) -> str:
        """One field without the white space around it."""
        value = self.given.get(name, "")
        return value.replace("\x00", "").replace("\r\n", "\n").strip()[:most] if isinstance(value, str) else ""

    def all(self, name: str) -> list[str]:
        """Every value of a field that may have several."""
        return [value for value in self.given.getlist(name) if isinstance(value, str)]

    def ids(self, name: str) -> list[int]:
        """The rows that were ticked."""
        return [number for number in map(row_id, self.all(name)) if number]

    def fen(self, name: str) -> int:
        """Yuan as they are typed, in fen; 0 where nothing is. Raises Refused for what is no amount."""
        typed = self.text(name, 12).replace("，", "").replace(",", "")
        if not typed:
            return 0
        try:
            fen = round(float(typed) * 100)
        except (ValueError, OverflowError):
            raise Refused("desk.wrong_money") from None
        if not 0 <= fen < MOST_FEN:
            raise Refused("desk.wrong_money")
        return fen

    def day(self, name: str) -> date:
        """The day that was chosen. Raises Refused for none, and for what is no day."""
        try:
            return date.fromisoformat(self.text(name, 10))
        except ValueError:
            raise Refused("desk.wrong_day") from None

    def id(self, name: str) -> int:
        """The row that a field names; 0, which no row has, where it names none."""
        return row_id(self.text(name))


class Note(NamedTuple):
    """That somebody looked at something, to be written down before she sees it."""

    action: str
    subject_kind: str
    subject_id: int | None
    detail: JsonObject


@dataclass(frozen=True, kw_only=True)
class Asked(Scene):
    """A request to a page: who asks, what its address names, what was typed."""

    path: Mapping[str, int | str] = field(default_factory=dict)
    query: Fields = field(default_factory=Fields)
    form: Fields = field(default_factory=Fields)

    @property
    def voice(self) -> Voice:
        """The words of the pages."""
        return for_others(self.content)

    def row(self, name: str = "id") -> int:
        """The row that the address names."""
        return int(self.path[name])


@dataclass(frozen=True, kw_only=True)
class Look(Asked):
    """A look on a connection that only reads: what has to be written down is noted, and stored before the page is sent."""

    noted: list[Note] = field(default_factory=list)

    def log(self, action: str, subject_kind: str, subject_id: int | None, **detail: Json) -> None:
        """Note that she looked at something."""
        self.noted.append(Note(action, subject_kind, subject_id, detail))


@dataclass(frozen=True, kw_only=True)
class Deed(Asked):
    """A deed in a transaction of its own."""


@dataclass(frozen=True, slots=True)
class View:
    """A page to be drawn: its template and what that needs."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Go:
    """It is done: the browser goes on to that page, which says this phrase of desk.said."""

    to: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file to keep."""

    content: bytes
    name: str
    mime: str
    shown: bool = False


Shown = View | File | Go
Act = Callable[[Deed], Go | View | File]


@dataclass(frozen=True, kw_only=True)
class Job:
    """A deed that is too long for one transaction: it yields steps, each of which is one, and gets what they returned."""

    content: Content
    now: datetime
    person_id: int
    form: Fields


Steps = Generator[Callable[[Connection], Any], Any, Shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One address of the desk. `needs` is the action of domain.access without which it is not there.

    `menu` is the phrase by which the frame's menu calls it, in the order of `rank`; empty where others lead to it. `acts` are its deeds
    by the value of the button `do`; `looks` are posted too, but only read, and `jobs` take several transactions. `upload` is how many bytes may be sent to it; the role is looked at before they are read. `of_city`: only for whom the action
    covers the whole city. `behind`: it is read from the replica where there is one; not for what a deed comes back to. `watched`: it looks at itself again and again, which is no sign that somebody sits there.
    """

    path: str
    needs: str
    show: Callable[[Look], Shown]
    acts: Mapping[str, Act] = field(default_factory=dict)
    looks: Mapping[str, Callable[[Look], Shown]] = field(default_factory=dict)
    jobs: Mapping[str, Callable[[Job], Steps]] = field(default_factory=dict)
    menu: str = ""
    rank: int = 0
    upload: int = 0
    of_city: bool = False
    behind: bool = False
    watched: bool = False

    def is_for(self, held: Iterable[Held]) -> bool:
        """Whether it is there for who holds this."""
        where = scopes(held, self.needs)
        return CITY in where if self.of_city else bool(where)


class Who(NamedTuple):
    """Who sits at the desk, for the frame around a page."""

    person_id: int
    name: str
    role: str
    token: str
    menu: list[tuple[str, str, bool]]
    now: datetime


def query_of(params: QueryParams) -> Fields:
    """An address's parameters as fields."""
    return Fields(params)
