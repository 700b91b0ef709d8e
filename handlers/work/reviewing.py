"""The second person's word on a post that leaves a question: never the asker's own, and always on the text as it stands then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.errors import Refused
from handlers.scene import Scene
from handlers.tell import for_others, tell
from handlers.work import gate, publishing
from storage.work import posts, reviews
from storage.work.posts import Post
from storage.work.reviews import Finding, Review

Verdict = Literal["published", "refused"]


@dataclass(frozen=True, slots=True)
class Decided:
    """Her word counts, and who asked was told."""

    post: Post
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nobody may publish it any more; who asked was told."""

    post: Post


@dataclass(frozen=True, slots=True)
class Cleared:
    """It was changed, and leaves no question any more: it can be published without a second word."""

    post: Post


@dataclass(frozen=True, slots=True)
class Open:
    """It waits for her word; `changed`: since she was asked, so that this is a fresh review."""

    post: Post
    findings: list[Finding]
    review_id: int
    changed: bool = False


Look = Blocked | Cleared | Open


def open_review(scene: Scene, review_id: int) -> tuple[Review, Post]:
    """A review that she may decide on, with its post. Raises Refused: it is her own, or decided, or none of her place."""
    review = reviews.get(scene.tx, review_id)
    post = None if review is None else posts.get(scene.tx, review.position_id)
    if review is None or post is None:
        raise Refused("work.gone")
    scene.need("positions.review", post.community_id)
    if review.asked_by == scene.person_id:
        raise Refused("positions.own", title=post.title)
    if review.decided_at is not None or post.status != "draft":
        raise Refused("positions.decided_before", title=post.title)
    return review, post


def look(scene: Scene, review_id: int) -> Look:
    """The post as it is now; one that was changed since she was asked is asked about anew. Raises Refused."""
    review, post = open_review(scene, review_id)
    return _looked(scene, review, post, _questions(scene, post))


def _looked(scene: Scene, review: Review, post: Post, findings: list[Finding] | None) -> Look:
    if findings is None:
        reviews.end(scene.tx, review.id, "blocked", now=scene.now)
        word = for_others(scene.content).say("positions.told_blocked", title=post.title)
        tell(scene.tx, scene.content, [review.asked_by], "staff", word, now=scene.now)
        return Blocked(post)
    digest = gate.digest(post)
    if review.digest == digest:
        return Open(post, findings, review.id)
    reviews.end(scene.tx, review.id, "changed", now=scene.now)
    if not findings:
        return Cleared(post)
    fresh = reviews.ask(scene.tx, post.id, findings, digest=digest, by=review.asked_by, now=scene.now)
    return Open(post, findings, fresh, changed=True)


def decide(scene: Scene, review_id: int, verdict: Verdict, reason: str) -> Decided | Look:
    """Her word with its reason. The text is screened again: what was changed meanwhile is not what she allowed. Raises Refused."""
    review, post = open_review(scene, review_id)
    findings = _questions(scene, post)
    if findings is None or review.digest != gate.digest(post):
        return _looked(scene, review, post, findings)
    if not reviews.decide(scene.tx, review.id, verdict, by=scene.person_id, reason=reason, now=scene.now):
        raise Refused("positions.decided_before", title=post.title)
    scene.log(f"positions.review.{verdict}", "review", review.id)
    if verdict == "published":
        publishing.go_out(scene, post)
    word = for_others(scene.content).say(f"positions.told_{verdict}", title=post.title, reason=reason)
    tell(scene.tx, scene.content, [review.asked_by], "staff", word, now=scene.now)
    return Decided(post, verdict)


def _questions(scene: Scene, post: Post) -> list[Finding] | None:
    """What is open now; None where nobody may publish it any more."""
    try:
        return gate.questions(scene, post)
    except Refused:
        return None
