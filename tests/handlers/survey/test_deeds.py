"""Deeds of the survey by a scene alone, as a page will call them: no chat, no words."""

from __future__ import annotations

import pytest

from domain.access import Scope
from domain.errors import Refused
from domain.forms.schema import Answers
from handlers.scene import Scene
from handlers.survey import at_the_door, campaigns, handing_over
from storage.people import consents, persons
from storage.survey import campaigns as stored
from storage.survey import handovers, takeovers
from storage.survey.campaigns import HerVisit
from storage.tables.people import Person
from tests.handlers.staff.test_deeds import scene
from tests.support import towns
from tests.support.chat import Town
from tests.support.rows import put


@pytest.fixture
def street(town: Town) -> Town:
    """YT01 with a cell, its worker, her colleague, the office, and a woman who was never surveyed."""
    cell = towns.cell(town.store)
    town.invited("office", "coordinator")
    town.invited("worker", "grid_worker", cell="W1")
    town.invited("other", "grid_worker")
    with town.store.begin() as tx:
        woman = put(tx, Person, town.now, key="w", name="王", community_id=1, cell_id=cell, notices=True)
        persons.save_profile(tx, woman, {}, now=town.now)
    with scene(town, "office") as office:
        assert campaigns.begin(office, "春季", surveyed_before=None) >= 1
    return town


def test_a_campaign_is_closed_by_the_office_alone(street: Town) -> None:
    with scene(street, "office") as office:
        [running] = stored.campaigns(office.tx, [Scope(1)])
    with scene(street, "worker") as worker, pytest.raises(Refused, match="not_allowed"):
        campaigns.close(worker, running)
    with scene(street, "office") as office:
        campaigns.close(office, running)


def test_a_cell_goes_with_the_new_workers_word(street: Town) -> None:
    with street.store.read() as tx:
        ids = {name: found.person_id for name in ("worker", "other") if (found := persons.find(tx, "web", name))}
    with scene(street, "office") as office:
        [place] = handovers.cells(office.tx, [Scope(1)], after=0, limit=1)
        # Not hers, not the old worker's, not for who has it already, nobody.
        for made_up in ((place.id + 1, ids["worker"], ids["other"]), (place.id, ids["other"], ids["worker"])):
            with pytest.raises(Refused, match="gone"):
                handing_over.offer(office, *made_up)
        for made_up_to in (ids["worker"], office.person_id, 0):
            with pytest.raises(Refused, match="gone"):
                handing_over.offer(office, place.id, ids["worker"], made_up_to)
        with pytest.raises(Refused, match="gone"):
            handing_over.offer(office, place.id, None, ids["other"])
        made = handing_over.offer(office, place.id, ids["worker"], ids["other"])
        with pytest.raises(Refused, match="gone"):
            handing_over.offer(office, place.id, ids["worker"], ids["other"])
    with scene(street, "worker") as worker:
        with pytest.raises(Refused, match="not_allowed"):
            handing_over.offer(worker, place.id, ids["worker"], ids["other"])
        with pytest.raises(Refused, match="gone"):
            handing_over.take(worker, made.id)
    with scene(street, "other") as other:
        assert handing_over.take(other, made.id).load == made.load
        with pytest.raises(Refused, match="gone"):
            handing_over.decline(other, made.id)


def test_an_offer_is_taken_back_before_it_is_taken(street: Town) -> None:
    with street.store.read() as tx:
        ids = {name: found.person_id for name in ("worker", "other") if (found := persons.find(tx, "web", name))}
    with scene(street, "office") as office:
        [place] = handovers.cells(office.tx, [Scope(1)], after=0, limit=1)
        made = handing_over.offer(office, place.id, ids["worker"], ids["other"])
    with scene(street, "other") as other, pytest.raises(Refused, match="not_allowed"):
        handing_over.take_back(other, made.id)
    with scene(street, "office") as office:
        assert handing_over.take_back(office, made.id) == place
        with pytest.raises(Refused, match="gone"):
            handing_over.take_back(office, made.id)
    with scene(street, "other") as other, pytest.raises(Refused, match="gone"):
        handing_over.take(other, made.id)


ANSWERS: Answers = {"name": "刘敏", "phone": "13900000001", "building": "3号楼", "birth_year": 1990}


def at_home(worker: Scene) -> HerVisit:
    """Somebody registered at a door of the worker's cell, and her visit."""
    [cell] = stored.cells(worker.tx, worker.scopes("visits.record"))
    return at_the_door.mine(worker, at_the_door.register(worker, ANSWERS, cell), "visits.record")


def test_who_agrees_is_stored_and_who_does_not_is_gone(street: Town) -> None:
    with scene(street, "worker") as worker:
        row = at_home(worker)
        assert at_the_door.store(worker, row, {"consent": ["profile"], "skills": ["sewing"]}) == "stored"
        known = persons.profile(worker.tx, row.person_id)
        assert known is not None and known.skills == ["sewing"]
        assert at_the_door.store(worker, row, {"consent": []}) == "not_agreed"
        assert set(consents.given(worker.tx, row.person_id)) == {"profile"}
        nobody = at_home(worker)
        assert at_the_door.store(worker, nobody, {"consent": [], "skills": ["sewing"]}) == "erased"
        assert persons.profile(worker.tx, nobody.person_id) is None


def test_a_visit_ends_once_and_is_the_workers_own(street: Town) -> None:
    with scene(street, "worker") as worker:
        row = at_home(worker)
        assert [at_the_door.end(worker, row._replace(missed=n), "away") for n in range(2)] == [1, 2]
        at_the_door.end(worker, row, "moved")
        with pytest.raises(Refused, match="ended"):
            at_the_door.end(worker, at_the_door.mine(worker, row.id, "visits.record"), "refused")
    with scene(street, "office") as office, pytest.raises(Refused, match="not_yours"):
        at_the_door.mine(office, 0, "visits.see")


def test_what_she_agrees_to_is_taken_back_at_the_door(street: Town) -> None:
    with scene(street, "worker") as worker:
        row = at_home(worker)
        with pytest.raises(Refused, match="nothing_given"):
            at_the_door.withdraw(worker, row.person_id, "jobs")
        at_the_door.store(worker, row, {"consent": ["profile", "jobs"]})
        at_the_door.hardship(worker, row.person_id, has=True)
        at_the_door.withdraw(worker, row.person_id, "jobs")
        assert set(consents.given(worker.tx, row.person_id)) == {"profile", "hardship"}
        at_the_door.hardship(worker, row.person_id, has=False)
        assert set(consents.given(worker.tx, row.person_id)) == {"profile"}


def test_a_code_is_for_a_profile_that_nobody_sits_on(street: Town) -> None:
    with scene(street, "worker") as worker:
        row = at_home(worker)
        invited = takeovers.find(worker.tx, at_the_door.make_code(worker, row.person_id))
        assert invited is not None and invited.person_id == row.person_id
        with pytest.raises(Refused, match="no_code"):
            at_the_door.make_code(worker, worker.person_id)
