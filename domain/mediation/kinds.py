"""What disputes are about, and with whom: the codes of reports, lists and figures."""

from __future__ import annotations

from typing import Literal

Kind = Literal["family", "marriage", "in_laws", "support", "neighbour", "property", "wage", "consumer", "damage", "other"]
KINDS: tuple[Kind, ...] = ("family", "marriage", "in_laws", "support", "neighbour", "property", "wage", "consumer", "damage", "other")
With = Literal["husband", "in_laws", "parents", "children", "neighbour", "work", "shop", "other"]

# With whom says what it is about, until a mediator says otherwise.
OF: dict[str, Kind] = {
    "husband": "marriage",
    "in_laws": "in_laws",
    "parents": "family",
    "children": "support",
    "neighbour": "neighbour",
    "work": "wage",
    "shop": "consumer",
}


def kind_of(with_whom: str) -> Kind:
    """The kind of a dispute with that person."""
    return OF.get(with_whom, "other")
