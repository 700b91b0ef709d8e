"""Forms from content/forms: a file is read whole, and everything that is wrong with it is found before anybody is asked anything."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from domain.errors import ContentError
from domain.forms import checks
from domain.forms.expressions import Expression, compile_expression
from domain.forms.located import Located, Node, read
from domain.forms.schema import SELECTS, TYPES, Choice, Form, Label, Question
from domain.plain import Json

_FORM_KEYS = frozenset({"name", "version", "title", "survey", "choices", "end_when"})
_LABELS = ("label", "short", "hint", "constraint_message", "skip", "unit")
_FLAGS = ("required", "external", "private")
_EXPRESSIONS = ("relevant", "constraint", "calculate", "calculation")
_OTHERS = ("type", "name", "choices", "default", "read", "appearance", "otherwise", "questions", "repeat")
_ROW_KEYS = frozenset((*_LABELS, *_FLAGS, *_EXPRESSIONS, *_OTHERS))
_CHOICE_KEYS = frozenset({"name", "label", "value", "also"})
_PLURAL = {"begin repeat": "repeat", "begin_repeat": "repeat", "begin group": "group", "begin_group": "group"}
_ENDS = {"end repeat": "repeat", "end_repeat": "repeat", "end group": "group", "end_group": "group"}


def load(path: Path, *, shared: Path | None = None) -> Form:
    """Read one form. `shared`: the file of choice lists, content/choices.yaml beside the forms' folder by default. Raises the first ContentError."""
    form, errors = _read(path, shared)
    if errors or form is None:
        raise errors[0]
    return form


def check(path: Path, *, shared: Path | None = None) -> list[ContentError]:
    """Everything that is wrong with one form, in the order of its lines."""
    return list(_read(path, shared)[1])


def _read(path: Path, shared: Path | None) -> tuple[Form | None, Sequence[ContentError]]:
    lists_path = shared or path.parent.parent / "choices.yaml"
    return _found(path, _stamp(path), lists_path, _stamp(lists_path))


def _stamp(path: Path) -> bytes:
    """What tells whether a file is still the one that was read; empty where there is none."""
    try:
        return hashlib.blake2b(path.read_bytes()).digest()
    except OSError:
        return b""


@lru_cache(maxsize=200)
def _found(path: Path, stamp: bytes, lists_path: Path, lists_stamp: bytes) -> tuple[Form | None, Sequence[ContentError]]:
    try:
        data, lists = read(path), _lists(lists_path, lists_stamp)
    except ContentError as error:
        return None, (error,)
    reading = _Reading(str(path))
    form = reading.form(data, lists)
    errors = reading.errors + checks.problems(form, str(path))
    return form, sorted(errors, key=lambda error: int(error.where.rpartition(":")[2]) if error.where[-1].isdigit() else 0)


@lru_cache(maxsize=4)
def _lists(path: Path, stamp: bytes) -> Located:
    """The lists that all forms share: read once, not once a form."""
    return read(path) if stamp else Located()


