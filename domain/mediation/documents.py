"""The case file's documents in their order (format of the ministry of justice, 2010-12) and the fields of each; what is not known stays blank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from domain.mediation.agreements import CONFIRM_WITHIN
from domain.notices import LOCAL

Name = Literal[
    "cover",
    "contents",
    "application",
    "registration",
    "rights",
    "identity",
    "inquiry",
    "minutes",
    "agreement",
    "oral",
    "visit",
    "confirmation",
    "closing",
]
# In the order of the file, with what each is called (law.md, anchors.md section 3).
TITLES: Mapping[Name, str] = {
    "cover": "卷宗封面",
    "contents": "卷内目录",
    "application": "人民调解申请书",
    "registration": "受理登记表",
    "rights": "权利义务告知书",
    "identity": "身份证明及授权委托书",
    "inquiry": "调查记录",
    "minutes": "调解记录",
    "agreement": "人民调解协议书",
    "oral": "口头协议登记表",
    "visit": "回访记录",
    "confirmation": "司法确认申请书",
    "closing": "卷宗情况说明",
}
# One value of a template, or the rows of a table of it.
Value = str | list[dict[str, str]]
Fields = dict[str, Value]
# XML 1.0 holds no other control characters; a word processor opens no file with one.
_CONTROLS = {code: None for code in range(32) if code not in (9, 10, 13)} | {0xFFFE: None, 0xFFFF: None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A party as documents name it."""

    name: str = ""
    sex: str = ""
    ethnic: str = ""
    birth_year: int | None = None
    occupation: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """One meeting that took place."""

    at: datetime
    room: str
    whom: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One return visit that was made."""

    at: datetime
    day: int
    found: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """The agreement, as it is recorded."""

    oral: bool
    facts: str
    terms: str
    manner: str
    copies: int
    at: datetime | None
    confirmable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """All that the documents of a case say."""

    number: str
    committee: str
    kind: str
    source: str
    mediator: str
    reported_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    result: str
    a: Side
    b: Side
    account: str
    wish: str
    rights_at: datetime | None = None
    findings: Sequence[tuple[datetime, str]] = ()
    meetings: Sequence[Minutes] = ()
    agreed: Agreed | None = None
    visits: Sequence[Visit] = ()
    asked_by_her: bool = True


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: which template, what it is called in the list of contents, and its fields."""

    name: Name
    title: str
    fields: Fields = field(default_factory=dict)


def day(at: datetime | date | None) -> str:
    """A day as it stands on paper; blank where it is not known."""
    if at is None:
        return ""
    local = at.astimezone(LOCAL) if isinstance(at, datetime) else at
    return f"{local.year}年{local.month}月{local.day}日"


def day_and_hour(at: datetime) -> str:
    """Day and hour."""
    local = at.astimezone(LOCAL)
    return f"{day(at)}{local:%H}时{local:%M}分"


def clean(text: str) -> str:
    """Text that a word processor can open."""
    return text.translate(_CONTROLS)


def papers(file: File, *, today: date) -> list[Paper]:
    """The documents that this file has, in their order; the list of contents names those behind it."""
    common: Fields = {
        "number": file.number,
        "committee": file.committee,
        "kind": file.kind,
        "mediator": file.mediator,
        "today": day(today),
        **_side("a", file.a, today),
        **_side("b", file.b, today),
        "account": file.account,
        "wish": file.wish,
    }
    documents = [Paper("application", TITLES["application"], {"date": day(file.reported_at)})] if file.asked_by_her else []
    documents.append(
        Paper("registration", TITLES["registration"], {"source": file.source, "date": day(file.accepted_at or file.reported_at)})
    )
    documents.append(Paper("rights", TITLES["rights"], {"date": day(file.rights_at)}))
    documents.append(Paper("identity", TITLES["identity"]))
    documents += [Paper("inquiry", TITLES["inquiry"], {"time": day_and_hour(at), "said": said}) for at, said in file.findings]
    documents += [_minutes(one) for one in file.meetings]
    if file.agreed is not None:
        documents += _agreement(file.agreed)
    documents += [_visit(one) for one in file.visits]
    if file.agreed is not None and file.agreed.confirmable and file.agreed.at is not None:
        until = day(file.agreed.at + CONFIRM_WITHIN)
        documents.append(
            Paper("confirmation", TITLES["confirmation"], {"effective": day(file.agreed.at), "until": until, "facts": file.agreed.facts})
        )
    ended = {"accepted": day(file.accepted_at), "ended": day(file.ended_at), "result": file.result, "source": file.source}
    documents.append(Paper("closing", TITLES["closing"], dict(ended)))
    front = [
        Paper("cover", TITLES["cover"], {"began": day(file.accepted_at), "ended": day(file.ended_at)}),
        Paper("contents", TITLES["contents"], {"rows": _listed(documents, pages=None)}),
    ]
    return [Paper(one.name, one.title, _cleaned({**common, **one.fields})) for one in (*front, *documents)]


def paged(contents: Paper, behind: Sequence[Paper], pages: Sequence[int]) -> Paper:
    """The list of contents with the page on which each document begins; `pages` is how many each has."""
    return Paper(contents.name, contents.title, {**contents.fields, "rows": _listed(behind, pages=pages)})


def _listed(behind: Sequence[Paper], *, pages: Sequence[int] | None) -> list[dict[str, str]]:
    rows, page = [], 1
    for number, one in enumerate(behind, 1):
        rows.append({"number": str(number), "title": one.title, "page": str(page) if pages is not None else "", "note": ""})
        page += pages[number - 1] if pages is not None else 0
    return rows


def _side(name: str, side: Side, today: date) -> Fields:
    age = str(today.year - side.birth_year) if side.birth_year is not None else ""
    values = {"name": side.name, "sex": side.sex, "ethnic": side.ethnic, "age": age, "occupation": side.occupation}
    values |= {"phone": side.phone, "address": side.address}
    return {f"{name}_{field_}": value for field_, value in values.items()}


def _minutes(one: Minutes) -> Paper:
    texts = {name: one.texts.get(name, "") for name in ("present", "told", "stated", "verified", "result")}
    return Paper("minutes", TITLES["minutes"], {"time": day_and_hour(one.at), "room": one.room, "whom": one.whom, **texts})


def _agreement(agreed: Agreed) -> list[Paper]:
    name: Name = "oral" if agreed.oral else "agreement"
    values: Fields = {"facts": agreed.facts, "terms": agreed.terms, "manner": agreed.manner}
    values |= {"copies": str(agreed.copies), "effective": day(agreed.at)}
    return [Paper(name, TITLES[name], values)]


def _visit(one: Visit) -> Paper:
    words = {"yes": "是", "no": "否"}
    fields: Fields = {
        name: words.get(one.found.get(name, ""), one.found.get(name, "")) for name in ("kept", "satisfied", "sued", "risk", "measures")
    }
    return Paper("visit", f"{TITLES['visit']}（第{one.day}天）", {"time": day_and_hour(one.at), "day": str(one.day), **fields})


def _cleaned(fields: Fields) -> Fields:
    return {name: clean(value) if isinstance(value, str) else value for name, value in fields.items()}
