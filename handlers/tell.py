"""Telling somebody else than the one who speaks: now if the notice rules allow it, else later, never silently not at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection

from domain.allowance import ANSWERS, Account, choose
from domain.capabilities import ALL, WEB, WECHAT, WECOM_GROUP
from domain.messages import Button, Outbound
from domain.notices import Drop, Kind, Listener, Send, Wait, decide, today_began
from domain.traditional import in_language
from handlers.content import Content
from handlers.scene import Scene
from handlers.turn import Turn
from handlers.voice import Voice
from storage import inbox, notices, outbox, threads
from storage.notices import Body
from storage.people import consents, persons
from storage.people.persons import Reach
from storage.reach import allowances, answers
from storage.staff import roles
from storage.tables.messages import HELP, NOTICE, REPLY

CARRY_PRIVATE = [name for name, capabilities in ALL.items() if capabilities.carries_private]
# Who wrote so lately is not woken by an answer.
AWAKE = timedelta(minutes=30)
# Why something waits for her next word, and for how long: after that it is for somebody who knocks.
WINDOW, KEPT_FOR = "window", timedelta(days=7)
# It does so no longer: she speaks.
SPOKEN = "spoken"


def tell(tx: Connection, content: Content, people_ids: Iterable[int], kind: str, outbound: Outbound, *, now: datetime) -> int:
    """Tell these persons one thing of this kind; the notice's row id. What has to wait is brought by the tick `notices`."""
    notice_id = notices.add(tx, kind, body(outbound), now=now)
    notices.add_recipients(tx, notice_id, [(person, 0, []) for person in dict.fromkeys(people_ids)], due_at=now)
    if kind == "danger":
        tell_group(tx, content, content.phrases.say("reach.somebody_needed"), now=now, help_=True)
    for row in notices.of_notice(tx, notice_id):
        deliver(tx, content, [row.id], outbound, person_id=row.person_id, kind=kind, now=now)
    return notice_id


def everywhere(scene: Scene, person_id: int, outbound: Outbound, *, besides: str = "") -> None:
    """Tell a person at once at every address of hers except the one where she is answered: somebody may have used another."""
    language = persons.get(scene.tx, person_id).language
    for channel, address in persons.addresses(scene.tx, person_id):
        if address == besides:
            continue
        voice = Voice(content=scene.content, channel=ALL[channel], language=language)
        said = outbound if voice.channel.buttons else voice.numbered(outbound)
        outbox.put(
            scene.tx, in_language(said, language), channel=channel, address=address, person_id=person_id, now=scene.now, priority=NOTICE
        )


def tell_group(tx: Connection, content: Content, text: str, *, now: datetime, help_: bool = False) -> None:
    """Say something in the staff's group, where a robot speaks there. Never of whom or what: everybody in it reads it."""
    if content.rules.staff_group:
        said = Outbound(text=text, always=help_)
        priority = HELP if help_ else NOTICE
        outbox.put(tx, said, channel=WECOM_GROUP.channel, address="group", person_id=None, now=now, priority=priority)


def for_others(content: Content) -> Voice:
    """The words for somebody who is not here: `deliver` fits them to her channel and language."""
    return Voice(content=content, channel=WEB)


def coordinators(tx: Connection, community_id: int | None) -> list[int]:
    """Who answers for a community; the federation where it has no coordinator."""
    return roles.staff(tx, "coordinator", community_id) or roles.staff(tx, "federation", community_id)


def counted(content: Content) -> list[str]:
    """The kinds of notice that count towards her day."""
    return [name for name, kind in content.capabilities.notices.items() if kind.counts]


def body(outbound: Outbound) -> Body:
    """An Outbound as a notice keeps it."""
    return {
        "text": outbound.text,
        "buttons": [[[b.label, b.choice, b.url] for b in row] for row in outbound.buttons],
        "picture": outbound.picture,
        "private": outbound.private,
        "once": outbound.once,
        "speaker": outbound.speaker,
    }


def outbound_of(kept: Body) -> Outbound:
    """The way back from `body`."""
    rows = tuple(tuple(Button(*b) for b in row) for row in kept["buttons"])
    return Outbound(
        text=kept["text"],
        buttons=rows,
        picture=kept.get("picture", ""),
        private=kept["private"],
        once=kept["once"],
        speaker=kept.get("speaker", ""),
    )


def listener(tx: Connection, person_id: int, content: Content, rules: Kind, *, reachable: bool, now: datetime) -> Listener:
    """What the rules of this kind have to know of a person; what they do not ask for is not looked up."""
    person = persons.manner(tx, person_id)
    return Listener(
        consents=frozenset(consents.given(tx, person_id) if rules.purpose else ()),
        wants=person.notices,
        reachable=reachable,
        in_danger=rules.counts and threads.in_danger(tx, person_id),
        awake=rules.quiet and rules.awake and persons.wrote_since(tx, person_id, now - AWAKE),
        told_today=notices.told_since(tx, person_id, today_began(now), counted(content)) if rules.counts else 0,
        quiet_hours=content.rules.quiet_hours,
        own_quiet=person.quiet,
        daily_cap=content.rules.daily_cap if person.per_day is None else person.per_day,
    )


