"""Whatever an update holds, it is read, ignored or called malformed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from channels.telegram_updates import Malformed, Me, callback_id, read
from tests.support import telegram_updates as raw

ME, NOW = Me(7, "motherpost_bot"), datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"update_id": "11", **raw.says(5, "x")},
        {"update_id": True, **raw.says(5, "x")},
        {"update_id": 11, "message": None},
        {"update_id": 11, "message": {}},
        {"update_id": 11, "message": {"chat": {"id": "5", "type": "private"}, "date": 1, "text": "x"}},
        {"update_id": 11, "message": {"chat": {"id": 5, "type": "private"}, "date": -1, "text": "x"}},
        {"update_id": 11, "message": {"chat": {"id": 5, "type": "private"}, "date": 10**15, "text": "x"}},
        {"update_id": 11, "message": {"chat": {"id": 5, "type": "private"}, "date": 1, "text": ["x"]}},
        {"update_id": 11, "message": {"chat": {"id": 5, "type": "private"}, "date": 1, "location": {"latitude": 91, "longitude": 0}}},
        {"update_id": 11, "message": {"chat": {"id": 5, "type": "private"}, "date": 1, "location": {"latitude": True, "longitude": 0}}},
        {"update_id": 11, "callback_query": {"id": "1", "from": {"id": 5}, "data": 7}},
        {"update_id": 11, "my_chat_member": {"chat": {"id": 5, "type": "private"}, "date": 1, "new_chat_member": []}},
    ],
)
def test_a_malformed_update_is_told_as_such(update: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read(update, ME, NOW)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
TEMPLATES = [
    raw.says(5, "x"),
    raw.edits(5, "x"),
    raw.taps(5, "a", 3),
    raw.blocks(5),
    raw.message(5, location={"latitude": 1, "longitude": 2}),
]
TEMPLATES += [
    raw.message(5, group=-9, text="@motherpost_bot"),
    raw.message(5, contact={"phone_number": "1", "first_name": "安", "user_id": 5}),
    raw.message(5, document={"file_id": "a", "file_unique_id": "b", "mime_type": "a"}),
]


@given(st.data())
def test_no_update_breaks_the_reader(data: st.DataObject) -> None:
    """Any one field of any kind of update may hold anything: it is read, ignored or malformed, and nothing else."""
    update = json.loads(json.dumps(data.draw(st.sampled_from(TEMPLATES)) | {"update_id": 11}))
    spot = update
    while isinstance(spot, dict) and spot:
        name = data.draw(st.sampled_from(sorted(spot)))
        if not isinstance(spot[name], dict) or data.draw(st.booleans()):
            spot[name] = data.draw(JSON)
            break
        spot = spot[name]
    try:
        heard = read(update, ME, NOW)
        callback_id(update)
    except Malformed:
        return
    assert heard is None or (isinstance(heard.text, str) and heard.sent_at.tzinfo is not None)


@pytest.mark.parametrize("update", TEMPLATES)
def test_the_stand_ins_updates_are_real(update: dict[str, Any]) -> None:
    parsed = Update.de_json({"update_id": 11, **update}, None)
    assert parsed is not None
    assert parsed.effective_chat is not None
    assert not any(getattr(part, "api_kwargs", None) for part in (parsed, parsed.effective_message, parsed.effective_user))
