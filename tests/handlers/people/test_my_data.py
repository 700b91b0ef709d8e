"""Her data: what she was told, firm by firm, as a file, and gone when she says so."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import insert, select
from sqlalchemy.sql.util import find_tables
from sqlmodel import SQLModel

from bot import my_data as files
from bot.transactions import Transactions
from domain.capabilities import TELEGRAM, WECHAT
from handlers import links
from handlers.content import Content
from handlers.turn import Turn
from storage import access_log, threads
from storage.database import Store
from storage.people import consents, my_data, persons
from storage.tables import messages, people, survey, work
from storage.tables.threads import thread, thread_word
from tests.handlers.work.test_positions import person_id
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town

SECRET = "豆豆花生"
# Tables in which a person is not the one the row is about, or whose row is no data about her, or which her notices are read from.
# Her dispute has a copy of its own behind her own word: this file lies open on a phone that others use too.
NOT_HERS = {
    *("outbox", "wrong_code", "invitation", "recipient", "party", "conflict", "matter_door", "forgetting"),
    # What staff sign in with and decide, and digests of words that find somebody.
    *("desk_account", "desk_device", "desk_link", "desk_session", "fund_approval", "found_by"),
}


@pytest.fixture
def town(store: Store, content: Content, now: Any) -> Town:
    """On both stores: what is deleted here must be gone there."""
    towns.small(store)
    return Town(store, content, now)


def applied(town: Town) -> Chat:
    """A mother who agreed that the firm gets her data."""
    mother = registered(town)
    towns.position(town.store, town.now)
    town.tick()
    mother.listens()
    return mother.taps("我想去").taps("同意给")


def link(chat: Chat) -> str:
    return next(button.url for said in chat.fresh for button in said.choices() if button.url)


def everywhere(town: Town, mother: int, words: str) -> None:
    """Her words in every place that may hold some."""
    with town.store.begin() as tx:
        application = tx.execute(select(work.application.c.id).where(work.application.c.person_id == mother)).scalar_one()
        offer = {"person_id": mother, "position_id": 1, "wave": 1, "score": 1}
        tx.execute(work.offer.delete())
        tx.execute(insert(work.offer).values(**offer, reasons=[words], status="declined", reason=words, offered_at=town.now))
        tx.execute(work.application.update().values(reason=words, trial_place=words))
        follow = {"application_id": application, "person_id": mother, "day": 7, "status": "answered", "asked": 1}
        tx.execute(insert(work.follow_up).values(**follow, said=words))
        tx.execute(insert(people.task).values(kind="asked", person_id=mother, about_id=9, said=words, created_at=town.now, outcome=""))
        campaign = insert(survey.campaign).values(name="秋季", status="open", created_at=town.now, chosen_to=0)
        campaign_id = tx.execute(campaign.returning(survey.campaign.c.id)).scalar_one()
        visit = {"campaign_id": campaign_id, "person_id": mother, "status": "done", "missed": 0, "due_at": town.now}
        tx.execute(insert(survey.visit).values(**visit, note=words))
        number = threads.add(tx, mother, "asked", hazards=[], community_id=None, now=town.now)
        threads.say(tx, number, mother, words, now=town.now)
        threads.set_contact(tx, number, words)
        persons.change(tx, mother, building=words, quiet="22:00-07:00", per_day=1)


def holding(town: Town, words: str) -> list[str]:
    """Tables in which the words stand, as this program reads them."""
    with town.store.read() as tx:
        return [one.name for one in SQLModel.metadata.sorted_tables if any(words in repr(row) for row in tx.execute(select(one)))]


def test_her_last_notices_are_listed_with_their_day(town: Town) -> None:
    mother = registered(town)
    mother.says("我的消息").hears("没有给您发过消息")
    towns.position(town.store, town.now)
    town.tick()
    mother.listens()
    mother.says("我的消息").hears("11月24日 10:00", "新岗位", "缝纫工")
    other = registered(town, "other").says("我的消息")
    assert "缝纫工" not in other.text


def test_consent_is_taken_back_firm_by_firm(town: Town) -> None:
    staff = town.invited("staff", "coordinator")
    mother = applied(town)
    staff.listens()
    mother.says("我的资料").taps("不同意给暖阳服装厂看").hears("暖阳服装厂不能再看")
    staff.listens()
    staff.hears("暖阳服装厂")
    with town.store.read() as tx:
        assert my_data.employers(tx, person_id(town, mother)) == []
        assert set(consents.given(tx, person_id(town, mother))) == {"profile", "children", "jobs"}
    mother.taps_choice("data:firm:1").hears("按钮太旧了")


def test_nobody_can_take_back_what_another_agreed_to(town: Town) -> None:
    mother = applied(town)
    registered(town, "other").taps_choice("data:firm:1").hears("按钮太旧了")
    with town.store.read() as tx:
        assert len(my_data.employers(tx, person_id(town, mother))) == 1


def test_her_file_holds_everything_of_hers_and_nothing_of_others(town: Town) -> None:
    other = registered(town, "other").says(f"我有话说{SECRET}")
    mother = applied(town)
    everywhere(town, person_id(town, mother), "=她的话")
    mother.says("我的资料").taps("存成文件").hears("10分钟")
    token = link(mother).rpartition("/")[2]
    found = files.exports(Transactions(town.store), town.content, now=lambda: town.now)(token)
    assert found is not None
    book = openpyxl.load_workbook(io.BytesIO(found.content))
    for sheet in (
        "基本资料",
        "登记内容",
        "填表的答案",
        "同意书",
        "报过的岗位",
        "告诉过我的岗位",
        "上岗后的回访",
        "上门登记",
        "交给工作人员的事",
        "给我发的消息",
        "从哪里联系",
    ):
        assert sheet in book.sheetnames, sheet
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "海风1社区" in cells and "暖阳服装厂" in cells and "2026-11-24 10:00" in cells
    assert cells.count("'=她的话") >= 5 and not [cell for cell in cells if cell.startswith("=")]
    assert not [cell for cell in cells if SECRET in cell]
    with town.store.read() as tx:
        logged = tx.execute(select(access_log.LOG.c.subject_id).where(access_log.LOG.c.action == "data.export")).scalars().all()
        assert logged == [person_id(town, mother)]
    assert other.heard


def test_every_table_about_a_person_is_in_the_file_and_named(content: Content) -> None:
    queries = my_data.queries(1, content.capabilities.sheets)
    about = {one.name for one in SQLModel.metadata.sorted_tables if "person_id" in one.c}
    read = {rows.name for query in queries.values() for rows in find_tables(query, include_joins=True)}
    assert about - read == NOT_HERS
    named = content.phrases.texts
    assert [name for name in queries if name not in named] == []
    columns = {(name.partition(".")[0], column.name) for name, query in queries.items() for column in query.selected_columns}
    assert [name for own, name in columns if f"{own}.column.{name}" not in named and f"data.column.{name}" not in named] == []


def test_the_link_is_short_lived_and_cannot_be_forged(town: Town) -> None:
    mother = registered(town).says("我的资料").taps("存成文件")
    token = link(mother).rpartition("/")[2]
    assert links.read(token, now=town.now + timedelta(minutes=9)) == (person_id(town, mother), "data", 0)
    assert links.read(token, now=town.now + timedelta(minutes=10)) is None
    for forged in ("", "x", token[:-2], "[1, 99999999999].abc", token.swapcase()):
        assert links.read(forged, now=town.now) is None, forged


@pytest.mark.parametrize("what", ["copy", "file", "pdf", "slip"])
def test_a_link_to_another_file_opens_nothing_of_hers(town: Town, what: links.What) -> None:
    mother = person_id(town, registered(town))
    with town.store.read() as tx:
        token = links.link(Turn.to(tx, town.content, mother, now=town.now), what, mother).rpartition("/")[2]
    assert links.read(token, now=town.now) == (mother, what, mother)
    assert files.exports(Transactions(town.store), town.content, now=lambda: town.now)(token) is None


def test_on_other_channels_only_a_link_is_sent(town: Town) -> None:
    telegram = town.person("7", TELEGRAM).taps_choice("data:export")
    assert "/my-data/" in link(telegram)
    town.person("w", WECHAT).taps_choice("data:export").hears("/my-data/")


def test_after_deleting_no_table_holds_her_words(town: Town) -> None:
    staff = town.invited("staff", "coordinator")
    mother = applied(town)
    mother.says(f"我会缝纫，{SECRET}")
    mother.says("取消").taps("确定取消") if "取消" in mother.labels() else None
    everywhere(town, person_id(town, mother), SECRET)
    assert len(holding(town, SECRET)) >= 8
    mother.says("我的资料").taps("全部删掉").taps("确定").hears("删掉了")
    # What others were told of her is looked through beside the bot's work.
    town.tick()
    assert holding(town, SECRET) == []
    with town.store.read() as tx:
        row = persons.get(tx, person_id(town, mother))
        blank = ("name", "phone", "phone_digest", "name_digest", "building", "community_id", "cell_id", "per_day")
        assert [getattr(row, name) for name in blank] == [None] * len(blank) and row.quiet == ""
        proof = tx.execute(select(people.consent.c.purpose).where(people.consent.c.person_id == row.id)).scalars().all()
        assert {"profile", "jobs", "employer"} <= set(proof), "what she agreed to stays as proof"
        assert tx.execute(select(work.application.c.status)).scalars().all() == ["withdrawn"]
        place = tx.execute(select(work.position.c.taken)).scalar_one()
        assert place == 0, "her place is free again"
    staff.listens()
    staff.hears("暖阳服装厂")


def test_a_call_owed_because_of_danger_is_kept_until_it_is_old(town: Town) -> None:
    duty = town.invited("duty", "coordinator")
    mother = registered(town).says("老公打我，我害怕")
    mother.taps_choice("data:erase")
    with town.store.read() as tx:
        assert tx.execute(select(thread.c.closed_at)).one().closed_at is None
    duty.says("/menu").taps("等着回话的人").taps("【急】").taps("我来").taps("办完了").taps("联系不上").taps("跳过").taps("提交")
    town.later(days=181)
    town.tick()
    with town.store.read() as tx:
        assert {row.said for row in tx.execute(select(thread_word.c.said))} == {None}
        assert tx.execute(select(thread.c.contact, thread.c.note)).all() == [(None, None)]


def test_what_is_half_filled_in_for_her_goes_as_well(town: Town) -> None:
    worker, mother = registered(town, "worker"), registered(town)
    everywhere_visit = {"status": "open", "missed": 0, "due_at": town.now, "person_id": person_id(town, mother)}
    with town.store.begin() as tx:
        campaign = insert(survey.campaign).values(name="秋季", status="open", created_at=town.now, chosen_to=0)
        visit = insert(survey.visit).values(
            campaign_id=tx.execute(campaign.returning(survey.campaign.c.id)).scalar_one(), **everywhere_visit
        )
        number = tx.execute(visit.returning(survey.visit.c.id)).scalar_one()
        talk = {"person_id": person_id(town, worker), "form": "intake", "status": "postponed", "reminders": 0, "updated_at": town.now}
        tx.execute(insert(messages.conversation).values(**talk, about={"visit": number}, state={"answers": SECRET}))
        tx.execute(insert(messages.conversation).values(**talk, about={"visit": number + 1}, state={"answers": "别人的"}))
    mother.taps_choice("data:erase").hears("删掉了")
    assert holding(town, SECRET) == []
    assert holding(town, "别人的") == ["conversation"]
