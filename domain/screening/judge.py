"""Applies the codebook to one notice: which codes, and where its words say so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.screening.combine import combined
from domain.screening.hours import over_hours
from domain.screening.notice import Notice, Span, denied, read
from domain.screening.pay import below_minimum, pay_span
from domain.screening.rules import rules, signs
from domain.screening.underage import underage
from domain.screening.weigh import weighed

Found = dict[str, Span]
DENIABLE = ("deposit", "id_retention", "brushing", "account", "adult", "pyramid")
# In a scheme the talk of money and of tasks is part of the bait and no pay or duty in earnest.
_CLAUSE = re.compile(r"[\u4e00-\u9fff]+")
_TELLING = 4  # characters of the opening clause left without the filler
SCHEMES = frozenset({"pyramid", "brushing", "account", "adult"})
OF_JOBS = frozenset({"underage", "no_contract_pay", "vague_pay", "vague_duty", "hours"})


def judge(notice: Notice, minimum: int) -> Found:
    """Each code that applies, with the span of the plain text that says so: the rules' findings, weighed against the model.

    Volunteering without pay that says so is no job: what the law asks of jobs does not apply to it.
    """
    found = ruled(notice, minimum)
    kept = weighed(notice.text, found, _settled(notice, found, minimum), course=is_course(notice))
    return {code: span for code, span in kept.items() if code not in OF_JOBS} if signs()["volunteering"].search(notice.text) else kept


def _settled(notice: Notice, found: Found, minimum: int) -> frozenset[str]:
    """Codes that figures or an outright word decide; the model is not asked about them."""
    outright = {code for code, span in found.items() if signs()["outright"].search(notice.text, *notice.clause(*span))}
    wage = found.get("no_contract_pay")
    return frozenset(outright | ({"no_contract_pay"} if wage and wage == below_minimum(notice, minimum) else set()))


def ruled(notice: Notice, minimum: int) -> Found:
    """What the rules alone find."""
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


def said(notice: Notice, code: str) -> Iterator[Span]:
    """Where the notice may say what the code is about: first by a wording of its own, then by a combination."""
    if code in rules():
        for match in rules()[code].finditer(notice.text):
            yield match.span()
    yield from combined(notice, code)


def _first(notice: Notice, code: str) -> Span | None:
    return next((span for span in said(notice, code) if not _excused(notice, code, span)), None)


def _excused(notice: Notice, code: str, span: Span) -> bool:
    if code == "id_retention" and signs()["looked_at"].search(notice.text, *notice.clause(*span)):
        return not signs()["kept_for_long"].search(notice.text, *notice.sentence(*span))
    if code in {"fee", "deposit"} and signs()["others_money"].search(notice.text, *notice.clause(*span)):
        return True
    if code == "no_contract_pay":  # its wordings are denials themselves (一分没有): only a vow before them lifts them
        return bool(signs()["vow"].search(notice.text, notice.clause(*span)[0], span[0]))
    return denied(notice, *span)


def _money(notice: Notice, found: Found, *, course: bool) -> None:
    """Refundable is a deposit, not refundable a fee; a paid hobby class is neither; a scheme's own payments belong to the scheme."""
    for span in said(notice, "fee"):
        if _excused(notice, "fee", span) or ("deposit" in found and _overlap(found["deposit"], span)):
            continue
        found.setdefault("deposit" if _refunded(notice, span) else "fee", span)
    if course and not any(not denied(notice, *match.span()) for match in signs()["work_after_class"].finditer(notice.text)):
        found.pop("fee", None)
    if "deposit" in found and "fee" in found and signs()["stuff_cost"].search(notice.text, *found["fee"]):
        del found["fee"]
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
        span = next((span for span in said(notice, code) if not _neutral(notice, code, span)), None)
        if span:
            found[code] = span


def _neutral(notice: Notice, code: str, span: Span) -> bool:
    """Whether the words lift a limit (男女不限, 婚否不问) or speak of the programme's own aim."""
    start, end = notice.clause(*span)
    clause = notice.text[start:end]
    if signs()["unlimited"].search(clause) or signs()["welcome_after"].match(notice.text, end):
        return True
    if code == "gender" and "女" in notice.text[span[0] : span[1]] and signs()["for_women"].search(notice.text):
        return not signs()["keeps_out"].search(clause)
    return False


def _queries(notice: Notice, found: Found, *, course: bool) -> None:
    scheme = SCHEMES & found.keys()
    taken = [found[code] for code in ("fee", "deposit") if code in found]
    elsewhere = signs()["pay_elsewhere"].search(notice.text)
    paid = course or (pay_span(notice, taken) is not None and not elsewhere)
    busy = course or duty_span(notice) is not None
    contact = None if paid and busy else _first(notice, "contact_off")
    if contact and (elsewhere or not scheme):
        found["contact_off"] = contact
    if elsewhere and contact:
        found["vague_pay"] = elsewhere.span()
    whole = (0, len(notice.text))
    if not paid and not scheme:
        haggle = signs()["haggle"].search(notice.text)
        found.setdefault("vague_pay", haggle.span() if haggle else whole)
    if not busy and not scheme:
        found["vague_duty"] = whole
    span = None if course or scheme else over_hours(notice)
    if span:
        found["hours"] = span


def evasive(text: str) -> bool:
    """Whether a notice puts off by its own words what is to be done (来了再说, 什么都干)."""
    return signs()["vague"].search(read(text).text) is not None


def is_whole(quote: str, text: str) -> bool:
    """Whether a quote is the whole notice: the finding is about what it leaves out."""
    return read(quote).text.strip() == read(text).text.strip()


def duty_span(notice: Notice) -> Span | None:
    """Where the notice tells what is to be done: a known trade or task, or an opening clause with words of its own.

    A mere helper of whom nothing is told (招个助手，什么都干点) is no duty.
    """
    vague = signs()["vague"].search(notice.text) is not None
    for match in signs()["duty"].finditer(notice.text):
        if not (vague and signs()["mere_helper"].fullmatch(match[0])):
            return match.span()
    title = None if vague else _CLAUSE.search(notice.text)
    telling = title is not None and len(signs()["filler"].sub("", title[0])) >= _TELLING
    return title.span() if title and telling else None
