"""Campaigns as the office sees them: begun for its women, watched by cell and by day, ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.access import Scope, may, scopes
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.plain import number_of
from handlers import forms
from handlers.content import Content
from handlers.scene import Scene, row_id
from handlers.turn import Turn
from storage.conversations import About
from storage.survey import campaigns, coverage
from storage.survey.campaigns import Survey
from storage.survey.coverage import OfCell

# So many women have their visits at once; a larger city's follow step by step.
AT_ONCE = 5000
MONTH = timedelta(days=30)
DAYS = 7
CELLS = 40


def act(turn: Turn, argument: str = "") -> list[Outbound]:
    """走访进度 and its buttons: `new`, or a campaign's `ID` and what to do with it."""
    head, _, verb = argument.partition(":")
    if head == "new":
        return _ask(turn)
    if not head:
        return overview(turn)
    campaign = campaigns.get(turn.tx, row_id(head))
    if campaign is None or campaign.id not in {row.id for row in _running(turn)}:
        raise Refused("talk.old_button")
    return _close(turn, campaign, sure=verb == "sure") if verb in ("close", "sure") else [_progress(turn, campaign)]


def overview(turn: Turn, _argument: str = "") -> list[Outbound]:
    """Every campaign that runs in one's scope, how far each has got, and, for the office, a new one."""
    said = [_progress(turn, row) for row in _running(turn)[:5]]
    last = [(turn.button("visits.list", "visits"),)]
    if scopes(turn.roles(), "campaigns.manage"):
        last.insert(0, (turn.button("surveys.new", "campaign:new"),))
    return [*said, turn.say("surveys.more" if said else "surveys.none", *last)]


def _running(turn: Turn) -> list[Survey]:
    """Campaigns of one's own communities and of the city."""
    where = scopes(turn.roles(), "visits.see")
    if not where:
        raise Refused("staff.not_allowed")
    return campaigns.campaigns(turn.tx, [Scope(scope.community_id) for scope in where])


def _progress(turn: Turn, campaign: Survey) -> Outbound:
    """Counts by cell and by day, of one's own scope alone."""
    held = turn.roles()
    where = scopes(held, "visits.see")
    cells = coverage.by_cell(turn.tx, campaign.id, where)
    days = coverage.by_day(turn.tx, campaign.id, where)[:DAYS]
    whole = {name: sum(getattr(row, name) for row in cells) for name in coverage.COUNTED}
    lines = [turn.words("surveys.progress", name=campaign.name, **whole)]
    lines += [turn.words("surveys.cell", place=_place(turn, row), **row._asdict()) for row in cells[:CELLS]]
    if len(cells) > CELLS:
        lines.append(turn.words("surveys.more_cells", count=len(cells) - CELLS))
    lines += [turn.words("surveys.day", **{**row._asdict(), "day": row.day[5:]}) for row in days]
    if campaign.status == "choosing":
        lines.append(turn.words("surveys.choosing"))
    rows: tuple[tuple[Button, ...], ...] = ()
    if campaign.status != "closed" and may(held, "campaigns.manage", campaign.community_id):
        rows = ((turn.button("surveys.close", f"campaign:{campaign.id}:close"),),)
    return Outbound(text="\n".join(lines), buttons=rows)


def _place(turn: Turn, row: OfCell) -> str:
    return " ".join(filter(None, (row.community, row.cell or turn.words("surveys.no_cell"))))


def _ask(turn: Turn) -> list[Outbound]:
    if not scopes(turn.roles(), "campaigns.manage"):
        raise Refused("staff.not_allowed")
    return forms.start(turn, "campaign")


def start(turn: Turn, _conversation: int, answers: Answers, _about: About) -> list[Outbound]:
    """The form of a new campaign is filled: it begins."""
    months, name = number_of(answers, "months") or 0, str(answers["name"])
    count = begin(turn, name, surveyed_before=turn.now - months * MONTH if months else None)
    return [turn.say("surveys.started", (turn.button("surveys.coverage", "campaign:"),), name=name, count=count)]


def begin(scene: Scene, name: str, *, surveyed_before: datetime | None) -> int:
    """A campaign for each scope that the office has; how many women got their visits at once.

    Raises Refused where she has no such scope, or nobody was to be visited.
    """
    where = [scope for scope in scene.scopes("campaigns.manage") if scope.cell_id is None]
    if not where:
        raise Refused("staff.not_allowed")
    count = 0
    for scope in where:
        number = campaigns.start(
            scene.tx, name=name, community_id=scope.community_id, before=surveyed_before, by=scene.person_id, now=scene.now
        )
        scene.log("surveys.start", "campaign", number)
        before = campaigns.size(scene.tx, number)
        campaigns.assign(scene.tx, number, now=scene.now, limit=AT_ONCE)
        count += campaigns.size(scene.tx, number) - before
    if not count:
        # Undone with it: a campaign without anybody would only stand in the lists.
        raise Refused("surveys.nobody")
    return count


def _close(turn: Turn, campaign: Survey, *, sure: bool) -> list[Outbound]:
    turn.need("campaigns.manage", campaign.community_id)
    if not sure:
        rows = ((turn.button("surveys.close_yes", f"campaign:{campaign.id}:sure"),), (turn.button("surveys.close_no", "campaign:"),))
        return [turn.say("surveys.close_sure", *rows, name=campaign.name)]
    close(turn, campaign)
    return [turn.say("surveys.closed", name=campaign.name)]


def close(scene: Scene, campaign: Survey) -> None:
    """No more visits for it. Raises Refused where she may not."""
    scene.need("campaigns.manage", campaign.community_id)
    campaigns.close(scene.tx, campaign.id, now=scene.now)
    scene.log("surveys.close", "campaign", campaign.id)


def choose(tx: Connection, _content: Content, now: datetime) -> int:
    """The clock's step: the next women of a campaign that does not have all of its visits; how many were looked at."""
    campaigns.forget_undecided(tx, now=now)
    campaign_id = campaigns.choosing(tx)
    return 0 if campaign_id is None else max(1, campaigns.assign(tx, campaign_id, now=now))
