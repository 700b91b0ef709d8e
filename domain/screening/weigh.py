"""Weighs what the rules found against the model: a finding that it doubts in the notice and in its own clause falls, one that it is sure of is added."""

from __future__ import annotations

from domain.screening.notice import Span
from domain.screening.opinion import CODES, Opinion, opinion

# Chosen by leaving out parts of the writer's notices (docs/decisions/0011); log-odds of the model.
DOUBT = -4.0
CLAUSE_DOUBT = 0.0
SURE = 0.0
# Where figures decide (a clock, an age), the model has nothing to say against them.
_BY_FIGURES = frozenset({"hours", "underage"})
_OF_JOBS_ALONE = frozenset({"fee", "vague_pay", "vague_duty", "hours", "no_contract_pay", "contact_off", "underage"})
# A scheme's own payments and promises belong to the scheme.
_SCHEMES = frozenset({"pyramid", "brushing", "account", "adult"})
_OF_THE_SCHEME = frozenset({"fee", "deposit", "vague_pay", "vague_duty", "hours"})


def weighed(text: str, ruled: dict[str, Span], settled: frozenset[str], *, course: bool) -> dict[str, Span]:
    """Code → span in `text`, the rules' own first. `settled` codes of this notice are not doubted."""
    model = opinion(text)
    if not model.clauses:
        return ruled
    kept = settled | _BY_FIGURES
    found = {code: span for code, span in ruled.items() if code in kept or not _doubted(model, code, span)}
    for code in _added(model, found, course=course):
        found[code] = model.place(code)
    return found


def _doubted(model: Opinion, code: str, span: Span) -> bool:
    return model.scores[code] <= DOUBT and model.of_clause(code, span) <= CLAUSE_DOUBT


def _added(model: Opinion, found: dict[str, Span], *, course: bool) -> list[str]:
    sure = [code for code in CODES if code not in found and model.scores[code] > SURE]
    barred = (_OF_JOBS_ALONE if course else frozenset()) | (_OF_THE_SCHEME if _SCHEMES & {*found, *sure} else frozenset())
    return [code for code in sure if code not in barred]
