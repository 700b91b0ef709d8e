"""One message of one person: a deed's scene and the voice that answers, where she stands in which form, and how she is reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from domain.capabilities import ALL, WEB, Capabilities
from domain.forms.conversation import State
from handlers.content import Content
from handlers.scene import Scene
from handlers.voice import Voice
from storage.people import persons


@dataclass(frozen=True, kw_only=True)
class Turn(Scene, Voice):
    """What a handler gets. `tapped` is the platform's message whose button was tapped, to be edited in place."""

    channel: Capabilities
    address: str
    community_id: int | None = None
    conversation_id: int | None = None
    state: State | None = None
    # How often that conversation was saved when it was read.
    saves: int = 0
    tapped: str = ""
    # Whether a danger of hers was open when this message came.
    in_danger: bool = False

    @classmethod
    def to(cls, tx: Connection, content: Content, person_id: int, *, now: datetime) -> Turn:
        """For somebody who did not speak just now, on the channel she used last."""
        person = persons.get(tx, person_id)
        channel, address = persons.reach(tx, person_id) or (WEB.channel, "")
        return cls(
            tx=tx,
            content=content,
            now=now,
            person_id=person_id,
            channel=ALL[channel],
            address=address,
            language=person.language,
            community_id=person.community_id,
        )
