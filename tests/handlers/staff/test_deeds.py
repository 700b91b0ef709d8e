"""Deeds of staff by a scene alone, as a page will call them: no chat, no words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from domain.access import ROLES, TABLE, Scope
from domain.errors import Refused
from handlers.scene import Scene
from handlers.staff import invitations, tasks, team
from storage.people import persons
from storage.staff import roles
from storage.staff import tasks as stored
from tests.support.chat import Town


@contextmanager
def scene(town: Town, name: str) -> Iterator[Scene]:
    with town.store.begin() as tx:
        found = persons.find(tx, "web", name)
        assert found is not None
        yield Scene(tx=tx, content=town.content, now=town.now, person_id=found.person_id)


def test_the_table_names_no_role_that_is_not_made() -> None:
    assert {role for allowed in TABLE.values() for role in allowed} <= set(ROLES)
    assert all(role.given_by <= set(ROLES) and role.held_in for role in ROLES.values())


def test_a_code_is_made_and_withdrawn(town: Town) -> None:
    town.invited("office", "coordinator")
    with scene(town, "office") as office:
        made = invitations.invite(office, "mediator", Scope(1))
        assert invitations.void(office, made.id).role == "mediator"
        assert roles.redeem(office.tx, made.code, office.person_id, now=town.now) is None
        with pytest.raises(Refused):
            invitations.invite(office, "federation", Scope(1))
        with pytest.raises(Refused):
            invitations.invite(office, "mediator", Scope(2))


def test_who_leaves_is_out_with_her_codes(town: Town) -> None:
    town.invited("city", "federation", None)
    town.invited("office", "coordinator")
    with scene(town, "office") as office:
        invitations.invite(office, "mediator", Scope(1))
    with scene(town, "city") as city:
        [held] = roles.all_given(city.tx, [Scope()], names=["coordinator"], after=0, limit=9)
        assert team.withdraw(city, held.id).voided == 1
        with pytest.raises(Refused):
            team.withdraw(city, held.id)


def test_a_task_is_closed_once(town: Town) -> None:
    town.invited("office", "coordinator")
    with scene(town, "office") as office:
        persons.change(office.tx, office.person_id, community_id=1)
        number = stored.put(office.tx, "knock", office.person_id, now=town.now)
        assert not tasks.close(office, number, "told").before
        assert tasks.close(office, number, "told").before
        with pytest.raises(Refused):
            tasks.close(office, number, "nonsense")
