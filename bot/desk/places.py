"""Communities that somebody may choose among."""

from __future__ import annotations

from collections.abc import Iterable

from bot.desk.page import Asked
from domain.access import Scope
from storage.people import persons
from storage.people.persons import Community


def communities_in(asked: Asked, where: Iterable[Scope]) -> list[Community]:
    """Those within these scopes, by code; all for the city, and for a firm, whose posts may be anywhere."""
    scopes = list(where)
    every = persons.communities(asked.tx)
    if any(scope.city or scope.enterprise_id is not None for scope in scopes):
        return every
    mine = {scope.community_id for scope in scopes}
    return [row for row in every if row.id in mine]
