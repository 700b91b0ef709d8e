"""The demo town's mediation: a case in every state, a word from who was on duty, paper cases of two years, the hotline's calls; all invented."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from bot.demo import written
from bot.demo.town import Community
from bot.demo.written import Settled
from domain.lists.cases import RESULTS, CaseRow
from domain.mediation.kinds import KINDS
from domain.mediation.states import Deed, Limits, State
from domain.months import later, month_of
from domain.notices import LOCAL
from storage import access_log
from storage.lists import cases as paper
from storage.mediation import agreements, assignments, cases, duties, sides, sittings
from storage.mediation.agreements import Signature
from storage.staff import roles
from storage.tables.mediation import dispute_case, hotline_month, return_visit
from storage.tables.people import mother, person
from storage.tables.work import community

LIMITS = Limits()
MEDIATED: tuple[Deed, ...] = ("take", "accept", "assign", "mediate")
# What was done with the case of each state.
WAYS: dict[State, tuple[Deed, ...]] = {
    "reported": (),
    "triage": ("take",),
    "danger": (),
    "refused": ("take", "refuse"),
    "accepted": ("take", "accept"),
    "assigned": ("take", "accept", "assign"),
    "mediating": MEDIATED,
    "agreed": (*MEDIATED, "agree"),
    "failed": (*MEDIATED, "fail"),
    "withdrawn": (*MEDIATED, "withdraw"),
    "reopened": (*MEDIATED, "agree", "reopen"),
    "closed": (*MEDIATED, "agree", "close"),
}
REASONS: dict[Deed, str] = {"refuse": "court", "fail": "failed", "withdraw": "withdrawn"}
SIGNATURES: tuple[Signature, ...] = ("signed_a", "signed_b", "mediator", "seal")
# Paper cases of each community, and months of the hotline; its calls fell by fifteen percent from year to year.
PAPER, MONTHS, CALLS, FELL = 12, 24, 130, 0.85


class _Team(NamedTuple):
    """Who mediates in a community, and the women whose cases they are."""

    place: Community
    mediators: list[int]
    women: list[int]


def mediation(tx: Connection, random: Random, places: list[Community], *, now: datetime) -> None:
    """Write everything, for who mediates in the first community already; nobody of it is told."""
    first = places[0]
    women = select(mother.c.person_id).join(person, person.c.id == mother.c.person_id).where(person.c.community_id == first.id)
    team = _Team(first, roles.staff(tx, "mediator", first.id), list(tx.execute(women.order_by(person.c.id).limit(60)).scalars()))
    if len(team.women) >= len(WAYS):
        for turn, state in enumerate(WAYS):
            _case(tx, random, team, state, turn, now=now)
    _handed(tx, team, now=now)
    _paper(tx, random, now=now)
    _hotline(tx, random, now=now)


def _case(tx: Connection, random: Random, team: _Team, state: State, turn: int, *, now: datetime) -> None:
    """One case, brought to its state by the deeds that lead there, a day or two apart."""
    dispute, way = written.mediation()["cases"][state], WAYS[state]
    at, mediator = now - timedelta(days=2 * len(way) + 1, hours=random.randint(1, 9)), team.mediators[turn // 2 % 2]
    case_id = cases.add(
        tx,
        community_id=team.place.id,
        kind=dispute["kind"],
        source="self",
        hazards=["violence"] if state == "danger" else [],
        danger=state == "danger",
        reported_by=None,
        now=at,
        limits=LIMITS,
    )
    parties = _sides(tx, random, team, case_id, dispute, turn, at=at)
    assignments.ask(tx, case_id, mediator, answer_by=now + timedelta(hours=20), now=at)
    if state != "reported":
        assignments.answer(tx, case_id, mediator, "accepted", now=at)
    if state == "danger":
        duties.ask_report(tx, case_id, now=at)
    for deed in way:
        at += timedelta(days=1, hours=random.randint(1, 12))
        _before(tx, case_id, deed, dispute, parties, at=at)
        row = cases.get(tx, case_id)
        assert row is not None
        cases.move(tx, row, deed, by=mediator, now=at, limits=LIMITS, reason=REASONS.get(deed, ""))
        access_log.write(tx, actor_id=mediator, action=f"cases.{deed}", subject_kind="case", subject_id=case_id, now=at)
    if state == "accepted":
        # It has a number, and waits for who has room.
        assignments.end(tx, case_id, now=at)
    if state == "mediating":
        _sitting(tx, case_id, now=now)
    if state in ("agreed", "mediating", "assigned"):
        access_log.write(tx, actor_id=mediator, action="cases.words", subject_kind="case", subject_id=case_id, now=now)
    # What would fall due at once is a day away, so that the town begins quietly.
    soon = dispute_case.c.id == case_id, dispute_case.c.due_at < now + timedelta(days=1)
    tx.execute(update(dispute_case).where(*soon).values(due_at=now + timedelta(days=1)))


def _sides(tx: Connection, random: Random, team: _Team, case_id: int, dispute: Settled, turn: int, *, at: datetime) -> tuple[int, int]:
    told = written.mediation()
    she = tx.execute(select(person.c.id, person.c.name, person.c.phone).where(person.c.id == team.women[turn])).one()
    asks = sides.add(tx, case_id, "a", person_id=she.id, name=she.name, phone=she.phone, contact="here")
    other = sides.add(tx, case_id, "b", name=random.choice(told["others"]))
    sides.say(tx, case_id, "account", dispute["account"], party_id=asks, author_id=she.id, now=at)
    sides.say(tx, case_id, "wish", dispute["wish"], party_id=asks, author_id=she.id, now=at)
    return asks, other


def _before(tx: Connection, case_id: int, deed: Deed, dispute: Settled, parties: tuple[int, int], *, at: datetime) -> None:
    """What a deed rests on: both consents, an agreement in force, the return visits."""
    if deed == "mediate":
        for party_id in parties:
            sides.change(tx, party_id, asked_at=at, rights_at=at)
            sides.consent(tx, party_id, "given", written.mediation()["note"], now=at)
    if deed == "agree":
        promised = [(dispute["promise"], (at + timedelta(days=5)).astimezone(LOCAL).date())]
        terms, manner = dispute["terms"], dispute["manner"]
        agreements.add(tx, case_id, oral=False, facts=dispute["account"], terms=terms, manner=manner, copies=3, promised=promised, now=at)
        agreement, row = agreements.open_of(tx, case_id), cases.get(tx, case_id)
        assert agreement is not None and row is not None
        for signature in SIGNATURES:
            agreements.sign(tx, agreement, signature, now=at)
        agreements.in_force(tx, agreement, row, at)
    if deed == "close":
        kept = {"kept": "yes", "satisfied": "yes", "sued": "no", "risk": "no", "measures": ""}
        tx.execute(update(return_visit).where(return_visit.c.case_id == case_id).values(status="done", visited_at=at, found=kept))


def _sitting(tx: Connection, case_id: int, *, now: datetime) -> None:
    """A meeting to come that suits both."""
    at = datetime.combine(now.astimezone(LOCAL).date() + timedelta(days=3), time(10), LOCAL)
    number = sittings.propose(tx, case_id, party_id=None, room=written.mediation()["rooms"][0], times=[at, at + timedelta(hours=4)])
    sittings.confirm(tx, number, at, remind_at=at - timedelta(days=1))


def _handed(tx: Connection, team: _Team, *, now: datetime) -> None:
    """Who was on duty until this morning left a word."""
    morning = datetime.combine(now.astimezone(LOCAL).date(), time(8), LOCAL)
    over = min(morning, now)
    shift = duties.add(tx, team.place.id, team.mediators[1], starts_at=over - timedelta(days=1), ends_at=over)
    if (duty := duties.get(tx, shift)) is not None:
        duties.hand_over(tx, duty, written.mediation()["handed"], now=over)


def _paper(tx: Connection, random: Random, *, now: datetime) -> None:
    """Cases that ended on paper, as a list brings them in."""
    today, results = now.astimezone(LOCAL).date(), list(RESULTS)
    rows: list[CaseRow] = []
    for code in tx.execute(select(community.c.code).order_by(community.c.code)).scalars():
        for number in range(PAPER):
            ended = today - timedelta(days=40 + random.randint(0, 600))
            rows.append(
                CaseRow(
                    code=f"纸{code}-{number + 1:02}",
                    community=code,
                    case_kind=random.choice(KINDS),
                    reported_on=ended - timedelta(days=random.randint(2, 28)),
                    ended_on=ended,
                    result=random.choices(results, (60, 12, 14, 8, 6))[0],
                )
            )
    paper.save(tx, rows, now=now)


def _hotline(tx: Connection, random: Random, *, now: datetime) -> None:
    """Two years of calls, up to the month before this one."""
    rows: list[dict[str, object]] = []
    this = month_of(now.astimezone(LOCAL).date())
    for month in (later(this, -back) for back in range(MONTHS, 0, -1)):
        calls = (CALLS + random.randint(-6, 6)) * (FELL if len(rows) >= MONTHS // 2 else 1)
        rows.append({"month": month, "calls": round(calls)})
    tx.execute(insert(hotline_month), rows)
