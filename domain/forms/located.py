"""YAML that remembers on which line each thing stands, so that an error in content/ can be pointed at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import yaml

from domain.errors import ContentError

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What a file can hold.
Node = bool | int | float | str | date | None | list["Node"] | Mapping[str, "Node"]


class Located(dict[str, Node]):
    """A mapping with the line it begins on and the line of each key (counted from 1)."""

    line: int
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)


def read(path: Path) -> Located:
    """The mapping in a file. Raises ContentError with the line where it is not valid YAML or not a mapping."""
    loader = None
    try:
        loader = _LOADER(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        plain = _plain(node, loader, path)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError(f"{path}:{line}", f"不是合格的 YAML：{error.problem}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        raise ContentError(str(path), f"读不了：{error}") from None
    finally:
        if loader is not None:
            loader.dispose()
    if not isinstance(plain, Located):
        raise ContentError(f"{path}:1", "应该是“名字: 内容”的格式")
    return plain


def _plain(node: yaml.Node | None, loader: yaml.SafeLoader, path: Path) -> Node:
    if isinstance(node, yaml.MappingNode):
        located = Located()
        located.line, located.lines = node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            key, line = str(loader.construct_object(key_node)), key_node.start_mark.line + 1
            if key in located:
                raise ContentError(f"{path}:{line}", f"“{key}”写了两次")
            located[key], located.lines[key] = _plain(value_node, loader, path), line
        return located
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one, loader, path) for one in node.value]
    return None if node is None else loader.construct_object(node)
