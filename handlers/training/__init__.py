"""Training: classes she can join, signing in, assessment and certificate, and what classes tell by the clock."""

from domain.notices import Kind
from handlers.capability import Capability, Entry, Own, Route, Step, Waiting
from handlers.training import activities, assessments, classes, clock, counts, holding, rolls, running, wishes
from storage.training import sheets

CAPABILITY = Capability(
    name="training",
    commands={
        "classes": Route(classes.coming, beside=True),
        "my_classes": Route(classes.mine, beside=True),
        "sign_in": Route(rolls.sign_in),
        "activities": Route(activities.coming, beside=True),
    },
    routes={
        "class": Route(classes.act),
        "session": Route(running.act),
        "classes_managed": Route(assessments.managed, needs="classes.manage"),
        "assess": Route(assessments.act, needs="classes.manage"),
        "thought": Route(activities.rate),
        "activities_managed": Route(holding.managed, needs="activities.manage"),
        "activity": Route(holding.act, needs="activities.manage"),
        "activity_new": Route(holding.new, needs="activities.manage"),
    },
    # Activities stand behind the classes: the menu is long enough.
    menu=(Entry("classes.manage", "classes.menu_staff", "classes_managed", rank=80),),
    own=(Own("activities.menu_own", "menu:activities"),),
    finished={"activity": holding.plan_from_form, "activity_over": holding.count_from_form, "activity_word": activities.add_words},
    matters=(classes.matters,),
    waiting=(Waiting("classes.manage", "desk.due.classes", "classes_managed", "/desk/classes", 55, counts.to_assess),),
    intents={"find_training": wishes.heard},
    typed=(rolls.check_in,),
    about=(running.about,),
    clock=(Step("classes", work=clock.announce), Step("classes", run=clock.tidy), Step("classes", run=clock.remind)),
    # A class of a skill she said she wants to learn.
    # An activity is told to who lives there, as what staff write to them is.
    notices={"class": Kind(purpose="jobs", counts=True), "activity": Kind(counts=True)},
    erasing=(classes.leave_all,),
    sheets={"data.sheet.enrolment": sheets.enrolments, "data.sheet.attendance": sheets.attendances},
)
