"""What staff have to do about a person, by kind, and all that is late in one list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from bot.desk.page import Deed, Go, Look, Page, View
from domain.access import scopes
from handlers.staff import tasks
from handlers.threads import ESCALATE_AFTER
from storage.desk import threads
from storage.work import applications

SIZE = 50


class Late(NamedTuple):
    """Something that should have been done: what, about whom, since when, and where it is dealt with."""

    what: str
    who: str
    since: datetime | None
    page: str


def show(look: Look) -> View:
    """The tasks of one kind; the first that is on her list where none is named."""
    kinds = tasks.kinds(look)
    kind = next((one for one in kinds if one == look.query.text("kind")), kinds[0] if kinds else "")
    rows = tasks.listed(look, kind, after=look.query.id("after"), limit=SIZE + 1) if kind else []
    rules = look.content.capabilities.tasks[kind] if kind else None
    # What has to be looked at before anybody answers is answered where that is shown: in the chat.
    outcomes = () if rules is None or rules.look else rules.outcomes
    return View("tasks.html", {"kinds": kinds, "kind": kind, "rows": rows[:SIZE], "more": len(rows) > SIZE, "outcomes": outcomes})


def _close(deed: Deed) -> Go:
    closed = tasks.close(deed, deed.form.id("task"), deed.form.text("outcome", 40))
    return Go(f"/desk/tasks?kind={closed.task.kind}", "task_before" if closed.before else "task_closed")


def late(look: Look) -> View:
    """Who is late in her place, and for what."""
    return View("late.html", {"rows": [*_dangers(look), *_trials(look), *_tasks(look)]})


def _dangers(look: Look) -> Iterator[Late]:
    if where := scopes(look.roles(), "threads.see"):
        for row in threads.listed(look.tx, where, closed=False, first=0, limit=SIZE):
            if row.urgent and row.taken_by is None and row.opened_at <= look.now - ESCALATE_AFTER:
                yield Late(
                    look.voice.words("desk.late_danger"), look.voice.called(row.name, row.key), row.opened_at, f"/desk/threads/{row.id}"
                )


def _trials(look: Look) -> Iterator[Late]:
    if where := scopes(look.roles(), "applications.see"):
        for row in applications.board(look.tx, where, "tried", now=look.now, first=0, limit=SIZE):
            look.log("applications.see", "person", row.person_id)
            who = f"{look.voice.called(row.name, row.key)} · {row.title}"
            yield Late(look.voice.words("desk.late_trial"), who, row.trial_at, f"/desk/applications?status=tried&post={row.position_id}")


def _tasks(look: Look) -> Iterator[Late]:
    for kind in tasks.kinds(look):
        for row in tasks.listed(look, kind, after=0, limit=SIZE, late=True):
            yield Late(look.voice.words(f"tasks.kind_{kind}"), look.voice.called(row.name, row.key), None, f"/desk/tasks?kind={kind}")


PAGES = (
    Page(path="/desk/tasks", needs="tasks.see", show=show, acts={"close": _close}, menu="desk.menu_tasks", rank=15),
    Page(path="/desk/late", needs="desk.open", show=late, menu="desk.menu_late", rank=5),
)
