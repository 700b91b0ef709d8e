"""Who stands behind suggestions: merging and splitting move texts, never a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Said(NamedTuple):
    """One suggestion as it was said: whose (nobody's where it came on paper), who supports its present text, and what it was merged into."""

    id: int
    author_id: int | None
    supporters: frozenset[int]
    merged_into: int | None = None
    # Whoever said it took her words back: the row counts as nobody's voice.
    taken_back: bool = False


class Group(NamedTuple):
    """All that are merged into one: the persons that said it, all persons behind it, and how many voices that is, papers counted one each."""

    lead: int
    members: frozenset[int]
    authors: frozenset[int]
    people: frozenset[int]
    voices: int


class Circle(ValueError):
    """A suggestion would be merged into itself, or into what it leads."""


def lead_of(said: Mapping[int, Said], number: int) -> int:
    """The suggestion that leads the one of this number."""
    while (into := said[number].merged_into) is not None:
        number = into
    return number


def group(said: Iterable[Said]) -> Group:
    """Suggestions that are one, of which one leads, taken together: nobody is counted twice."""
    rows = {one.id: one for one in said}
    lead = next(number for number, one in rows.items() if one.merged_into not in rows)
    authors = frozenset(one.author_id for one in rows.values() if one.author_id is not None)
    people = authors.union(*(one.supporters for one in rows.values()))
    papers = sum(one.author_id is None and not one.taken_back for one in rows.values())
    return Group(lead, frozenset(rows), authors, people, len(people) + papers)


def merged(said: Mapping[int, Said], number: int, into: int) -> dict[int, Said]:
    """`number`, with all it leads, goes into `into`. Raises Circle; what is merged already is taken out first, by `unmerged`."""
    if lead_of(said, into) == number or said[number].merged_into is not None:
        raise Circle(f"{number} into {into}")
    return {**said, number: said[number]._replace(merged_into=into)}


def unmerged(said: Mapping[int, Said], number: int) -> dict[int, Said]:
    """It stands by itself again, with everybody who came with it."""
    return {**said, number: said[number]._replace(merged_into=None)}
