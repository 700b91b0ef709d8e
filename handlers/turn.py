"""What every handler gets: the transaction, the person, the moment and the words to say it with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from domain.access import Held
from domain.capabilities import ALL, WEB
from domain.capabilities import Capabilities as ChannelCapabilities
from domain.forms.schema import Form
from domain.messages import Button, Outbound
from domain.phrases import Phrases
from storage.people import persons
from storage.staff import roles

if TYPE_CHECKING:
    from handlers.capability import Capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the settings say that handlers need."""

    public_url: str = ""
    # The bot's name on Telegram, without @, where it is there.
    telegram_name: str = ""
    quiet_hours: tuple[time, time] = (time(21), time(8))
    daily_cap: int = 2
    weights: Mapping[str, float] = field(default_factory=dict)
    keep_profile: timedelta = timedelta(days=730)
    keep_messages: timedelta = timedelta(days=180)
    # How long a place is kept for who applied, and until when nobody who was offered it has answered.
    hold: timedelta = timedelta(hours=48)
    wave: timedelta = timedelta(hours=24)
    offers_per_place: int = 3
    # Who asked and was offered nothing for so long is on a list.
    nothing_after: timedelta = timedelta(days=14)
    # A broadcast to more people than this needs a second person's word.
    approve_above: int = 50


# (turn, conversation id, answers, what the form was about) → what to say.
Finished = Callable[["Turn", int, Mapping[str, Any], Mapping[str, Any]], list[Outbound]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything of content/, loaded and checked, and the rules from the settings."""

    forms: Mapping[str, Form]
    phrases: Phrases
    # Codes of sectors, modes, skills with their labels.
    labels: Mapping[str, Mapping[str, str]]
    capabilities: Capabilities
    # Words that are a command wherever they are said.
    commands: Mapping[str, str] = field(default_factory=dict)
    rules: Rules = Rules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of one person. `tapped` is the platform's message whose button was tapped, to be edited in place."""

    tx: Connection
    content: Content
    now: datetime
    person_id: int
    channel: ChannelCapabilities
    address: str
    language: str = "zh"
    community_id: int | None = None
    conversation_id: int | None = None
    state: Mapping[str, Any] | None = None
    tapped: str = ""

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
            language=person["language"],
            community_id=person["community_id"],
        )

    def words(self, phrase: str, /, **values: Any) -> str:
        """A phrase of content/phrases in her language."""
        return self.content.phrases.say(phrase, **values)

    def say(self, phrase: str, /, *rows: tuple[Button, ...], **values: Any) -> Outbound:
        """A message made of one phrase and rows of buttons."""
        return Outbound(text=self.words(phrase, **values), buttons=rows)

    def numbered(self, said: Outbound) -> Outbound:
        """For a channel of text alone: a picture as its link, the choices as a numbered list; the row keeps them, so that a number finds them."""
        if said.picture:
            link = self.words("pictures.link", url=f"{self.content.rules.public_url}/picture/{said.picture}")
            said = replace(said, text=f"{said.text}\n{link}", picture="")
        if not said.buttons:
            return said
        lines = [f"{number} {button.label}" for number, button in enumerate(said.choices(), 1)]
        return replace(said, text="\n".join([said.text, *lines, self.words("talk.reply_number")]))

    def button(self, phrase: str, choice: str, **values: Any) -> Button:
        """A button whose label is a phrase."""
        return Button(self.words(phrase, **values), choice)

    def label(self, kind: str, code: str) -> str:
        """A code in plain words."""
        return self.content.labels[kind].get(code, code)

    def name_of(self, person: Mapping[str, Any]) -> str:
        """What staff call a person: her name where it is known, else her key."""
        return str(person["name"] or self.words("staff.nameless", key=person["key"]))

    def roles(self) -> list[Held]:
        """What she may do as staff."""
        return [Held(r["role"], r["community_id"], r["cell_id"], r["enterprise_id"]) for r in roles.roles_of(self.tx, self.person_id)]


def row_id(written: str) -> int:
    """The row that a button names; 0, which no row has, where somebody made it up."""
    return int(written) if written.isdecimal() and len(written) < 16 else 0
