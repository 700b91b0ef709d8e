"""Walking a form in chat: the engine decides, this stores where she stands and turns its effects into messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.codebook import Slots
from domain.forms.conversation import Answer, Cancelled, Conversation, Done, Effect, Postponed, Say, Show, State, Step
from domain.forms.engine import begin, resume
from domain.forms.schema import Answers, Form
from domain.forms.screen import express, render
from domain.messages import Outbound
from domain.notices import LOCAL
from handlers.choices import lists
from handlers.content import Content, Finished
from handlers.scene import row_id
from handlers.turn import Turn
from storage import conversations
from storage.conversations import About
from storage.tables.messages import ConversationStatus

# How the choice of a form's own button begins.
BUTTON = "f:"
# A form left half done is brought back twice, then never again.
REMIND_AFTER = (timedelta(days=1), timedelta(days=3))


class Current(NamedTuple):
    """The conversation she is in, as it was read with her message."""

    id: int
    status: ConversationStatus
    state: State
    saves: int


# What a step's effect makes of the conversation; any other leaves it as it is.
_ENDS: Mapping[type[Effect], ConversationStatus] = {Done: "done", Postponed: "postponed", Cancelled: "cancelled"}

# A conversation that can be gone on with.
Walk = Current | conversations.Conversation


def start(
    turn: Turn,
    name: str,
    *,
    known: Answers | None = None,
    heard: Slots | None = None,
    words: str = "",
    told: Answers | None = None,
    about: About | None = None,
) -> list[Outbound]:
    """Begin a form, or take up the one of this name, about the same thing, that she put off; `words` are what `heard` was read from.

    `told` are answers that she gave in the talk before it.
    """
    open_ = conversations.postponed(turn.tx, turn.person_id, name, about=about or {})
    if open_ is not None and not heard:
        return take_up(turn, open_)
    if open_ is not None:
        conversations.activate(turn.tx, open_.id, turn.person_id)
        return _resume(turn, open_._replace(state={**open_.state, "status": "open"}), Answer(text=words))
    form = turn.content.forms[name]
    conversation_id = conversations.begin(turn.tx, turn.person_id, name, about=about or {}, now=turn.now)
    step = begin(
        form,
        key=str(conversation_id),
        known=known or {},
        heard=heard or {},
        told=told,
        lists=lists(turn),
        now=turn.now.astimezone(LOCAL),
        language=turn.language,
        carries_private=turn.channel.carries_private,
    )
    return _after(turn, conversation_id, form, step, read=0)


def take_up(turn: Turn, conversation: Walk) -> list[Outbound]:
    """Go on with a form where it stopped."""
    conversations.activate(turn.tx, conversation.id, turn.person_id)
    # The engine shows where a conversation stands that was put off, when nothing is said.
    return _resume(turn, conversation._replace(state={**conversation.state, "status": "postponed"}), Answer())


def again(turn: Turn) -> list[Outbound]:
    """The form she is in as it stands, if she is in one."""
    if turn.conversation_id is None or turn.state is None:
        return []
    return take_up(turn, current(turn))


def answer(turn: Turn, sent: Answer) -> list[Outbound]:
    """What she sent belongs to the form she is in."""
    step = tried(turn, sent)
    return carry_out(turn, step)


def tried(turn: Turn, sent: Answer) -> Step:
    """What it would do to the form she is in, if it were an answer; nothing is stored."""
    return _step(turn, current(turn), sent)


def carry_out(turn: Turn, step: Step) -> list[Outbound]:
    """Store a step of the form she is in, and say what it says."""
    assert turn.conversation_id is not None
    return _after(turn, turn.conversation_id, turn.content.forms[step.conversation.form], step, read=turn.saves)


def owns(choice: str) -> bool:
    """Whether a choice is a form's own button."""
    return choice.startswith(BUTTON)


def tapped(turn: Turn, argument: str) -> list[Outbound]:
    """A button of a form, perhaps an old one: of another form than the one she is in, of one put off, or of one that is done."""
    choice = BUTTON + argument
    conversation = _conversation_of(turn, choice)
    if conversation is None:
        return [turn.say("talk.old_button")]
    if conversation.status == "postponed":
        conversations.activate(turn.tx, conversation.id, turn.person_id)
    elif conversation.status != "active":
        return [turn.say("talk.form_closed", (turn.button("menu.register", "menu:register"),))]
    return _resume(turn, conversation, Answer(choice=choice))


