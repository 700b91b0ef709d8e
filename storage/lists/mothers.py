"""Mothers whom an office registered on paper: person, profile and consents. What she withdrew herself no file gives back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, and_, insert, select

from domain.lists import Kind, settled
from storage import access_log
from storage.lists.saved import Saved, rows_of
from storage.people import consents, persons
from storage.sealed import digest
from storage.survey import campaigns
from storage.tables.columns import table
from storage.tables.people import AccessLog, Consent, Mother, Person
from storage.tables.work import Cell, Community
from storage.work import seekers

P, M, CONSENT, C, LOG = table(Person), table(Mother), table(Consent), table(Community), table(AccessLog)
CELL = table(Cell)
_PERSON = ("name", "phone", "community_id", "cell_id", "building")
_PROFILE = ("birth_year", "children", "skills", "modes", "sectors", "windows", "max_distance_m")
_AGREED = and_(CONSENT.c.withdrawn_at.is_(None), CONSENT.c.enterprise_id.is_(None))
_ROWS = (
    select(
        P.c.id,
        P.c.key,
        P.c.name,
        P.c.phone,
        P.c.building,
        C.c.code.label("community"),
        CELL.c.code.label("cell"),
        M.c.person_id,
        *(M.c[name] for name in _PROFILE),
        M.c.min_monthly_pay_fen.label("min_monthly_pay"),
        select(CONSENT.c.id).where(CONSENT.c.person_id == P.c.id, CONSENT.c.purpose == "jobs", _AGREED).exists().label("job_consent"),
    )
    .select_from(P)
    .outerjoin(M, M.c.person_id == P.c.id)
    .outerjoin(C, C.c.id == P.c.community_id)
    .outerjoin(CELL, CELL.c.id == P.c.cell_id)
)
# Purpose → the column of the file that claims it, and what staff are told where she has withdrawn it.
_HERS = {
    "profile": ("key", "她收回了同意，或者资料已经删除。要她本人重新登记，名单不能代她恢复"),
    "children": ("children", "她收回了记孩子信息的同意，这一格请空着；要她本人重新同意"),
    "jobs": ("job_consent", "她收回了岗位通知的同意，这一格请空着；要她本人重新同意"),
}
BY_OFFICE = "consent.withdraw_list"
# What is compared of somebody who has no profile yet.
_SPOKE = ("key", "name", "phone", "community", "cell", "building")
# Community code → id, and (community id, cell code) → cell id.
Places = tuple[Mapping[str, int], Mapping[tuple[int, str], int]]


def listed(tx: Connection) -> Iterator[dict[str, Any]]:
    """All mothers with a profile, by key."""
    return rows_of(tx, _ROWS.where(M.c.person_id.is_not(None), P.c.merged_into.is_(None)), P.c.key)


def save(tx: Connection, kind: Kind, rows: Sequence[Mapping[str, Any]], *, consent_version: int, now: datetime) -> Saved:
    """Insert or change mothers by key; the file is the office's word that she consented on paper. Nobody gets an address by it."""
    saved = Saved()
    before = {row.key: dict(row._mapping) for row in tx.execute(_ROWS.where(P.c.key.in_([row["key"] for row in rows])))}
    places = _places(tx, rows)
    agreed, refused = _consents(tx, [row["id"] for row in before.values()])
    fresh, touched = [], []
    for row in rows:
        old = before.get(row["key"])
        if old is None:
            fresh.append(row)
            continue
        if withdrawn := [purpose for purpose in _purposes(row) if (old["id"], purpose) in refused]:
            saved.refused[row["key"]] = _HERS[withdrawn[0]]
            continue
        changed = _change(tx, kind, old, row, places, now=now)
        wanted = {purpose for purpose in _purposes(row) if (old["id"], purpose) not in agreed}
        _agree(tx, [(old["id"], purpose) for purpose in sorted(wanted)], consent_version, now=now)
        if wanted:
            seekers.touch(tx, M.c.person_id == old["id"])
        changed |= bool(wanted)
        if row.get("job_consent") is False and (old["id"], "jobs") in agreed:
            consents.withdraw(tx, old["id"], "jobs", now=now)
            _log(tx, [old["id"]], BY_OFFICE, now=now)
            changed = True
        touched += [old["id"]] * changed
        saved.changed += changed
        saved.unchanged += not changed
    touched += _add(tx, kind, fresh, places, consent_version=consent_version, now=now)
    saved.new = len(fresh)
    _log(tx, touched, "data.import", now=now)
    return saved


def _purposes(row: Mapping[str, Any]) -> list[str]:
    given = {"profile": True, "children": row.get("children"), "jobs": row.get("job_consent")}
    return [purpose for purpose, one in given.items() if one]


def _consents(tx: Connection, ids: list[int]) -> tuple[set[tuple[int, str]], set[tuple[int, str]]]:
    """(person, purpose) that are agreed to now, and those that she withdrew, or that ran out, and that no list may give back."""
    mine = and_(CONSENT.c.person_id.in_(ids), CONSENT.c.enterprise_id.is_(None))
    rows = tx.execute(select(CONSENT.c.person_id, CONSENT.c.purpose, CONSENT.c.withdrawn_at).where(mine)).all()
    office = select(LOG.c.subject_id, LOG.c.at).where(LOG.c.subject_kind == "person", LOG.c.subject_id.in_(ids), LOG.c.action == BY_OFFICE)
    by_office = {(row.subject_id, row.at) for row in tx.execute(office)}
    agreed = {(row.person_id, row.purpose) for row in rows if row.withdrawn_at is None}
    newest: dict[tuple[int, str], datetime] = {}
    for row in rows:
        if row.withdrawn_at is not None:
            newest[row.person_id, row.purpose] = max(row.withdrawn_at, newest.get((row.person_id, row.purpose), row.withdrawn_at))
    hers = {pair for pair, at in newest.items() if pair not in agreed and (pair[0], at) not in by_office}
    return agreed, hers


