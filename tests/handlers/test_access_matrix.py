"""Every role × every action × own, sibling and foreign place, through the real handlers: nothing is shown, counted or changed beyond one's scope.

What is open to everybody stands in each capability's `matrix.py`; a new route or command that is neither there nor has a right fails here.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.engine import make_url

from domain.access import CITY, Held, Scope, scopes
from domain.messages import Outbound
from handlers.capabilities import CAPABILITIES
from handlers.content import Content
from storage import sealed
from storage.database import Store
from storage.staff import roles
from storage.tables.columns import table
from storage.tables.people import Person, Role
from tests.support.districts import HOLDERS, Changed, Districts, first, signs, visible
from tests.support.matrix import Matrix, matrices

ROUTES, COMMANDS = CAPABILITIES.routes, CAPABILITIES.commands
MATRICES = matrices()


def all_of(what: Callable[[Matrix], frozenset[str]]) -> set[str]:
    """The names that any capability gives."""
    return {name for one in MATRICES for name in what(one)}


# What staff tap, by the choice that begins it, and the action of domain.access that it takes.
ACTIONS = {name: route.needs for name, route in ROUTES.items() if route.needs is not None}
ACTIONS |= {route: action for one in MATRICES for route, action in one.shown_by.items()}
UNLISTED, UNSIGNED, CHANGING = (all_of(lambda one: one.unlisted), all_of(lambda one: one.unsigned), all_of(lambda one: one.changing))
LISTS = {entry.route: ACTIONS[entry.route] for entry in CAPABILITIES.menu if entry.route not in UNLISTED}
LEAVES = {"menu"} | all_of(lambda one: one.leaves)
STAFF_FORMS = {name: form for one in MATRICES for name, form in one.staff_forms.items()}
MOST = 600


def test_what_needs_no_role_is_known_here() -> None:
    """A new route or command without `needs` has to be looked at by a person."""
    assert {name for name, route in ROUTES.items() if route.needs is None} == all_of(lambda one: one.open_routes)
    assert {name for name, route in COMMANDS.items() if route.needs is None} == all_of(lambda one: one.open_commands)


Heard = dict[str, list[str]]
SOMEBODY, FEDERATION = "x", "f"


@dataclass(slots=True)
class Looked(Districts):
    """A town that nothing changes any more, so that everything is asked once: what is undone leaves the next answer as it was."""

    held: tuple[str, Scope] | None = None
    said: dict[tuple[object, str, str], tuple[list[Outbound], Changed]] = field(default_factory=dict)
    crawled: dict[tuple[object, str], Heard] = field(default_factory=dict)

    def become(self, role: str, where: Scope) -> str:
        """Somebody holds this role from now on, and no other; her address."""
        if self.held != (role, where):
            with self.store.begin() as tx:
                tx.execute(delete(table(Role)).where(table(Role).c.person_id == self.people[SOMEBODY]))
                tx.execute(update(table(Person)).where(table(Person).c.id == self.people[SOMEBODY]).values(community_id=where.community_id))
                roles.give(tx, self.people[SOMEBODY], role, where, now=self.now)
            self.store.forget()
            self.held = role, where
        return SOMEBODY

    def _as(self, name: str) -> object:
        return self.held if name == SOMEBODY else None

    def say(self, name: str, choice: str) -> tuple[list[Outbound], Changed]:
        asked = self._as(name), name, choice
        if asked not in self.said:
            # Not the short form of super(): a class with slots is made twice, and it means the first.
            self.said[asked] = Districts.say(self, name, choice)
        return self.said[asked]

    def crawl(self, name: str) -> Heard:
        asked = self._as(name), name
        if asked not in self.crawled:
            self.crawled[asked] = crawl(self, name)
        return self.crawled[asked]

    def fuller(self, file: Path, signs: str) -> Looked:
        """The same town in a file of its own, with three times more of everything in these cells."""
        self.store.close()
        shutil.copy(make_url(self.store.url).database or "", file)
        found = Looked(Store(f"sqlite:///{file}"), self.content, self.now, self.places, self.people)
        for place in self.places:
            for number in range(3) if place.sign in signs else ():
                found.fill(place, str(number))
        return found


@pytest.fixture(scope="module")
def districts(
    empty_sqlite: Path, content: Content, now: datetime, keys: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Looked]:
    """The districts, with one of the federation and somebody who is one after the other."""
    sealed.use_keys(keys)
    file = Path(shutil.copy(empty_sqlite, tmp_path_factory.mktemp("districts") / "motherpost.db"))
    districts = Looked(Store(f"sqlite:///{file}"), content, now)
    districts.build()
    districts.staff(FEDERATION, "federation", CITY)
    districts.staff(SOMEBODY, "mother", CITY)
    yield districts
    districts.store.close()


@pytest.fixture(scope="module")
def fuller(districts: Looked, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Looked]]:
    """The same town with more of everything elsewhere than where somebody with such a scope is."""
    folder = tmp_path_factory.mktemp("fuller")
    elsewhere = districts.fuller(folder / "community.db", "丙")
    cell = districts.fuller(folder / "cell.db", "乙丙")
    yield {"community": elsewhere, "firm": elsewhere, "cell": cell}
    for one in (elsewhere, cell):
        one.store.close()


def key_of(choice: str) -> str:
    return choice.split(":")[0]


def crawl(districts: Districts, name: str, *begun: str) -> Heard:
    """Everything she can reach by tapping from the lists of the staff: choice → what she hears, buttons included."""
    found: Heard = {}
    todo = list(begun) or [entry.route for entry in CAPABILITIES.menu]
    while todo and len(found) < MOST:
        choice = todo.pop(0)
        if choice in found:
            continue
        heard, _ = districts.say(name, choice)
        found[choice] = [piece for one in heard for piece in (one.text, *(b.label for b in one.choices()))]
        todo += [b.choice for one in heard for b in one.choices() if b.choice and b.choice.split(":")[0] not in LEAVES]
    assert len(found) < MOST, "the crawl does not end"
    return found


@pytest.mark.parametrize(("role", "scope"), HOLDERS)
def test_what_each_role_hears_lies_in_its_scope(districts: Looked, role: str, scope: str) -> None:
    where = first(scope, districts)
    held = [Held(role, where.community_id, where.cell_id, where.enterprise_id)]
    for choice, pieces in districts.crawl(districts.become(role, where)).items():
        action = ACTIONS.get(key_of(choice))
        allowed = {place.sign for place in districts.places if action is not None and visible(place, held, action)}
        assert signs(pieces, districts) <= allowed, f"{choice} of {role} in {scope}: {pieces}"


@pytest.mark.parametrize(("role", "scope"), HOLDERS)
def test_each_list_shows_its_own_to_whom_the_table_allows_it(districts: Looked, role: str, scope: str) -> None:
    where = first(scope, districts)
    name = districts.become(role, where)
    held = [Held(role, where.community_id, where.cell_id, where.enterprise_id)]
    for choice, action in LISTS.items():
        heard, changed = districts.say(name, choice)
        pieces = [piece for one in heard for piece in (one.text, *(b.label for b in one.choices()))]
        assert changed == [] or choice in CHANGING, f"looking at {choice} changes {changed}"
        if not scopes(held, action):
            assert "要有相应的身份" in "".join(pieces), (choice, pieces)
        elif choice not in UNSIGNED:
            expected = {place.sign for place in districts.places if visible(place, held, action)}
            whole = [piece for part in crawl(districts, name, choice).values() for piece in part]
            assert signs(whole, districts) >= expected, (choice, pieces)


@pytest.mark.parametrize(("role", "scope"), [(role, scope) for role, scope in HOLDERS if scope != "city"])
def test_no_button_of_another_place_does_or_shows_anything(districts: Looked, role: str, scope: str) -> None:
    """Whatever the federation can tap, tapped by somebody whose scope it does not lie in."""
    where = first(scope, districts)
    name = districts.become(role, where)
    held = [Held(role, where.community_id, where.cell_id, where.enterprise_id)]
    every = [*districts.crawl(FEDERATION), *guessed(districts)]
    unmapped = {key_of(choice) for choice in every} - set(ROUTES) - {"menu"}
    assert not unmapped
    for choice in every:
        action = ACTIONS.get(key_of(choice))
        heard, changed = districts.say(name, choice)
        pieces = [piece for one in heard for piece in (one.text, *(b.label for b in one.choices()))]
        assert pieces and "出了点问题" not in "".join(pieces), f"{choice} by {role} in {scope}"
        allowed = {place.sign for place in districts.places if action is not None and visible(place, held, action)}
        assert signs(pieces, districts) <= allowed, f"{choice} by {role} in {scope}: {pieces}"
        for rows, row in changed:
            if row.get("person_id") == row.get("created_by") == districts.people[name]:
                continue  # a link to a page of her own
            assert action is not None and any(
                owner.covers(of) for owner in scopes(held, action) for of in places_of(districts, rows, row)
            ), f"{choice} by {role} in {scope} changes {rows}: {row}"


def guessed(districts: Districts) -> list[str]:
    """Buttons that the crawl has not: later pages of lists, the two records of one woman, what a made-up number would be."""
    with districts.store.read() as tx:
        women = [row[0] for row in tx.exec_driver_sql("SELECT id FROM person WHERE key LIKE 'w%' ORDER BY id")]
    return [choice for one in MATRICES for choice in one.guessed(women)]


OWNERS = {"person_id": "person", **{column: rows for one in MATRICES for column, rows in one.owners.items()}}


def places_of(districts: Districts, rows: str, row: dict[str, Any]) -> list[Scope]:
    """Where a changed row belongs: by its own columns, or by those of its post, class, cell or person."""
    if row.get("community_id") is not None:
        return [Scope(row["community_id"], row.get("cell_id"), firm) for firm in {None, row.get("enterprise_id")}]
    if row.get("cell_id") is not None:
        return _cell(districts, row["cell_id"])
    owned = [(owner, row[column]) for column, owner in OWNERS.items() if row.get(column) is not None]
    return [place for owner, number in owned for place in places_of(districts, owner, _row(districts, owner, number))]


def _cell(districts: Districts, cell_id: int) -> list[Scope]:
    return [place.scope for place in districts.places if place.cell == cell_id]


def _row(districts: Districts, rows: str, row_id: int) -> dict[str, Any]:
    with districts.store.read() as tx:
        return dict(tx.exec_driver_sql(f'SELECT * FROM "{rows}" WHERE id = {row_id}').mappings().one())  # noqa: S608


@pytest.mark.parametrize(("role", "scope"), [(role, scope) for role, scope in HOLDERS if scope != "city"])
def test_what_is_put_in_another_place_changes_no_word_of_what_she_hears(
    districts: Looked, fuller: Mapping[str, Looked], role: str, scope: str
) -> None:
    """Lists, counts, figures and searches alike: more of everything elsewhere is not even noticed."""
    where = first(scope, districts)
    found, more = (steady(town.crawl(town.become(role, where))) for town in (districts, fuller[scope]))
    assert more == found


def steady(found: Heard) -> Heard:
    """Without what is another at every look: fresh codes, and the numbers of rows that only would be made."""
    return {
        _known(choice, pieces): [re.sub(r"\b[2-9a-hjkmnp-z]{10}\b|\b\d{6}\b", "…", piece) for piece in pieces]
        for choice, pieces in found.items()
        if not choice.startswith("invite:void:")
    }


def _known(choice: str, pieces: list[str]) -> str:
    """The row of her own role has another number, by how much there was before it: it is known by what is said of it."""
    return f"team {pieces[0]}" if re.fullmatch(r"team:\w+:\d+", choice) else choice


def test_the_crawl_reaches_every_kind_of_button(districts: Looked) -> None:
    """Else the walk proves nothing of it: the town then lacks something to show."""
    reached = {key_of(choice) for choice in districts.crawl(FEDERATION)}
    assert set(ACTIONS) - reached <= all_of(lambda one: one.unreached), sorted(set(ACTIONS) - reached)


def test_every_form_is_in_the_matrix() -> None:
    assert set(CAPABILITIES.finished) == set(STAFF_FORMS) | all_of(lambda one: one.own_forms), "map a new form here"


@pytest.mark.parametrize("role", ["mother", "data_officer", "gone", "foreign"])
def test_a_form_that_is_done_after_the_role_ended_changes_nothing(districts: Looked, role: str) -> None:
    where = Scope(districts.places[2].community) if role == "foreign" else first("community", districts)
    name = districts.become("coordinator" if role in ("gone", "foreign") else role, where)
    if role == "gone":
        districts.dismiss(name)
        districts.held = None
    for form, (about, answers) in STAFF_FORMS.items():
        refused, changed = districts.finish(name, form, about, answers)
        assert refused or role == "foreign", f"{form} by {role}"
        for rows, row in changed:
            assert role == "foreign", f"{form} by {role} changes {rows}: {row}"
            assert any(where.covers(of) for of in places_of(districts, rows, row)), f"{form} by {role} changes {rows}: {row}"
