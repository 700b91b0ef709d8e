"""Roles are given by one code to one person, never wider than the giver's own, and end with the next message after they are withdrawn."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.commands.town import invitation
from domain.access import ROLES, Scope
from domain.capabilities import TELEGRAM, WECHAT
from handlers.capabilities import CAPABILITIES
from handlers.content import Rules
from storage.broadcasts import pictures
from storage.database import Store
from storage.people import persons
from storage.staff import roles
from storage.tables import people
from storage.tables.columns import table
from storage.tables.people import AccessLog, Person
from tests.handlers.work.test_positions import draft
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town

LOG = table(AccessLog)


def code_in(chat: Chat) -> str:
    found = re.search(r"邀请码：(\w+)", chat.text)
    assert found, chat.text
    return found[1]


def invite(chat: Chat, *labels: str) -> str:
    """The code of an invitation made by these taps."""
    chat.says("/menu").taps("邀请别人")
    for label in labels:
        chat.taps(label)
    return code_in(chat)


def held(town: Town, name: str) -> list[tuple[str, str | None]]:
    with town.store.read() as tx:
        return [(row.role, roles.place(tx, row.scope).community) for row in roles.roles_of(tx, person(town, name))]


def person(town: Town, name: str) -> int:
    with town.store.read() as tx:
        found = persons.find(tx, "web", name)
        assert found is not None
        return found.person_id


def cell(town: Town, code: str = "W1", *, community: str = "YT01", name: str = "第一网格") -> int:
    return towns.cell(town.store, code, community=community, name=name)


def test_a_coordinator_invites_a_grid_worker_of_a_cell_with_a_picture_and_links(town: Town) -> None:
    cell(town)
    coordinator = town.invited("coordinator", "coordinator")
    code = invite(coordinator, "网格员", "第一网格")
    coordinator.hears("海风1社区第一网格", "网格员", "只能用一次", "11月27日10:00以前有效", f"/?start={code}", "收回这个邀请")
    [said] = coordinator.fresh
    with town.store.read() as tx:
        found = pictures.get(tx, said.picture)
    assert found is not None and found[0] == "image/png" and pictures.kind_of(found[1]) == "image/png"
    town.person("worker").says(f"/start {code}").hears("您现在是海风1社区第一网格的网格员")
    with town.store.read() as tx:
        [role] = roles.roles_of(tx, person(town, "worker"))
        given = tx.execute(select(people.role.c.given_by)).scalars().all()
    assert role.cell_id is not None and given[-1] == person(town, "coordinator")
    town.person("second").says(f"/start {code}").hears("用过了")


def test_the_telegram_link_stands_there_where_telegram_is(town: Town) -> None:
    town.content = replace(town.content, rules=Rules(public_url="https://gang.example", telegram_name="gang_bot"))
    coordinator = town.invited("coordinator", "coordinator")
    code = invite(coordinator, "调解员")
    coordinator.hears(f"https://gang.example/?start={code}", f"https://t.me/gang_bot?start={code}")


def test_the_picture_goes_to_a_channel_of_text_alone_as_well(town: Town) -> None:
    code = invitation(town.store, "coordinator", community="YT01", expires_at=town.now + timedelta(hours=1), now=town.now)
    chat = town.person("w", WECHAT)
    chat.says(f"/start {code}").taps("邀请别人").taps("调解员")
    [said] = chat.fresh
    assert re.fullmatch(r"[\w-]{32}", said.picture)
    assert town.person("t", TELEGRAM).says(f"/start {code_in(chat)}").hears("调解员")


def test_an_employer_is_invited_for_a_firm_with_posts_there_and_greeted_by_its_name(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    coordinator.says("/menu").taps("邀请别人").taps("企业联系人").hears("还没有企业发布岗位")
    towns.position(town.store, town.now)
    code = invite(coordinator, "企业联系人", "暖阳服装厂")
    town.person("boss").says(f"/start {code}").hears("您现在是暖阳服装厂的企业联系人")
    with town.store.read() as tx:
        [role] = roles.roles_of(tx, person(town, "boss"))
    assert role.enterprise_id is not None


def test_the_federation_invites_everybody_everywhere(town: Town) -> None:
    towns.position(town.store, town.now)
    federation = town.invited("federation", "federation", None)
    for role in ("妈妈", "网格员", "调解员", "协调员", "妇联工作人员"):
        invite(federation, role, "海风7社区")
    code = invite(federation, "妇联工作人员", "全市")
    town.person("second").says(f"/start {code}").hears("您现在是全市的妇联工作人员")


WIDER = [
    "coordinator",
    "federation",
    "coordinator:{own}:0",
    "federation:0:0",
    "federation:{own}:0",
    "grid_worker:{foreign}:0",
    "grid_worker:{foreign}",
    "grid_worker:0:0",
    "mediator:{foreign}",
    "mother:{foreign}",
    "mother:0:0",
    "employer:{foreign}",
    "employer:{foreign}:{firm}",
    "employer:0:{firm}",
    "nonsense",
    "grid_worker:{own}:{foreign_cell}",
    "grid_worker:{own}:999999",
    "employer:{own}:999999",
    "employer:{own}:{other_firm}",
    "employer:{own}:0",
    "mediator:{own}:{cell}",
    "mother:999999:0",
    "grid_worker:{own}:x",
    "grid_worker:-1:0",
    "grid_worker:²:0",
    "void:999999",
    "void:x",
    "",
]


@pytest.mark.parametrize("choice", WIDER)
def test_no_button_however_made_up_gives_a_wider_role(town: Town, choice: str) -> None:
    towns.position(town.store, town.now)
    ids = {"own": 1, "foreign": 2, "firm": 1, "cell": cell(town), "foreign_cell": cell(town, community="YT02"), "other_firm": 77}
    coordinator = town.invited("coordinator", "coordinator")
    coordinator.taps_choice(f"invite:{choice.format(**ids)}")
    assert coordinator.fresh and "出了点问题" not in coordinator.text
    assert not re.search(r"邀请码：", coordinator.text) or choice == "grid_worker:{own}:x", "whole community is her own"
    with town.store.read() as tx:
        made = tx.execute(
            select(people.invitation.c.role, people.invitation.c.community_id).where(people.invitation.c.created_by.is_not(None))
        ).all()
    assert all(tuple(row) == ("grid_worker", 1) for row in made)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("coordinator", "federation")])
def test_others_invite_and_withdraw_nobody(town: Town, role: str) -> None:
    community = "YT01" if "community" in ROLES[role].held_in else None
    chat = town.invited("other", role, community, enterprise="E1" if role == "employer" else None)
    assert not {"邀请别人", "工作人员"} & set(chat.says("/menu").labels())
    for choice in ("invite_role", "team", "invite:mother:1:0", "team:ask:1", "team:end:1", "invite:void:1"):
        chat.taps_choice(choice)
        assert "邀请码：" not in chat.text and "收回了" not in chat.text
    assert len(held(town, "other")) == 1


def test_an_invitation_is_withdrawn_before_it_is_used_but_not_by_strangers(town: Town) -> None:
    coordinator, foreign = town.invited("coordinator", "coordinator"), town.invited("foreign", "coordinator", "YT02")
    code = invite(coordinator, "网格员")
    [void] = [b.choice for said in coordinator.fresh for b in said.choices()]
    foreign.taps_choice(void).hears("要有相应的身份")
    coordinator.says("/menu").taps("工作人员").hears("还没用的邀请", "网格员")
    coordinator.taps("收回邀请").hears("收回了")
    coordinator.taps_choice(void).hears("用过、收回或者过期")
    town.person("late").says(f"/start {code}").hears("用过了、过期了")
    assert held(town, "late") == []


def test_a_code_of_the_chat_ends_by_itself(town: Town) -> None:
    code = invite(town.invited("coordinator", "coordinator"), "网格员")
    town.later(hours=73)
    town.person("late").says(f"/start {code}").hears("过期")


def test_who_leaves_is_out_with_her_next_message_and_nobody_else_is_told(town: Town) -> None:
    draft(town)
    towns.position(town.store, town.now)
    federation = town.invited("federation", "federation", None)
    leaver = town.invited("leaver", "coordinator")
    stays = town.invited("stays", "coordinator")
    registered(town).taps("我想去").taps("同意给").says("人工")
    leaver.listens()
    old = [
        button.choice
        for said in (*leaver.heard, *[(0, one) for one in leaver.says("/menu").taps("办事").fresh])
        for button in said[1].choices()
    ]
    leaver.taps("待发布岗位")
    old += [button.choice for said in leaver.fresh for button in said.choices()]
    code = invite(leaver, "网格员")
    old += [button.choice for said in leaver.fresh for button in said.choices()]
    stays.listens()
    federation.says("/menu").taps("工作人员").hears("海风1社区 协调员")
    row = role_row(town, "leaver")
    federation.taps_choice(f"team:ask:{row}").hears("收回", "马上").taps("确定收回").hears("没有告诉别人", "1 个没用的邀请也作废")
    assert leaver.listens() == [] and stays.listens() == []
    staff_only = [choice for choice in dict.fromkeys(old) if (route := CAPABILITIES.routes.get(choice.split(":")[0])) and route.needs]
    assert len(staff_only) >= 6
    for choice in staff_only:
        town.later(minutes=1)
        leaver.taps_choice(choice)
        assert leaver.fresh and not any(word in leaver.text for word in ("电话：", "缝纫工", "发布了", "邀请码：", "联系方式"))
    assert "邀请别人" not in leaver.says("/menu").labels() and "工作人员" not in leaver.labels()
    town.person("late").says(f"/start {code}").hears("用过了")
    stays.says("/menu").taps("更多").hears("工作人员")
    with town.store.read() as tx:
        who = tx.execute(
            select(LOG.c.actor_id).where(LOG.c.action == "roles.withdraw", LOG.c.subject_id == person(town, "leaver"))
        ).scalars()
        assert who.all() == [person(town, "federation")]


def role_row(town: Town, name: str) -> int:
    with town.store.read() as tx:
        return int(tx.execute(select(people.role.c.id).where(people.role.c.person_id == person(town, name))).scalar_one())


def test_a_role_that_is_equal_or_wider_is_not_withdrawn(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    for name, role, community in (
        ("f", "federation", None),
        ("c", "coordinator", "YT01"),
        ("g", "grid_worker", "YT02"),
        ("m", "mother", "YT01"),
    ):
        town.invited(name, role, community)
        coordinator.taps_choice(f"team:end:{role_row(town, name)}").hears("要有相应的身份")
        assert len(held(town, name)) == 1
    coordinator.says("/menu").taps("工作人员").hears("没有别的工作人员")


def test_the_last_of_the_federation_cannot_be_withdrawn_in_chat(town: Town) -> None:
    first = town.invited("first", "federation", None)
    town.invited("local", "federation", "YT01")
    first.taps_choice(f"team:end:{role_row(town, 'first')}").hears("最后一位")
    town.invited("second", "federation", None)
    first.taps_choice(f"team:end:{role_row(town, 'first')}").hears("收回了")
    assert (held(town, "first"), held(town, "second")) == ([], [("federation", None)])


def test_withdrawing_twice_and_made_up_buttons_do_nothing(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    town.invited("worker", "grid_worker")
    row = role_row(town, "worker")
    coordinator.taps_choice(f"team:end:{row}").hears("收回了")
    for choice in (
        f"team:end:{row}",
        f"team:ask:{row}",
        "team:end:",
        "team:x:1",
        "team:",
        "team:end:²",
        "team:after:x",
        "team:end:" + "9" * 30,
    ):
        coordinator.taps_choice(choice)
        assert coordinator.fresh and "出了点问题" not in coordinator.text


def test_a_long_team_is_shown_in_parts_and_each_look_is_logged(town: Town) -> None:
    coordinator = town.invited("coordinator", "coordinator")
    for n in range(10):
        town.invited(f"w{n}", "grid_worker")
    coordinator.says("/menu").taps("工作人员")
    assert len([label for label in coordinator.labels() if label.startswith("收回")]) == 8
    coordinator.taps("看后面的")
    assert len([label for label in coordinator.labels() if label.startswith("收回")]) == 2
    with town.store.read() as tx:
        assert len(tx.execute(select(LOG.c.id).where(LOG.c.action == "roles.see")).all()) == 10


def test_an_invited_worker_may_work_in_her_cell_alone(town: Town) -> None:
    first, second = cell(town), cell(town, "W2", name="第二网格")
    worker = town.invited("worker", "grid_worker", cell="W1")
    worker.hears("海风1社区第一网格")
    with town.store.read() as tx:
        [role] = roles.roles_of(tx, person(town, "worker"))
    where = Scope(role.community_id, role.cell_id)
    assert where.covers(Scope(1, first)) and not where.covers(Scope(1, second)) and not where.covers(Scope(1))


def test_two_who_use_one_code_get_it_once(store: Store, now: datetime) -> None:
    """On both stores: the second of two transactions finds it used."""
    towns.small(store)
    with store.begin() as tx:
        _, code = roles.invite(tx, "mediator", Scope(1), expires_at=now + timedelta(hours=1), now=now)
        for key in ("a", "b"):
            tx.execute(table(Person).insert().values(key=key, language="zh", notices=True, created_at=now, quiet=""))
    with store.begin() as tx:
        assert roles.redeem(tx, code.upper(), 1, now=now) is not None
    with store.begin() as tx:
        assert roles.redeem(tx, code, 2, now=now) is None


def test_who_joins_can_say_her_name_and_colleagues_see_it(town: Town) -> None:
    worker = town.invited("worker", "grid_worker").hears("写上我的名字")
    worker.taps("写上我的名字").says("王晓梅").hears("记下了，王晓梅")
    town.invited("coordinator", "coordinator").says("工作人员").hears("王晓梅")
    assert "写上我的名字" not in "".join(town.invited("worker", "mediator").labels()), "it is known already"
