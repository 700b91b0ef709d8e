"""How a broadcast is spoken of to staff: whom it is for, who is not reached and why, how long it takes, and what each channel shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import ceil

from sqlalchemy import Connection

from domain.access import Scope
from domain.allowance import Account
from domain.broadcasts.audience import Audience
from domain.broadcasts.named import Place
from domain.capabilities import ALL
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from handlers.scene import Scene
from handlers.tell import outbound_of
from handlers.voice import Voice
from storage.broadcasts import queue
from storage.broadcasts.queue import Broadcast
from storage.broadcasts.results import Figures
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


def places(tx: Connection) -> list[Place]:
    """All communities and cells by name."""
    cells = [Place(Scope(cell.community_id, cell.id), cell.name) for cell in queue.cells(tx)]
    return [*(Place(Scope(row.id), row.name) for row in persons.communities(tx)), *cells]


def whom(tx: Connection, voice: Voice, notice: Broadcast) -> str:
    """For whom it is, as it was understood."""
    if notice.corrects is not None:
        return voice.words("broadcasts.whom_got", number=notice.corrects)
    audience = Audience.from_json(notice.audience)
    either = voice.words("broadcasts.whom_or")
    said = [_where(tx, voice, audience)]
    if audience.months:
        said.append(voice.words("broadcasts.whom_months", low=audience.months[0], high=audience.months[1]))
    if audience.skills:
        said.append(voice.words("broadcasts.whom_skills", names=either.join(voice.label("skills", code) for code in audience.skills)))
    if audience.modes:
        said.append(voice.words("broadcasts.whom_modes", names=either.join(voice.label("modes", code) for code in audience.modes)))
    if audience.status:
        said.append(voice.words(f"broadcasts.whom_{audience.status}"))
    if audience.channel:
        said.append(voice.words("broadcasts.whom_channel", name=voice.words(f"broadcasts.channel_{audience.channel}")))
    return voice.words("broadcasts.between_conditions").join(said)


def _where(tx: Connection, voice: Voice, audience: Audience) -> str:
    if not audience.places:
        return voice.words("broadcasts.whom_everywhere")
    names = {place.scope: place.name for place in places(tx)}
    around = {scope.community_id: name for scope, name in names.items() if scope.cell_id is None}
    said = []
    for place in audience.places:
        if place.cell_id is None:
            said.append(around.get(place.community_id, ""))
        else:
            cell = next((name for scope, name in names.items() if scope.cell_id == place.cell_id), "")
            said.append(voice.words("broadcasts.whom_cell", community=around.get(place.community_id, ""), cell=cell))
    return voice.words("broadcasts.between").join(said)


def reasons(voice: Voice, counted: Mapping[str, int]) -> str:
    """Why so many were not told, the most first."""
    several = sorted(counted.items(), key=lambda pair: -pair[1])
    return voice.words("broadcasts.between").join(
        voice.words(f"broadcasts.reason_{why if why in REASONS else 'other'}", count=count) for why, count in several
    )


def preview(scene: Scene, voice: Voice, notice: Broadcast, *, second: bool) -> Outbound:
    """Count, who is not reached, how long it takes, and the notice as each channel shows it."""
    said, reached, missed = outbound_of(notice.body), notice.reached, notice.missed
    channels = voice.words("broadcasts.between").join(
        voice.words("broadcasts.channel_count", channel=voice.words(f"broadcasts.channel_{channel}"), count=n)
        for channel, n in reached.items()
    )
    text = voice.words(
        "broadcasts.preview",
        number=notice.id,
        whom=whom(scene.tx, voice, notice),
        count=notice.size,
        reachable=sum(reached.values()),
        channels=channels,
        ways=_ways(scene, voice, notice),
        unreached=voice.words("broadcasts.unreached", reasons=reasons(voice, missed))
        if missed
        else voice.words("broadcasts.unreached_nobody"),
        lasts=_lasts(voice, notice),
        second=voice.words("broadcasts.second_needed" if second else "broadcasts.second_not_needed"),
        text=said.text,
        buttons=" ".join(f"[{button.label}]" for button in said.choices()),
        numbered=voice.numbered(said).text,
    )
    return Outbound(text=text, picture=said.picture)


def _ways(scene: Scene, voice: Voice, notice: Broadcast) -> str:
    """A line for each channel on which the platform counts what we say."""
    lines = []
    for channel in (name for name in notice.reached if ALL[name].counted):
        account = voice.content.rules.accounts.get(channel, Account())
        counted = ways(scene.tx, notice, channel, account, now=scene.now)
        parts = [voice.words(f"broadcasts.way_{way}", count=counted[way]) for way in WAYS if counted.get(way)]
        name = voice.words(f"broadcasts.channel_{channel}")
        lines.append(voice.words("broadcasts.ways", channel=name, ways=voice.words("broadcasts.between").join(parts)))
    visited = sum(notice.missed.get(why, 0) for why in ("no_address", "blocked"))
    if lines and visited:
        lines.append(voice.words("broadcasts.way_visit", count=visited))
    return "".join(f"\n{line}" for line in lines)


def _lasts(voice: Voice, notice: Broadcast) -> str:
    seconds = max((n / (ALL[channel].rate or UNLIMITED) for channel, n in notice.reached.items()), default=0.0)
    if seconds < MINUTE:
        lasts = voice.words("broadcasts.lasts_soon")
    elif seconds < 2 * HOUR:
        lasts = voice.words("broadcasts.lasts", minutes=ceil(seconds / MINUTE))
    else:
        lasts = voice.words("broadcasts.lasts_hours", hours=ceil(seconds / HOUR))
    if notice.urgent:
        return voice.words("broadcasts.lasts_urgent", lasts=lasts)
    rules = voice.content.rules
    start, end = (f"{at:%H:%M}" for at in rules.quiet_hours)
    return voice.words("broadcasts.lasts_quiet", lasts=lasts, start=start, end=end, cap=rules.daily_cap)


def progress(voice: Voice, notice: Broadcast, counted: Figures) -> str:
    """The figures of a broadcast in words."""
    labels = {button.choice.rpartition(":")[2]: button.label for button in outbound_of(notice.body).choices()}
    taps = [voice.words("broadcasts.tap", button=labels.get(what, what), count=n) for what, n in counted.tapped.items()]
    more = [
        *([voice.words("broadcasts.uncertain", count=counted.uncertain)] if counted.uncertain else []),
        *([voice.words("broadcasts.tapped", taps=voice.words("broadcasts.between").join(taps))] if taps else []),
        *([voice.words("broadcasts.knock", count=counted.knock)] if counted.knock else []),
    ]
    text = voice.words(
        "broadcasts.progress",
        number=notice.id,
        status=voice.words(f"broadcasts.status_{notice.status}"),
        text=short(notice),
        count=counted.recipients,
        sent=counted.sent,
        read=counted.read,
        waiting=counted.waiting,
        failed=sum(counted.failed.values()),
        failed_why=_why(voice, counted.failed),
        withheld=sum(counted.withheld.values()),
        withheld_why=_why(voice, counted.withheld),
        more="\n".join(more),
    )
    return text.strip()


def _why(voice: Voice, counted: Mapping[str, int]) -> str:
    return voice.words("broadcasts.why", reasons=reasons(voice, counted)) if counted else ""


def short(notice: Broadcast) -> str:
    """The first words of it."""
    text = str(notice.body.get("text", "")).partition("\n")[0]
    return text if len(text) <= OF_TEXT else text[:OF_TEXT] + "…"


def request(tx: Connection, voice: Voice, notice: Broadcast, at: datetime, *, now: datetime) -> Outbound:
    """What a second person is asked: for whom it is, when it would go, and all of what it says."""
    said = outbound_of(notice.body)
    starts = voice.words("broadcasts.starts_at", at=time_in_words(voice, at)) if at > now else voice.words("broadcasts.starts_now")
    urgent = voice.words("broadcasts.urgent") if notice.urgent else ""
    row = (button(voice, "broadcasts.approve", "yes", notice), button(voice, "broadcasts.refuse", "no", notice))
    text = voice.words("broadcasts.ask", urgent=urgent, whom=whom(tx, voice, notice), count=notice.size, starts=starts, text=said.text)
    return Outbound(text=text, buttons=(row,), picture=said.picture)


def time_in_words(voice: Voice, at: datetime) -> str:
    """A time as people say it."""
    local = at.astimezone(LOCAL)
    return voice.words("broadcasts.moment", month=local.month, day=local.day, hour=local.hour, minute=local.minute)


def button(voice: Voice, phrase: str, verb: str, notice: Broadcast) -> Button:
    """A button of staff about a broadcast."""
    return voice.button(phrase, f"broadcast:{verb}:{notice.id}")
