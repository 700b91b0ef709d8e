"""Tells staff what is wrong in the lexicon files, with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from domain.errors import ContentError
from domain.normal import normalise
from domain.reading.terms import (
    BLOCK,
    CHOICE,
    FOLDER,
    GAP,
    LOADER,
    MAX_FORMS,
    Shared,
    expand,
    lexicon_files,
    load_shared,
    load_yaml,
    with_typos,
)


def check(folder: Path = FOLDER, choices: Path = FOLDER.parent / "choices.yaml") -> list[ContentError]:
    """What is wrong in the lexicon files, with file:line: unknown code or set, duplicate, a typing error that hides another term."""
    try:
        shared = load_shared(folder)
        tables = {name: set(codes) for name, codes in load_yaml(choices).items()}
    except (yaml.YAMLError, AttributeError) as error:
        return [ContentError(str(folder), f"看不懂：{error}")]
    wrong: list[ContentError] = []
    homes: dict[tuple[str, str], tuple[str, str]] = {}
    for path in lexicon_files(folder):
        try:
            wrong.extend(_check_file(path, shared, tables, homes))
        except yaml.YAMLError as error:
            wrong.append(ContentError(str(path), f"YAML 格式不对：{error}"))
    for (kind, word), (code, where) in homes.items():
        for written in with_typos(word, shared):
            other = homes.get((kind, written))
            if other and written != word and other[0] != code:
                wrong.append(ContentError(where, f"“{word}”的错写“{written}”盖住了 {other[1]} 的词"))
    return wrong


def _check_file(
    path: Path, shared: Shared, tables: dict[str, set[str]], homes: dict[tuple[str, str], tuple[str, str]]
) -> Iterator[ContentError]:
    content = load_yaml(path)
    if not isinstance(content, dict) or not {"kind", "codes", "terms"} <= content.keys() or not isinstance(content["terms"], dict):
        yield ContentError(f"{path}:1", "要有 kind、codes、terms 三项")
        return
    codes = content["codes"]
    allowed = {*(tables.get(codes, ()) if isinstance(codes, str) else codes), BLOCK}
    for code, line, term in _located(path):
        where = f"{path}:{line}"
        if code not in allowed:
            yield ContentError(where, f"没有这个代码：{code}")
        for problem in _check_term(term, shared):
            yield ContentError(where, problem)
            break
        else:
            for word in [term] if GAP in term else expand(term, shared):
                first = homes.setdefault((content["kind"], word), (code, where))
                # A cue may mean two things; a word of a choice list may not.
                same = isinstance(codes, str) or code == first[0] or BLOCK in (code, first[0])
                if first != (code, where) and same:
                    yield ContentError(where, f"“{word}”重复，已在 {first[1]}（{first[0]}）")


def _check_term(term: str, shared: Shared) -> Iterator[str]:
    unknown = [name for _, name in CHOICE.findall(term) if name and name not in shared.sets]
    if unknown:
        yield f"sets.yaml 里没有“{unknown[0]}”"
        return
    pieces = [piece for piece in re.split(f"{GAP}+", term, maxsplit=1) if len(expand(piece, shared)) >= MAX_FORMS]
    if pieces:
        yield f"“{pieces[0]}”展开有 {MAX_FORMS} 种以上"
    for word in [word for piece in re.split(f"{GAP}+", term, maxsplit=1) for word in expand(piece, shared)]:
        if not word or normalise(word).text != word or set(word) & set("(){}|"):
            yield f"“{word}”要写成简体、半角、小写，括号要成对"


def _located(path: Path) -> Iterator[tuple[str, int, str]]:
    """Code, line and text of each term of a file."""
    root: Any = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
    terms = next(value for key, value in root.value if key.value == "terms")
    for key, value in terms.value:
        for item in value.value if isinstance(value.value, list) else [value]:
            for term in str(item.value).split():
                yield key.value, item.start_mark.line + 1, term