def _conversation_of(turn: Turn, choice: str) -> Walk | None:
    key = choice.split(":")[1] if choice.count(":") >= 2 else ""
    if not key.isdecimal() or len(key) > 15:
        return None
    if turn.conversation_id == int(key) and turn.state is not None:
        return current(turn)
    return conversations.get(turn.tx, int(key), turn.person_id)


def current(turn: Turn) -> Current:
    """The conversation she is in, as it was read with her message."""
    assert turn.conversation_id is not None and turn.state is not None
    return Current(turn.conversation_id, "active", turn.state, turn.saves)


def _resume(turn: Turn, conversation: Walk, sent: Answer) -> list[Outbound]:
    step = _step(turn, conversation, sent)
    return _after(turn, conversation.id, turn.content.forms[step.conversation.form], step, read=conversation.saves)


def _step(turn: Turn, read: Walk, sent: Answer) -> Step:
    conversation = Conversation.from_json(read.state)
    form = turn.content.forms[conversation.form]
    return resume(form, conversation, sent, turn.now.astimezone(LOCAL), lists=lists(turn), carries_private=turn.channel.carries_private)


def _after(turn: Turn, conversation_id: int, form: Form, step: Step, *, read: int) -> list[Outbound]:
    """Store where she stands, then say what the engine wants said, and what comes of a form that is done."""
    ends: list[ConversationStatus] = [*(_ENDS[type(effect)] for effect in step.effects if type(effect) in _ENDS), "active"]
    _save(turn, conversation_id, form, step, read=read, status=ends[0])
    replies = [reply for effect in step.effects if (reply := _worded(turn, effect)) is not None]
    for done in step.effects:
        if isinstance(done, Done):
            kept = conversations.get(turn.tx, conversation_id, turn.person_id)
            about = kept.about if kept else {}
            replies += finisher(turn.content, form.name, about)(turn, conversation_id, done.answers, about)
    return replies


def _worded(turn: Turn, effect: Effect) -> Outbound | None:
    """How an effect of the engine is said; None where it says nothing."""
    match effect:
        case Show(screen):
            return render(screen, turn.channel, turn.content.phrases, turn.language, message_ref=turn.tapped)
        case Say():
            return Outbound(text=express(effect, turn.content.phrases, turn.language))
        case Postponed():
            return turn.say("talk.postponed", (turn.button("talk.go_on", "menu:go_on"),))
        case Cancelled():
            return turn.say("talk.cancelled")
        case Done():
            return None


def _save(turn: Turn, conversation_id: int, form: Form, step: Step, *, read: int, status: ConversationStatus) -> None:
    over = status in ("done", "cancelled")
    # Looking at what is stored is no half-done form.
    remind_at = None if over or "known" in step.conversation.origin.values() else turn.now + REMIND_AFTER[0]
    # What was said stays until it is stored as answers; a cancelled form keeps nothing.
    state: State = {"form": form.name, "version": form.version, "key": str(conversation_id)} if over else step.conversation.to_json()
    conversations.save(turn.tx, conversation_id, state, read=read, status=status, now=turn.now, remind_at=remind_at)


def finisher(content: Content, form: str, about: About) -> Finished:
    """Who gets a finished form's answers: what is named `form/about` for a form about something else than herself, else `form`."""
    named = (f"{form}/{what}" for what in about)
    finished = content.capabilities.finished
    return finished[next((name for name in named if name in finished), form)]


def drop(turn: Turn, argument: str) -> list[Outbound]:
    """不填了, below a reminder: no more of them; what she filled in is not kept."""
    half = conversations.get(turn.tx, row_id(argument), turn.person_id)
    if half is not None and half.status in ("active", "postponed"):
        state: State = {"form": half.form, "version": half.state.get("version", 0), "key": argument}
        conversations.save(turn.tx, half.id, state, read=half.saves, status="cancelled", now=turn.now, remind_at=None)
    return [turn.say("talk.dropped")]


def put_off(turn: Turn, _argument: str = "") -> list[Outbound]:
    """稍后: the form she is in waits until she takes it up again."""
    return answer(turn, Answer(text="稍后")) if turn.state is not None else [turn.say("talk.old_button")]


def skip(turn: Turn, _argument: str = "") -> list[Outbound]:
    """跳过: the question she is at stays open, if it may."""
    return answer(turn, Answer(text="跳过")) if turn.state is not None else [turn.say("talk.old_button")]


def next_reminder(reminders: int, updated_at: datetime) -> datetime | None:
    """When the next reminder of a form is due after `reminders` were sent."""
    return updated_at + REMIND_AFTER[reminders] if reminders < len(REMIND_AFTER) else None
