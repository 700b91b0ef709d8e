"""The suggestion box (意见箱) and the mothers' council (议事会): said in one message, supported, decided, done, and told step by step."""

from domain.access import OFFICE
from domain.notices import Kind
from handlers.capability import Capability, Entry, Own, Route, Step, TaskKind, Waiting
from handlers.council import clock, lists, meetings, photos, saying, sitting, staff, told, voting
from storage.council import sheets

# Steps of what she said or supports: she asked to hear of them, so 退订 does not stop them; more than a few a day come together.
_STEPS = Kind(counts=True, awake=True, unwanted=False)

CAPABILITY = Capability(
    name="council",
    commands={
        "suggest": Route(saying.begin),
        "others": Route(lists.others, beside=True),
        "council": Route(sitting.council, beside=True),
    },
    routes={
        "suggest": Route(lists.act),
        "suggestions": Route(staff.waiting, needs="suggestions.handle"),
        "suggestion": Route(staff.act, needs="suggestions.handle"),
        "meetings": Route(sitting.mine, needs="council.see"),
        "meeting": Route(sitting.act, needs="council.see"),
        "come": Route(sitting.come, needs="council.see"),
        "vote": Route(voting.voted, needs="council.vote"),
    },
    menu=(
        Entry("suggestions.handle", "council.staff_menu", "suggestions", rank=30),
        Entry("council.see", "meetings.menu", "meetings", rank=35),
    ),
    waiting=(Waiting("suggestions.handle", "desk.due.suggestions", "suggestions", "/desk/suggestions", 52, staff.count),),
    own=(Own("council.menu", "menu:suggest"),),
    matters=(lists.matters, sitting.matters),
    finished={
        "suggestion": saying.finished,
        "suggestion/suggestion": lists.reworded,
        "suggestion_more": lists.more_said,
        "suggestion_reason": staff.reasoned,
        "suggestion_take": staff.taken,
        "suggestion_finish": staff.finished,
        "suggestion_split": staff.split,
        "meeting": sitting.planned,
        "meeting_decision": sitting.decided,
    },
    intents={"suggest": saying.heard},
    clock=(
        Step("council", run=saying.settle),
        Step("council", run=clock.read_lists),
        Step("council", run=clock.deadlines),
        Step("council", run=clock.list_grew),
        Step("council", run=meetings.remind),
        Step("council", run=voting.close_due),
        Step("upkeep", run=saying.forget),
    ),
    # What a council accepted, until whoever does it is done.
    tasks={"decision": TaskKind(roles=OFFICE, outcomes=("finished", "dropped"), closed=meetings.done)},
    notices={"suggestion": _STEPS, "suggestion_asked": _STEPS},
    typed=(saying.typed,),
    pictures=(photos.kept,),
    digests={"suggestion": told.digest},
    sheets={
        "council.sheet.suggestion": sheets.suggestions,
        "council.sheet.draft": sheets.drafts,
        "council.sheet.support": sheets.supports,
        "council.sheet.tap": sheets.taps,
        "council.sheet.guest": sheets.guests,
        "council.sheet.elector": sheets.elections,
        "council.sheet.vote": sheets.votes,
    },
)
