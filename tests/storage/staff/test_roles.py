"""Roles, invitations and grid cells, the same on both stores: what is found within scopes, and what ends at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.access import CITY, Scope
from storage.database import Store
from storage.people import persons
from storage.staff import roles
from storage.survey import handovers
from tests.support import towns


def test_roles_and_invitations_are_found_within_scopes_and_end_at_once(store: Store, now: datetime) -> None:
    towns.small(store)
    cell = towns.cell(store)
    with store.begin() as tx:
        ids = [persons.add(tx, "web", name, language="zh", now=now).person_id for name in ("a", "b", "c")]
        for one, where in zip(ids, (Scope(1, cell), Scope(1), Scope(2)), strict=True):
            roles.give(tx, one, "grid_worker", where, by=ids[0], now=now)
            roles.give(tx, one, "grid_worker", where, now=now)
        roles.give(tx, ids[2], "employer", Scope(1, enterprise_id=1), now=now)
        names = ["grid_worker", "employer"]
        assert [row.person_id for row in roles.all_given(tx, [Scope(1)], names=names, after=0, limit=9)] == [ids[0], ids[1], ids[2]]
        assert [row.cell for row in roles.all_given(tx, [Scope(1, cell)], names=names, after=0, limit=9)] == ["第一网格"]
        every = roles.all_given(tx, [CITY], names=names, after=0, limit=9)
        assert len(every) == 4 and every[3].enterprise == "暖阳服装厂"
        assert roles.withdraw(tx, every[0].id, now=now) and not roles.withdraw(tx, every[0].id, now=now)
        assert roles.given(tx, every[0].id) is None and roles.roles_of(tx, ids[0]) == []
        until = now + timedelta(hours=1)
        row, _ = roles.invite(tx, "grid_worker", Scope(1, cell), expires_at=until, created_by=ids[0], now=now)
        roles.invite(tx, "mediator", Scope(2), expires_at=until, created_by=ids[0], now=now)
        assert [one.id for one in roles.open_invitations(tx, [Scope(1)], names=names, now=now, limit=9)] == [row]
        assert roles.open_invitations(tx, [CITY], names=names, now=until, limit=9) == []
        assert roles.void(tx, invitation_id=row, now=now) == 1 and roles.void(tx, created_by=ids[0], now=now) == 1
        assert roles.place(tx, Scope(1, cell, 1)) == ("海风1社区", "第一网格", "暖阳服装厂")
        assert not roles.other_federation(tx, 1)


def test_cells_and_who_works_them(store: Store, now: datetime) -> None:
    towns.small(store)
    first, second, other = towns.cell(store), towns.cell(store, "W2", name="第二网格"), towns.cell(store, community="YT02")
    with store.begin() as tx:
        ids = [persons.add(tx, "web", name, language="zh", now=now).person_id for name in ("a", "b", "c")]
        roles.give(tx, ids[0], "grid_worker", Scope(1, first), now=now)
        assert [row.id for row in handovers.cells(tx, [Scope(1)], after=0, limit=9)] == [second, first], "of nobody first"
        assert [row.id for row in handovers.cells(tx, [CITY], after=1, limit=9)] == [other, first]
        roles.give(tx, ids[1], "grid_worker", Scope(1), now=now)
        assert [(row.id, row.cell_id) for row in handovers.workers(tx, first, 1)] == [(ids[0], first), (ids[1], None)]
        assert [row.id for row in handovers.colleagues(tx, 1)] == ids[:2]
        assert handovers.load(tx, first) == handovers.Load(0, 0, 0)
        made = handovers.offer(tx, first, from_id=ids[0], to_id=ids[1], by=ids[2], now=now)
        assert made is not None and handovers.drafts(tx, first, ids[0]) == []
        early, late = now - timedelta(days=1), now
        assert handovers.to_remind(tx, first=early, second=early, limit=9) == []
        assert [row.id for row in handovers.to_remind(tx, first=late, second=early, limit=9)] == [made]
        handovers.reminded(tx, made, times=1)
        assert handovers.to_remind(tx, first=late, second=early, limit=9) == []
        assert len(handovers.to_remind(tx, first=late, second=late, limit=9)) == 1
        assert [row.id for row in handovers.open_for(tx, ids[1])] == [made]
