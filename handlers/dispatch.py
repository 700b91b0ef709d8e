"""The way of one message: recorded once, looked at for danger, then to the command, the form, the button or the reader it is for."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain import triage
from domain.access import scopes
from domain.capabilities import ALL
from domain.cutting import cut, in_bytes
from domain.errors import Refused
from domain.forms.conversation import Answer
from domain.messages import Inbound, Outbound, Receipt
from domain.traditional import in_language
from handlers import aliases, entries, forms, free_text, listening, safety, threads
from handlers.capability import Route
from handlers.content import Content
from handlers.turn import Turn
from storage import inbox, outbox
from storage import threads as stored_threads
from storage.conversations import Changed
from storage.database import lock, lost, savepoint
from storage.inbox import Repeated
from storage.people import persons
from storage.tables.messages import HELP, REPLY

log = logging.getLogger(__name__)
# The first words of a choice that no capability owns: a form's own buttons, the answer to danger, and a command by its name.
FORM, SAFETY, MENU = "f", "safety", "menu"

# No label is longer, so that longer words need no look.
LABEL = 40
# A platform that takes its answer in the response waits 5 s for it (platforms.md); what is not fetched by then goes the sender's way.
HELD = timedelta(seconds=4.5)
# How exactly `address.used_at` is kept: one write less for each message of a busy talk.
USED = timedelta(seconds=10)
_SLASH = re.compile(r"^[/／]\s*(?=[一-鿿])")


def lock_senders(tx: Connection, inbounds: Sequence[Inbound]) -> None:
    """Hold back other processes from the persons behind these messages until the transaction ends, whatever channels they write on.

    Taken in sorted order, so that two processes with crossing senders do not wait for each other. SQLite has one writer anyway.
    """
    if tx.dialect.name == "postgresql":
        addresses = {(inbound.channel, inbound.sender) for inbound in inbounds}
        known = persons.behind(tx, addresses)
        for name in sorted({f"person:{known[one]}" if one in known else "address:" + ":".join(one) for one in addresses}):
            lock(tx, name)


def receive(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> Receipt:
    """One message's whole effect. It undoes only itself when it fails, and then says one apology; a repeat has no effect.

    The caller holds the lock of its sender (`lock_senders`).
    """
    try:
        return Receipt(inbox_id=_try(tx, inbound, now, content=content))
    except Repeated:
        log.info("repeated %s %s", inbound.channel, inbound.event_id)
        return Receipt(inbox_id=inbox.seen(tx, inbound.channel, inbound.event_id), repeated=True)


def _try(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> int:
    try:
        return _once_more(tx, inbound, now, content=content)
    except Repeated:
        raise
    except Refused as refused:
        return _instead(tx, inbound, now, content=content, phrase=refused.phrase, values=refused.values, why="")
    except Exception as error:
        if lost(tx, error):
            raise
        log.exception("message %s %s failed", inbound.channel, inbound.event_id)
        return _apologise(tx, inbound, now, content=content, why=type(error).__name__)


def _once_more(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> int:
    """Where her form was changed between reading and saving it (another process, another channel), all is done again on what is there now."""
    try:
        with savepoint(tx):
            return _receive(tx, inbound, now, content=content)
    except Changed:
        log.info("message %s %s met a newer conversation", inbound.channel, inbound.event_id)
    with savepoint(tx):
        return _receive(tx, inbound, now, content=content)


def _apologise(tx: Connection, inbound: Inbound, now: datetime, *, content: Content, why: str) -> int:
    try:
        return _instead(tx, inbound, now, content=content, phrase="talk.apology", values={}, why=why)
    except Exception as error:
        if lost(tx, error):
            raise
        # What is stored of her cannot even be read. Were it not recorded, it would come again for ever and hold up everybody.
        with savepoint(tx):
            inbox_id = inbox.put(tx, inbound, person_id=None, said="", now=now)
            inbox.mark_failed(tx, inbox_id, why)
            word = Outbound(text=content.phrases.say("talk.apology"))
            outbox.put(tx, word, channel=inbound.channel, address=inbound.sender, person_id=None, now=now, inbox_id=inbox_id)
            return inbox_id


def _receive(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> int:
    turn, inbox_id = _enter(tx, inbound, now, content=content)
    _answer(turn, route(turn, inbound), inbox_id)
    return inbox_id


def _instead(tx: Connection, inbound: Inbound, now: datetime, *, content: Content, phrase: str, values: dict[str, object], why: str) -> int:
    """The message is recorded and answered with one phrase, and the form it belongs to; what its handler did is undone."""
    with savepoint(tx):
        turn, inbox_id = _enter(tx, inbound, now, content=content)
        if why:
            inbox.mark_failed(tx, inbox_id, why)
        _answer(turn, [turn.say(phrase, **values), *([] if why else _still_open(turn, inbound))], inbox_id)
        return inbox_id


def _still_open(turn: Turn, inbound: Inbound) -> list[Outbound]:
    """The form whose answer was refused, shown once more: she need not look for the buttons above."""
    answered = inbound.kind in ("text", "location") or (inbound.kind == "choice" and inbound.choice.startswith("f:"))
    return forms.again(turn) if answered else []


def _enter(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> tuple[Turn, int]:
    """Who speaks, and the row that makes a repeat of this event end here."""
    found = persons.find(tx, inbound.channel, inbound.sender)
    if found is None:
        found = persons.add(tx, inbound.channel, inbound.sender, language=inbound.language or "zh", now=now)
    elif found.address_state != "open" or now - found.used_at > USED:
        persons.used(tx, inbound.channel, inbound.sender, now=now)
    inbox_id = inbox.put(tx, inbound, person_id=found.person_id, said=_shown(inbound), now=now)
    _claim_album(tx, inbound, person_id=found.person_id, now=now)
    turn = Turn(
        tx=tx,
        content=content,
        now=now,
        person_id=found.person_id,
        channel=ALL[inbound.channel],
        address=inbound.sender,
        language=found.language,
        community_id=found.community_id,
        conversation_id=found.conversation_id,
        state=found.state,
        saves=found.saves,
        tapped=inbound.message_ref,
    )
    return turn, inbox_id


def _claim_album(tx: Connection, inbound: Inbound, *, person_id: int, now: datetime) -> None:
    """The other pictures of its album end at their event's row; where one came before, it was answered already."""
    if inbound.album:
        with suppress(Repeated), savepoint(tx):
            inbox.put(tx, replace(inbound, event_id=inbound.album), person_id=person_id, said="", now=now)


