"""Broadcasts: written, approved by a second person, sent under the notice rules, stopped, corrected."""

from domain.access import STREET
from domain.broadcasts.notices import KINDS
from handlers.broadcasts import deciding, drafts, running, uploads, watching
from handlers.capability import Capability, Entry, Route, Step, TaskKind, Waiting

CAPABILITY = Capability(
    name="broadcasts",
    commands={"upload": Route(uploads.begin, needs="broadcasts.write")},
    routes={
        "upload": Route(uploads.begin, needs="broadcasts.write"),
        "broadcast_write": Route(drafts.write, needs="broadcasts.write"),
        "broadcasts": Route(watching.mine, needs="broadcasts.write"),
        "broadcasts_asked": Route(watching.waiting, needs="broadcasts.approve"),
        "broadcast": Route(watching.act, needs="broadcasts.write"),
        "broadcast_tap": Route(watching.tapped),
    },
    menu=(
        Entry("broadcasts.write", "broadcasts.menu_write", "broadcast_write", rank=90),
        Entry("broadcasts.write", "broadcasts.menu_mine", "broadcasts", rank=100),
        Entry("broadcasts.approve", "broadcasts.menu_asked", "broadcasts_asked", rank=110),
    ),
    waiting=(
        Waiting("broadcasts.approve", "desk.due.broadcasts", "broadcasts_asked", "/desk/broadcasts?status=asked", 45, deciding.count),
    ),
    finished={"broadcast": drafts.written, "broadcast_time": drafts.timed, "correction": watching.corrected},
    pictures=(uploads.kept,),
    clock=(
        Step("broadcasts", work=drafts.count_waiting),
        Step("broadcasts", run=running.step),
        Step("upkeep", run=uploads.forget),
    ),
    # A notice did not reach her: somebody has to knock.
    tasks={"knock": TaskKind(roles=STREET, outcomes=("told", "moved"), ends="wrote")},
    notices=KINDS,
    brought=(running.bring,),
)
