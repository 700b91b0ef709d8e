"""What a platform lets the bot say unasked to one address: counted here before each call, so that none goes beyond."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import instant, key, table


class Allowance(SQLModel, table=True):
    """The windows that her last word and her last tap opened, and the messages left in each (domain.allowance)."""

    __tablename__ = "allowance"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: int | None = key()
    channel: str
    address: str
    word_at: datetime | None = instant(null=True)
    word_left: int = 0
    tap_at: datetime | None = instant(null=True)
    tap_left: int = 0


class MessageGrant(SQLModel, table=True):
    """How many messages of one template she granted that were not sent yet."""

    __tablename__ = "message_grant"
    __table_args__ = (UniqueConstraint("channel", "address", "template"),)

    id: int | None = key()
    channel: str
    address: str
    template: str
    granted: int = Field(default=0)


class SyncCursor(SQLModel, table=True):
    """How far the messages of a channel were pulled that has to be asked for them."""

    __tablename__ = "sync_cursor"

    channel: str = Field(primary_key=True)
    cursor: str


allowance = table(Allowance)
sync_cursor = table(SyncCursor)
message_grant = table(MessageGrant)
