"""Deeds of broadcasts by a scene alone, as a page calls them: no chat, no words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.broadcasts.audience import Audience
from domain.errors import Refused
from domain.forms.schema import Answers
from handlers.broadcasts import composing, deciding, watching
from storage import access_log
from storage.broadcasts import queue
from tests.handlers.broadcasts.test_broadcasts import mother, person_of
from tests.handlers.staff.test_deeds import scene
from tests.support.chat import Town

EVERYBODY: Answers = {"text": "停水", "whom": "all", "haste": "no", "buttons": ["join"]}


@pytest.fixture
def street(town: Town) -> Town:
    """YT01 with two who may write there, one of YT02, the city, and a mother in each."""
    town.invited("writer", "coordinator")
    town.invited("second", "coordinator")
    town.invited("elsewhere", "coordinator", community="YT02")
    town.invited("city", "federation", None)
    mother(town, "near", skills=["sewing"])
    mother(town, "far", community=2)
    return town


def test_a_draft_is_counted_for_her_place_alone(street: Town) -> None:
    with scene(street, "writer") as writer:
        draft = composing.compose(writer, EVERYBODY)
        assert draft.status == "draft"
        assert (draft.size, draft.reached, draft.missed) == (1, {"web": 1}, {})
        with pytest.raises(Refused, match="outside"):
            composing.compose(writer, {**EVERYBODY, "whom": "pick", "places": ["YT02"]})
    with scene(street, "elsewhere") as other, pytest.raises(Refused, match="not_allowed"):
        deciding.readable(other, draft.id)
    with scene(street, "near") as nobody, pytest.raises(Refused, match="not_allowed"):
        composing.compose(nobody, EVERYBODY)


def test_an_estimate_is_the_draft_and_stores_nothing(street: Town) -> None:
    picked: Answers = {**EVERYBODY, "whom": "pick", "skills": ["sewing"]}
    with scene(street, "city") as city:
        guess = composing.estimate(city, picked)
        assert queue.written_by(city.tx, city.person_id, limit=1) == []
        draft = composing.compose(city, picked)
    assert guess.reached == draft.reached == {"web": 1}
    assert Audience.from_json(guess.audience) == Audience.from_json(draft.audience)


def test_it_goes_at_once_or_then_and_only_once(street: Town) -> None:
    with scene(street, "writer") as writer:
        draft = composing.compose(writer, EVERYBODY)
        with pytest.raises(Refused, match="past"):
            deciding.send(writer, draft, street.now - timedelta(minutes=1))
        assert deciding.send(writer, draft, street.now + timedelta(hours=1)) == 0
        with pytest.raises(Refused, match="gone"):
            deciding.send(writer, draft, street.now)
        with pytest.raises(Refused, match="gone"):
            deciding.void(writer, draft)
    with scene(street, "second") as other:
        notice = deciding.readable(other, draft.id)
        assert (notice.status, notice.starts_at) == ("approved", street.now + timedelta(hours=1))
        with pytest.raises(Refused, match="not_allowed"):
            deciding.send(other, notice, street.now)


def test_an_urgent_one_has_a_second_persons_word(street: Town) -> None:
    with scene(street, "writer") as writer:
        draft = composing.compose(writer, {**EVERYBODY, "haste": "yes"})
        assert deciding.needs_second(writer, draft)
        assert deciding.send(writer, draft, street.now) == 2
        with pytest.raises(Refused, match="yours"):
            deciding.approve(writer, draft)
        assert list(deciding.to_decide(writer)) == []
    with scene(street, "elsewhere") as other:
        assert list(deciding.to_decide(other)) == []
    with scene(street, "second") as second:
        [asked] = deciding.to_decide(second)
        assert deciding.count(second, second.scopes("broadcasts.approve")).all == 1
        deciding.approve(second, asked)
        with pytest.raises(Refused, match="gone"):
            deciding.refuse(second, asked)


def test_many_have_one_too(street: Town) -> None:
    street.content = replace(street.content, rules=replace(street.content.rules, approve_above=0))
    with scene(street, "writer") as writer:
        draft = composing.compose(writer, EVERYBODY)
        assert deciding.send(writer, draft, street.now) == 2
    with scene(street, "city") as city:
        deciding.refuse(city, deciding.readable(city, draft.id))
        assert deciding.readable(city, draft.id).status == "void"


def test_a_correction_stops_the_wrong_one_and_is_for_those_who_got_it(street: Town) -> None:
    near, other = street.person("near"), mother(street, "other")
    with scene(street, "writer") as writer:
        wrong = composing.compose(writer, EVERYBODY)
        deciding.send(writer, wrong, street.now)
    street.tick()
    assert len([*near.listens(), *other.listens()]) == 2
    with scene(street, "writer") as writer:
        draft = composing.correct(writer, deciding.readable(writer, wrong.id), " 明天停水 ")
        assert (draft.corrects, draft.size) == (wrong.id, 2)
        assert "明天停水" in draft.body["text"]
        assert not deciding.stop(writer, wrong)
    with scene(street, "other") as she:
        watching.tap(she, wrong.id, "join")
        with pytest.raises(Refused, match="gone"):
            watching.tap(she, wrong.id, "made up")
    with scene(street, "writer") as writer:
        with pytest.raises(Refused, match="own_tap"):
            watching.tap(writer, wrong.id, "join")
        [signed] = watching.signed_up(writer, wrong)
        logged = select(access_log.LOG.c.subject_id).where(access_log.LOG.c.action == "people.see")
        assert [signed.person_id] == writer.tx.execute(logged).scalars().all() == [person_of(street, other)]
