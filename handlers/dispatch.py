"""The way of one message: recorded once, looked at for danger, then to the command, the form, the button or the reader it is for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain import triage
from domain.capabilities import ALL
from domain.errors import Refused
from domain.forms.conversation import Answer
from domain.messages import Inbound, Outbound
from domain.traditional import in_language
from handlers import (
    applicants,
    applications,
    assessments,
    attendance,
    broadcasts,
    classes,
    duplicates,
    follow_ups,
    forms,
    free_text,
    handovers,
    intake,
    invitations,
    menu,
    my_data,
    offers,
    positions,
    reports,
    reviews,
    safety,
    staff,
    surveys,
    takeovers,
    tasks,
    uploads,
    visit_page,
    visits,
    wages,
    wishes,
    withdrawals,
)
from handlers.turn import Content, Finished, Turn
from storage import inbox, outbox, people
from storage.database import lock, lost, savepoint
from storage.inbox import Repeated
from storage.tables.messages import REPLY

log = logging.getLogger(__name__)
Handler = Callable[[Turn, str], list[Outbound]]

COMMANDS: dict[str, Handler] = {
    "start": menu.start,
    "menu": menu.menu,
    "help": menu.menu,
    "who": menu.who,
    "stop": menu.stop,
    "again": menu.again,
    "register": menu.register,
    "work": menu.find_work,
    "mine": applications.mine,
    "data": my_data.see,
    "notices": my_data.notices,
    "wishes": wishes.see,
    "call": menu.call,
    "go_on": menu.go_on,
    "language": menu.language,
    "tasks": tasks.see,
    "figures": reports.see,
    "classes": classes.coming,
    "my_classes": classes.mine,
    "sign_in": attendance.sign_in,
    "upload": uploads.begin,
    "visit_sent": visit_page.sent,
}
# By the part of a button's choice before the first colon; the handler gets the rest.
CHOICES: dict[str, Handler] = {
    "m": lambda turn, name: MENU.get(name.partition(":")[0], menu.menu)(turn, name.partition(":")[2]),
    "s": lambda turn, name: STAFF.get(name, menu.menu)(turn, ""),
    "go": applications.want,
    "no": offers.decline,
    "mine": applications.act,
    "app": applicants.answer,
    "pub": positions.publish,
    "drafts": positions.drafts,
    "public": positions.published,
    "ask": reviews.ask,
    "rev": reviews.decide,
    "revall": reviews.whole,
    "reviews": reviews.listed,
    "wd": withdrawals.choose,
    "callend": staff.close_call,
    "safe": safety.answered,
    "inv": invitations.act,
    "team": invitations.leave,
    "hand": handovers.act,
    uploads.CHOOSE: uploads.begin,
    "data": my_data.act,
    "wish": wishes.act,
    "fu": follow_ups.begin,
    "word": follow_ups.word,
    "wage": wages.confirm,
    "bs": broadcasts.act,
    "bc": broadcasts.tapped,
    "cl": classes.act,
    "cls": assessments.act,
    "todo": tasks.see,
    "task": tasks.close,
    "vis": visits.act,
    "door": duplicates.door,
    "same": duplicates.decide,
    "mrg": duplicates.merge,
    "own": takeovers.answer,
    "srv": surveys.act,
}
# 少发消息 below a notice asks how many; the words 退订 stop all at once.
MENU: dict[str, Handler] = {**COMMANDS, "drop": forms.drop, "stop": wishes.see, "my_name": invitations.name_asked}
STAFF: dict[str, Handler] = {
    "applications": applicants.waiting,
    "visits": visits.today,
    "survey": surveys.overview,
    "calls": staff.calls,
    "drafts": positions.drafts,
    "public": positions.published,
    "reviews": reviews.listed,
    "tasks": tasks.see,
    "figures": reports.see,
    "invite": invitations.offer,
    "team": invitations.team,
    "cells": handovers.overview,
    "handovers": handovers.waiting,
    "classes": assessments.managed,
    "broadcast": broadcasts.write,
    "broadcasts": broadcasts.mine,
    "asked": broadcasts.asked,
}
# What happens with the answers of a finished form.
FINISHED: dict[str, Finished] = {
    # At the door it is filled in for another woman.
    "intake": lambda turn, row, said, about: (visits.filled if "visit" in about else intake.finished)(turn, row, said, about),
    "door": duplicates.asked,
    "campaign": surveys.asked,
    "publish": positions.estimated,
    "review": reviews.decided,
    "quiet_hours": wishes.heard,
    "my_name": invitations.name_said,
    "trial": applicants.invited,
    "follow_up": follow_ups.finished,
    "follow_up_word": follow_ups.said,
    "broadcast": broadcasts.finished,
    "broadcast_time": broadcasts.timed,
    "correction": broadcasts.corrected,
}

# No label is longer, so that longer words need no look.
LABEL = 40
# How exactly `address.used_at` is kept: one write less for each message of a busy talk.
USED = timedelta(seconds=10)


def receive(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> None:
    """One message's whole effect. It undoes only itself when it fails, and then says one apology; a repeat has no effect."""
    try:
        _try(tx, inbound, now, content=content)
    except Repeated:
        log.info("repeated %s %s", inbound.channel, inbound.event_id)


