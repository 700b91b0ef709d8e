"""What an hour brings, and what the law asks for at least."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.work.pay import Pay
from domain.work.wages import Minimum, WageRow, estimate_fen, hourly_fen, hours_a_day, minimum, shortfall, told_hourly_fen

LOWEST = Minimum(month_fen=240000, hour_fen=2400)
TABLE: list[WageRow] = [{"from": date(2025, 10, 1), "month": 2400, "hour": 24}, {"from": date(2023, 10, 1), "month": 2200, "hour": 22}]


def post(**values: Any) -> Pay:
    return Pay(
        **{"basis": "piece", "min_fen": 200, "text": "缝枕套。", **{name.removeprefix("pay_"): value for name, value in values.items()}}
    )


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("每件2元，熟手每小时约18元。", 1800),
        ("按件计酬，每件2到3元，做熟了一小时大约26元，走着就到", 2600),
        ("计件，时薪20-25元", 2000),
        ("每个3毛，快的一小时挣二十块钱", 2000),
        ("新手一小时15元，熟手一小时25元", 1500),
        ("每件2元，一小时能做10件", None),
        ("每件2元，加班每小时另加5元", None),
        ("每件5元，一小时最多30元", None),
        ("", None),
    ],
)
def test_the_least_that_a_notice_says_of_an_hour(text: str, fen: int | None) -> None:
    assert told_hourly_fen(text) == fen


def test_what_the_notice_says_goes_before_what_was_told_once() -> None:
    assert estimate_fen(post(hourly_fen=3000)) == 3000
    assert estimate_fen(post(hourly_fen=3000, text="一小时约18元")) == 1800


@pytest.mark.parametrize(("text", "hours"), [("做六小时，每天170元", 6), ("每天工作7个半小时", 7.5), ("一天200元", 8), ("每天干4小时", 4)])
def test_hours_of_a_paid_day(text: str, hours: float) -> None:
    assert hours_a_day(text) == hours


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"hourly_fen": 2399}, "low_pay"),
        ({"hourly_fen": 2400}, None),
        ({}, None),
        ({"pay_basis": "hour", "pay_min_fen": 2399}, "low_pay"),
        ({"pay_basis": "hour", "pay_min_fen": None, "pay_max_fen": 2300}, "low_pay"),
        ({"pay_basis": "hour", "pay_min_fen": None}, None),
        ({"pay_basis": "day", "pay_min_fen": 19199}, "low_pay"),
        ({"pay_basis": "day", "pay_min_fen": 19200}, None),
        ({"pay_basis": "day", "pay_min_fen": 17000, "text": "做六小时，每天170元"}, None),
        ({"pay_basis": "month", "pay_min_fen": 239999}, "low_pay"),
        ({"pay_basis": "month", "pay_min_fen": 240000}, None),
    ],
)
def test_below_the_minimum(values: dict[str, Any], found: str | None) -> None:
    assert shortfall(post(**values), LOWEST) == found


def test_without_a_minimum_nothing_can_be_held_against_it() -> None:
    assert shortfall(post(hourly_fen=9900), None) == "wage_unset"


def test_the_minimum_of_a_day() -> None:
    assert minimum(date(2023, 9, 30), TABLE) is None
    assert minimum(date(2025, 9, 30), TABLE) == Minimum(220000, 2200)
    assert minimum(date(2025, 10, 1), TABLE) == Minimum(240000, 2400)
    assert minimum(date(2026, 11, 24), []) is None
    assert minimum(date(2026, 11, 24)) is not None, "the shipped table knows the present"


def test_a_month_is_174_hours() -> None:
    assert hourly_fen(post(pay_basis="month", pay_min_fen=174000)) == 1000
