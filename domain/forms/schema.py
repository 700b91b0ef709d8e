"""A form as data, with XLSForm's names: https://docs.getodk.org/xlsform/. Loaded once, shared by all conversations, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.forms.expressions import Expression
from domain.plain import Json, JsonObject

Label = str | Mapping[str, str]
Lists = Mapping[str, "tuple[Choice, ...]"]
# What a form was answered, by the names of its questions (in a conversation by their paths), each as `domain.forms.values.fit` records it.
Answers = JsonObject


def texts(label: Label) -> list[str]:
    """The label in every language."""
    return [label] if isinstance(label, str) else list(label.values())


SELECTS = ("select_one", "select_multiple")
# Several taps, then 好了.
TOGGLED = ("select_multiple", "windows")
TYPES = (*SELECTS, "text", "integer", "decimal", "date", "month", "note", "calculate", "windows", "place", "phone", "repeat")
# What domain.reading finds in words, by its codebook's keys.
SLOTS = ("sectors", "modes", "skills", "learn", "windows", "pay", "distance_m", "age", "children", "phone", "topics", "dispute")
# A repeat of one such question is walked on one screen.
LISTED = ("select_one", "text", "integer", "decimal", "date", "month", "phone")


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list. `value` is what is recorded instead of `name`, where a tap stands for a number or for time windows."""

    name: str
    label: Label
    value: str | float | None = None
    # Other words by which people name it.
    also: tuple[str, ...] = ()

    @property
    def recorded(self) -> str | float:
        return self.name if self.value is None else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One row of XLSForm's survey sheet. `relevant` holds its own condition and those of the groups and repeats around it.

    Beyond XLSForm: `read` (slot of domain.reading), `short` (its name in the summary), `skip` (label of the button 跳过), `unit`
    (said after a number), `private` (never shown or asked on a channel that carries nothing private), `otherwise` (the question that takes
    her words where they name a place that is none of the choices).
    """

    type: str
    name: str
    label: Label = ""
    hint: Label = ""
    required: bool = False
    relevant: tuple[Expression, ...] = ()
    constraint: Expression | None = None
    constraint_message: Label = ""
    calculation: Expression | None = None
    choices: tuple[Choice, ...] = ()
    list_name: str = ""
    external: bool = False
    default: Json = None
    read: str = ""
    appearance: str = ""
    otherwise: str = ""
    short: Label = ""
    skip: Label = ""
    unit: Label = ""
    private: bool = False
    questions: tuple[Question, ...] = ()
    line: int = 0
    # A repeat that is walked on one screen, whose answer is a list.
    listed: bool = field(init=False, default=False)
    # Whether it has a screen of its own in the walk.
    asked: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "listed", len(self.questions) == 1 and self.questions[0].type in LISTED)
        object.__setattr__(self, "asked", self.type not in ("note", "calculate") and self.appearance != "summary")

    def options(self, lists: Lists) -> tuple[Choice, ...]:
        """Its choices, also those that are known only at run time."""
        return lists.get(self.list_name, ()) if self.external else self.choices

    def expressions(self) -> Iterator[Expression]:
        yield from self.relevant
        yield from (one for one in (self.constraint, self.calculation) if one is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A whole form. `end_when` ends it early, as soon as all that it reads is answered and it holds. `named` finds any question by name."""

    name: str
    version: int
    title: Label
    questions: tuple[Question, ...]
    end_when: Expression | None = None
    source: str = ""
    named: Mapping[str, Question] = field(default_factory=dict)
    # Whether an expression reads a later question, so that one pass in order is not enough.
    looks_ahead: bool = False

    def at(self, path: str) -> Question | None:
        """The question at a path of a conversation: `skills`, `child/0/birth`, `children/2`, `child/+`."""
        head, _, rest = path.partition("/")
        _, _, inner = rest.partition("/")
        question = self.named.get(inner or head)
        outer = self.named.get(head)
        return None if question is None or (inner and (outer is None or question not in outer.questions)) else question
