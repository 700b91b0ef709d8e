"""A row's fields and its query's columns are the same: what one misspells is found when the program starts."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from storage.rows import columns
from storage.tables.work import community, enterprise, position


class Offered(NamedTuple):
    id: int
    title: str
    licence: str
    community: str


def test_columns_come_in_the_order_of_the_fields() -> None:
    found = columns(position, Offered, enterprise, community=community.c.name)
    assert [column.name for column in found] == ["id", "title", "licence", "community"]
    assert found[0].table is position


def test_a_field_without_a_column_is_found() -> None:
    with pytest.raises(KeyError, match="licence"):
        columns(position, Offered, community=community.c.name)


def test_a_named_column_without_a_field_is_found() -> None:
    with pytest.raises(KeyError, match="comunity"):
        columns(position, Offered, enterprise, community=community.c.name, comunity=community.c.name)
