"""What stands between two messages: a conversation with a form, plain data that survives restarts, deploys and weeks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, TypedDict, cast
from zlib import crc32

from domain.forms.schema import Answers, Label, Lists
from domain.plain import Json

if TYPE_CHECKING:
    from domain.codebook import Slots

Status = Literal["open", "postponed", "done", "cancelled"]
Asking = Literal["", "words", "days", "cancel", "end"]
# Words → what was read in them.
Reader = Callable[[str], "Slots"]

SUMMARY = "*"
# Telegram's callback data, the shortest of all channels: https://core.telegram.org/bots/api#inlinekeyboardbutton
TOKEN_BYTES = 64
# A conversation's key is the id of its row; ten digits last for a province.
KEY_BYTES = 10


class Standing(TypedDict, total=False):
    """A conversation's fields as plain data."""

    form: str
    version: int
    key: str
    language: str
    status: Status
    at: str
    answers: dict[str, Json]
    waiting: dict[str, Json]
    origin: dict[str, str]
    counts: dict[str, int]
    closed: list[str]
    asking: Asking
    pending: dict[str, Json]
    page: int
    search: str
    year: str
    toggles: list[str] | None
    misses: int


class State(Standing, total=False):
    """What the JSON column of a conversation holds; `said` are the answers of a form that ended in a question which is not the form's."""

    said: Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Where a person stands in a form.

    `at`: path of the question that was asked last, or SUMMARY. `answers`: by path; None is skipped. `waiting`: by question, known or heard
    before its turn. `origin`: by path, "known" or "heard". `counts`, `closed`: instances of repeats, and which have no more. `asking`: what
    has to be confirmed first; `pending`: the answers read from words that this is about. `page`, `search`, `year`, `toggles`: the screen.
    """

    form: str
    version: int
    key: str
    language: str = "zh"
    status: Status = "open"
    at: str = ""
    answers: dict[str, Json] = field(default_factory=dict)
    waiting: dict[str, Json] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    asking: Asking = ""
    pending: dict[str, Json] = field(default_factory=dict)
    page: int = 0
    search: str = ""
    year: str = ""
    toggles: list[str] | None = None
    # Messages in a row of which nothing could be made.
    misses: int = 0

    def to_json(self) -> State:
        """Plain data for one JSON column."""
        return cast("State", {name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def from_json(cls, data: State) -> Conversation:
        """The way back from `to_json`; a field that this version does not know is left out."""
        return cls(**cast("Standing", {name: value for name, value in data.items() if name in cls.__slots__}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What she sent: words, a tapped button or a place. All empty: something that nobody can read, such as a sticker."""

    text: str = ""
    choice: str = ""
    place: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """A phrase of content/phrases with its values, not yet put into words."""

    phrase: str
    values: Mapping[str, Words] = field(default_factory=dict)


Words = str | int | Label | Say | tuple["Words", ...]


class Option(NamedTuple):
    """One thing to tap. `number` 0 has none; `on` is a tick, `box` room for one; `detail` is said in the text, not on the button."""

    label: Words
    token: str
    number: int = 0
    on: bool = False
    box: bool = False
    detail: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What she sees next: paragraphs, what she can choose, what leads on (`actions`) and what steers (`controls`).

    `edit`: it replaces the screen she tapped. `private`: it shows child data.
    """

    path: str
    lines: tuple[Words, ...]
    options: tuple[Option, ...] = ()
    actions: tuple[Option, ...] = ()
    controls: tuple[Option, ...] = ()
    edit: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    screen: Screen


@dataclass(frozen=True, slots=True)
class Done:
    """All is answered. Repeats of one question are lists, other repeats lists of mappings; what was skipped is left out."""

    answers: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Postponed:
    pass


@dataclass(frozen=True, slots=True)
class Cancelled:
    pass


Effect = Show | Say | Done | Postponed | Cancelled


@dataclass(frozen=True, slots=True)
class Step:
    """What one message does to a conversation: where it stands then, and what is said and shown, in this order."""

    conversation: Conversation
    effects: tuple[Effect, ...]

    @property
    def missed(self) -> bool:
        """Whether nothing could be made of what she sent: the same question is asked again."""
        return missed(self.effects)

    @property
    def asks_back(self) -> bool:
        """Whether something was read that she has to confirm first."""
        return self.conversation.asking in ("words", "days")


_MISSES = (
    "form.not_understood",
    "form.no_such_number",
    "form.only_one",
    "form.cannot_skip",
    "form.unreadable",
    "form.summary_help",
    "form.wrong_",
)


def missed(effects: Iterable[Effect]) -> bool:
    """Whether these effects say that an answer was none."""
    return any(isinstance(effect, Say) and effect.phrase.startswith(_MISSES) for effect in effects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What one step needs from outside. `carries_private`: whether the channel may carry child data (Capabilities.carries_private)."""

    now: datetime
    lists: Lists
    reader: Reader
    carries_private: bool = True


def say(phrase: str, **values: Words) -> Say:
    return Say(phrase, values)


def token(key: str, version: int, path: str, code: str) -> str:
    """A button's token, at most 64 bytes; the code of a choice that is too long is given by its checksum."""
    full = f"f:{key}:{version}:{path}:{code}"
    if full.isascii() and len(full) <= TOKEN_BYTES or len(full.encode()) <= TOKEN_BYTES:
        return full
    sign = code[0] if code[:1] in "+-" else ""
    return f"f:{key}:{version}:{path}:{sign}{checksum(code.removeprefix(sign))}"


def checksum(text: str) -> str:
    """A short stand-in for a long text: `~` and eight hexadecimal digits."""
    return f"~{crc32(text.encode()):08x}"
