"""Work: posts that fit her, applications and trials, publishing with its gate, waves of offers, follow-ups and wages."""

from domain.access import OFFICE, STREET
from domain.notices import Kind
from handlers.capability import Capability, Entry, Route, Step, TaskKind, Waiting
from handlers.work import (
    announcements,
    applicants,
    applications,
    browsing,
    correcting,
    counts,
    follow_ups,
    keeping,
    looking,
    offers,
    placements,
    positions,
    reviews,
    running,
    shown,
    wages,
    withdrawals,
)
from storage.work import sheets

CAPABILITY = Capability(
    name="work",
    commands={"work": Route(looking.find_work, beside=True), "mine": Route(applications.mine, beside=True)},
    routes={
        "apply": Route(applications.want),
        "posts": Route(browsing.act),
        "keep": Route(keeping.act),
        "decline": Route(offers.decline),
        "mine": Route(applications.act),
        "running": Route(running.act),
        "applications": Route(applicants.waiting, needs="applications.see"),
        "applicant": Route(applicants.answer, needs="applications.decide"),
        "drafts": Route(positions.drafts, needs="positions.publish"),
        "publish": Route(positions.publish, needs="positions.publish"),
        "post": Route(correcting.act, needs="positions.publish"),
        "public": Route(positions.published, needs="positions.withdraw"),
        "withdraw": Route(withdrawals.choose, needs="positions.withdraw"),
        "ask_review": Route(positions.ask_review, needs="positions.publish"),
        "reviews": Route(reviews.listed, needs="positions.review"),
        "review": Route(reviews.decide, needs="positions.review"),
        "review_whole": Route(reviews.full_text, needs="positions.review"),
        "follow_up": Route(follow_ups.begin),
        "word": Route(follow_ups.word),
        "wage": Route(wages.confirm),
    },
    menu=(
        Entry("applications.see", "staff.menu_applications", "applications", rank=10),
        Entry("positions.publish", "staff.menu_drafts", "drafts", rank=50),
        Entry("positions.withdraw", "positions.menu_public", "public", rank=60),
        Entry("positions.review", "positions.menu_reviews", "reviews", rank=70),
    ),
    matters=(applications.matters,),
    waiting=(
        Waiting("applications.see", "desk.due.applied", "applications", "/desk/applications?status=applied", 20, counts.applied),
        Waiting("applications.see", "desk.due.trials", "applications", "/desk/applications?status=tried", 25, counts.trials),
        Waiting("positions.publish", "desk.due.drafts", "drafts", "/desk/posts?status=draft", 50, counts.drafts),
        Waiting("positions.review", "desk.due.reviews", "reviews", "/desk/posts?status=asked", 40, counts.reviews_asked),
        Waiting("firms.vet", "desk.due.firms", "desk", "/desk/firms?status=due", 75, counts.firms_due),
    ),
    finished={
        "publish": positions.estimated,
        "post_edit": correcting.edited,
        "post_back": correcting.returned,
        "review": reviews.decided,
        "trial": applicants.invited,
        "follow_up": follow_ups.finished,
        "follow_up_word": follow_ups.word_given,
    },
    own_forms=frozenset({"follow_up"}),
    intents={"find_work": looking.heard},
    codes=(browsing.opened,),
    about=(shown.about, running.about),
    clock=(
        Step("announce", work=offers.announce),
        Step("applications", run=placements.tick),
        Step("follow_up", run=follow_ups.ask),
        Step("follow_up", run=wages.overdue),
        Step("upkeep", work=looking.list_in_vain),
        Step("upkeep", run=browsing.forget),
    ),
    tasks={
        # Wages not paid, or too little (follow-up): nobody's but the coordinator's, until it is settled.
        "wage": TaskKind(roles=OFFICE, outcomes=("repaid", "cleared", "labour"), private=True, closed=wages.closed),
        # What she said in a follow-up besides: somebody has to read it.
        "word": TaskKind(roles=OFFICE, outcomes=("read",), private=True),
        # Asked twice how it goes, and she did not answer.
        "no_answer": TaskKind(roles=STREET, outcomes=("still", "left", "wage", "lost"), ends="answered", closed=follow_ups.visited),
        # She asked for work, and was offered none for two weeks.
        "nothing": TaskKind(roles=STREET, outcomes=("spoke", "has_work", "not_now"), ends="offered"),
    },
    notices={"position": Kind(purpose="jobs", counts=True), "follow_up": Kind(counts=True)},
    erasing=(applications.give_up,),
    digests={"position": announcements.digest},
    sheets={
        "data.sheet.browsing": sheets.looks,
        "data.sheet.application": sheets.applications,
        "data.sheet.offer": sheets.offers,
        "data.sheet.follow_up": sheets.follow_ups,
    },
)
