"""Every table, by what it is about: messages, people, work, training, the survey, the council."""

from storage.tables.council import Suggestion
from storage.tables.messages import Conversation, Inbox, Notice, Outbox, Picture, Recipient
from storage.tables.people import AccessLog, Address, Answer, CallRequest, Consent, Invitation, Mother, Person, Role, Task
from storage.tables.survey import Campaign, Exported, Handover, Visit
from storage.tables.training import Attendance, ClassSession, Enrolment, TrainingClass, WrongCode
from storage.tables.work import Application, Cell, Community, Enterprise, FollowUp, Offer, Position, Review, Revision

__all__ = [
    "AccessLog",
    "Address",
    "Answer",
    "Application",
    "Attendance",
    "CallRequest",
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
    "TrainingClass",
    "Visit",
    "WrongCode",
]
