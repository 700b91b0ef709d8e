"""The survey at the door: campaigns, the worker's round, duplicates, profiles taken over, cells handed over."""

from domain.access import OFFICE
from handlers.capability import Capability, Entry, Route, Step, TaskKind, Waiting
from handlers.survey import campaigns, counts, duplicates, handovers, merging, new_phones, takeovers, visit_page, visits
from storage.survey import sheets

CAPABILITY = Capability(
    name="survey",
    commands={"visit_sent": Route(visit_page.sent, needs="visits.record", spoken=False)},
    routes={
        "visits": Route(visits.today, needs="visits.see"),
        "visit": Route(visits.act, needs="visits.record"),
        "door": Route(duplicates.door, needs="visits.record"),
        "same_woman": Route(duplicates.decide, needs="visits.record"),
        "merge": Route(merging.ask, needs="people.merge"),
        "merge_look": Route(merging.look, needs="people.merge"),
        "merged": Route(merging.merged, needs="people.merge"),
        "unmerge": Route(merging.unmerge, needs="people.merge"),
        "takeover": Route(takeovers.answer),
        "phone_code": Route(new_phones.act),
        "survey": Route(campaigns.overview, needs="visits.see"),
        "campaign": Route(campaigns.act, needs="visits.see"),
        "cells": Route(handovers.overview, needs="cells.handover"),
        "handover": Route(handovers.act),
        "handovers": Route(handovers.waiting),
    },
    menu=(
        Entry("visits.record", "handovers.menu_waiting", "handovers", rank=0, shown=handovers.waits),
        Entry("visits.see", "visits.menu", "visits", rank=40),
        Entry("campaigns.manage", "surveys.menu", "survey", rank=130),
        Entry("cells.handover", "handovers.menu", "cells", rank=140),
        Entry("people.merge", "visits.menu_merged", "merged", rank=145, shown=merging.any_merged),
    ),
    waiting=(
        Waiting("visits.see", "desk.due.visits", "visits", "/desk/survey", 60, counts.visits),
        Waiting("cells.handover", "desk.due.cells", "cells", "/desk/cells", 70, counts.unmanned),
    ),
    finished={"intake/visit": visits.filled, "door": duplicates.look_for_doubles, "campaign": campaigns.start},
    clock=(Step("surveys", run=campaigns.choose), Step("reminders", run=handovers.remind), Step("follow_up", run=merging.forget)),
    tasks={merging.TASK: TaskKind(roles=OFFICE, outcomes=("same", "different"), private=True, look="merge_look", closed=merging.answered)},
    codes=(takeovers.begin, new_phones.begin),
    sheets={"data.sheet.visit": sheets.visits},
)
