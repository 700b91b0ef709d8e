"""What typed words mean for each type of question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.forms import words
from domain.forms.answers import Parsed, parse
from domain.forms.numerals import decimal, integer, numbers
from domain.forms.schema import TYPES, Choice, Question
from domain.forms.values import clean, fit, in_words
from tests.domain.forms.talk import NOW

SKILLS = tuple(
    Choice(code, label)
    for code, label in {"sewing": "缝纫裁剪", "childcare": "带孩子月嫂", "livestream": "直播带货", "computer": "电脑打字"}.items()
)
HOURS = (Choice("am", "工作日上午", "1-5 08:00-12:00"), Choice("any", "随时", "1-7 08:00-21:00"))
FAR = (Choice("walk", "走路10分钟", 800), Choice("km3", "3公里", 3000))


def said(kind: str, text: str, options: tuple[Choice, ...] = (), year: str = "") -> Parsed:
    return parse(Question(type=kind, name="q", choices=options), text, words.plain(text), options, today=NOW.date(), year=year)


@pytest.mark.parametrize(
    ("kind", "options", "text", "outcome"),
    [
        ("select_one", SKILLS, "２", ("exact", "childcare")),
        ("select_one", SKILLS, "第三个吧", ("exact", "livestream")),
        ("select_one", SKILLS, "3️⃣", ("exact", "livestream")),
        ("select_one", SKILLS, "我选四", ("exact", "computer")),
        ("select_one", SKILLS, "直播帶貨", ("exact", "livestream")),
        ("select_one", SKILLS, "月嫂", ("exact", "childcare")),
        ("select_one", SKILLS, "打 字", ("unread", None)),
        ("select_one", SKILLS, "我想做直播带货的", ("exact", "livestream")),
        ("select_one", SKILLS, "1 2", ("wrong", None)),
        ("select_one", SKILLS, "5", ("wrong", None)),
        ("select_one", SKILLS, "带", ("unread", None)),
        ("select_multiple", SKILLS, "1，3", ("exact", ["sewing", "livestream"])),
        ("select_multiple", SKILLS, "三和一", ("exact", ["sewing", "livestream"])),
        ("select_multiple", SKILLS, "缝纫、电脑", ("exact", ["sewing", "computer"])),
        ("select_multiple", SKILLS, "不会缝纫", ("unread", None)),
        ("select_multiple", SKILLS, "都会", ("words", ["sewing", "childcare", "livestream", "computer"])),
        ("integer", (), "三十六", ("exact", 36)),
        ("integer", (), "36岁", ("exact", 36)),
        ("integer", (), "我今年36了", ("words", 36)),
        ("integer", (), "9" * 14, ("wrong", None)),
        ("integer", (), "1.5", ("wrong", None)),
        ("integer", FAR, "2", ("exact", 3000)),
        ("integer", FAR, "2000", ("exact", 2000)),
        ("integer", FAR, "走路10分钟", ("exact", 800)),
        ("decimal", (), "一点五", ("exact", 1.5)),
        ("date", (), "2026年3月8日", ("exact", "2026-03-08")),
        ("date", (), "2026/2/30", ("wrong", None)),
        ("date", (), "昨天", ("words", "2026-11-22")),
        ("month", (), "2021年3月", ("exact", "2021-03")),
        ("month", (), "2021-03", ("exact", "2021-03")),
        ("month", (), "21.3", ("exact", "2021-03")),
        ("month", (), "二零二一年十二月", ("exact", "2021-12")),
        ("month", (), "去年3月", ("words", "2025-03")),
        ("month", (), "2021年13月", ("wrong", None)),
        ("month", (), "2021年", ("year", "2021")),
        ("month", (), "99", ("year", "1999")),
        ("month", (), "5", ("wrong", None)),
        ("windows", HOURS, "1", ("exact", "1-5 08:00-12:00")),
        ("windows", HOURS, "工作日上午，随时", ("exact", "1-5 08:00-12:00; 1-7 08:00-21:00")),
        ("windows", HOURS, "6,7 14:00-18:00", ("exact", "6,7 14:00-18:00")),
        ("windows", HOURS, "看情况", ("wrong", None)),
        ("phone", (), "+86 138-0000-1111", ("exact", "13800001111")),
        ("phone", (), "１３８００００１１１１", ("exact", "13800001111")),
        ("phone", (), "12345678901", ("wrong", None)),
        ("place", (), "37.5，121.4", ("exact", [37.5, 121.4])),
        ("place", (), "97.5 121.4", ("wrong", None)),
        ("text", (), "随便说说", ("exact", "随便说说")),
        ("text", (), "长" * 501, ("wrong", None)),
    ],
)
def test_parse(kind: str, options: tuple[Choice, ...], text: str, outcome: tuple[str, object]) -> None:
    parsed = said(kind, text, options)
    assert (parsed.kind, parsed.value) == outcome
    assert bool(parsed.why) >= (parsed.kind == "wrong")


def test_a_part_that_fits_several_narrows() -> None:
    options = (Choice("a", "海滨北里"), Choice("b", "海滨南里"), Choice("c", "东山"))
    assert said("select_one", "海滨", options) == Parsed("search", "海滨")


def test_a_month_alone_belongs_to_the_year_tapped_before() -> None:
    assert said("month", "三月", year="2021") == Parsed("exact", "2021-03")
    assert said("month", "三月").kind == "wrong"


@given(
    st.sampled_from([kind for kind in TYPES if kind not in ("note", "calculate", "repeat")]),
    st.text(max_size=60),
    st.sampled_from([(), SKILLS]),
)
def test_whatever_is_typed_is_understood_or_not_but_never_raises(kind: str, text: str, options: tuple[Choice, ...]) -> None:
    text = clean(text)
    if not words.plain(text):
        return
    options = () if kind in ("windows", "integer", "decimal", "month", "date", "phone", "place", "text") else options
    question = Question(type=kind, name="q", choices=options)
    parsed = said(kind, text, options)
    if parsed.kind == "exact":
        assert fit(question, parsed.value, options) == parsed.value, "what is taken exactly is a recordable value"
        in_words(question, parsed.value, options)


@given(st.integers(0, 99_999_999))
def test_chinese_numbers_are_read(number: int) -> None:
    assert integer(_in_chinese(number)) == number
    assert integer(str(number)) == number


def _in_chinese(number: int) -> str:
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        return _in_chinese(high) + "万" + (("零" if low < 1000 else "") + _in_chinese(low) if low else "")
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + "零一二三四五六七八九"[digit] + name
            gap = False
        elif text:
            gap = True
    return text or "零"


@pytest.mark.parametrize(
    ("text", "number"),
    [("两千五", 2500), ("一百二", 120), ("二零二一", 2021), ("两万三", 23_000), ("十十", None), ("万", None), ("五六", None), ("", None)],
)
def test_numbers_as_people_say_them(text: str, number: int | None) -> None:
    assert integer(text) == number


def test_lists_of_numbers() -> None:
    assert numbers("1、3和5") == [1, 3, 5] and numbers("2。") == [2] and numbers("1 a") is None and numbers("") is None
    assert decimal("1.") is None and decimal("二点五") == 2.5
