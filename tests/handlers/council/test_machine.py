"""A random box: women say, support, withdraw and reword, staff decide, merge and split, days go by; and what has to be true after each deed.

No supporter is untold, no state skipped, nothing closed without a reason or her word, no deadline passed in silence, and merging and
splitting never change who stands behind what. `HYPOTHESIS_RUNS=10000 pytest` runs it as often; the suite runs few.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Connection, select

from bot import content as contents
from bot.config import Settings
from domain.access import Scope
from domain.council.states import MOVES, OVER, WORKED_ON
from domain.errors import Refused
from handlers.council import clock, deciding, merging, saying, supporting
from handlers.council.moves import With
from handlers.council.told import AUTHORS
from handlers.scene import Scene
from storage import sealed
from storage.council import suggestions
from storage.database import Store, migrate
from storage.people import persons
from storage.staff import roles
from storage.tables.council import suggestion, suggestion_step, suggestion_support
from storage.tables.messages import notice, recipient
from tests.conftest import KEY, MORNING
from tests.support import towns

RUNS = int(os.environ.get("HYPOTHESIS_RUNS", "15"))
WOMEN = 5
WORDS = ("路灯坏了要修", "滑梯坏了要换", "垃圾桶太少", "想办老人饭桌", "车位不够要划线", "活动室晚上要开门")
CONTENT = None
numbers = st.integers(0, 30)
women = st.integers(0, WOMEN - 1)


@pytest.fixture(scope="module", autouse=True)
def _store():  # type: ignore[no-untyped-def]
    """One store for all runs: each is undone as a whole."""
    sealed.use_keys((KEY,))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'm.db'}")
        migrate(store)
        towns.small(store)
        with store.begin() as tx:
            place = persons.communities(tx)[0].id
            people = [persons.add(tx, "web", f"w{number}", language="zh", now=MORNING).person_id for number in range(WOMEN + 3)]
            for person in people:
                persons.change(tx, person, community_id=place)
            roles.give(tx, people[WOMEN], "coordinator", Scope(place), now=MORNING)
            roles.give(tx, people[WOMEN + 1], "federation", Scope(), now=MORNING)
        Box.store, Box.place, Box.people = store, place, people
        Box.content = contents.load(Settings())
        yield
        store.close()


class Box(RuleBasedStateMachine):
    """One community's box with its model: who said and supports what."""

    store: Store
    content: object
    place: int
    people: list[int]

    @initialize()
    def begin(self) -> None:
        self.connection = self.store.engine.connect()
        self.transaction = self.connection.begin()
        self.now = MORNING
        self.seen_step = 0
        self.seen_changes = -1
        # suggestion → its author and its supporters, and what it was merged into.
        self.behind: dict[int, set[int]] = {}
        self.into: dict[int, int] = {}
        # Who supported it before it was put into other words.
        self.older: dict[int, set[int]] = {}

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            self.transaction.rollback()
            self.connection.close()

    @property
    def tx(self) -> Connection:
        return self.connection

    def scene(self, person_id: int) -> Scene:
        return Scene(tx=self.tx, content=self.content, now=self.now, person_id=person_id)  # type: ignore[arg-type]

    @property
    def office(self) -> Scene:
        return self.scene(self.people[WOMEN])

    def pick(self, number: int) -> int:
        ids = sorted(self.behind)
        return ids[number % len(ids)] if ids else 0

    def lead(self, number: int) -> int:
        while number in self.into:
            number = self.into[number]
        return number

    def group(self, lead: int) -> set[int]:
        return {number for number in self.behind if self.lead(number) == lead}

    def everybody(self, lead: int) -> set[int]:
        return set().union(*(self.behind[number] for number in self.group(lead)))

    def tried(self, deed: Callable[[], object]) -> bool:
        """Whether it was allowed; what is refused changes nothing."""
        try:
            deed()
        except Refused:
            return False
        return True

    @rule(who=women, words=st.sampled_from(WORDS), named=st.integers(1, 9))
    def say(self, who: int, words: str, named: int) -> None:
        scene = self.scene(self.people[who])
        made: list[int] = []
        if self.tried(lambda: made.append(saying.put_in(scene, f"{named}号院{words}", self.place).id)):
            self.behind[made[0]] = {self.people[who]}

    @precondition(lambda self: self.behind)
    @rule(who=women, number=numbers)
    def support(self, who: int, number: int) -> None:
        which, person = self.pick(number), self.people[who]
        lead = self.lead(which)
        if self.tried(lambda: supporting.support(self.scene(person), which)) and person not in self.everybody(lead):
            asked = person in self.older.get(which, set())
            self.behind[which if asked else lead].add(person)
            self.older.get(which if asked else lead, set()).discard(person)

    @precondition(lambda self: self.behind)
    @rule(who=women, number=numbers)
    def unsupport(self, who: int, number: int) -> None:
        which, person = self.pick(number), self.people[who]
        if self.tried(lambda: supporting.unsupport(self.scene(person), which)):
            for one in self.group(self.lead(which)):
                row = suggestions.get(self.tx, one)
                self.older.get(one, set()).discard(person)
                if row is not None and row.author_id != person:
                    self.behind[one].discard(person)

    @precondition(lambda self: self.behind)
    @rule(number=numbers)
    def withdraw(self, number: int) -> None:
        which = self.pick(number)
        row = suggestions.get(self.tx, which)
        if row is None or row.author_id is None:
            return
        author = row.author_id
        others = self.everybody(self.lead(which)) - {author} or self.group(which) - {which}
        gone: list[bool] = []
        if not self.tried(lambda: gone.append(supporting.withdraw(self.scene(author), which))):
            return
        if gone[0]:
            assert not others, "what others stand behind is never simply gone"
            del self.behind[which]
        elif row.merged_into is not None:
            self.behind[which].discard(author)

    @precondition(lambda self: self.behind)
    @rule(number=numbers, move=st.sampled_from(["agenda", "accept", "decline", "take", "finish"]))
    def decide(self, number: int, move: str) -> None:
        said = With(reason="理由写在这里", owner="物业", until=(self.now + timedelta(days=3)).date())
        self.tried(lambda: deciding.move(self.office, self.pick(number), move, said))  # type: ignore[arg-type]

    @precondition(lambda self: self.behind)
    @rule(number=numbers)
    def nothing_is_declined_without_a_reason(self, number: int) -> None:
        assert not self.tried(lambda: deciding.move(self.office, self.pick(number), "decline", With(reason=" ")))

    @precondition(lambda self: self.behind)
    @rule(who=women, number=numbers, verdict=st.sampled_from(["good", "bad", "undone"]), round_=st.integers(1, 2))
    def say_content(self, who: int, number: int, verdict: str, round_: int) -> None:
        self.tried(lambda: supporting.say_content(self.scene(self.people[who]), self.pick(number), verdict, round_=round_))

    @precondition(lambda self: len(self.behind) > 1)
    @rule(one=numbers, other=numbers)
    def merge(self, one: int, other: int) -> None:
        first, second = self.lead(self.pick(one)), self.lead(self.pick(other))
        if self.tried(lambda: merging.merge(self.office, first, second, "是一件事")):
            self.into[first] = second

    @precondition(lambda self: self.into)
    @rule(number=numbers)
    def unmerge(self, number: int) -> None:
        which = sorted(self.into)[number % len(self.into)]
        if self.tried(lambda: merging.unmerge(self.office, which, "是两件事")):
            del self.into[which]

    @precondition(lambda self: self.behind)
    @rule(number=numbers)
    def split(self, number: int) -> None:
        which = self.lead(self.pick(number))
        before, made = self.everybody(which), []
        if self.tried(lambda: made.extend(merging.split(self.office, which, ["一号院路灯要修", "一号院滑梯要换"], "是两件事"))):
            for part in made:
                self.behind[part.id] = set(before)

    @precondition(lambda self: self.behind)
    @rule(number=numbers)
    def unsplit(self, number: int) -> None:
        which = self.pick(number)
        parts = [row.id for row in suggestions.parts(self.tx, which)]
        if self.tried(lambda: merging.unsplit(self.office, which, "还是一件事")):
            self.into |= dict.fromkeys(parts, which)

    @precondition(lambda self: self.behind)
    @rule(number=numbers)
    def reword(self, number: int) -> None:
        which = self.pick(number)
        row = suggestions.get(self.tx, which)
        if row is not None and row.author_id is not None:
            author = row.author_id
            if self.tried(lambda: supporting.reword(self.scene(author), which, "二号院路灯要换成太阳能的")):
                self.older.setdefault(which, set()).update(self.behind[which] - {author})
                self.behind[which] = {author}

    @rule(days=st.integers(1, 9))
    def days_go_by(self, days: int) -> None:
        self.now += timedelta(days=days)
        while clock.deadlines(self.tx, self.content, self.now):  # type: ignore[arg-type]
            pass
        late = select(suggestion.c.id).where(
            suggestion.c.merged_into.is_(None),
            suggestion.c.state.in_(WORKED_ON),
            suggestion.c.due_at <= self.now,
            suggestion.c.late_since.is_(None),
        )
        assert not self.tx.execute(late).all(), "no deadline passes in silence"

    @invariant()
    def all_is_true(self) -> None:
        if not hasattr(self, "transaction"):
            return
        # What changed no row needs no second look.
        changes = self.connection.connection.dbapi_connection.total_changes  # type: ignore[union-attr]
        if changes == self.seen_changes:
            return
        self.seen_changes = changes
        self._people_are_right()
        self._steps_are_right()

    def _people_are_right(self) -> None:
        voices = {row.id: row.voices for row in self.tx.execute(select(suggestion.c.id, suggestion.c.voices))}
        for number in self.behind:
            if number in self.into:
                continue
            found = suggestions.behind(self.tx, number)
            assert found.people == self.everybody(number), number
            assert voices[number] == found.voices, "the voices are those behind it"

    def _steps_are_right(self) -> None:
        fresh = select(suggestion_step).where(suggestion_step.c.id > self.seen_step).order_by(suggestion_step.c.id)
        for step in self.tx.execute(fresh).all():
            self.seen_step = step.id
            if (step.before, step.kind) in {(state, move) for state, move in MOVES}:
                assert MOVES[step.before, step.kind] == step.after
            if step.kind == "not_content":
                assert (step.before, step.after) in {
                    ("done", "accepted"),
                    ("declined", "agenda"),
                    ("done", "closed"),
                    ("declined", "closed"),
                }
            if step.kind in ("decline", "lapse", "merged", "unmerged", "split", "unsplit", "hard", "topic", "kept_back"):
                assert step.reason, f"{step.kind} without a reason"
            if step.kind in AUTHORS or step.kind == "worded":
                continue
            told = set(
                self.tx.execute(
                    select(recipient.c.person_id).join(notice, notice.c.id == recipient.c.notice_id).where(notice.c.id == step.notice_id)
                ).scalars()
            )
            # Who was behind it when it happened: the model is as it is now, after this one deed.
            now_behind = (
                self.behind.get(step.suggestion_id, set())
                if step.kind == "merged"
                else self.everybody(self.lead(step.suggestion_id))
                if step.suggestion_id in self.behind
                else set()
            )
            if step.kind in ("merged", "unmerged"):
                now_behind = set().union(*(self.behind[one] for one in self._tree(step.suggestion_id)))
            assert told >= now_behind - {step.by_id}, f"{step.kind}: {now_behind - told} untold"
        closed = select(suggestion.c.id).where(suggestion.c.state == "closed")
        for number in self.tx.execute(closed).scalars():
            last = select(suggestion_step.c.kind).where(suggestion_step.c.suggestion_id == number, suggestion_step.c.after == "closed")
            assert self.tx.execute(last).first() is not None, "closed by a step that was told"
        assert set(OVER) >= {"closed", "withdrawn", "split"}
        twice = self.tx.execute(select(suggestion_support.c.suggestion_id, suggestion_support.c.person_id)).all()
        assert len(twice) == len(set(twice))

    def _tree(self, root: int) -> set[int]:
        found = {root}
        while more := {number for number, into in self.into.items() if into in found} - found:
            found |= more
        return found


TestBox = Box.TestCase
TestBox.settings = settings(
    max_examples=RUNS, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=RUNS < 100
)
