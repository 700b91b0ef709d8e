"""The condition that a query's rows lie in what somebody may see."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, false, or_, true

from domain.access import Scope

# The column that says where a row is, if there is one.
Where = ColumnElement[int] | None


def within(scopes: Iterable[Scope], *, community: Where = None, cell: Where = None, enterprise: Where = None) -> ColumnElement[bool]:
    """`community`, `cell`, `enterprise` are the columns that say where a row is; a scope of a kind that has no column matches nothing."""
    conditions: list[ColumnElement[bool]] = [false()]
    for scope in scopes:
        if scope.city:
            return true()
        if scope.enterprise_id is not None:
            lies = None if enterprise is None else enterprise == scope.enterprise_id
        elif scope.cell_id is not None:
            lies = None if cell is None else cell == scope.cell_id
        else:
            lies = None if community is None else community == scope.community_id
        if lies is not None:
            conditions.append(lies)
    return or_(*conditions)
