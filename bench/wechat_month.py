"""A month of 5,000 mothers with random words and grants and three broadcasts a week: whom the planner reaches, beside the best that was possible.

The platform is played strictly and knows nothing of our ledger; the best possible is computed with the whole month known beforehand.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bench import scenes
from domain.allowance import WINDOWS, Account, Ledger, choose

MOTHERS, DAYS, KEPT = 5000, 30, timedelta(days=7)
BEGAN = datetime(2026, 11, 2, 1, tzinfo=UTC)
ACCOUNT = Account(pushes=True, grants={"broadcast": "G"})
# Words a mother writes in a month; a third hardly ever writes.
TALKS = (0.5, 1, 2, 4, 10, 30)


@dataclass
class Platform:
    """What WeChat counts for one mother; a call that it would refuse is one beyond the allowance."""

    word_at: datetime | None = None
    left: int = 0
    grants: int = 0
    beyond: int = 0

    def message(self, at: datetime) -> None:
        window = WINDOWS["word"]
        if self.word_at is None or at >= self.word_at + window.lasts or self.left < 1:
            self.beyond += 1
        self.left -= 1

    def grant(self) -> None:
        if self.grants < 1:
            self.beyond += 1
        self.grants -= 1


@dataclass
class Mother:
    """Her month: (when, what) in order; and what became of each broadcast and of each answer to her."""

    events: list[tuple[datetime, str]]
    ledger: Ledger = field(default_factory=Ledger)
    platform: Platform = field(default_factory=Platform)
    outcomes: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    waiting: list[datetime] = field(default_factory=list)


def main() -> None:
    """Print the share reached against the best possible; fail where a call went beyond or somebody ended in no outcome."""
    random.seed(7)
    broadcasts = [BEGAN + timedelta(weeks=week, days=day) for week in range(4) for day in (0, 2, 4)]
    mothers = [Mother(_month(broadcasts)) for _ in range(MOTHERS)]
    for mother in mothers:
        _live(mother)
    ours = Counter[str]()
    answers = Counter[str]()
    for mother in mothers:
        ours.update(mother.outcomes)
        answers.update(mother.answers)
    total, best = len(broadcasts) * MOTHERS, sum(_best(mother.events) for mother in mothers)
    assert sum(ours.values()) == total, "somebody ended in no outcome"
    assert not sum(mother.platform.beyond for mother in mothers), "a call beyond the allowance"
    reached = total - ours["knock"]
    print(f"broadcasts {total}: {dict(ours)}; answers of people: {dict(answers)}")
    scenes.show("month, reached of the best possible", 100 * reached / best, "%", ("best possible:", 100.0), wanted=">= 98 %")


def _month(broadcasts: list[datetime]) -> list[tuple[datetime, str]]:
    """Words, answers by people some hours later, grants after some words, and the broadcasts."""
    end = BEGAN + timedelta(days=DAYS)
    events = [(at, "broadcast") for at in broadcasts]
    for _ in range(_poisson(random.choice(TALKS))):
        at = BEGAN + random.random() * timedelta(days=DAYS)
        events.append((at, "word"))
        later = [at + random.random() * timedelta(hours=40) for _ in range(_poisson(0.7))]
        events += [(one, "answer") for one in later if one < end]
        if random.random() < 0.3:
            events.append((at + timedelta(minutes=2), "grant"))
    return sorted(events)


def _poisson(mean: float) -> int:
    count, left = 0, random.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + random.expovariate(1.0)
    return count


def _live(mother: Mother) -> None:
    for at, what in mother.events:
        match what:
            case "word":
                mother.ledger = replace(mother.ledger, word_at=at, word_left=WINDOWS["word"].messages)
                mother.platform.word_at, mother.platform.left = at, 5
                for waited in mother.waiting:
                    mother.outcomes["with her word" if at - waited <= KEPT else "knock"] += 1
                mother.waiting.clear()
            case "grant":
                mother.ledger = replace(mother.ledger, grants={"G": mother.ledger.grants.get("G", 0) + 1})
                mother.platform.grants += 1
            case "answer":
                mother.answers[_told(mother, at, "")] += 1
            case _:
                told = _told(mother, at, "broadcast")
                if told == "word":
                    mother.waiting.append(at)
                else:
                    mother.outcomes[told] += 1
    mother.outcomes["knock"] += len(mother.waiting)


def _told(mother: Mother, at: datetime, kind: str) -> str:
    """By which way it goes now; `word` where only her next word opens one."""
    way = choose(mother.ledger, ACCOUNT, at, kind=kind)
    if way is None:
        return "word"
    if way.kind == "message":
        mother.ledger = replace(mother.ledger, word_left=mother.ledger.word_left - 1)
        mother.platform.message(at)
    else:
        mother.ledger = replace(mother.ledger, grants={"G": mother.ledger.grants["G"] - 1})
        mother.platform.grant()
    return way.kind


def _best(events: list[tuple[datetime, str]]) -> int:
    """More than any planner can reach: windows without their counts, and grants only for what neither a window nor a word would bring."""
    reached = granted = 0
    words = [at for at, what in events if what == "word"]
    for at, what in events:
        granted += what == "grant"
        if what != "broadcast":
            continue
        if any(word <= at < word + WINDOWS["word"].lasts or at < word <= at + KEPT for word in words):
            reached += 1
        elif granted:
            granted, reached = granted - 1, reached + 1
    return reached


if __name__ == "__main__":
    main()
