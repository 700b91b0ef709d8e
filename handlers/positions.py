"""Publishing a post, and finding the mothers it fits: each is told, if the notice rules let it through."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from domain.access import may, scopes
from domain.errors import Refused
from domain.matching import fits, rate
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from handlers import work as offers
from handlers.turn import Content, Turn
from storage import notices, roles, work

DRAFTS_SHOWN = 5


def drafts(turn: Turn, _argument: str = "") -> list[Outbound]:
    """The drafts a coordinator may publish, with what screening found in them."""
    where = scopes(turn.roles(), "positions.publish")
    if not where:
        raise Refused("staff.not_allowed")
    rows = work.drafts(turn.tx, where, limit=DRAFTS_SHOWN)
    if not rows:
        return [turn.say("staff.no_drafts")]
    text = [
        turn.words("staff.drafts"),
        *(offers.card(turn, row, (turn.label("modes", row["mode"]),), number=n) for n, row in enumerate(rows, 1)),
    ]
    buttons = tuple(
        (Button(turn.words("staff.publish", number=n, title=row["title"]), f"pub:{row['id']}"),) for n, row in enumerate(rows, 1)
    )
    return [Outbound(text="\n\n".join(text), buttons=buttons)]


def publish(turn: Turn, argument: str) -> list[Outbound]:
    """Draft → screened → published. A blocked text is published by nobody; an open question needs the federation's word."""
    # Here, since its rules take a tenth of a second that only publishing needs.
    from domain.screening import screen

    row = work.position(turn.tx, int(argument)) if argument.isdecimal() and len(argument) < 16 else None
    if row is None:
        raise Refused("work.gone")
    actor = turn.roles()
    if not may(actor, "positions.publish", row["community_id"]):
        raise Refused("staff.not_allowed")
    found = screen(f"{row['title']}\n{row['text']}")
    quotes = "、".join(f"“{finding.quote}”" for finding in found.findings)
    if found.verdict == "block":
        raise Refused("staff.blocked", title=row["title"], quotes=quotes)
    if found.verdict == "query" and not may(actor, "positions.review", row["community_id"]):
        raise Refused("staff.queried", title=row["title"], quotes=quotes)
    if not work.publish(turn.tx, row["id"], now=turn.now):
        return [turn.say("staff.published_before", title=row["title"])]
    roles.log(turn.tx, actor_id=turn.person_id, action="positions.publish", subject_kind="position", subject_id=row["id"], now=turn.now)
    return [turn.say("staff.published", title=row["title"])]


def audience(tx: Connection, content: Content, row: Mapping[str, Any], *, now: datetime) -> list[tuple[int, int, list[str]]]:
    """Every mother a post fits, best first: (person id, score, reasons). Reads only, since it may take long."""
    today = now.astimezone(LOCAL).date()
    position = offers.offer(row)
    seekers = [(mother["person_id"], offers.seeker(mother)) for mother in work.mothers(tx)]
    found = [(person, rate(one, position, content.rules.weights)) for person, one in seekers if fits(one, position, today)]
    found.sort(key=lambda pair: -pair[1].score)
    return [(person, round(match.score), list(match.why)) for person, match in found]


def enlist(tx: Connection, row: Mapping[str, Any], people_: list[tuple[int, int, list[str]]], *, now: datetime) -> None:
    """Put some of them on the post's notice; running it again changes nothing. Who has no address is not kept waiting."""
    notice_id = notices.of_position(tx, row["id"]) or notices.add(tx, "position", {}, now=now, position_id=row["id"])
    notices.add_recipients(tx, notice_id, people_, due_at=now)
    notices.withhold_unreachable(tx, notice_id, now=now)


def still_true(row: Mapping[str, Any] | None, now: datetime) -> bool:
    """Whether a post that is about to be announced can still be had."""
    if row is None or row["status"] != "published" or row["taken"] >= row["headcount"]:
        return False
    return row["closes_on"] is None or row["closes_on"] >= now.astimezone(LOCAL).date()
