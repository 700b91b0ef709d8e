"""A picture is kept only where it is one, and given only to who knows its key; messages carry its key all the way."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.errors import Refused
from domain.messages import Button, Outbound
from domain.phrases import Phrases
from domain.staff.invitations import qr
from handlers import tell
from handlers.content import Content
from storage import outbox, sending, told
from storage.broadcasts import pictures
from storage.database import Store

PNG = qr("https://example.org")
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 20
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "


@pytest.mark.parametrize(("content", "mime"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")])
def test_a_picture_is_kept_under_a_key_nobody_guesses(store: Store, now: datetime, content: bytes, mime: str) -> None:
    with store.begin() as tx:
        keys = {pictures.put(tx, content, mime, now=now, by=None) for _ in range(3)}
    assert len(keys) == 3 and all(len(key) == 32 for key in keys)
    with store.read() as tx:
        assert pictures.get(tx, keys.pop()) == (mime, content)
        assert pictures.get(tx, "x" * 32) is None


@pytest.mark.parametrize(
    ("content", "mime", "phrase"),
    [
        (b"<svg onload='alert(1)'/>", "image/svg+xml", "pictures.unknown"),
        (b"<html>", "image/png", "pictures.unknown"),
        (PNG, "image/jpeg", "pictures.unknown"),
        (PNG, "text/html", "pictures.unknown"),
        (b"", "image/png", "pictures.unknown"),
        (b"RIFF\x10\x00\x00\x00WAVE", "image/webp", "pictures.unknown"),
        (PNG + b"0" * pictures.MOST, "image/png", "pictures.too_large"),
    ],
)
def test_anything_else_is_refused_in_words(
    sqlite_store: Store, content: bytes, now: datetime, mime: str, phrase: str, request: pytest.FixtureRequest
) -> None:
    phrases: Phrases = request.getfixturevalue("shipped").phrases
    with sqlite_store.begin() as tx, pytest.raises(Refused) as refused:
        pictures.put(tx, content, mime, now=now, by=None)
    assert refused.value.phrase == phrase
    assert phrases.say(refused.value.phrase, **refused.value.values)


@pytest.fixture
def shipped() -> Content:
    from bot import content
    from bot.config import Settings

    return content.load(Settings())


def test_old_pictures_are_forgotten(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        old = pictures.put(tx, PNG, "image/png", now=now - timedelta(days=181), by=None)
        new = pictures.put(tx, PNG, "image/png", now=now, by=None)
        pictures.forget(tx, before=now - timedelta(days=180))
        assert (pictures.get(tx, old), pictures.get(tx, new) is not None) == (None, True)


def test_a_message_keeps_its_picture_and_links_in_the_outbox_and_as_a_notice(store: Store, now: datetime) -> None:
    said = Outbound(text="停水", picture="k" * 32, buttons=((Button("看", "", "https://example.org"),),))
    with store.begin() as tx:
        outbox.put(tx, said, channel="web", address="a", person_id=None, now=now)
        outbox.put(tx, Outbound(text="没有图"), channel="web", address="a", person_id=None, now=now)
        [first] = sending.claim(tx, "web", now=now, most=1)
        assert first.outbound == said
        kept = told.said_to(tx, "web", "a", after=0, limit=9)
    assert [row.outbound.picture for row in kept] == ["k" * 32, ""]
    assert tell.outbound_of(tell.body(said)) == said
    older = tell.body(said)
    del older["picture"]
    assert tell.outbound_of(older).picture == ""
