"""Every table, by what it is about: messages, people, work, training, the survey, the council.

A class says what a table has; the Core table of the same name in lower case is what statements are made of.
"""

from storage.tables.ads import Ad
from storage.tables.columns import table
from storage.tables.council import Suggestion
from storage.tables.messages import Conversation, Inbox, Notice, Outbox, Picture, Recipient
from storage.tables.people import AccessLog, Address, Answer, Consent, Invitation, Mother, Person, Role, Task
from storage.tables.survey import Campaign, Exported, Handover, Visit
from storage.tables.threads import Thread, ThreadWord
from storage.tables.training import Attendance, ClassSession, Enrolment, TrainingClass, WrongCode
from storage.tables.work import Application, Cell, Community, Enterprise, FollowUp, Offer, Position, Review, Revision

access_log = table(AccessLog)
ad = table(Ad)
address = table(Address)
answer = table(Answer)
application = table(Application)
attendance = table(Attendance)
campaign = table(Campaign)
cell = table(Cell)
class_session = table(ClassSession)
community = table(Community)
consent = table(Consent)
conversation = table(Conversation)
enrolment = table(Enrolment)
enterprise = table(Enterprise)
exported = table(Exported)
follow_up = table(FollowUp)
handover = table(Handover)
inbox = table(Inbox)
invitation = table(Invitation)
mother = table(Mother)
notice = table(Notice)
offer = table(Offer)
outbox = table(Outbox)
person = table(Person)
picture = table(Picture)
position = table(Position)
recipient = table(Recipient)
review = table(Review)
revision = table(Revision)
role = table(Role)
suggestion = table(Suggestion)
task = table(Task)
thread = table(Thread)
thread_word = table(ThreadWord)
training_class = table(TrainingClass)
visit = table(Visit)
wrong_code = table(WrongCode)

__all__ = [
    "Ad",
    "ad",
    "AccessLog",
    "Address",
    "Answer",
    "Application",
    "Attendance",
    "Campaign",
    "Cell",
    "ClassSession",
    "Community",
    "Consent",
    "Conversation",
    "Enrolment",
    "Enterprise",
    "Exported",
    "FollowUp",
    "Handover",
    "Inbox",
    "Invitation",
    "Mother",
    "Notice",
    "Offer",
    "Outbox",
    "Person",
    "Picture",
    "Position",
    "Recipient",
    "Review",
    "Revision",
    "Role",
    "Suggestion",
    "Task",
    "Thread",
    "ThreadWord",
    "TrainingClass",
    "Visit",
    "WrongCode",
    "access_log",
    "address",
    "answer",
    "application",
    "attendance",
    "campaign",
    "cell",
    "class_session",
    "community",
    "consent",
    "conversation",
    "enrolment",
    "enterprise",
    "exported",
    "follow_up",
    "handover",
    "inbox",
    "invitation",
    "mother",
    "notice",
    "offer",
    "outbox",
    "person",
    "picture",
    "position",
    "recipient",
    "review",
    "revision",
    "role",
    "suggestion",
    "task",
    "thread",
    "thread_word",
    "training_class",
    "visit",
    "wrong_code",
]
