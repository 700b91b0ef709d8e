"""The gate between a draft and the mothers: what is forbidden is published by nobody, what leaves a question needs a second person."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from domain.access import may, scopes
from domain.errors import Refused
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.work.wages import MONTH_HOURS, estimate_fen, minimum, shortfall
from handlers import forms
from handlers.scene import row_id
from handlers.turn import Turn
from handlers.work import fitting as offers
from storage.work import posts, reviews

SHOWN = 5
# Of the words that a finding quotes: some quote the whole text.
QUOTED = 40
# Percent of the posts' revenue that a firm gives to the community fund.
SHARE = (5, 15)


def drafts(turn: Turn, after: str = "") -> list[Outbound]:
    """The drafts a coordinator may publish, a few at a time."""
    return page(turn, after, action="positions.publish", statuses=("draft",), name="drafts")


def published(turn: Turn, after: str = "") -> list[Outbound]:
    """What is public in her place, a few at a time, to be withdrawn where it turned out bad."""
    return page(turn, after, action="positions.withdraw", statuses=("published", "filled"), name="public")


def page(turn: Turn, after: str, *, action: str, statuses: tuple[str, ...], name: str) -> list[Outbound]:
    """Some posts, each with its button, and 更多 where there are more."""
    where = scopes(turn.roles(), action)
    if not where:
        raise Refused("staff.not_allowed")
    rows = reviews.posts(turn.tx, where, statuses=statuses, after=row_id(after), limit=SHOWN + 1)
    if not rows:
        return [turn.say(f"positions.no_{name}")]
    text, buttons = [turn.words(f"positions.{name}")], []
    for place, row in enumerate(rows[:SHOWN], 1):
        text.append(offers.card(turn, row, (turn.label("modes", row["mode"]),), number=place))
        choice = f"publish:{row['id']}" if name == "drafts" else f"withdraw:{row['id']}"
        buttons.append((Button(turn.words(f"positions.{name}_button", number=place, title=row["title"]), choice),))
    if len(rows) > SHOWN:
        buttons.append((turn.button("positions.more", f"{name}:{rows[SHOWN - 1]['id']}"),))
    return [Outbound(text="\n\n".join(text), buttons=tuple(buttons))]


def draft(turn: Turn, position_id: int) -> dict[str, Any]:
    """A draft that she may publish. Raises Refused, also where it is no draft any more."""
    row = reviews.post(turn.tx, position_id)
    if row is None:
        raise Refused("work.gone")
    if not may(turn.roles(), "positions.publish", row["community_id"]):
        raise Refused("staff.not_allowed")
    if row["withdrawn_at"] is not None:
        raise Refused("positions.was_withdrawn", title=row["title"])
    if row["status"] != "draft":
        raise Refused("positions.published_before", title=row["title"])
    return row


def publish(turn: Turn, argument: str) -> list[Outbound]:
    """Draft → screened → published, or what stands in the way and how it is put right."""
    return _on(turn, draft(turn, row_id(argument)))


def estimated(turn: Turn, _conversation: int, answers: Mapping[str, Any], about: Mapping[str, Any]) -> list[Outbound]:
    """She asked the firm what an hour of piece work brings: stored with the post, then on through the gate."""
    row = draft(turn, about["position"])
    posts.change_position(turn.tx, row["id"], hourly_fen=round(answers["hourly"] * 100))
    return _on(turn, draft(turn, row["id"]))


def _on(turn: Turn, row: dict[str, Any]) -> list[Outbound]:
    found = questions(turn, row)
    if row["pay_basis"] == "piece" and estimate_fen(row) is None:
        pay = offers.pay_text(turn, row)
        about = {"position": row["id"]}
        return [turn.say("positions.need_estimate", title=row["title"], pay=pay), *forms.start(turn, "publish", about=about)]
    if not found:
        return [go_out(turn, row)]
    before = reviews.of_post(turn.tx, row["id"])
    if before is not None and before["outcome"] == "refused" and before["digest"] == digest(row):
        raise Refused("positions.refused_before", title=row["title"], reason=before["reason"])
    if before is not None and before["decided_at"] is None and before["digest"] == digest(row):
        raise Refused("positions.asked_before", title=row["title"])
    ask = turn.button("positions.ask", f"ask_review:{row['id']}")
    return [turn.say("positions.queried", (ask,), title=row["title"], findings=findings_text(turn, found))]


def questions(turn: Turn, row: dict[str, Any]) -> list[dict[str, str]]:
    """What a second person has to answer for, each with its code and quote. Raises Refused for what nobody may publish.

    Looked at anew each time: rows may be older than a rule, and a text may have been changed since somebody saw it.
    """
    # Here, since its rules take a tenth of a second that only publishing needs.
    from domain.screening import QUERY_CODES, screen

    if not row["licence"].strip():
        raise Refused("positions.no_licence", title=row["title"], enterprise=row["enterprise"])
    if not SHARE[0] <= row["share_percent"] <= SHARE[1]:
        raise Refused("positions.bad_share", title=row["title"], enterprise=row["enterprise"], share=row["share_percent"])
    lowest = minimum(turn.now.astimezone(LOCAL).date())
    # Where none is set, no monthly wage can be blocked; shortfall asks then.
    screened = screen(f"{row['title']}\n{row['text']}", minimum_monthly=lowest.month_fen // 100 if lowest else 0)
    found = [{"code": finding.code, "quote": finding.quote} for finding in screened.findings]
    if screened.verdict == "block":
        blocking = [one for one in found if one["code"] not in QUERY_CODES]
        raise Refused("positions.blocked", title=row["title"], findings=findings_text(turn, blocking))
    if code := shortfall(row, lowest):
        found.append({"code": code, "quote": offers.pay_text(turn, {**row, "hourly_fen": estimate_fen(row)})})
    return found


def findings_text(turn: Turn, found: list[dict[str, str]]) -> str:
    """Each finding in a line: the quoted words, and in plain words what has to change."""
    lines = []
    for finding in found:
        quote = " ".join(finding["quote"].split())
        short = quote if len(quote) <= QUOTED else quote[:QUOTED] + "…"
        lines.append(turn.words("positions.finding", quote=short, change=_change(turn, finding["code"])))
    return "\n".join(lines)


def _change(turn: Turn, code: str) -> str:
    lowest = minimum(turn.now.astimezone(LOCAL).date())
    month, hour = (lowest.month_fen, lowest.hour_fen) if lowest else (0, 0)
    return turn.words(f"positions.change.{code}", month=f"{month / 100:g}", hour=f"{hour / 100:g}", hours=MONTH_HOURS)


def digest(row: Mapping[str, Any]) -> str:
    """Of all that the gate looks at: another digest is another post to whoever allowed it."""
    seen = ("title", "text", "pay_basis", "pay_min_fen", "pay_max_fen", "hourly_fen", "enterprise_id")
    return hashlib.sha256(repr([row[name] for name in seen]).encode()).hexdigest()[:32]


def go_out(turn: Turn, row: Mapping[str, Any]) -> Outbound:
    """It is public from now on; the clock finds its mothers."""
    if row["pay_basis"] == "piece":
        posts.change_position(turn.tx, row["id"], hourly_fen=estimate_fen(row))
    posts.publish(turn.tx, row["id"], now=turn.now)
    posts.positions_changed(turn.tx)
    turn.log("positions.publish", "position", row["id"])
    return turn.say("positions.done", title=row["title"])
