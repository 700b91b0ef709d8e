"""A published post that turned out bad is taken back: exactly those who were told hear it, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from domain.errors import Refused
from domain.messages import Outbound
from handlers.scene import Scene, row_id
from handlers.tell import for_others, tell
from handlers.turn import Turn
from handlers.work.placements import cancel_all
from storage.work import posts, reviews
from storage.work.posts import Post

# Codes of positions.why and positions.because.
Reason = Literal["fee", "untrue", "pay", "unsafe", "gone"]
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """It is closed for good; `told` persons heard of it."""

    post: Post
    told: int


def choose(turn: Turn, argument: str) -> list[Outbound]:
    """Which reason; before that, how many it concerns."""
    written, _, answer = argument.partition(":")
    for reason in REASONS:
        if answer == reason:
            withdrawn = withdraw(turn, row_id(written), reason)
            return [turn.say("positions.withdrawn", title=withdrawn.post.title, told=withdrawn.told)]
    post = _public(turn, row_id(written))
    if answer == "keep":
        return [turn.say("positions.kept", title=post.title)]
    told, open_ = reviews.told_of(turn.tx, post.id), reviews.waiting_for(turn.tx, post.id)
    rows = [(turn.button(f"positions.why.{code}", f"withdraw:{post.id}:{code}"),) for code in (*REASONS, "keep")]
    return [turn.say("positions.choose_why", *rows, title=post.title, enterprise=post.enterprise, told=len(told), open=open_)]


def withdraw(scene: Scene, position_id: int, reason: Reason) -> Withdrawn:
    """Close a public post for good, and tell everybody who was told of it, waits for it or works there. Raises Refused."""
    post = _public(scene, position_id)
    if not posts.withdraw(scene.tx, post.id, reason, now=scene.now):
        raise Refused("positions.withdrawn_before", title=post.title)
    told, started = reviews.told_of(scene.tx, post.id), reviews.started_at(scene.tx, post.id)
    reviews.withhold(scene.tx, post.id, now=scene.now)
    because = for_others(scene.content).words(f"positions.because.{reason}")
    phrase = "positions.correction_applied"
    cancelled = cancel_all(scene.tx, scene.content, post.id, phrase, now=scene.now, by=scene.person_id, because=because)
    scene.log("positions.withdraw", "position", post.id)
    rest = [person for person in told if person not in {*cancelled, *started}]
    _correct(scene, post, because, phrase="positions.correction", whom=rest)
    _correct(scene, post, because, phrase="positions.correction_started", whom=started)
    return Withdrawn(post, len({*rest, *cancelled, *started}))


def _public(scene: Scene, position_id: int) -> Post:
    post = posts.get(scene.tx, position_id)
    if post is None:
        raise Refused("work.gone")
    scene.need("positions.withdraw", post.community_id)
    if post.status not in ("published", "filled"):
        raise Refused("positions.withdrawn_before", title=post.title)
    return post


def _correct(scene: Scene, post: Post, because: str, *, phrase: str, whom: list[int]) -> None:
    if not whom:
        return
    voice = for_others(scene.content)
    buttons = (voice.button("menu.work", "menu:work"), voice.button("menu.call", "menu:call"))
    word = voice.say(phrase, buttons, title=post.title, enterprise=post.enterprise, because=because)
    notice = tell(scene.tx, scene.content, whom, "correction", word, now=scene.now)
    reviews.corrects(scene.tx, notice, post.id)
