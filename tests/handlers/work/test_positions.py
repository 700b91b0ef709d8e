"""The gate of publication: what is forbidden, what needs a second person, how a post is taken back, and who hears of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.screening import QUERY_CODES, rules
from handlers.content import Content
from storage import access_log, notices
from storage.people import persons
from storage.tables.work import application, enterprise
from storage.work import places, posts, reviews
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town


def outcomes(town: Town, position: int) -> list[tuple[str, str]]:
    with town.store.read() as tx:
        notice = notices.of_position(tx, position)
        assert notice is not None
        return [(row.outcome, row.why) for row in notices.outcomes(tx, notice)]


HONEST = "缝枕套，计件，每件2元，熟手每小时约26元，教会为止，每天来去自由。"
OPEN = "招工，工资面议。"


def draft(town: Town, code: str = "D1", **values: Any) -> int:
    return towns.position(town.store, town.now, code, **{"status": "draft", "published_at": None, "text": HONEST, **values})


def questionable(town: Town, text: str = OPEN) -> int:
    return draft(town, text=text, pay_basis="hour", pay_min_fen=3000)


def change(town: Town, position: int, **values: object) -> None:
    with town.store.begin() as tx:
        towns.change(tx, position, **values)


def status(town: Town, position: int) -> str:
    with town.store.read() as tx:
        row = posts.get(tx, position)
        assert row is not None
        return str(row.status)


def last_review(town: Town, position: int) -> reviews.Review:
    with town.store.read() as tx:
        found = reviews.of_post(tx, position)
        assert found is not None
        return found


def person_id(town: Town, chat: Chat) -> int:
    with town.store.read() as tx:
        found = persons.find(tx, chat.channel.channel, chat.address)
        assert found is not None
        return found.person_id


def publish(town: Town, title: str = "缝纫工") -> Chat:
    chat = town.invited(f"coordinator {title}", "coordinator").says("/menu").taps("待发布岗位").taps(f"看 {title}")
    return chat.taps("发布") if "发布" in chat.labels() else chat


def test_a_published_post_reaches_the_mother_it_fits(town: Town) -> None:
    mother = registered(town)
    post = draft(town)
    publish(town).hears("发布了")
    assert mother.listens() == []
    town.tick()
    mother.listens()
    mother.hears("有一个新岗位适合您", "缝纫工", "离家0米", "我想去", "少发消息")
    mother.taps("我想去").taps("同意给").hears("报上名了")
    assert outcomes(town, post) == [("delivered", "")]
    town.tick()
    assert mother.listens() == [], "the same message comes once"


def test_who_is_too_far_away_is_not_told(town: Town) -> None:
    far = registered(town, community="海风11社区")
    post = draft(town)
    publish(town)
    town.tick()
    assert far.listens() == []
    assert outcomes(town, post) == []


def test_quiet_hours_hold_it_until_morning_and_the_form_is_not_disturbed(town: Town) -> None:
    mother = registered(town)
    post = draft(town)
    publish(town)
    town.later(hours=12)
    town.tick()
    assert mother.listens() == []
    assert outcomes(town, post) == [("waiting", "quiet")]
    town.later(hours=10)
    town.tick()
    mother.listens()
    mother.hears("新岗位")


def test_over_the_daily_cap_the_rest_comes_as_one_digest_the_next_morning(town: Town) -> None:
    mother = registered(town)
    for n in range(5):
        towns.position(town.store, town.now, f"P{n}", title=f"缝纫{n}")
        town.tick()
        town.later(minutes=1)
    assert len(mother.listens()) == 2
    town.later(days=1)
    town.tick()
    [digest] = mother.listens()
    assert "3 个新岗位" in digest.text and len([b for b in digest.choices() if "我想去" in b.label]) == 3


def test_a_post_filled_meanwhile_is_withheld_with_its_reason(town: Town) -> None:
    mother = registered(town)
    town.later(hours=12)
    post = towns.position(town.store, town.now, headcount=1)
    town.tick()
    with town.store.begin() as tx:
        assert places.take_place(tx, post)
    town.later(hours=10)
    town.tick()
    assert mother.listens() == []
    assert outcomes(town, post) == [("withheld", "stale")]


def test_without_consent_or_after_unsubscribing_nothing_comes(town: Town) -> None:
    refused = town.person("refused").says("登记").says("1").says("海风1社区").taps("都还不会")
    for _ in range(5):
        refused.says("跳过")
    refused.taps("提交").hears("登记好了")
    stopped = registered(town, "stopped").says("退订").hears("不主动给您发消息")
    post = draft(town)
    publish(town)
    town.tick()
    assert refused.listens() == [] and stopped.listens() == []
    assert outcomes(town, post) == [("withheld", "unsubscribed")], "who did not agree to job notices is not even matched"
    stopped.says("恢复消息").hears("以后有合适的再告诉您")


def test_who_cannot_be_reached_is_listed_at_once(town: Town) -> None:
    mother = registered(town)
    with town.store.begin() as tx:
        persons.set_address_state(tx, "web", mother.address, "gone")
    post = draft(town)
    publish(town)
    town.tick()
    assert outcomes(town, post) == [("withheld", "unreachable")]


@pytest.mark.parametrize(
    ("text", "answer", "change_"),
    [
        ("招缝纫工，每件2元，先交押金200元，干满一个月退。", "押金", "不能收押金"),
        ("招缝纫工，男士优先，每件2元。", "男士优先", "不能只招男的"),
    ],
)
def test_what_is_forbidden_is_published_by_nobody_and_it_is_said_what_to_change(town: Town, text: str, answer: str, change_: str) -> None:
    post = draft(town, text=text)
    publish(town).hears("谁都不能发", answer, change_)
    federation = town.invited("f", "federation", None).says("/menu").taps("待发布岗位").taps("看 缝纫工").hears("谁都不能发")
    federation.taps_choice(f"ask_review:{post}").hears("谁都不能发")
    assert status(town, post) == "draft"


def test_every_finding_has_its_advice(content: Content) -> None:
    codes = {*rules.rules(), *QUERY_CODES, "underage", "no_contract_pay", "low_pay", "wage_unset"}
    assert [code for code in codes if f"positions.change.{code}" not in content.phrases.texts] == []


def test_an_open_question_needs_a_second_person_and_a_reason(town: Town) -> None:
    post = questionable(town)
    first = publish(town).hears("还有要问清楚的地方", "面议", "没写清给多少钱", "另一位")
    second = town.invited("second", "coordinator")
    elsewhere = town.invited("elsewhere", "coordinator", "YT02")
    grid = town.invited("grid", "grid_worker")
    first.taps("请另一位看看").hears("有回音会告诉您")
    assert [chat.listens() for chat in (elsewhere, grid)] == [[], []]
    second.listens()
    second.hears(OPEN, "面议", "可以发布", "退回")
    second.taps("可以发布").hears_question("review", "reason")
    assert status(town, post) == "draft", "not without a reason"
    second.says("好").hears("两个字以上").says("问过企业，每件三元")
    second.taps("提交").hears("发布了")
    assert status(town, post) == "published"
    first.listens()
    first.hears("另一位工作人员看过", "每件三元")
    found = last_review(town, post)
    assert (found.outcome, found.reason, found.decided_by) == ("published", "问过企业，每件三元", person_id(town, second))


def test_who_asked_cannot_decide_herself_whatever_she_taps(town: Town) -> None:
    post = questionable(town)
    first = publish(town).taps("请另一位看看").hears("眼下没有另一位")
    review = last_review(town, post).id
    for choice in (f"review:{review}:yes", f"review:{review}", f"review_whole:{review}", f"publish:{post}:yes", f"ask_review:{post}"):
        first.taps_choice(choice)
        assert "您自己提的" in first.text or "已经在等另一位" in first.text, choice
    first.says("/menu").taps("等我看的岗位").hears("没有等您看的岗位")
    with town.store.begin() as tx:
        assert not reviews.decide(tx, review, "published", by=person_id(town, first), reason="我说行", now=town.now)
    assert status(town, post) == "draft"


def test_who_joins_later_finds_it_in_the_menu(town: Town) -> None:
    post = questionable(town)
    publish(town).taps("请另一位看看")
    federation = town.invited("f", "federation", None).says("/menu").taps("等我看的岗位").taps("看 缝纫工").hears("面议")
    federation.taps("可以发布").says("企业补了工价").taps("提交").hears("发布了")
    assert status(town, post) == "published"


def test_a_foreign_or_made_up_review_is_refused(town: Town) -> None:
    post = questionable(town)
    publish(town).taps("请另一位看看")
    review = last_review(town, post).id
    foreign = town.invited("foreign", "coordinator", "YT02")
    mother = registered(town)
    for chat in (foreign, mother):
        for choice in (
            f"review:{review}:yes",
            f"review:{review}:no",
            f"review_whole:{review}",
            f"ask_review:{post}",
            f"publish:{post}",
            f"withdraw:{post}:fee",
        ):
            chat.taps_choice(choice).hears("要有相应的身份")
    for choice in (
        "rev:",
        "review:x:yes",
        "review:99999:yes",
        "ask:",
        "ask_review:²",
        "review_whole:1e9",
        "wd:",
        "withdraw:99999:fee",
        "drafts:x",
        "public:",
        "reviews:-1",
    ):
        foreign.taps_choice(choice)
        assert "出了点问题" not in foreign.text, choice
    assert status(town, post) == "draft"


def test_sent_back_with_a_reason_it_is_not_asked_again_until_it_is_changed(town: Town) -> None:
    post = questionable(town)
    second = town.invited("second", "coordinator")
    first = publish(town).taps("请另一位看看")
    second.listens()
    second.taps("退回").says("写上多少钱一件").taps("提交").hears("退回了")
    first.listens()
    first.hears("退回来了", "写上多少钱一件")
    first.taps_choice(f"publish:{post}:yes").hears("上次退回来了", "写上多少钱一件")
    first.taps_choice(f"ask_review:{post}").hears("上次退回来了")
    change(town, post, text=HONEST, pay_basis="piece")
    first.taps_choice(f"publish:{post}:yes").hears("发布了")


def test_an_edit_between_does_not_slip_through(town: Town) -> None:
    post = questionable(town)
    second = town.invited("second", "coordinator")
    first = publish(town).taps("请另一位看看")
    second.listens()
    second.taps("可以发布").says("问过了")
    change(town, post, text="招工，工资面议，要男的。")
    second.taps("提交").hears("有不能发布的内容")
    assert status(town, post) == "draft"
    first.listens()
    first.hears("有不能发布的内容")


def test_another_open_text_is_looked_at_anew(town: Town) -> None:
    post = questionable(town)
    second = town.invited("second", "coordinator")
    publish(town).taps("请另一位看看")
    second.listens()
    second.taps("可以发布").says("问过了")
    change(town, post, text="招工，来了就知道，工资面议。")
    second.taps("提交").hears("刚才改过了", "来了就知道")
    assert status(town, post) == "draft"
    second.taps("可以发布").says("新的也问过了").taps("提交").hears("发布了")
    assert status(town, post) == "published"


def test_two_second_persons_decide_once(town: Town) -> None:
    post = questionable(town)
    chats = [town.invited(name, "coordinator") for name in ("one", "two")]
    publish(town).taps("请另一位看看")
    for chat in chats:
        chat.listens()
        chat.taps("退回" if chat is chats[0] else "可以发布").says("看过了")
    chats[0].taps("提交").hears("退回了")
    chats[1].taps("提交").hears("已经有人看过了")
    assert status(town, post) == "draft"


@pytest.mark.parametrize(
    ("values", "answer"), [({"licence": " "}, "营业执照号"), ({"share_percent": 4}, "5% 到 15%"), ({"share_percent": 16}, "16%")]
)
def test_an_enterprise_without_licence_or_with_a_wrong_share_publishes_nothing(town: Town, values: dict[str, Any], answer: str) -> None:
    post = draft(town)
    with town.store.begin() as tx:
        tx.execute(update(enterprise).values(**values))
    publish(town).hears("不能发布", answer)
    town.invited("f", "federation", None).taps_choice(f"publish:{post}").hears("不能发布", answer)
    assert status(town, post) == "draft"


def test_piece_pay_says_what_an_hour_brings_and_mothers_see_it(town: Town) -> None:
    mother = registered(town)
    draft(town)
    publish(town).hears("发布了")
    town.tick()
    mother.listens()
    mother.hears("每件2元，熟手一小时约26元")
    mother.says("找活干").hears("熟手一小时约26元")


def test_where_the_notice_does_not_say_it_the_coordinator_is_asked(town: Town) -> None:
    post = draft(town, text="缝枕套，计件，每件2元，教会为止。")
    coordinator = publish(town).hears("一小时实实在在能挣多少", "每件2元")
    assert status(town, post) == "draft"
    coordinator.says("9999").hears("1到500").says("二十六").taps("提交").hears("发布了")
    with town.store.read() as tx:
        row = posts.get(tx, post)
        assert row is not None and row.hourly_fen == 2600


@pytest.mark.parametrize(
    "values",
    [
        {"text": "缝枕套，每件1元，熟手每小时约10元。", "pay_min_fen": 100},
        {"pay_basis": "hour", "pay_min_fen": 2000, "text": "缝枕套，工钱按小时算，每小时20元。"},
        {"pay_basis": "day", "pay_min_fen": 16000, "text": "缝枕套，每天160元。"},
        {"pay_basis": "month", "pay_min_fen": 239900, "text": "缝枕套，工钱按月给。"},
    ],
)
def test_pay_below_the_minimum_is_an_open_question(town: Town, values: dict[str, Any]) -> None:
    post = draft(town, **values)
    publish(town).hears("比最低工资低", "另一位")
    assert status(town, post) == "draft"


def test_where_no_minimum_is_set_for_today_a_second_person_is_needed(town: Town) -> None:
    post = draft(town)
    town.later(days=-365 * 10)
    publish(town).hears("没有今天的最低工资标准")
    assert status(town, post) == "draft"


def taken_back(town: Town, why: str = "企业要收钱") -> Chat:
    return town.invited("withdraws", "coordinator").says("/menu").taps("已发布岗位").taps("撤下 缝纫工").taps(why)


def test_exactly_those_who_were_told_hear_that_it_was_wrong(town: Town) -> None:
    told, late, other = registered(town, "told"), registered(town, "late"), registered(town, "other", community="海风11社区")
    post = draft(town)
    publish(town)
    with town.store.begin() as tx:
        persons.change(tx, person_id(town, late), quiet="00:00-23:59")
    town.tick()
    told.listens()
    told.hears("新岗位")
    assert late.listens() == []
    taken_back(town).hears("撤下来了", "1 位妈妈")
    told.listens()
    told.hears("更正", "缝纫工", "因为发现企业要收钱")
    town.later(days=1)
    town.tick()
    assert [chat.listens() for chat in (told, late, other)] == [[], [], []]
    assert sorted(outcomes(town, post)) == [("delivered", ""), ("withheld", "withdrawn")]
    with town.store.read() as tx:
        row = posts.get(tx, post)
        assert row is not None and (row.status, row.withdrawn_why) == ("closed", "fee")
    told.taps("我想去").hears("没有了")
    told.says("找活干").hears("眼下没有")


def test_who_applied_hears_it_once_and_her_place_is_free(town: Town) -> None:
    mother = registered(town)
    post = draft(town)
    publish(town)
    town.tick()
    mother.listens()
    mother.taps("我想去")
    mother.taps_choice(f"apply:{post}:no")
    taken_back(town).hears("1 位妈妈")
    mother.listens()
    assert mother.text.count("更正") == 1 and "协调员会帮您看别的" in mother.text
    with town.store.read() as tx:
        assert tx.execute(select(application.c.status, application.c.holds)).all() == [("cancelled", False)]
        row = posts.get(tx, post)
        assert row is not None and (row.status, row.taken) == ("closed", 0)


def test_a_post_is_withdrawn_once_and_never_comes_back(town: Town) -> None:
    post = towns.position(town.store, town.now)
    taken_back(town, "先不撤").hears("没有撤")
    assert status(town, post) == "published"
    chat = town.invited("again", "coordinator").taps_choice(f"withdraw:{post}:untrue").hears("撤下来了")
    chat.taps_choice(f"withdraw:{post}:fee").hears("已经不在发布的名单里")
    change(town, post, status="draft")
    chat.taps_choice(f"publish:{post}").hears("撤下来的岗位")


def test_long_lists_come_in_pages(town: Town) -> None:
    for n in range(7):
        draft(town, f"D{n}", title=f"缝纫{n}")
        towns.position(town.store, town.now, f"P{n}", title=f"包装{n}")
    chat = town.invited("c", "coordinator").says("/menu").taps("待发布岗位").hears("缝纫0", "缝纫4")
    assert "缝纫5" not in chat.text
    chat.taps("更多").hears("缝纫5", "缝纫6")
    assert "更多" not in chat.labels()
    chat.says("/menu").taps("已发布岗位").hears("包装0").taps("更多").hears("包装6")


def test_a_long_text_can_be_read_whole(town: Town) -> None:
    questionable(town, OPEN + "好" * 900 + "完")
    second = town.invited("second", "coordinator")
    publish(town).taps("请另一位看看")
    second.listens()
    assert "完" not in second.text
    second.taps("看全文").hears("完")


def test_publishing_and_withdrawing_are_logged(town: Town) -> None:
    post = draft(town)
    publish(town)
    taken_back(town)
    with town.store.read() as tx:
        rows = tx.execute(
            select(access_log.LOG.c.action).where(access_log.LOG.c.subject_kind == "position", access_log.LOG.c.subject_id == post)
        )
        assert list(rows.scalars()) == ["positions.publish", "positions.withdraw"]


def test_only_who_may_publish_sees_drafts(town: Town) -> None:
    draft(town)
    foreign = town.invited("foreign", "coordinator", "YT02").says("/menu").taps("待发布岗位").hears("没有等着发布的岗位")
    foreign.says("/menu").taps("已发布岗位").hears("没有已经发布的岗位")
    for name, choice in (("grid", "drafts"), ("grid2", "publish:1"), ("grid3", "public"), ("grid4", "reviews")):
        town.invited(name, "grid_worker").taps_choice(choice).hears("要有相应的身份")


# ----- All of it before it goes, and what else can be done with a draft


def looked(town: Town, who: str = "office") -> Chat:
    return town.invited(who, "coordinator").says("/menu").taps("待发布岗位").taps("看 缝纫工")


def test_the_whole_post_is_shown_with_whom_it_fits_before_it_goes(town: Town) -> None:
    registered(town)
    until = town.now.date() + timedelta(days=30)
    text = HONEST + "活不重，" * 150
    post = draft(town, text=text, windows="1-5 08:30-11:00", headcount=7, closes_on=until, min_weekly_hours=6)
    office = looked(town)
    office.hears("7 人", "周一到周五 08:30-11:00", "每周至少 6 小时", f"{until} 截止", "海风1社区", "合适的妈妈有 1 位")
    said = "".join(one.text for one in office.fresh)
    assert text in said.replace("\n\n", ""), "to its last word"
    assert status(town, post) == "draft"
    office.taps("发布").hears("发布了")


def test_a_post_that_is_over_is_not_published(town: Town) -> None:
    post = draft(town, closes_on=town.now.date() - timedelta(days=1))
    office = looked(town).hears("截止日期", "已经过了")
    assert "发布" not in office.labels()
    office.taps_choice(f"publish:{post}:yes").hears("已经过了")
    office.taps_choice(f"publish:{post}").taps("改").taps("截止日期").says("12月31日").taps("对").taps("提交").hears(
        "2026-12-31 截止"
    ).taps("发布").hears("发布了")


def test_a_blocked_draft_is_corrected_in_chat_and_goes_out(town: Town) -> None:
    post = draft(town, text="缝枕套，先交押金200元，每小时30元。", pay_basis="hour", pay_min_fen=3000)
    office = looked(town).hears("谁都不能发", "押金", "缝枕套")
    assert "发布" not in office.labels()
    office.taps("改").taps("内容").says(HONEST).taps("提交").hears(HONEST).taps("发布").hears("发布了")
    assert status(town, post) == "published"


def test_another_pay_is_estimated_anew(town: Town) -> None:
    post = draft(town)
    office = looked(town).taps("改").taps("工钱").taps("按小时").says("5").taps("就这一个数").taps("提交").hears("5元", "最低工资")
    with town.store.read() as tx:
        row = posts.get(tx, post)
    assert row is not None and (row.pay_basis, row.pay_min_fen, row.pay_max_fen, row.hourly_fen) == ("hour", 500, None, None)
    office.taps("发布").hears("请另一位")


def test_a_draft_is_sent_back_with_a_reason_and_waits_until_it_is_changed(town: Town) -> None:
    post = draft(town)
    firm = town.invited("firm", "employer", "YT01", enterprise="E1")
    office = looked(town).taps("退回企业").says("工价对不上").taps("提交").hears("退回了", "联系人会收到")
    firm.listens()
    firm.hears("缝纫工", "工价对不上")
    other = town.invited("other", "coordinator")
    other.taps_choice(f"publish:{post}").hears("上次退回的理由：工价对不上")
    other.taps_choice(f"publish:{post}:yes").hears("上次退回来了")
    office.taps_choice(f"post:{post}:edit").taps("名额").says("3").taps("提交").taps("发布").hears("发布了")


def test_a_discarded_draft_is_off_the_list_for_good(town: Town) -> None:
    post = draft(town)
    office = looked(town).taps("作废").hears("确定吗").taps("作废").hears("作废了")
    office.says("/menu").taps("待发布岗位").hears("没有等着发布")
    for choice in (f"publish:{post}:yes", f"post:{post}:edit", f"post:{post}:dropped"):
        office.taps_choice(choice).hears("撤下来的岗位")
    assert status(town, post) == "closed"


def test_no_draft_of_another_place_is_seen_corrected_or_thrown_away(town: Town) -> None:
    post = draft(town)
    foreign = town.invited("foreign", "coordinator", "YT02")
    for choice in ("publish:{}", "publish:{}:yes", "post:{}:edit", "post:{}:back", "post:{}:drop", "post:{}:dropped"):
        foreign.taps_choice(choice.format(post)).hears("要有相应的身份")
    looked(town)
    assert status(town, post) == "draft"
