"""The peer of all-pairs matching: the same rules as one SQL statement over the best tables that SQLite can be given."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from domain.matching.rules import ALWAYS, WEEKS_A_MONTH, Position, Seeker, limit, metres
from domain.windows import Span, minutes

TABLES = """
CREATE TABLE mother (id INTEGER PRIMARY KEY, place INT, modes INT, sectors INT, skills INT, wset INT, reach REAL, wish INT);
CREATE TABLE post (id INTEGER PRIMARY KEY, mode INT, sector INT, need INT, skills INT, skilled INT, term INT, fen REAL, flexible INT, rank INT);
CREATE TABLE hers (wset INT, a INT, b INT);
CREATE TABLE its (term INT, a INT, b INT);
CREATE TABLE term (term INTEGER PRIMARY KEY, fixed INT, needed REAL, basis TEXT);
CREATE TABLE free (wset INTEGER PRIMARY KEY, total INT);
CREATE TABLE bit (value INT);
CREATE TABLE away (place INT, post INT, metres REAL, PRIMARY KEY (place, post)) WITHOUT ROWID;
CREATE TABLE fit (wset INT, term INT, slack REAL, times REAL, PRIMARY KEY (wset, term)) WITHOUT ROWID;
"""
# Time is worked out once for each pair of different windows, distance once for each place and post.
TIME = f"""
INSERT INTO fit SELECT wset, term, coalesce(1.0 - needed / nullif(CASE WHEN fixed THEN total ELSE shared END, 0), 1.0), CASE basis
  WHEN 'month' THEN 1.0 WHEN 'day' THEN {WEEKS_A_MONTH!r} * min(shared / 60.0, 40) / 8 WHEN 'hour' THEN {WEEKS_A_MONTH!r} * min(shared / 60.0, 40) END
FROM (SELECT hers.wset, its.term, sum(max(0, min(hers.b, its.b) - max(hers.a, its.a))) AS shared FROM hers, its GROUP BY 1, 2)
JOIN term USING (term) JOIN free USING (wset) WHERE shared >= needed
"""
PAIRS = """
WITH scored AS (
  SELECT m.id AS mother, p.id AS post, p.rank AS rank, round(100 * ((
      :sector * CASE WHEN m.sectors = 0 THEN 0.5 WHEN p.sector & m.sectors THEN 1.0 ELSE 0.0 END
      + :pay * CASE WHEN m.wish IS NULL OR p.fen * f.times IS NULL THEN 0.5 WHEN m.wish = 0 THEN 1.0 ELSE min(1.0, p.fen * f.times / m.wish) END
      + :distance * CASE WHEN NOT p.flexible OR m.reach = 0 THEN 1.0 ELSE 1.0 - a.metres / m.reach END
      + :slack * f.slack
      + :skills * CASE WHEN p.skilled = 0 THEN 0.5 WHEN p.skills & ~m.skills = 0 THEN 1.0
          ELSE (SELECT count(*) FROM bit WHERE value & p.skills & m.skills) * 1.0 / p.skilled END) / :total), 1) AS score
  FROM mother m JOIN post p ON p.mode & m.modes AND NOT p.need & ~m.skills
  JOIN fit f ON f.wset = m.wset AND f.term = p.term
  LEFT JOIN away a ON p.flexible AND a.place = m.place AND a.post = p.id
  WHERE NOT p.flexible OR a.metres <= m.reach)
SELECT mother, post, score FROM (
  SELECT mother, post, score, row_number() OVER (PARTITION BY mother ORDER BY score DESC, rank) AS place FROM scored) WHERE place <= :top
ORDER BY mother, place
"""


def prepare(seekers: Sequence[Seeker], positions: Sequence[Position]) -> sqlite3.Connection:
    """Tables of numbers, as small as they get; not part of the time that is measured. All positions are open."""
    store = sqlite3.connect(":memory:")
    store.executescript(TABLES)
    bits: dict[str, int] = {}
    sets: dict[tuple[Span, ...], int] = {}
    places: dict[tuple[float, float], int] = {}

    def word(names: frozenset[str]) -> int:
        return sum(bits.setdefault(name, 1 << len(bits)) for name in names)

    for number, one in enumerate(seekers):
        wset = sets.setdefault(one.windows or ALWAYS, len(sets))
        assert one.lat is not None and one.lon is not None
        place = places.setdefault((one.lat, one.lon), len(places))
        modes = word(one.modes) or -1
        row = (number, place, modes, word(one.sectors), word(one.skills), wset, limit(one), one.min_monthly_pay_fen)
        store.execute("INSERT INTO mother VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    terms: dict[tuple[tuple[Span, ...], bool, float, str], int] = {}
    ranks = {one.key: rank for rank, one in enumerate(sorted(positions, key=lambda one: (one.published_at, one.key)))}
    for number, post in enumerate(positions):
        needed = minutes(post.windows) if post.fixed else 60 * post.min_weekly_hours
        term = terms.setdefault((post.windows or ALWAYS, post.fixed, needed, post.pay_basis), len(terms))
        fen = post.pay_min_fen if post.pay_min_fen is not None else post.pay_max_fen
        skills, mode = word(post.skills), word(frozenset({post.mode}))
        row = (number, mode, word(frozenset({post.sector})), 0 if post.trains else skills, skills, len(post.skills), term, fen)
        store.execute("INSERT INTO post VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, post.mode == "flexible", ranks[post.key]))
    store.executemany("INSERT INTO hers VALUES (?, ?, ?)", [(number, *span) for spans, number in sets.items() for span in spans])
    store.executemany("INSERT INTO free VALUES (?, ?)", [(number, minutes(spans)) for spans, number in sets.items()])
    store.executemany("INSERT INTO its VALUES (?, ?, ?)", [(number, *span) for (spans, *_), number in terms.items() for span in spans])
    store.executemany("INSERT INTO term VALUES (?, ?, ?, ?)", [(number, *rest) for (_, *rest), number in terms.items()])
    store.executemany("INSERT INTO bit VALUES (?)", [(value,) for value in bits.values()])
    away = (
        (place, number, metres(lat, lon, to_lat=post.lat, to_lon=post.lon))
        for (lat, lon), place in places.items()
        for number, post in enumerate(positions)
        if post.mode == "flexible"
    )
    store.executemany("INSERT INTO away VALUES (?, ?, ?)", away)
    store.execute("ANALYZE")
    return store


def all_pairs(
    store: sqlite3.Connection, weights: Mapping[str, float], top: int, *, as_python_rounds: bool = False
) -> list[tuple[int, int, float]]:
    """Mother, post and score of the `top` best of every mother; both by their number. SQLite rounds 81.25 up, Python to even: asking Python
    for each pair gives the same rows, and is only for comparing them."""
    store.execute("DELETE FROM fit")
    store.execute(TIME)
    store.create_function("tenth", 1, lambda value: round(value, 1), deterministic=True)
    asked = PAIRS.replace(", 1) AS score", ") AS score").replace("round(100", "tenth(100") if as_python_rounds else PAIRS
    return store.execute(asked, {**weights, "total": sum(weights.values()), "top": top}).fetchall()
