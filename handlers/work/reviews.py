"""The second person's word on a post that leaves a question: never the asker's own, and always on the text as it stands then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.access import Held, may, scopes
from domain.errors import Refused
from domain.messages import Button, Outbound
from handlers import forms
from handlers.scene import row_id
from handlers.tell import tell
from handlers.turn import Turn
from handlers.work import fitting as offers
from handlers.work import positions
from storage import access_log
from storage.staff import roles
from storage.work import reviews

# Characters of a post's text in one message: WeChat takes 600, and a phone's screen should show the buttons below.
PART = 400
ACTION = "positions.review"


def ask(turn: Turn, argument: str) -> list[Outbound]:
    """The first person asks for a second one's word; who may give it is told."""
    row = positions.draft(turn, row_id(argument))
    found = positions.questions(turn, row)
    if not found:
        return positions.publish(turn, argument)
    before = reviews.of_post(turn.tx, row["id"])
    if before is not None and before["digest"] == positions.digest(row) and before["outcome"] in ("", "refused"):
        return positions.publish(turn, argument)
    if before is not None and before["decided_at"] is None:
        # Its text is no longer the one that was asked about.
        reviews.end(turn.tx, before["id"], "changed", now=turn.now)
    others = _ask(turn, row, found, by=turn.person_id)
    return [turn.say("positions.asked" if others else "positions.asked_nobody", title=row["title"])]


def _ask(turn: Turn, row: dict[str, Any], found: list[dict[str, str]], *, by: int) -> list[int]:
    """Make the review and tell everybody who may decide on it; who that is."""
    review_id = reviews.ask(turn.tx, row["id"], found, digest=positions.digest(row), by=by, now=turn.now)
    access_log.write(turn.tx, actor_id=by, action="positions.ask", subject_kind="review", subject_id=review_id, now=turn.now)
    held = [*roles.staff(turn.tx, "coordinator", row["community_id"]), *roles.staff(turn.tx, "federation", row["community_id"])]
    others = [one for one in dict.fromkeys(held) if one != by and may(_roles(turn, one), ACTION, row["community_id"])]
    tell(turn.tx, turn.content, others, "staff", _card(turn, row, found, review_id), now=turn.now)
    return others


def _roles(turn: Turn, person_id: int) -> list[Held]:
    return roles.roles_of(turn.tx, person_id)


def _card(turn: Turn, row: dict[str, Any], found: list[dict[str, str]], review_id: int) -> Outbound:
    """The post, the quotes, and the two answers."""
    text, rest = row["text"][:PART], len(row["text"]) - PART
    if rest > 0:
        text += turn.words("positions.review_long", count=rest)
    whole = ((turn.button("positions.review_all", f"review_whole:{review_id}"),),) if rest > 0 else ()
    answers = (turn.button("positions.review_yes", f"review:{review_id}:yes"), turn.button("positions.review_no", f"review:{review_id}:no"))
    return turn.say(
        "positions.review",
        *whole,
        answers,
        title=row["title"],
        enterprise=row["enterprise"],
        community=row["community"],
        pay=offers.pay_text(turn, row),
        text=text,
        findings=positions.findings_text(turn, found),
    )


def listed(turn: Turn, after: str = "") -> list[Outbound]:
    """What waits for her word."""
    where = scopes(turn.roles(), ACTION)
    if not where:
        raise Refused("staff.not_allowed")
    last = row_id(after)
    rows = reviews.waiting(turn.tx, where, not_by=turn.person_id, after=last, limit=positions.SHOWN + 1)
    if not rows:
        return [turn.say("positions.no_reviews")]
    buttons = [
        (Button(turn.words("positions.review_button", number=place, title=row["title"]), f"review:{row['id']}"),)
        for place, row in enumerate(rows[: positions.SHOWN], 1)
    ]
    if len(rows) > positions.SHOWN:
        buttons.append((turn.button("positions.more", f"reviews:{rows[positions.SHOWN - 1]['id']}"),))
    return [turn.say("positions.reviews", *buttons)]


