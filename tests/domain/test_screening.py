"""Screening: what blocks, what is asked back, what passes, and that every quote stands in the notice."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.screening import as_dict, opinion, screen
from domain.screening.combine import classes, combinations
from domain.screening.pay import minimum_wage
from domain.screening.rules import expand, rules, signs
from train import screening_model

WORK = "招打包工，装箱贴单，20元/时，每天5小时。"


def codes(text: str) -> set[str]:
    return {finding.code for finding in screen(text).findings}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("上岗前缴工牌钱三十块", "fee"),
        ("从首月薪水里扣工装费", "fee"),
        ("领货要交担保金一百，退货时返还", "deposit"),
        ("先掏钱买料，做好了我们再收购", "deposit"),
        ("身份证得放店长那里", "id_retention"),
        ("小伙子优先考虑", "gender"),
        ("只要女的", "gender"),
        ("没结过婚的来", "marital"),
        ("一年内不能怀孕", "childbearing"),
        ("十四岁也收", "underage"),
        ("顺带帮店铺刷信誉", "brushing"),
        ("另收闲置银行卡，一张二百", "account"),
        ("晚上陪老板喝酒", "adult"),
        ("拉人头有奖", "pyramid"),
        ("不签合同", "no_contract_pay"),
        ("干不满十天不给工资", "no_contract_pay"),
        ("两班倒", "hours"),
        ("晚11点到早6点", "hours"),
        ("下午4点干到晚12点", "hours"),
        ("凌晨3点到上午8点", "hours"),
        ("层级无限，他拉的人你也有份", "pyramid"),
        ("全年无休", "hours"),
    ],
)
def test_each_code_is_found_beside_honest_work(words: str, code: str) -> None:
    assert codes(WORK + words + "。") == {code}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("体检请自费", "fee"),
        ("工牌围裙本人掏钱", "fee"),
        ("托盘要压两百在前台,走时原样退", "deposit"),
        ("驾照由车队长拿着，到期才还", "id_retention"),
        ("这活男将更合适", "gender"),
        ("备孕中的先缓缓", "childbearing"),
        ("年龄13到50都要", "underage"),
        ("另外给短剧点赞，一条两毛", "brushing"),
        ("闲置支付宝借我们用，一天三十", "account"),
        ("介绍闺蜜入会给您提成，她再拉人您还有", "pyramid"),
        ("头三天试岗没有工钱", "no_contract_pay"),
    ],
)
def test_parts_in_any_order_make_a_finding(words: str, code: str) -> None:
    assert code in codes(WORK + words + "。")


@pytest.mark.parametrize(
    "words",
    [
        "体检公司出钱",
        "不收任何形式的押金、服装费、体检费和培训费",
        "给客人登记押金、办退押金",
        "孕检科旁边的办公楼",
        "依法实名，租借电话卡一律拒办",
        "周末照看6岁男孩",
        "找爱笑的小伙伴",
        "已婚、未婚、离异，我们都欢迎",
        "离职三天内工资结清",
    ],
)
def test_parts_with_something_that_lifts_them_are_no_finding(words: str) -> None:
    assert codes(WORK + words + "。") == set()


def test_every_combination_names_known_classes_and_matches_something() -> None:
    assert combinations().keys() <= rules().keys() | {"underage"}
    assert all(pattern.search("") is None for pattern in classes().values())


def test_honest_work_passes() -> None:
    found = as_dict(screen(WORK))
    assert (found["verdict"], found["findings"]) == ("pass", [])


@pytest.mark.parametrize(
    "words",
    [
        "不收任何费用",
        "无需押金，不收服装费",
        "押金、工具费一律不收",
        "男女不限，婚否不问，有没有孩子都行",
        "谨防刷单",
        "谢绝收费代办",
        "凡是要您交押金的都是骗子",
        "体检费由公司报销",
        "身份证看过就还",
        "介绍一位姐妹来，奖励200元",
        "宝妈优先",
        "不收15岁以下的孩子",
        "不上夜班",
        "对面是托儿所",
    ],
)
def test_denials_and_ordinary_words_are_no_finding(words: str) -> None:
    assert codes(WORK + words + "。") == set()


def test_a_denial_beside_a_violation_does_not_excuse_it() -> None:
    assert codes(WORK + "不收押金，不收服装费，另交建档费50元。") == {"fee"}
    assert codes(WORK + "男女不限，但要未婚。") == {"marital"}


def test_a_double_denial_is_a_demand() -> None:
    assert codes(WORK + "不交押金不让上岗。") == {"deposit"}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("交押\u200b金200", "deposit"),
        ("交押 金200", "deposit"),
        ("交押Jin200", "deposit"),
        ("交鸭金200", "deposit"),
        ("交娅金200", "deposit"),
        ("要交报铭费", "fee"),
        ("交ya jin 200", "deposit"),
        ("交押💰200", "deposit"),
        ("交宝马金200", "deposit"),
        ("要交中jie費", "fee"),
        ("未hun优先", "marital"),
        ("己婚者优先", "marital"),
        ("怀Y的不要", "childbearing"),
        ("顺便shua单", "brushing"),
        ("sfz放店长那里", "id_retention"),
    ],
)
def test_a_disguised_word_counts_as_the_plain_one(written: str, code: str) -> None:
    assert codes(WORK + written + "。") == {code}


@pytest.mark.parametrize("written", ["螺丝压紧", "刷蛋液烤面包", "给婚庆公司扎花", "配料装袋", "家里有活的"])
def test_ordinary_words_that_sound_alike_are_left_alone(written: str) -> None:
    assert codes(WORK + written + "。") == set()


def test_the_quote_is_what_was_written() -> None:
    (finding,) = screen(WORK + "先付質\u200b 保 金 200。").findings
    assert finding.code == "deposit"
    assert "質\u200b 保 金" in finding.quote


def test_pay_duty_and_contact() -> None:
    assert codes("招打包工，装箱贴单，工资面议。") == {"vague_pay"}
    assert codes("招人，20元/时，来了听安排。") == {"vague_duty"}
    assert codes("招打包工，装箱贴单，加V详谈。") == {"contact_off", "vague_pay"}
    assert codes(WORK + "地点在社区工坊，微信13900001234同号。") == set()


def test_a_class_owes_no_pay_and_may_cost_unless_it_is_tied_to_work() -> None:
    assert codes("烘焙兴趣班开班，八次课，学费400元，周六上午，社区教室。") == set()
    assert "fee" in codes("烘焙兴趣班开班，八次课，学费400元，学完安排工作。")


def test_the_minimum_wage_is_a_dated_setting() -> None:
    notice = "招仓库理货员，双休，全天班，月薪1500元。"
    assert codes(notice) == {"no_contract_pay"}
    assert {f.code for f in screen(notice, minimum_monthly=1400).findings} == set()
    assert minimum_wage(date(2024, 1, 1)) < minimum_wage(date(2026, 1, 1)) == minimum_wage()
    with pytest.raises(LookupError):
        minimum_wage(date(1990, 1, 1))


@pytest.mark.parametrize(
    "words",
    [
        "招洗碗工，15元一小时，下午五点到八点。",
        "招美发助理，底薪1300，洗一个头提2块，双休。",
        "招敬老院护理员，喂饭翻身，双休，工资每月一千六。",
    ],
)
def test_an_hour_a_base_and_an_amount_in_words_are_measured_by_the_minimum(words: str) -> None:
    assert codes(words) == {"no_contract_pay"}


@pytest.mark.parametrize(
    "said", [f"一千{hundreds}{unit}" for hundreds in "一二三四五六七八九" for unit in ("", "百")] + ["一千", "二千", "两千"]
)
def test_an_amount_in_words_is_what_it_says(said: str) -> None:
    amount = 1000 * {"一": 1, "二": 2, "两": 2}[said[0]] + 100 * "零一二三四五六七八九".index(said[2:3] or "零")
    notice = f"招敬老院护理员，喂饭翻身，双休，工资每月{said}。"
    assert "no_contract_pay" in {found.code for found in screen(notice, minimum_monthly=amount + 1).findings}
    assert "no_contract_pay" not in {found.code for found in screen(notice, minimum_monthly=amount).findings}


def test_a_base_wage_passes_where_the_notice_says_that_the_whole_reaches_the_minimum() -> None:
    assert codes("招手机店销售，底薪1500加提成，到手四千以上，综合4000元，双休。") == set()
    assert codes("招洗碗工，26元一小时，下午五点到八点。") == set()


def test_volunteering_without_pay_is_no_job() -> None:
    assert codes("暑期图书馆志愿者，15岁以上学生可报名，整理书架，没有报酬。") == set()
    assert "deposit" in codes("招志愿者，没有报酬，先交押金200元。")


def test_weekly_hours_count_and_paid_overtime_is_lawful() -> None:
    assert codes("招打包工，装箱贴单，月薪4000元，每天9小时，周日休。") == {"hours"}
    assert codes("招打包工，装箱贴单，月薪4000元，每天8小时，周日休，周六按双倍付加班费。") == set()
    assert codes("招打包工，装箱贴单，月薪4000元，朝九晚五，双休。") == set()
    assert codes("招护工，夜班照看老人，自愿报名，每晚200元。") == set()


def test_no_rule_matches_nothing() -> None:
    for pattern in (*rules().values(), *signs().values()):
        assert pattern.search("") is None
    with pytest.raises(KeyError):
        expand("{nosuchset}")


PIECES = st.sampled_from(
    ["押金", "身份证", "收", "交", "不", "200元", "男", "优先", "未婚", "15岁", "孩子", "晚10点到早5点", "加V", "月薪"]
    + ["，", "。", "\u200b", "yajin", "🦆", "一", "的", "\ud800", "退"]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(st.characters(codec=None), max_size=80))
@settings(deadline=None)
def test_never_raises_and_quotes_are_exact(text: str) -> None:
    screening = screen(text)
    found = [finding.code for finding in screening.findings]
    assert len(found) == len(set(found))
    assert all(finding.quote in text for finding in screening.findings)


@pytest.mark.parametrize("text", ["9" * 20_000, "先买" * 10_000, "1点到" * 8_000, "证件统一" * 6_000, "体检自理先交二百退" * 2_000])
def test_a_hostile_text_is_screened(text: str) -> None:
    assert screen(text).verdict in {"block", "query", "pass"}


@pytest.mark.parametrize(
    "words",
    [
        "公司注册资金500万元",
        "裸眼视力1.0以上",
        "要有激情",
        "提成很有诱惑力",
        "多年无工伤事故",
        "转正后缴纳六险两金",
        "会刷信用卡",
        "信誉保证",
        "女生宿舍一个月300元",
        "通勤费另给200元",
        "进小区讲出租银行卡的骗局",
    ],
)
def test_what_only_sounds_like_a_violation_is_blotted_out(words: str) -> None:
    assert codes(WORK + words + "。") == set()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("身高170以上男性", "gender"),
        ("付费教学", "fee"),
        ("女限", "gender"),
        ("3班倒", "hours"),
        ("仅招蓝孩纸", "gender"),
        ("14➕都OK", "underage"),
    ],
)
def test_short_forms_of_factory_notices_are_known(words: str, code: str) -> None:
    assert codes("招前台接待员，月薪3500元，双休。" + words + "。") == {code}


def test_the_model_adds_what_no_rule_knows_and_quotes_the_clause() -> None:
    text = "招前台接待员，月薪3500元，双休。肚子有动静的请等以后。"
    assert [(finding.code, finding.quote) for finding in screen(text).findings] == [("childbearing", "肚子有动静的请等以后")]


def test_the_model_is_rebuilt_byte_for_byte(tmp_path: Path) -> None:
    runs, weights = screening_model.fit(screening_model.examples())
    screening_model.write(runs, weights, tmp_path)
    for name in ("runs.txt", "weights.npy"):
        assert (tmp_path / name).read_bytes() == (opinion.FOLDER / name).read_bytes()


def test_the_order_of_notices_and_what_was_screened_before_change_nothing() -> None:
    texts = [WORK + words for words in ("拉人头有奖", "男的优先", "", "身份证放店里", "不收押金")]
    assert [screen(text) for text in texts] == [screen(text) for text in reversed(texts)][::-1]
