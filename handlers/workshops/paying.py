"""Pay: closed by month or when short work is done, topped up where the law's minimum says so, paid, and confirmed by her."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from domain.errors import Refused
from domain.fund.beancount import yuan
from domain.months import last_day, month_of
from domain.notices import LOCAL
from domain.work.wages import minimum
from domain.workshops.pay import Day, Terms, pay_by, split, summed
from handlers.content import Content
from handlers.scene import Scene
from handlers.tell import for_others, tell
from handlers.turn import Turn
from handlers.work import wages
from handlers.workshops import counting
from storage.database import lock
from storage.tables.pay import SlipStatus
from storage.workshops import counts, pay, slips
from storage.workshops.pay import Fresh, Unpaid
from storage.workshops.slips import Slip


class Closed(NamedTuple):
    """A month of a firm that was closed; fen. `waiting`: below the minimum; `unmeasured`: nobody told the hours."""

    slips: int
    fen: int
    waiting: int
    unmeasured: int


def close(scene: Scene, enterprise_id: int, community_id: int, month: str) -> Closed:
    """Write the slips of a month, or of short work up to today while it runs: all of them in this transaction. Raises Refused."""
    scene.need("pay.close", community_id)
    today = scene.today
    if month > month_of(today):
        raise Refused("pay.not_begun", month=month)
    lock(scene.tx, "pay")
    unpaid = pay.unpaid(scene.tx, enterprise_id, community_id, until=min(last_day(month), today))
    if not unpaid:
        raise Refused("pay.nothing_open")
    fresh = _slips(scene, enterprise_id, community_id, month, unpaid)
    due = pay_by(month, today)
    pay.write(scene.tx, enterprise_id, community_id, month, fresh, pay_by=due, by=scene.person_id, now=scene.now)
    scene.log("pay.close", "enterprise", enterprise_id, month=month, slips=len(fresh))
    waiting = sum(one.sum.top_up_fen > 0 for one in fresh)
    unmeasured = sum(one.terms != "contract" and one.minutes is None for one in fresh)
    return Closed(len(fresh), sum(one.sum.total_fen for one in fresh), waiting, unmeasured)


def _slips(scene: Scene, enterprise_id: int, community_id: int, month: str, unpaid: list[Unpaid]) -> list[Fresh]:
    """A slip for each woman. Where one post is employment and another a contract, the stricter rules hold for all of it."""
    extras = pay.extras(scene.tx, enterprise_id, community_id)
    hours = pay.hours(scene.tx, enterprise_id, community_id, month)
    before = pay.paid_before(scene.tx, enterprise_id, community_id, month)
    lowest = minimum(last_day(month))
    by_woman: dict[int, list[Unpaid]] = defaultdict(list)
    for row in unpaid:
        by_woman[row.person_id].append(row)
    fresh = []
    for person, rows in by_woman.items():
        lines = [(row.count_id, work) for row in rows for work in split(row.pieces, row.rate_fen, extras.get(row.count_id, ()))]
        terms = _stricter({row.terms for row in rows})
        works = [work for _, work in lines]
        total = summed(works, terms, hours.get(person), lowest, before_fen=before.get(person, 0))
        fresh.append(Fresh(person, terms, hours.get(person), total, lines))
    return fresh


def _stricter(terms: set[Terms]) -> Terms:
    order: tuple[Terms, ...] = ("employment", "unset", "contract")
    return next(one for one in order if one in terms)


def second(scene: Scene, slip_id: int) -> Slip:
    """Another person than who closed it looks at a slip below the minimum: with its top-up it can be paid. Raises Refused."""
    slip = slips.get(scene.tx, slip_id)
    if slip is None or not scene.may("pay.close", slip.community_id):
        raise Refused("pay.gone")
    if scene.person_id in (slip.closed_by, slip.person_id):
        raise Refused("pay.own")
    if not slips.change(scene.tx, slip.id, of=["waiting"], status="closed", second_by=scene.person_id, second_at=scene.now):
        raise Refused("pay.looked_before")
    scene.log("pay.second", "slip", slip.id)
    return slip


def paid(scene: Scene, enterprise_id: int, community_id: int, month: str) -> list[Slip]:
    """Who pays says that it is paid: each woman is asked whether she has it. Raises Refused."""
    if not scene.may("pay.tell", community_id) and not scene.may("pay.tell", None, enterprise_id=enterprise_id):
        raise Refused("pay.gone")
    unpaid = slips.unpaid_of(scene.tx, enterprise_id, community_id, month)
    if not unpaid:
        raise Refused("pay.nothing_open")
    today, voice = scene.today, for_others(scene.content)
    for slip in unpaid:
        slips.change(scene.tx, slip.id, of=["closed", "missing"], status="paid", paid_on=today, paid_by=scene.person_id)
        buttons = (voice.button("pay.got_it", f"slip:{slip.id}:yes"), voice.button("pay.got_less", f"slip:{slip.id}:no"))
        said = voice.say("pay.paid_word", buttons, firm=slip.enterprise, month=slip.month, total=yuan(slip.total_fen), on=f"{today:%m-%d}")
        tell(scene.tx, scene.content, [slip.person_id], "answer", said, now=scene.now)
    scene.log("pay.paid", "enterprise", enterprise_id, month=month, slips=len(unpaid))
    return unpaid


def confirm(scene: Scene, slip_id: int, *, has_it: bool) -> Slip:
    """Her word on whether she has the money; where she has not, it is a wage matter at once. Raises Refused."""
    slip = slips.get(scene.tx, slip_id)
    if slip is None or slip.person_id != scene.person_id:
        raise Refused("pay.gone")
    status: SlipStatus = "confirmed" if has_it else "missing"
    of: list[SlipStatus] = ["paid", "missing"] if has_it else ["closed", "paid", "missing"]
    if not slips.change(scene.tx, slip.id, of=of, status=status, said_at=scene.now):
        raise Refused("pay.said_before")
    if not has_it:
        _matter(scene, slip, "pay.matter_said")
    return slip


def missing(tx: Connection, content: Content, now: datetime) -> int:
    """The clock's step: what is not paid by its day is a wage matter at once; how many."""
    late = slips.overdue(tx, today=now.astimezone(LOCAL).date())
    for slip in late:
        scene = Turn.to(tx, content, slip.person_id, now=now)
        slips.change(tx, slip.id, of=["closed"], status="missing")
        _matter(scene, slip, "pay.matter_late")
        said = for_others(content).say("pay.late_word", firm=slip.enterprise, month=slip.month, total=yuan(slip.total_fen))
        tell(tx, content, [slip.person_id], "answer", said, now=now)
    return len(late)


