"""A broadcast on its way: chosen, decided on just ahead of the sender, and at the end the doors to knock on; each step commits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time

from sqlalchemy import Connection

from domain.access import scopes
from domain.allowance import Account, choose
from domain.broadcasts.audience import Audience, covered
from domain.broadcasts.notices import SENT
from domain.capabilities import ALL
from domain.messages import Outbound
from domain.notices import Drop, Listener, Send, Wait, decide, quiet_until, today_began
from domain.traditional import in_language
from handlers.content import Content, Rules
from handlers.tell import AWAKE, KEPT_FOR, WINDOW, counted, outbound_of, tell, tell_group
from handlers.turn import Turn
from storage import bodies, notices
from storage.broadcasts import meant, queue, recipients, results
from storage.broadcasts.queue import Broadcast
from storage.broadcasts.recipients import Listening, Message
from storage.reach import allowances
from storage.staff import roles

# So many rows of one broadcast wait in the outbox: enough for the fastest channel, few enough to be withheld at once.
AHEAD = 2000
# Persons decided on in one step.
STEP = 200
# Of its text, on a grid worker's list.
QUOTED = 200


def step(tx: Connection, content: Content, now: datetime) -> int:
    """One step of every broadcast that runs; how many have more to do at once."""
    return sum(_STEPS[notice.status](tx, content, notice, now) for notice in queue.running(tx, now=now))


def _begin(tx: Connection, content: Content, notice: Broadcast, now: datetime) -> bool:
    """Its time has come. Whoever lost the role meanwhile sends nothing any more."""
    if not _may_still(tx, notice):
        queue.move(tx, notice.id, ["approved"], "stopped", ended_at=now)
        return False
    if not queue.move(tx, notice.id, ["approved"], "choosing"):
        return False
    tell_group(tx, content, content.phrases.say("broadcasts.for_group", number=notice.id, text=outbound_of(notice.body).text), now=now)
    return True


def _may_still(tx: Connection, notice: Broadcast) -> bool:
    held = roles.roles_of(tx, notice.created_by)
    return covered(Audience.from_json(notice.audience), scopes(held, "broadcasts.write"))


def _choose(tx: Connection, _content: Content, notice: Broadcast, now: datetime) -> bool:
    # Who got what is corrected is known when the last of it has arrived.
    if notice.corrects is not None and meant.unsettled(tx, notice.corrects):
        return False
    if not recipients.choose(tx, notice, now=now):
        queue.move(tx, notice.id, ["choosing"], "sending")
    return True


def _feed(tx: Connection, content: Content, notice: Broadcast, now: datetime) -> bool:
    """The next recipients go into the outbox, as far as there is room, or to a later time, or are withheld."""
    if SENT[notice.kind].quiet and quiet_until(content.rules.quiet_hours, now):
        return False
    free = recipients.room(tx, notice.id, AHEAD)
    rows = recipients.due(tx, notice, now=now, limit=min(free, STEP)) if free > 0 else []
    if rows:
        _decide(tx, content, notice, rows, now=now)
        return True
    if free < AHEAD or recipients.undecided(tx, notice.id) or meant.unsettled(tx, notice.id):
        return False
    return queue.move(tx, notice.id, ["sending"], "listing", chosen_to=0)


def _decide(tx: Connection, content: Content, notice: Broadcast, rows: Sequence[tuple[int, int]], *, now: datetime) -> None:
    listeners = recipients.listeners(tx, [person for _, person in rows], notice.kind, since=today_began(now), counted=counted(content))
    closed = _closed(tx, content, [person.reach for person in listeners.values() if person.reach is not None], notice.kind, now=now)
    said = outbound_of(notice.body)
    bodies: dict[tuple[str, str], str] = {}
    messages: list[Message] = []
    for row, person_id in rows:
        person = listeners[person_id]
        match decide(_listener(person, content.rules, now=now), SENT[notice.kind], now):
            case Wait(until, why):
                recipients.later(tx, [row], until, why)
            case Drop(why):
                notices.withheld(tx, [row], why, now=now)
            case Send() if person.reach is not None:
                channel, address = person.reach
                if (channel, address) in closed:
                    _without_window(tx, notice, row, now=now)
                    continue
                key = (channel, person.language)
                if key not in bodies:
                    bodies[key] = _own_body(tx, content, said, *key, now=now)
                messages.append(Message(row, person_id, channel, address, bodies[key]))
    if messages:
        recipients.send(tx, notice.id, messages, now=now)


def _closed(tx: Connection, content: Content, reaches: Sequence[tuple[str, str]], kind: str, *, now: datetime) -> set[tuple[str, str]]:
    """Where the platform lets nothing through now."""
    closed: set[tuple[str, str]] = set()
    for channel in {channel for channel, _ in reaches if ALL[channel].counted}:
        account = content.rules.accounts.get(channel, Account())
        ledgers = allowances.ledgers(tx, channel, [address for one, address in reaches if one == channel])
        closed |= {(channel, one) for one, ledger in ledgers.items() if choose(ledger, account, now, kind=kind) is None}
    return closed


def _without_window(tx: Connection, notice: Broadcast, row: int, *, now: datetime) -> None:
    """It waits for her next word, a week at most; what is urgent is for somebody who knocks."""
    until = (notice.starts_at or now) + KEPT_FOR
    if notice.urgent or now >= until:
        notices.withheld(tx, [row], "window_closed", now=now)
    else:
        recipients.later(tx, [row], until, WINDOW)


def bring(turn: Turn) -> None:
    """What waited for her word goes into the response to it."""
    for row, notice_id in recipients.waiting_for_word(turn.tx, turn.person_id, WINDOW):
        notice = queue.get(turn.tx, notice_id)
        if notice is None:
            continue
        listener = recipients.listeners(turn.tx, [turn.person_id], notice.kind, since=today_began(turn.now), counted=counted(turn.content))[
            turn.person_id
        ]
        match decide(_listener(listener, turn.content.rules, now=turn.now), SENT[notice.kind], turn.now):
            case Drop(why):
                notices.withheld(turn.tx, [row], why, now=turn.now)
            case Send():
                said = _own_body(turn.tx, turn.content, outbound_of(notice.body), turn.channel.channel, turn.language, now=turn.now)
                message = Message(row, turn.person_id, turn.channel.channel, turn.address, said)
                recipients.send(
                    turn.tx, notice_id, [message], now=turn.now, status="kept" if turn.channel.answers_in_response else "waiting"
                )
            case Wait():
                continue


def _listener(person: Listening, rules: Rules, *, now: datetime) -> Listener:
    return Listener(
        consents=person.consents,
        wants=person.notices,
        reachable=person.reach is not None,
        awake=person.wrote_at is not None and person.wrote_at > now - AWAKE,
        told_today=person.told,
        quiet_hours=rules.quiet_hours,
        own_quiet=person.quiet,
        daily_cap=rules.daily_cap if person.per_day is None else person.per_day,
    )


def hours(said: str) -> tuple[time, time] | None:
    """A person's own quiet hours, as 21:00-08:00; None where she named none."""
    start, _, end = said.partition("-")
    return (time.fromisoformat(start), time.fromisoformat(end)) if end else None


