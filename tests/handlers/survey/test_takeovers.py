"""Codes that open a profile, under attack: never somebody's who works here or has a phone of her own, never for who made the code, never in silence."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, update

from domain.access import CITY, Scope
from domain.capabilities import TELEGRAM
from storage.people import persons
from storage.staff import roles
from storage.tables.people import address, invitation, role
from tests.support import doors
from tests.support.chat import Chat, Town


@pytest.fixture
def cell(town: Town) -> Scope:
    return doors.cell(town.store)


@pytest.fixture
def worker(town: Town, cell: Scope) -> Chat:
    return doors.worker(town, cell)


def seat(town: Town, person: int, at: str = "hers", *, channel: str = "web", state: str = "open") -> None:
    with town.store.begin() as tx:
        tx.execute(insert(address).values(person_id=person, channel=channel, address=at, state=state, used_at=town.now))


def visit(town: Town, cell: Scope) -> tuple[int, int]:
    """A woman on the worker's list, and her visit."""
    her = doors.woman(town.store, cell, town.now, phone="13900001234")
    doors.campaign(town, community=cell.community_id)
    return her, int(doors.visit_of(town.store, her)["id"])


def code_of(worker: Chat, number: int) -> str:
    worker.taps_choice(f"visit:{number}:code").hears("只给她本人")
    return worker.text.partition("/start ")[2][:10]


def who(town: Town, at: str, channel: str = "web") -> int:
    with town.store.read() as tx:
        found = persons.find(tx, channel, at)
    assert found is not None
    return found.person_id


@pytest.mark.parametrize("name", ["visit", "vis"])
@pytest.mark.parametrize("state", ["open", "gone", "works here"])
def test_no_code_for_who_has_a_phone_or_a_role(town: Town, cell: Scope, worker: Chat, name: str, state: str) -> None:
    her, number = visit(town, cell)
    if state == "works here":
        with town.store.begin() as tx:
            roles.give(tx, her, "federation", CITY, now=town.now)
    else:
        seat(town, her, state=state)
    worker.taps_choice(f"visit:{number}")
    assert "给她接管码" not in worker.labels()
    worker.taps_choice(f"{name}:{number}:code").hears("不给接管码")
    with town.store.read() as tx:
        assert tx.execute(invitation.select()).all() == []


@pytest.mark.parametrize("since", ["a role", "a phone"])
def test_a_code_is_void_once_somebody_sits_there(town: Town, cell: Scope, worker: Chat, since: str) -> None:
    her, number = visit(town, cell)
    code = code_of(worker, number)
    other = town.person("other").says("你好")
    if since == "a role":
        with town.store.begin() as tx:
            roles.give(tx, her, "coordinator", Scope(cell.community_id), now=town.now)
    else:
        seat(town, her)
    other.says(f"/start {code}").hears("作废")
    for choice in (f"takeover:{code}:yes", f"own:{code}:yes", f"takeover:{code.upper()}:yes"):
        other.taps_choice(choice).hears("作废")
    assert who(town, "other") != her
    other.says("/menu")
    assert not {"今天的走访", "待办"} & set(other.labels())


def test_who_gave_the_code_never_uses_it_also_after_leaving(town: Town, cell: Scope, worker: Chat) -> None:
    her, number = visit(town, cell)
    code = code_of(worker, number)
    with town.store.begin() as tx:
        tx.execute(update(role).values(withdrawn_at=town.now))
    worker.says(f"/start {code}").hears("请让她用自己的手机打开")
    worker.taps_choice(f"takeover:{code}:yes").hears("请让她用自己的手机打开")
    assert who(town, "worker") != her


def test_she_is_told_on_every_channel_and_the_giver_hears_nothing(town: Town, cell: Scope, worker: Chat) -> None:
    her, number = visit(town, cell)
    code = code_of(worker, number)
    phone, page = town.person("phone", TELEGRAM).says("你好"), town.person("page")
    seat(town, who(town, "phone", "telegram"), "page")
    phone.says(f"/start {code}").taps("是我本人").hears("资料在您自己手机上了")
    page.listens()
    page.hears("用接管码", "不是您自己做的")
    assert who(town, "page") == who(town, "phone", "telegram") == her
    assert worker.listens() == []
    worker.taps_choice(f"visit:{number}:code").hears("不给接管码")


def test_a_profile_merged_into_somebody_since_is_not_opened(town: Town, cell: Scope, worker: Chat) -> None:
    from storage import merging

    her, number = visit(town, cell)
    code = code_of(worker, number)
    victim = town.person("victim").says("你好")
    with town.store.begin() as tx:
        merging.merge(tx, who(town, "victim"), her, by=None, now=town.now)
    thief = town.person("thief").says(f"/start {code}").hears("作废")
    thief.taps_choice(f"takeover:{code}:yes").hears("作废")
    victim.says("你好")
    assert who(town, "victim") != who(town, "thief")
