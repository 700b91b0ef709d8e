"""Words below a picture or behind a command do what they ask; an album is one message with one answer."""

from __future__ import annotations

from typing import Any

import pytest

from channels.telegram_updates import Me, read
from domain.capabilities import TELEGRAM
from domain.messages import Inbound
from storage.people import persons
from tests.support.chat import Chat, Town

PHOTO = [{"file_id": "p", "file_unique_id": "q", "width": 1, "height": 1}]


def update(town: Town, number: int, **content: Any) -> Inbound:
    chat = {"id": 8, "type": "private"}
    message = {"message_id": number, "date": int(town.now.timestamp()), "chat": chat, "from": {"id": 8, "is_bot": False, "first_name": "U"}}
    found = read({"update_id": number, "message": {**message, **content}}, Me(7), town.now)
    assert found is not None
    return found


def phone(town: Town) -> Chat:
    return town.person("8", channel=TELEGRAM)


@pytest.mark.parametrize("carried", [{"photo": PHOTO}, {"document": {"file_id": "d"}}, {"voice": {"file_id": "v"}}])
def test_a_caption_is_heard_as_if_it_were_typed(town: Town, carried: dict[str, Any]) -> None:
    typed = town.person("9", channel=TELEGRAM).says("有什么活").text
    chat = phone(town).sends(update(town, 1, caption="有什么活", **carried))
    assert chat.text == typed and "看不懂" not in chat.text


def test_unsubscribing_below_a_document(town: Town) -> None:
    chat = phone(town).says("登记").sends(update(town, 2, document={"file_id": "d"}, caption="退订"))
    with town.store.read() as tx:
        found = persons.find(tx, "telegram", "8")
        assert found is not None
    assert chat.text == town.person("9", channel=TELEGRAM).says("登记").says("退订").text


def test_danger_below_a_picture_of_an_album(town: Town) -> None:
    chat = phone(town)
    for number in (1, 2, 3):
        chat.sends(update(town, number, photo=PHOTO, media_group_id="m", **({"caption": "老公掐我脖子"} if number == 2 else {})))
        if number == 2:
            chat.hears("110")


@pytest.mark.parametrize("captioned", [None, 1])
def test_an_album_is_answered_once(town: Town, captioned: int | None) -> None:
    chat, answers = phone(town), 0
    for number in (1, 2, 3, 4, 5):
        words = {"caption": "有什么班"} if number == captioned else {}
        answers += bool(chat.sends(update(town, number, photo=PHOTO, media_group_id="m", **words)).fresh)
    assert answers == 1
    assert chat.sends(update(town, 6, photo=PHOTO, media_group_id="n")).fresh, "another album is another message"


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("/退订", "退订"),
        ("／我的资料", "我的资料"),
        ("/menu 有什么班", "有什么班"),
        ("/xyz 我的报名", "我的报名"),
        ("/start 有什么班", "有什么班"),
        ("/救命啊他要杀我", "救命啊他要杀我"),
    ],
)
def test_a_slash_before_words_means_the_words(town: Town, said: str, means: str) -> None:
    assert phone(town).sends(update(town, 1, text=said)).text == town.person("9", channel=TELEGRAM).says(means).text
