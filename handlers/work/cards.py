"""A post that waits for a second person's word, as she sees it."""

from __future__ import annotations

from collections.abc import Sequence

from domain.messages import Outbound
from handlers.scene import Scene
from handlers.voice import Voice
from handlers.work.fitting import pay_text
from handlers.work.gate import findings_text
from storage.work.posts import Post
from storage.work.reviews import Finding

# Characters of a post's text in one message: WeChat takes 600, and a phone's screen should show the buttons below.
PART = 400


def review_card(scene: Scene, voice: Voice, post: Post, findings: Sequence[Finding], review_id: int) -> Outbound:
    """The post, the quotes, and the two answers."""
    text, rest = post.text[:PART], len(post.text) - PART
    if rest > 0:
        text += voice.words("positions.review_long", count=rest)
    full = ((voice.button("positions.review_all", f"review_whole:{review_id}"),),) if rest > 0 else ()
    answers = (
        voice.button("positions.review_yes", f"review:{review_id}:yes"),
        voice.button("positions.review_no", f"review:{review_id}:no"),
    )
    return voice.say(
        "positions.review",
        *full,
        answers,
        title=post.title,
        enterprise=post.enterprise,
        community=post.community,
        pay=pay_text(voice, post),
        text=text,
        findings=findings_text(scene, findings),
    )


def parts(text: str) -> list[str]:
    """A text in pieces that fit into a message each."""
    return [text[start : start + PART] for start in range(0, len(text), PART)]
