"""The demo town has a case in every state, and every list of those who work with them shows something."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import demo
from bot.commands import mediation
from bot.commands.serve import links
from domain.access import Held
from domain.mediation.agreements import Signed
from domain.mediation.assigning import CAPACITY
from domain.mediation.states import ENDED, HELD, OPEN, State
from handlers.content import Content
from storage import access_log, sealed
from storage.database import Store
from storage.mediation import duties, looks, sides, visible
from storage.people import persons
from storage.staff import roles
from storage.tables.mediation import agreement, case_word, dispute_case, hotline_month, party
from storage.tables.messages import Outbox
from tests.bot.test_demo import rows
from tests.support.chat import Town

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
STATES: frozenset[State] = OPEN | ENDED


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path, keys: tuple[str, ...]) -> Store:
    sealed.use_keys(keys)
    file = tmp_path_factory.mktemp("demo") / "m.db"
    shutil.copy(empty_sqlite, file)
    store = Store(f"sqlite:///{file}")
    demo.fill(store, mothers=1100, positions=20, now=NOW)
    return store


def mediators(store: Store) -> list[int]:
    with store.read() as tx:
        return roles.staff(tx, "mediator", persons.communities(tx)[0].id)


def test_there_is_a_case_in_each_state_that_the_rules_would_let_be(filled: Store) -> None:
    with filled.read() as tx:
        here = dispute_case.c.community_id == persons.communities(tx)[0].id
        found = tx.execute(dispute_case.select().where(here, dispute_case.c.source != "list")).all()
        assert {row.state for row in found} == STATES
        for row in found:
            assert (row.due_at is not None) == (row.state in OPEN) and (row.due_at is None or row.due_at > NOW)
            assert (row.number is None) == (row.state in ("reported", "triage", "danger", "refused"))
            both = [one.consent for one in tx.execute(party.select().where(party.c.case_id == row.id))]
            assert row.state not in ("mediating", "agreed", "closed", "failed") or both == ["given", "given"]
        assert sorted(row.number for row in found if row.number) == list(range(1, 1 + sum(row.number is not None for row in found)))
        assert all(sides.tampered(tx, one.party_id) is None for one in tx.execute(select(case_word.c.party_id).distinct()))
        for one in tx.execute(agreement.select().where(agreement.c.effective_at.is_not(None))):
            assert (
                Signed(
                    oral=one.oral, signed_a=one.signed_a_at, signed_b=one.signed_b_at, mediator=one.mediator_at, seal=one.seal_at
                ).missing()
                == ()
            )


def test_every_list_of_mediator_coordinator_and_data_officer_shows_something(filled: Store) -> None:
    with filled.read() as tx:
        place = persons.communities(tx)[0].id
        for person_id in mediators(filled):
            who = visible.viewer(person_id, [Held("mediator", place)])
            held = visible.listed(tx, who, how=["holds"])
            assert held and {row.state for row in held} <= HELD | {"reopened"}
            assert visible.listed(tx, who, how=["holds"], states=list(ENDED))
            assert visible.count(tx, who, how=["holds", "asked"]) <= CAPACITY
        over = visible.viewer(0, [Held("coordinator", place)])
        assert visible.count(tx, over, how=["oversees"]) >= len(OPEN)
        shifts = duties.coming(tx, [place], now=NOW)
        assert {shift.mediator_id for shift in shifts} == set(mediators(filled)) and shifts[0].starts_at <= NOW
        assert duties.last_word(tx, place, now=NOW) is not None
        assert len(looks.of_cases(tx, before=None, limit=50)) > 20 and access_log.verify(tx).broken_id is None


def test_nobody_is_told_and_the_report_has_figures_and_a_trend(filled: Store, content: Content) -> None:
    assert all(row["status"] == "sent" for row in rows(filled, Outbox))
    _, table, notes = mediation.table(filled, content, month=None, outside=False, now=NOW)
    assert len([row for row in table if row[0] == "热线"]) == len(rows_of_months(filled)) == 24
    assert any(isinstance(row[4], int) and row[4] >= 5 for row in table if row[0] == "社区")
    assert any("-1" in note for note in notes), "the calls fell"


def rows_of_months(store: Store) -> list[str]:
    with store.read() as tx:
        return list(tx.execute(select(hotline_month.c.month)).scalars())


def test_the_links_of_the_demo_open_as_those_who_have_the_cases(filled: Store, content: Content) -> None:
    said = links(filled, "http://x")
    code = next(line for line in said if "as=mediator" in line).rpartition("=")[2]
    chat = Town(filled, content, datetime.now(UTC)).person("fresh").says(f"/start {code}")
    chat.taps("是我").taps_choice("cases").hears("件")
    assert len(chat.labels()) > 3
    assert len(mediators(filled)) == 2, "nobody new works there"
