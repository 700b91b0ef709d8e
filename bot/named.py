"""What the code names in plain words (a button's route, a form, a kind of notice, an action, a column) is there.

These words are no names of Python, so that neither mypy nor ruff can know them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from domain.errors import ContentError

What = Literal["route", "command", "form", "notice", "action", "phrase", "tick"]
# What a word is called in an error.
CALLED: dict[What, str] = {
    "route": "这个按钮",
    "command": "这个命令",
    "form": "这张表",
    "notice": "这种通知",
    "action": "这个权限",
    "phrase": "这句话",
    "tick": "这个定时任务",
}
# Expressions that a name in a file may stand for.
Assigned = Mapping[str, list[ast.expr]]


class Use(NamedTuple):
    """A word at a line of a file, and what it is to name."""

    what: What
    word: str
    line: int


class Head(NamedTuple):
    """The beginning of a string as it is written; `whole` where nothing follows that is known only at run time."""

    text: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Names:
    """All names that there are, by what they name."""

    known: Mapping[What, frozenset[str]]

    def check(self, sources: Iterable[Path]) -> Iterator[ContentError]:
        """Words in these Python files that name nothing, with file and line."""
        for source in sources:
            for use in uses(ast.parse(source.read_text("utf-8"))):
                if use.word not in self.known[use.what]:
                    yield ContentError(f"{source}:{use.line}", f"没有“{use.word}”{CALLED[use.what]}")


def uses(tree: ast.Module) -> Iterator[Use]:
    """Every word of a file that has to name something. What is put together at run time is not seen."""
    outside = _assigned(tree.body)
    for part in tree.body:
        assigned = outside if isinstance(part, ast.Assign) else {**outside, **_assigned(ast.walk(part))}
        for node in ast.walk(part):
            if isinstance(node, ast.Call):
                yield from _of_call(node, assigned)


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    assigned: dict[str, list[ast.expr]] = {}
    for node in nodes:
        for target, value in _pairs(node):
            if isinstance(target, ast.Name):
                assigned.setdefault(target.id, []).append(value)
    return assigned


def _pairs(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What is assigned to what, one by one where several are at once."""
    if not isinstance(node, ast.Assign):
        return
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=False)
        else:
            yield target, node.value


# What a capability's values name, and the place where they name it.
_FIELDS: dict[str, tuple[What, int]] = {"Entry": ("phrase", 1), "Own": ("phrase", 0), "Step": ("tick", 0)}


def _of_call(call: ast.Call, assigned: Assigned) -> Iterator[Use]:
    match call.func:
        case ast.Name("Button") | ast.Attribute(attr="button"):
            for head in _at(call, 1, assigned):
                yield from _choice(head, call.lineno)
        case ast.Name("tell") | ast.Attribute(attr="tell"):
            yield from _whole("notice", _at(call, 3, assigned), call.lineno)
        case ast.Attribute(value=ast.Name("forms"), attr="start"):
            yield from _whole("form", _at(call, 1, assigned), call.lineno)
        case ast.Attribute(value=ast.Name("access"), attr="may" | "scopes") | ast.Name("may" | "scopes"):
            yield from _whole("action", _at(call, 1, assigned), call.lineno)
        case ast.Attribute(attr="may" | "scopes" | "need"):
            yield from _whole("action", _at(call, 0, assigned), call.lineno)
        case ast.Name("Entry" | "Step" | "Own" as name):
            yield from _of_value(call, name, assigned)
        case ast.Name("Capability"):
            yield from _of_capability(call)
        case _:
            pass


def _of_value(call: ast.Call, name: str, assigned: Assigned) -> Iterator[Use]:
    what, place = _FIELDS[name]
    yield from _whole(what, _at(call, place, assigned), call.lineno)
    for head in _at(call, 1, assigned) if name == "Own" else ():
        yield from _choice(head, call.lineno)


def _of_capability(call: ast.Call) -> Iterator[Use]:
    """Forms that end in it, and the phrases that its kinds of task are shown with."""
    for keyword in call.keywords:
        pairs = zip(keyword.value.keys, keyword.value.values, strict=True) if isinstance(keyword.value, ast.Dict) else ()
        for key, value in pairs:
            if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
                continue
            if keyword.arg == "finished":
                yield Use("form", key.value.partition("/")[0], key.lineno)
            elif keyword.arg == "tasks":
                yield Use("phrase", f"tasks.kind_{key.value}", key.lineno)
                yield from _outcomes(value)


