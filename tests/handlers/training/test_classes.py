"""From a new class to the certificate and the work it leads to, as mothers and their coordinator live it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from domain.capabilities import WECHAT
from domain.lists import KINDS
from domain.notices import LOCAL
from domain.training import certificates
from handlers.content import Content
from handlers.training.classes import leave_all
from handlers.turn import Turn
from storage import access_log, conversations, lists, notices
from storage.database import Store
from storage.people import consents, persons
from storage.tables import people, training, work
from storage.training import attendance, classes
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town

SATURDAY = datetime(2026, 11, 28, 9, tzinfo=LOCAL)
SUNDAY = datetime(2026, 11, 29, 14, 30, tzinfo=LOCAL)


def taught(town: Town, code: str = "K1", *sessions: datetime, **values: Any) -> int:
    """A class as a list brings it."""
    row = {"code": code, "title": "缝纫班", "skill": "sewing", "community": "YT01", "capacity": 2, "leads_to": [], **values}
    row["sessions"] = list(sessions or (SATURDAY, SUNDAY))
    with town.store.begin() as tx:
        saved = lists.save(tx, KINDS["classes"], [row], consent_version=1, now=town.now)
        assert saved.refused == {}
        return int(tx.execute(select(training.training_class.c.id).where(training.training_class.c.code == code)).scalar_one())


def learning(town: Town, name: str = "mother", *, learn: tuple[str, ...] = ("sewing",), skills: tuple[str, ...] = ()) -> Chat:
    """A registered mother who said what she wants to learn."""
    chat = registered(town, name)
    with town.store.begin() as tx:
        persons.save_profile(tx, person(town, chat), {"learn": list(learn), "skills": list(skills)}, now=town.now)
    return chat


def person(town: Town, chat: Chat) -> int:
    with town.store.read() as tx:
        found = persons.find(tx, chat.channel.channel, chat.address)
    assert found is not None
    return found.person_id


def at(town: Town, moment: datetime) -> None:
    town.now = moment
    town.tick()


def code_of(chat: Chat) -> str:
    found = re.search(r"签到码：(\d{6})", chat.text)
    assert found, chat.text
    return found[1]


def shown_code(town: Town, coordinator: Chat) -> str:
    """The coordinator shows the code in the room."""
    coordinator.says("/menu").taps("培训班").taps("1 缝纫班").taps("出示签到码").hears("还能用", "换一个")
    return code_of(coordinator)


def other(code: str) -> str:
    """Six digits that are surely wrong."""
    return f"{(int(code) + 1) % 10**6:06}"


def statuses(town: Town, class_id: int) -> dict[str, int]:
    with town.store.read() as tx:
        rows = tx.execute(
            select(training.enrolment.c.status, func.count())
            .where(training.enrolment.c.class_id == class_id)
            .group_by(training.enrolment.c.status)
        )
        return {row[0]: row[1] for row in rows}


def test_who_wants_to_learn_it_is_told_once_and_can_join_with_a_tap(town: Town) -> None:
    towns.position(town.store, town.now, "P9", title="缝被套", skills=["sewing"], trains=False)
    wants, knows, unfit = learning(town, "wants"), learning(town, "knows", skills=("sewing",)), learning(town, "unfit", learn=())
    taught(town, leads_to=["P9"])
    town.tick()
    wants.listens()
    wants.hears("新开了一个培训班", "缝纫班", "学缝纫裁剪 · 海风1社区", "11月28日周六上午9点、11月29日周日下午2点半", "学完可以去：缝被套")
    unfit.listens()
    unfit.hears("新开了一个培训班"), "she can do nothing that the open posts ask for"
    knows.listens()
    assert "培训班" not in knows.text
    wants.taps("报名").hears("报上了：“缝纫班”", "海风1社区", "11月28日周六上午9点", "不上了")
    town.later(days=1)
    town.tick()
    assert "新开了" not in "".join(said.text for said in wants.listens())


def test_nobody_is_told_who_did_not_agree_or_does_not_want_it(town: Town) -> None:
    towns.position(town.store, town.now, "P9", skills=["cooking"], trains=False)
    silent, cook = learning(town, "silent"), learning(town, "cook", learn=("knitting",), skills=("cooking",))
    with town.store.begin() as tx:
        consents.withdraw(tx, person(town, silent), "jobs", now=town.now)
    taught(town)
    town.tick()
    for chat in (silent, cook):
        chat.listens()
        assert "缝纫班" not in chat.text


def test_a_class_that_is_full_or_has_begun_is_not_announced(town: Town) -> None:
    taught(town, "K0", town.now - timedelta(hours=1), title="旧班")
    early = learning(town, "early")
    taught(town, capacity=1)
    early.says("有什么班").taps("报名 1 缝纫班").hears("报上了")
    later = learning(town, "later")
    town.now = town.now.replace(hour=14)  # 22:00 in Yantai: who is not told now is told in the morning
    town.tick()
    assert later.listens() == []
    town.later(hours=10)
    town.tick()
    assert later.listens() == []


def test_who_waits_for_the_news_of_a_class_is_not_told_when_it_was_filled_meanwhile(town: Town) -> None:
    early, later = learning(town, "early"), learning(town, "later")
    town.now = town.now.replace(hour=14)  # 22:00 in Yantai
    taught(town, capacity=1)
    town.tick()
    early.says("有什么班").taps("报名 1").hears("报上了")
    town.later(hours=10)
    town.tick()
    assert later.listens() == []
    with town.store.read() as tx:
        [notice] = tx.execute(select(training.training_class.c.notice_id)).scalars()
        assert {row.why for row in notices.outcomes(tx, notice)} == {"stale"}, "everybody ends in a known state"


def test_who_waits_for_the_news_of_a_class_is_not_told_when_it_has_begun(town: Town) -> None:
    later = learning(town, "later")
    town.now = town.now.replace(hour=14)
    taught(town, "K1", town.now + timedelta(hours=9))  # 07:00, before the quiet hours end
    for hours in (0, 9.5, 0.6):
        town.later(hours=hours)
        town.tick()
    assert later.listens() == []


def test_classes_are_found_by_command_and_in_her_own_words(town: Town) -> None:
    near = taught(town, "K1", title="近的班", community="YT01", skill="knitting")
    taught(town, "K2", title="远的班", community="YT09", skill="knitting")
    mother = registered(town)
    mother.says("有什么班").hears("现在有 2 个班能报", "1. 近的班", "2. 远的班", "还有 2 个名额")
    mother.says("我想学缝纫，有培训吗").hears("近的班")
    assert statuses(town, near) == {}
    mother.says("取消").says("我的班").hears("还没有报过班")


def test_what_she_wants_to_learn_comes_before_what_is_near(town: Town) -> None:
    taught(town, "K1", title="近的班", skill="knitting")
    taught(town, "K2", title="缝纫班", community="YT09")
    learning(town).says("有什么班").hears("1. 缝纫班", "2. 近的班")


def test_without_a_class_she_hears_so(town: Town) -> None:
    registered(town).says("有什么班").hears("眼下没有能报的培训班")


def test_full_means_a_waiting_list_with_her_number_and_the_next_moves_up(town: Town) -> None:
    row = taught(town)
    first, second, third, fourth = (registered(town, name) for name in ("first", "second", "third", "fourth"))
    first.says("有什么班").taps("报名 1").hears("报上了")
    second.says("有什么班").taps("报名 1").hears("报上了")
    third.says("有什么班").hears("名额满了，可以排队，您是第一位").taps("排队 1").hears("您排在第 1 位")
    fourth.says("有什么班").hears("前面有 1 人").taps("排队 1").hears("您排在第 2 位")
    fourth.says("我的班").hears("您在排队，第 2 位")
    first.says("我的班").hears("您报上了").taps("不上了 1").hears("不上了", "让给后面的姐妹")
    third.listens()
    third.hears("轮到您了", "缝纫班", "11月28日周六上午9点")
    assert fourth.listens() == []
    fourth.says("我的班").hears("您在排队，第 1 位")
    assert statuses(town, row) == {"enrolled": 2, "waiting": 1, "cancelled": 1}
    first.says("有什么班").taps("排队 1").hears("您排在第 2 位"), "who left and comes back is behind those who waited"


def test_tapping_again_changes_nothing(town: Town) -> None:
    row = taught(town)
    mother = registered(town).says("有什么班").taps("报名 1")
    mother.taps("报名 1").hears("您已经报上了")
    mother.taps("不上了").hears("不上了")
    mother.taps_choice(f"class:leave:{row}").hears("没有报名，不用退")
    assert statuses(town, row) == {"cancelled": 1}


def test_more_places_by_a_new_list_bring_the_waiting_in(town: Town) -> None:
    taught(town, capacity=1)
    first, second = registered(town, "first"), registered(town, "second")
    first.says("有什么班").taps("报名 1")
    second.says("有什么班").taps("排队 1")
    taught(town, capacity=3)
    town.tick()
    second.listens()
    second.hears("轮到您了")


def test_changed_times_are_told_to_those_in_it(town: Town) -> None:
    taught(town)
    mother = registered(town).says("有什么班").taps("报名 1")
    town.tick()
    assert mother.listens() == []
    taught(town, "K1", SATURDAY + timedelta(days=7), SUNDAY)
    town.tick()
    mother.listens()
    mother.hears("上课安排改了", "12月5日周六上午9点")
    town.tick()
    assert mother.listens() == []


def test_who_waited_in_vain_is_told_and_shown_another(town: Town) -> None:
    taught(town, capacity=1)
    registered(town, "first").says("有什么班").taps("报名 1")
    second = registered(town, "second").says("有什么班").taps("排队 1")
    taught(town, "K2", SATURDAY + timedelta(days=7), title="缝纫二班")
    at(town, SATURDAY + timedelta(minutes=1))
    second.listens()
    second.hears("“缝纫班”这次没有排到", "缝纫二班").taps("报名").hears("报上了：“缝纫二班”")


def test_reminders_the_evening_before_and_two_hours_before_once_each(town: Town) -> None:
    taught(town, "K1", SUNDAY)
    mother = registered(town).says("有什么班").taps("报名 1")
    waits = registered(town, "waits")
    taught(town, "K1", SUNDAY, capacity=1)
    waits.says("有什么班").taps("排队 1")
    heard: list[tuple[str, str]] = []
    town.now = SATURDAY
    while town.now < SUNDAY + timedelta(hours=5):
        town.tick()
        heard += [(f"{town.now.astimezone(LOCAL):%d %H:%M}", said.text) for said in mother.listens() if "提醒您上课" in said.text]
        assert all("提醒您上课" not in said.text for said in waits.listens())
        town.later(minutes=30)
    assert [when for when, _ in heard] == ["28 19:00", "29 12:30"]
    assert all("11月29日周日下午2点半" in text and "缝纫班" in text for _, text in heard)


def test_before_an_early_session_only_the_evening_reminds(town: Town) -> None:
    taught(town, "K1", SATURDAY.replace(hour=8, minute=30))
    mother = registered(town).says("有什么班").taps("报名 1")
    at(town, SATURDAY.replace(day=27, hour=19))
    mother.listens()
    mother.hears("提醒您上课：11月28日周六上午8点半")
    for minutes in range(0, 240, 10):
        at(town, SATURDAY.replace(hour=6) + timedelta(minutes=minutes))
        assert "提醒" not in "".join(said.text for said in mother.listens()), town.now


def test_after_a_pause_no_reminder_is_double_or_too_late(town: Town) -> None:
    taught(town, "K1", SUNDAY)
    mother = registered(town).says("有什么班").taps("报名 1")
    at(town, SUNDAY - timedelta(hours=1))
    assert sum("提醒您上课" in said.text for said in mother.listens()) == 1
    taught(town, "K2", SUNDAY + timedelta(hours=3), title="二班")
    mother.says("有什么班").taps("二班")
    at(town, SUNDAY + timedelta(hours=4))
    assert all("二班" not in said.text for said in mother.listens())


def test_who_has_quiet_hours_of_her_own_is_not_told_of_a_session_that_has_begun(town: Town) -> None:
    taught(town, "K1", SATURDAY)
    mother = registered(town).says("有什么班").taps("报名 1")
    with town.store.begin() as tx:
        persons.change(tx, person(town, mother), quiet="18:00-11:00")
    for hours in range(-15, 6):
        at(town, SATURDAY + timedelta(hours=hours))
        heard = [said.text for said in mother.listens() if "提醒您上课" in said.text]
        assert not heard or town.now < SATURDAY


def in_class(town: Town, name: str = "mother", **values: Any) -> tuple[Chat, Chat, int]:
    """A coordinator and a mother at the first session."""
    row = taught(town, **values)
    coordinator = town.invited("coordinator", "coordinator")
    mother = registered(town, name).says("有什么班").taps("报名 1 缝纫班").hears("报上了")
    town.now = SATURDAY
    return coordinator, mother, row


def test_she_types_the_code_of_the_room_and_is_signed_in(town: Town) -> None:
    coordinator, mother, row = in_class(town)
    code = shown_code(town, coordinator)
    mother.says(other(code)).hears("签到码不对")
    mother.says(f" {code[:3]} {code[3:]} ").hears("签到好了：“缝纫班”")
    mother.says(code).hears("已经签到了")
    mother.says(other(code)).hears("已经签到了")
    with town.store.read() as tx:
        [one] = attendance.roll(tx, row)
        assert one.attended == 1
    coordinator.says("/menu").taps("培训班").taps("1 缝纫班").hears("11月28日周六上午9点：到了 1 人")


def test_the_code_changes_in_place_and_the_one_before_counts_a_minute_more(town: Town) -> None:
    coordinator, mother, _ = in_class(town)
    first = shown_code(town, coordinator)
    town.later(seconds=61)
    coordinator.taps("换一个")
    assert coordinator.fresh[0].edits, "it takes the place of the one before"
    second = code_of(coordinator)
    assert second != first
    mother.says(first).hears("签到好了")
    late = registered_in(town, "late")
    town.later(seconds=121)
    late.says(first).hears("不对")
    late.says(second).hears("不对")


def registered_in(town: Town, name: str) -> Chat:
    """One more who has a place, without asking when she joined."""
    chat = registered(town, name)
    with town.store.begin() as tx:
        [row] = tx.execute(select(training.training_class.c.id)).scalars()
        assert classes.join(tx, row, person(town, chat), now=town.now) == "enrolled"
    return chat


def test_the_code_works_from_half_an_hour_before_to_three_hours_after(town: Town) -> None:
    coordinator, mother, row = in_class(town)
    with town.store.read() as tx:
        key = attendance.code_key(attendance.sessions(tx, row)[0].id)
    for minutes, counts in ((-31, False), (181, False), (-30, True)):
        town.now = SATURDAY + timedelta(minutes=minutes)
        mother.says(certificates.code(key, town.now))
        assert ("签到好了" in mother.text) is counts, minutes
        assert ("没听明白" in mother.text) is not counts
    town.now = SATURDAY - timedelta(hours=1)
    coordinator.says("/menu").taps("培训班").taps("1 缝纫班")
    assert "出示签到码" not in coordinator.labels()


def test_five_wrong_codes_and_then_not_even_the_right_one(town: Town) -> None:
    coordinator, mother, _ = in_class(town)
    code = shown_code(town, coordinator)
    for _ in range(certificates.TRIES - 1):
        mother.says(other(code)).hears("签到码不对")
    mother.says(other(code)).hears("请老师给您点一下名")
    mother.says(code).hears("请老师给您点一下名")
    coordinator.taps("点名").taps("居民").hears("✓ 居民", "到了 1 人")
    mother.says(code).hears("已经签到了")
    second = registered_in(town, "second")
    second.says(code).hears("签到好了"), "another woman's tries are her own"


def test_six_digits_of_somebody_else_or_in_a_form_are_no_code(town: Town) -> None:
    coordinator, mother, row = in_class(town)
    code = shown_code(town, coordinator)
    registered(town, "stranger").says(code).hears("没听明白")
    mother.says("登记").taps(town.short("intake", "pay")).says(code)
    assert "签到" not in mother.text
    with town.store.read() as tx:
        assert [one.attended for one in attendance.roll(tx, row)] == [0]
    mother.says("签到").hears("把六个数字发给我")
    mother.says(code).hears("签到好了", "接着填").taps("接着填").hears_question("intake", "pay")


def test_signing_in_is_explained_when_there_is_nothing_to_sign(town: Town) -> None:
    registered(town).says("签到").hears("现在没有您要签到的课")


def test_a_tick_by_hand_can_be_taken_back_and_is_on_record(town: Town) -> None:
    coordinator, _, row = in_class(town)
    coordinator.says("/menu").taps("培训班").taps("1 缝纫班").taps("点名 1").taps("居民").hears("到了 1 人")
    assert coordinator.fresh[0].edits
    coordinator.taps("✓ 居民").hears("到了 0 人")
    with town.store.read() as tx:
        assert [one.attended for one in attendance.roll(tx, row)] == [0]
        actions = tx.execute(select(access_log.LOG.c.action).where(access_log.LOG.c.subject_kind == "person")).scalars().all()
    assert actions.count("classes.tick") == 2


def attend(town: Town, row: int, chat: Chat, sessions: int) -> None:
    """She was there that often."""
    with town.store.begin() as tx:
        for session in attendance.sessions(tx, row)[:sessions]:
            attendance.sign_in(tx, session.id, person(town, chat), by=None, now=town.now)


def test_who_passes_has_a_certificate_the_skill_and_the_posts_at_once(town: Town) -> None:
    post = towns.position(town.store, town.now, "P9", title="缝被套", skills=["sewing"], trains=False, announced_at=town.now)
    coordinator, mother, row = in_class(town, leads_to=["P9"])
    attend(town, row, mother, 2)
    at(town, SUNDAY + timedelta(hours=4))
    coordinator.listens()
    coordinator.hears("“缝纫班”的课上完了").taps("评定").hears("2/2 次", "1 通过", "1 没通过")
    coordinator.taps("1 通过").hears("通过，2026-", "都评定完了")
    mother.listens()
    mother.hears("恭喜您，“缝纫班”通过了", "证书号：2026-", "缝纫裁剪")
    with town.store.read() as tx:
        [one] = attendance.roll(tx, row)
        profile = persons.profile(tx, one.person_id)
        offered = tx.execute(select(work.offer.c.position_id, work.offer.c.wave).where(work.offer.c.person_id == one.person_id)).all()
    assert one.certificate is not None and certificates.genuine(one.certificate) and one.certificate in mother.text
    assert profile is not None and (profile.skills, profile.learn) == (["sewing"], [])
    assert [tuple(row) for row in offered] == [(post, 0)]
    town.tick()
    mother.listens()
    mother.hears("缝被套")
    mother.says("我的班").hears("您通过了，证书号 " + one.certificate)


def test_all_who_came_often_enough_pass_with_one_tap_the_others_are_told_kindly(town: Town) -> None:
    coordinator, mother, row = in_class(town)
    seldom = registered_in(town, "seldom")
    attend(town, row, mother, 2)
    attend(town, row, seldom, 1)
    taught(town, "K2", SUNDAY + timedelta(days=9), title="缝纫二班")
    town.now = SUNDAY + timedelta(hours=2)
    coordinator.says("/menu").taps("培训班").hears("缝纫二班：0/2 人", "缝纫班：2/2 人")
    coordinator.taps_choice(f"assess:assess:{row}:0").hears("来够八成的都通过（1 人）")
    coordinator.taps("来够八成的都通过").hears("1. 居民", "通过，2026-", "2. 居民")
    mother.listens()
    mother.hears("恭喜您")
    assert all("缝纫班" not in said.text for said in seldom.listens())
    coordinator.taps("2 没通过").hears("没通过", "都评定完了")
    seldom.listens()
    seldom.hears("这次没有通过，不要紧", "缝纫二班").taps("报名").hears("报上了：“缝纫二班”")
    with town.store.read() as tx:
        profile = persons.profile(tx, person(town, seldom))
        assert profile is not None and (profile.skills, profile.learn) == ([], ["sewing"])


def test_a_verdict_counts_once_and_a_mistake_can_be_put_right(town: Town) -> None:
    coordinator, mother, row = in_class(town)
    town.now = SUNDAY + timedelta(hours=2)
    coordinator.taps_choice(f"assess:assess:{row}:0").taps("1 没通过").taps("1 通过")
    choice = next(b.choice for _, said in coordinator.heard for b in said.choices() if b.label == "1 没通过")
    mother.listens()
    mother.hears("没有通过", "恭喜您")
    coordinator.taps_choice(choice).hears("通过，2026-")
    assert mother.listens() == []
    assert statuses(town, row) == {"passed": 1}


def test_nobody_is_assessed_before_the_last_session(town: Town) -> None:
    coordinator, _, row = in_class(town)
    coordinator.taps_choice(f"assess:assess:{row}:0").hears("上完再评定")
    with town.store.read() as tx:
        [one] = attendance.roll(tx, row)
    coordinator.taps_choice(f"assess:pass:{one.id}:0").hears("上完再评定")
    coordinator.taps_choice(f"assess:all:{row}").hears("上完再评定")
    assert statuses(town, row) == {"enrolled": 1}


def test_without_consent_to_a_profile_nothing_is_added_to_one(town: Town) -> None:
    coordinator, mother, row = in_class(town)
    with town.store.begin() as tx:
        consents.withdraw(tx, person(town, mother), "profile", now=town.now)
        tx.execute(update(people.mother).where(people.mother.c.person_id == person(town, mother)).values(skills=["cooking"]))
    town.now = SUNDAY + timedelta(hours=2)
    coordinator.taps_choice(f"assess:assess:{row}:0").taps("1 通过")
    mother.listens()
    mother.hears("恭喜您", "证书号")
    assert "资料里" not in mother.text
    with town.store.read() as tx:
        assert persons.profile(tx, person(town, mother)).skills == ["cooking"]  # type: ignore[union-attr]


def test_another_community_s_coordinator_sees_and_does_nothing(town: Town) -> None:
    coordinator, mother, row = in_class(town)
    foreign = town.invited("foreign", "coordinator", "YT02")
    foreign.says("/menu").taps("培训班").hears("您这里还没有培训班")
    with town.store.read() as tx:
        session = attendance.sessions(tx, row)[0].id
        [one] = attendance.roll(tx, row)
    federation = town.invited("federation", "federation", None)
    federation.says("/menu").taps("培训班").hears("缝纫班：1/2 人")
    choices = (
        *(
            f"assess:see:{row}",
            f"assess:cancel:{row}:yes",
            f"assess:code:{session}",
            f"assess:code:{session}:again",
            f"assess:roll:{session}:0",
        ),
        *(
            f"assess:tick:{session}:{one.person_id}:0",
            f"assess:assess:{row}:0",
            f"assess:pass:{one.id}:0",
            f"assess:fail:{one.id}:0",
        ),
        *(f"assess:all:{row}", "classes_managed"),
    )
    worker = town.invited("worker", "grid_worker", "YT01")
    for nobody in (foreign, worker, mother):
        for choice in choices[:-1] if nobody is foreign else choices:
            nobody.taps_choice(choice).hears("要有相应的身份")
    with town.store.read() as tx:
        assert [(one.status, one.attended) for one in attendance.roll(tx, row)] == [("enrolled", 0)]


def test_made_up_buttons_do_nothing(town: Town) -> None:
    coordinator, mother, row = in_class(town)
    numbers = ("", "x", "-1", "1e9", "999999", "9" * 30, "²", f"{row}:", f"{row}:x:y:z")
    for chat, verbs in (
        (mother, ("class:join", "class:leave", "class:zzz")),
        (coordinator, tuple(f"assess:{v}" for v in ("see", "cancel", "code", "roll", "tick", "assess", "pass", "fail", "all", "zzz"))),
    ):
        for verb in verbs:
            for number in numbers:
                chat.taps_choice(f"{verb}:{number}"[:64])
                assert "出了点问题" not in chat.text, (verb, number)


def test_a_long_roll_is_turned_page_by_page(town: Town) -> None:
    coordinator, _, row = in_class(town, capacity=30)
    with town.store.begin() as tx:
        for number in range(29):
            found = persons.add(tx, "web", f"x{number}", language="zh", now=town.now)
            persons.change(tx, found.person_id, name=f"张{number:02}")
            classes.join(tx, row, found.person_id, now=town.now)
    coordinator.says("/menu").taps("培训班").taps("1 缝纫班").taps("点名 1")
    assert sum("张" in label for label in coordinator.labels()) == 11
    coordinator.taps("后面的人").taps("后面的人").hears("张28", "前面的人").taps("张28").hears("✓ 张28")


def test_a_form_half_done_is_not_disturbed_by_what_classes_tell(town: Town) -> None:
    taught(town, "K1", SUNDAY)
    mother = registered(town).says("有什么班").taps("报名 1")
    mother.says("登记").taps(town.short("intake", "pay"))
    at(town, SATURDAY.replace(hour=19))
    mother.listens()
    mother.hears("提醒您上课")
    with town.store.read() as tx:
        found = persons.find(tx, "web", "mother")
        assert found is not None and found.state is not None
        assert conversations.postponed(tx, found.person_id) is None
    mother.says("2000").hears("2000")


def test_the_whole_way_on_both_stores(store: Store, content: Content, now: datetime) -> None:
    towns.small(store)
    town = Town(store, content, now)
    towns.position(store, now, "P9", title="缝被套", skills=["sewing"], trains=False, announced_at=now)
    coordinator, wants = town.invited("coordinator", "coordinator"), learning(town)
    taught(town, "K1", SATURDAY, leads_to=["P9"], capacity=1)
    town.tick()
    wants.listens()
    wants.hears("新开了一个培训班").taps("报名").hears("报上了")
    second = learning(town, "second").says("有什么班").taps("排队 1").hears("第 1 位")
    wants.says("我的班").taps("不上了 1")
    second.listens()
    second.hears("轮到您了")
    at(town, SATURDAY - timedelta(hours=14))
    second.listens()
    second.hears("提醒您上课")
    town.now = SATURDAY
    second.says(shown_code(town, coordinator)).hears("签到好了")
    at(town, SATURDAY + timedelta(hours=4))
    coordinator.listens()
    coordinator.taps("评定").taps("来够八成的都通过").hears("都评定完了")
    town.tick()
    second.listens()
    second.hears("恭喜您", "证书号", "缝被套")


def test_on_the_roll_she_is_called_by_her_name_or_the_end_of_her_number(town: Town) -> None:
    coordinator, mother, _ = in_class(town)
    told: list[tuple[persons.Changes, str]] = [({"phone": "13900001234"}, "尾号1234的居民"), ({"name": "王芳"}, "王芳")]
    for values, called in told:
        with town.store.begin() as tx:
            persons.change(tx, person(town, mother), **values)
        coordinator.says("/menu").taps("培训班").hears("正在上课").taps("1 缝纫班").taps("点名 1")
        assert called in coordinator.labels()
        assert "13900001234" not in coordinator.text


def test_who_has_her_data_deleted_leaves_her_place_to_the_next(town: Town) -> None:
    taught(town, capacity=1)
    first, second = registered(town, "first"), registered(town, "second")
    first.says("有什么班").taps("报名 1")
    second.says("有什么班").taps("排队 1")
    with town.store.begin() as tx:
        leave_all(Turn.to(tx, town.content, person(town, first), now=town.now))
    second.listens()
    second.hears("轮到您了")
    first.says("我的班").hears("还没有报过班")


def test_on_a_channel_of_words_alone_all_goes_by_number(town: Town) -> None:
    row = taught(town)
    mother = town.person("wx", WECHAT).says("登记").says("1 2 3").says("海风1社区")
    mother.says("稍后").says("有什么班").hears("1 报名 1 缝纫班").says("1").hears("报上了")
    town.now = SATURDAY
    with town.store.read() as tx:
        code = certificates.code(attendance.code_key(attendance.sessions(tx, row)[0].id), town.now)
    mother.says(code).hears("签到好了")


def test_a_class_that_does_not_take_place_is_told_to_all_in_it(town: Town) -> None:
    row = taught(town, capacity=1)
    taught(town, "K2", title="缝纫二班")
    coordinator = town.invited("coordinator", "coordinator")
    first, second = registered(town, "first"), registered(town, "second")
    first.says("有什么班").taps("缝纫班")
    second.says("有什么班").taps("缝纫班").hears("您排在第 1 位")
    coordinator.says("/menu").taps("培训班").taps("缝纫班").taps("取消这个班").hears("“缝纫班”有 2 人", "不取消")
    assert statuses(town, row) == {"enrolled": 1, "waiting": 1}
    coordinator.taps("取消，告诉她们").hears("都告诉了")
    for chat in (first, second):
        chat.listens()
        chat.hears("“缝纫班”办不成了", "缝纫二班")
    coordinator.taps("取消，告诉她们").hears("已经结束了")
    at(town, SATURDAY)
    assert all("提醒" not in said.text for said in first.listens())
    first.says("我的班").hears("还没有报过班")


def test_a_class_that_came_with_wrong_times_is_announced_when_they_are_right(town: Town) -> None:
    mother = learning(town)
    taught(town, "K1", town.now - timedelta(days=30))
    town.tick()
    assert mother.listens() == []
    taught(town, "K1", SATURDAY)
    town.tick()
    mother.listens()
    mother.hears("新开了一个培训班", "11月28日周六")


def test_many_classes_are_shown_a_few_at_a_time(town: Town) -> None:
    for number in range(7):
        taught(town, f"K{number}", title=f"{number}号班", community=f"YT{number + 1:02}")
    mother = learning(town).says("有什么班").hears("现在有 7 个班", "5. 4号班")
    assert "5号班" not in mother.text
    mother.taps("看更多").hears("6. 5号班", "7. 6号班")
    assert "看更多" not in mother.labels()


def test_who_is_in_a_class_is_not_told_that_there_is_one(town: Town) -> None:
    mother = learning(town)
    taught(town)
    mother.says("有什么班").taps("报名 1").hears("报上了")
    town.tick()
    assert mother.listens() == []
