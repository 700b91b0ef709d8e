"""A mother who is registered, for all that is done with lots."""

from __future__ import annotations

import pytest

from tests.support.chat import Chat, Town


@pytest.fixture
def mother(town: Town) -> Chat:
    """Somebody who is registered."""
    woman = town.person("m").says("/start").says("1 2 3").says("海风1社区").taps("没有孩子").taps("都还不会")
    return woman.skips_to("提交").taps("提交").hears("登记好了")
