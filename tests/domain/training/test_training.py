"""When a class reminds, takes and passes its people; the code in the room; the certificate's number."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lists import times
from domain.notices import LOCAL
from domain.training import certificates

QUIET = (time(21), time(8))
KEY = bytes(range(32))
NOON = datetime(2026, 11, 28, 12, tzinfo=LOCAL)
MOMENTS = st.integers(0, 40_000_000).map(lambda minutes: NOON + timedelta(minutes=minutes))


def at(hour: int, minute: int = 0, day: int = 28) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LOCAL)


def test_the_evening_before_and_two_hours_before() -> None:
    assert certificates.reminders(at(14), QUIET) == [at(19, day=27), at(12)]


def test_before_an_early_session_the_evening_has_to_do() -> None:
    assert certificates.reminders(at(8, 30), QUIET) == [at(19, day=27)]
    assert certificates.reminders(at(10), QUIET) == [at(19, day=27), at(8)], "eight o'clock is no longer quiet"
    assert certificates.reminders(at(8, 30), (time(0), time(0))) == [at(19, day=27), at(6, 30)]


@given(starts_at=MOMENTS, minutes=st.integers(-3000, 3000))
def test_the_next_reminder_is_always_ahead_and_never_after_the_beginning(starts_at: datetime, minutes: int) -> None:
    now = starts_at + timedelta(minutes=minutes)
    found = certificates.next_reminder(starts_at, after=now)
    assert found is None or now < found < starts_at
    assert (found is None) == (now >= starts_at - certificates.AHEAD)


@pytest.mark.parametrize(("sessions", "gone", "joins"), [(1, 0, True), (1, 1, False), (5, 1, True), (5, 2, False), (4, 1, False)])
def test_who_can_still_pass_can_still_join(sessions: int, gone: int, joins: bool) -> None:
    moments = [NOON + timedelta(days=number - gone, minutes=1) for number in range(sessions)]
    assert certificates.joinable(moments, NOON) is joins


@pytest.mark.parametrize(
    ("attended", "sessions", "enough"), [(4, 5, True), (3, 5, False), (1, 1, True), (0, 1, False), (0, 0, False), (8, 10, True)]
)
def test_four_times_of_five_are_enough(attended: int, sessions: int, enough: bool) -> None:
    assert certificates.enough(attended, sessions) is enough


def test_the_code_of_rfc_6238() -> None:
    """Its vectors have 30 s steps and eight digits; the last six of a step of the same number are the same."""
    key = b"12345678901234567890"
    for seconds, code in ((59, "94287082"), (1111111109, "07081804"), (20000000000, "65353130")):
        assert certificates.code(key, datetime.fromtimestamp(seconds // 30 * 60, LOCAL)) == code[2:]


@given(moment=MOMENTS, seconds=st.integers(0, 300))
def test_a_code_holds_as_long_as_it_says_and_no_longer_than_two_minutes(moment: datetime, seconds: int) -> None:
    code, later = certificates.code(KEY, moment), moment + timedelta(seconds=seconds)
    if seconds < certificates.lasts(moment):
        assert certificates.holds(KEY, code, later)
    elif code not in (certificates.code(KEY, later), certificates.code(KEY, later - timedelta(seconds=60))):
        assert not certificates.holds(KEY, code, later)
    assert 60 < certificates.lasts(moment) <= 120


@pytest.mark.parametrize("said", ["", "12345", "1234567", "abcdef", "１２３４５６", "٣٤٥٦٧٨"])
def test_what_is_no_code_does_not_hold(said: str) -> None:
    assert not certificates.holds(KEY, said, NOON)


def test_another_session_has_other_codes() -> None:
    assert certificates.code(KEY, NOON) != certificates.code(KEY[::-1], NOON)


def test_a_certificate_can_be_read_out() -> None:
    assert certificates.certificate(2026, 123) == "2026-000123-7"
    assert certificates.genuine("2026-000123-7") and certificates.genuine("20260001237")


@given(year=st.integers(2000, 2999), number=st.integers(0, 10**9), place=st.integers(0, 30), other=st.sampled_from("0123456789"))
def test_no_wrong_digit_of_a_certificate_goes_unseen(year: int, number: int, place: int, other: str) -> None:
    good = certificates.certificate(year, number)
    assert certificates.genuine(good)
    place %= len(good)
    bad = good[:place] + other + good[place + 1 :]
    if good[place].isdecimal() and bad != good:
        assert not certificates.genuine(bad)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-28T09:30",
        "2026-11-28 09:30",
        "2026-11-28 9:30",
        "2026-11-28T09:30:00+08:00",
        "2026-11-28T01:30Z",
        "2026-11-28T01:30:00.000Z",
        "2026-11-27T20:30:00-05:00",
        "20261128T0930",
        "2026/11/28 09:29:59.99",
        "2026年11月28日9点半",
        "2026年11月28日 上午9:30",
        "2026年11月28日（周六）上午9点半",
        "２０２６－１１－２８　０９：３０",
        "2026.11.28 星期六 9时30分",
    ],
)
def test_moments_as_people_write_them(written: str) -> None:
    assert times.parse_moment(written) == at(9, 30)
    assert times.written(times.parse_moment(written)) == "2026-11-28T09:30+08:00"


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("下午2点", 14),
        ("14点", 14),
        ("下午14:00", 14),
        ("晚上7点", 19),
        ("晚7点", 19),
        ("中午12点", 12),
        ("中午1点", 13),
        ("凌晨1点", 1),
        ("0:00", 0),
    ],
)
def test_halves_of_the_day(written: str, hour: int) -> None:
    assert times.parse_moment(f"2026-11-28 {written}") == at(hour)


@pytest.mark.parametrize(
    "written",
    [
        "11月28日9点",
        "2026-11-28",
        "2026-02-30 09:00",
        "9点",
        "2026-11-28 25:00",
        "2026-11-28 09:75",
        "2026-11-28 晚上12点",
        "明天",
        "2026-11-28 周日 9点",
    ],
)
def test_what_could_mean_two_things_is_sent_back(written: str) -> None:
    with pytest.raises(ValueError, match=r"2026-\d\d-\d\d"):
        times.parse_moment(written)