def _shown(inbound: Inbound) -> str:
    """What her own bubble holds after a reload."""
    return inbound.text if inbound.kind in ("text", "choice", "edited") else ""


def _answer(turn: Turn, replies: list[Outbound], inbox_id: int) -> None:
    if not turn.channel.carries_private:
        replies = [turn.say("talk.private", url=turn.content.rules.public_url) if reply.private else reply for reply in replies]
    if not turn.channel.buttons:
        replies = [turn.numbered(reply) for reply in replies]
    for reply in fitted(joined(replies, turn.channel.max_text), turn.channel.max_bytes):
        outbox.put(
            turn.tx,
            in_language(reply, turn.language),
            channel=turn.channel.channel,
            address=turn.address,
            person_id=turn.person_id,
            now=turn.now,
            inbox_id=inbox_id,
            priority=HELP if reply.always else REPLY,
            due_at=turn.now + HELD if turn.channel.answers_in_response else None,
        )


def joined(replies: list[Outbound], most: int) -> list[Outbound]:
    """Messages without buttons go into the one behind them, so that she is not rung twice and the chat's pace is kept."""
    whole: list[Outbound] = []
    for reply in replies:
        last = whole[-1] if whole else None
        if last and not (last.buttons or last.picture or last.edits or reply.edits) and len(last.text) + len(reply.text) + 2 <= most:
            whole[-1] = replace(
                reply, text=f"{last.text}\n\n{reply.text}", private=last.private or reply.private, always=last.always or reply.always
            )
        else:
            whole.append(reply)
    return whole


def fitted(replies: list[Outbound], most: int | None) -> list[Outbound]:
    """Where a platform counts bytes: what is too long goes in several messages, the choices below the last."""
    if most is None:
        return replies
    whole: list[Outbound] = []
    for reply in replies:
        *first, last = cut(reply.text, in_bytes(most)) or [reply.text]
        whole += [*(replace(reply, text=piece, buttons=(), picture="") for piece in first), replace(reply, text=last)]
    return whole


def route(turn: Turn, inbound: Inbound) -> list[Outbound]:
    """Danger first, in whatever form it is said; then the handler that the message is for."""
    words = spoken(turn.content, inbound)
    match triage.look(words) if words else triage.Nothing():
        case triage.Alarm(hazards):
            return safety.danger(turn, words, hazards, group=inbound.kind == "group")
        case triage.Ask() if inbound.kind in ("text", "image") and not stored_threads.in_danger(turn.tx, turn.person_id):
            return safety.ask(turn, _matter(turn, inbound) if safety.goes_on(turn, words) else [])
        case _:
            return _matter(turn, inbound)


