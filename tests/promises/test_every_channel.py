"""What holds on every channel alike: order, repeats, lengths, an outage, a restart, and the same talk with and without verification."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.sender import record_failure
from domain.allowance import WINDOWS, Account
from domain.capabilities import ALL, WECHAT
from domain.errors import SendError
from domain.messages import Outbound
from storage import outbox, sending, told
from tests.flows.test_transcripts import FLOWS, GOLDEN, _transcript, furnish
from tests.support.chat import Chat, Town

# Something of these flows is said unasked, not in answer to a word.
PUSHED = frozenset({"half_done", "back_change_later"})


@pytest.fixture(params=[*ALL, "wechat_unverified"])
def chat(request: pytest.FixtureRequest, town: Town) -> Chat:
    name = str(request.param)
    if name == "wechat_unverified":
        without_verification(town)
    return town.person("a", ALL[name.removesuffix("_unverified")])


def without_verification(town: Town) -> None:
    town.content = replace(town.content, rules=replace(town.content.rules, accounts={}))


def test_answers_come_in_the_order_of_her_words(chat: Chat) -> None:
    for said, heard in (("登记", "同意"), ("1", "社区"), ("稍后", "放一放"), ("你是谁", "母亲岗")):
        chat.says(said).hears(heard)


def test_a_repeat_changes_nothing_and_its_answer_is_there(chat: Chat) -> None:
    chat.says("/start", event="e1")
    town = chat.town
    with town.store.read() as tx:
        before = [said.text for _, said in told.answers_to(tx, 1)]
    chat.says("/start", event="e1")
    assert not chat.fresh
    with town.store.read() as tx:
        assert [said.text for _, said in told.answers_to(tx, 1)] == before and before


def test_no_message_is_longer_than_the_channel_takes(chat: Chat) -> None:
    chat.says("登记").says("1").says("😀" * 700).says("哈" * 3000)
    channel = chat.channel
    for _, said in chat.heard:
        assert 0 < len(said.text) <= channel.max_text
        assert channel.max_bytes is None or len(said.text.encode()) <= channel.max_bytes


def put(chat: Chat, text: str) -> int:
    with chat.town.store.begin() as tx:
        return outbox.put(tx, Outbound(text=text), channel=chat.channel.channel, address="a", person_id=None, now=chat.town.now)


def test_an_outage_loses_nothing_and_says_nothing_twice(chat: Chat) -> None:
    town = chat.town
    chat.says("你是谁")
    put(chat, "一"), put(chat, "二")
    with town.store.begin() as tx:
        for row in sending.claim(tx, chat.channel.channel, now=town.now, most=1):
            record_failure(tx, row, SendError("retry", "502"), now=town.now)
    town.later(minutes=1)
    heard = [one.text for one in chat.listens()]
    # Without verification they wait for her word.
    heard += [one.text for one in chat.says("更多").fresh]
    assert [text for text in heard if text in ("一", "二")] == ["一", "二"]


def test_a_restart_takes_up_what_was_on_its_way(chat: Chat) -> None:
    town = chat.town
    chat.says("你是谁")
    put(chat, "一")
    with town.store.begin() as tx:
        assert len(sending.claim(tx, chat.channel.channel, now=town.now, most=5)) == 1
    with town.store.begin() as tx:
        assert sending.recover(tx, now=town.now, all_leases=True) == (1, 0)
    town.now += timedelta(seconds=30)
    heard = [one.text for one in (*chat.listens(), *chat.says("更多").fresh)]
    assert heard.count("一") == 1


@pytest.mark.parametrize("flow", [name for name in FLOWS if name not in PUSHED])
def test_without_verification_she_hears_the_same(town: Town, flow: str) -> None:
    without_verification(town)
    furnish(town)
    said = "\n".join(_transcript(town, FLOWS[flow], WECHAT)) + "\n"
    assert said == (GOLDEN / f"{flow}.wechat.txt").read_text("utf-8")


def test_no_more_goes_than_the_channel_lets_through_and_the_rest_comes_in_order_with_her_words(chat: Chat) -> None:
    """A word of hers opens a counted channel for five messages; who waits in between hears all, each once and in order."""
    chat.says("你是谁")
    texts = [f"第{number}条" for number in range(9)]
    for text in texts:
        put(chat, text)
    unasked = [one.text for one in chat.listens()]
    heard = list(unasked)
    for _ in range(4):
        chat.town.later(minutes=5)
        heard += [one.text for one in chat.says("更多").fresh] + [one.text for one in chat.listens()]
    account = chat.town.content.rules.accounts.get(chat.channel.channel, Account())
    assert len(unasked) <= (len(texts) if not chat.channel.counted else WINDOWS["word"].messages if account.pushes else 0)
    assert [text for text in heard if text in texts] == texts
