"""Who sees which case and what of it: one query for one relation, through which every list, count, search, page, document and export goes.

Four ways lead to a case, and each ends with what it rests on: she has it (`holds`), was asked to take it (`asked`), one side agreed that
she reads it (`receives`), or she oversees the place (`oversees`: states and deadlines, no contents). A side sees her own side alone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, literal, or_, select, true

from domain.access import Held, Scope, scopes
from domain.mediation.states import OPEN
from storage.mediation.seen import (
    AgreementSeen,
    AssignmentSeen,
    How,
    Named,
    PartySeen,
    PerformanceSeen,
    ReferralSeen,
    ReportSeen,
    Seen,
    SittingSeen,
    StepSeen,
    TimeSeen,
    VisitSeen,
    WordSeen,
)
from storage.rows import columns, every, first
from storage.scope import within
from storage.tables.mediation import (
    AssignmentStatus,
    agreement,
    assignment,
    case_step,
    case_word,
    dispute_case,
    duty_report,
    party,
    performance,
    referral,
    return_visit,
    sitting,
    sitting_time,
)
from storage.tables.people import person
from storage.tables.work import community

LIVE = ("in_progress", "accepted")


class Viewer(NamedTuple):
    """Who looks, and by which roles."""

    person_id: int
    mediates: bool = False
    receives: bool = False
    oversees: tuple[Scope, ...] = ()


def viewer(person_id: int, held: Collection[Held]) -> Viewer:
    """Of a person and the roles that she holds now."""
    return Viewer(
        person_id,
        mediates=bool(scopes(held, "cases.mediate")),
        receives=bool(scopes(held, "referrals.receive")),
        oversees=tuple(scopes(held, "cases.oversee")),
    )


def _assigned(who: Viewer, status: AssignmentStatus) -> ColumnElement[bool]:
    if not who.mediates:
        return ~true()
    mine = assignment.c.case_id == dispute_case.c.id, assignment.c.mediator_id == who.person_id, assignment.c.status == status
    return exists(select(literal(1)).where(*mine).select_from(assignment).correlate(dispute_case))


def _receives(who: Viewer) -> ColumnElement[bool]:
    if not who.receives:
        return ~true()
    mine = referral.c.case_id == dispute_case.c.id, referral.c.receiver_id == who.person_id, referral.c.status.in_(LIVE)
    return exists(select(literal(1)).where(*mine).select_from(referral).correlate(dispute_case))


def _ways(who: Viewer) -> dict[How, ColumnElement[bool]]:
    """What each way rests on; several may lead to one case."""
    return {
        "holds": _assigned(who, "accepted"),
        "asked": _assigned(who, "asked"),
        "receives": _receives(who),
        "oversees": within(who.oversees, community=dispute_case.c.community_id),
    }


def _how(who: Viewer) -> ColumnElement[str]:
    """The way that shows most; the last one is what is left."""
    *most, (least, _) = _ways(who).items()
    return case(*((way, literal(name)) for name, way in most), else_=literal(least))


def _any(who: Viewer) -> ColumnElement[bool]:
    return and_(or_(*_ways(who).values()), dispute_case.c.restricted_at.is_(None))


def _by(who: Viewer, how: Collection[How]) -> ColumnElement[bool]:
    ways = _ways(who)
    return or_(*(ways[one] for one in how))


def _held(who: Viewer) -> Select[tuple[int]]:
    """The cases whose contents she reads."""
    return select(dispute_case.c.id).where(_assigned(who, "accepted"), dispute_case.c.restricted_at.is_(None))


def _cases(who: Viewer) -> Select[tuple[object, ...]]:
    picked = columns(dispute_case, Seen, community=community.c.name, how=_how(who))
    return select(*picked).select_from(dispute_case).join(community, community.c.id == dispute_case.c.community_id).where(_any(who))


def one(tx: Connection, who: Viewer, case_id: int) -> Seen | None:
    """A case that she may see in some way; None where there is none for her."""
    return first(tx, _cases(who).where(dispute_case.c.id == case_id), Seen)


def listed(
    tx: Connection, who: Viewer, *, how: Collection[How], states: Collection[str] = tuple(OPEN), after: int = 0, limit: int = 10
) -> list[Seen]:
    """Cases that she sees in these ways, what is due first first; `after` so many."""
    mine = _by(who, how), dispute_case.c.state.in_(list(states))
    order = dispute_case.c.due_at.is_(None), dispute_case.c.due_at, dispute_case.c.id
    return every(tx, _cases(who).where(*mine).order_by(*order).offset(after).limit(limit), Seen)


def due(tx: Connection, who: Viewer, *, how: Collection[How], before: datetime, limit: int = 20) -> list[Seen]:
    """Cases of hers for which something is due by then."""
    mine = _by(who, how), dispute_case.c.due_at <= before
    return every(tx, _cases(who).where(*mine).order_by(dispute_case.c.due_at, dispute_case.c.id).limit(limit), Seen)


def count(tx: Connection, who: Viewer, *, how: Collection[How], states: Collection[str] = tuple(OPEN)) -> int:
    """How many that are."""
    mine = _cases(who).where(_by(who, how), dispute_case.c.state.in_(list(states))).subquery()
    return int(tx.execute(select(func.count()).select_from(mine)).scalar_one())


def parties(tx: Connection, who: Viewer, case_id: int) -> list[PartySeen]:
    """Both sides of a case that she has, without names; the one side that agreed to her reading it."""
    agreed = (referral.c.party_id == party.c.id, referral.c.receiver_id == who.person_id, referral.c.status == "accepted")
    hers = exists(select(literal(1)).where(*agreed).select_from(referral).correlate(party)) if who.receives else ~true()
    mine = party.c.case_id == case_id, or_(party.c.case_id.in_(_held(who)), and_(hers, party.c.case_id.in_(_received(who))))
    return every(tx, select(*columns(party, PartySeen)).where(*mine).order_by(party.c.side), PartySeen)


def _received(who: Viewer) -> Select[tuple[int]]:
    return select(dispute_case.c.id).where(_receives(who), dispute_case.c.restricted_at.is_(None))


def names(tx: Connection, who: Viewer, case_id: int) -> list[Named]:
    """The sides with their names: for who has the case, who was asked for it (she has to know whether they are kin), and who receives one side."""
    if not (may := parties(tx, who, case_id)):
        row = one(tx, who, case_id)
        if row is None or row.how != "asked":
            return []
        mine = party.c.case_id == case_id
        parties_named = every(tx, select(*columns(party, Named)).where(mine).order_by(party.c.side), Named)
        # Of who only asks herself whether she is kin no more than the names.
        return [
            _unnamed(row._replace(phone=None, address=None, occupation=None, contact="", contact_words=None, consent_words=None))
            for row in parties_named
        ]
    ids = [row.id for row in may]
    return [_unnamed(row) for row in every(tx, select(*columns(party, Named)).where(party.c.id.in_(ids)).order_by(party.c.side), Named)]


def _unnamed(row: Named) -> Named:
    """Whoever told her matter without her name keeps it that way."""
    return row._replace(name=None, phone=None, address=None, occupation=None) if row.anonymous else row


def words(tx: Connection, who: Viewer, case_id: int) -> list[WordSeen]:
    """What was said in a case that she has; of the one side that agreed to her reading it."""
    sides = [row.id for row in parties(tx, who, case_id)]
    if not sides:
        return []
    held = case_word.c.case_id.in_(_held(who))
    mine = case_word.c.case_id == case_id, or_(held, case_word.c.party_id.in_(sides))
    return every(tx, select(*columns(case_word, WordSeen)).where(*mine).order_by(case_word.c.id), WordSeen)


def steps(tx: Connection, who: Viewer, case_id: int) -> list[StepSeen]:
    """What was done with a case that she sees, newest last."""
    seen = case_step.c.case_id.in_(select(_cases(who).subquery().c.id))
    mine = case_step.c.case_id == case_id, seen
    return every(tx, select(*columns(case_step, StepSeen)).where(*mine).order_by(case_step.c.id), StepSeen)


def sittings(tx: Connection, who: Viewer, case_id: int) -> list[SittingSeen]:
    """The meetings of a case that she has."""
    mine = sitting.c.case_id == case_id, sitting.c.case_id.in_(_held(who))
    return every(tx, select(*columns(sitting, SittingSeen)).where(*mine).order_by(sitting.c.id), SittingSeen)


def sitting_times(tx: Connection, who: Viewer, sitting_id: int) -> list[TimeSeen]:
    """The moments that were proposed for a meeting of a case that she has."""
    mine = select(sitting.c.id).where(sitting.c.id == sitting_id, sitting.c.case_id.in_(_held(who)))
    statement = select(*columns(sitting_time, TimeSeen)).where(sitting_time.c.sitting_id.in_(mine))
    return every(tx, statement.order_by(sitting_time.c.starts_at), TimeSeen)


def agreements(tx: Connection, who: Viewer, case_id: int) -> list[AgreementSeen]:
    """The agreements of a case that she has, newest last."""
    mine = agreement.c.case_id == case_id, agreement.c.case_id.in_(_held(who))
    return every(tx, select(*columns(agreement, AgreementSeen)).where(*mine).order_by(agreement.c.id), AgreementSeen)


def performances(tx: Connection, who: Viewer, case_id: int) -> list[PerformanceSeen]:
    """What was promised in a case that she has, by its day."""
    mine = select(agreement.c.id).where(agreement.c.case_id == case_id, agreement.c.case_id.in_(_held(who)))
    statement = select(*columns(performance, PerformanceSeen)).where(performance.c.agreement_id.in_(mine))
    return every(tx, statement.order_by(performance.c.due_on, performance.c.id), PerformanceSeen)


def visits(tx: Connection, who: Viewer, case_id: int) -> list[VisitSeen]:
    """The return visits of a case that she has."""
    mine = return_visit.c.case_id == case_id, return_visit.c.case_id.in_(_held(who))
    return every(tx, select(*columns(return_visit, VisitSeen)).where(*mine).order_by(return_visit.c.due_at), VisitSeen)


def referrals(tx: Connection, who: Viewer, case_id: int) -> list[ReferralSeen]:
    """Where a case that she has was passed on to; of others' cases what came to her."""
    hers = and_(referral.c.receiver_id == who.person_id, referral.c.status.in_(LIVE), literal(who.receives))
    mine = referral.c.case_id == case_id, or_(referral.c.case_id.in_(_held(who)), hers)
    return every(tx, select(*columns(referral, ReferralSeen)).where(*mine).order_by(referral.c.id), ReferralSeen)


def reports(tx: Connection, who: Viewer, case_id: int) -> list[ReportSeen]:
    """The duties to report of a case that she has."""
    mine = duty_report.c.case_id == case_id, duty_report.c.case_id.in_(_held(who))
    return every(tx, select(*columns(duty_report, ReportSeen)).where(*mine).order_by(duty_report.c.id), ReportSeen)


def assignments(tx: Connection, who: Viewer, case_id: int) -> list[AssignmentSeen]:
    """Who was asked for a case that she sees, and who has it."""
    seen = assignment.c.case_id.in_(select(_cases(who).subquery().c.id))
    statement = (
        select(*columns(assignment, AssignmentSeen, person)).select_from(assignment).join(person, person.c.id == assignment.c.mediator_id)
    )
    return every(tx, statement.where(assignment.c.case_id == case_id, seen).order_by(assignment.c.id), AssignmentSeen)
