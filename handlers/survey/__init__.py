"""The survey at the door: campaigns, the worker's round, duplicates, profiles taken over, cells handed over."""

from handlers.capability import Capability, Entry, Route, Step
from handlers.survey import campaigns, duplicates, handovers, takeovers, visit_page, visits
from storage.survey import sheets

CAPABILITY = Capability(
    name="survey",
    commands={"visit_sent": Route(visit_page.sent, needs="visits.record", spoken=False)},
    routes={
        "visits": Route(visits.today, needs="visits.see"),
        "visit": Route(visits.act, needs="visits.record"),
        "door": Route(duplicates.door, needs="visits.record"),
        "same_woman": Route(duplicates.decide, needs="visits.record"),
        "merge": Route(duplicates.merge, needs="people.merge"),
        "takeover": Route(takeovers.answer),
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
    ),
    finished={"intake/visit": visits.filled, "door": duplicates.asked, "campaign": campaigns.asked},
    clock=(Step("surveys", run=campaigns.choose), Step("reminders", run=handovers.remind)),
    codes=(takeovers.begin,),
    sheets={"data.sheet.visit": sheets.visits},
)
