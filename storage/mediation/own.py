"""What a side sees of her own matter: her own side, what she told, the meetings that she is asked to."""

from __future__ import annotations

from sqlalchemy import Connection, exists, or_, select

from storage.mediation.seen import Hers, SittingSeen, TimeSeen, WordSeen
from storage.rows import columns, every, first
from storage.tables.mediation import case_word, dispute_case, party, sitting, sitting_time
from storage.tables.work import community

_HERS = (
    select(*columns(dispute_case, Hers, party, community=community.c.name, party_id=party.c.id))
    .select_from(dispute_case)
    .join(party, party.c.case_id == dispute_case.c.id)
    .join(community, community.c.id == dispute_case.c.community_id)
)


def hers(tx: Connection, person_id: int) -> list[Hers]:
    """The cases that somebody is a side of, newest first."""
    return every(tx, _HERS.where(party.c.person_id == person_id).order_by(dispute_case.c.id.desc()), Hers)


def one_of_hers(tx: Connection, person_id: int, case_id: int) -> Hers | None:
    """One of them."""
    return first(tx, _HERS.where(party.c.person_id == person_id, dispute_case.c.id == case_id), Hers)


def her_words(tx: Connection, person_id: int, case_id: int) -> list[WordSeen]:
    """What she told, in her own case."""
    mine = select(party.c.id).where(party.c.person_id == person_id, party.c.case_id == case_id)
    own = case_word.c.party_id.in_(mine), case_word.c.kind.in_(("account", "since", "wish", "word", "evidence"))
    return every(tx, select(*columns(case_word, WordSeen)).where(*own).order_by(case_word.c.id), WordSeen)


def her_sittings(tx: Connection, person_id: int, case_id: int) -> list[SittingSeen]:
    """The meetings that she is asked to: joint ones and her own, without what was written down."""
    mine = select(party.c.id).where(party.c.person_id == person_id, party.c.case_id == case_id)
    asked = or_(sitting.c.party_id.is_(None), sitting.c.party_id.in_(mine))
    hers_ = sitting.c.case_id == case_id, asked, exists(mine)
    sittings = every(tx, select(*columns(sitting, SittingSeen)).where(*hers_).order_by(sitting.c.id), SittingSeen)
    return [row._replace(minutes=None) for row in sittings]


def her_times(tx: Connection, person_id: int, case_id: int, sitting_id: int) -> list[TimeSeen]:
    """The moments that she is asked about."""
    if not any(row.id == sitting_id and row.status == "proposed" for row in her_sittings(tx, person_id, case_id)):
        return []
    mine = sitting_time.c.sitting_id == sitting_id
    return every(tx, select(*columns(sitting_time, TimeSeen)).where(mine).order_by(sitting_time.c.starts_at), TimeSeen)


def told_of(tx: Connection, case_id: int) -> list[int]:
    """The sides who may be told that there is news: those with an account who did not say that they come by themselves."""
    mine = party.c.case_id == case_id, party.c.person_id.is_not(None), party.c.contact != "self"
    return list(tx.execute(select(party.c.person_id).where(*mine).order_by(party.c.side)).scalars())
