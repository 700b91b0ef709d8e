"""Updates are built by python-telegram-bot, so that not only our own idea of Telegram is tested."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import telegram
from telegram import Chat, Message, MessageEntity, Update, User
from telegram.constants import ChatType, MessageType
from telegram.ext import filters

from channels.telegram_updates import ALLOWED_UPDATES, IMAGES, UNREADABLE, Me, callback_id, read
from domain.messages import Inbound

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ME = Me(7, "motherpost_bot")
ANNA = User(5, "安娜", is_bot=False, language_code="zh-hans")
BOT = User(7, "母亲岗", is_bot=True, username="motherpost_bot")
PRIVATE = Chat(5, ChatType.PRIVATE)
GROUP = Chat(-100200, ChatType.SUPERGROUP, title="邻里群")
SAID = Inbound(channel="telegram", event_id="11", sender="5", kind="text", sent_at=SENT, language="zh-Hans")


def test_reading_updates_needs_no_client_library() -> None:
    """It takes seconds to import: only the channel itself may."""
    rooms = [path for room in ("bot", "handlers", "channels", "domain", "storage") for path in (ROOT / room).rglob("*.py")]
    using = [
        path.relative_to(ROOT).as_posix()
        for path in rooms
        if re.search(r"^\s*(from|import) aiogram", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert using == ["channels/telegram.py"]


def message(chat: Chat = PRIVATE, user: User = ANNA, **content: Any) -> Message:
    return Message(41, SENT, chat, from_user=user, **content)


def received(update: Update) -> Inbound | None:
    return read(json.loads(update.to_json()), ME, NOW)


def said(**content: Any) -> Inbound | None:
    return received(Update(11, message=message(**content)))


def test_words() -> None:
    assert said(text="你好") == replace(SAID, text="你好")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/start", "start"),
        ("/start invite_x7", "start invite_x7"),
        ("/Menu@motherpost_bot", "menu"),
        ("/start@motherpost_bot  a b ", "start a b"),
        ("/stop\n谢谢", "stop 谢谢"),
    ],
)
def test_commands(text: str, command: str) -> None:
    assert said(text=text) == replace(SAID, kind="command", text=command)


@pytest.mark.parametrize("text", ["/", "/ 好", "/开始", "路/start", "//"])
def test_a_slash_alone_is_no_command(text: str) -> None:
    assert said(text=text) == replace(SAID, text=text)


def test_a_tap() -> None:
    query = telegram.CallbackQuery("99", ANNA, "inst", message=message(text="选哪个？"), data="intake:1:a")
    expected = replace(SAID, kind="choice", choice="intake:1:a", message_ref="41", sent_at=NOW)
    assert received(Update(11, callback_query=query)) == expected
    assert callback_id(json.loads(Update(11, callback_query=query).to_json())) == "99"


def test_a_tap_under_a_message_that_is_too_old() -> None:
    query = telegram.CallbackQuery("99", ANNA, "inst", message=telegram.InaccessibleMessage(PRIVATE, 41), data="a")
    assert received(Update(11, callback_query=query)) == replace(SAID, kind="choice", choice="a", message_ref="41", sent_at=NOW)


def test_a_tap_without_its_message() -> None:
    query = telegram.CallbackQuery("99", ANNA, "inst", inline_message_id="x", data="a")
    assert received(Update(11, callback_query=query)) == replace(SAID, kind="choice", choice="a", sent_at=NOW)


def test_a_game_tap_is_only_acknowledged() -> None:
    update = Update(11, callback_query=telegram.CallbackQuery("99", ANNA, "inst", game_short_name="g"))
    assert received(update) is None
    assert callback_id(json.loads(update.to_json())) == "99"


def test_a_place() -> None:
    location = telegram.Location(longitude=121.39, latitude=37.52)
    assert said(location=location) == replace(SAID, kind="location", place=(37.52, 121.39))
    assert said(location=location, venue=telegram.Venue(location, "社区", "路 1 号")) == replace(
        SAID, kind="location", place=(37.52, 121.39)
    )


def test_a_live_place_that_moves_is_no_edited_message() -> None:
    assert received(Update(11, edited_message=message(location=telegram.Location(121.0, 37.0), edit_date=NOW))) is None


def test_pictures() -> None:
    photo = [telegram.PhotoSize("a", "b", 90, 90)]
    assert said(photo=photo, caption="我的证书") == replace(SAID, kind="image", text="我的证书")
    assert said(document=telegram.Document("a", "b", mime_type="image/png")) == replace(SAID, kind="image")


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": telegram.Sticker("a", "b", 9, 9, False, False, "regular")},
        {"voice": telegram.Voice("a", "b", 3)},
        {"video": telegram.Video("a", "b", 9, 9, 3)},
        {"video_note": telegram.VideoNote("a", "b", 9, 3)},
        {"audio": telegram.Audio("a", "b", 3)},
        {"document": telegram.Document("a", "b", mime_type="application/pdf")},
        {"animation": telegram.Animation("a", "b", 9, 9, 3), "document": telegram.Document("a", "b", mime_type="image/gif")},
        {"contact": telegram.Contact("13800000000", "朋友", user_id=6)},
        {"dice": telegram.Dice(3, "🎲")},
    ],
)
def test_what_cannot_be_read(content: dict[str, Any]) -> None:
    assert said(**content) == replace(SAID, kind="unreadable")


@pytest.mark.parametrize("number", ["8613800000000", "+8613800000000"])
def test_her_own_contact_is_her_phone_number(number: str) -> None:
    assert said(contact=telegram.Contact(number, "安娜", user_id=5)) == replace(SAID, text="+8613800000000")


def test_every_kind_of_message_that_python_telegram_bot_knows_is_placed() -> None:
    service = {name.lower() for name in dir(filters.StatusUpdate) if name.isupper()} | {"migrate_to_chat_id", "unique_gift", "gift"}
    handled = {"text", "location", "venue", "invoice", "poll"} | IMAGES | UNREADABLE
    no_content = {"business_connection_id", "effect_id", "reply_to_story", "sender_boost_count", "sender_business_bot"}
    only_in_groups = {"boost_added", "giveaway_winners", "channel_chat_created", "group_chat_created", "supergroup_chat_created"}
    payments = {"successful_payment", "suggested_post_info"}
    assert {kind.value for kind in MessageType} - handled - service - no_content - only_in_groups - payments == set()


@pytest.mark.parametrize(
    "content", [{"pinned_message": message(text="旧")}, {"new_chat_title": "x"}, {"write_access_allowed": telegram.WriteAccessAllowed()}]
)
def test_service_messages_need_no_answer(content: dict[str, Any]) -> None:
    assert said(**content) is None


def test_an_edited_message() -> None:
    update = Update(11, edited_message=message(text="改成这样", edit_date=NOW))
    assert received(update) == replace(SAID, kind="edited", text="改成这样", sent_at=NOW, message_ref="41")


@pytest.mark.parametrize(
    ("after", "expected"),
    [(telegram.ChatMemberBanned(BOT, NOW), True), (telegram.ChatMemberLeft(BOT), True), (telegram.ChatMemberMember(BOT), False)],
)
@pytest.mark.parametrize("chat", [PRIVATE, GROUP])
def test_she_blocks_the_bot(after: telegram.ChatMember, expected: bool, chat: Chat) -> None:
    change = telegram.ChatMemberUpdated(chat, ANNA, SENT, telegram.ChatMemberMember(BOT), after)
    heard = received(Update(11, my_chat_member=change))
    assert heard == (replace(SAID, kind="stopped", sender=str(chat.id)) if expected else None)


def test_a_group_that_moves() -> None:
    old = Chat(-200, ChatType.GROUP, title="邻里群")
    assert said(chat=old, migrate_to_chat_id=-100200) == replace(SAID, kind="moved", sender="-200", text="-100200")


@pytest.mark.parametrize("text", ["@motherpost_bot 你好", "请问@Motherpost_Bot你在吗", "/menu@motherpost_bot"])
def test_a_group_speaks_to_the_bot(text: str) -> None:
    assert said(chat=GROUP, text=text) == replace(SAID, kind="group", sender="-100200", text=text)


def test_a_group_answers_the_bot() -> None:
    assert said(chat=GROUP, text="好的", reply_to_message=message(GROUP, BOT, text="来吗？")) == replace(
        SAID, kind="group", sender="-100200", text="好的"
    )


@pytest.mark.parametrize("text", ["你好", "/menu", "/menu@other_bot", "@motherpost_bots", "a@motherpost_bot.org@x", "x@motherpost_bot"])
def test_a_group_that_speaks_of_something_else_is_not_heard(text: str) -> None:
    assert said(chat=GROUP, text=text, entities=[MessageEntity("mention", 0, 1)]) is None


def test_other_bots_are_not_heard_in_groups() -> None:
    assert said(chat=GROUP, user=User(8, "x", is_bot=True), text="@motherpost_bot 你好") is None


def test_a_tap_in_a_group_names_no_person() -> None:
    query = telegram.CallbackQuery("99", ANNA, "inst", message=message(GROUP, text="?"), data="a")
    assert (received(Update(11, callback_query=query)) or SAID).kind == "group"


def test_channels_and_other_kinds_are_ignored() -> None:
    channel = Chat(-100300, ChatType.CHANNEL, title="频道")
    assert received(Update(11, channel_post=message(channel, text="公告"))) is None
    assert received(Update(11, edited_channel_post=message(channel, text="公告"))) is None
    assert received(Update(11, inline_query=telegram.InlineQuery("1", ANNA, "x", ""))) is None
    assert read({"update_id": 11, "something_new": {"a": 1}}, ME, NOW) is None


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh-hans", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-hant", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh_HK", "zh-Hant"),
        ("en", "en"),
        (None, ""),
    ],
)
def test_her_language(code: str | None, language: str) -> None:
    heard = said(user=User(5, "安娜", is_bot=False, language_code=code), text="你好")
    assert heard is not None
    assert heard.language == language


def test_what_the_database_cannot_hold_is_left_out() -> None:
    assert said(text="你\0好") == replace(SAID, text="你好")


def test_we_ask_only_for_kinds_that_exist() -> None:
    assert set(ALLOWED_UPDATES) <= set(Update.ALL_TYPES)
