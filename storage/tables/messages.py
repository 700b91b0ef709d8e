"""What was received, what is to be said, and to whom a notice goes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Column, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.sealed import Sealed, SealedJson
from storage.tables.columns import BigId, NullableJson, instant, json, key, ref, table, where

# `kept` waits for a word of hers, since the platform lets nothing through before.
OutboxStatus = Literal["waiting", "kept", "sending", "sent", "read", "failed", "withheld", "uncertain"]
# A notice is open; a broadcast walks through the others.
NoticeStatus = Literal["open", "counting", "draft", "asked", "approved", "choosing", "sending", "listing", "done", "stopped", "void"]
ConversationStatus = Literal["active", "postponed", "done", "cancelled"]
RecipientStatus = Literal["chosen", "waiting", "later", "queued", "withheld"]
# What became of a recipient: where a message was made, what became of that.
Outcome = Literal["delivered", "read", "failed", "withheld", "uncertain", "waiting", "queued", "chosen", "later"]

# Lower goes first. Help in danger waits for nothing else, not even for an earlier message that is on its way to the same address.
HELP, REPLY, NOTICE, BULK = -1, 0, 1, 2


class Inbox(SQLModel, table=True):
    """One row an event of a platform; the UNIQUE constraint is what makes processing exactly once."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("channel", "event_id"), Index("inbox_person", "person_id", "id"))

    id: int | None = key()
    channel: str
    event_id: str
    person_id: int | None = ref("person", null=True)
    kind: str
    # What the web page shows as her own bubble after a reload; sealed, since it may hold a plea for help.
    said: str | None = Field(default=None, sa_column=Column(Sealed))
    received_at: datetime = instant()
    # done, or failed(exception class): ids only, never the text.
    status: str = Field(default="done")
    # Where the answer goes into the response: which rows it held, so that a repeat is answered the same (storage.reach.answers).
    response: dict[str, object] | None = Field(default=None, sa_column=Column(NullableJson))


