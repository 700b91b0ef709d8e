"""The demo town: same rows for the same seed, every value one that the rest of the program accepts."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import insert, select

from bot import demo
from bot.config import ROOT
from bot.demo.licence import check
from domain import windows
from domain.matching import metres
from domain.screening import screen
from storage.database import Store
from storage.tables.columns import table
from storage.tables.people import Address, Consent, Mother, Person
from storage.tables.survey import Campaign, Visit
from storage.tables.training import ClassSession, Enrolment, TrainingClass
from storage.tables.work import Application, Cell, Community, Enterprise, FollowUp, Position
from storage.work import posts

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TABLES = (Community, Cell, Enterprise, Position, Person, Mother, Consent)
HISTORY = (Application, FollowUp, Campaign, Visit, TrainingClass, ClassSession, Enrolment)
CODES = {name: set(labels) for name, labels in yaml.safe_load((ROOT / "content" / "choices.yaml").read_text("utf-8")).items()}
Empty = Callable[[], Store]


@pytest.fixture
def empty(empty_sqlite: Path, tmp_path: Path) -> Empty:
    made = iter(range(9))

    def make() -> Store:
        file = tmp_path / f"{next(made)}.db"
        shutil.copy(empty_sqlite, file)
        return Store(f"sqlite:///{file}")

    return make


def rows(store: Store, model: Any) -> list[dict[str, Any]]:
    with store.read() as tx:
        return [dict(row._mapping) for row in tx.execute(select(table(model)))]


def town(store: Store, **wanted: Any) -> Store:
    demo.fill(store, **{"mothers": 80, "positions": 60, "now": NOW, **wanted})
    return store


def test_same_seed_same_rows_and_another_seed_another_town(empty: Empty) -> None:
    first, again, other = town(empty()), town(empty()), town(empty(), seed=2)
    for model in (*TABLES, *HISTORY):
        assert rows(first, model) == rows(again, model)
    for model in (Enterprise, Position, Person, Mother):
        assert rows(first, model) != rows(other, model)


def test_the_size_that_was_asked_for(store: Store, empty: Empty) -> None:
    town(store, mothers=7, positions=23)
    counts = {model: len(rows(store, model)) for model in (Community, Enterprise, Position, Mother)}
    assert counts == {Community: 11, Enterprise: 126, Position: 23, Mother: 7}
    assert town(empty(), mothers=0, positions=0)


def test_a_store_that_holds_anything_is_left_alone(empty: Empty) -> None:
    store = empty()
    with store.begin() as tx:
        tx.execute(insert(table(Person)).values(key="m1", created_at=NOW))
    with pytest.raises(ValueError, match="空库"):
        town(store)
    assert not rows(store, Community)


def test_communities_have_cells_and_lie_around_yantai(empty: Empty) -> None:
    store = town(empty())
    places = rows(store, Community)
    assert [place["code"] for place in places] == [f"YT{n:02d}" for n in range(1, 12)]
    cells = [cell["community_id"] for cell in rows(store, Cell)]
    assert all(2 <= cells.count(place["id"]) <= 4 for place in places)
    assert all(metres(37.5, 121.35, to_lat=place["lat"], to_lon=place["lon"]) < 65_000 for place in places)


def test_firms_are_well_formed(empty: Empty) -> None:
    firms = rows(town(empty()), Enterprise)
    assert len({firm["name"] for firm in firms}) == len({firm["licence"] for firm in firms}) == 126
    for firm in firms:
        assert len(firm["licence"]) == 18 and firm["licence"][:4] == "9137"
        assert 5 <= firm["share_percent"] <= 15
        assert firm["phone"].startswith("1390000") and len(firm["phone"]) == 11


def test_check_character_is_that_of_the_standard() -> None:
    # The example of GB 32100-2015's tables: a code in public use as a sample.
    assert check("91350100M000100Y4") == "3"


def test_posts_hold_what_the_import_would_accept(empty: Empty) -> None:
    store = town(empty(), positions=300)
    places = {place["id"]: place for place in rows(store, Community)}
    for post in rows(store, Position):
        assert post["sector"] in CODES["sectors"] and post["mode"] in CODES["modes"] and set(post["skills"]) <= CODES["skills"]
        assert post["pay_basis"] in {"piece", "hour", "day", "month"} and 0 < post["pay_min_fen"] <= post["pay_max_fen"]
        spans = windows.spans(windows.parse(post["windows"]))
        assert not post["fixed"] or (spans and not post["min_weekly_hours"])
        assert 60 * post["min_weekly_hours"] <= (windows.minutes(spans) if spans else windows.WEEK)
        place = places[post["community_id"]]
        assert metres(place["lat"], place["lon"], to_lat=post["lat"], to_lon=post["lon"]) <= 2_010
        assert screen(f"{post['title']}\n{post['text']}").verdict == "pass", post["text"]
    assert {(post["mode"], post["pay_basis"]) for post in rows(store, Position)} >= {("flexible", "day"), ("new_form", "month")}


def test_posts_stand_as_their_status_says(empty: Empty) -> None:
    store = town(empty(), positions=400)
    posts = rows(store, Position)
    by = {status: [post for post in posts if post["status"] == status] for status in ("draft", "published", "filled", "closed")}
    assert {post["community_id"] for post in by["draft"]} == {place["id"] for place in rows(store, Community)}
    assert len(by["draft"]) == 24 and len(by["published"]) == 360 and by["filled"] and by["closed"]
    assert all(post["published_at"] is None and post["announced_at"] is None for post in by["draft"])
    # Announced in the past: filling the store tells nobody anything.
    assert all(post["published_at"] < post["announced_at"] < NOW for post in posts if post["status"] != "draft")
    assert all(post["taken"] == post["headcount"] for post in by["filled"])
    assert all(0 <= post["taken"] < post["headcount"] for post in by["published"])
    assert all(post["opens_on"] is None or post["closes_on"] is None or post["opens_on"] < post["closes_on"] for post in posts)


def test_a_small_town_has_a_draft_in_every_community_too(empty: Empty) -> None:
    drafts = [post["community_id"] for post in rows(town(empty(), positions=20), Position) if post["status"] == "draft"]
    assert len(drafts) == len(set(drafts)) == 11


def test_mothers_hold_what_the_forms_would_accept(empty: Empty) -> None:
    store = town(empty(), mothers=300)
    cells = {cell["id"]: cell["community_id"] for cell in rows(store, Cell)}
    people = {person["id"]: person for person in rows(store, Person)}
    agreed = {(consent["person_id"], consent["purpose"]) for consent in rows(store, Consent)}
    assert {purpose for _, purpose in agreed} == {"profile", "children", "jobs", "employer"}
    assert not rows(store, Address)
    for mother in rows(store, Mother):
        person = people[mother["person_id"]]
        assert cells[person["cell_id"]] == person["community_id"] and (person["id"], "profile") in agreed
        assert (person["phone"] is None) == (person["phone_digest"] is None)
        assert 20 <= person["created_at"].year - mother["birth_year"] <= 45
        assert set(mother["skills"]) | set(mother["learn"]) <= CODES["skills"]
        assert set(mother["modes"]) <= CODES["modes"] and set(mother["sectors"]) <= CODES["sectors"]
        assert windows.text(windows.parse(mother["windows"])) == mother["windows"]
        assert mother["children"] == sorted(mother["children"]) and bool(mother["children"]) == ((person["id"], "children") in agreed)
        assert all(mother["birth_year"] + 20 <= int(month[:4]) and month <= f"{NOW:%Y-%m}" for month in mother["children"])
        assert person["created_at"] < NOW - timedelta(minutes=59)
    told = sum(person["phone"] is not None for person in people.values())
    assert 180 <= told <= 240 and 250 <= sum(purpose == "jobs" for _, purpose in agreed) < 300


def test_matching_reads_the_new_posts(empty: Empty) -> None:
    store = empty()
    with store.read() as tx:
        before = posts.stamp(tx)
    town(store)
    with store.read() as tx:
        assert posts.stamp(tx) != before
        published = {post["code"] for post in rows(store, Position) if post["status"] == "published"}
        assert {post.code for post in posts.with_free_places(tx)} == published


def test_every_taken_place_is_somebodys_and_nobody_has_two(empty: Empty) -> None:
    store = town(empty(), mothers=400)
    holding = [row for row in rows(store, Application) if row["holds"]]
    taken = {row["id"]: row["taken"] for row in rows(store, Position) if row["taken"]}
    assert Counter(row["position_id"] for row in holding) == taken
    assert len({row["person_id"] for row in holding}) == len(holding)
    started = {row["id"]: row["started_at"] for row in holding if row["status"] == "started"}
    follow_ups = rows(store, FollowUp)
    assert {(row["application_id"], row["day"]) for row in follow_ups} == {(one, day) for one in started for day in (7, 30, 90)}
    assert all((row["status"] == "answered") == (row["due_at"] is None) for row in follow_ups)


def test_classes_lie_ahead_and_lead_to_posts_that_need_them(empty: Empty) -> None:
    store = town(empty(), mothers=400, positions=400)
    skills = {row["code"]: row["skills"] for row in rows(store, Position)}
    classes = [row for row in rows(store, TrainingClass) if row["kind"] == "class"]
    taught = {row["id"] for row in classes}
    assert classes and any(row["leads_to"] for row in classes)
    assert all(row["skill"] in skills[code] for row in classes for code in row["leads_to"])
    assert all(row["starts_at"] > NOW and row["remind_at"] > NOW for row in rows(store, ClassSession) if row["class_id"] in taught)


def test_activities_were_counted_and_others_can_be_joined(empty: Empty) -> None:
    store = town(empty(), mothers=400)
    held = [row for row in rows(store, TrainingClass) if row["kind"] == "activity"]
    assert sum(row["came"] is not None for row in held) == 3 * sum(row["came"] is None for row in held) > 0
    assert all(row["announced_at"] is not None for row in held)
