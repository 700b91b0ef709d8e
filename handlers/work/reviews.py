"""Posts that wait for a second person's word, on her screen: the list, the whole text, and her answer with its reason."""

from __future__ import annotations

from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.plain import id_of
from handlers import forms
from handlers.scene import row_id
from handlers.turn import Turn
from handlers.work import gate, reviewing
from handlers.work.cards import parts, review_card
from handlers.work.reviewing import Blocked, Cleared, Decided, Look, Open
from storage.conversations import About
from storage.work import reviews

SHOWN = 5
ACTION = "positions.review"


def listed(turn: Turn, after: str = "") -> list[Outbound]:
    """What waits for her word."""
    rows = reviews.waiting(turn.tx, turn.scopes(ACTION), not_by=turn.person_id, after=row_id(after), limit=SHOWN + 1)
    if not rows:
        return [turn.say("positions.no_reviews")]
    buttons = [
        (Button(turn.words("positions.review_button", number=place, title=row.title), f"review:{row.id}"),)
        for place, row in enumerate(rows[:SHOWN], 1)
    ]
    if len(rows) > SHOWN:
        buttons.append((turn.button("positions.more", f"reviews:{rows[SHOWN - 1].id}"),))
    return [turn.say("positions.reviews", *buttons)]


def full_text(turn: Turn, argument: str) -> list[Outbound]:
    """The whole text of a post that waits for her word, in parts."""
    _, post = reviewing.open_review(turn, row_id(argument))
    pieces = parts(post.text)
    return [
        Outbound(text=turn.words("positions.full", title=post.title, text=piece, part=number, parts=len(pieces)))
        for number, piece in enumerate(pieces, 1)
    ]


def decide(turn: Turn, argument: str) -> list[Outbound]:
    """She looks at a post that waits, or taps 可以发布 or 退回 and is asked for the reason."""
    written, _, answer = argument.partition(":")
    review, post = reviewing.open_review(turn, row_id(written))
    turn.log(ACTION, "review", review.id)
    if answer not in ("yes", "no") or review.digest != gate.digest(post):
        return _worded(turn, reviewing.look(turn, review.id))
    about: About = {"review": review.id, "answer": answer}
    return [turn.say(f"positions.say_why_{answer}", title=post.title), *forms.start(turn, "review", about=about)]


def decided(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """Her word with its reason."""
    verdict: reviewing.Verdict = "published" if about.get("answer") == "yes" else "refused"
    return _worded(turn, reviewing.decide(turn, id_of(about, "review"), verdict, str(answers["reason"])))


def _worded(turn: Turn, what: Decided | Look) -> list[Outbound]:
    match what:
        case Decided(post, verdict):
            return [turn.say("positions.done" if verdict == "published" else "positions.refused", title=post.title)]
        case Blocked(post):
            return [turn.say("positions.told_blocked", title=post.title)]
        case Cleared(post):
            go = turn.button("positions.publish_now", f"publish:{post.id}")
            return [turn.say("positions.clean_now", (go,), title=post.title)]
        case Open(post, findings, review_id, changed):
            card = review_card(turn, turn, post, findings, review_id)
            return [turn.say("positions.changed", title=post.title), card] if changed else [card]