class Outbox(SQLModel, table=True):
    """One row a message to one address. waiting → sending → sent → read; or kept for her next word, failed, withheld, uncertain."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "outbox_due",
            "channel",
            "priority",
            "due_at",
            "id",
            **where("status = 'waiting'"),
        ),
        Index(
            "outbox_open",
            "channel",
            "address",
            "id",
            **where("status in ('waiting', 'sending')"),
        ),
        Index("outbox_kept", "channel", "address", "id", **where("status = 'kept'")),
        Index("outbox_leased", "lease_until", **where("status = 'sending'")),
        Index("outbox_person", "person_id", "id"),
        Index("outbox_same", "address", "digest", "created_at"),
        Index("outbox_inbox", "inbox_id"),
        Index("outbox_notice", "notice_id", "status", **where("notice_id is not null")),
        Index("outbox_on_page", "sent_at", **where("channel = 'web' and sent_at is not null")),
    )

    id: int | None = key()
    person_id: int | None = ref("person", null=True)
    inbox_id: int | None = ref("inbox", null=True)
    channel: str
    address: str
    priority: int
    # A row of a notice that many get says what the notice says; its own body is empty then.
    notice_id: int | None = ref("notice", null=True)
    # JSON of text and buttons.
    body: str = Field(sa_column=Column(Sealed, nullable=False))
    private: bool = False
    # After a crash it waits for a human instead of being sent again.
    once: bool = False
    edits: str = ""
    # Of the text, to recognise the 21st identical message; 0 for edits.
    digest: int = Field(sa_column=Column(BigId, nullable=False, default=0))
    status: str = "waiting"
    why: str = ""
    attempts: int = 0
    created_at: datetime = instant()
    due_at: datetime = instant()
    lease_until: datetime | None = instant(null=True)
    # The process that is sending it; empty for one of an earlier version, whose lease has to end.
    owner: int | None = Field(default=None, sa_column=Column(BigId, nullable=True))
    # Set when a crash left it unknown whether this was sent; stays set, so that staff can list it.
    ambiguous_at: datetime | None = instant(null=True)
    sent_at: datetime | None = instant(null=True)
    platform_ref: str = ""


class Conversation(SQLModel, table=True):
    """A walk through one form. At most one of a person is `active`; others are `postponed`, `done` or `cancelled`."""

    __tablename__ = "conversation"
    __table_args__ = (
        Index(
            "conversation_active",
            "person_id",
            unique=True,
            **where("status = 'active'"),
        ),
        Index(
            "conversation_remind",
            "remind_at",
            **where("remind_at is not null"),
        ),
        Index("conversation_person", "person_id", "form"),
    )

    id: int | None = key()
    person_id: int = ref("person")
    form: str
    status: str = "active"
    state: dict[str, object] = Field(sa_column=Column(SealedJson, nullable=False))
    # Counts the saves: one is made only on what was read.
    saves: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    # What the form is about where it is not she who fills it in for herself: {"visit": 3}, {"application": 7}.
    about: dict[str, object] = json()
    updated_at: datetime = instant()
    reminders: int = 0
    remind_at: datetime | None = instant(null=True)


# Of broadcasts: what there is still something to do about.
RUNNING = "ended_at is null and status in ('counting', 'approved', 'choosing', 'sending', 'listing', 'stopped')"


class Notice(SQLModel, table=True):
    """Something that is told to many, or to one unasked. `kind` names the rule set of domain.notices.

    A broadcast goes counting → draft → asked (for a second person's word) → approved → choosing → sending → listing (whom to knock at) → done, or
    stopped at any moment (its rest is withheld when `ended_at` is set), or void.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_position", "position_id"),
        Index("notice_running", "starts_at", **where(RUNNING)),
    )

    id: int | None = key()
    kind: str
    position_id: int | None = ref("position", null=True)
    # text, buttons, picture, private, once: what handlers.tell.body makes.
    body: dict[str, object] = Field(sa_column=Column(SealedJson, nullable=False))
    # Whom a broadcast is for, as domain.audience reads it.
    audience: dict[str, object] = json()
    urgent: bool = False
    status: str = "open"
    # Who gets this got that one, which was wrong.
    corrects: int | None = ref("notice", null=True)
    created_by: int | None = ref("person", null=True)
    created_at: datetime = instant()
    approved_by: int | None = ref("person", null=True)
    approved_at: datetime | None = instant(null=True)
    starts_at: datetime | None = instant(null=True)
    # How far choosing recipients has come (person id), so that it goes on after a crash.
    chosen_to: int = Field(sa_column=Column(BigId, nullable=False, default=0))
    # How far they were decided on for the first time (person id), and how many there are.
    fed_to: int = Field(sa_column=Column(BigId, nullable=False, default=0))
    recipients: int = 0
    stopped_by: int | None = ref("person", null=True)
    ended_at: datetime | None = instant(null=True)


class Recipient(SQLModel, table=True):
    """One person of one notice. waiting → queued (its outbox row tells the rest) or withheld(why).

    Those of a broadcast, who may be a million, begin as `chosen`, which no index holds; who has to wait becomes `later`.
    """

    __tablename__ = "recipient"
    __table_args__ = (
        UniqueConstraint("notice_id", "person_id"),
        Index("recipient_due", "due_at", "id", **where("status = 'waiting'")),
        Index("recipient_person", "person_id", "decided_at", **where("status = 'queued'")),
        Index("recipient_outbox", "outbox_id", **where("outbox_id is not null")),
        Index("recipient_later", "notice_id", "due_at", **where("status = 'later'")),
        Index("recipient_withheld", "notice_id", "why", **where("status = 'withheld'")),
        Index("recipient_tapped", "notice_id", "tapped", **where("tapped != ''")),
    )

    id: int | None = key()
    notice_id: int = ref("notice")
    person_id: int = ref("person")
    status: str = "waiting"
    why: str = ""
    score: int = 0
    reasons: list[str] = json()
    due_at: datetime = instant()
    decided_at: datetime | None = instant(null=True)
    outbox_id: int | None = ref("outbox", null=True)
    # Which of the notice's buttons she tapped first, and when.
    tapped: str = ""
    tapped_at: datetime | None = instant(null=True)


class Picture(SQLModel, table=True):
    """A picture that is sent or shown; `key` is unguessable, since the page fetches it by its address."""

    __tablename__ = "picture"

    key: str = Field(primary_key=True)
    mime: str
    content: bytes
    created_at: datetime = instant()
    created_by: int | None = ref("person", null=True)


inbox = table(Inbox)
outbox = table(Outbox)
conversation = table(Conversation)
notice = table(Notice)
recipient = table(Recipient)
picture = table(Picture)
