"""A position or class is screened before it is published: `screen` says whether it may go out, and quotes the words that speak against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from domain.screening.judge import judge
from domain.screening.notice import read
from domain.screening.pay import minimum_wage

Verdict = Literal["block", "query", "pass"]
QUERY_CODES = frozenset({"vague_pay", "vague_duty", "hours"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A code of the codebook and the exact piece of the notice that gave rise to it."""

    code: str
    quote: str


@dataclass(frozen=True, slots=True)
class Screening:
    """The verdict and its findings, each code at most once."""

    verdict: Verdict
    findings: tuple[Finding, ...]


def screen(text: str, *, minimum_monthly: int | None = None) -> Screening:
    """Screen one notice. `minimum_monthly` is the legal minimum wage in yuan (default: the newest in content). Never raises, linear in length."""
    notice = read(text)
    found = judge(notice, minimum_wage() if minimum_monthly is None else minimum_monthly)
    findings = tuple(Finding(code, notice.plain.quote(*span)) for code, span in found.items())
    blocking = any(code not in QUERY_CODES for code in found)
    return Screening("block" if blocking else "query" if findings else "pass", findings)


class FoundDict(TypedDict):
    """A finding as the codebook writes it."""

    code: str
    quote: str


class ScreeningDict(TypedDict):
    """A screening as the codebook writes it."""

    verdict: str
    findings: list[FoundDict]


def as_dict(screening: Screening) -> ScreeningDict:
    """As the command line and the codebook write it."""
    return {"verdict": screening.verdict, "findings": [{"code": f.code, "quote": f.quote} for f in screening.findings]}
