"""A job notice from elsewhere, in plain words: what is wrong with it, quoting it, and what that usually means."""

from __future__ import annotations

from typing import NamedTuple

from domain.screening import QUERY_CODES, Finding, screen

# Nothing can be said of less.
SHORTEST = 8


class Advice(NamedTuple):
    """`verdict`: bad (do not agree), doubtful (ask first), good (nothing found), too_short; the findings that she should know, worst first."""

    verdict: str
    findings: tuple[Finding, ...]


def advise(text: str) -> Advice:
    """Look at one notice. Never raises."""
    if len("".join(text.split())) < SHORTEST:
        return Advice("too_short", ())
    screened = screen(text)
    worst = tuple(one for one in screened.findings if one.code not in QUERY_CODES)
    if worst:
        return Advice("bad", worst)
    return Advice("doubtful", screened.findings) if screened.findings else Advice("good", ())
