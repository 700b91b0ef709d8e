"""Each district has its tier of the province's minimum wage; the highest holds where nobody has set one."""

from __future__ import annotations

from datetime import date

import pytest

from domain.screening import pay
from domain.work import wages


@pytest.mark.parametrize(("tier", "month", "hour"), [(None, 2400, 24), (1, 2400, 24), (2, 2210, 22), (3, 2020, 20)])
def test_the_tier_of_the_district(monkeypatch: pytest.MonkeyPatch, tier: int | None, month: int, hour: int) -> None:
    monkeypatch.setattr(pay, "tier", lambda: tier)
    wages._table.cache_clear()
    assert wages.minimum(date(2026, 1, 1)) == wages.Minimum(month * 100, hour * 100)
    wages._table.cache_clear()
