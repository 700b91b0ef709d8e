"""Applies the codebook to one notice: which codes, and where its words say so."""

from __future__ import annotations

import re

from domain.screening.hours import over_hours
from domain.screening.notice import Notice, Span, denied
from domain.screening.pay import below_minimum, pay_span
from domain.screening.rules import rules, signs
from domain.screening.underage import underage

Found = dict[str, Span]
DENIABLE = ("deposit", "id_retention", "brushing", "account", "adult", "pyramid")
# In a scheme the talk of money and of tasks is part of the bait and no pay or duty in earnest.
_CLAUSE = re.compile(r"[\u4e00-\u9fff]+")
_TELLING = 4  # characters of the opening clause left without the filler
SCHEMES = frozenset({"pyramid", "brushing", "account", "adult"})


def judge(notice: Notice, minimum: int) -> Found:
    """Each code that applies, with the span of the plain text that says so."""
    found: Found = {}
    for code in DENIABLE:
        span = _first(notice, code)
        if span:
            found[code] = span
    course = is_course(notice)
    _money(notice, found, course=course)
    _people(notice, found)
    young = None if course else underage(notice)
    if young:
        found["underage"] = young
    wage = _first(notice, "no_contract_pay") or (None if course or SCHEMES & found.keys() else below_minimum(notice, minimum))
    if wage:
        found["no_contract_pay"] = wage
    _queries(notice, found, course=course)
    return found


def is_course(notice: Notice) -> bool:
    """A class or an activity is offered, not a job."""
    return bool(signs()["course_offer"].search(notice.text)) and not signs()["hiring"].search(notice.text)


def _first(notice: Notice, code: str) -> Span | None:
    for match in rules()[code].finditer(notice.text):
        if match.end() > match.start() and not _excused(notice, code, match.span()):
            return match.span()
    return None


def _excused(notice: Notice, code: str, span: Span) -> bool:
    if code == "id_retention" and signs()["looked_at"].search(notice.text, *notice.clause(*span)):
        return True
    return denied(notice, *span)


def _money(notice: Notice, found: Found, *, course: bool) -> None:
    """Refundable is a deposit, not refundable a fee; a paid hobby class is neither; a scheme's own payments belong to the scheme."""
    for match in rules()["fee"].finditer(notice.text):
        span = match.span()
        if _excused(notice, "fee", span) or ("deposit" in found and _overlap(found["deposit"], span)):
            continue
        found.setdefault("deposit" if _refunded(notice, span) else "fee", span)
    if course and not signs()["work_after_class"].search(notice.text):
        found.pop("fee", None)
    if "brushing" in found:
        found.pop("deposit", None)
    if "pyramid" in found:
        found.pop("deposit", None)
        found.pop("fee", None)
    for other in ("fee", "deposit", "id_retention"):
        if "account" in found and other in found and _overlap(found["account"], found[other]):
            del found[other]


def _refunded(notice: Notice, span: Span) -> bool:
    start, end = span
    stop = notice.sentence(start, end)[1]
    return bool(signs()["refund"].search(notice.text, end, min(stop, end + 24))) and not signs()["no_refund"].search(
        notice.text, start, stop
    )


def _overlap(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _people(notice: Notice, found: Found) -> None:
    for code in ("gender", "marital", "childbearing"):
        for match in rules()[code].finditer(notice.text):
            if not _neutral(notice, code, match.span()):
                found[code] = match.span()
                break


def _neutral(notice: Notice, code: str, span: Span) -> bool:
    """Whether the words lift a limit (男女不限, 婚否不问) or speak of the programme's own aim."""
    start, end = notice.clause(*span)
    clause = notice.text[start:end]
    if signs()["unlimited"].search(clause):
        return True
    if code == "gender" and "女" in notice.text[span[0] : span[1]] and signs()["for_women"].search(notice.text):
        return not signs()["keeps_out"].search(clause)
    return False


def _queries(notice: Notice, found: Found, *, course: bool) -> None:
    scheme = SCHEMES & found.keys()
    taken = [found[code] for code in ("fee", "deposit") if code in found]
    paid = course or pay_span(notice, taken) is not None
    busy = course or duty_span(notice) is not None
    contact = None if paid and busy else _first(notice, "contact_off")
    if contact and not scheme:
        found["contact_off"] = contact
    whole = (0, len(notice.text))
    if not paid and not scheme:
        haggle = signs()["haggle"].search(notice.text)
        found["vague_pay"] = haggle.span() if haggle else whole
    if not busy and not scheme:
        found["vague_duty"] = whole
    span = None if course or scheme else over_hours(notice)
    if span:
        found["hours"] = span


def duty_span(notice: Notice) -> Span | None:
    """Where the notice tells what is to be done: a known trade or task, or an opening clause with words of its own."""
    match = signs()["duty"].search(notice.text)
    if match or signs()["vague"].search(notice.text):
        return match.span() if match else None
    title = _CLAUSE.search(notice.text)
    telling = title is not None and len(signs()["filler"].sub("", title[0])) >= _TELLING
    return title.span() if title and telling else None
