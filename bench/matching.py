"""How fast mothers and posts are matched, each figure beside its peer: all pairs, one against many, the curve, the plan, a sweep."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from cryptography.fernet import Fernet  # noqa: E402

from bench import matching_sql  # noqa: E402
from bot import demo  # noqa: E402
from bot.demo import written  # noqa: E402
from domain import windows  # noqa: E402
from domain.matching import Match, Position, Seeker, best, fits  # noqa: E402
from domain.matching.best_mothers import best_mothers  # noqa: E402
from domain.matching.best_posts import best_posts  # noqa: E402
from domain.matching.fair import fairest  # noqa: E402
from domain.matching.mothers import Mothers  # noqa: E402
from domain.matching.pairs import all_pairs, best_pairs  # noqa: E402
from domain.matching.plan import plan  # noqa: E402
from domain.matching.posts import Posts  # noqa: E402
from domain.work import waves  # noqa: E402
from handlers.work.fitting import as_position, as_seeker  # noqa: E402
from storage.database import Store, migrate  # noqa: E402
from storage.sealed import use_keys  # noqa: E402
from storage.work import posts, seekers  # noqa: E402
from tests.support import matching as reference  # noqa: E402

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = NOW.date()
WEIGHTS = {"sector": 30, "pay": 25, "distance": 20, "slack": 15, "skills": 10}
# The demo town; how many mothers are weighed against how many posts; sizes of the curve, and what stands against them; a side of the sweep.
MOTHERS, POSTS = 5_000, 3_200
MANY, OFFERED = 1_000_000, 100_000
ASKED, WEIGHED = 1_000, 200
MORE_MOTHERS, MORE_POSTS = (1_250, 2_500, 5_000, 10_000, 20_000, 40_000), (1_600, 3_200, 6_400, 12_800, 25_600)
AGAINST = (2_500, 3_200)
PAIRS, SIDE = 1_000_000, 250


def town() -> tuple[list[Seeker], list[Position]]:
    """The demo town: mothers who agreed to be told of posts, and open posts."""
    use_keys((Fernet.generate_key().decode(),))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/town.db")
        migrate(store)
        seconds = timed(lambda: demo.fill(store, mothers=MOTHERS, positions=POSTS, now=NOW), times=1)
        print(f"demo town of {MOTHERS:,} × {POSTS:,} filled in {seconds:.1f} s")
        with store.read() as tx:
            found = [as_seeker(row) for row in seekers.all_wishes(tx)], [as_position(post) for post in posts.with_free_places(tx)]
        store.close()
    return found


def timed(run: Callable[[], Any], *, times: int = 5) -> float:
    """The least seconds of some runs."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        spent.append(time.perf_counter() - began)
    return min(spent)


