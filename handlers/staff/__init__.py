"""What staff share: threads of those who wait for a person, what is to be done, roles by invitation, figures."""

from handlers import safety
from handlers.capability import Capability, Entry, Route, Step, Waiting
from handlers.staff import invitations, reports, tasks, team, threads
from storage.staff import sheets

CAPABILITY = Capability(
    name="staff",
    commands={"tasks": Route(tasks.see, needs="tasks.see"), "figures": Route(reports.see, needs="reports.see")},
    routes={
        "threads": Route(threads.waiting, needs="threads.see"),
        "thread": Route(threads.act, needs="threads.see"),
        "tasks": Route(tasks.see, needs="tasks.see"),
        "task": Route(tasks.done, needs="tasks.close"),
        "figures": Route(reports.see, needs="reports.see"),
        "invite_role": Route(invitations.offer, needs="roles.invite"),
        "invite": Route(invitations.act, needs="roles.invite"),
        "team": Route(team.leave, needs="roles.withdraw"),
        # How she may be reached, and whether she is safe.
        "safety": Route(safety.answered),
        "my_name": Route(invitations.name_asked),
    },
    menu=(
        Entry("tasks.see", "tasks.menu", "tasks", rank=20),
        Entry("threads.see", "threads.menu", "threads", rank=5),
        Entry("reports.see", "reports.menu", "figures", rank=120),
        Entry("roles.invite", "invitations.menu", "invite_role", rank=150),
        Entry("roles.withdraw", "invitations.menu_team", "team", rank=160),
    ),
    waiting=(Waiting("threads.see", "desk.due.threads", "threads", "/desk/threads", 0, threads.count),),
    finished={"my_name": invitations.name_said, threads.REPLY: threads.replied, threads.CLOSE: threads.closed},
    # What staff write back to somebody in danger is no danger of theirs.
    about_others={threads.REPLY: lambda turn, hazards: None, threads.CLOSE: lambda turn, hazards: None},
    clock=(Step("threads", run=threads.escalate), Step("follow_up", run=tasks.settle), Step("figures", work=reports.recount)),
    codes=(invitations.redeem,),
    claims=(threads.in_danger,),
    sheets={"data.sheet.thread": sheets.threads, "data.sheet.task": sheets.tasks},
)
