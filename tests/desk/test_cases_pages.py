"""Disputes at the desk: contents for who has a case alone, names by an act that is logged, states and deadlines for the office."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select

from domain.access import Scope
from domain.mediation.states import Limits
from domain.notices import LOCAL, local_day
from storage.mediation import assignments, cases, sides
from storage.people import persons
from storage.staff import roles
from storage.tables.people import Person, access_log
from tests.support.chat import Chat, Town
from tests.support.desk import Desk, person_of
from tests.support.rows import put

SECRETS = ("王诉苦", "怨声", "对门")
AGREED = {
    "form": "written",
    "facts": "漏水",
    "terms": "一起修",
    "manner": "月底以前",
    "copies": "3",
    "what-0": "修好",
    "due-0": "2026-12-30",
}


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


def test_a_case_is_carried_from_consents_to_an_agreement_in_force_at_the_desk(town: Town, zheng: Chat) -> None:
    number = case(town, zheng, takes=False)
    Desk.of(zheng).opens(f"/desk/cases/{number}").does("take")
    zheng.taps_choice(f"case:{number}:accept").taps_choice(f"case:{number}:keep")
    desk = Desk.of(zheng).opens(f"/desk/cases/{number}").sees("讲清权利义务").sees_not(*SECRETS)
    assert desk.does("consent", side="a", answer="given", said="愿意").status == 422, "rights first"
    for side in "ab":
        desk.opens(f"/desk/cases/{number}").does("rights", side=side)
        assert desk.does("consent", side=side, answer="maybe", said="嗯").status == 422
        assert desk.opens(f"/desk/cases/{number}").does("consent", side=side, answer="given", said=" ").status == 422
        if side == "a":
            assert (
                desk.opens(f"/desk/cases/{number}").does("sit", whom="joint", day="2026-11-26", hours="0900", room="调解室").status == 422
            )
        desk.opens(f"/desk/cases/{number}").does("consent", side=side, answer="given", said="当面问的，愿意谈").sees("记下了")
    desk.sees("调解中").opens(f"/desk/cases/{number}")
    assert desk.does("sit", whom="joint", day="2026-11-20", hours="0900", room="调解室").status == 422
    desk.opens(f"/desk/cases/{number}").does("sit", whom="joint", day="2026-11-26", hours="0900", room="二楼调解室").sees("还没人选")
    time = re.search(r'name="time" value="(\d+)"', desk.html)
    assert time is not None
    desk.does("fits", time=time[1], side="a").does("fits", time=time[1], side="b").sees("2026-11-26 09:00", "定了", "写调解记录")
    town.now += timedelta(days=2)
    desk = Desk.of(zheng)
    minutes = dict.fromkeys(("present", "told", "stated", "verified", "result"), "都来了")
    sitting = re.search(r'name="sitting" value="(\d+)"', desk.opens(f"/desk/cases/{number}").html)
    assert sitting is not None
    desk.does("minutes", sitting=sitting[1], **minutes).sees("谈过了")
    assert desk.does("agree", **AGREED | {"terms": ""}).status == 422
    assert desk.opens(f"/desk/cases/{number}").does("agree", **AGREED | {"due-0": ""}).status == 422
    desk.opens(f"/desk/cases/{number}").does("agree", **AGREED).sees("甲方签了", "章盖了").sees_not("一起修")
    for what in ("signed_a", "signed_b", "mediator"):
        desk.does("sign", what=what).sees("章盖了")
    desk.does("sign", what="seal").sees_not("章盖了")
    with town.store.read() as tx:
        found = cases.get(tx, number)
        assert found is not None and found.state == "agreed"


def test_nothing_is_promised_for_a_day_that_is_over_here_however_early_it_is(town: Town, zheng: Chat) -> None:
    number = case(town, zheng, takes=False)
    Desk.of(zheng).opens(f"/desk/cases/{number}").does("take")
    zheng.taps_choice(f"case:{number}:accept").taps_choice(f"case:{number}:keep")
    # One in the morning, when it is still yesterday in London.
    town.now = datetime.combine(local_day(town.now) + timedelta(days=1), time(1), LOCAL)
    desk = Desk.of(zheng)
    for side in "ab":
        desk.opens(f"/desk/cases/{number}").does("rights", side=side)
        desk.opens(f"/desk/cases/{number}").does("consent", side=side, answer="given", said="愿意")
    today = local_day(town.now)
    yesterday = {"due-0": (today - timedelta(days=1)).isoformat()}
    assert desk.opens(f"/desk/cases/{number}").does("agree", **AGREED | yesterday).status == 422
    desk.opens(f"/desk/cases/{number}").does("agree", **AGREED | {"due-0": today.isoformat()}).sees("甲方签了")


def test_nobody_else_writes_in_a_case_and_words_of_danger_are_asked_after(town: Town, zheng: Chat) -> None:
    number = case(town, zheng, takes=False)
    Desk.of(zheng).opens(f"/desk/cases/{number}").does("take")
    zheng.taps_choice(f"case:{number}:accept").taps_choice(f"case:{number}:keep")
    other = Desk.of(town.invited("sun", "mediator")).opens("/desk/cases")
    for do, fields in (("rights", {"side": "a"}), ("consent", {"side": "a", "answer": "given", "said": "x"}), ("sign", {"what": "seal"})):
        assert other.opens("/desk/cases").does(do, at=f"/desk/cases/{number}", **fields).status == 404
    desk = Desk.of(zheng).opens(f"/desk/cases/{number}").does("rights", side="a")
    desk.does("consent", side="a", answer="given", said="他又打我了，救救我").sees("像有危险")
