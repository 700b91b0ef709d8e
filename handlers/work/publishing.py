"""The deeds of who publishes: a draft goes out through the gate, an estimate is added, a second person's word is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from domain.errors import Refused
from domain.work.wages import estimate_fen
from handlers.scene import Scene
from handlers.tell import for_others, tell
from handlers.work import gate
from handlers.work.cards import review_card
from storage.staff import roles
from storage.work import firms, posts, reviews
from storage.work.posts import Post
from storage.work.reviews import Finding, Review


@dataclass(frozen=True, slots=True)
class Published:
    """It is public from now on; the clock finds its mothers."""

    post: Post


@dataclass(frozen=True, slots=True)
class Unestimated:
    """Nobody knows yet what piece work of it brings an hour; `estimate` tells."""

    post: Post


@dataclass(frozen=True, slots=True)
class Queried:
    """Something leaves a question; `ask_review` asks a second person."""

    post: Post
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Asked:
    """A second person's word is asked for; `whom` are those who were told, perhaps nobody."""

    post: Post
    whom: list[int]


Publishing = Published | Unestimated | Queried


class _Case(NamedTuple):
    """A draft at the gate: what it leaves open, and the last word on it; `same` where that was about the text as it stands."""

    post: Post
    findings: list[Finding]
    before: Review | None
    same: bool


def _case(scene: Scene, position_id: int) -> _Case:
    """Raises Refused for what is no draft, not hers to publish, or nobody's."""
    post = gate.draft(scene, position_id)
    # Who suspends the firm meanwhile waits, and finds what this makes public.
    firms.hold(scene.tx, post.enterprise_id)
    findings = gate.questions(scene, post)
    before = reviews.of_post(scene.tx, post.id)
    return _Case(post, findings, before, before is not None and before.digest == gate.digest(post))


def publish(scene: Scene, position_id: int) -> Publishing:
    """Draft → screened → published, or what stands in the way. Raises Refused for what nobody may publish, or a second person refused."""
    return _through(scene, _case(scene, position_id))


def _through(scene: Scene, case: _Case) -> Publishing:
    post, before = case.post, case.before
    if before is not None and case.same and before.outcome == "returned":
        raise Refused("positions.refused_before", title=post.title, reason=before.reason)
    if post.pay_basis == "piece" and estimate_fen(post.pay) is None:
        return Unestimated(post)
    if not case.findings:
        return go_out(scene, post)
    if before is not None and case.same:
        if before.outcome == "refused":
            raise Refused("positions.refused_before", title=post.title, reason=before.reason)
        if before.decided_at is None:
            raise Refused("positions.asked_before", title=post.title)
    return Queried(post, case.findings)


def estimate(scene: Scene, position_id: int, hourly_fen: int) -> Publishing:
    """The firm said what an hour of piece work brings: stored with the post, then on through the gate. Raises Refused."""
    post = gate.draft(scene, position_id)
    posts.set_hourly(scene.tx, post.id, hourly_fen)
    return publish(scene, position_id)


def go_out(scene: Scene, post: Post) -> Published:
    """Publish what has passed the gate."""
    if post.pay_basis == "piece":
        posts.set_hourly(scene.tx, post.id, estimate_fen(post.pay))
    posts.publish(scene.tx, post.id, now=scene.now)
    posts.changed(scene.tx)
    scene.log("positions.publish", "position", post.id)
    return Published(post)


def ask_review(scene: Scene, position_id: int) -> Asked | Publishing:
    """The first person asks for a second one's word; who may give it is told. Where nothing leaves a question it is published. Raises Refused."""
    case = _case(scene, position_id)
    post, findings, before = case.post, case.findings, case.before
    if not findings or (before is not None and case.same and before.outcome in ("", "refused")):
        return _through(scene, case)
    if before is not None and before.decided_at is None:
        # Its text is no longer the one that was asked about.
        reviews.end(scene.tx, before.id, "changed", now=scene.now)
    review_id = reviews.ask(scene.tx, post.id, findings, digest=gate.digest(post), by=scene.person_id, now=scene.now)
    scene.log("positions.ask", "review", review_id)
    whom = _reviewers(scene, post)
    tell(scene.tx, scene.content, whom, "staff", review_card(scene, for_others(scene.content), post, findings, review_id), now=scene.now)
    return Asked(post, whom)


def _reviewers(scene: Scene, post: Post) -> list[int]:
    """Everybody else who may decide on it."""
    held = [*roles.staff(scene.tx, "coordinator", post.community_id), *roles.staff(scene.tx, "federation", post.community_id)]
    return [one for one in dict.fromkeys(held) if one != scene.person_id and _may_review(scene, one, post)]


def _may_review(scene: Scene, person_id: int, post: Post) -> bool:
    other = Scene(tx=scene.tx, content=scene.content, now=scene.now, person_id=person_id)
    return other.may("positions.review", post.community_id)
