"""Where a conversation stands: which questions apply, what is answered, and which is the first open one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from domain.forms.conversation import SUMMARY, Around, Asking, Conversation, Status
from domain.forms.schema import Answers, Choice, Form, Question
from domain.forms.values import fit
from domain.plain import Json

_FIELDS = tuple(one.name for one in fields(Conversation))
_COPIED = tuple(name for name in _FIELDS if name in ("answers", "waiting", "origin", "counts", "pending"))


class Walk:
    """A conversation while one step changes it; `frozen()` gives the next conversation. The one it began with is never touched."""

    form: Form
    around: Around
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

    def __init__(self, form: Form, conversation: Conversation, around: Around) -> None:
        for name in _FIELDS:
            setattr(self, name, getattr(conversation, name))
        for name in _COPIED:
            setattr(self, name, dict(getattr(conversation, name)))
        self.form, self.around = form, around
        self._order: list[tuple[str, Question]] | None = None
        self._first_open = SUMMARY
        self._ends_early = False

    @property
    def order(self) -> list[tuple[str, Question]]:
        """The places that apply, in form order; worked out when first needed, for most steps change something before they look."""
        if self._order is None:
            self.settle()
        return self._order or []

    @property
    def first_open(self) -> str:
        """The first place that still has to be asked, or SUMMARY."""
        return self._first_open if self._order is not None or self.order else SUMMARY

    @property
    def ends_early(self) -> bool:
        """Whether `end_when` holds."""
        return self._ends_early if self._order is not None or self.order else False

    def frozen(self) -> Conversation:
        values = {name: getattr(self, name) for name in _FIELDS}
        values["form"] = self.form.name
        return Conversation(**values)

    def changed(self) -> None:
        """Something that other questions may depend on has changed."""
        self._order = None

    def go(self, path: str) -> None:
        """Stand at a question (or SUMMARY) with a fresh screen."""
        self.at, self.page, self.search, self.year, self.toggles = path, 0, "", "", None
        self.asking, self.pending = "", {}

    def options(self, question: Question) -> tuple[Choice, ...]:
        inner = question.questions[0] if question.listed else question
        return inner.options(self.around.lists)

    def valid(self, path: str, question: Question, value: Json) -> bool:
        """Whether the question's constraint holds for a value; for every entry of a list."""
        inner = question.questions[0] if question.listed else question
        parts = [(inner, one) for one in value] if question.listed and isinstance(value, list) else [(inner, value)]
        if question.listed:
            parts.append((question, value))
        scope = self.scope(path)
        return all(one.constraint is None or one.constraint.holds(scope, answer=part, now=self.around.now) for one, part in parts)

    def accepts(self, path: str, question: Question, value: Json) -> Json:
        """The value as it would be recorded, None where it is not a valid answer."""
        fitted = fit(question, value, self.options(question))
        return fitted if fitted is not None and self.valid(path, question, fitted) else None

    def scope(self, path: str) -> Answers:
        """What expressions see from a path: inside a repeat its own answers by their plain name, outside those of all its instances."""
        if not self.counts:
            return self.answers
        seen: dict[str, Json] = dict(self.answers)
        for key, value in self.answers.items():
            if key.count("/") == 2 and value is not None:
                name = key.rpartition("/")[2]
                seen[name] = f"{seen[name]} {value}" if name in seen else value
        for repeat, count in self.counts.items():
            seen[repeat] = " ".join(map(str, range(count)))
        if path.count("/") == 2:
            prefix = path.rpartition("/")[0] + "/"
            seen |= {
                question.name: self.answers.get(prefix + question.name) for question in self.form.named[path.partition("/")[0]].questions
            }
        return seen

    def settle(self) -> None:
        """Drop what no longer applies, take what waits, compute, and find what is open; once more where an expression looks ahead."""
        for _ in range(len(self.form.named) if self.form.looks_ahead else 1):
            before = dict(self.answers) if self.form.looks_ahead else self.answers
            self._pass()
            if before == self.answers:
                break
        end = self.form.end_when
        answered = end is not None and all(name in self.answers for name in end.names)
        self._ends_early = end is not None and answered and end.holds(self.answers, now=self.around.now)

    def _pass(self) -> None:
        self._order, self._first_open = [], SUMMARY
        shows_private = self.around.carries_private
        for question in self.form.questions:
            if question.private and not shows_private:
                continue
            if (question.relevant or question.external) and not self._applies(question.name, question):
                self._drop(question.name)
            elif question.type == "repeat" and not question.listed:
                for path, inner in self._instances(question):
                    self._visit(self._order, path, inner)
            else:
                self._visit(self._order, question.name, question)

    def _applies(self, path: str, question: Question) -> bool:
        if question.external and not question.options(self.around.lists):
            return False  # nothing to choose from, so nobody could ever go on
        if question.relevant:
            scope, now = self.scope(path), self.around.now
            for expression in question.relevant:
                if not expression.holds(scope, now=now):
                    return False
        return True

    def _drop(self, name: str) -> None:
        if name not in self.answers and name not in self.counts and name not in self.closed:
            return
        for path in [path for path in self.answers if path == name or path.startswith(name + "/")]:
            del self.answers[path]
            self.origin.pop(path, None)
        self.counts.pop(name, None)
        if name in self.closed:
            self.closed = [one for one in self.closed if one != name]

    def _instances(self, repeat: Question) -> Iterator[tuple[str, Question]]:
        count = self.counts.get(repeat.name, 0)
        if count == 0 and repeat.required:
            count = self.counts[repeat.name] = 1
        for index in range(count):
            for inner in repeat.questions:
                path = f"{repeat.name}/{index}/{inner.name}"
                if self._applies(path, inner):
                    yield path, inner
                else:
                    self.answers.pop(path, None)
        yield f"{repeat.name}/+", repeat

    def _visit(self, order: list[tuple[str, Question]], path: str, question: Question) -> None:
        if question.type == "note":
            return
        if question.type == "calculate":
            if question.calculation is not None:
                self.answers[path] = question.calculation.value(self.scope(path), now=self.around.now)
            return
        if path in self.waiting:
            self._take(path, question)
        order.append((path, question))
        if question.asked and self._first_open == SUMMARY and not self.answered(path, question):
            self._first_open = path

    def _take(self, path: str, question: Question) -> None:
        """Answer from what waits: what is known or was heard before its turn."""
        if self.answers.get(path) is None:
            known = self.waiting.pop(path)
            skipped = known in (None, []) and not question.required
            value = known if skipped else self.accepts(path, question, known)
            if skipped or value is not None:
                self.answers[path] = value
            else:
                self.origin.pop(path, None)

    def answered(self, path: str, question: Question) -> bool:
        """Whether nothing is left to ask at a path."""
        if path.endswith("/+"):
            return question.name in self.closed
        if path not in self.answers:
            return False
        value = self.answers[path]
        if value is None or value == []:
            return not question.required
        constraint = question.constraint
        return constraint is None or not constraint.names or self.valid(path, question, value)

    def applies_now(self, path: str) -> Question | None:
        """The question at a path if it can be answered now; a new entry of a list counts as its list."""
        question = self.form.at(path)
        if question is None or question.type in ("note", "calculate"):
            return None
        name, _, rest = path.partition("/")
        top = self.form.named[name]
        if (top.private and not self.around.carries_private) or not self._applies(name, top):
            return None
        if top is question:
            return question if rest == "" or top.listed or rest == "+" else None
        index = rest.partition("/")[0]
        exists = index.isascii() and index.isdigit() and len(index) < 4 and int(index) < self.counts.get(name, 0)
        return question if exists and self._applies(path, question) else None

    def before(self, path: str) -> str:
        """The place she came by before this one; an empty text at the first. What was known from elsewhere was never a place."""
        last = reached = ""
        for one, question in self.order:
            if question.asked and self.origin.get(one) != "known":
                if one == path:
                    return last
                last = one
                reached = one if one in self.answers or one.endswith("/+") else reached
        return reached if path == SUMMARY else SUMMARY

    def result(self) -> dict[str, Json]:
        """What was answered, for `Done`: repeats nested, nothing that was skipped."""
        names = self.form.end_when.names if self.ends_early and self.form.end_when else None
        result: dict[str, Json] = {}
        for question in self.form.questions:
            if names is not None and question.name not in names:
                continue
            if question.type == "repeat" and not question.listed:
                result[question.name] = [self._instance(question, index) for index in range(self.counts.get(question.name, 0))]
            elif self.answers.get(question.name) is not None:
                result[question.name] = self.answers[question.name]
        return result

    def _instance(self, repeat: Question, index: int) -> dict[str, Json]:
        paths = {question.name: f"{repeat.name}/{index}/{question.name}" for question in repeat.questions}
        return {name: self.answers[path] for name, path in paths.items() if self.answers.get(path) is not None}


def base(path: str, question: Question) -> str:
    """Where an answer is kept: all entries of a list under the list's name."""
    return question.name if question.listed else path
