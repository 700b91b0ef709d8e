"""In the demo town nobody looks into an empty list: each entry of each role's menu shows something."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from bot import demo
from domain.access import ROLES, TABLE, Scope
from handlers.capabilities import CAPABILITIES
from handlers.content import Content
from storage.database import Store
from storage.desk import staff
from storage.people import persons
from storage.staff import roles
from storage.tables.people import address, mother, person, role
from tests.conftest import MORNING
from tests.support.chat import Chat, Town

CITYWIDE = ("federation", "employer", "data_officer")


@pytest.fixture
def town(sqlite_store: Store, content: Content) -> Town:
    demo.fill(sqlite_store, mothers=250, positions=400, now=MORNING)
    return Town(sqlite_store, content, MORNING)


def seated(town: Town, role: str) -> Chat:
    """Whoever holds the role in the town, with a phone."""
    with town.store.begin() as tx:
        communities = {row.code: row.id for row in persons.communities(tx)}
        firm = roles.firm_by_code(tx, "E001") if role == "employer" else None
        where = Scope(None if role in CITYWIDE else communities["YT01"], enterprise_id=firm)
        held = staff.holder(tx, role, where)
        assert held is not None, f"nobody is {role}"
        persons.add(tx, "web", role, language="zh", now=town.now)
        tx.execute(update(address).where(address.c.address == role).values(person_id=held))
    return town.person(role)


def test_each_list_of_each_role_shows_something(town: Town) -> None:
    nothing = {text for key, text in town.content.phrases.texts.items() if re.search(r"\.(no|none|nothing)_|_(none|no)$|\.none$", key)}
    empty = set()
    for name in [name for name in ROLES if any(name in who for who in TABLE.values())]:
        seat = seated(town, name)
        for entry in [entry for entry in CAPABILITIES.menu if name in TABLE[entry.needs] and entry.shown is None]:
            seat.taps_choice(entry.route)
            if not seat.text or seat.text in nothing:
                empty.add((name, entry.route))
    assert empty == set()


def test_everybody_has_a_name_and_a_door(town: Town) -> None:
    with town.store.read() as tx:
        assert tx.execute(select(person.c.id).where(person.c.name.is_(None))).first() is None
        assert (
            tx.execute(select(person.c.id).join(mother, mother.c.person_id == person.c.id).where(person.c.building.is_(None))).first()
            is None
        )
        held = set(tx.execute(select(role.c.role)).scalars())
    assert held == {name for name in ROLES if name != "mother"}