def open_review(turn: Turn, review_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A review that she may decide on, with its post. Raises Refused: it is her own, or decided, or none of her place."""
    review = reviews.get(turn.tx, review_id)
    row = None if review is None else reviews.post(turn.tx, review["position_id"])
    if review is None or row is None:
        raise Refused("work.gone")
    if not may(turn.roles(), ACTION, row["community_id"]):
        raise Refused("staff.not_allowed")
    if review["asked_by"] == turn.person_id:
        raise Refused("positions.own", title=row["title"])
    if review["decided_at"] is not None or row["status"] != "draft":
        raise Refused("positions.decided_before", title=row["title"])
    return review, row


def whole(turn: Turn, argument: str) -> list[Outbound]:
    """The whole text of a post that waits for her word, in parts."""
    _, row = open_review(turn, row_id(argument))
    parts = [row["text"][start : start + PART] for start in range(0, len(row["text"]), PART)]
    say = [turn.words("positions.full", title=row["title"], text=part, part=n, parts=len(parts)) for n, part in enumerate(parts, 1)]
    return [Outbound(text=text) for text in say]


def decide(turn: Turn, argument: str) -> list[Outbound]:
    """She looks at a post that waits, or taps 可以发布 or 退回 and is asked for the reason."""
    written, _, answer = argument.partition(":")
    review, row = open_review(turn, row_id(written))
    turn.log(ACTION, "review", review["id"])
    if answer not in ("yes", "no") or review["digest"] != positions.digest(row):
        return _anew(turn, review, row)
    about = {"review": review["id"], "answer": answer}
    return [turn.say(f"positions.say_why_{answer}", title=row["title"]), *forms.start(turn, "review", about=about)]


def _anew(turn: Turn, review: dict[str, Any], row: dict[str, Any]) -> list[Outbound]:
    """The post as it is now; one that was changed since she was asked is asked about anew."""
    found = _questions(turn, row)
    if found is None:
        return _blocked(turn, review, row)
    if review["digest"] == positions.digest(row):
        return [_card(turn, row, found, review["id"])]
    reviews.end(turn.tx, review["id"], "changed", now=turn.now)
    if not found:
        return [turn.say("positions.clean_now", (turn.button("positions.publish_now", f"publish:{row['id']}"),), title=row["title"])]
    digest = positions.digest(row)
    fresh = reviews.ask(turn.tx, row["id"], found, digest=digest, by=review["asked_by"], now=turn.now)
    return [turn.say("positions.changed", title=row["title"]), _card(turn, row, found, fresh)]


def _questions(turn: Turn, row: dict[str, Any]) -> list[dict[str, str]] | None:
    """What is open now; None where nobody may publish it any more."""
    try:
        return positions.questions(turn, row)
    except Refused:
        return None


def _blocked(turn: Turn, review: dict[str, Any], row: dict[str, Any]) -> list[Outbound]:
    reviews.end(turn.tx, review["id"], "blocked", now=turn.now)
    word = turn.say("positions.told_blocked", title=row["title"])
    tell(turn.tx, turn.content, [review["asked_by"]], "staff", word, now=turn.now)
    return [word]


def decided(turn: Turn, _conversation: int, answers: Mapping[str, Any], about: Mapping[str, Any]) -> list[Outbound]:
    """Her word with its reason. The text is screened again: what was changed meanwhile is not what she allowed."""
    review, row = open_review(turn, about["review"])
    found = _questions(turn, row)
    if found is None or review["digest"] != positions.digest(row):
        return _anew(turn, review, row)
    outcome = "published" if about["answer"] == "yes" else "refused"
    if not reviews.decide(turn.tx, review["id"], outcome, by=turn.person_id, reason=answers["reason"], now=turn.now):
        raise Refused("positions.decided_before", title=row["title"])
    turn.log(f"{ACTION}.{outcome}", "review", review["id"])
    said = positions.go_out(turn, row) if outcome == "published" else turn.say("positions.refused", title=row["title"])
    word = turn.say(f"positions.told_{outcome}", title=row["title"], reason=answers["reason"])
    tell(turn.tx, turn.content, [review["asked_by"]], "staff", word, now=turn.now)
    return [said]
