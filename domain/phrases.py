"""All that the bot says, by key, from content/phrases (one file a section); a missing key or placeholder is found by `check`, before anybody is spoken to."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from domain.errors import ContentError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Functions whose first argument is a key and whose keywords are the values.
_SPEAKERS = {"say", "words", "button", "Refused"}


@dataclass(frozen=True, slots=True)
class Phrases:
    """Keys are the section and the name, joined with a point (`form.at_first`)."""

    texts: Mapping[str, str]
    source: str = ""

    def say(self, key: str, /, **values: object) -> str:
        """The phrase with its values. Raises ContentError where there is no such phrase or a value is missing."""
        text = self.texts.get(key)
        if text is None:
            raise ContentError(self.source, f"没有“{key}”这句话")
        try:
            return text.format_map(values) if "{" in text or "}" in text else text
        except (KeyError, ValueError, IndexError, AttributeError) as error:
            raise ContentError(self.source, f"“{key}”里的空缺没有内容：{error}") from None


def load(folder: Path) -> Phrases:
    """Read a folder, one file a section. Raises ContentError where a file is not a mapping of names to phrases."""
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise ContentError(f"{path}:{line}", f"不是合格的 YAML：{error.problem}") from None
        texts.update(_flat(data, path.stem, str(path)))
    return Phrases(texts, str(folder))


def _flat(data: object, prefix: str, source: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _flat(value, f"{prefix}.{key}" if prefix else str(key), source)
    elif isinstance(data, str):
        yield prefix, data
    else:
        raise ContentError(source, f"“{prefix}”应该是一句话")


def check(path: Path, sources: Iterable[Path]) -> list[ContentError]:
    """All that is wrong with the phrases as the Python files `sources` use them: missing phrases, values that a phrase wants and nobody gives."""
    try:
        phrases = load(path)
    except ContentError as error:
        return [error]
    errors = [error for key, text in phrases.texts.items() for error in _malformed(key, text, path)]
    if errors:
        return errors
    for source in sources:
        for key, given, line in _uses(source):
            where = f"{source}:{line}"
            if key not in phrases.texts:
                errors.append(ContentError(where, f"{path.name} 里没有“{key}”这句话"))
            elif given is not None and (missing := _placeholders(phrases.texts[key]) - given):
                errors.append(ContentError(where, f"“{key}”要用的 {'、'.join(sorted(missing))} 没有给"))
    return errors


def _malformed(key: str, text: str, path: Path) -> Iterator[ContentError]:
    try:
        if any(not name.isidentifier() for name in _placeholders(text)):
            yield ContentError(str(path), f"“{key}”里的空缺要写成 {{名字}}")
    except ValueError as error:
        yield ContentError(str(path), f"“{key}”里的括号不成对：{error}")


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _uses(source: Path) -> Iterator[tuple[str, set[str] | None, int]]:
    """Keys that are written out in calls of the speakers, with the values given (None where they are passed on as a whole)."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name not in _SPEAKERS:
            continue
        given = None if any(one.arg is None for one in node.keywords) else {one.arg or "" for one in node.keywords}
        for key in _literals(node.args[0]):
            yield key, given, node.lineno


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
        if not node.value.endswith("."):
            yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
