"""What a capability shows of itself: plain values that dispatch, menus, ticks, access, export, erasure and `check` read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeVar

from sqlalchemy import Connection, Select

from domain.access import TABLE, Scope
from domain.codebook import Slots
from domain.messages import Button, Outbound
from domain.notices import COMMON
from domain.notices import Kind as NoticeKind
from handlers.content import Content, Finished
from handlers.scene import Scene
from handlers.turn import Turn
from storage.notices import Due
from storage.staff.tasks import Task

Handler = Callable[[Turn, str], list[Outbound]]
# (turn, her words, the slots that were read) → what to say.
Heard = Callable[[Turn, str, Slots], list[Outbound]]
# What is done once it is clear that her words are about it.
Deed = Callable[[], list[Outbound]]


@dataclass(frozen=True, slots=True)
class Route:
    """What a command or the first word of a button's choice leads to; the handler gets the rest of the choice.

    `needs` is the action of domain.access without which it answers that a role is missing; None where it is everybody's own affair.
    `spoken` is False where the words behind a command are a page's data and not what a person says; `beside` is True for a command
    that leaves the form she is in where it is, which she is told. `outside` is True for words that mean something to a form as well,
    and in one are its own. What is written behind a command is its words, a `code` in plain letters, or nothing to it: anything else
    that stands there is what she wants. `of` is what a number behind it is of, where it is on record that somebody without the role tried.
    """

    act: Handler
    needs: str | None = None
    of: str = ""
    spoken: bool = True
    beside: bool = False
    outside: bool = False
    takes: Literal["words", "code", "nothing"] = "words"


@dataclass(frozen=True, slots=True)
class Entry:
    """A button of the staff's menu: the action it needs, its phrase, and the route it opens; `rank` orders them, used most first.

    `shown` says whether it has anything to show; the role alone decides where it is None.
    """

    needs: str
    phrase: str
    route: str
    rank: int
    shown: Callable[[Turn], bool] | None = None


class Count(NamedTuple):
    """How much waits, and how much of it is late."""

    all: int
    late: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for staff, as the menu of the chat and the first page of the desk count it: where it is dealt with in either.

    `count` gets the scopes in which she may do `needs`.
    """

    needs: str
    phrase: str
    route: str
    page: str
    rank: int
    count: Callable[[Scene, list[Scope]], Count]


@dataclass(frozen=True, slots=True)
class Own:
    """A button of everybody's own menu: its phrase and what it opens."""

    phrase: str
    choice: str


@dataclass(frozen=True, slots=True)
class Matter:
    """How one matter of hers stands, in a line, and the button that opens it."""

    said: str
    open: Button | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A look that may take long: run in a thread, on a connection that only reads; `behind`: of the replica, where there is one."""

    look: Callable[[Connection], Any]
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """A change in a transaction of its own, which other processes' ticks of the same name wait for."""

    change: Callable[[Connection], Any]


# Work in several looks and changes; it is sent what each of them returned. After a crash it begins again.
Work = Generator[Read | Write, Any, None]


@dataclass(frozen=True, slots=True)
class Step:
    """What a tick does: `run` in transactions of its own until it returns 0, or `work` that looks first and then changes."""

    tick: str
    run: Callable[[Connection, Content, datetime], int] | None = None
    work: Callable[[Content, Callable[[], datetime]], Work] | None = None


