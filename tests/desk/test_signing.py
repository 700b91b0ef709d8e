"""Who sits at the desk: a code of the own chat, a colleague's word in a new browser, a lock, and an end that nothing outlives."""

from __future__ import annotations

import re

import pyotp
import pytest
from sqlalchemy import select

from storage.tables.desk import desk_device, desk_session
from storage.tables.people import role
from tests.support.chat import Chat, Town
from tests.support.desk import Desk, link_from, person_of


@pytest.fixture
def li(town: Town) -> Chat:
    """A coordinator with a name."""
    chat = town.invited("li", "coordinator")
    return named(chat, "李协调")


@pytest.fixture
def wu(town: Town) -> Chat:
    return named(town.invited("wu", "federation", None), "吴妇联")


def named(chat: Chat, name: str) -> Chat:
    chat.taps_choice("my_name")
    return chat.says(name)


def six(text: str) -> str:
    found = re.search(r"(?<!\d)\d{6}(?!\d)", text)
    assert found, text
    return found[0]


def test_a_new_browser_waits_for_a_colleague_who_gives_the_code_by_voice(town: Town, li: Chat, wu: Chat) -> None:
    desk = Desk(town).enters(link_from(li)).sees("请确认是您本人")
    desk.opens("/desk").sees("请确认是您本人")
    wu.listens()
    wu.hears("李协调", "Chrome · Windows")
    wu.taps("给她登录码")
    desk.opens("/desk/confirm").sends("/desk/confirm", code=six(wu.text)).sees("今天要办的", "李协调")
    li.listens()
    li.hears("刚在一台新电脑（Chrome · Windows）上打开了")
    # The same browser needs no colleague any more, another one does.
    desk.sends("/desk/out").sees("登录工作台")
    desk.enters(link_from(li)).sees("今天要办的")
    Desk(town).enters(link_from(li)).sees("请确认是您本人")


def test_a_husband_with_her_phone_stays_outside(town: Town, li: Chat, wu: Chat) -> None:
    """He has the chat, and so the link; the colleague's chat he has not."""
    desk = Desk(town).enters(link_from(li))
    for guess in ("000000", "123456", "111111", "222222"):
        desk.sends("/desk/confirm", code=guess).sees("这个码不对")
    desk.sends("/desk/confirm", code="333333")
    desk.sends("/desk/confirm", code="444444").sees("登录工作台")
    # Even the right code is late now.
    wu.listens()
    wu.taps("给她登录码").hears("现在没有人在等")


def test_only_who_could_give_her_role_lets_her_in(town: Town, li: Chat, wu: Chat) -> None:
    other = named(town.invited("zhao", "coordinator", "YT02"), "赵协调")
    desk = Desk(town).enters(link_from(wu)).sees("请确认是您本人")
    with town.store.read() as tx:
        waiting = tx.execute(select(desk_session.c.id).where(desk_session.c.person_id == person_of(wu))).scalar_one()
    for chat in (li, other):
        chat.taps_choice(f"desk_code:{waiting}").hears("现在没有人在等")
        assert "吴妇联" not in Desk.of(chat).opens("/desk/admit").text
    desk.opens("/desk").sees("请确认是您本人")


def test_a_link_counts_once_and_for_ten_minutes(town: Town, li: Chat) -> None:
    code = link_from(li)
    assert Desk(town).enters(code).status == 200
    Desk(town).enters(code).sees("用过了、过期了")
    late = link_from(li)
    town.later(minutes=11)
    Desk(town).enters(late).sees("用过了、过期了")
    Desk(town).enters("").sees("用过了、过期了")


def test_a_look_at_a_link_does_not_use_it_up(town: Town, li: Chat) -> None:
    code = link_from(li)
    for _ in range(3):
        Desk(town).opens(f"/desk/enter?code={code}").sees("打开工作台")
    Desk(town).enters(code).sees("请确认是您本人")


def test_nobody_sits_there_for_ten_minutes_and_the_page_is_locked(town: Town, li: Chat) -> None:
    desk = Desk.of(li).sees("今天要办的")
    town.later(minutes=9)
    desk.opens("/desk").sees("今天要办的")
    town.later(minutes=11)
    desk.opens("/desk").sees("已锁屏").sees_not("今天要办的")
    desk.sends("/desk", do="x").sees("已锁屏")
    desk.sends("/desk/locked", code="wrong").sees("这个码不对")
    desk.sends("/desk/locked", code=link_from(li)).sees("今天要办的")
    # Somebody else's code opens nothing.
    desk.opens("/desk/locked?now=1").sees("已锁屏")
    desk.sends("/desk/locked", code=link_from(town.invited("x", "federation", None))).sees("这个码不对")


