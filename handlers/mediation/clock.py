"""What mediation tells by the clock: nobody took a case, something is overdue, a meeting is tomorrow, a promise is due, the thirty days run out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.notices import LOCAL
from handlers.content import Content
from handlers.mediation import wording
from handlers.tell import coordinators, for_others, tell
from handlers.turn import Turn
from storage.mediation import agreements, assignments, cases, due, referrals, sittings
from storage.mediation.cases import Case
from storage.staff import roles

STEP = 20
# Who was told that something is overdue is told again then.
AGAIN = timedelta(days=1)
# A danger that nobody has is told again and again.
DANGER_AGAIN = timedelta(minutes=10)


def overdue(tx: Connection, content: Content, now: datetime) -> int:
    """Open cases for which something is overdue: who has it is told, and the coordinators; none is forgotten. How many."""
    rows = due.cases(tx, now=now, limit=STEP)
    for row in rows:
        _tell(tx, content, row, "mediation.overdue", now=now)
        alone = row.state == "danger" and assignments.current(tx, row.id) is None
        cases.put_off(tx, row.id, now + (DANGER_AGAIN if alone else AGAIN))
    return len(rows)


def _tell(tx: Connection, content: Content, row: Case, phrase: str, *, now: datetime) -> None:
    voice, kind = for_others(content), "danger" if row.state == "danger" else "staff"
    have = assignments.current(tx, row.id)
    if have is not None:
        word = voice.say(phrase, (voice.button("mediation.look", f"case:{row.id}"),), number=row.id)
        tell(tx, content, [have.mediator_id], kind, word, now=now)
    over = coordinators(tx, row.community_id) + (roles.staff(tx, "federation", None) if row.state == "danger" and have is None else [])
    word = voice.say(phrase, (voice.button("mediation.look", f"case_over:{row.id}"),), number=row.id)
    tell(tx, content, over, kind, word, now=now)


def remind(tx: Connection, content: Content, now: datetime) -> int:
    """A meeting is tomorrow: who has to come is told the hour, and not what it is about. How many meetings."""
    rows = sittings.to_remind(tx, now=now, limit=STEP)
    for row in rows:
        for person_id in sittings.attending(tx, row) if row.starts_at > now else ():
            turn = Turn.to(tx, content, person_id, now=now)
            tell(
                tx, content, [person_id], "appointment", turn.say("mediation.appointment", when=wording.when(turn, row.starts_at)), now=now
            )
        sittings.reminded(tx, row.id)
    return len(rows)


def promises(tx: Connection, content: Content, now: datetime) -> int:
    """What was promised for today: its mediator is told to ask. How many."""
    rows = agreements.performances_due(tx, today=now.astimezone(LOCAL).date(), limit=STEP)
    for row in rows:
        _to_mediator(tx, content, row.case_id, "mediation.promise_due", now=now)
        agreements.performance_told(tx, row.id, now=now)
    return len(rows)


def visit(tx: Connection, content: Content, now: datetime) -> int:
    """Return visits whose day has come: their mediator is told. How many."""
    rows = agreements.visits_due(tx, now=now, limit=STEP)
    for row in rows:
        _to_mediator(tx, content, row.case_id, "mediation.visit_due", now=now)
        agreements.visit_told(tx, row.id, now=now)
    return len(rows)


def confirmations(tx: Connection, content: Content, now: datetime) -> int:
    """The court's thirty days run out: mediator and sides are told in neutral words. How many."""
    agreements.expire_confirmations(tx, now=now)
    rows = agreements.confirmations(tx, now=now, limit=STEP)
    for row in rows:
        _to_mediator(tx, content, row.case_id, "mediation.confirm_due", now=now)
        agreements.confirmation_told(tx, row.id, now=now)
    return len(rows)


def unanswered(tx: Connection, content: Content, now: datetime) -> int:
    """Referrals that nobody answers: who made them is told. How many."""
    rows = referrals.overdue(tx, now=now, limit=STEP)
    for row in rows:
        voice = for_others(content)
        word = voice.say("mediation.referral_late", (voice.button("mediation.look", f"case:{row.case_id}"),), number=row.id)
        tell(tx, content, [row.made_by], "staff", word, now=now)
        referrals.told(tx, row.id)
    return len(rows)


def _to_mediator(tx: Connection, content: Content, case_id: int, phrase: str, *, now: datetime) -> None:
    """Who has the case; where nobody does, the coordinators of its place."""
    voice, row, have = for_others(content), cases.get(tx, case_id), assignments.current(tx, case_id)
    if have is not None:
        word = voice.say(phrase, (voice.button("mediation.look", f"case:{case_id}"),), number=case_id)
        tell(tx, content, [have.mediator_id], "staff", word, now=now)
    elif row is not None:
        word = voice.say(phrase, (voice.button("mediation.look", f"case_over:{case_id}"),), number=case_id)
        tell(tx, content, coordinators(tx, row.community_id), "staff", word, now=now)
