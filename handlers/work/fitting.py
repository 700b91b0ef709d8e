"""What fits a mother: both sides of a match as the store has them, and her best posts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from domain import windows
from domain.codebook import Slots, Window
from domain.errors import Refused
from domain.matching import Match, Position, Seeker
from handlers.scene import row_id
from handlers.turn import Turn
from handlers.voice import Voice
from storage.remembered import Remembered
from storage.work import posts, seekers
from storage.work.posts import Glimpse, Post, Terms
from storage.work.seekers import Wishes

if TYPE_CHECKING:
    from domain.matching.posts import Posts


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


def moved(seeker: Seeker, place: tuple[float, float]) -> Seeker:
    """The same woman, looking from another place."""
    return replace(seeker, lat=place[0], lon=place[1])


def public(turn: Turn, written: str) -> Post:
    """A post that can be had, by what a button holds. Raises Refused."""
    post = posts.get(turn.tx, row_id(written))
    if post is None or post.status not in ("published", "filled"):
        raise Refused("work.gone")
    if post.closes_on is not None and post.closes_on < turn.today:
        raise Refused("work.gone")
    return post


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
        windows=windows.spans_of(post.windows),
        fixed=post.fixed,
        min_weekly_hours=post.min_weekly_hours,
        pay_basis=post.pay_basis,
        pay_min_fen=post.pay_min_fen,
        pay_max_fen=post.pay_max_fen,
        published_at=post.published_at,
    )


def positions_for(turn: Turn, seeker: Seeker, *, top: int) -> list[tuple[Match, Glimpse]]:
    """The `top` open positions for her, best first."""
    # Here, since numpy costs a tenth of a second that no other message needs.
    from domain.matching.best_posts import best_posts

    today = turn.today
    best = best_posts(open_posts(turn.tx), seeker, today=today, weights=turn.content.rules.weights, top=top)
    known = posts.glimpses(turn.tx, [match.position for match in best])
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
