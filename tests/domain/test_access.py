"""The access table: every role, every action, own, sibling, foreign and city scope."""

from __future__ import annotations

import pytest

from domain.access import CITY, ROLES, TABLE, Held, Scope, may, scopes

OWN, SIBLING, CELL, OTHER_CELL, FIRM, OTHER_FIRM = 1, 2, 7, 8, 4, 5


@pytest.mark.parametrize("action", TABLE)
@pytest.mark.parametrize("role", [role for role in ROLES if role != "employer"])
def test_role_by_action_by_scope(role: str, action: str) -> None:
    allowed = role in TABLE[action]
    own, city, cell = [Held(role, OWN)], [Held(role)], [Held(role, OWN, CELL)]
    assert may(own, action, OWN) is allowed
    assert may(own, action, OWN, cell_id=CELL) is allowed
    assert may(own, action, SIBLING) is False
    assert may(own, action, None) is False
    assert may(city, action, SIBLING, cell_id=OTHER_CELL, enterprise_id=FIRM) is allowed
    assert may(cell, action, OWN, cell_id=CELL) is allowed
    assert may(cell, action, OWN, cell_id=OTHER_CELL) is False
    assert may(cell, action, OWN) is False, "a role for one grid cell is no role for the community"
    assert scopes(own, action) == ([Scope(OWN)] if allowed else [])
    assert scopes([*own, *city], action) == ([CITY] if allowed else [])


@pytest.mark.parametrize("action", TABLE)
def test_an_employer_acts_for_its_own_enterprise_alone(action: str) -> None:
    allowed = "employer" in TABLE[action]
    firm = [Held("employer", OWN, enterprise_id=FIRM)]
    assert may(firm, action, SIBLING, enterprise_id=FIRM) is allowed
    assert may(firm, action, OWN, enterprise_id=OTHER_FIRM) is False
    assert may(firm, action, OWN) is False, "where the firm's post is gives no say over the community"
    for broken in (Held("employer"), Held("employer", OWN)):
        assert scopes([broken], action) == [], "without its enterprise it must not read as a role for the city"
    assert scopes([Held("federation", enterprise_id=FIRM)], action) == []


@pytest.mark.parametrize("action", TABLE)
def test_nobody_and_plain_mothers_may_nothing(action: str) -> None:
    assert not may([], action, OWN)
    assert not may([Held("mother", OWN)], action, OWN)


def test_an_unknown_action_is_a_bug() -> None:
    with pytest.raises(KeyError):
        may([], "no.such.action", OWN)
