"""How a broadcast is spoken of to staff: whom it is for, who is not reached and why, how long it takes, and what each channel shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import ceil

from domain.access import Scope
from domain.allowance import Account
from domain.broadcasts.audience import Audience
from domain.broadcasts.named import Place
from domain.capabilities import ALL
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from handlers.tell import outbound_of
from handlers.turn import Turn
from storage.broadcasts import queue, results
from storage.broadcasts.queue import Broadcast
from storage.broadcasts.ways import ways
from storage.people import persons

REASONS = frozenset(
    (
        "no_address",
        "blocked",
        "unsubscribed",
        "no_consent",
        "unreachable",
        "stopped",
        "gone",
        "rejected",
        "retry",
        "window_closed",
        "misconfigured",
        "switched_off",
    )
)
# Messages a second where no platform sets a limit: what our own page takes easily.
UNLIMITED = 200.0
OF_TEXT = 20
WAYS = ("message", "grant", "template", "word")
MINUTE, HOUR = 60, 3600


def places(turn: Turn) -> list[Place]:
    """All communities and cells by name."""
    cells = [Place(Scope(cell.community_id, cell.id), cell.name) for cell in queue.cells(turn.tx)]
    return [*(Place(Scope(row.id), row.name) for row in persons.communities(turn.tx)), *cells]


def whom(turn: Turn, notice: Broadcast) -> str:
    """For whom it is, as it was understood."""
    if notice.corrects is not None:
        return turn.words("broadcasts.whom_got", number=notice.corrects)
    audience = Audience.from_json(notice.audience)
    either = turn.words("broadcasts.whom_or")
    said = [_where(turn, audience)]
    if audience.months:
        said.append(turn.words("broadcasts.whom_months", low=audience.months[0], high=audience.months[1]))
    if audience.skills:
        said.append(turn.words("broadcasts.whom_skills", names=either.join(turn.label("skills", code) for code in audience.skills)))
    if audience.modes:
        said.append(turn.words("broadcasts.whom_modes", names=either.join(turn.label("modes", code) for code in audience.modes)))
    if audience.status:
        said.append(turn.words(f"broadcasts.whom_{audience.status}"))
    if audience.channel:
        said.append(turn.words("broadcasts.whom_channel", name=turn.words(f"broadcasts.channel_{audience.channel}")))
    return turn.words("broadcasts.between_conditions").join(said)


def _where(turn: Turn, audience: Audience) -> str:
    if not audience.places:
        return turn.words("broadcasts.whom_everywhere")
    names = {place.scope: place.name for place in places(turn)}
    around = {scope.community_id: name for scope, name in names.items() if scope.cell_id is None}
    said = []
    for place in audience.places:
        if place.cell_id is None:
            said.append(around.get(place.community_id, ""))
        else:
            cell = next((name for scope, name in names.items() if scope.cell_id == place.cell_id), "")
            said.append(turn.words("broadcasts.whom_cell", community=around.get(place.community_id, ""), cell=cell))
    return turn.words("broadcasts.between").join(said)


def reasons(turn: Turn, counted: Mapping[str, int]) -> str:
    """Why so many were not told, the most first."""
    several = sorted(counted.items(), key=lambda pair: -pair[1])
    return turn.words("broadcasts.between").join(
        turn.words(f"broadcasts.reason_{why if why in REASONS else 'other'}", count=count) for why, count in several
    )


def preview(turn: Turn, notice: Broadcast, counted: Mapping[str, int], *, second: bool) -> Outbound:
    """Count, who is not reached, how long it takes, and the notice as each channel shows it."""
    said = outbound_of(notice.body)
    reached = {channel: n for channel, n in counted.items() if channel in ALL}
    missed = {why: n for why, n in counted.items() if why not in ALL}
    channels = turn.words("broadcasts.between").join(
        turn.words("broadcasts.channel_count", channel=turn.words(f"broadcasts.channel_{channel}"), count=n)
        for channel, n in reached.items()
    )
    text = turn.words(
        "broadcasts.preview",
        number=notice.id,
        whom=whom(turn, notice),
        count=sum(counted.values()),
        reachable=sum(reached.values()),
        channels=channels,
        ways=_ways(turn, notice, reached, missed),
        unreached=turn.words("broadcasts.unreached", reasons=reasons(turn, missed))
        if missed
        else turn.words("broadcasts.unreached_nobody"),
        lasts=_lasts(turn, notice, reached),
        second=turn.words("broadcasts.second_needed" if second else "broadcasts.second_not_needed"),
        text=said.text,
        buttons=" ".join(f"[{button.label}]" for button in said.choices()),
        numbered=turn.numbered(said).text,
    )
    return Outbound(text=text, picture=said.picture)


def _ways(turn: Turn, notice: Broadcast, reached: Mapping[str, int], missed: Mapping[str, int]) -> str:
    """A line for each channel on which the platform counts what we say."""
    lines = []
    for channel in (name for name in reached if ALL[name].counted):
        account = turn.content.rules.accounts.get(channel, Account())
        counted = ways(turn.tx, notice, channel, account, now=turn.now)
        parts = [turn.words(f"broadcasts.way_{way}", count=counted[way]) for way in WAYS if counted.get(way)]
        name = turn.words(f"broadcasts.channel_{channel}")
        lines.append(turn.words("broadcasts.ways", channel=name, ways=turn.words("broadcasts.between").join(parts)))
    visited = sum(missed.get(why, 0) for why in ("no_address", "blocked"))
    if lines and visited:
        lines.append(turn.words("broadcasts.way_visit", count=visited))
    return "".join(f"\n{line}" for line in lines)


def _lasts(turn: Turn, notice: Broadcast, reached: Mapping[str, int]) -> str:
    seconds = max((n / (ALL[channel].rate or UNLIMITED) for channel, n in reached.items()), default=0.0)
    if seconds < MINUTE:
        lasts = turn.words("broadcasts.lasts_soon")
    elif seconds < 2 * HOUR:
        lasts = turn.words("broadcasts.lasts", minutes=ceil(seconds / MINUTE))
    else:
        lasts = turn.words("broadcasts.lasts_hours", hours=ceil(seconds / HOUR))
    if notice.urgent:
        return turn.words("broadcasts.lasts_urgent", lasts=lasts)
    rules = turn.content.rules
    start, end = (f"{at:%H:%M}" for at in rules.quiet_hours)
    return turn.words("broadcasts.lasts_quiet", lasts=lasts, start=start, end=end, cap=rules.daily_cap)


def progress(turn: Turn, notice: Broadcast) -> tuple[str, results.Figures]:
    """The figures of a broadcast in words, and as counted."""
    counted = results.figures(turn.tx, notice)
    labels = {button.choice.rpartition(":")[2]: button.label for button in outbound_of(notice.body).choices()}
    taps = [turn.words("broadcasts.tap", button=labels.get(what, what), count=n) for what, n in counted.tapped.items()]
    more = [
        *([turn.words("broadcasts.uncertain", count=counted.uncertain)] if counted.uncertain else []),
        *([turn.words("broadcasts.tapped", taps=turn.words("broadcasts.between").join(taps))] if taps else []),
        *([turn.words("broadcasts.knock", count=counted.knock)] if counted.knock else []),
    ]
    text = turn.words(
        "broadcasts.progress",
        number=notice.id,
        status=turn.words(f"broadcasts.status_{notice.status}"),
        text=short(notice),
        count=counted.recipients,
        sent=counted.sent,
        read=counted.read,
        waiting=counted.waiting,
        failed=sum(counted.failed.values()),
        failed_why=_why(turn, counted.failed),
        withheld=sum(counted.withheld.values()),
        withheld_why=_why(turn, counted.withheld),
        more="\n".join(more),
    )
    return text.strip(), counted


def _why(turn: Turn, counted: Mapping[str, int]) -> str:
    return turn.words("broadcasts.why", reasons=reasons(turn, counted)) if counted else ""


def short(notice: Broadcast) -> str:
    """The first words of it."""
    text = str(notice.body.get("text", "")).partition("\n")[0]
    return text if len(text) <= OF_TEXT else text[:OF_TEXT] + "…"


def moment(turn: Turn, at: datetime) -> str:
    """A time as people say it."""
    local = at.astimezone(LOCAL)
    return turn.words("broadcasts.moment", month=local.month, day=local.day, hour=local.hour, minute=local.minute)


def button(turn: Turn, phrase: str, verb: str, notice: Broadcast) -> Button:
    """A button of staff about a broadcast."""
    return turn.button(phrase, f"broadcast:{verb}:{notice.id}")
