"""Three closed months of the demo town: pieces counted and paid, the firms' shares received, the fund spent and its books closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from bot.demo.town import Community
from domain.fund import shares
from domain.months import last_day, later, month_before, month_of
from domain.notices import LOCAL, local_day
from domain.workshops.pay import Work, pay_by, summed
from domain.workshops.pieces import Count, Pieces
from storage.fund import ledger, spendings
from storage.fund.ledger import Line
from storage.staff import roles
from storage.tables.fund import fund_share, fund_spending
from storage.tables.pay import pay_slip
from storage.tables.people import mother, person
from storage.tables.work import enterprise, position
from storage.workshops import counts, lots, pay, slips

MONTHS, FIRMS = 3, 2
WOMEN = (6, 9)
# What a woman earns in a month with one firm, in fen, and what a piece pays.
EARNS, RATE = (90_000, 125_000), (40, 300)
# What firms take in for what they pay in wages, in per cent.
REVENUE = (125, 160)
# Purpose, what for, least and most of it in fen.
SPENT = (
    ("facilities", "楼道口装太阳能灯", 60_000, 120_000),
    ("children", "周末亲子阅读会", 20_000, 50_000),
    ("activity", "妇女健康义诊", 20_000, 60_000),
)


class _Firm(NamedTuple):
    id: int
    percent: int


def months(tx: Connection, random: Random, places: list[Community], *, now: datetime) -> None:
    """Write the three months before the last one, whose revenue is being told; only where somebody keeps the books and women live."""
    for place in places:
        there = select(person.c.id).join(mother, mother.c.person_id == person.c.id).where(person.c.community_id == place.id)
        women = list(tx.execute(there.order_by(person.c.id).limit(200)).scalars())
        keepers = roles.staff(tx, "coordinator", place.id)
        if len(women) < max(WOMEN) or not keepers:
            continue
        for number, month in enumerate(_before(now)):
            for firm in _firms(tx, place):
                _pay(tx, random, place, firm, month, women, keeper=keepers[0])
            _spend(tx, random, place, month, SPENT[number], keeper=keepers[0])
            ledger.close_month(tx, place.id, month, now=_moment(last_day(month), days=18))


def _before(now: datetime) -> list[str]:
    """The three months before the last, the oldest first."""
    last = month_before(month_of(local_day(now)))
    return [later(last, -back) for back in range(MONTHS, 0, -1)]


def _firms(tx: Connection, place: Community) -> Iterator[_Firm]:
    """The first firms with posts in a community."""
    offering = select(position.c.enterprise_id).where(position.c.community_id == place.id)
    chosen = select(enterprise.c.id, enterprise.c.share_percent).where(enterprise.c.id.in_(offering)).order_by(enterprise.c.id)
    yield from (_Firm(*row) for row in tx.execute(chosen.limit(FIRMS)))


def _pay(tx: Connection, random: Random, place: Community, firm: _Firm, month: str, women: list[int], *, keeper: int) -> None:
    """One firm's month: a lot that is over, its bags, slips that are confirmed, and the share."""
    rate, end = random.randint(*RATE), last_day(month)
    good = {woman: random.randint(*EARNS) // rate for woman in random.sample(women, random.randint(*WOMEN))}
    day, whole = _moment(end, days=-2), sum(good.values())
    made = lots.bring(
        tx,
        f"D{place.id}-{firm.id}-{month}",
        enterprise_id=firm.id,
        community_id=place.id,
        item=random.choice(("围裙", "枕套", "帆布袋", "香囊", "礼盒")),
        pieces=whole,
        rate_fen=rate,
        deadline=end,
        now=_moment(end, days=-25),
    )
    for woman, pieces in good.items():
        hers: counts.Fresh = {"person_id": woman, "rate_fen": rate, "home": random.random() < 0.4, "due_on": end, "told_by": keeper}
        hers["bag_id"] = counts.add(tx, made, "out", Count(pieces), status="agreed", on=day.date(), now=day, **hers)
        counts.add(tx, made, "back", Count(pieces), status="agreed", on=day.date(), now=day, **hers)
    counts.add(tx, made, "pickup", Count(whole), status="agreed", on=day.date(), now=day, told_by=keeper)
    lots.put(tx, made, Pieces(collected=whole))
    _slips(tx, place, firm, month, keeper=keeper)
    _share(tx, random, place, firm, month)


def _slips(tx: Connection, place: Community, firm: _Firm, month: str, *, keeper: int) -> None:
    """What was counted is closed, paid and confirmed."""
    fresh = []
    for row in pay.unpaid(tx, firm.id, place.id, until=last_day(month)):
        work = Work(row.pieces, row.rate_fen)
        fresh.append(pay.Fresh(row.person_id, row.terms, None, summed([work], row.terms, None, None), [(row.count_id, work)]))
    closed = _moment(last_day(month), days=3)
    pay.write(tx, firm.id, place.id, month, fresh, pay_by=pay_by(month, closed.date()), by=keeper, now=closed)
    paid = {"status": "confirmed", "paid_on": closed.date() + timedelta(days=3), "said_at": closed + timedelta(days=4)}
    mine = (pay_slip.c.enterprise_id == firm.id, pay_slip.c.community_id == place.id, pay_slip.c.month == month)
    tx.execute(update(pay_slip).where(*mine).values(paid))


def _share(tx: Connection, random: Random, place: Community, firm: _Firm, month: str) -> None:
    """The firm told its revenue and paid its share, from its own money."""
    revenue = slips.wages(tx, firm.id, place.id, month).fen * random.randint(*REVENUE) // 100
    due, at = shares.share_of(revenue, firm.percent), _moment(last_day(month), days=0)
    row: dict[str, object] = {
        "enterprise_id": firm.id,
        "community_id": place.id,
        "month": month,
        "percent": firm.percent,
        "revenue_fen": revenue,
    }
    row |= {"due_fen": due, "due_on": shares.due_on(month), "status": "paid", "told_at": at, "paid_at": at}
    row["saved_percent"] = random.choice((None, 8, 10, 12))
    tx.execute(insert(fund_share).values(row))
    where, who = ledger.place(tx, place.id), ledger.firm(tx, firm.id)
    owed = [Line(ledger.owed(where, who), due), Line(ledger.share(where, who), -due)]
    paid = [Line(ledger.bank(where), due), Line(ledger.owed(where, who), -due)]
    note = f"{month} {who.name}"
    ledger.book(tx, place.id, owed, kind="share_due", on=at.date(), now=at, note=note)
    ledger.book(tx, place.id, paid, kind="share_paid", on=at.date(), now=at, note=note)


def _spend(tx: Connection, random: Random, place: Community, month: str, what: tuple[str, str, int, int], *, keeper: int) -> None:
    """Something that the fund paid for, where it has the money."""
    purpose, told, least, most = what
    fen, at = random.randint(least, most), _moment(last_day(month), days=0)
    if fen > ledger.in_bank(tx, place.id):
        return
    made = spendings.ask(tx, place.id, purpose=purpose, what=told, private=False, estimate_fen=fen, asked_by=keeper, now=at)
    where = ledger.place(tx, place.id)
    lines = [Line(ledger.spending(where, purpose), fen), Line(ledger.bank(where), -fen)]
    number = ledger.book(tx, place.id, lines, kind="spending", on=at.date(), now=at, note=told, voucher=f"发票{made:04d}")
    done = {"status": "done", "paid_fen": fen, "booking": number, "outcome": "办好了", "came": random.randint(8, 60)}
    tx.execute(update(fund_spending).where(fund_spending.c.id == made).values(done))


def _moment(day: date, *, days: int) -> datetime:
    """Ten in the morning, so many days later."""
    return datetime.combine(day + timedelta(days=days), time(10), LOCAL)
