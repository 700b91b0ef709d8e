"""The demo town's posts: most published and announced, a few filled or closed, a draft to publish in every community."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection, insert

from bot.demo.town import Community, Firm, near
from bot.demo.written import Schedule, Work, posts
from domain import windows
from domain.notices import LOCAL
from storage.tables.work import position

SCATTER_M = 2_000
DRAFT, FILLED, CLOSED = 0.06, 0.02, 0.02


def positions(tx: Connection, random: Random, places: list[Community], firms: list[Firm], *, count: int, now: datetime) -> None:
    """Write `count` posts, P0001 onwards."""
    rows: list[dict[str, object]] = []
    for status, place in _statuses(random, places, count):
        post = _post(random, random.choice(firms), place)
        headcount = random.choices((1, 2, 3, 5, 8), (50, 22, 14, 9, 5))[0]
        progress = _progress(random, status, headcount, now)
        rows.append({"code": f"P{len(rows) + 1:04d}", **post, "headcount": headcount, **progress})
    if rows:
        tx.execute(insert(position), rows)


def _statuses(random: Random, places: list[Community], count: int) -> list[tuple[str, Community]]:
    """Status and community of each post; drafts go round the communities, so that each has one."""
    drafts = min(count, max(len(places), round(DRAFT * count)))
    statuses = [("draft", places[number % len(places)]) for number in range(drafts)]
    others = ["filled"] * round(FILLED * count) + ["closed"] * round(CLOSED * count)
    others = (others + ["published"] * count)[: count - drafts]
    statuses += [(status, random.choice(places)) for status in others]
    random.shuffle(statuses)
    return statuses


def _post(random: Random, firm: Firm, place: Community) -> dict[str, object]:
    """What is done, where, when and for how much."""
    listed = posts()
    kind = random.choice(listed["sectors"][firm.sector])
    mode = random.choice(kind["modes"])
    # Work that is taken home is counted, not clocked.
    basis = "piece" if mode == "take_home" else random.choice(kind["basis"])
    item = random.choice(kind["items"])
    pay, told = _pay(random, basis, kind)
    trains = bool(kind["skills"]) and random.random() < 0.45
    care = random.choice(listed["trains"] if trains and random.random() < 0.6 else listed["care"][mode])
    lat, lon = near(random, place, radius_m=SCATTER_M)
    return {
        "enterprise_id": firm.id,
        "title": kind["title"].format(item=item),
        "text": f"{kind['duty'].format(item=item)}。{told}，{care}。",
        "sector": firm.sector,
        "mode": mode,
        "skills": kind["skills"],
        "trains": trains,
        "community_id": place.id,
        "lat": lat,
        "lon": lon,
        **_time(random, random.choice(listed["schedules"][basis if basis in ("day", "month") else mode])),
        "pay_basis": basis,
        **pay,
    }


def _time(random: Random, schedule: Schedule) -> dict[str, object]:
    written = windows.text(windows.parse(schedule["windows"]))
    hours = random.randint(*schedule["hours"]) if "hours" in schedule else 0
    return {"windows": written, "fixed": schedule.get("fixed", False), "min_weekly_hours": hours}


def _pay(random: Random, basis: str, kind: Work) -> tuple[dict[str, int | None], str]:
    """Columns in fen, and the same told in yuan."""
    rule = posts()["pay"][basis]
    if basis == "piece":
        low = random.randint(*kind["piece"])
        low, high = _price(low), _price(low * random.choice((1, 1, 1.25)))
    else:
        low = 100 * random.randint(*rule["least"])
        high = low + 100 * random.randint(*rule["more"])
        if basis == "month":
            low, high = low // 5000 * 5000, high // 5000 * 5000
    amount = "到".join(f"{fen / 100:g}" for fen in dict.fromkeys((low, high)))
    hourly = random.randint(*rule["hourly"]) if basis == "piece" else 0
    pay = {"pay_min_fen": low, "pay_max_fen": high, "hourly_fen": 100 * hourly or None}
    return pay, rule["text"].format(pay=amount, unit=kind["unit"], hourly=hourly)


def _price(fen: float) -> int:
    """A price as people set it: steps of five fen, from ten yuan on whole yuan."""
    step = 100 if fen >= 1000 else 5
    return int(fen) // step * step


def _progress(random: Random, status: str, headcount: int, now: datetime) -> dict[str, object]:
    """Status with the dates and the taken places that belong to it."""
    published = now - timedelta(minutes=random.randint(60 * 24, 60 * 24 * 60))
    today = now.astimezone(LOCAL).date()
    last = today + timedelta(days=random.randint(30, 240))
    row: dict[str, object] = {"status": status, "opens_on": None, "closes_on": last if random.random() < 0.6 else None, "taken": 0}
    if status == "draft":
        return {**row, "published_at": None, "announced_at": None}
    if random.random() < 0.5:
        row["opens_on"] = published.astimezone(LOCAL).date()
    if status == "closed":
        row["closes_on"] = today - timedelta(days=random.randint(1, 20))
        row["opens_on"] = None
    row["taken"] = headcount if status == "filled" else random.choice((0, 0, headcount - 1))
    return {**row, "published_at": published, "announced_at": published + timedelta(minutes=1)}
