"""Photos of the suggestion box: hers goes to staff and to herself, what was done is shown to everybody behind it, and nothing is taken unasked."""

from __future__ import annotations

from domain.messages import Inbound
from storage.broadcasts import pictures
from storage.council import steps
from tests.handlers.broadcasts.test_uploads import PNG
from tests.handlers.council.boxes import decided, next_days, row, said, women
from tests.support.chat import Chat, Town


def sends(chat: Chat, content: bytes = PNG) -> Chat:
    return chat.sends(Inbound(**chat._event(None), kind="image", picture=content))  # type: ignore[arg-type]


def test_her_photo_is_seen_by_staff_and_herself_and_by_no_other_mother(town: Town) -> None:
    first, second = women(town, "a", "b")
    office = town.invited("c", "coordinator")
    number = said(town, first)
    first.taps_choice(f"suggest:more:{number}")
    sends(first).says("跳过").taps("提交").hears("加上了")
    key = row(town, number).picture
    with town.store.read() as tx:
        assert pictures.get(tx, key) == ("image/png", PNG)
    office.taps_choice(f"suggestion:{number}")
    assert key in [one.picture for one in office.fresh]
    first.taps_choice(f"suggest:see:{number}")
    assert key in [one.picture for one in first.fresh]
    second.taps_choice(f"suggest:see:{number}")
    assert key not in [one.picture for one in second.fresh]


def test_a_picture_that_nobody_asked_for_is_not_kept(town: Town) -> None:
    (chat,) = women(town, "a")
    number = said(town, chat)
    sends(chat)
    assert row(town, number).picture == ""
    with town.store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM picture").scalar_one() == 0


def test_what_is_no_picture_is_said_to_be_none(town: Town) -> None:
    (chat,) = women(town, "a")
    number = said(town, chat)
    chat.taps_choice(f"suggest:more:{number}")
    sends(chat, b"<html>").hears("不是能发的图片")
    assert row(town, number).picture == ""


def test_the_photo_of_what_was_done_reaches_who_is_behind_it(town: Town) -> None:
    first, second = women(town, "a", "b")
    office = town.invited("c", "coordinator")
    number = said(town, first)
    second.taps_choice(f"suggest:support:{number}")
    decided(office, number, "列入议程", "同意办", "安排人办")
    office.taps_choice(f"suggestion:{number}").taps("办好了").says("换了新灯泡")
    sends(office).taps("没花钱").taps("提交")
    assert row(town, number).state == "done"
    with town.store.read() as tx:
        pictured = [one.picture for one in steps.of_suggestions(tx, [number]) if one.picture]
    assert len(pictured) == 1
    next_days(town, [first, second])
    second.taps_choice(f"suggest:see:{number}").hears("换了新灯泡")
    assert row(town, number).picture == ""
