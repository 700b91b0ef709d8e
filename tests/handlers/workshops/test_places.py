"""Workshops as places: nobody is sent where a check is overdue or failed, places are given back, and who loses one is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select, update

from domain.access import CITY
from domain.errors import Refused
from domain.messages import Inbound
from domain.notices import LOCAL
from domain.workshops.places import AHEAD, HELD, HOLDS, Check
from handlers.scene import Scene
from handlers.workshops import clock
from handlers.workshops import places as deeds
from handlers.workshops.places import Told
from storage.people import persons
from storage.tables.places import workshop_booking, workshop_check, workshop_hour, workshop_room
from storage.workshops import places
from tests.support import workshops
from tests.support.chat import Chat, Town
from tests.support.desk import Desk

NINE = datetime(2026, 11, 25, 9, tzinfo=LOCAL)
TOLD = Told("潮音工坊", "海风路9号", "1-5 08:00-12:00", {"work": 3}, keeper="刘姐")


def scene(town: Town, tx: Connection, chat: Chat) -> Scene:
    found = persons.find(tx, "web", chat.address)
    assert found is not None
    return Scene(tx=tx, content=town.content, now=town.now, person_id=found.person_id)


def taken(town: Town) -> int:
    with town.store.read() as tx:
        return int(tx.execute(select(func.coalesce(func.sum(workshop_hour.c.taken), 0))).scalar_one())


@pytest.fixture
def shop(town: Town) -> int:
    with town.store.begin() as tx:
        return workshops.sound(tx)


@pytest.fixture
def office(town: Town) -> Chat:
    return town.invited("office", "coordinator")


def test_a_place_is_booked_shown_and_given_back(town: Town, shop: int, mother: Chat) -> None:
    mother.says("工坊").hears("巧手工坊", "海风路8号", "生产区还有 2 个").taps("看巧手").taps("订生产区").taps("11月25日").taps("9点")
    mother.hears("订好了", "9点")
    mother.says("我的事").hears("工坊", "9点").taps("9点").hears("海风路8号").taps("不去了").hears("取消了")
    assert taken(town) == 0
    assert "取消" not in mother.says("我的事").text


def test_the_nearest_come_first_and_only_where_people_are_taken(town: Town, mother: Chat) -> None:
    with town.store.begin() as tx:
        for name, community, but in (("远的", 4, ()), ("近的", 2, ()), ("没查的", 1, ("fire",))):
            workshops.sound(tx, name=name, community=community, but=but)
    heard = mother.says("附近的工坊").hears("近的", "1.0公里", "远的").text
    assert heard.index("近的") < heard.index("远的") and "没查的" not in heard


def test_in_a_form_the_word_is_no_answer(town: Town, shop: int) -> None:
    woman = town.person("m").says("/start").says("登记").says("工坊")
    woman.hears("巧手工坊")


def test_a_childs_place_needs_hygiene_and_children_are_counted(town: Town, mother: Chat) -> None:
    with town.store.begin() as tx:
        workshops.sound(tx, name="脏的", but=("hygiene",))
        workshops.sound(tx)
    mother.says("工坊").taps("看脏的")
    assert "给孩子订位" not in mother.labels()
    with town.store.begin() as tx, pytest.raises(Refused, match="not_then"):
        deeds.book(scene(town, tx, mother), 1, "childcare", NINE)
    mother.taps_choice("workshop_at:2:childcare:2026112509").taps("9点").taps("再加一个").hears("2 个孩子")
    mother.taps("再加一个").hears("满了")
    assert taken(town) == 2


@pytest.mark.parametrize(
    "at", [NINE - timedelta(days=2), NINE + AHEAD, NINE.replace(hour=12), NINE.replace(day=28), NINE.replace(minute=30)]
)
def test_only_whole_open_hours_of_the_week_ahead_are_given(town: Town, shop: int, mother: Chat, at: datetime) -> None:
    with town.store.begin() as tx, pytest.raises(Refused, match="not_then"):
        deeds.book(scene(town, tx, mother), shop, "work", at)


def test_a_full_hour_is_refused_and_not_offered(town: Town, shop: int, mother: Chat) -> None:
    with town.store.begin() as tx:
        for name in ("x", "y"):
            other = persons.add(tx, "web", name, language="zh", now=town.now).person_id
            deeds.book(Scene(tx=tx, content=town.content, now=town.now, person_id=other), shop, "work", NINE)
        with pytest.raises(Refused, match="full"):
            deeds.book(scene(town, tx, mother), shop, "work", NINE)
        assert tx.execute(select(func.count()).select_from(workshop_booking)).scalar_one() == 2
    mother.taps_choice("workshop_at:1:work:20261125")
    assert not any("9点" in label for label in mother.labels()) and any("10点" in label for label in mother.labels())


def test_nobody_hoards_hours(town: Town, mother: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    with town.store.begin() as tx:
        made = [workshops.sound(tx) for _ in range(HELD // 4 + 1)]
        hers = scene(town, tx, mother)
        hours = [(one, NINE.replace(hour=8 + n)) for one in made for n in range(4)]
        for one, at in hours[:HELD]:
            deeds.book(hers, one, "work", at)
        with pytest.raises(Refused, match="enough"):
            deeds.book(hers, hours[HELD][0], "work", hours[HELD][1])


def failed(hers: Scene) -> int:
    return deeds.check(hers, 1, Check("fire", False, date(2026, 11, 24), date(2026, 12, 1)))


def smaller(hers: Scene) -> int:
    return deeds.change(hers, 1, TOLD._replace(capacities={}))


def shorter(hers: Scene) -> int:
    return deeds.change(hers, 1, TOLD._replace(windows="1-5 10:00-12:00"))


def closed(hers: Scene) -> int:
    return deeds.set_open(hers, 1, is_open=False)


@pytest.mark.parametrize("deed", [failed, smaller, shorter, closed])
def test_whoever_has_a_place_is_told_when_the_workshop_cannot_take_her(town: Town, shop: int, mother: Chat, office: Chat, deed) -> None:  # type: ignore[no-untyped-def]
    mother.taps_choice("workshop_at:1:work:2026112509")
    with town.store.begin() as tx:
        assert deed(scene(town, tx, office)) == 1
    mother.listens()
    mother.hears("9点", "巧手工坊" if deed in (failed, closed) else "潮音工坊", "取消了")
    assert taken(town) == 0


def test_a_place_booked_while_a_check_failed_is_closed_by_the_clock(town: Town, shop: int, mother: Chat) -> None:
    mother.taps_choice("workshop_at:1:work:2026112509")
    with town.store.begin() as tx:
        tx.execute(update(workshop_check).where(workshop_check.c.kind == "dust").values(passed=False))
    town.tick()
    mother.listens()
    mother.hears("取消了")
    assert taken(town) == 0


def test_a_coordinator_adds_checks_and_opens_a_workshop(town: Town, office: Chat, mother: Chat) -> None:
    office.says("菜单").taps("工坊管理").taps("新加一处")
    for said in ("潮音工坊", "海风路9号", "跳过", "周一到周五8点到12点", "对", "4", "0", "2", "跳过", "刘姐"):
        office.says(said)
    office.taps("提交").hears("潮音工坊", "刘姐", "消防：还没查过", "卫生和儿童安全")
    assert "潮音" not in mother.says("工坊").text
    for kind in ("消防", "出口", "粉尘"):
        office.taps_choice("workshop:1:check").taps(kind).taps("合格").says("2026-11-23").says("跳过").says("跳过").says("跳过").taps(
            "提交"
        )
    office.hears("消防：合格", "12-24")
    mother.says("工坊").hears("潮音工坊", "生产区还有 4 个")
    assert "育儿区" not in mother.text and "刘姐" not in mother.text
    office.taps_choice("workshop:1:change").says("跳过").hears("潮音工坊", "刘姐", "4人")


def test_the_office_sees_use_by_hour(town: Town, shop: int, office: Chat, mother: Chat) -> None:
    mother.taps_choice("workshop_at:1:work:2026112411")
    office.taps_choice("workshop:1:use").hears("11点 生产区 1/2、育儿区 0/2")
    town.later(days=1)
    office.taps_choice("workshop:1:use").hears("11月25日", "11点 1 人次")


def test_a_check_of_tomorrow_or_for_years_does_not_hold(town: Town, shop: int, office: Chat) -> None:
    today = date(2026, 11, 24)
    with town.store.begin() as tx:
        hers = scene(town, tx, office)
        with pytest.raises(Refused, match="not_yet"):
            deeds.check(hers, shop, Check("fire", True, today + timedelta(days=1), today))
        deeds.check(hers, shop, Check("fire", True, today, date(2030, 1, 1)))
        assert places.checks(tx, [shop])[shop]["fire"].next_on == today + HOLDS


def test_another_communitys_office_changes_nothing(town: Town, shop: int) -> None:
    other = town.invited("other", "coordinator", "YT02")
    with town.store.begin() as tx:
        hers = scene(town, tx, other)
        for deed in (failed, smaller, closed, lambda who: deeds.add(who, 1, TOLD)):
            with pytest.raises(Refused):
                deed(hers)
        assert tx.execute(select(workshop_room.c.capacity).where(workshop_room.c.function == "work")).scalar_one() == 2


def test_nobody_gives_back_anothers_place(town: Town, shop: int, mother: Chat) -> None:
    mother.taps_choice("workshop_at:1:work:2026112509")
    town.person("n").taps_choice("booked:1:cancel").hears("没有这个位子")
    assert taken(town) == 1


def test_her_file_shows_her_places_and_erasure_gives_them_back(town: Town, shop: int, mother: Chat) -> None:
    mother.taps_choice("workshop_at:1:childcare:2026112509")
    with town.store.begin() as tx:
        hers = scene(town, tx, mother)
        sheet = town.content.capabilities.sheets["places.sheet.booked"]
        [row] = tx.execute(sheet(hers.person_id)).mappings()
        assert (row["name"], row["function"], row["places"], row["status"]) == ("巧手工坊", "childcare", 1, "booked")
    mother.says("删除我的资料").taps("全部删掉").taps("确定")
    assert taken(town) == 0


def test_the_office_is_told_of_a_check_before_it_is_overdue_again_when_it_is_and_every_week(town: Town, office: Chat) -> None:
    with town.store.begin() as tx:
        made = workshops.sound(tx, but=("fire",))
        places.checked(
            tx, made, Check("fire", True, town.now.date() - timedelta(days=20), town.now.date() + timedelta(days=6)), by=None, now=town.now
        )
    told = []
    for day in range(21):
        town.tick()
        told += [day] if "该检查了" in "".join(said.text for said in office.listens()) else []
        town.later(days=1)
    assert told == [0, 7, 14]
    office.taps("记一次检查").taps("消防").taps("合格").says((town.now - timedelta(days=1)).date().isoformat()).says("跳过").says("跳过")


def test_the_office_sees_what_is_due_in_its_menu(town: Town, office: Chat) -> None:
    with town.store.begin() as tx:
        workshops.sound(tx, but=("dust",))
        assert clock.due(scene(town, tx, office), [CITY]) == (1, 1)
    office.says("菜单").taps("要检查的工坊（1）").hears("巧手工坊（要查）")
    assert "/desk/workshops" in Desk.of(office).opens("/desk").sees("要检查的工坊").links()


def test_a_photo_of_a_check_is_taken_in_chat(town: Town, shop: int, office: Chat) -> None:
    asked = (
        office.taps_choice(f"workshop:{shop}:check").taps("消防").taps("合格").says(town.now.date().isoformat()).says("跳过").says("跳过")
    )
    picture = b"\x89PNG\r\n\x1a\n0"
    asked.sends(Inbound(**asked._event(None), kind="image", picture=picture)).taps("提交").taps("检查照片")  # type: ignore[arg-type]
    assert asked.fresh[0].picture


def test_of_many_shut_ones_the_nearest_that_is_open_now_is_shown(town: Town, mother: Chat) -> None:
    town.now = datetime(2026, 11, 25, 9, tzinfo=LOCAL)
    with town.store.begin() as tx:
        for number in range(3):
            shut = workshops.sound(tx, name=f"关着{number}")
            places.change(tx, shut, {"windows": "6 08:00-12:00"})
        workshops.sound(tx, name="开着的", community=4)
    mother.says("菜单").taps("附近的工坊").hears("关着0", "关着1", "开着的", "现在开着")
    assert "关着2" not in mother.text
