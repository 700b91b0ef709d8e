"""Published posts of an office's list at the gate: what nobody may publish does not come in, what leaves a question comes in as a draft.

A list states pay, trade and hours in columns of their own, so that a finding about the notice as a whole (it names no pay, no duty) is none
here: a row fails by what it states, not by what it leaves out (docs/decisions/0016).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.lists.positions import POSITIONS, PositionRow
from domain.notices import LOCAL
from domain.work.pay import Pay
from domain.work.wages import estimate_fen, minimum, shortfall
from handlers.content import Content
from handlers.work import gate
from storage.work.posts import Post
from storage.work.reviews import Finding, Review

# What of a row the gate looks at.
STATED = ("title", "text", "pay_basis", "pay_min", "pay_max", "windows")


@dataclass(frozen=True, slots=True)
class Judged:
    """A row at the gate: words that nobody may publish, what a second person has to answer for, her refusal, and whether its pay can be judged.

    `past`: it closed on that day already.
    """

    forbidden: tuple[str, ...] = ()
    questions: tuple[Finding, ...] = ()
    refused: str = ""
    unjudged: bool = False
    past: date | None = None

    @property
    def waits(self) -> bool:
        """It is not published by the list."""
        return bool(self.questions or self.refused)


def judge(row: PositionRow, before: Post | None, word: Review | None, *, now: datetime) -> Judged:
    """A row that says published; `before` is the post of its code as it stands, `word` the last word on that."""
    # Here, since its rules take a tenth of a second that only lists of posts need.
    from domain.screening import QUERY_CODES, screen
    from domain.screening.judge import evasive, is_whole

    today, closes = now.astimezone(LOCAL).date(), row.get("closes_on", before.closes_on if before else None)
    # The same list once more is no news of a post that was public until that day.
    known = before is not None and before.published_at is not None and before.closes_on == closes
    if closes is not None and closes < today and not known:
        return Judged(past=closes)
    stated = _stated(row, before)
    title, text, pay = stated
    lowest = minimum(today)
    notice = f"{title}\n{text}"
    screened = screen(notice, minimum_monthly=lowest.month_fen // 100 if lowest else 0)
    forbidden = tuple(finding.quote for finding in screened.findings if finding.code not in QUERY_CODES)
    same = before is not None and stated == (before.title, before.text, before.pay)
    if forbidden or (same and before is not None and before.published_at is not None):
        return Judged(forbidden=forbidden if screened.verdict == "block" else ())
    said = [one for one in screened.findings if not is_whole(one.quote, notice) or (one.code == "vague_duty" and evasive(notice))]
    questions: list[Finding] = [{"code": one.code, "quote": one.quote} for one in said]
    if code := shortfall(pay, lowest):
        questions.append({"code": code, "quote": title})
    refused = word.reason if same and word is not None and word.outcome in ("returned", "refused") else ""
    return Judged(questions=tuple(questions), refused=refused, unjudged=pay.basis == "piece" and estimate_fen(pay) is None)


def _stated(row: PositionRow, before: Post | None) -> tuple[str, str, Pay]:
    """Title, text and pay as they are to be: what the file does not name stays."""
    kept = {} if before is None else {**before._asdict(), "pay_min": before.pay_min_fen, "pay_max": before.pay_max_fen}
    whole = POSITIONS.whole(POSITIONS.row({**{name: kept[name] for name in STATED if name in kept}, **row}))
    pay = Pay(
        basis=whole["pay_basis"],
        min_fen=whole["pay_min"],
        max_fen=whole["pay_max"],
        hourly_fen=None if before is None else before.hourly_fen,
        text=whole["text"],
        windows=whole["windows"],
    )
    return whole["title"], whole["text"], pay


def explained(content: Content, judged: Judged, *, now: datetime) -> str:
    """Why a row came in as a draft, in one line of plain words."""
    reasons = [
        f"“{' '.join(finding['quote'].split())[: gate.QUOTED]}”{gate.change(content, finding['code'], now=now)}"
        for finding in judged.questions
    ]
    return "；".join([*reasons, judged.refused] if judged.refused else reasons)
