"""Posts as she looks through them: the best three that she has not seen, near ones first where she goes out, each as a card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain import windows
from domain.codebook import Slots
from domain.matching import Match, Seeker
from domain.matching.rules import DEFAULT_DISTANCE_M
from domain.messages import Button, Outbound
from handlers import profile
from handlers.content import Content
from handlers.turn import Turn
from handlers.work import fitting, postcards
from storage.work import browsing, posts, seekers
from storage.work.browsing import Look
from storage.work.posts import Glimpse, Post

SHOWN = 3
# Of the best that fit, among which the near ones are looked for; more than anybody reads.
LOOKED_AT = 90
# How long what she was shown can be talked of, and how long what she asked for counts.
TALKED_OF = timedelta(hours=2)
KEPT = timedelta(days=1)
# How far away is a walk with a child: such posts come first, whatever is done at home.
NEAR_M = 1_600


def begin(turn: Turn, slots: Slots | None = None, *, words: str = "", community: int | None = None) -> list[Outbound]:
    """A new look: what fits her, overlaid with what she says now; the community that she named before still counts."""
    look: Look = {"slots": slots or {}, "words": words}
    if place := community or last(turn).get("community"):
        look["community"] = place
    return show(turn, look)


def last(turn: Turn) -> Look:
    """Her look that can still be talked of; empty where there is none."""
    kept = browsing.last(turn.tx, turn.person_id, since=turn.now - TALKED_OF)
    return kept.look if kept is not None else {}


def show(turn: Turn, look: Look, *, leaving_out: Sequence[str] = ()) -> list[Outbound]:
    """The next posts of a look, none of them twice; `leaving_out` are sectors that she has had enough of."""
    seeker = seeker_of(turn, look)
    ranked = _ranked(turn, seeker, near=look.get("near", False))
    seen = set(look.get("seen", ()))
    fresh = [pair for pair in ranked if pair[1].id not in seen]
    others = [pair for pair in fresh if pair[1].sector not in leaving_out] or fresh
    chosen = others[:SHOWN]
    if not chosen:
        keep(turn, {**look, "shown": look.get("shown", []), "seen": look.get("seen", [])})
        return [_nothing(turn, seen=bool(seen))]
    ids = [post.id for _, post in chosen]
    whole = posts.by_code(turn.tx, [post.code for _, post in chosen])
    shown = [(match, whole[post.code]) for match, post in chosen]
    keep(turn, {**look, "shown": ids, "seen": [*look.get("seen", ()), *ids], "only": 0})
    return [_listed(turn, seeker, shown, left=len(fresh) - len(shown), whole=len(ranked), again=bool(seen))]


def keep(turn: Turn, look: Look) -> None:
    """She can talk of this from now on."""
    browsing.keep(turn.tx, turn.person_id, look, now=turn.now)


def _ranked(turn: Turn, seeker: Seeker, *, near: bool) -> list[tuple[Match, Glimpse]]:
    """Best first; where her place is known those within her way come before the far ones, or all by their distance if she wants it so."""
    pairs = [pair for pair in fitting.positions_for(turn, seeker, top=LOOKED_AT) if _meets(seeker, pair[1])]
    if seeker.lat is None or seeker.lon is None:
        return pairs
    within = min(seeker.max_distance_m or DEFAULT_DISTANCE_M, DEFAULT_DISTANCE_M)
    away = {post.id: postcards.away(seeker, post) or 0.0 for _, post in pairs}
    if near:
        return sorted(pairs, key=lambda pair: away[pair[1].id])
    return sorted(pairs, key=lambda pair: (away[pair[1].id] > NEAR_M, away[pair[1].id] > within))


def _meets(seeker: Seeker, post: Glimpse) -> bool:
    """Whether there is a minute in which she is free and it can be done: a post that asks for no hours fits her rules at any time."""
    times = windows.spans_of(post.windows)
    return not times or not seeker.windows or windows.shared(times, seeker.windows) > 0


def seeker_of(turn: Turn, look: Look) -> Seeker:
    """Her side of a match; who did not register has the place that she named, or came from."""
    seeker = fitting.seeker_of(turn, {**look.get("slots", {}), **look.get("narrowed", {})})
    community = look.get("community") or (turn.community_id if seeker.lat is None else None)
    place = seekers.place(turn.tx, community) if community else None
    return fitting.moved(seeker, place) if place is not None else seeker


def _listed(turn: Turn, seeker: Seeker, shown: list[tuple[Match, Post]], *, left: int, whole: int, again: bool) -> Outbound:
    cards = tuple(postcards.card(turn, post, seeker, match.why) for match, post in shown)
    rows: list[tuple[Button, ...]] = []
    if left:
        rows.append((turn.button("work.more", "posts:more"), turn.button("work.others", "posts:others")))
    known = profile.known(turn)
    head = turn.words(
        "work.found_more" if again else "work.found" if known else "work.found_any",
        count=len(shown),
        whole=turn.words("work.many", count=whole) if whole == LOOKED_AT else whole,
    )
    if seeker.lat is None:
        head = f"{head}\n{turn.words('work.say_community')}"
    if not known and not turn.state:
        rows.append((turn.button("work.remember_me", "menu:register"),))
    return Outbound(text=head, cards=cards, buttons=tuple(rows))


def _nothing(turn: Turn, *, seen: bool) -> Outbound:
    buttons = (turn.button("menu.register", "menu:register"), turn.button("menu.call", "menu:call"))
    return turn.say("work.no_more", (turn.button("menu.work", "menu:work"),), buttons) if seen else turn.say("work.none", buttons)


def act(turn: Turn, argument: str) -> list[Outbound]:
    """更多, 换一批, 详情 and 分享 below posts, perhaps old ones."""
    verb, _, number = argument.partition(":")
    look = last(turn)
    if verb == "more":
        return show(turn, look)
    if verb == "others":
        return others(turn, look)
    if verb in ("detail", "share"):
        return {"detail": detail, "share": share}[verb](turn, number)
    return [turn.say("talk.old_button")]


def others(turn: Turn, look: Look) -> list[Outbound]:
    """换一批: of other kinds than those she was just shown, while there are any."""
    shown = posts.by_ids(turn.tx, look.get("shown", ()))
    return show(turn, look, leaving_out=[post.sector for post in shown.values()])


def detail(turn: Turn, number: str) -> list[Outbound]:
    """All that is known of one post, with the way there."""
    post = fitting.public(turn, number)
    look = last(turn)
    keep(turn, {**look, "shown": look.get("shown") or [post.id], "only": post.id})
    return [postcards.full_card(turn, post, seeker_of(turn, look))]


def share(turn: Turn, number: str) -> list[Outbound]:
    """A few lines that she can pass on, with a link that opens this post for anybody."""
    post = fitting.public(turn, number)
    return [postcards.passed_on(turn, post)]


def forget(tx: Connection, _content: Content, now: datetime) -> int:
    """What nobody talks of any more."""
    browsing.forget(tx, before=now - KEPT)
    return 0


CODE = re.compile(r"post-(\d{1,15})")


def opened(turn: Turn, code: str) -> list[Outbound] | None:
    """A link that a friend passed on: the post, whoever opens it."""
    match = CODE.fullmatch(code.strip())
    return detail(turn, match[1]) if match else None