def _change(tx: Connection, kind: Kind, old: Mapping[str, Any], row: Mapping[str, Any], places: Places, *, now: datetime) -> bool:
    """Set what differs of person and profile; whether anything did."""
    # Consents have their own rows.
    values = {name: value for name, value in row.items() if name != "job_consent"}
    current = settled(kind, old) if old["person_id"] is not None else {name: old[name] for name in _SPOKE}
    differing = {name: value for name, value in values.items() if name not in current or value != current[name]}
    if "community" in differing:
        # A cell is one of its community's.
        differing["cell"] = values.get("cell")
    person, profile = _split(differing, places, community=old["community"])
    if person:
        persons.change(tx, old["id"], **person)
    if "cell_id" in person:
        community_id = person.get("community_id", places[0].get(old["community"] or ""))
        campaigns.moved_to(tx, old["id"], community_id=community_id, cell_id=person["cell_id"])
    if old["person_id"] is None:
        # Somebody who wrote to the bot or works for it, and is a mother from now on.
        _, profile = _split({**kind.blank(), **values}, places)
        profile |= {"surveyed_at": now}
    if profile:
        persons.save_profile(tx, old["id"], cast("persons.Told", profile), now=now)
    return bool(person or profile)


def _places(tx: Connection, rows: Sequence[Mapping[str, Any]]) -> Places:
    """Communities by code, and the cells of these rows by community and code; a cell that nobody knew is made."""
    communities = {row.code: row.id for row in tx.execute(select(C.c.code, C.c.id))}
    cells = {(row.community_id, row.code): row.id for row in tx.execute(select(CELL.c.id, CELL.c.community_id, CELL.c.code))}
    wanted = {(communities[row["community"]], row["cell"]) for row in rows if row.get("cell") and row.get("community") in communities}
    for community_id, code in sorted(wanted - set(cells)):
        made = insert(CELL).values(community_id=community_id, code=code, name=code).returning(CELL.c.id)
        cells[community_id, code] = tx.execute(made).scalar_one()
    return communities, cells


def _split(values: Mapping[str, Any], places: Places, *, community: str | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of the person, and those of the profile; `community` is where she lives if the values do not say."""
    communities, cells = places
    stored = dict(values)
    if "cell" in stored:
        where = communities.get(stored.get("community") or community or "")
        code = stored.pop("cell")
        stored["cell_id"] = None if code is None or where is None else cells[where, code]
    if "community" in stored:
        stored["community_id"] = communities[stored.pop("community")]
    if "min_monthly_pay" in stored:
        stored["min_monthly_pay_fen"] = stored.pop("min_monthly_pay")
    profile = (*_PROFILE, "min_monthly_pay_fen")
    return {name: stored[name] for name in _PERSON if name in stored}, {name: stored[name] for name in profile if name in stored}


def _add(
    tx: Connection,
    kind: Kind,
    rows: Sequence[Mapping[str, Any]],
    places: Places,
    *,
    consent_version: int,
    now: datetime,
) -> list[int]:
    """Persons, profiles and consents of mothers nobody knew; their ids."""
    if not rows:
        return []
    parts = [_split({**kind.blank(), **row}, places) for row in rows]
    made = {"language": "zh", "notices": True, "created_at": now}
    new_rows = [
        {
            "key": row["key"],
            **person,
            "phone_digest": digest(person["phone"], "phone") if person["phone"] else None,
            "name_digest": persons.name_digest(person["name"], profile["birth_year"]),
            **made,
        }
        for row, (person, profile) in zip(rows, parts, strict=True)
    ]
    tx.execute(insert(P), new_rows)
    ids = {row.key: row.id for row in tx.execute(select(P.c.key, P.c.id).where(P.c.key.in_([row["key"] for row in rows])))}
    profiles = [
        {"person_id": ids[row["key"]], **profile, "learn": [], "surveyed_at": now, "updated_at": now}
        for row, (_, profile) in zip(rows, parts, strict=True)
    ]
    tx.execute(insert(M), profiles)
    _agree(tx, [(ids[row["key"]], purpose) for row in rows for purpose in _purposes(row)], consent_version, now=now)
    return list(ids.values())


def _agree(tx: Connection, pairs: Sequence[tuple[int, str]], version: int, *, now: datetime) -> None:
    if pairs:
        rows = [{"person_id": person, "purpose": purpose, "version": version, "given_at": now} for person, purpose in pairs]
        tx.execute(insert(CONSENT), rows)


def _log(tx: Connection, ids: Sequence[int], action: str, *, now: datetime) -> None:
    """Who of the persons an office's list changed; its data of children among it (minors' network rules 36)."""
    access_log.write_all(tx, actor_id=None, action=action, subject_kind="person", subject_ids=ids, now=now)
