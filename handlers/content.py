"""What all handlers read and none changes: forms, phrases, labels, the capabilities, and the rules from the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import TYPE_CHECKING

from domain.allowance import Account
from domain.answers import Catalogue
from domain.council.states import Deadlines
from domain.forms.schema import Answers, Form
from domain.mediation.assigning import CAPACITY
from domain.mediation.states import Limits
from domain.messages import Outbound
from domain.phrases import Phrases
from storage.conversations import About

if TYPE_CHECKING:
    from handlers.capability import Capabilities
    from handlers.turn import Turn


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
    keep_log: timedelta = timedelta(days=1095)
    # How long a place is kept for who applied, and until when nobody who was offered it has answered.
    hold: timedelta = timedelta(hours=48)
    wave: timedelta = timedelta(hours=24)
    offers_per_place: int = 3
    # Who asked and was offered nothing for so long is on a list.
    nothing_after: timedelta = timedelta(days=14)
    # A broadcast to more people than this needs a second person's word.
    approve_above: int = 50
    # How long a suggestion may stay in each state.
    deadlines: Deadlines = Deadlines()
    # More than this share of the council's members have to take part in a vote.
    quorum: float = 0.5
    # Who asked for the suggestion box and did not say whether hers is new: then it goes in as it is.
    draft: timedelta = timedelta(minutes=60)
    # Whether a robot speaks in a group of the staff.
    staff_group: bool = False
    # What the accounts of channels that limit us may do besides answering.
    accounts: Mapping[str, Account] = field(default_factory=dict)
    # How long each state of a case of mediation may last, and how many open cases a mediator has at most.
    mediation: Limits = Limits()
    mediator_capacity: int = CAPACITY
    # A closed case file is kept for reading so long; after that it is stored, not used.
    keep_case: timedelta = timedelta(days=365)


# (turn, conversation id, answers, what the form was about) → what to say.
Finished = Callable[["Turn", int, Answers, About], list[Outbound]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything of content/, loaded and checked, and the rules from the settings."""

    forms: Mapping[str, Form]
    phrases: Phrases
    # Codes of sectors, modes, skills with their labels.
    labels: Mapping[str, Mapping[str, str]]
    capabilities: Capabilities
    # Questions that mothers ask, with their answers.
    answers: Catalogue = field(default_factory=lambda: Catalogue(()))
    # The account's menu: columns, each with what its entries are called and do.
    menu: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    # Words that are a command wherever they are said.
    commands: Mapping[str, str] = field(default_factory=dict)
    rules: Rules = Rules()
