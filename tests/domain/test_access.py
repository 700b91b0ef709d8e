"""The access table: every role, every action, own, sibling and city scope."""

from __future__ import annotations

import pytest

from domain.access import ROLES, TABLE, Held, may, scopes

OWN, SIBLING = 1, 2


@pytest.mark.parametrize("action", TABLE)
@pytest.mark.parametrize("role", ROLES)
def test_role_by_action_by_scope(role: str, action: str) -> None:
    allowed = role in TABLE[action]
    own, city, cell = [Held(role, OWN)], [Held(role)], [Held(role, OWN, cell_id=7)]
    assert may(own, action, OWN) is allowed
    assert may(own, action, SIBLING) is False
    assert may(own, action, None) is False
    assert may(city, action, SIBLING) is allowed
    assert may(cell, action, OWN) is False, "a role for one grid cell is no role for the community"
    assert scopes(own, action) == ([OWN] if allowed else [])
    assert scopes([*own, *city], action) == ([None] if allowed else [])


@pytest.mark.parametrize("action", TABLE)
def test_nobody_and_plain_mothers_may_nothing(action: str) -> None:
    assert not may([], action, OWN)
    assert not may([Held("mother", OWN)], action, OWN)


def test_an_unknown_action_is_a_bug() -> None:
    with pytest.raises(KeyError):
        may([], "no.such.action", OWN)