def _matter(scene: Scene, slip: Slip, phrase: str) -> None:
    values = {"firm": slip.enterprise, "month": slip.month, "total": yuan(slip.total_fen), "number": slip.id}
    said = for_others(scene.content).words(phrase, **values)
    # Below zero: a wage matter above it is about the follow-up of that number.
    wages.raised(scene, slip.person_id, about_id=-slip.id, said=said)


def beyond_quota(scene: Scene, count_id: int, day: Day, pieces: int) -> None:
    """Pieces of a return that were made beyond the quota, outside hours. Raises Refused where the firm set no quota, or there are not so many."""
    row = counting.managed_count(scene, count_id)
    if row.kind != "back" or slips.quota_of(scene.tx, row.lot_id) is None:
        raise Refused("pay.no_quota")
    if not 1 <= pieces <= row.good:
        raise Refused("pay.not_so_many", good=row.good)
    if not pay.add_extra(scene.tx, row.id, day, pieces, by=scene.person_id):
        raise Refused("pay.told_before")
    scene.log("pay.extra", "lot_count", row.id)


def tell_hours(scene: Scene, enterprise_id: int, community_id: int, month: str, minutes: int) -> None:
    """How long she worked for a firm this month: so her pay is held against the minimum wage."""
    pay.tell_hours(scene.tx, scene.person_id, enterprise_id, community_id, month, minutes=minutes, now=scene.now)


def set_terms(scene: Scene, position_id: int, kind: Terms, word: str, quota: int | None) -> None:
    """Whether a post is employment or a contract for work, with a lawyer's word; the firm's quota. Raises Refused."""
    if position_id not in [post.id for post in slips.posts(scene.tx, scene.scopes("pay.close"), limit=1000)]:
        raise Refused("pay.gone")
    slips.set_terms(scene.tx, position_id, kind, word, quota, by=scene.person_id, now=scene.now)
    scene.log("pay.terms", "position", position_id, kind=kind)


def bag_firm(scene: Scene, bag_id: int) -> tuple[int, int]:
    """Firm and community of a bag of hers. Raises Refused."""
    bag = counts.get(scene.tx, bag_id)
    if bag is None or bag.person_id != scene.person_id:
        raise Refused("pay.gone")
    return bag.enterprise_id, bag.community_id


def said_of(outcome: Closed) -> dict[str, object]:
    """What the chat says of a closed month."""
    return {"slips": outcome.slips, "total": yuan(outcome.fen), "waiting": outcome.waiting, "unmeasured": outcome.unmeasured}
