"""What fits a mother: her best posts, each with its reasons and 我想去."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from domain import windows
from domain.codebook import Slots, Window
from domain.matching import Match, Position, Seeker
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from handlers.turn import Turn
from handlers.voice import Voice
from storage.remembered import Remembered
from storage.work import posts, seekers
from storage.work.posts import Post, Terms
from storage.work.seekers import Wishes

if TYPE_CHECKING:
    from domain.matching.posts import Posts

SHOWN = 5


def fitting(turn: Turn, slots: Slots | None = None) -> list[Outbound]:
    """Up to five posts that fit her profile, overlaid with what she said just now; each with the reasons and 我想去."""
    seeker = seeker_of(turn, slots or {})
    matches = positions_for(turn, seeker)
    if not matches:
        return [turn.say("work.none", (turn.button("menu.register", "menu:register"), turn.button("menu.call", "menu:call")))]
    lines = [turn.words("work.found", count=len(matches))]
    rows = []
    for number, (match, post) in enumerate(matches, 1):
        lines.append(card(turn, post, match.why, number=number))
        rows.append((Button(turn.words("work.want", number=number, title=post.title), f"apply:{post.id}"),))
    return [Outbound(text="\n\n".join(lines), buttons=tuple(rows))]


def card(voice: Voice, post: Post, why: tuple[str, ...], *, number: int | None = None) -> str:
    """One post in a few short lines."""
    head = f"{number}. {post.title}" if number else post.title
    pay = pay_text(voice, post)
    return voice.words("work.card", head=head, enterprise=post.enterprise, community=post.community, pay=pay, why=" · ".join(why))


def pay_text(voice: Voice, post: Post) -> str:
    """Pay in yuan as people say it."""
    low, high = post.pay_min_fen, post.pay_max_fen
    if low is None and high is None:
        return voice.words("work.pay_open")
    ends = [f"{fen / 100:g}" for fen in (low, high) if fen is not None]
    pay = voice.words(f"work.pay_{post.pay_basis}", amount="-".join(dict.fromkeys(ends)))
    hourly = post.hourly_fen if post.pay_basis == "piece" else None
    return voice.words("work.pay_estimate", pay=pay, hourly=f"{hourly / 100:g}") if hourly else pay


# Who has not registered.
_UNKNOWN = Wishes(0, "", None, None, [], [], [], "", None, None, False)


def seeker_of(turn: Turn, slots: Slots) -> Seeker:
    """Her side of a match. What she says now counts before what she said once; that she asks is her consent to be shown posts."""
    known = seekers.wishes(turn.tx, turn.person_id) or _UNKNOWN
    said = known._replace(
        skills=slots.get("skills") or known.skills,
        modes=slots.get("modes") or known.modes,
        sectors=slots.get("sectors") or known.sectors,
        windows=_windows(slots.get("windows") or ()) or known.windows,
        max_distance_m=slots.get("distance_m") or known.max_distance_m,
        job_consent=True,
    )
    return as_seeker(said)


def _windows(times: Iterable[Window]) -> str:
    """Times that she said, as the store writes them."""
    return "; ".join(f"{','.join(map(str, one['days']))} {one['start']}-{one['end']}" for one in times)


def as_seeker(wishes: Wishes) -> Seeker:
    """A stored mother as matching wants her."""
    return Seeker(
        key=wishes.key,
        lat=wishes.lat,
        lon=wishes.lon,
        job_consent=wishes.job_consent,
        modes=frozenset(wishes.modes),
        sectors=frozenset(wishes.sectors),
        skills=frozenset(wishes.skills),
        windows=tuple(windows.spans(windows.parse(wishes.windows))),
        max_distance_m=wishes.max_distance_m,
        min_monthly_pay_fen=wishes.min_monthly_pay_fen,
    )


def as_position(post: Terms | Post) -> Position:
    """A stored post as matching wants it."""
    return Position(
        key=post.code,
        status=post.status,
        places=post.headcount - post.taken,
        opens_on=post.opens_on,
        closes_on=post.closes_on,
        mode=post.mode,
        sector=post.sector,
        skills=frozenset(post.skills),
        trains=post.trains,
        lat=post.lat,
        lon=post.lon,
        windows=tuple(windows.spans(windows.parse(post.windows))),
        fixed=post.fixed,
        min_weekly_hours=post.min_weekly_hours,
        pay_basis=post.pay_basis,
        pay_min_fen=post.pay_min_fen,
        pay_max_fen=post.pay_max_fen,
        published_at=post.published_at,
    )


def positions_for(turn: Turn, seeker: Seeker) -> list[tuple[Match, Post]]:
    """The best open positions for her, best first."""
    # Here, since numpy costs a tenth of a second that no other message needs.
    from domain.matching.best_posts import best_posts

    today = turn.now.astimezone(LOCAL).date()
    best = best_posts(open_posts(turn.tx), seeker, today=today, weights=turn.content.rules.weights, top=SHOWN)
    known = posts.by_code(turn.tx, [match.position for match in best])
    return [(match, known[match.position]) for match in best]


@dataclass(slots=True)
class _Open:
    """All open posts as columns, and the stamp of the posts that they were made of."""

    stamp: int | None = None
    posts: Posts | None = None


_OPEN = Remembered(lambda _tx: _Open())


def open_posts(tx: Connection) -> Posts:
    """All open posts as columns, made anew only after a change."""
    from domain.matching.posts import Posts

    known, stamp = _OPEN.of(tx), posts.stamp(tx)
    if known.posts is None or known.stamp != stamp:
        known.stamp, known.posts = stamp, Posts(as_position(post) for post in posts.with_free_places(tx))
    return known.posts
