"""What one message is for: danger first, then the command, the button, who claims her words, the form she is in, or what she means."""

from __future__ import annotations

import re

from domain.forms.conversation import Answer
from domain.messages import Inbound, Outbound
from handlers import aliases, entries, forms, free_text, listening, safety
from handlers.capability import Route
from handlers.content import Content
from handlers.scene import row_id
from handlers.turn import Turn
from storage import outbox
from storage.tables.messages import REPLY

# The first word of a choice that is a command by its name; a command that nobody knows is this one as well.
MENU = "menu"
# Of the last messages, in which a list may be meant.
LISTS = 6
# No label is longer, so that longer words need no look.
LABEL = 40
# Kinds of message that she writes to be answered, so that she can be asked back whether she is safe.
WRITTEN = ("text", "image")
_SLASH = re.compile(r"^[/／]\s*(?=[一-鿿])")
# A code as it is read out to her: start, and behind it letters with a digit among them, or ten letters.
_BROUGHT = re.compile(r"start[\s:：]*((?=[a-z]*\d)[0-9a-z]{6,64}|[a-z]{10})", re.ASCII | re.IGNORECASE)


def route(turn: Turn, inbound: Inbound) -> list[Outbound]:
    """Danger first, in whatever form it is said; then the handler that the message is for."""
    if words := spoken(turn.content, inbound):
        return safety.first(turn, words, lambda: _matter(turn, inbound), group=inbound.kind == "group", asks=inbound.kind in WRITTEN)
    return _matter(turn, inbound)


def spoken(content: Content, inbound: Inbound) -> str:
    """What she wrote in a message of any kind, a caption and the words behind a command too; not what a page sends by itself."""
    match inbound.kind:
        case "text" | "edited" | "group" | "image" | "unreadable" | "location":
            return inbound.text.strip()
        case "command":
            name, argument = _command_of(inbound)
            if not name.isascii():
                return inbound.text.strip()
            known = content.capabilities.commands.get(name)
            return argument if known is None or known.spoken else ""
        case "choice" | "stopped" | "moved":
            return ""


def _command_of(inbound: Inbound) -> tuple[str, str]:
    """The command's name, and what is written behind it."""
    name, _, argument = inbound.text.removeprefix("/").partition(" ")
    return name.lower(), argument.strip()


def _matter(turn: Turn, inbound: Inbound) -> list[Outbound]:
    """What the message is for, once danger has been looked for."""
    match inbound.kind:
        case "stopped" | "moved":
            # What the platform says of her address is no word of hers.
            return []
        case "group":
            return [turn.say("talk.group")]
        case "edited":
            return [turn.say("talk.edited")]
        case "command":
            return _command(turn, inbound)
        case "choice":
            return _choose(turn, inbound.choice)
        case "image" if inbound.picture:
            return _picture(turn, inbound.picture)
        case "location" if turn.state is not None:
            return forms.answer(turn, Answer(place=inbound.place))
        case "text" | "image" | "unreadable" if inbound.text.strip() or inbound.kind == "text":
            return _text(turn, inbound.text)
        case _:
            return [turn.say("talk.unreadable")]


def _picture(turn: Turn, content: bytes) -> list[Outbound]:
    """A picture goes to the capability that asked for one; of anybody else it is nothing the bot can read."""
    tried = (take(turn, content) for take in turn.content.capabilities.pictures)
    return next((said for said in tried if said is not None), [turn.say("talk.unreadable")])


def _command(turn: Turn, inbound: Inbound) -> list[Outbound]:
    """A command; where what is behind it is none of its affair, these words are what she wants."""
    name, argument = _command_of(inbound)
    known = turn.content.capabilities.commands.get(name)
    # A platform takes Latin letters alone for a command: /取消 is her word.
    if not name.isascii():
        return _text(turn, inbound.text)
    takes = "nothing" if known is None else known.takes
    if argument and (takes == "nothing" or (takes == "code" and not argument.isascii())):
        return _text(turn, argument)
    return _named(turn, name, argument)


def _named(turn: Turn, name: str, argument: str = "") -> list[Outbound]:
    """A command by its name; the menu where there is none of that name."""
    commands = turn.content.capabilities.commands
    return _go(turn, commands.get(name, commands[MENU]), argument)


def _choose(turn: Turn, choice: str) -> list[Outbound]:
    """A tapped button, however old."""
    kind, _, rest = aliases.current(choice).partition(":")
    if kind == MENU:
        name, _, argument = rest.partition(":")
        return _named(turn, name, argument)
    known = turn.content.capabilities.routes.get(kind)
    return [turn.say("talk.old_button")] if known is None else _go(turn, known, rest)


def _go(turn: Turn, to: Route, argument: str) -> list[Outbound]:
    """The way to one handler. Raises Refused for who may do it nowhere; what of it she may do where is the handler's affair."""
    if to.needs is not None:
        turn.scopes(to.needs, subject=to.of, number=row_id(argument.partition(":")[0]))
    return to.act(turn, argument)


def _text(turn: Turn, written: str) -> list[Outbound]:
    """The words that always work, the buttons she was shown, who claims all her words, the form she is in, and what she means."""
    text = _SLASH.sub("", written.strip())
    if brought := _BROUGHT.fullmatch(text):
        return _named(turn, "start", brought[1])
    name, in_form, known = _word(turn, text), turn.state is not None, turn.content.capabilities
    if name is not None and not (in_form and known.commands[name].outside):
        replies = _named(turn, name)
        return [*replies, listening.waits(turn)] if in_form and known.commands[name].beside else replies
    if (choice := entries.named(turn, text) or _label(turn, text)) is not None:
        return _choose(turn, choice)
    for claim in known.claims if name is None else ():
        if (claimed := claim(turn, text)) is not None:
            return claimed
    return listening.heard(turn, text) if in_form else free_text.understand(turn, text)


def _word(turn: Turn, text: str) -> str | None:
    """The command that these words are."""
    words = text.lower()
    return turn.content.commands.get(words) or turn.content.commands.get(words.rstrip("？?！!。. "))


def _label(turn: Turn, text: str) -> str | None:
    """The button of the last message that these words name.

    In a form its own buttons are the engine's affair, and a number is an answer to it: a notice that came meanwhile takes none. Only where
    a channel shows no buttons does a number answer the list that was the last reply.
    """
    if len(text) > LABEL:
        return None
    in_form = turn.state is not None
    by_number = text.isdecimal() and (not in_form or not turn.channel.buttons)
    last = REPLY if in_form and by_number else None
    # Where nothing can be tapped an older list is still answered by its words, and a number means the newest list.
    several = LISTS if not turn.channel.buttons and last is None else 1
    choice = outbox.choice_named(turn.tx, turn.channel.channel, turn.address, text, numbers=by_number, priority=last, several=several)
    if choice is None or not in_form:
        return choice
    return None if forms.owns(choice) or (several > 1 and listening.answers_plainly(turn, text)) else choice