class _Reading:
    """One file being read, with the errors found so far."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.errors: list[ContentError] = []
        self.lists: dict[str, tuple[Choice, ...]] = {}

    def wrong(self, line: int, why: str) -> None:
        self.errors.append(ContentError(f"{self.source}:{line}", why))

    def form(self, data: Located, shared: Located) -> Form:
        self.unknown(data, _FORM_KEYS)
        version = data.get("version")
        if not isinstance(version, int) or isinstance(version, bool) or not 0 < version < 10_000:
            self.wrong(data.line_of("version") if "version" in data else 1, "version 要写成 1 到 9999 的整数")
            version = 1
        name = data.get("name")
        if not isinstance(name, str) or not checks.NAME.fullmatch(name):
            self.wrong(data.line_of("name") if "name" in data else 1, "name 要用小写英文字母、数字和下划线")
        for lists in (shared, data.get("choices")):
            if not isinstance(lists, Located):
                continue
            for list_name, rows in lists.items():
                line = lists.line_of(list_name) if lists is not shared else 1
                self.lists[list_name] = self.choices(rows, line)
        rows = data.get("survey")
        if not isinstance(rows, list) or not rows:
            self.wrong(data.line_of("survey") if "survey" in data else 1, "survey 里还没有问题")
            rows = []
        questions = tuple(self.questions(self.nested(rows), (), inside=False))
        named = {question.name: question for top in questions for question in (top, *top.questions)}
        return Form(
            name=str(name),
            version=version,
            title=self.label(data, "title"),
            questions=questions,
            end_when=self.expression(data, "end_when"),
            source=self.source,
            named=named,
            looks_ahead=_looks_ahead(questions),
        )

    def unknown(self, row: Located, allowed: frozenset[str]) -> None:
        for key in row:
            if key not in allowed:
                self.wrong(row.line_of(key), f"不认识“{key}”")

    def nested(self, rows: Sequence[Node]) -> list[Located]:
        """Rows between XLSForm's begin and end markers moved into their repeat or group."""
        whole: list[Located] = []
        stack: list[tuple[str, Located, list[Located]]] = []
        for row in rows:
            if not isinstance(row, Located):
                self.wrong(1, "survey 里的每一条都要写成“- type: …”")
                continue
            kind = str(row.get("type", ""))
            here = stack[-1][2] if stack else whole
            if kind in _PLURAL:
                stack.append((_PLURAL[kind], row, []))
            elif kind in _ENDS:
                if not stack or stack[-1][0] != _ENDS[kind]:
                    self.wrong(row.line, f"“{kind}”没有对应的开头")
                    continue
                begun, opener, inner = stack.pop()
                opener["type"], opener["questions"] = begun, [*inner]
                (stack[-1][2] if stack else whole).append(opener)
            else:
                here.append(row)
        for kind, opener, _ in stack:
            self.wrong(opener.line, f"这里的 {kind} 没有结尾")
        return whole

    def questions(self, rows: Sequence[Node], around: tuple[Expression, ...], *, inside: bool) -> list[Question]:
        loaded = []
        for row in rows:
            if not isinstance(row, Located):
                self.wrong(1, "questions 里的每一条都要写成“- type: …”")
            elif row.get("type") == "group":
                relevant = self.expression(row, "relevant")
                inner = row.get("questions")
                loaded += self.questions(
                    inner if isinstance(inner, list) else [], (*around, relevant) if relevant else around, inside=inside
                )
            elif (question := self.question(row, around, inside=inside)) is not None:
                loaded.append(question)
        return loaded

    def question(self, row: Located, around: tuple[Expression, ...], *, inside: bool) -> Question | None:
        self.unknown(row, _ROW_KEYS)
        kind, _, list_name = str(row.get("type", "repeat" if "repeat" in row else "")).partition(" ")
        name = str(row.get("name", row.get("repeat", "")))
        if kind not in TYPES:
            self.wrong(row.line_of("type"), f"不认识的 type“{row.get('type', '')}”")
            return None
        if kind == "repeat" and inside:
            self.wrong(row.line, "repeat 里不能再套 repeat")
            return None
        relevant = self.expression(row, "relevant")
        conditions = (*around, relevant) if relevant else around
        inner = row.get("questions")
        list_name = list_name.strip() or (str(row["choices"]) if isinstance(row.get("choices"), str) else "")
        question = Question(
            type=kind,
            name=name,
            **{key: self.label(row, key) for key in _LABELS},  # type: ignore[arg-type]
            required=self.flag(row, "required"),
            private=self.flag(row, "private"),
            external=self.flag(row, "external"),
            relevant=conditions,
            constraint=self.expression(row, "constraint"),
            calculation=self.expression(row, "calculation") or self.expression(row, "calculate"),
            list_name=list_name,
            default=_recorded(row.get("default")),
            read=str(row.get("read", "")),
            appearance=str(row.get("appearance", "")),
            otherwise=str(row.get("otherwise", "")),
            questions=tuple(self.questions(inner if isinstance(inner, list) else [], (), inside=True)) if kind == "repeat" else (),
            line=row.line,
        )
        return replace(question, choices=self.list_of(row, question))

    def list_of(self, row: Located, question: Question) -> tuple[Choice, ...]:
        if isinstance(row.get("choices"), (list, Located)):
            return self.choices(row["choices"], row.line_of("choices"))
        if question.external or (not question.list_name and question.type not in SELECTS):
            return ()
        if question.list_name not in self.lists:
            self.wrong(row.line_of("type"), f"没有选项表“{question.list_name}”")
        return self.lists.get(question.list_name, ())

    def choices(self, rows: Node, line: int) -> tuple[Choice, ...]:
        """A list of choices: `code: label` pairs, or rows with name, label and value."""
        if isinstance(rows, Located):
            return tuple(Choice(code, self.words(label, rows.line_of(code))) for code, label in rows.items())
        if not isinstance(rows, list):
            self.wrong(line, "选项要写成“代码: 文字”")
            return ()
        loaded = []
        for row in rows:
            if not isinstance(row, Located) or "name" not in row:
                self.wrong(getattr(row, "line", line), "每个选项都要有 name 和 label")
                continue
            self.unknown(row, _CHOICE_KEYS)
            value, also = row.get("value"), row.get("also") or ()
            if value is not None and not isinstance(value, (str, int, float)):
                self.wrong(row.line_of("value"), "value 要写文字或数字")
                value = None
            words = also if isinstance(also, (list, str)) else ()
            loaded.append(Choice(str(row["name"]), self.label(row, "label"), value, tuple(map(str, words))))
        return tuple(loaded)

    def label(self, row: Located, key: str) -> Label:
        return self.words(row.get(key, ""), row.line_of(key))

    def words(self, value: Node, line: int) -> Label:
        if isinstance(value, Mapping):
            if not value or not all(isinstance(text, str) and text for text in value.values()):
                self.wrong(line, "每种语言都要有文字")
            return {str(language): str(text) for language, text in value.items()}
        if isinstance(value, (list, bool)) or value is None:
            self.wrong(line, "这里要写一句话")
            return ""
        return str(value).strip()

    def flag(self, row: Located, key: str) -> bool:
        value = row.get(key, False)
        if not isinstance(value, bool):
            self.wrong(row.line_of(key), f"{key} 要写 true 或 false")
        return value is True

    def expression(self, row: Located, key: str) -> Expression | None:
        if key not in row:
            return None
        try:
            return compile_expression(str(row[key]))
        except ValueError as error:
            self.wrong(row.line_of(key), str(error))
            return None


def _recorded(value: Node) -> Json:
    """A default as it is recorded; YAML takes 2026-01-01 for a date."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_recorded(one) for one in value]
    return None if isinstance(value, Mapping) else value


def _looks_ahead(questions: tuple[Question, ...]) -> bool:
    """Whether an expression reads a question that comes after its own."""
    seen: set[str] = set()
    for top in questions:
        for question in (top, *top.questions):
            if any(name not in seen and name != question.name for one in question.expressions() for name in one.names):
                return True
            seen.add(question.name)
    return False
