"""Open suggestions by their words: keyed digests in a table of their own, so that a look reads a few hundred short rows and no text."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from functools import lru_cache

from sqlalchemy import Connection, delete, func, insert, select

from domain.council import similar
from domain.council.similar import Like
from storage.sealed import secret_for
from storage.tables.council import suggestion, suggestion_term

# Rows that a look reads at most, and suggestions of them that are compared word by word.
POSTINGS = 2000
COMPARED = 16


@lru_cache(maxsize=65_536)
def _digest(term: str, key: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(term.encode("utf-8", "replace"), digest_size=8, key=key).digest(), "big", signed=True)


def _digests(text: str) -> set[int]:
    key = secret_for("suggestions")
    return {_digest(term, key) for term in similar.terms(text)}


def put(tx: Connection, suggestion_id: int, community_id: int, text: str) -> None:
    """It can be found by its words from now on."""
    drop(tx, [suggestion_id])
    rows = [{"community_id": community_id, "term": term, "suggestion_id": suggestion_id} for term in _digests(text)]
    if rows:
        tx.execute(insert(suggestion_term), rows)


def drop(tx: Connection, suggestion_ids: list[int]) -> None:
    """These are found no more."""
    tx.execute(delete(suggestion_term).where(suggestion_term.c.suggestion_id.in_(suggestion_ids)))


def find(
    tx: Connection, community_id: int, text: str, *, least: float = similar.SHOWN, most: int = similar.MOST, but: int = 0
) -> list[Like]:
    """The suggestions of a community that may ask for the same, likeliest first; `but` is left out."""
    there = (suggestion_term.c.community_id == community_id, suggestion_term.c.term)
    counted = select(suggestion_term.c.term, func.count()).where(there[0], there[1].in_(_digests(text))).group_by(suggestion_term.c.term)
    counts = {int(term): int(count) for term, count in tx.execute(counted)}
    wanted = similar.rarest(counts, postings=POSTINGS)
    shared: dict[int, float] = defaultdict(float)
    for number, term in tx.execute(select(suggestion_term.c.suggestion_id, suggestion_term.c.term).where(there[0], there[1].in_(wanted))):
        shared[number] += 1 / math.sqrt(counts[term])
    likeliest = sorted((number for number in shared if number != but), key=lambda number: (-shared[number], number))[:COMPARED]
    texts = {row.id: row.text for row in tx.execute(select(suggestion.c.id, suggestion.c.text).where(suggestion.c.id.in_(likeliest)))}
    return similar.ranked(text, texts, least=least)[:most]
