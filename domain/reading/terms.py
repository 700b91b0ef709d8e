"""The lexicon files as staff write them: terms with alternatives and sets, typing errors, same-sounding characters."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "content" / "lexicon"
BLOCK = "-"  # a term under this code hides shorter terms of its kind and means nothing itself
MAX_FORMS = 600
GAP = "…"
GAP_LENGTH = 4  # characters that one … may span
CHOICE = re.compile(r"\(([^()]*)\)|\{([^{}]*)\}")
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SHARED = ("sets.yaml", "typos.yaml", "homophones.yaml", "dialect.yaml")


@dataclass(frozen=True, slots=True)
class Shared:
    """What all lexicon files use: named sets of words, typing errors of words, characters that sound alike."""

    sets: dict[str, str]
    typos: dict[str, list[str]]
    sounds: dict[int, str]


def load_yaml(path: Path) -> Any:
    """The file's content; an absent file is empty."""
    return yaml.load(path.read_bytes(), Loader=LOADER) or {} if path.exists() else {}  # noqa: S506 - a safe loader


def load_shared(folder: Path) -> Shared:
    """The sets, typing errors and homophones of a folder."""
    sets = {name: "|".join(str(words).split()) for name, words in load_yaml(folder / "sets.yaml").items()}
    typos = {word: str(wrong).split() for word, wrong in load_yaml(folder / "typos.yaml").items()}
    groups = load_yaml(folder / "homophones.yaml")
    sounds = {ord(char): str(group)[0] for group in groups.values() for char in str(group)}
    return Shared(sets, typos, sounds)


def lexicon_files(folder: Path) -> list[Path]:
    """The files of terms, in a fixed order."""
    return [path for path in sorted(folder.glob("*.yaml")) if path.name not in _SHARED]


def split_terms(value: object) -> list[str]:
    """Terms are written as a list, as one string with blanks between, or both."""
    items = value if isinstance(value, list) else [value]
    return [term for item in items for term in str(item).split()]


def forms(term: str, shared: Shared) -> Iterator[str]:
    """What a term stands for: `(a|b|)` are alternatives, `{name}` is one word of a set. Raises KeyError for an unknown set."""
    if "(" not in term and "{" not in term:
        yield term.lower()
        return
    parts: list[list[str]] = []
    at = 0
    for match in CHOICE.finditer(term):
        parts.append([term[at : match.start()]])
        choice = match[1] if match[1] is not None else shared.sets[match[2]]
        parts.append(choice.split("|"))
        at = match.end()
    parts.append([term[at:]])
    for words in itertools.product(*parts):
        yield "".join(words).lower()


def with_typos(word: str, shared: Shared) -> Iterator[str]:
    """The word and its known typing errors, one at a time."""
    yield word
    for right, wrongs in shared.typos.items():
        if right in word:
            for wrong in wrongs:
                yield word.replace(right, wrong)


def expand(term: str, shared: Shared) -> list[str]:
    """The forms of a term, at most `MAX_FORMS`, so that one careless term cannot stop the start."""
    return list(itertools.islice(forms(term, shared), MAX_FORMS))


def entries(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Kind, code and term of every line of the lexicon."""
    for path in lexicon_files(folder):
        content = load_yaml(path)
        for code, value in content["terms"].items():
            for term in split_terms(value):
                yield content["kind"], code, term
