"""What fits a mother: her best posts, each with its reasons and 我想去."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from domain import windows
from domain.matching import Match, Position, Seeker
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from handlers.turn import Turn
from storage.work import posts

if TYPE_CHECKING:
    from domain.matching.posts import Posts

SHOWN = 5


def fitting(turn: Turn, heard: Mapping[str, Any] | None = None) -> list[Outbound]:
    """Up to five posts that fit her profile, overlaid with what she said just now; each with the reasons and 我想去."""
    seeker = seeker_of(turn, heard or {})
    found = positions_for(turn, seeker)
    if not found:
        return [turn.say("work.none", (turn.button("menu.register", "menu:register"), turn.button("menu.call", "menu:call")))]
    lines = [turn.words("work.found", count=len(found))]
    rows = []
    for number, (match, row) in enumerate(found, 1):
        lines.append(card(turn, row, match.why, number=number))
        rows.append((Button(turn.words("work.want", number=number, title=row["title"]), f"apply:{row['id']}"),))
    return [Outbound(text="\n\n".join(lines), buttons=tuple(rows))]


def card(turn: Turn, row: Mapping[str, Any], why: tuple[str, ...], *, number: int | None = None) -> str:
    """One post in a few short lines."""
    head = f"{number}. {row['title']}" if number else row["title"]
    return turn.words(
        "work.card",
        head=head,
        enterprise=row["enterprise"],
        community=row["community"],
        pay=pay_text(turn, row),
        why=" · ".join(why),
    )


def pay_text(turn: Turn, row: Mapping[str, Any]) -> str:
    """Pay in yuan as people say it."""
    low, high = row["pay_min_fen"], row["pay_max_fen"]
    if low is None and high is None:
        return turn.words("work.pay_open")
    ends = [f"{fen / 100:g}" for fen in (low, high) if fen is not None]
    said = turn.words(f"work.pay_{row['pay_basis']}", amount="-".join(dict.fromkeys(ends)))
    hourly = row.get("hourly_fen") if row["pay_basis"] == "piece" else None
    return turn.words("work.pay_estimate", pay=said, hourly=f"{hourly / 100:g}") if hourly else said


def seeker_of(turn: Turn, heard: Mapping[str, Any]) -> Seeker:
    """Her side of a match. What she says now counts before what she said once; that she asks is her consent to be shown posts."""
    row = posts.mother(turn.tx, turn.person_id) or {}
    return seeker(
        {
            "key": "",
            **row,
            **{name: heard[name] for name in ("skills", "modes", "sectors") if heard.get(name)},
            "windows": _windows(heard["windows"]) if heard.get("windows") else row.get("windows", ""),
            "max_distance_m": heard.get("distance_m") or row.get("max_distance_m"),
            "job_consent": True,
        }
    )


def _windows(heard: list[dict[str, Any]]) -> str:
    return "; ".join(f"{','.join(map(str, w['days']))} {w['start']}-{w['end']}" for w in heard)


def seeker(row: Mapping[str, Any]) -> Seeker:
    """A stored mother as matching wants her."""
    return Seeker(
        key=row["key"],
        lat=row.get("lat"),
        lon=row.get("lon"),
        job_consent=row["job_consent"],
        modes=frozenset(row.get("modes") or ()),
        sectors=frozenset(row.get("sectors") or ()),
        skills=frozenset(row.get("skills") or ()),
        windows=tuple(windows.spans(windows.parse(row.get("windows") or ""))),
        max_distance_m=row.get("max_distance_m"),
        min_monthly_pay_fen=row.get("min_monthly_pay_fen"),
    )


def offer(row: Mapping[str, Any]) -> Position:
    """A stored position as matching wants it."""
    return Position(
        key=row["code"],
        status=row["status"],
        places=row["headcount"] - row["taken"],
        opens_on=row["opens_on"],
        closes_on=row["closes_on"],
        mode=row["mode"],
        sector=row["sector"],
        skills=frozenset(row["skills"]),
        trains=row["trains"],
        lat=row["lat"],
        lon=row["lon"],
        windows=tuple(windows.spans(windows.parse(row["windows"]))),
        fixed=row["fixed"],
        min_weekly_hours=row["min_weekly_hours"],
        pay_basis=row["pay_basis"],
        pay_min_fen=row["pay_min_fen"],
        pay_max_fen=row["pay_max_fen"],
        published_at=row["published_at"],
    )


def positions_for(turn: Turn, seeker: Seeker) -> list[tuple[Match, dict[str, Any]]]:
    """The best open positions for her, best first."""
    # Here, since numpy costs a tenth of a second that no other message needs.
    from domain.matching.best_posts import best_posts

    today = turn.now.astimezone(LOCAL).date()
    found = best_posts(open_posts(turn.tx), seeker, today=today, weights=turn.content.rules.weights, top=SHOWN)
    rows = posts.positions_by_code(turn.tx, [match.position for match in found])
    return [(match, rows[match.position]) for match in found]


_kept: tuple[object, Posts] | None = None


def open_posts(tx: Connection) -> Posts:
    """All open posts as columns, made anew only after a change."""
    global _kept
    from domain.matching.posts import Posts

    stamp = posts.positions_stamp(tx)
    if _kept is None or _kept[0] != stamp:
        _kept = (stamp, Posts(offer(row) for row in posts.open_positions(tx)))
    return _kept[1]
