"""Every table, by what it is about: messages, people, work."""

from storage.tables.messages import Conversation, Inbox, Notice, Outbox, Recipient
from storage.tables.people import AccessLog, Address, Answer, CallRequest, Consent, Invitation, Mother, Person, Role
from storage.tables.work import Application, Cell, Community, Enterprise, Position, Revision

__all__ = [
    "AccessLog",
    "Address",
    "Answer",
    "Application",
    "CallRequest",
    "Cell",
    "Community",
    "Consent",
    "Conversation",
    "Enterprise",
    "Inbox",
    "Invitation",
    "Mother",
    "Notice",
    "Outbox",
    "Person",
    "Position",
    "Recipient",
    "Revision",
    "Role",
]
