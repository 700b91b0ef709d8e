"""One post as a card: what it is, pay, hours, how far, where on the map, what to bring, and how material comes where it is done at home."""

from __future__ import annotations

import re
from urllib.parse import quote

from domain.forms.screen import express
from domain.forms.values import hours_in_words
from domain.matching import Seeker, metres
from domain.messages import Button, Card, Outbound
from handlers.voice import Voice
from handlers.work.fitting import pay_text
from storage.work.posts import Glimpse, Post

# Metres a minute with a child at the hand, and up to where walking is what people do.
WALK, WALKABLE = 60, 2_500
# Beyond this material for work at home is hardly fetched on foot.
FAR_M = 3_000
_SENTENCE = re.compile(r"[^。；;！!\n]+")
_BRING, _MATERIAL = (
    re.compile(r"[请要自]带|带上|带好|自备|携带"),
    re.compile(r"材料|(?<!资)料[由要到会送自一每]|[领送取发交寄来]料|送货|取货|交货|快递"),
)


def away(seeker: Seeker, post: Post | Glimpse) -> float | None:
    """Metres to a post; None where her place is not known."""
    if seeker.lat is None or seeker.lon is None:
        return None
    return metres(seeker.lat, seeker.lon, to_lat=post.lat, to_lon=post.lon)


def card(voice: Voice, post: Post, seeker: Seeker, why: tuple[str, ...]) -> Card:
    """A post in five short lines, with 我想去, 详情 and 分享."""
    lines = [post.title, pay_text(voice, post), hours(voice, post), place(voice, post, seeker)]
    lines += _material(voice, post, seeker)
    reasons = [reason for reason in why if not reason.startswith(("离家", "在网上"))]
    lines.append(" · ".join(reasons))
    buttons = (
        voice.button("work.want_it", f"apply:{post.id}"),
        voice.button("work.detail", f"posts:detail:{post.id}"),
        voice.button("work.share", f"posts:share:{post.id}"),
    )
    return Card("\n".join(line for line in lines if line), buttons)


def hours(voice: Voice, post: Post) -> str:
    """When it is done, as people say it."""
    if not post.windows:
        weekly = post.min_weekly_hours
        return voice.words("work.hours_weekly", hours=weekly) if weekly else voice.words("work.hours_free")
    times = express(hours_in_words(post.windows), voice.content.phrases, voice.language)
    if post.fixed:
        return voice.words("work.hours_fixed", times=times)
    weekly = post.min_weekly_hours
    return voice.words("work.hours_within", times=times, hours=weekly) if weekly else voice.words("work.hours_any_within", times=times)


def distance(voice: Voice, post: Post, seeker: Seeker) -> str:
    """How far it is from her, said as a walk where it is one; empty where her place is not known."""
    metres_away = away(seeker, post)
    return "" if metres_away is None else far(voice, metres_away)


def far(voice: Voice, metres_away: float) -> str:
    """How far something is, said as a walk where it is one."""
    if metres_away < 50:
        return voice.words("work.here")
    said = f"{round(metres_away / 50) * 50}米" if metres_away < 975 else f"{metres_away / 1000:.1f}公里"
    if metres_away > WALKABLE:
        return voice.words("work.away", far=said)
    return voice.words("work.away_walk", far=said, minutes=max(1, round(metres_away / WALK)))


def place(voice: Voice, post: Post, seeker: Seeker) -> str:
    """Where it is done, and how far that is where it is known."""
    if post.mode == "new_form":
        return voice.words("work.online")
    far = distance(voice, post, seeker)
    return f"{post.community} · {far}" if far else post.community


def _material(voice: Voice, post: Post, seeker: Seeker) -> list[str]:
    """Where work at home is far away: how material comes, in the firm's words, or that this has to be asked."""
    metres_away = away(seeker, post)
    if post.mode != "take_home" or metres_away is None or metres_away <= FAR_M:
        return []
    told = said_of(post, _MATERIAL)
    return [voice.words("work.material", said=told) if told else voice.words("work.material_unknown")]


def said_of(post: Post, about: re.Pattern[str]) -> str:
    """The sentence of a post's text that speaks of it; empty where none does."""
    return next((sentence.strip() for sentence in _SENTENCE.findall(post.text) if about.search(sentence)), "")


def bring(voice: Voice, post: Post) -> str:
    """What to bring, in the firm's words, or that nothing is said of it."""
    told = said_of(post, _BRING)
    return voice.words("work.bring", said=told) if told else voice.words("work.bring_unknown")


def map_link(post: Post) -> str:
    """The place in AMap, which phones here open in whatever map they have; coordinates are WGS 84 (https://lbs.amap.com/api/uri-api/guide/mobile-web/point)."""
    return f"https://uri.amap.com/marker?position={post.lon:.6f},{post.lat:.6f}&coordinate=wgs84&name={quote(post.community)}"


def full_card(voice: Voice, post: Post, seeker: Seeker) -> Outbound:
    """All that is known of one post, and what she can do with it."""
    lines = [post.title, post.enterprise, pay_text(voice, post), hours(voice, post), place(voice, post, seeker)]
    lines += ["", post.text, "", bring(voice, post), *_material(voice, post, seeker), voice.words("work.no_fee")]
    aside = [voice.button("work.share", f"posts:share:{post.id}")]
    if post.mode != "new_form":
        aside.append(Button(voice.words("work.map"), "", map_link(post)))
    return Outbound(text="\n".join(lines), buttons=((voice.button("work.want_it", f"apply:{post.id}"),), tuple(aside)))


def passed_on(voice: Voice, post: Post) -> Outbound:
    """What she can send to a friend; the link opens the post for anybody, and says nothing of who sent it."""
    link = f"{voice.content.rules.public_url}/?start=post-{post.id}"
    said = {"title": post.title, "pay": pay_text(voice, post), "hours": hours(voice, post), "place": post.community, "link": link}
    return voice.say("work.passed_on", **said)