def bench_all(seekers: list[Seeker], positions: list[Position]) -> None:
    """All pairs against SQL and against the reference."""
    mothers, posts = columns(seekers, positions)
    ours: list[Match] = []

    def run() -> None:
        ours[:] = all_pairs(mothers, posts, today=TODAY, weights=WEIGHTS, top=5)

    mine = timed(run)
    agreed = sorted((one for one in seekers if one.job_consent), key=lambda one: one.key)
    store = matching_sql.prepare(agreed, positions)
    theirs = timed(lambda: matching_sql.all_pairs(store, WEIGHTS, 5), times=2)
    rows = matching_sql.all_pairs(store, WEIGHTS, 5, as_python_rounds=True)
    same = [(one.mother, one.position, one.score) for one in ours] == [(agreed[m].key, positions[p].key, score) for m, p, score in rows]
    print(
        f"all pairs, top 5, scores and reasons: {mine * 1000:.0f} ms, SQL without reasons {theirs * 1000:.0f} ms: {theirs / mine:.1f} times"
    )
    print(f"    {len(ours)} pairs, {'the same as SQL' if same else 'NOT the same as SQL'}")
    some = agreed[:: max(1, len(agreed) // 200)]
    expected = [match for one in some for match in best(one, positions, today=TODAY, weights=WEIGHTS, top=5)]
    keys = {one.key for one in some}
    print(
        f"    {len(some)} mothers by the reference: {'same' if expected == [one for one in ours if one.mother in keys] else 'NOT the same'}"
    )


def columns(seekers: list[Seeker], positions: list[Position]) -> tuple[Mothers, Posts]:
    """Both sides with the same codes."""
    mothers = Mothers(seekers)
    return mothers, Posts(positions, codes=mothers.codes)


def bench_plan(seekers: list[Seeker], positions: list[Position]) -> None:
    """A plan against three ways to be greedy on the same pairs."""
    mothers, posts = columns(seekers, positions)
    list(plan(mothers, posts, today=TODAY, weights=WEIGHTS))
    seconds = timed(lambda: list(plan(mothers, posts, today=TODAY, weights=WEIGHTS)), times=3)
    placed = len(list(plan(mothers, posts, today=TODAY, weights=WEIGHTS)))
    pairs = best_pairs(mothers, posts, today=TODAY, weights=WEIGHTS, top=len(positions))
    orders = {
        "best pair first": np.argsort(-pairs.score, kind="stable"),
        "mother after mother": np.arange(len(pairs.mother)),
        "post after post as published": np.lexsort((-pairs.score, pairs.post, posts.rows["published"][pairs.post])),
    }
    print(f"plan: {placed} mothers placed in {seconds * 1000:.0f} ms, of {len(np.unique(pairs.mother))} whom anything fits")
    for name, order in orders.items():
        count = greedy(pairs.mother[order].tolist(), pairs.post[order].tolist(), posts.rows["places"].tolist())
        print(f"    greedy, {name}: {count}; the plan places {placed / count - 1:+.1%}")


def greedy(mothers: list[int], posts: list[int], places: list[int]) -> int:
    """How many are placed where each pair in turn is taken if it still can be."""
    taken: set[int] = set()
    for mother, post in zip(mothers, posts, strict=True):
        if mother not in taken and places[post] > 0:
            taken.add(mother)
            places[post] -= 1
    return len(taken)


def province(seekers: list[Seeker], count: int) -> Iterator[tuple[Any, ...]]:
    """Rows of mothers like the demo town's, in 2,500 communities of a province; lists as the store's text."""
    random = Random(1)
    places = communities(random)
    texts = [(";".join(one.modes), ";".join(one.sectors), ";".join(one.skills)) for one in seekers]
    times, wishes = list(written.town()["mothers"]["windows"]), [one.min_monthly_pay_fen for one in seekers]
    reaches = [one.max_distance_m for one in seekers]
    for number in range(count):
        lists, place = random.choice(texts), random.choice(places)
        key = f"m{number * 2_654_435_761 % (1 << 48):012x}"
        yield (key, *place, True, *lists, random.choice(times), random.choice(reaches), random.choice(wishes))


def communities(random: Random) -> list[tuple[float, float]]:
    """Places across a province."""
    return [(round(random.uniform(34.5, 38.3), 5), round(random.uniform(115, 122.5), 5)) for _ in range(2_500)]


def load(rows: list[tuple[Any, ...]]) -> Mothers:
    """Columns from the store's text."""
    mothers = Mothers()
    mothers.load(
        rows,
        codes_of=lambda text: [code for code in text.split(";") if code],
        spans_of=lambda text: windows.spans(windows.parse(text)),
    )
    return mothers


def spread(positions: list[Position], count: int) -> list[Position]:
    """Posts like the demo town's, across a province."""
    random = Random(2)
    places = communities(Random(1))
    found = []
    for number in range(count):
        lat, lon = random.choice(places)
        lat, lon = lat + random.uniform(-0.02, 0.02), lon + random.uniform(-0.02, 0.02)
        found.append(replace(random.choice(positions), key=f"P{number:06d}", closes_on=None, lat=lat, lon=lon))
    return found


def percentiles(name: str, runs: list[Callable[[], Any]]) -> None:
    """Print how long single runs take."""
    for run in runs[:20]:
        run()
    spent = np.array([timed(run, times=1) for run in runs]) * 1000
    print(f"{name}: p50 {np.percentile(spent, 50):.2f} ms, p99 {np.percentile(spent, 99):.2f} ms, most {spent.max():.2f} ms")


def bench_one(seekers: list[Seeker], positions: list[Position], *, mothers: int, posts: int) -> None:
    """One post against many mothers, one mother against many posts, changes, memory and start."""
    rows = list(province(seekers, mothers))
    began = time.perf_counter()
    many = load(rows)
    print(f"{mothers} mothers ready in {time.perf_counter() - began:.1f} s, {many.nbytes / mothers:.0f} bytes each")
    asked = spread(positions, ASKED)
    percentiles(
        f"one post against {mothers} mothers, 15 best",
        [partial(best_mothers, many, one, today=TODAY, weights=WEIGHTS, top=15) for one in asked],
    )
    percentiles(
        "    the same, everybody weighed with hardship and waiting as waves ask it",
        [partial(fairest, many, one, today=TODAY, weights=WEIGHTS, bonus=waves.bonus, top=4_096) for one in asked[:WEIGHED]],
    )
    began = time.perf_counter()
    offers = Posts(spread(positions, posts))
    print(f"{posts} posts ready in {time.perf_counter() - began:.1f} s")
    random = Random(3)
    places = communities(Random(1))
    here = [replace(random.choice(seekers), lat=lat, lon=lon) for lat, lon in random.choices(places, k=ASKED)]
    percentiles(
        f"one mother against {posts} posts, 5 best",
        [partial(best_posts, offers, one, today=TODAY, weights=WEIGHTS, top=5) for one in here],
    )
    percentiles("a mother changed", [partial(many.put, one) for one in here])


def every_pair(mothers: Mothers, posts: Posts) -> list[Match]:
    """The five best posts of every mother."""
    return list(all_pairs(mothers, posts, today=TODAY, weights=WEIGHTS, top=5))


def bench_curve(seekers: list[Seeker], positions: list[Position]) -> None:
    """Cost over size."""
    few, some = AGAINST
    print(f"all pairs, top 5, µs a mother against {some:,} posts, and ns a pair:")
    for count in MORE_MOTHERS:
        mothers = load(list(province(seekers, count)))
        posts = Posts(spread(positions, some), codes=mothers.codes)
        seconds = timed(partial(every_pair, mothers, posts), times=2)
        print(f"    {count:6} × {some:6}: {seconds:6.2f} s {seconds / count * 1e6:6.1f} µs {seconds / count / some * 1e9:5.2f} ns")
    mothers = load(list(province(seekers, few)))
    for count in MORE_POSTS:
        posts = Posts(spread(positions, count), codes=mothers.codes)
        seconds = timed(partial(every_pair, mothers, posts), times=2)
        print(f"    {few:6} × {count:6}: {seconds:6.2f} s {seconds / few * 1e6:6.1f} µs {seconds / count / few * 1e9:5.2f} ns")


def bench_sweep(pairs: int) -> None:
    """Random pairs: the rules against the brute-force reference of interfaces.md, and columns against the rules."""
    wrong = fitting = differ = 0
    side = SIDE
    began = time.perf_counter()
    for seed in range(max(1, pairs // side**2)):
        random = Random(seed)
        posts = reference.posts(random, side)
        wishes = reference.wishes(random, side, posts=posts)
        seekers, positions = [reference.seeker(one) for one in wishes], [reference.position(one) for one in posts]
        expected = set()
        for wish, one in zip(wishes, seekers, strict=True):
            for post, position in zip(posts, positions, strict=True):
                truth = reference.match(wish, post)
                wrong += fits(one, position, reference.TODAY) is not truth
                if truth:
                    expected.add((one.key, position.key))
        mothers, offers = columns(seekers, positions)
        found = all_pairs(mothers, offers, today=reference.TODAY, weights=reference.WEIGHTS, top=side)
        differ += len(expected ^ {(one.mother, one.position) for one in found})
        fitting += len(expected)
    total = max(1, pairs // side**2) * side**2
    print(f"sweep: {total} pairs, {fitting} fit; rules wrong {wrong}, columns wrong {differ} ({time.perf_counter() - began:.0f} s)")


def main() -> None:
    """Run all, or only those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["all", "plan", "one", "curve", "sweep"])
    parser.add_argument("--mothers", type=int, default=MANY)
    parser.add_argument("--posts", type=int, default=OFFERED)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    asked = parser.parse_args()
    seekers, positions = town()
    runs: dict[str, Callable[[], None]] = {
        "all": lambda: bench_all(seekers, positions),
        "plan": lambda: bench_plan(seekers, positions),
        "one": lambda: bench_one(seekers, positions, mothers=asked.mothers, posts=asked.posts),
        "curve": lambda: bench_curve(seekers, positions),
        "sweep": lambda: bench_sweep(asked.pairs),
    }
    for part in asked.parts:
        runs[part]()


if __name__ == "__main__":
    main()