def test_an_authenticator_takes_the_place_of_the_colleague_and_each_code_counts_once(town: Town, li: Chat) -> None:
    desk = Desk.of(li).opens("/desk/devices/totp")
    secret = re.search(r'name="secret" value="([A-Z2-7]{32})"', desk.html)
    assert secret
    totp = pyotp.TOTP(secret[1])
    desk.does("set", secret=secret[1], code="000000").sees("这个码不对")
    desk.does("set", secret=secret[1], code=totp.at(town.now)).sees("验证器绑定好了", "已经绑定")
    town.later(minutes=2)
    other = Desk(town).enters(link_from(li)).sees("请确认是您本人")
    code = totp.at(town.now)
    other.sends("/desk/confirm", code=code).sees("今天要办的")
    third = Desk(town).enters(link_from(li))
    third.sends("/desk/confirm", code=code).sees("这个码不对")
    with town.store.read() as tx:
        assert secret[1] not in str(tx.exec_driver_sql("SELECT * FROM desk_account").all())


def test_a_role_that_is_withdrawn_ends_the_session_at_once(town: Town, li: Chat, wu: Chat) -> None:
    desk = Desk.of(li).sees("今天要办的")
    with town.store.read() as tx:
        held = tx.execute(select(role.c.id).where(role.c.person_id == person_of(li))).scalar_one()
    wu.taps_choice(f"team:end:{held}")
    desk.opens("/desk").sees("登录工作台").sees_not("今天要办的")
    # Nor does a code help that she had before.
    li.taps_choice("desk").hears("要有相应的身份")


def test_removing_a_device_throws_out_who_sits_there(town: Town, li: Chat) -> None:
    thief, own = Desk.of(li), Desk.of(li)
    own.opens("/desk/devices").sees("Chrome · Windows")
    devices = re.findall(r'name="device" value="(\d+)"', own.html)
    assert len(devices) == 2
    with town.store.read() as tx:
        first = tx.execute(select(desk_device.c.id).order_by(desk_device.c.id)).scalars().first()
    own.does("forget", device=str(first)).sees("移除了")
    thief.opens("/desk").sees("登录工作台")
    # Nobody removes another person's.
    other = Desk.of(town.invited("zhao", "coordinator", "YT02")).opens("/desk/devices")
    other.does("forget", device=devices[0]).sees("没有这台设备")


def test_after_signing_out_nothing_is_left_in_the_browser(town: Town, li: Chat) -> None:
    desk = Desk.of(li)
    assert "no-store" in desk.opens("/desk").headers["cache-control"]
    kept = desk.client.cookies.get("desk") or ""
    desk.client.follow_redirects = False
    desk.sends("/desk/out")
    desk.client.follow_redirects = True
    assert desk.headers["clear-site-data"] == '"cache"'
    desk.opens("/desk").sees("登录工作台").sees_not("李协调")
    # The cookie that somebody kept is worth nothing.
    desk.client.cookies.set("desk", kept)
    desk.opens("/desk").sees("登录工作台")


def test_at_a_computer_of_others_the_browser_is_forgotten(town: Town, li: Chat, wu: Chat) -> None:
    desk = Desk.of(li).opens("/desk/devices")
    desk.sends("/desk/out", forget="yes").sees("登录工作台")
    desk.enters(link_from(li)).sees("请确认是您本人")


def test_a_form_of_another_page_does_nothing(town: Town, li: Chat) -> None:
    desk = Desk.of(li).opens("/desk/devices")
    assert desk.sends("/desk/devices", do="drop_totp", origin="https://evil.example").status == 403
    assert desk.opens("/desk/devices").sends("/desk/devices", do="drop_totp", token="0" * 32).status == 403
    assert desk.opens("/desk/devices").sends("/desk/devices", do="unheard").status == 400


def test_a_mother_has_no_desk(town: Town) -> None:
    mother = town.person("mother").says("你好")
    mother.taps_choice("desk").hears("要有相应的身份")


def test_a_session_lasts_twelve_hours_at_most(town: Town, li: Chat) -> None:
    desk = Desk.of(li)
    for _ in range(80):
        town.later(minutes=9, seconds=30)
        desk.opens("/desk")
    desk.sees("登录工作台")


def test_behind_https_the_cookies_are_bound_to_the_host() -> None:
    from starlette.responses import Response

    from bot.desk.cookies import Cookies

    response = Response()
    Cookies(secure=True).begin(response, "s", "b")
    set_ = [value for name, value in response.headers.items() if name == "set-cookie"]
    assert all(one.startswith("__Host-") and "Secure" in one and "HttpOnly" in one and "Path=/" in one for one in set_)
    assert len(set_) == 2