def deliver(tx: Connection, content: Content, ids: list[int], outbound: Outbound, *, person_id: int, kind: str, now: datetime) -> None:
    """Decide on these recipient rows of one person and kind together; sent, they share one message."""
    reach = _reach(tx, content, person_id, kind, private=outbound.private, now=now)
    rules = content.capabilities.notices[kind]
    match decide(listener(tx, person_id, content, rules, reachable=reach is not None, now=now), rules, now):
        case Wait(until, why):
            notices.wait(tx, ids, until, why)
        case Drop(why):
            notices.withheld(tx, ids, why, now=now)
        case Send() if reach is not None:
            _send(tx, content, ids, outbound, person_id=person_id, kind=kind, reach=reach, now=now)


def _reach(tx: Connection, content: Content, person_id: int, kind: str, *, private: bool, now: datetime) -> Reach | None:
    """Where she is told: where she prefers, or was last; where that lets nothing through now, on another that reaches her.

    Our own page rings nobody, so nothing is moved to it.
    """
    hers = persons.reaches(tx, person_id, channels=CARRY_PRIVATE if private else None)
    if not hers or possible(tx, content, hers[0], kind, now=now):
        return hers[0] if hers else None
    others = (one for one in hers[1:] if one.channel != WEB.channel and possible(tx, content, one, kind, now=now))
    return next(others, hers[0])


def _send(
    tx: Connection, content: Content, ids: list[int], outbound: Outbound, *, person_id: int, kind: str, reach: Reach, now: datetime
) -> None:
    """Now where the channel lets it through, with her word where she is just speaking, else with her next one; no longer than it keeps."""
    brought = notices.waits(tx, ids, SPOKEN)
    spoken = brought and ALL[reach.channel].answers_in_response
    waits = not spoken and not possible(tx, content, reach, kind, now=now)
    if waits and kind not in ANSWERS and not inbox.speaks(tx, person_id, now=now):
        if notices.waits(tx, ids, WINDOW, since=now):
            notices.withheld(tx, ids, "window_closed", now=now)
        else:
            notices.wait(tx, ids, now + KEPT_FOR, WINDOW)
        return
    priority = HELP if kind == "danger" else REPLY if kind == "answer" or (brought and not spoken) else NOTICE
    said = in_language(outbound, persons.manner(tx, person_id).language)
    if not ALL[reach.channel].buttons:
        said = Turn.to(tx, content, person_id, now=now).numbered(said)
    row = outbox.put(tx, said, channel=reach.channel, address=reach.address, person_id=person_id, now=now, priority=priority)
    if waits or spoken:
        answers.keep(tx, row, WINDOW)
    notices.queued(tx, ids, row, now=now)


def may_allow(turn: Turn, *kinds: str) -> tuple[tuple[Button, ...], ...]:
    """The way to the page on which she allows notices of these kinds, where her account has templates for them and nothing is allowed yet."""
    account = turn.content.rules.accounts.get(WECHAT.channel, Account())
    wanted = {account.grants[kind] for kind in kinds if kind in account.grants}
    hers = [one.address for one in persons.addresses(turn.tx, turn.person_id) if one.channel == WECHAT.channel] if wanted else []
    if not account.pushes or not hers or turn.channel.channel not in (WECHAT.channel, WEB.channel):
        return ()
    ledgers = allowances.ledgers(turn.tx, WECHAT.channel, hers).values()
    if all(any(ledger.grants.get(template, 0) for ledger in ledgers) for template in wanted):
        return ()
    return ((Button(turn.words("reach.allow"), "", f"{turn.content.rules.public_url}/wechat/allow"),),)


def possible(tx: Connection, content: Content, reach: Reach, kind: str, *, now: datetime) -> bool:
    """Whether something of this kind can be said there now."""
    if not ALL[reach.channel].counted:
        return True
    ledger = allowances.ledgers(tx, reach.channel, [reach.address])[reach.address]
    return choose(ledger, content.rules.accounts.get(reach.channel, Account()), now, kind=kind) is not None


def decide_on(tx: Connection, content: Content, rows: list[notices.Due], now: datetime) -> None:
    """One person at a time, kinds that are told together in one message."""
    digests = content.capabilities.digests
    for (_, kind), mine in groupby(rows, key=lambda row: (row.person_id, row.kind if row.kind in digests else "")):
        group = list(mine)
        if kind:
            digests[kind](tx, content, group, now)
            continue
        for row in group:
            deliver(tx, content, [row.id], outbound_of(row.body), person_id=row.person_id, kind=row.kind, now=now)


def bring(turn: Turn) -> None:
    """What waited for her word is decided on again: it is said with the answer to it, all in one."""
    rows = notices.waiting(turn.tx, turn.person_id, WINDOW)
    notices.wait(turn.tx, [row.id for row in rows], turn.now, SPOKEN)
    decide_on(turn.tx, turn.content, rows, turn.now)
