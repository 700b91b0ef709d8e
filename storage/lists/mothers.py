"""Mothers whom an office registered on paper: person, profile and consents. What she withdrew herself no file gives back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import Connection, and_, insert, select

from domain.lists import settled
from domain.lists.mothers import MOTHERS, MotherRow
from storage import access_log
from storage.lists.saved import Saved, rows_of
from storage.people import consents, persons
from storage.rows import columns, every
from storage.sealed import digest
from storage.survey import campaigns
from storage.tables.people import access_log as log
from storage.tables.people import consent, mother, person
from storage.tables.work import cell, community
from storage.work import seekers

_PROFILE = ("birth_year", "children", "skills", "modes", "sectors", "windows", "max_distance_m")
_AGREED = and_(consent.c.withdrawn_at.is_(None), consent.c.enterprise_id.is_(None))


class Stored(NamedTuple):
    """A person with the columns of the list; `person_id` is None where she has no profile, and then all that a profile says."""

    id: int
    key: str
    name: str | None
    phone: str | None
    building: str | None
    community: str | None
    cell: str | None
    person_id: int | None
    birth_year: int | None
    children: list[str]
    skills: list[str]
    modes: list[str]
    sectors: list[str]
    windows: str
    max_distance_m: int | None
    min_monthly_pay: int | None
    job_consent: bool


_JOBS = select(consent.c.id).where(consent.c.person_id == person.c.id, consent.c.purpose == "jobs", _AGREED).exists()
_ROWS = (
    select(
        *columns(
            person,
            Stored,
            mother,
            community=community.c.code,
            cell=cell.c.code,
            min_monthly_pay=mother.c.min_monthly_pay_fen,
            job_consent=_JOBS,
        )
    )
    .select_from(person)
    .outerjoin(mother, mother.c.person_id == person.c.id)
    .outerjoin(community, community.c.id == person.c.community_id)
    .outerjoin(cell, cell.c.id == person.c.cell_id)
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


def listed(tx: Connection) -> Iterator[Mapping[str, object]]:
    """All mothers with a profile, by key."""
    return rows_of(tx, _ROWS.where(mother.c.person_id.is_not(None), person.c.merged_into.is_(None)), person.c.key)


def save(tx: Connection, rows: Sequence[MotherRow], *, consent_version: int, now: datetime) -> Saved:
    """Insert or change mothers by key; the file is the office's word that she consented on paper. Nobody gets an address by it."""
    saved = Saved()
    keys = [row["key"] for row in rows]
    before = {row.key: row for row in every(tx, _ROWS.where(person.c.key.in_(keys)), Stored)}
    places = _places(tx, rows)
    agreed, refused = _consents(tx, [row.id for row in before.values()])
    fresh: list[MotherRow] = []
    touched: list[int] = []
    for row in rows:
        old = before.get(row["key"])
        if old is None:
            fresh.append(row)
            continue
        if withdrawn := [purpose for purpose in _purposes(row) if (old.id, purpose) in refused]:
            saved.refused[row["key"]] = _HERS[withdrawn[0]]
            continue
        changed = _change(tx, old, row, places, now=now)
        wanted = {purpose for purpose in _purposes(row) if (old.id, purpose) not in agreed}
        _agree(tx, [(old.id, purpose) for purpose in sorted(wanted)], consent_version, now=now)
        if wanted:
            seekers.touch(tx, mother.c.person_id == old.id)
        changed |= bool(wanted)
        if row.get("job_consent") is False and (old.id, "jobs") in agreed:
            consents.withdraw(tx, old.id, "jobs", now=now)
            _log(tx, [old.id], BY_OFFICE, now=now)
            changed = True
        touched += [old.id] * changed
        saved.count(changed=changed)
    touched += _add(tx, fresh, places, consent_version=consent_version, now=now)
    saved.new = len(fresh)
    _log(tx, touched, "data.import", now=now)
    return saved


def _purposes(row: MotherRow) -> list[str]:
    given = {"profile": True, "children": row.get("children"), "jobs": row.get("job_consent")}
    return [purpose for purpose, one in given.items() if one]


def _consents(tx: Connection, ids: list[int]) -> tuple[set[tuple[int, str]], set[tuple[int, str]]]:
    """(person, purpose) that are agreed to now, and those that she withdrew, or that ran out, and that no list may give back."""
    mine = and_(consent.c.person_id.in_(ids), consent.c.enterprise_id.is_(None))
    rows = tx.execute(select(consent.c.person_id, consent.c.purpose, consent.c.withdrawn_at).where(mine)).all()
    office = select(log.c.subject_id, log.c.at).where(log.c.subject_kind == "person", log.c.subject_id.in_(ids), log.c.action == BY_OFFICE)
    by_office = {(row.subject_id, row.at) for row in tx.execute(office)}
    agreed = {(row.person_id, row.purpose) for row in rows if row.withdrawn_at is None}
    newest: dict[tuple[int, str], datetime] = {}
    for row in rows:
        if row.withdrawn_at is not None:
            newest[row.person_id, row.purpose] = max(row.withdrawn_at, newest.get((row.person_id, row.purpose), row.withdrawn_at))
    hers = {pair for pair, at in newest.items() if pair not in agreed and (pair[0], at) not in by_office}
    return agreed, hers


