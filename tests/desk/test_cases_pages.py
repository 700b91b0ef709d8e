"""Disputes at the desk: contents for who has a case alone, names by an act that is logged, states and deadlines for the office."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.access import Scope
from domain.mediation.states import Limits
from storage.mediation import assignments, cases, sides
from storage.people import persons
from storage.staff import roles
from storage.tables.people import Person, access_log
from tests.support.chat import Chat, Town
from tests.support.desk import Desk, person_of
from tests.support.rows import put

SECRETS = ("王诉苦", "怨声", "对门")


def case(town: Town, mediator: Chat, *, takes: bool = True) -> int:
    with town.store.begin() as tx:
        here = persons.communities(tx)[0].id
        told = {"kind": "neighbour", "source": "self", "hazards": [], "danger": False, "reported_by": None}
        number = cases.add(tx, community_id=here, now=town.now, limits=Limits(), **told)  # type: ignore[arg-type]
        side = sides.add(tx, number, "a", name="王诉苦", contact="call")
        sides.add(tx, number, "b", name="对门")
        sides.say(tx, number, "account", "怨声载道", party_id=side, author_id=None, now=town.now)
        assignments.ask(tx, number, person_of(mediator), answer_by=town.now + timedelta(hours=1), now=town.now)
        if takes:
            assignments.answer(tx, number, person_of(mediator), "accepted", now=town.now)
    return number


@pytest.fixture
def zheng(town: Town) -> Chat:
    return town.invited("zheng", "mediator")


def logged(town: Town, person_id: int) -> set[str]:
    with town.store.read() as tx:
        return set(tx.execute(select(access_log.c.action).where(access_log.c.actor_id == person_id)).scalars())


def test_names_and_words_are_shown_by_acts_that_are_logged(town: Town, zheng: Chat) -> None:
    number = case(town, zheng)
    desk = Desk.of(zheng).opens("/desk/cases").sees("邻里").opens(f"/desk/cases/{number}").sees_not(*SECRETS)
    assert not {"cases.names", "cases.words"} & logged(town, person_of(zheng))
    desk.does("names").sees("王诉苦", "对门").sees_not("怨声")
    desk.does("words").sees("怨声载道").sees_not("王诉苦")
    assert {"cases.see", "cases.names", "cases.words"} <= logged(town, person_of(zheng))
    desk.opens(f"/desk/cases/{number}").sees_not(*SECRETS)
    desk.opens("/desk/cases/days").sees("到期").sees_not(*SECRETS)


def test_who_was_only_asked_sees_names_to_know_whether_they_are_kin(town: Town, zheng: Chat) -> None:
    number = case(town, zheng, takes=False)
    desk = Desk.of(zheng).opens("/desk/cases").sees("请您").opens(f"/desk/cases/{number}").does("names").sees("王诉苦")
    assert desk.does("words").status == 422
    assert desk.sees_not(*SECRETS).opens(f"/desk/cases/{number}").does("papers").status == 422
    desk.opens(f"/desk/cases/{number}").does("decline", why="kin").sees("会请别人").sees_not("请您")


def test_other_mediators_and_the_office_read_no_word(town: Town, zheng: Chat) -> None:
    number = case(town, zheng)
    other = town.invited("sun", "mediator")
    desk = Desk.of(other).opens("/desk/cases").sees("没有")
    assert desk.opens(f"/desk/cases/{number}").sees_not(*SECRETS).status == 404
    for do in ("names", "words", "papers", "take"):
        assert desk.opens("/desk/cases").does(do, at=f"/desk/cases/{number}").sees_not(*SECRETS).status == 404
    assert "cases.denied" in logged(town, person_of(other))
    li = Desk.of(town.invited("li", "coordinator")).opens("/desk/cases/over").sees("邻里").sees_not(*SECRETS)
    li.opens(f"/desk/cases/over/{number}").sees("在办").sees_not(*SECRETS)
    assert li.opens(f"/desk/cases/{number}").status == 403
    assert Desk.of(town.invited("zhao", "coordinator", "YT02")).opens(f"/desk/cases/over/{number}").status == 404


def test_a_case_goes_to_another_who_alone_reads_it_then(town: Town, zheng: Chat) -> None:
    number = case(town, zheng, takes=False)
    Desk.of(zheng).opens(f"/desk/cases/{number}").does("take").sees("您接下了")
    with town.store.begin() as tx:
        here = persons.communities(tx)[0].id
        sun = put(tx, Person, town.now, key="sun", name="孙", community_id=here)
        roles.give(tx, sun, "mediator", Scope(here), now=town.now)
    li = Desk.of(town.invited("li", "coordinator")).opens(f"/desk/cases/over/{number}")
    assert li.does("give", to="99999").status == 422
    li.opens(f"/desk/cases/over/{number}").does("give", to=str(sun)).sees("换人了")
    assert Desk.of(zheng).opens(f"/desk/cases/{number}").sees_not(*SECRETS).status == 404
