"""What links open, checked anew at that moment: her own copy for her alone, a case's documents for who has it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from domain.mediation.documents import Agreed, File, Minutes, Side, Visit
from domain.mediation.numbers import committee
from domain.mediation.states import Side as SideName
from handlers.mediation import wording
from handlers.mediation.opening import hers, opened, viewer
from handlers.turn import Turn
from storage.mediation import own, sides, visible
from storage.mediation.seen import AgreementSeen, Named, Seen
from storage.people import persons

# A line that is not part of what the hash below it is of.
_LINE = "-" * 40


def copy_of(turn: Turn, case_id: int) -> bytes:
    """What she told, with the time of each, and below it the SHA-256 of all above, as text. Raises Denied."""
    row = hers(turn, case_id)
    lines = [turn.words("mediation.copy_head", number=row.id)]
    for word in own.her_words(turn.tx, turn.person_id, row.id):
        lines.append(
            turn.words(
                "mediation.copy_line",
                at=f"{word.at:%Y-%m-%dT%H:%M:%S}Z",
                kind=turn.words(f"mediation.word.{word.kind}"),
                said=word.said or "",
            )
        )
    lines.append(turn.words("mediation.copy_unchanged" if sides.tampered(turn.tx, row.party_id) is None else "mediation.copy_changed"))
    text = "\n".join(lines) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    turn.log("cases.copied", "case", row.id)
    return f"{text}{_LINE}\n{turn.words('mediation.copy_hash', digest=digest)}\n".encode()


def file_of(turn: Turn, case_id: int) -> File:
    """All that the documents of a case say, for who has it now. Raises Denied."""
    row = opened(turn, case_id, "holds")
    turn.log("cases.file", "case", row.id)
    who = viewer(turn)
    named = {one.side: one for one in visible.names(turn.tx, who, row.id)}
    said: dict[str, str] = {}
    for word in visible.words(turn.tx, who, row.id):
        if word.party_id == named["a"].id:
            said[word.kind] = "\n".join(filter(None, (said.get(word.kind, ""), word.said or "")))
    findings = [(word.at, word.said or "") for word in visible.words(turn.tx, who, row.id) if word.kind == "finding"]
    rights = [one.rights_at for one in named.values() if one.rights_at is not None]
    live = [one for one in visible.agreements(turn.tx, who, row.id) if one.effective_at is not None]
    return File(
        number=wording.number_of(turn, row),
        committee=committee(row.community),
        kind=turn.label("case_kinds", row.kind),
        source=turn.words("mediation.source_asked" if row.source in ("self", "for_her", "list") else "mediation.source_found"),
        mediator=persons.get(turn.tx, turn.person_id).name or "",
        reported_at=row.reported_at,
        accepted_at=row.accepted_at,
        ended_at=row.ended_at,
        result=turn.words(f"mediation.state.{row.state}"),
        a=_side(turn, named["a"]),
        b=_side(turn, named["b"]),
        account=said.get("account", ""),
        wish=said.get("wish", ""),
        rights_at=max(rights, default=None),
        findings=findings,
        meetings=_meetings(turn, row, named),
        agreed=_agreed(live[-1]) if live else None,
        visits=[
            Visit(at=one.visited_at, day=one.day, found=one.found or {})
            for one in visible.visits(turn.tx, who, row.id)
            if one.visited_at is not None
        ],
        asked_by_her=row.source == "self",
    )


def _side(turn: Turn, one: Named) -> Side:
    sex = turn.words(f"mediation.sex.{one.sex}") if one.sex else ""
    return Side(
        name=one.name or "",
        sex=sex,
        ethnic=one.ethnic,
        birth_year=one.birth_year,
        occupation=one.occupation or "",
        phone=one.phone or "",
        address=one.address or "",
    )


def _meetings(turn: Turn, row: Seen, named: Mapping[SideName, Named]) -> list[Minutes]:
    ids = {one.id: name for name, one in named.items()}
    return [
        Minutes(
            at=one.starts_at,
            room=one.room,
            whom=turn.words(f"mediation.sit_with.{ids[one.party_id] if one.party_id is not None else 'joint'}"),
            texts=one.minutes or {},
        )
        for one in visible.sittings(turn.tx, viewer(turn), row.id)
        if one.status == "held" and one.starts_at is not None
    ]


def _agreed(one: AgreementSeen) -> Agreed:
    return Agreed(
        oral=one.oral,
        facts=one.facts or "",
        terms=one.terms or "",
        manner=one.manner or "",
        copies=one.copies,
        at=one.effective_at,
        confirmable=one.confirm_by is not None,
    )
