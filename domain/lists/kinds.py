"""All lists, by name."""

from __future__ import annotations

from collections.abc import Mapping

from domain.lists.cases import CASES
from domain.lists.classes import CLASSES
from domain.lists.column import AnyKind
from domain.lists.hotline import HOTLINE
from domain.lists.lots import LOTS
from domain.lists.mothers import MOTHERS
from domain.lists.places import COMMUNITIES, ENTERPRISES
from domain.lists.positions import POSITIONS
from domain.lists.suggestions import SUGGESTIONS

_ALL: tuple[AnyKind, ...] = (COMMUNITIES, ENTERPRISES, POSITIONS, CLASSES, MOTHERS, SUGGESTIONS, LOTS, CASES, HOTLINE)
KINDS: Mapping[str, AnyKind] = {kind.name: kind for kind in _ALL}