def _own_body(tx: Connection, content: Content, said: Outbound, channel: str, language: str, *, now: datetime) -> str:
    """Empty where the notice's own words serve: only other characters, or a channel of text alone, need others."""
    turn = Turn(tx=tx, content=content, now=now, person_id=0, channel=ALL[channel], address="")
    own = in_language(said, language)
    if not ALL[channel].buttons:
        own = turn.numbered(own)
    return "" if own == said else bodies.body_of(own)


def _list(tx: Connection, content: Content, notice: Broadcast, now: datetime) -> bool:
    """Everybody has an end: who was not reached is put on the lists by cell, and the writer is told."""
    text = content.phrases.say("broadcasts.knock_text", text=outbound_of(notice.body).text[:QUOTED])
    if recipients.list_unreached(tx, notice, text, now=now):
        return True
    queue.move(tx, notice.id, ["listing"], "done", ended_at=now)
    counted = results.figures(tx, notice)
    word = Turn.to(tx, content, notice.created_by, now=now)
    see = (word.button("broadcasts.see", f"broadcast:see:{notice.id}"),)
    missed = sum(counted.failed.values()) + sum(counted.withheld.values())
    done = word.say("broadcasts.done", see, number=notice.id, sent=counted.sent, missed=missed)
    tell(tx, content, [notice.created_by], "staff", done, now=now)
    return False


def _sweep(tx: Connection, _content: Content, notice: Broadcast, now: datetime) -> bool:
    if recipients.sweep(tx, notice, now=now):
        return True
    queue.move(tx, notice.id, ["stopped"], "stopped", ended_at=now)
    return False


_STEPS: dict[str, Callable[[Connection, Content, Broadcast, datetime], bool]] = {
    "approved": _begin,
    "choosing": _choose,
    "sending": _feed,
    "listing": _list,
    "stopped": _sweep,
}