def _change(tx: Connection, old: Stored, row: MotherRow, places: Places, *, now: datetime) -> bool:
    """Set what differs of person and profile; whether anything did."""
    # Consents have their own rows.
    stored = old._asdict()
    current = settled(MOTHERS, stored) if old.person_id is not None else {name: stored[name] for name in _SPOKE}
    differing = {name: value for name, value in row.items() if name != "job_consent" and (name not in current or value != current[name])}
    if "community" in differing:
        # A cell is one of its community's.
        differing["cell"] = row.get("cell")
    moved, told = _person(MOTHERS.row(differing), places, community=old.community), _profile(MOTHERS.row(differing))
    if moved:
        persons.change(tx, old.id, **moved)
    if "cell_id" in moved:
        community_id = moved.get("community_id", places[0].get(old.community or ""))
        campaigns.moved_to(tx, old.id, community_id=community_id, cell_id=moved["cell_id"])
    if old.person_id is None:
        # Somebody who wrote to the bot or works for it, and is a mother from now on.
        told = {**_profile(MOTHERS.whole(row)), "surveyed_at": now}
    if told:
        persons.save_profile(tx, old.id, told, now=now)
    return bool(moved or told)


def _places(tx: Connection, rows: Sequence[MotherRow]) -> Places:
    """Communities by code, and the cells of these rows by community and code; a cell that nobody knew is made."""
    communities = {row.code: row.id for row in tx.execute(select(community.c.code, community.c.id))}
    cells = {(row.community_id, row.code): row.id for row in tx.execute(select(cell.c.id, cell.c.community_id, cell.c.code))}
    wanted = {(communities[row["community"]], code) for row in rows if (code := row.get("cell")) and row["community"] in communities}
    for community_id, code in sorted(wanted - set(cells)):
        made = insert(cell).values(community_id=community_id, code=code, name=code).returning(cell.c.id)
        cells[community_id, code] = tx.execute(made).scalar_one()
    return communities, cells


def _person(row: MotherRow, places: Places, *, community: str | None = None) -> persons.Changes:
    """What the row says of the person; `community` is where she lives if it does not say."""
    communities, cells = places
    changes: persons.Changes = {}
    if "name" in row:
        changes["name"] = row["name"]
    if "phone" in row:
        changes["phone"] = row["phone"]
    if "building" in row:
        changes["building"] = row["building"]
    if "community" in row:
        changes["community_id"] = communities[row["community"]]
    if "cell" in row:
        where, code = communities.get(row.get("community") or community or ""), row["cell"]
        changes["cell_id"] = None if code is None or where is None else cells[where, code]
    return changes


def _profile(row: MotherRow) -> persons.Told:
    """What the row says of her profile."""
    told: dict[str, object] = {name: value for name, value in row.items() if name in _PROFILE}
    if "min_monthly_pay" in row:
        told["min_monthly_pay_fen"] = row["min_monthly_pay"]
    return cast("persons.Told", told)


def _add(tx: Connection, rows: Sequence[MotherRow], places: Places, *, consent_version: int, now: datetime) -> list[int]:
    """Persons, profiles and consents of mothers nobody knew; their ids."""
    if not rows:
        return []
    whole = [MOTHERS.whole(row) for row in rows]
    made = {"language": "zh", "notices": True, "created_at": now}
    new_rows = [
        {
            "key": row["key"],
            **_person(row, places),
            "phone_digest": digest(row["phone"], "phone") if row["phone"] else None,
            "name_digest": persons.name_digest(row["name"], row["birth_year"]),
            **made,
        }
        for row in whole
    ]
    tx.execute(insert(person), new_rows)
    ids = {row.key: row.id for row in tx.execute(select(person.c.key, person.c.id).where(person.c.key.in_([row["key"] for row in rows])))}
    profiles = [{"person_id": ids[row["key"]], **_profile(row), "learn": [], "surveyed_at": now, "updated_at": now} for row in whole]
    tx.execute(insert(mother), profiles)
    _agree(tx, [(ids[row["key"]], purpose) for row in rows for purpose in _purposes(row)], consent_version, now=now)
    return list(ids.values())


def _agree(tx: Connection, pairs: Sequence[tuple[int, str]], version: int, *, now: datetime) -> None:
    if pairs:
        rows = [{"person_id": person_id, "purpose": purpose, "version": version, "given_at": now} for person_id, purpose in pairs]
        tx.execute(insert(consent), rows)


def _log(tx: Connection, ids: Sequence[int], action: str, *, now: datetime) -> None:
    """Who of the persons an office's list changed; its data of children among it (minors' network rules 36)."""
    access_log.write_all(tx, actor_id=None, action=action, subject_kind="person", subject_ids=ids, now=now)
