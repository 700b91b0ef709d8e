"""People at the desk: found by what staff know, shown by acts that are written down, corrected with her knowledge."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.finding import of_person, search_words
from storage import erasure
from storage.desk import people
from storage.people import persons
from storage.tables.people import access_log, found_by
from tests.support.chat import Chat, Town
from tests.support.desk import Desk, person_of


def woman(town: Town, name: str, phone: str | None = None, *, community: str = "YT01", building: str | None = None) -> int:
    chat = town.invited(f"w{name}{phone}{community}", "mother", community)
    number = person_of(chat)
    with town.store.begin() as tx:
        persons.change(tx, number, name=name, phone=phone, building=building)
        persons.save_profile(tx, number, {"birth_year": 1990, "skills": ["sewing"]}, now=town.now)
    return number


@pytest.fixture
def li(town: Town) -> Chat:
    return town.invited("li", "coordinator")


def test_a_woman_is_found_by_name_given_name_initials_phone_building_and_key(town: Town, li: Chat) -> None:
    number = woman(town, "吕丽萍", "13800000001", building="3号楼2单元501")
    woman(town, "王芳")
    town.tick()
    desk = Desk.of(li)
    for words in ("吕丽萍", " 吕 丽萍", "丽萍", "llp", "LLP", "13800000001", "138 0000 0001", "3号楼", "3号楼2单元501"):
        desk.opens(f"/desk/people?words={words}").sees("共 1 位", "吕某某" if "吕" not in words else "吕丽萍")
    with town.store.read() as tx:
        key = persons.get(tx, number).key
    desk.opens(f"/desk/people?words={key}").sees("共 1 位")
    desk.opens("/desk/people?words=吕").sees("没有找到")
    desk.opens("/desk/people?skill=sewing").sees("共 2 位", "还没有")


def test_who_are_found_by_the_same_name_are_counted_up_to_a_limit(town: Town, li: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        woman(town, "王丽萍", f"1380000000{number}")
    town.tick()
    monkeypatch.setattr(people, "COUNTED_FOUND", 2)
    Desk.of(li).opens("/desk/people?words=丽萍").sees("共 2以上 位").opens("/desk/people").sees("共 3 位")


def test_what_is_stored_for_the_search_says_no_word(town: Town) -> None:
    woman(town, "吕丽萍", building="3号楼")
    town.tick()
    with town.store.read() as tx:
        rows = list(tx.execute(select(found_by.c.word)).scalars())
    assert len(rows) == 5
    assert all(len(one) == 16 and int(one, 16) >= 0 for one in rows)


def test_an_old_name_finds_nobody(town: Town, li: Chat) -> None:
    number = woman(town, "吕丽萍")
    town.tick()
    with town.store.begin() as tx:
        persons.change(tx, number, name="吕萍萍")
    desk = Desk.of(li).opens("/desk/people?words=吕丽萍").sees("没有找到")
    town.tick()
    desk.opens("/desk/people?words=吕丽萍").sees("没有找到").opens("/desk/people?words=吕萍萍").sees("共 1 位")
    with town.store.begin() as tx:
        erasure.erase(tx, number, now=town.now)
    town.tick()
    with town.store.read() as tx:
        assert tx.execute(select(found_by)).first() is None


def test_names_and_phones_are_shown_by_an_act_that_is_written_down(town: Town, li: Chat) -> None:
    number = woman(town, "吕丽萍", "13800000001")
    desk = Desk.of(li).opens(f"/desk/people/{number}").sees("吕某某", "1990").sees_not("吕丽萍", "13800000001")
    desk.does("reveal").sees("吕丽萍", "13800000001")
    with town.store.read() as tx:
        seen = tx.execute(select(access_log.c.action).where(access_log.c.subject_id == number, access_log.c.actor_id == person_of(li)))
        assert {"people.see", "people.reveal"} <= set(seen.scalars())
    desk.opens(f"/desk/people/{number}").sees_not("吕丽萍")


def test_nobody_is_found_or_seen_of_another_place(town: Town, li: Chat) -> None:
    number = woman(town, "吕丽萍", "13800000001", community="YT02")
    town.tick()
    for chat in (li, town.invited("boss", "employer", None, enterprise="E1"), town.invited("zheng", "mediator")):
        desk = Desk.of(chat)
        for words in ("吕丽萍", "13800000001", "llp", ""):
            desk.opens(f"/desk/people?words={words}").sees_not("吕丽萍", "吕某某", "共 1 位")
        for address in (f"/desk/people/{number}", f"/desk/people/{number}/correct"):
            assert desk.opens(address).status in (403, 404)
        assert desk.sends(f"/desk/people/{number}", do="reveal").status in (403, 404)
        desk.sees_not("吕丽萍", "13800000001")


def test_what_is_corrected_she_is_told(town: Town, li: Chat) -> None:
    number = woman(town, "吕丽萍", "13800000001")
    her = town.person("w吕丽萍13800000001YT01")
    desk = Desk.of(li).opens(f"/desk/people/{number}/correct")
    assert 'value="吕丽萍"' in desk.html
    desk.does("correct", name="吕丽平", phone="12", skills="缝纫裁剪", birth_year="1990").sees("还不能存")
    assert desk.status == 422
    desk.does("correct", name="吕丽平", phone="13800000002", birth_year="1991", skills="").sees("改好了")
    her.listens()
    her.hears("改了您的资料", "姓名")
    with town.store.read() as tx:
        row, profile = persons.get(tx, number), persons.profile(tx, number)
    assert (row.name, row.phone) == ("吕丽平", "13800000002")
    assert profile is not None
    assert (profile.birth_year, profile.skills) == (1991, [])


def test_staff_write_to_her_first(town: Town, li: Chat) -> None:
    number = woman(town, "吕丽萍")
    her = town.person("w吕丽萍NoneYT01")
    Desk.of(li).opens(f"/desk/people/{number}").does("write", said="您上次问的班开了。").sees("发给她了")
    her.listens()
    her.hears("您上次问的班开了。")


def test_words_of_unusual_names() -> None:
    assert of_person("欧阳娜娜", None) == {"name 欧阳娜娜", "given 娜娜", "initials oynn"}
    assert of_person("李", None) == {"name 李", "initials l"}
    assert of_person(None, None) == search_words("  ") == set()
