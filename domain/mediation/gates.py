"""What can be mediated at all (Mediation Law 3, 23; Anti-Domestic-Violence Law): each gate that is shut has a reason and a way that is open."""

from __future__ import annotations

from typing import Literal

Reason = Literal[
    "criminal",  # a crime: the police
    "court",  # before a court, or decided by one
    "exclusive",  # by law only another body decides it (专属管辖)
    "unwilling",  # a side does not want it
    "not_civil",  # no dispute between equals: an office's decision
    "danger",  # violence, threats: never mediated
]
REASONS: tuple[Reason, ...] = ("criminal", "court", "exclusive", "unwilling", "not_civil")
Way = Literal["police", "court", "arbitration", "legal_aid", "women", "authority", "again"]

# The legal ways that are named, so that nobody is sent away with nothing (Mediation Law 26).
WAYS: dict[str, tuple[Way, ...]] = {
    "criminal": ("police", "legal_aid"),
    "court": ("court", "legal_aid"),
    "exclusive": ("authority", "legal_aid"),
    "unwilling": ("court", "legal_aid", "again"),
    "not_civil": ("authority", "legal_aid"),
    "danger": ("police", "women", "court", "legal_aid"),
    "failed": ("court", "arbitration", "legal_aid"),
    "withdrawn": ("court", "legal_aid", "again"),
    "broken": ("court", "legal_aid"),
}

# What cannot be confirmed by a court (court rules on judicial confirmation: identity, adoption, marriage).
UNCONFIRMABLE = frozenset({"marriage", "adoption", "identity"})


def ways(reason: str) -> tuple[Way, ...]:
    """The ways that stay open; those after a failed mediation for what has none of its own."""
    return WAYS.get(reason, WAYS["failed"])
