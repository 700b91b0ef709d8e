"""A post is offered in waves, to a few at a time; whoever says 不合适 is asked why once, and it counts."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from handlers.work import candidates
from handlers.work.offers import offer_now
from storage import erasure, notices
from storage.people import consents, persons
from storage.tables.work import offer
from storage.work import offers, places, posts
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town


def outcomes(town: Town, position: int) -> list[tuple[str, str]]:
    with town.store.read() as tx:
        notice = notices.of_position(tx, position)
        assert notice is not None
        return [(row.outcome, row.why) for row in notices.outcomes(tx, notice)]


def statuses(town: Town, position: int) -> list[str]:
    with town.store.read() as tx:
        return list(tx.execute(select(offer.c.status).where(offer.c.position_id == position).order_by(offer.c.id)).scalars())


def offered(town: Town, position: int) -> list[int]:
    with town.store.read() as tx:
        mine = select(offer.c.person_id).where(offer.c.position_id == position, offer.c.status == "offered")
        return list(tx.execute(mine.order_by(offer.c.person_id)).scalars())


def change(town: Town, position: int, **values: Any) -> None:
    with town.store.begin() as tx:
        towns.change(tx, position, **values)


def mothers(town: Town, count: int) -> list[Chat]:
    return [registered(town, f"m{n}") for n in range(count)]


def told(chat: Chat) -> bool:
    return any("新岗位" in said.text for said in chat.listens())


def person(town: Town, chat: Chat) -> int:
    with town.store.read() as tx:
        found = persons.find(tx, "web", chat.address)
        assert found is not None
        return found.person_id


def test_three_mothers_a_place_are_told_and_the_next_after_a_day(town: Town) -> None:
    chats = mothers(town, 5)
    post = towns.position(town.store, town.now, headcount=1)
    town.tick()
    first = [chat for chat in chats if told(chat)]
    assert len(first) == 3 and len(offered(town, post)) == 3
    town.later(hours=23)
    town.tick()
    assert not any(told(chat) for chat in chats), "they have a day to answer"
    town.later(hours=1, minutes=1)
    town.tick()
    second = [chat for chat in chats if told(chat)]
    assert len(second) == 2 and not set(map(id, first)) & set(map(id, second))
    assert Counter(statuses(town, post)) == {"lapsed": 3, "offered": 2}


def test_who_has_it_is_not_told_again_when_nobody_is_left(town: Town) -> None:
    [chat] = mothers(town, 1)
    post = towns.position(town.store, town.now)
    town.tick()
    assert told(chat)
    for _ in range(4):
        town.later(days=1)
        town.tick()
        assert not told(chat)
    assert statuses(town, post) == ["lapsed"]
    with town.store.read() as tx:
        row = posts.get(tx, post)
        assert row is not None and row.next_wave_at is None


def test_a_new_mother_wakes_a_post_for_which_nobody_was_left(town: Town) -> None:
    towns.position(town.store, town.now)
    town.tick()
    chat = registered(town)
    town.tick()
    assert told(chat)


def test_who_changes_her_mind_wakes_the_post_that_suits_her_now(town: Town) -> None:
    chat = registered(town, community="海风11社区")
    post = towns.position(town.store, town.now)
    town.tick()
    assert not told(chat) and statuses(town, post) == []
    with town.store.begin() as tx:
        near = next(one.id for one in persons.communities(tx) if one.code == "YT02")
        persons.change(tx, person(town, chat), community_id=near)
    town.tick()
    assert told(chat)


def test_consent_withdrawn_and_given_again_is_seen(town: Town) -> None:
    first, second = mothers(town, 2)
    towns.position(town.store, town.now, "P0", headcount=1)
    town.tick()
    assert told(first) and told(second)
    with town.store.begin() as tx:
        consents.withdraw(tx, person(town, first), "jobs", now=town.now)
    post = towns.position(town.store, town.now, headcount=1)
    town.tick()
    assert offered(town, post) == [person(town, second)]
    with town.store.begin() as tx:
        consents.withdraw(tx, person(town, second), "jobs", now=town.now)
        consents.agree(tx, person(town, first), "jobs", version=1, now=town.now)
    other = towns.position(town.store, town.now, "P2", headcount=1)
    town.tick()
    assert offered(town, other) == [person(town, first)]


def test_who_was_erased_is_out_of_the_memory_with_the_next_tick(town: Town) -> None:
    chats = mothers(town, 2)
    towns.position(town.store, town.now)
    town.tick()
    with town.store.begin() as tx:
        erasure.erase(tx, person(town, chats[0]), now=town.now)
    town.tick()
    with town.store.read() as tx:
        assert len(candidates.current(tx)) == 1


def test_not_for_me_is_one_tap_and_why_another(town: Town) -> None:
    [chat] = mothers(town, 1)
    post = towns.position(town.store, town.now)
    town.tick()
    chat.listens()
    chat.hears("我想去", "不合适")
    chat.taps("不合适").hears("为什么", "太远", "时间不合", "钱少", "不想做这种", "别的")
    assert statuses(town, post) == ["declined"], "she need not say why"
    chat.taps("钱少").hears("记下了")
    with town.store.read() as tx:
        row = offers.get(tx, post, person(town, chat))
        assert row is not None and (row.status, row.reason) == ("declined", "pay")
    town.later(days=2)
    town.tick()
    assert not told(chat), "she is not asked again"


def test_why_can_be_said_in_words(town: Town) -> None:
    [chat] = mothers(town, 1)
    post = towns.position(town.store, town.now)
    town.tick()
    chat.listens()
    chat.says("不合适").hears("为什么").says("太远").hears("近一点")
    with town.store.read() as tx:
        row = offers.get(tx, post, person(town, chat))
        assert row is not None and row.reason == "far"


@pytest.mark.parametrize(
    "choice", ["", ":", "x", "-1", "1e9", "999999", "99999999999999999999", "{post}", "{post}:far", "{post}:none", "{post}:far:x"]
)
def test_made_up_and_foreign_buttons_are_harmless(town: Town, choice: str) -> None:
    chat = registered(town)
    post = towns.position(town.store, town.now)
    town.tick()
    stranger = town.person("stranger").says("你好")
    stranger.taps_choice(f"decline:{choice.format(post=post)}").hears("按钮太旧")
    assert statuses(town, post) == ["offered"]
    assert chat.listens()


def test_once_everybody_has_said_no_the_next_wave_comes_at_once(town: Town) -> None:
    chats = mothers(town, 5)
    post = towns.position(town.store, town.now, headcount=1)
    town.tick()
    first = [chat for chat in chats if told(chat)]
    for chat in first:
        chat.taps("不合适")
    town.tick()
    assert sum(told(chat) for chat in chats) == 2
    assert Counter(statuses(town, post)) == {"declined": 3, "offered": 2}


def test_a_reason_counts_for_the_next_post(town: Town) -> None:
    chats = mothers(town, 4)
    towns.position(town.store, town.now, "P0", headcount=2)
    town.tick()
    assert all(told(chat) for chat in chats)
    chats[0].taps("不合适").taps("不想做这种")
    town.later(minutes=1)
    post = towns.position(town.store, town.now, headcount=1)
    town.tick()
    assert offered(town, post) == sorted(person(town, chat) for chat in chats[1:])


def test_hardship_comes_first(town: Town) -> None:
    chats = mothers(town, 5)
    hard = person(town, chats[4])
    with town.store.begin() as tx:
        persons.save_profile(tx, hard, {"hardship": True}, now=town.now)
    post = towns.position(town.store, town.now, headcount=1)
    town.tick()
    assert hard in offered(town, post)


def test_who_waited_longest_comes_first(town: Town) -> None:
    chats = mothers(town, 6)
    town.later(days=3)
    first = towns.position(town.store, town.now, "P0", headcount=1)
    town.tick()
    town.later(days=1)
    lucky = set(offered(town, first))
    second = towns.position(town.store, town.now, headcount=1)
    town.tick()
    assert set(offered(town, second)) == {person(town, chat) for chat in chats} - lucky


def test_nobody_is_offered_more_than_a_message_holds(town: Town) -> None:
    mothers(town, 1)
    posts = [towns.position(town.store, town.now, f"P{n}") for n in range(9)]
    town.tick()
    assert sum(len(offered(town, post)) for post in posts) == 5
    town.later(days=1, hours=1)
    town.tick()
    assert sum(len(offered(town, post)) for post in posts) == 4, "and the rest another day"


def test_posts_that_open_together_are_planned_together(town: Town) -> None:
    chats = mothers(town, 2)
    with town.store.begin() as tx:
        persons.save_profile(tx, person(town, chats[0]), {"skills": ["sewing"]}, now=town.now)
    # The one who can sew suits both posts best, and is the only one for the second.
    easy = towns.position(town.store, town.now, "P1", headcount=1)
    sew = towns.position(town.store, town.now, "P2", headcount=1, skills=["sewing"], trains=False)
    with town.store.read() as tx:
        found = candidates.planned(tx, town.content, offers.due(tx, now=town.now, limit=9), now=town.now)
    assert found == {"P1": [person(town, chats[1])], "P2": [person(town, chats[0])]}
    town.tick()
    assert len(offered(town, easy)) == 2 and offered(town, sew) == [person(town, chats[0])]


def test_what_was_filled_meanwhile_is_not_told(town: Town) -> None:
    chat = registered(town)
    town.later(hours=12)
    post = towns.position(town.store, town.now, headcount=1)
    town.tick()
    assert outcomes(town, post) == [("waiting", "quiet")]
    with town.store.begin() as tx:
        assert places.take_place(tx, post)
        offers.filled(tx, post, town.now)
    town.later(hours=10)
    town.tick()
    assert not told(chat)
    assert outcomes(town, post) == [("withheld", "stale")] and statuses(town, post) == ["filled"]


def test_what_she_answered_meanwhile_is_not_told(town: Town) -> None:
    chat = registered(town)
    town.later(hours=12)
    post = towns.position(town.store, town.now)
    town.tick()
    with town.store.begin() as tx:
        offers.answered(tx, person(town, chat), post, "applied", town.now)
    town.later(hours=10)
    town.tick()
    assert not told(chat) and outcomes(town, post) == [("withheld", "stale")]


def test_a_place_given_back_is_offered_to_those_who_had_no_time_to_answer(town: Town) -> None:
    chat = registered(town)
    town.later(hours=12)
    post = towns.position(town.store, town.now, headcount=1)
    town.tick()
    change(town, post, taken=1, status="filled")
    with town.store.begin() as tx:
        offers.filled(tx, post, town.now)
    town.later(hours=10)
    town.tick()
    assert not told(chat)
    change(town, post, taken=0, status="published")
    with town.store.begin() as tx:
        offers.wake(tx, [post], now=town.now)
    town.tick()
    assert told(chat) and statuses(town, post) == ["offered"]


def test_even_unasked_a_place_given_back_is_found_within_a_day(town: Town) -> None:
    chat = registered(town)
    post = towns.position(town.store, town.now, headcount=1, taken=1)
    town.tick()
    change(town, post, taken=0)
    town.later(days=1)
    town.tick()
    assert not told(chat), "a published post without places is as good as closed"
    change(town, post, status="filled", taken=1)
    with town.store.begin() as tx:
        offers.filled(tx, post, town.now)
    change(town, post, status="published", taken=0)
    town.later(days=1)
    town.tick()
    assert told(chat)


def test_told_late_she_still_has_a_day(town: Town) -> None:
    chats = mothers(town, 4)
    town.later(hours=12)
    post = towns.position(town.store, town.now, headcount=1)
    town.tick()
    town.later(hours=10)
    town.tick()
    assert sum(told(chat) for chat in chats) == 3
    town.later(hours=14)
    town.tick()
    assert len(offered(town, post)) == 3 and not any(told(chat) for chat in chats), "14 hours are no day"
    town.later(hours=10)
    town.tick()
    assert sum(told(chat) for chat in chats) == 1


def test_who_cannot_be_told_takes_no_place_in_line_and_is_listed(town: Town) -> None:
    chats = mothers(town, 5)
    with town.store.begin() as tx:
        for chat in chats[:2]:
            persons.set_address_state(tx, "web", chat.address, "gone")
    post = towns.position(town.store, town.now, headcount=1)
    town.tick()
    assert offered(town, post) == sorted(person(town, chat) for chat in chats[2:])
    assert outcomes(town, post).count(("withheld", "unreachable")) == 2


def test_no_more_doors_at_a_time_than_offers(town: Town) -> None:
    chats = mothers(town, 8)
    with town.store.begin() as tx:
        for chat in chats[:5]:
            persons.set_address_state(tx, "web", chat.address, "gone")
    post = towns.position(town.store, town.now, headcount=1)
    town.tick()
    assert outcomes(town, post).count(("withheld", "unreachable")) == 3
    town.later(days=1, minutes=1)
    town.tick()
    assert outcomes(town, post).count(("withheld", "unreachable")) == 5


def test_who_can_be_told_again_is_offered_what_was_only_listed(town: Town) -> None:
    [chat] = mothers(town, 1)
    with town.store.begin() as tx:
        persons.set_address_state(tx, "web", chat.address, "gone")
    post = towns.position(town.store, town.now)
    town.tick()
    assert outcomes(town, post) == [("withheld", "unreachable")] and statuses(town, post) == []
    chat.says("你好")
    with town.store.begin() as tx:
        persons.save_profile(tx, person(town, chat), {"learn": ["sewing"]}, now=town.now)
    town.tick()
    assert told(chat) and outcomes(town, post) == [("delivered", "")]


def test_who_passes_a_class_is_offered_before_the_public_wave(town: Town) -> None:
    chats = mothers(town, 5)
    post = towns.position(town.store, town.now, headcount=1)
    passed = [person(town, chats[4]), person(town, chats[3])]
    with town.store.begin() as tx:
        assert offer_now(tx, town.content, post, passed, now=town.now) == passed
        assert offer_now(tx, town.content, post, passed, now=town.now) == []
    town.tick()
    assert len(offered(town, post)) == 3 and set(passed) < set(offered(town, post))
    assert told(chats[4]) and told(chats[3])


def test_an_early_offer_keeps_to_rules_and_places(town: Town) -> None:
    chats = [*mothers(town, 4), registered(town, "far", community="海风11社区")]
    post = towns.position(town.store, town.now, headcount=1)
    draft = towns.position(town.store, town.now, "D1", status="draft", published_at=None)
    ids = [person(town, chat) for chat in reversed(chats)]
    with town.store.begin() as tx:
        assert offer_now(tx, town.content, post, ids, now=town.now) == ids[1:4]
        assert offer_now(tx, town.content, draft, ids, now=town.now) == []
        assert offer_now(tx, town.content, 10**9, ids, now=town.now) == []
