"""What the access matrix knows of the survey: a campaign of the community with a visit in the cell, and the cell's worker."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from storage import mergers, merging
from storage.staff import roles, tasks
from storage.tables.people import Person
from storage.tables.survey import Campaign, Visit, campaign
from tests.support.matrix import District, Matrix, Woman
from tests.support.rows import put


def fill(tx: Connection, place: District, woman: Woman, now: datetime) -> None:
    """A survey is a whole community's, which its cells may know."""
    running = tx.execute(select(campaign.c.id).where(campaign.c.community_id == place.community)).scalar()
    called = f"查{woman.name}" if place.sign == "丙" else "查"
    running = running or put(tx, Campaign, now, name=called, community_id=place.community, status="open")
    put(tx, Visit, now, campaign_id=running, person_id=woman.id, community_id=place.community, cell_id=place.cell)
    worker = put(tx, Person, now, key=f"g{woman.name}", name=f"员{woman.name}", community_id=place.community)
    roles.give(tx, worker, "grid_worker", place.scope, now=now)
    alike(tx, place, woman, now, asked_by=worker)


def alike(tx: Connection, place: District, woman: Woman, now: datetime, *, asked_by: int) -> None:
    """A second record of which somebody is asked whether it is hers, and two that were made one."""
    here = {"community_id": place.community, "cell_id": place.cell}
    twin, kept, gone = (put(tx, Person, now, key=f"{sign}{woman.name}", name=f"同{woman.name}", **here) for sign in "tuv")
    mergers.found(tx, woman.id, twin, now=now)
    pair = mergers.alike(tx, woman.id, twin)
    assert pair is not None
    mergers.ask(tx, pair.id, kept_id=woman.id, by=asked_by)
    tasks.put(tx, "same_woman", woman.id, about_id=pair.id, said=f"同{woman.name}", now=now)
    merging.merge(tx, kept, gone, by=None, now=now)


def guessed(women: list[int]) -> list[str]:
    """Two records of one woman."""
    pairs = [f"merge:{one}:{other}{sure}" for one in women for other in women if one != other for sure in ("", ":yes")]
    return [*pairs, "same_woman:1:new", "same_woman:1:1"]


MATRIX = Matrix(
    open_routes=frozenset({"takeover", "phone_code", "handovers", "handover"}),
    # Who takes a cell over needs no right to hand one over; what it shows is shown by that right.
    shown_by={"handover": "cells.handover"},
    unlisted=frozenset({"handovers"}),
    # Who looks at the round takes on what nobody has.
    changing=frozenset({"visits"}),
    unreached=frozenset({"merge", "same_woman"}),
    guessed=guessed,
    staff_forms={
        "intake/visit": ({"visit": 1}, {"consent": ["profile"], "community": "YT01"}),
        "door": ({"cell": 1}, {"name": "王", "birth_year": 1990, "phone": None, "building": None}),
        "campaign": ({}, {"name": "春季", "community": "YT01", "community_code": "YT01", "since": None, "before": None}),
    },
    owners={"kept_id": "person", "first_id": "person", "merged_into": "person"},
    fill=fill,
)
