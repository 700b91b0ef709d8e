"""Who does something, where and when: all that a deed needs to change rows, to be allowed to, and to be written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from domain.access import Held, Scope, may, scopes
from domain.errors import Denied, Refused
from domain.notices import local_day
from domain.plain import Json
from storage import access_log
from storage.staff import roles

if TYPE_CHECKING:
    from handlers.content import Content


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One person's deed at one moment, in one transaction; a page, a command or a chat makes it."""

    tx: Connection
    content: Content
    now: datetime
    person_id: int

    @property
    def today(self) -> date:
        """The day on which it happens, in Yantai."""
        return local_day(self.now)

    def roles(self) -> list[Held]:
        """What she may do as staff."""
        return roles.roles_of(self.tx, self.person_id)

    def scopes(self, action: str, *, subject: str = "", number: int = 0) -> list[Scope]:
        """Where she may do it. Raises Refused where it is nowhere; where it was tried on the `number` of a `subject`, that is on record."""
        where = scopes(self.roles(), action)
        if not where and subject and number:
            raise Denied("staff.not_allowed", action=f"{action}.denied", subject_kind=subject, subject_id=number)
        if not where:
            raise Refused("staff.not_allowed")
        return where

    def may(self, action: str, community_id: int | None, *, cell_id: int | None = None, enterprise_id: int | None = None) -> bool:
        """Whether she may do it to something of that place."""
        return may(self.roles(), action, community_id, cell_id=cell_id, enterprise_id=enterprise_id)

    def need(self, action: str, community_id: int | None, *, cell_id: int | None = None, enterprise_id: int | None = None) -> None:
        """Raises Refused where she may not do it to something of that place."""
        if not self.may(action, community_id, cell_id=cell_id, enterprise_id=enterprise_id):
            raise Refused("staff.not_allowed")

    def log(self, action: str, subject_kind: str, subject_id: int | None, **detail: Json) -> None:
        """Write down that she looked at or changed something."""
        access_log.write(
            self.tx,
            actor_id=self.person_id,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            now=self.now,
            detail=detail,
        )


def row_id(written: str) -> int:
    """The row that a button names; 0, which no row has, where somebody made it up."""
    return int(written) if written.isdecimal() and len(written) < 16 else 0
