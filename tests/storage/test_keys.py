"""Wrong keys are told before anything is done with them, and everything can be sealed anew while others write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import String, select, type_coerce

from domain.messages import Outbound
from storage import keys, outbox, sealed
from storage.database import Store
from storage.people import persons
from storage.tables.messages import outbox as box
from storage.tables.people import person
from tests.conftest import KEY

NEW = Fernet.generate_key().decode()


@pytest.fixture
def _filled(store: Store, now: datetime) -> Iterator[None]:
    with store.begin() as tx:
        for number in range(3):
            woman = persons.add(tx, "web", f"a{number}", language="zh", now=now).person_id
            tx.execute(person.update().where(person.c.id == woman).values(name=f"王{number}"))
            outbox.put(tx, Outbound(text="您好"), channel="web", address=f"a{number}", person_id=woman, now=now)
    yield
    sealed.use_keys((KEY,))


def tokens(store: Store) -> list[str]:
    with store.read() as tx:
        return [
            *tx.execute(select(type_coerce(box.c.body, String))).scalars(),
            *tx.execute(select(type_coerce(person.c.name, String))).scalars(),
        ]


@pytest.mark.usefixtures("_filled")
def test_a_wrong_key_is_proved_on_a_sealed_row(store: Store, now: datetime) -> None:
    with store.begin() as tx:
        keys.take_up(tx, now=now)
        keys.prove(tx)
        keys.prove_quickly(tx)
    sealed.use_keys((NEW,))
    for proof in (keys.prove, keys.prove_quickly):
        with store.read() as tx, pytest.raises(keys.WrongKey) as wrong:
            proof(tx)
        assert sealed.fingerprint(KEY) in str(wrong.value) and sealed.fingerprint(NEW) in str(wrong.value)
        assert "\n" not in str(wrong.value) and KEY not in str(wrong.value)


@pytest.mark.usefixtures("_filled")
def test_a_key_that_was_taken_away_too_early_is_told(store: Store) -> None:
    sealed.use_keys((NEW, KEY))
    with store.begin() as tx:
        persons.add(tx, "web", "late", language="zh", now=datetime.now().astimezone())
        outbox.put(tx, Outbound(text="x"), channel="web", address="late", person_id=None, now=datetime.now().astimezone())
    sealed.use_keys((NEW,))
    with store.read() as tx, pytest.raises(keys.WrongKey):
        keys.prove(tx)


def test_a_store_that_holds_nothing_sealed_proves_nothing(store: Store) -> None:
    assert not keys.holds_anything(store)
    with store.read() as tx:
        keys.prove(tx)


@pytest.mark.usefixtures("_filled")
def test_everything_is_sealed_anew_in_steps_and_goes_on_where_it_was_stopped(
    store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keys.holds_anything(store)
    with store.begin() as tx:
        keys.take_up(tx, now=now)
    cookie, digest = sealed.secret_for("web"), sealed.digest("13800000000", "phone")
    sealed.use_keys((NEW, KEY), root=sealed.root())
    monkeypatch.setattr(keys, "STEP", 2)
    steps = keys.rotate(store)
    next(steps)  # and it is killed
    with store.begin() as tx:
        assert keys.left(tx)
    assert sum(rows for _, rows in keys.rotate(store)) > 0
    with store.begin() as tx:
        assert keys.left(tx) == 0
        keys.only_newest(tx, now=now)
        assert keys.needed(tx) == [sealed.fingerprint(NEW)]
    assert list(keys.rotate(store)) == []
    sealed.use_keys((NEW,))
    with store.read() as tx:
        keys.read_root(tx)
        keys.prove(tx)
        assert tx.execute(select(person.c.name).order_by(person.c.id)).scalars().all() == ["王0", "王1", "王2"]
    assert (sealed.secret_for("web"), sealed.digest("13800000000", "phone")) == (cookie, digest), "cookies and look-ups outlive the key"
    assert all(Fernet(NEW).decrypt(token) for token in tokens(store))


@pytest.mark.usefixtures("_filled")
def test_what_is_written_meanwhile_is_not_taken_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed.use_keys((NEW, KEY))
    real = sealed.rotated

    def slow(token: str) -> str | None:
        found = real(token)
        with store.read() as tx:
            mine = tx.execute(select(person.c.id).where(type_coerce(person.c.name, String) == token)).scalar()
        if mine is not None and found is not None and store.remote:
            with store.begin() as tx:
                tx.execute(person.update().where(person.c.id == mine).values(name="改过"))
        return found

    monkeypatch.setattr(sealed, "rotated", slow)
    list(keys.rotate(store))
    with store.read() as tx:
        assert set(tx.execute(select(person.c.name)).scalars()) == ({"改过"} if store.remote else {"王0", "王1", "王2"})


def test_a_running_process_finds_a_key_that_was_put_before_its_own(now: datetime) -> None:
    given: list[sealed.Keys] = [(KEY,)]
    sealed.use_keys((KEY,), again=lambda: given[0])
    token = Fernet(NEW).encrypt("您好".encode()).decode()
    given[0] = (NEW, KEY)
    assert sealed.unseal(token) == "您好"
    assert sealed.in_use() == (NEW, KEY)
    sealed.use_keys((KEY,))
