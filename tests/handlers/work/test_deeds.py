"""What staff do with posts and applications is done by functions of a scene alone: a page calls the same ones as the chat."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from domain.errors import Refused
from handlers.scene import Scene
from handlers.work import decisions, publishing, reviewing, withdrawals
from storage.tables.people import access_log
from storage.work import applications, posts
from tests.handlers.work.test_applications import wants
from tests.handlers.work.test_positions import HONEST, OPEN, draft, person_id, questionable, status
from tests.support import towns
from tests.support.chat import Chat, Town


@contextmanager
def scene(town: Town, chat: Chat) -> Iterator[Scene]:
    """She acts, by whatever page."""
    who = person_id(town, chat)
    with town.store.begin() as tx:
        yield Scene(tx=tx, content=town.content, now=town.now, person_id=who)


def logged(act: Scene) -> list[str]:
    mine = access_log.select().where(access_log.c.actor_id == act.person_id).order_by(access_log.c.id)
    return [row.action for row in act.tx.execute(mine)]


def test_a_draft_is_published_and_withdrawn(town: Town) -> None:
    post, coordinator = draft(town), town.invited("coordinator", "coordinator")
    with scene(town, coordinator) as act:
        published = publishing.publish(act, post)
        assert isinstance(published, publishing.Published) and published.post.id == post
        assert logged(act)[-1] == "positions.publish"
    assert status(town, post) == "published"
    with scene(town, coordinator) as act:
        withdrawn = withdrawals.withdraw(act, post, "fee")
        assert (withdrawn.post.id, withdrawn.told) == (post, 0)
    assert status(town, post) == "closed"


def test_an_estimate_is_kept_with_the_post(town: Town) -> None:
    post, coordinator = draft(town, text=HONEST.replace("熟手每小时约26元，", "")), town.invited("coordinator", "coordinator")
    with scene(town, coordinator) as act:
        assert isinstance(publishing.publish(act, post), publishing.Unestimated)
        assert isinstance(publishing.estimate(act, post, 3000), publishing.Published)
        kept = posts.get(act.tx, post)
        assert kept is not None and kept.hourly_fen == 3000


def test_a_question_needs_a_second_word(town: Town) -> None:
    post = questionable(town)
    first, second = (town.invited(name, "coordinator") for name in ("first", "second"))
    with scene(town, first) as act:
        queried = publishing.publish(act, post)
        assert isinstance(queried, publishing.Queried) and [one["code"] for one in queried.findings] == ["vague_pay"], OPEN
        asked = publishing.ask_review(act, post)
        assert isinstance(asked, publishing.Asked) and asked.whom == [person_id(town, second)]
        with pytest.raises(Refused, match="positions.own"):
            reviewing.decide(act, 1, "published", "我看行")
    with scene(town, second) as act:
        assert isinstance(reviewing.look(act, 1), reviewing.Open)
        assert reviewing.decide(act, 1, "published", "问过企业") == reviewing.Decided(queried.post, "published")
    assert status(town, post) == "published"
    assert any("问过企业" in word.text for word in first.listens())


def test_an_application_is_decided_once(town: Town) -> None:
    towns.position(town.store, town.now)
    coordinator = town.invited("coordinator", "coordinator")
    mother = wants(town)
    tomorrow = town.now + timedelta(days=1)
    with scene(town, coordinator) as act:
        before = decisions.Seen("applied", None)
        with pytest.raises(Refused, match="applications.past"):
            decisions.invite(act, 1, town.now, "工坊", about=before)
        with pytest.raises(Refused, match="applications.too_early"):
            decisions.record_start(act, 1)
        invited = decisions.invite(act, 1, tomorrow, "工坊", about=before)
        assert invited.done and (invited.application.status, invited.application.trial_at) == ("trial", tomorrow)
        assert not decisions.invite(act, 1, tomorrow, "别处", about=before).done, "it was decided on what is no longer so"
    assert any("工坊" in word.text for word in mother.listens())
    town.later(days=2)
    with scene(town, coordinator) as act:
        assert decisions.record_start(act, 1).done
        with pytest.raises(Refused, match="applications.too_early"):
            decisions.turn_down(act, 1, "missed")
        now = applications.get(act.tx, 1)
        assert now is not None and now.status == "started"
        assert logged(act).count("applications.decide") == 2


def test_nobody_acts_outside_her_place(town: Town) -> None:
    post, mother = draft(town), wants_at(town)
    with scene(town, mother) as act:
        for deed in (
            lambda: publishing.publish(act, post),
            lambda: publishing.ask_review(act, post),
            lambda: withdrawals.withdraw(act, post, "fee"),
            lambda: decisions.turn_down(act, 1, "no"),
            lambda: decisions.record_start(act, 1),
            lambda: decisions.invite(act, 1, town.now + timedelta(days=1), "", about=decisions.Seen("applied", None)),
        ):
            with pytest.raises(Refused, match=r"staff\.not_allowed"):
                deed()


def wants_at(town: Town) -> Chat:
    """A mother who applied for a public post."""
    towns.position(town.store, town.now)
    return wants(town)
