"""What may be said unasked, and how: never beyond what her word, tap or grant allows, and always with a reserve for answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.allowance import RESERVE, Account, Ledger, Way, choose

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
ACCOUNT = Account(pushes=True, grants={"broadcast": "G1"}, templates={"appointment": "T1"})


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


@pytest.mark.parametrize(
    ("ledger", "left"),
    [
        (Ledger(), 0),
        (Ledger(word_at=NOW, word_left=5), 5),
        (Ledger(word_at=ago(hours=47, minutes=58), word_left=5), 5),
        (Ledger(word_at=ago(hours=48), word_left=5), 0),
        (Ledger(word_at=ago(hours=1), word_left=0), 0),
        (Ledger(tap_at=ago(seconds=50), tap_left=3), 3),
        (Ledger(tap_at=ago(seconds=56), tap_left=3), 0),
        (Ledger(word_at=ago(hours=1), word_left=2, tap_at=NOW, tap_left=3), 3),
    ],
)
def test_what_is_left_of_a_window(ledger: Ledger, left: int) -> None:
    assert ledger.messages(NOW) == left


def test_notices_leave_a_reserve_for_answers() -> None:
    ledger = Ledger(word_at=NOW, word_left=RESERVE)
    assert choose(ledger, ACCOUNT, NOW, kind="reminder") is None
    for kind in ("", "answer", "danger"):
        assert choose(ledger, ACCOUNT, NOW, kind=kind) == Way("message")
    assert choose(ledger, ACCOUNT, NOW, messages=RESERVE + 1) is None
    assert choose(Ledger(word_at=NOW, word_left=RESERVE + 1), ACCOUNT, NOW, kind="reminder") == Way("message")


def test_the_cheapest_permitted_way_is_taken() -> None:
    granted = {"G1": 1}
    assert choose(Ledger(word_at=NOW, word_left=5, grants=granted), ACCOUNT, NOW, kind="broadcast") == Way("message")
    assert choose(Ledger(grants=granted), ACCOUNT, NOW, kind="broadcast") == Way("grant", "G1")
    assert choose(Ledger(grants=granted), ACCOUNT, NOW, kind="appointment") == Way("template", "T1")
    assert choose(Ledger(grants={"G1": 0}), ACCOUNT, NOW, kind="broadcast") is None
    assert choose(Ledger(grants=granted), ACCOUNT, NOW) is None


def test_an_account_without_verification_only_answers() -> None:
    assert choose(Ledger(word_at=NOW, word_left=5, grants={"G1": 9}), Account(grants={"broadcast": "G1"}), NOW, kind="broadcast") is None
