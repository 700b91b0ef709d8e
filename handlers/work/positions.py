"""Drafts and public posts on the screens of staff: a draft is published, or what stands in the way is said."""

from __future__ import annotations

from collections.abc import Sequence

from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.plain import id_of, number_of
from handlers import forms
from handlers.scene import row_id
from handlers.turn import Turn
from handlers.work import correcting, gate, publishing
from handlers.work.fitting import card, pay_text
from handlers.work.publishing import Asked, Published, Publishing, Queried, Unestimated
from storage.conversations import About
from storage.tables.work import PostStatus
from storage.work import posts

SHOWN = 5


def drafts(turn: Turn, after: str = "") -> list[Outbound]:
    """The drafts a coordinator may publish, a few at a time."""
    return _page(turn, after, action="positions.publish", statuses=("draft",), name="drafts")


def published(turn: Turn, after: str = "") -> list[Outbound]:
    """What is public in her place, a few at a time, to be withdrawn where it turned out bad."""
    return _page(turn, after, action="positions.withdraw", statuses=("published", "filled"), name="public")


def _page(turn: Turn, after: str, *, action: str, statuses: Sequence[PostStatus], name: str) -> list[Outbound]:
    """Some posts, each with its button, and 更多 where there are more."""
    rows = posts.listed(turn.tx, turn.scopes(action), statuses=statuses, after=row_id(after), limit=SHOWN + 1)
    if not rows:
        return [turn.say(f"positions.no_{name}")]
    text, buttons = [turn.words(f"positions.{name}")], []
    for place, post in enumerate(rows[:SHOWN], 1):
        text.append(card(turn, post, (turn.label("modes", post.mode),), number=place))
        choice = f"publish:{post.id}" if name == "drafts" else f"withdraw:{post.id}"
        buttons.append((Button(turn.words(f"positions.{name}_button", number=place, title=post.title), choice),))
    if len(rows) > SHOWN:
        buttons.append((turn.button("positions.more", f"{name}:{rows[SHOWN - 1].id}"),))
    return [Outbound(text="\n\n".join(text), buttons=tuple(buttons))]


def publish(turn: Turn, argument: str) -> list[Outbound]:
    """She taps a draft and sees all of it; with a second tap, 发布, it goes out."""
    written, _, sure = argument.partition(":")
    return worded(turn, publishing.publish(turn, row_id(written))) if sure == "yes" else correcting.look(turn, row_id(written))


def estimated(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """She asked the firm what an hour of piece work brings."""
    hourly = number_of(answers, "hourly")
    assert hourly is not None
    return worded(turn, publishing.estimate(turn, id_of(about, "position"), round(hourly * 100)))


def ask_review(turn: Turn, argument: str) -> list[Outbound]:
    """She taps 请另一位同事看看."""
    return worded(turn, publishing.ask_review(turn, row_id(argument)))


def worded(turn: Turn, what: Publishing | Asked) -> list[Outbound]:
    """What came of it, and what is to be done next."""
    match what:
        case Published(post):
            return [turn.say("positions.done", title=post.title)]
        case Unestimated(post):
            need = turn.say("positions.need_estimate", title=post.title, pay=pay_text(turn, post))
            return [need, *forms.start(turn, "publish", about={"position": post.id})]
        case Queried(post, findings):
            ask = turn.button("positions.ask", f"ask_review:{post.id}")
            return [turn.say("positions.queried", (ask,), title=post.title, findings=gate.findings_text(turn, findings))]
        case Asked(post, whom):
            return [turn.say("positions.asked" if whom else "positions.asked_nobody", title=post.title)]
