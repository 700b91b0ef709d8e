"""The desk: its way in from the chat, its second factor, and who sits there."""

from handlers.capability import Capability, Entry, Route, Step
from handlers.desk import chat, signing

CAPABILITY = Capability(
    name="desk",
    routes={"desk": Route(chat.way_in, needs="desk.open"), "desk_code": Route(chat.code_for, needs="desk.admit")},
    menu=(Entry("desk.open", "desk.menu", "desk", rank=170),),
    clock=(Step("upkeep", run=signing.end_stale),),
    erasing=(signing.forget,),
)
