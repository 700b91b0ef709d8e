"""Questions that nothing answered: counted, listed for staff, and answered by them."""

from handlers.answers import unanswered
from handlers.capability import Capability, Entry, Route, Step

CAPABILITY = Capability(
    name="answers",
    routes={
        "unanswered": Route(unanswered.see, needs="answers.write"),
        "unanswered_one": Route(unanswered.act, needs="answers.write"),
        "staff_answer": Route(unanswered.withdraw, needs="answers.write"),
        "either": Route(unanswered.chosen),
    },
    menu=(Entry("answers.write", "answers.menu", "unanswered", rank=115, shown=unanswered.any_open),),
    finished={unanswered.FORM: unanswered.answered},
    about_others={unanswered.FORM: lambda turn, hazards: None},
    clock=(Step("upkeep", run=unanswered.forget),),
)