def _matter(turn: Turn, inbound: Inbound) -> list[Outbound]:
    """What the message is for, once danger has been looked for."""
    match inbound.kind:
        case "stopped":
            persons.set_address_state(turn.tx, inbound.channel, inbound.sender, "gone")
            return []
        case "moved":
            persons.move_address(turn.tx, inbound.channel, inbound.sender, inbound.text)
            return []
        case "group":
            return [turn.say("talk.group")]
        case "command":
            return _command(turn, inbound)
        case "choice":
            return choose(turn, inbound.choice)
        case "location" if turn.state is not None:
            return forms.answer(turn, Answer(place=inbound.place))
        case "text" | "edited":
            return _text(turn, inbound)
        case "image" if inbound.picture:
            return turn.content.capabilities.picture(turn, inbound.picture)
        case "image" | "unreadable" if inbound.text.strip():
            return _text(turn, replace(inbound, kind="text"))
        case _:
            return [turn.say("talk.unreadable")]


def spoken(content: Content, inbound: Inbound) -> str:
    """Her own words in a message of any kind: what she wrote, a caption, the words behind a command; not what a page sends by itself."""
    match inbound.kind:
        case "text" | "edited" | "group" | "image" | "unreadable" | "location":
            return inbound.text.strip()
        case "command":
            name, _, argument = inbound.text.removeprefix("/").partition(" ")
            route_ = content.capabilities.commands.get(name.lower())
            return argument.strip() if route_ is None or route_.spoken else ""
        case "choice" | "stopped" | "moved":
            return ""


def _command(turn: Turn, inbound: Inbound) -> list[Outbound]:
    """A command; where it takes no words, or is none, the words with it are what she wants. The codes behind /start are plain letters."""
    name, _, argument = inbound.text.removeprefix("/").partition(" ")
    name, argument = name.lower(), argument.strip()
    takes_none = name == "menu" or name not in turn.content.capabilities.commands
    words = argument if takes_none or (name == "start" and not argument.isascii()) else ""
    if not name.isascii():
        words = inbound.text
    return _text(turn, replace(inbound, kind="text", text=words)) if words else command(turn, name, argument)


def command(turn: Turn, name: str, argument: str = "") -> list[Outbound]:
    """A command by its name; the menu where there is none of that name."""
    commands = turn.content.capabilities.commands
    return _go(turn, commands.get(name, commands["menu"]), argument)


def choose(turn: Turn, choice: str) -> list[Outbound]:
    """A tapped button, however old."""
    choice = aliases.current(choice)
    kind, _, rest = choice.partition(":")
    if kind == FORM:
        return forms.tapped(turn, choice)
    if kind == SAFETY:
        return safety.answered(turn, rest)
    if kind == MENU:
        name, _, argument = rest.partition(":")
        return command(turn, name, argument)
    route = turn.content.capabilities.routes.get(kind)
    return [turn.say("talk.old_button")] if route is None else _go(turn, route, rest)


def _go(turn: Turn, route: Route, argument: str) -> list[Outbound]:
    """The way to one handler, closed to who may not do there anything at all; what of it she may do there is the handler's affair."""
    if route.needs is not None and not scopes(turn.roles(), route.needs):
        raise Refused("staff.not_allowed")
    return route.act(turn, argument)


def _named(turn: Turn, text: str, *, in_form: bool) -> str | None:
    """The button of the last message that these words name.

    In a form its own buttons are the engine's affair, and a number is an answer to it: a notice that came meanwhile takes none. Only where
    a channel shows no buttons does a number answer the list that was the last reply.
    """
    if len(text) > LABEL:
        return None
    by_number = text.isdecimal() and (not in_form or not turn.channel.buttons)
    last = REPLY if in_form and by_number else None
    choice = outbox.choice_named(turn.tx, turn.channel.channel, turn.address, text, numbers=by_number, priority=last)
    return None if choice is None or (in_form and choice.startswith("f:")) else choice


def _text(turn: Turn, inbound: Inbound) -> list[Outbound]:
    """The words that always work, the form she is in, the buttons she was shown, and what she means."""
    # A command can only be named in Latin letters: /取消 is the word.
    text = _SLASH.sub("", inbound.text.strip())
    if inbound.kind == "edited":
        return [turn.say("talk.edited")]
    in_form = turn.state is not None
    words = text.lower()
    name = turn.content.commands.get(words) or turn.content.commands.get(words.rstrip("？?！!。. "))
    # 继续 is a word of the forms as well; in one, it is meant there.
    if name is not None and not (in_form and name == "go_on"):
        replies = command(turn, name)
        return [*replies, listening.waits(turn)] if in_form and turn.content.capabilities.commands[name].beside else replies
    if (choice := entries.named(turn, text)) is not None:
        return choose(turn, choice)
    if (choice := _named(turn, text, in_form=in_form)) is not None:
        return choose(turn, choice)
    # All that she writes in a danger is for who answers her; 继续 takes her back to her form.
    if name is None and stored_threads.in_danger(turn.tx, turn.person_id) and not listening.answers_plainly(turn, text):
        return threads.heard(turn, text, intent="other") or []
    if in_form:
        return listening.heard(turn, text)
    return free_text.understand(turn, text)
