"""She is asked to allow notices where she waits for one: after applying and after enrolling, and only where that leads somewhere."""

from __future__ import annotations

from dataclasses import replace

from domain.allowance import Account
from domain.capabilities import WECHAT
from storage.people import persons
from storage.reach import allowances
from tests.handlers.training.test_classes import taught
from tests.handlers.work.test_work import registered
from tests.support import towns
from tests.support.chat import Chat, Town

ALLOW = "有消息用微信通知我"


def granting(town: Town, **grants: str) -> None:
    rules = town.content.rules
    town.content = replace(town.content, rules=replace(rules, accounts={**rules.accounts, "wechat": Account(pushes=True, grants=grants)}))


def in_wechat(town: Town, name: str) -> Chat:
    """A registered mother who has an address there as well."""
    chat = registered(town, name)
    with town.store.begin() as tx:
        found = persons.find(tx, "web", chat.address)
        assert found is not None
        tx.exec_driver_sql("UPDATE address SET channel = ? WHERE person_id = ?", ("wechat", found.person_id))
    return town.person(name, WECHAT)


def test_after_enrolling_and_applying_until_it_is_allowed(town: Town) -> None:
    granting(town, appointment="G1")
    taught(town), taught(town, "K2", title="月嫂班")
    post = towns.position(town.store, town.now)
    woman = in_wechat(town, "woman")
    woman.taps_choice("class:join:1").hears("报上了", ALLOW, "/wechat/allow")
    woman.taps_choice(f"apply:{post}:no").hears(ALLOW)
    with town.store.begin() as tx:
        allowances.granted(tx, "wechat", "woman", {"G1": 1})
    assert ALLOW not in woman.taps_choice("class:join:2").hears("报上了").text


def test_nobody_is_asked_where_it_leads_nowhere(town: Town) -> None:
    granting(town, staff="G1")
    taught(town)
    assert ALLOW not in in_wechat(town, "woman").taps_choice("class:join:1").hears("报上了").text
    granting(town, appointment="G1")
    other = registered(town, "other")
    assert ALLOW not in "".join(other.taps_choice("class:join:1").hears("报上了").labels())
