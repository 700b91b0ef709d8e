"""A mother who is registered, for all that is done with lots and in workshops."""

from __future__ import annotations

import pytest

from tests.handlers.work.test_work import registered
from tests.support.chat import Chat, Town


@pytest.fixture
def mother(town: Town) -> Chat:
    """Somebody who is registered."""
    return registered(town, "m")
