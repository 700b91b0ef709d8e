"""The gate between a draft and the mothers: what is forbidden is published by nobody, what leaves a question needs a second person."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from domain.errors import Refused
from domain.notices import LOCAL
from domain.work.vetting import SHARE
from domain.work.wages import MONTH_HOURS, estimate_fen, minimum, shortfall
from handlers.content import Content
from handlers.scene import Scene
from handlers.tell import for_others
from handlers.work.fitting import pay_text
from storage.work import firms, posts
from storage.work.posts import Post
from storage.work.reviews import Finding

# Of the words that a finding quotes: some quote the whole text.
QUOTED = 40


def draft(scene: Scene, position_id: int) -> Post:
    """A draft that she may publish. Raises Refused, also where it is no draft any more."""
    post = posts.get(scene.tx, position_id)
    if post is None:
        raise Refused("work.gone")
    scene.need("positions.publish", post.community_id)
    if post.withdrawn_at is not None:
        raise Refused("positions.was_withdrawn", title=post.title)
    if post.status != "draft":
        raise Refused("positions.published_before", title=post.title)
    return post


def questions(scene: Scene, post: Post) -> list[Finding]:
    """What a second person has to answer for, each with its code and quote. Raises Refused for what nobody may publish.

    Looked at anew each time: rows may be older than a rule, and a text may have been changed since somebody saw it.
    """
    # Here, since its rules take a tenth of a second that only publishing needs.
    from domain.screening import QUERY_CODES, screen

    if firms.is_suspended(scene.tx, post.enterprise_id):
        raise Refused("firms.is_suspended", title=post.title, enterprise=post.enterprise)
    if not post.licence.strip():
        raise Refused("positions.no_licence", title=post.title, enterprise=post.enterprise)
    if not SHARE[0] <= post.share_percent <= SHARE[1]:
        raise Refused("positions.bad_share", title=post.title, enterprise=post.enterprise, share=post.share_percent)
    if post.closes_on is not None and post.closes_on < scene.today:
        raise Refused("positions.past", title=post.title, day=post.closes_on.isoformat())
    lowest = minimum(scene.today)
    # Where none is set, no monthly wage can be blocked; shortfall asks then.
    screened = screen(f"{post.title}\n{post.text}", minimum_monthly=lowest.month_fen // 100 if lowest else 0)
    findings: list[Finding] = [{"code": finding.code, "quote": finding.quote} for finding in screened.findings]
    if screened.verdict == "block":
        blocking = [finding for finding in findings if finding["code"] not in QUERY_CODES]
        raise Refused("positions.blocked", title=post.title, findings=findings_text(scene, blocking))
    if code := shortfall(post.pay, lowest):
        quote = pay_text(for_others(scene.content), post._replace(hourly_fen=estimate_fen(post.pay)))
        findings.append({"code": code, "quote": quote})
    return findings


def findings_text(scene: Scene, findings: Sequence[Finding]) -> str:
    """Each finding in a line: the quoted words, and in plain words what has to change."""
    lines, voice = [], for_others(scene.content)
    for finding in findings:
        quote = " ".join(finding["quote"].split())
        short = quote if len(quote) <= QUOTED else quote[:QUOTED] + "…"
        lines.append(voice.words("positions.finding", quote=short, change=change(scene.content, finding["code"], now=scene.now)))
    return "\n".join(lines)


def change(content: Content, code: str, *, now: datetime) -> str:
    """What has to change where a post has this finding, in plain words."""
    lowest = minimum(now.astimezone(LOCAL).date())
    month, hour = (lowest.month_fen, lowest.hour_fen) if lowest else (0, 0)
    words = for_others(content).words
    return words(f"positions.change.{code}", month=f"{month / 100:g}", hour=f"{hour / 100:g}", hours=MONTH_HOURS)


def digest(post: Post) -> str:
    """Of all that the gate looks at: another digest is another post to whoever allowed it."""
    looked_at: list[object] = [
        post.title,
        post.text,
        post.pay_basis,
        post.pay_min_fen,
        post.pay_max_fen,
        post.hourly_fen,
        post.enterprise_id,
    ]
    looked_at += [post.windows, post.headcount, post.closes_on]
    return hashlib.sha256(repr(looked_at).encode()).hexdigest()[:32]
