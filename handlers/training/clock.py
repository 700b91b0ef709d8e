"""What classes tell by the clock: that there is a new one, that one begins soon, changed or ended; nothing twice, nothing too late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from domain.messages import Outbound
from domain.training import certificates
from handlers.capability import Read, Work, Write
from handlers.content import Content
from handlers.tell import body, coordinators, tell
from handlers.training import holding
from handlers.training.classes import another, away, card, leave_button, move_up, place, say, times, when
from handlers.turn import Turn
from storage import notices
from storage.training import activities, classes, news, sessions
from storage.training.classes import Class

# Sessions of one step: each step commits, so that messages get in between.
STEP = 10


def audience(tx: Connection, row: Class, *, now: datetime) -> list[int]:
    """Whom a new class is for: who wants to learn it, and who can do nothing that open posts ask for; nearest first. Reads only."""
    if not certificates.joinable(row.sessions, now):
        return []
    if row.kind == "activity":
        return activities.neighbours(tx, row.community_id)
    needed = news.needed_skills(tx)
    listeners = []
    for one in news.learners(tx):
        wants = row.skill in one.learn or (bool(needed) and not needed & set(one.skills))
        if wants and row.skill not in one.skills:
            listeners.append((one.lat is None, away(one, row), one.person_id))
    return [person for _, _, person in sorted(listeners)]


def enlist(tx: Connection, content: Content, class_id: int, people: Sequence[int], *, now: datetime) -> None:
    """Put some of them on the class's notice; running it again changes nothing."""
    row = classes.get(tx, class_id)
    if row is None or not people:
        return
    turn = Turn.to(tx, content, people[0], now=now)
    if (notice_id := row.notice_id) is None:
        text = "\n\n".join([turn.words(say(row, "new")), card(turn, row, status="unsaid")])
        buttons = ((turn.button("classes.join", f"class:join:{class_id}"),), (turn.button("menu.stop", "fewer"),))
        notice_id = notices.add(tx, row.kind, body(Outbound(text=text, buttons=buttons)), now=now)
        classes.set_notice(tx, class_id, notice_id)
    here = set(classes.members(tx, class_id, "enrolled", "waiting"))
    notices.add_recipients(tx, notice_id, [(person, 0, []) for person in people if person not in here], due_at=now)
    notices.withhold_unreachable(tx, notice_id, now=now)


def remind(tx: Connection, content: Content, now: datetime) -> int:
    """Sessions whose reminder is due: who has a place is told, if the session is still to come; how many sessions."""
    rows = sessions.to_remind(tx, now=now, limit=STEP)
    for session in rows:
        row = classes.get(tx, session.class_id)
        starts_at = session.starts_at
        wanted = session.remind_at in certificates.reminders(starts_at, content.rules.quiet_hours)
        if row is not None and row.status == "open" and starts_at > now and wanted:
            for person_id in classes.members(tx, row.id, "enrolled"):
                turn = Turn.to(tx, content, person_id, now=now)
                said = {"when": when(turn, starts_at), "title": row.title, "place": place(row)}
                word = turn.say(say(row, "reminder"), (leave_button(turn, row),), **said)
                notice_id = tell(tx, content, [person_id], "appointment", word, now=now)
                news.too_late(tx, notice_id, starts_at, now=now)
        sessions.reminded(tx, session.id, certificates.next_reminder(starts_at, after=now))
    return len(rows)


def tidy(tx: Connection, content: Content, now: datetime) -> int:
    """What follows from changed lists and the clock: places for who waits, word of new times, the end of a waiting list; how many classes."""
    done = 0
    for row in classes.with_waiting(tx):
        if certificates.joinable(row.sessions, now):
            done += bool(move_up(tx, content, row, now=now)) if row.taken < row.capacity else 0
            continue
        for person_id in classes.no_longer_waiting(tx, row.id):
            turn = Turn.to(tx, content, person_id, now=now)
            tell(tx, content, [person_id], "answer", another(turn, row, say(row, "not_moved_up")), now=now)
        done += 1
    for row in classes.still_announced(tx):
        ended = row.status != "open" or not certificates.joinable(row.sessions, now) or row.taken >= row.capacity
        if ended and row.notice_id is not None:
            news.stop_news(tx, row.notice_id, now=now)
            done += 1
    for row in classes.changed(tx):
        _tell_change(tx, content, row, now=now)
        done += 1
    for row in classes.to_assess(tx, now=now):
        _tell_staff(tx, content, row, now=now)
        done += 1
    return done


def _tell_change(tx: Connection, content: Content, row: Class, *, now: datetime) -> None:
    """Who is in a class whose times changed is told the new ones."""
    classes.moved(tx, row.id, None)
    for person_id in classes.members(tx, row.id, "enrolled", "waiting") if row.status == "open" else ():
        turn = Turn.to(tx, content, person_id, now=now)
        said = {"title": row.title, "times": times(turn, row.sessions), "place": place(row)}
        word = turn.say(say(row, "changed"), (leave_button(turn, row),), **said)
        tell(tx, content, [person_id], "appointment", word, now=now)


def _tell_staff(tx: Connection, content: Content, row: Class, *, now: datetime) -> None:
    """A class is over: its coordinators are asked who passed; one that nobody joined just ends. An activity: how many came."""
    if row.kind == "activity":
        holding.ask_afterwards(tx, content, row, now=now)
        return
    pupils = classes.members(tx, row.id, "enrolled")
    if not pupils:
        classes.close(tx, row.id)
    else:
        classes.assess_asked(tx, row.id)
        turn = Turn.to(tx, content, pupils[0], now=now)
        out = (turn.button("classes.staff_assess", f"assess:assess:{row.id}:0"),)
        word = turn.say("classes.assess_due", out, title=row.title)
        tell(tx, content, coordinators(tx, row.community_id), "staff", word, now=now)


# Persons of one step.
CHUNK = 500


def announce(content: Content, now: Callable[[], datetime]) -> Work:
    """New classes find their mothers, who are enlisted in steps. After a crash a class simply begins again."""
    while rows := (yield Read(classes.unannounced)):
        row, at = rows[0], now()
        listeners = yield Read(partial(audience, row=row, now=at))
        for start in range(0, len(listeners), CHUNK):
            yield Write(partial(enlist, content=content, class_id=row.id, people=listeners[start : start + CHUNK], now=at))
        yield Write(partial(classes.announced, class_id=row.id, at=at))