def _try(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> None:
    try:
        with savepoint(tx):
            _receive(tx, inbound, now, content=content)
    except Repeated:
        raise
    except Refused as refused:
        _instead(tx, inbound, now, content=content, phrase=refused.phrase, values=refused.values, why="")
    except Exception as error:
        if lost(tx, error):
            raise
        log.exception("message %s %s failed", inbound.channel, inbound.event_id)
        _apologise(tx, inbound, now, content=content, why=type(error).__name__)


def _apologise(tx: Connection, inbound: Inbound, now: datetime, *, content: Content, why: str) -> None:
    try:
        _instead(tx, inbound, now, content=content, phrase="talk.apology", values={}, why=why)
    except Exception as error:
        if lost(tx, error):
            raise
        # What is stored of her cannot even be read. Were it not recorded, it would come again for ever and hold up everybody.
        with savepoint(tx):
            inbox_id = inbox.put(tx, inbound, person_id=None, said="", now=now)
            inbox.mark_failed(tx, inbox_id, why)
            word = Outbound(text=content.phrases.say("talk.apology"))
            outbox.put(tx, word, channel=inbound.channel, address=inbound.sender, person_id=None, now=now, inbox_id=inbox_id)


def _receive(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> None:
    turn, inbox_id = _enter(tx, inbound, now, content=content)
    _answer(turn, route(turn, inbound), inbox_id)


def _instead(
    tx: Connection, inbound: Inbound, now: datetime, *, content: Content, phrase: str, values: dict[str, object], why: str
) -> None:
    """The message is recorded and answered with one phrase, and the form it belongs to; what its handler did is undone."""
    with savepoint(tx):
        turn, inbox_id = _enter(tx, inbound, now, content=content)
        if why:
            inbox.mark_failed(tx, inbox_id, why)
        _answer(turn, [turn.say(phrase, **values), *([] if why else _still_open(turn, inbound))], inbox_id)


def _still_open(turn: Turn, inbound: Inbound) -> list[Outbound]:
    """The form whose answer was refused, shown once more: she need not look for the buttons above."""
    answered = inbound.kind in ("text", "location") or (inbound.kind == "choice" and inbound.choice.startswith("f:"))
    return forms.again(turn) if answered else []


def _enter(tx: Connection, inbound: Inbound, now: datetime, *, content: Content) -> tuple[Turn, int]:
    """Who speaks, and the row that makes a repeat of this event end here."""
    lock(tx, f"{inbound.channel}:{inbound.sender}")
    found = people.find(tx, inbound.channel, inbound.sender)
    if found is None:
        found = people.add(tx, inbound.channel, inbound.sender, language=inbound.language or "zh", now=now)
    elif found.address_state != "open" or now - found.used_at > USED:
        people.used(tx, inbound.channel, inbound.sender, now=now)
    inbox_id = inbox.put(tx, inbound, person_id=found.person_id, said=_shown(inbound), now=now)
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
        tapped=inbound.message_ref,
    )
    return turn, inbox_id


def _shown(inbound: Inbound) -> str:
    """What her own bubble holds after a reload."""
    return inbound.text if inbound.kind in ("text", "choice", "edited") else ""


def _answer(turn: Turn, replies: list[Outbound], inbox_id: int) -> None:
    if not turn.channel.carries_private:
        replies = [turn.say("talk.private", url=turn.content.rules.public_url) if reply.private else reply for reply in replies]
    if not turn.channel.buttons:
        replies = [turn.numbered(reply) for reply in replies]
    for reply in joined(replies, turn.channel.max_text):
        outbox.put(
            turn.tx,
            in_language(reply, turn.language),
            channel=turn.channel.channel,
            address=turn.address,
            person_id=turn.person_id,
            now=turn.now,
            inbox_id=inbox_id,
        )


def joined(replies: list[Outbound], most: int) -> list[Outbound]:
    """Messages without buttons go into the one behind them, so that she is not rung twice and the chat's pace is kept."""
    whole: list[Outbound] = []
    for reply in replies:
        last = whole[-1] if whole else None
        if last and not (last.buttons or last.picture or last.edits or reply.edits) and len(last.text) + len(reply.text) + 2 <= most:
            whole[-1] = replace(reply, text=f"{last.text}\n\n{reply.text}", private=last.private or reply.private)
        else:
            whole.append(reply)
    return whole


def route(turn: Turn, inbound: Inbound) -> list[Outbound]:
    """Which handler a message is for."""
    match inbound.kind:
        case "stopped":
            people.set_address_state(turn.tx, inbound.channel, inbound.sender, "gone")
            return []
        case "moved":
            people.move_address(turn.tx, inbound.channel, inbound.sender, inbound.text)
            return []
        case "group":
            return [turn.say("talk.group")]
        case "command":
            name, _, argument = inbound.text.removeprefix("/").partition(" ")
            return COMMANDS.get(name.lower(), menu.menu)(turn, argument.strip())
        case "choice":
            return choose(turn, inbound.choice)
        case "location" if turn.state is not None:
            return forms.answer(turn, Answer(place=inbound.place))
        case "text" | "edited":
            return _text(turn, inbound)
        case "image" if inbound.picture:
            return uploads.kept(turn, inbound.picture)
        case _:
            return [turn.say("talk.unreadable")]


def choose(turn: Turn, choice: str) -> list[Outbound]:
    """A tapped button, however old."""
    kind, _, rest = choice.partition(":")
    if kind == "f":
        return forms.tapped(turn, choice)
    return CHOICES[kind](turn, rest) if kind in CHOICES else [turn.say("talk.old_button")]


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
    """Danger first, then the words that always work, the form she is in, the buttons she was shown, and what she means."""
    text = inbound.text.strip()
    if hazards := triage.look(text):
        return safety.danger(turn, text, hazards)
    if inbound.kind == "edited":
        return [turn.say("talk.edited")]
    in_form = turn.state is not None
    words = text.lower()
    command = turn.content.commands.get(words) or turn.content.commands.get(words.rstrip("？?！!。. "))
    # 继续 is a word of the forms as well; in one, it is meant there.
    if command is not None and not (in_form and command == "go_on"):
        return COMMANDS[command](turn, "")
    if (choice := staff.named(turn, text)) is not None:
        return choose(turn, choice)
    if (choice := _named(turn, text, in_form=in_form)) is not None:
        return choose(turn, choice)
    if in_form:
        return forms.answer(turn, Answer(text=text))
    return free_text.understand(turn, text)