# (scene, the task, how it ended): what else follows from that.
TaskClosed = Callable[[Scene, Task, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskKind:
    """The rules of one kind of task; its title is the phrase tasks.kind_…, an outcome's button tasks.outcome_….

    `roles` have it on their list, each in its own scope; `ends` is the rule of storage.staff.tasks.ENDS by which it ends by itself;
    `private` is only for channels that carry private matters; `look` is the route that shows what it is about, before anybody answers.
    """

    roles: frozenset[str]
    outcomes: tuple[str, ...]
    ends: str = ""
    private: bool = False
    look: str = ""
    closed: TaskClosed | None = None


# What is stored of a person in one table, as the statement that finds it, by her id.
Sheet = Callable[[int], Select[Any]]

# (transaction, content, one person's due rows of the kind, now): decides on each and sends what is to be sent.
Digest = Callable[[Connection, Content, list[Due], datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One thing that the bot does for people. Every name is unique over all capabilities; `merge` refuses doubles."""

    name: str
    # Words and slash commands that always work, by the names that content/commands gives words to.
    commands: Mapping[str, Route] = field(default_factory=dict)
    # By the first word of a button's choice.
    routes: Mapping[str, Route] = field(default_factory=dict)
    # Buttons of the staff's menu.
    menu: tuple[Entry, ...] = ()
    # Buttons of everybody's own menu.
    own: tuple[Own, ...] = ()
    # 我的事: how her matters stand, the newest first.
    matters: tuple[Callable[[Turn], list[Matter]], ...] = ()
    # What waits for staff, counted.
    waiting: tuple[Waiting, ...] = ()
    # What happens with the answers of a finished form, by its name.
    finished: Mapping[str, Finished] = field(default_factory=dict)
    # Forms that a mother fills in about herself: only there can a sentence be about something else. What staff write is their text.
    own_forms: frozenset[str] = frozenset()
    # What she means, by the codes of domain.reading.
    intents: Mapping[str, Heard] = field(default_factory=dict)
    # Steps of the ticks, in their order.
    clock: tuple[Step, ...] = ()
    tasks: Mapping[str, TaskKind] = field(default_factory=dict)
    notices: Mapping[str, NoticeKind] = field(default_factory=dict)
    # The handlers that /start's code may be for, tried in this order; None where it is not theirs.
    codes: tuple[Callable[[Turn, str], list[Outbound] | None], ...] = ()
    # Heard first, in a form or outside, once no command and no button was meant: None where it is something else (whoever is in danger
    # writes to who answers her, and not to a form). Two claims are tried in the order of the capabilities.
    claims: tuple[Callable[[Turn, str], list[Outbound] | None], ...] = ()
    # Tried on every text outside a form before it is read: None where it is something else (six digits while a class signs in).
    typed: tuple[Callable[[Turn, str], list[Outbound] | None], ...] = ()
    # What her words are about of what is hers, or was shown to her just now (第一个在哪, 明天去不了): the deed, not done yet; None where it
    # is something else. Tried outside a form before her words are read, and in a form where they do not answer it.
    about: tuple[Callable[[Turn, str], Deed | None], ...] = ()
    # Tried on every picture that somebody sends: None where it is something else.
    pictures: tuple[Callable[[Turn, bytes], list[Outbound] | None], ...] = ()
    # Forms in which staff write about somebody else: words of danger in them are answers, and this is done with them at once besides.
    about_others: Mapping[str, Callable[[Turn, list[str]], None]] = field(default_factory=dict)
    # What else follows when somebody says that she is in danger.
    alarmed: tuple[Callable[[Turn, list[str]], None], ...] = ()
    # Notices of one kind that are due for one person together, in one message, by kind.
    digests: Mapping[str, Digest] = field(default_factory=dict)
    # What her own file shows, a sheet each, by the phrase that it is called by; columns are data.column.…, or the same section's column.….
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    # What waited for a word of hers, on a channel that lets nothing through before, is put into the outbox with it.
    brought: tuple[Callable[[Turn], None], ...] = ()
    # Before her data are erased: give back places, tell who has them.
    erasing: tuple[Callable[[Scene], None], ...] = ()


Value = TypeVar("Value")


class Doubled(Exception):  # noqa: N818 - told to the programmer at the start
    """Two capabilities claim the same name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """All capabilities together, by name."""

    commands: Mapping[str, Route]
    routes: Mapping[str, Route]
    menu: tuple[Entry, ...]
    own: tuple[Own, ...]
    matters: tuple[Callable[[Turn], list[Matter]], ...]
    waiting: tuple[Waiting, ...]
    finished: Mapping[str, Finished]
    own_forms: frozenset[str]
    intents: Mapping[str, Heard]
    clock: tuple[Step, ...]
    tasks: Mapping[str, TaskKind]
    notices: Mapping[str, NoticeKind]
    codes: tuple[Callable[[Turn, str], list[Outbound] | None], ...]
    sheets: Mapping[str, Sheet]
    erasing: tuple[Callable[[Scene], None], ...]
    claims: tuple[Callable[[Turn, str], list[Outbound] | None], ...]
    brought: tuple[Callable[[Turn], None], ...]
    typed: tuple[Callable[[Turn, str], list[Outbound] | None], ...]
    about: tuple[Callable[[Turn, str], Deed | None], ...]
    pictures: tuple[Callable[[Turn, bytes], list[Outbound] | None], ...]
    about_others: Mapping[str, Callable[[Turn, list[str]], None]]
    alarmed: tuple[Callable[[Turn, list[str]], None], ...]
    digests: Mapping[str, Digest]


def merge(capabilities: Iterable[Capability]) -> Capabilities:
    """One value of all. Raises Doubled for a name that two claim, KeyError for an action that is not in domain.access."""
    every = tuple(capabilities)
    _once("capability", [(one.name, one) for one in every])
    merged = Capabilities(
        commands=_once("command", [pair for one in every for pair in one.commands.items()]),
        routes=_once("route", [pair for one in every for pair in one.routes.items()]),
        menu=tuple(sorted((entry for one in every for entry in one.menu), key=lambda entry: entry.rank)),
        own=tuple(button for one in every for button in one.own),
        matters=tuple(matter for one in every for matter in one.matters),
        waiting=tuple(sorted((row for one in every for row in one.waiting), key=lambda row: row.rank)),
        finished=_once("form", [pair for one in every for pair in one.finished.items()]),
        own_forms=frozenset().union(*(one.own_forms for one in every)),
        intents=_once("intent", [pair for one in every for pair in one.intents.items()]),
        clock=tuple(step for one in every for step in one.clock),
        tasks=_once("task", [pair for one in every for pair in one.tasks.items()]),
        notices=_once("notice", [*COMMON.items(), *(pair for one in every for pair in one.notices.items())]),
        codes=tuple(code for one in every for code in one.codes),
        sheets=_once("sheet", [pair for one in every for pair in one.sheets.items()]),
        erasing=tuple(erase for one in every for erase in one.erasing),
        claims=tuple(claim for one in every for claim in one.claims),
        brought=tuple(bring for one in every for bring in one.brought),
        typed=tuple(typed for one in every for typed in one.typed),
        about=tuple(about for one in every for about in one.about),
        pictures=tuple(picture for one in every for picture in one.pictures),
        about_others=_once("form about others", [pair for one in every for pair in one.about_others.items()]),
        alarmed=tuple(alarmed for one in every for alarmed in one.alarmed),
        digests=_once("digest", [pair for one in every for pair in one.digests.items()]),
    )
    for needed in [route.needs for route in (*merged.commands.values(), *merged.routes.values()) if route.needs is not None]:
        TABLE[needed]
    for entry in merged.menu:
        merged.routes[entry.route], TABLE[entry.needs]
    for kind in merged.tasks.values():
        kind.look == "" or merged.routes[kind.look]
    for row in merged.waiting:
        merged.routes[row.route.partition(":")[0]], TABLE[row.needs]
    return merged


def _once(what: str, pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    merged: dict[str, Value] = {}
    for name, value in pairs:
        if name in merged:
            raise Doubled(f"{what} {name}")
        merged[name] = value
    return merged
