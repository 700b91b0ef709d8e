"""Deeds of the survey by a scene alone, as a page will call them: no chat, no words."""

from __future__ import annotations

import pytest

from domain.access import Scope
from domain.errors import Refused
from handlers.survey import campaigns, handing_over
from storage.people import persons
from storage.survey import campaigns as stored
from storage.survey import handovers
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