def _outcomes(kind: ast.expr) -> Iterator[Use]:
    for keyword in kind.keywords if isinstance(kind, ast.Call) else ():
        if keyword.arg == "outcomes" and isinstance(keyword.value, ast.Tuple):
            for one in keyword.value.elts:
                if isinstance(one, ast.Constant):
                    yield Use("phrase", f"tasks.outcome_{one.value!s}", one.lineno)


def _choice(head: Head, line: int) -> Iterator[Use]:
    """The first word of a choice, and behind `menu:` the command. A link has no choice."""
    first, colon, rest = head.text.partition(":")
    if first and (colon or head.whole):
        yield Use("route", first, line)
    command, colon, _ = rest.partition(":")
    if first == "menu" and command and (colon or head.whole):
        yield Use("command", command, line)


def _whole(what: What, heads: Iterable[Head], line: int) -> Iterator[Use]:
    for head in heads:
        if head.whole:
            yield Use(what, head.text, line)


def _at(call: ast.Call, place: int, assigned: Assigned) -> Iterator[Head]:
    if len(call.args) > place and not any(isinstance(one, ast.Starred) for one in call.args[: place + 1]):
        yield from heads(call.args[place], assigned)


def heads(node: ast.expr, assigned: Assigned) -> Iterator[Head]:
    """How the strings begin that an expression may be; nothing where that is not written in the file."""
    match node:
        case ast.Constant(str(text)):
            yield Head(text, whole=True)
        case ast.JoinedStr([ast.Constant(str(text)), *rest]):
            yield Head(text, whole=not rest)
        case ast.JoinedStr([ast.FormattedValue(ast.Name() as name), *_]):
            # What stands for its first word may be written above: f"{here}:{page}".
            yield from (Head(f"{head.text}:" if head.whole else head.text, whole=False) for head in heads(name, assigned))
        case ast.IfExp():
            yield from heads(node.body, assigned)
            yield from heads(node.orelse, assigned)
        case ast.Name(name):
            others = {other: values for other, values in assigned.items() if other != name}
            for value in assigned.get(name, []):
                yield from heads(value, others)


# What each module of storage.tables has, by its name: the columns of each table.
Tables = Mapping[str, Mapping[str, Iterable[str]]]
_TABLES = "storage.tables"


def columns(sources: Iterable[Path], tables: Tables) -> Iterator[ContentError]:
    """`visit.c.statsu` in these files: columns that the table of storage.tables does not have."""
    for source in sources:
        tree = ast.parse(source.read_text("utf-8"))
        mine, modules = _imported(tree, tables), _modules(tree)
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(ast.Attribute(ast.Name(name), "c"), column) if name in mine:
                    table, known = name, mine[name]
                case ast.Attribute(ast.Attribute(ast.Attribute(ast.Name(module), table), "c"), column) if module in modules:
                    known = tables.get(module, {}).get(table, ())
                case _:
                    continue
            if column not in known:
                yield ContentError(f"{source}:{node.lineno}", f"{table} 表里没有“{column}”这一列")


def _modules(tree: ast.Module) -> frozenset[str]:
    """Modules of tables that a file calls by their name."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == _TABLES)
    return frozenset(name.name for node in imports for name in node.names)


def _imported(tree: ast.Module, tables: Tables) -> dict[str, Iterable[str]]:
    """The names in a file that are tables, and other names and aliases given to them at its top, with their columns."""
    imported = {
        name.asname or name.name: module[name.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{_TABLES}.")
        for module in [tables.get((node.module or "").removeprefix(f"{_TABLES}."), {})]
        for name in node.names
        if name.name in module
    }
    for node in tree.body:
        for target, value in _pairs(node):
            match target, value:
                case ast.Name(name), (
                    ast.Name(table) | ast.Call(ast.Attribute(ast.Name(table), "alias")) | ast.Call(ast.Name("table"), [ast.Name(table)])
                ) if table in imported:
                    imported[name] = imported[table]
                case _:
                    pass
    return imported
