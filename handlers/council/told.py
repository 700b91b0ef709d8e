"""Every step is written down, and everybody behind a suggestion is told of it: at once, or several steps together in one message."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from domain.messages import Button, Outbound
from domain.notices import LOCAL
from handlers.content import Content
from handlers.scene import Scene
from handlers.tell import body, deliver, for_others, outbound_of
from handlers.voice import Voice
from storage import notices
from storage.council import steps, suggestions
from storage.council.steps import Step
from storage.council.suggestions import Suggestion
from storage.notices import Due
from storage.tables.council import StepKind

# Of a text, where it is only named.
SHORT = 24
# Steps of one message, and buttons below it.
TOGETHER = 8
OPENED = 4
# What those who are told have to answer: each comes by itself, with its buttons.
ASKED: frozenset[StepKind] = frozenset({"accept", "decline", "finish", "worded"})
# What only those who said it are told.
AUTHORS: frozenset[StepKind] = frozenset({"supported", "kept_back", "published", "said"})


def short(text: str) -> str:
    """The beginning of a suggestion, by which she knows it again."""
    line = " ".join(text.split())
    return line if len(line) <= SHORT else f"{line[:SHORT]}…"


def step(
    scene: Scene,
    row: Suggestion,
    kind: StepKind,
    *,
    reason: str | None = None,
    picture: str = "",
    before: str = "",
    after: str = "",
    whom: Iterable[int] | None = None,
    by: int | None = None,
) -> int:
    """Write a step down and tell everybody behind the suggestion but who did it; its id. Before it is published only its authors know of it."""
    number = steps.add(scene.tx, row.id, kind, by=by, now=scene.now, reason=reason, picture=picture, before=before, after=after)
    if whom is None:
        behind = suggestions.concerned(scene.tx, row.id)
        whom = behind.authors if kind in AUTHORS or row.published_at is None else behind.people
    people = sorted({*whom} - {by})
    if people:
        written = steps.get(scene.tx, number)
        assert written is not None
        notice = notices.add(
            scene.tx,
            "suggestion_asked" if kind in ASKED else "suggestion",
            body(told(for_others(scene.content), row, written)),
            now=scene.now,
        )
        steps.told(scene.tx, number, notice)
        # The tick decides, so that what happens in one minute comes in one message.
        notices.add_recipients(scene.tx, notice, [(person, 0, []) for person in people], due_at=scene.now)
    return number


def did(voice: Voice, row: Suggestion, one: Step) -> str:
    """One step in a few words."""
    values = {
        "reason": one.reason or "",
        "before": _named(voice, one, one.before),
        "after": _named(voice, one, one.after),
        "owner": row.owner or "",
        "until": day(voice, row),
        "count": row.voices,
    }
    # Of several that are one, the words of one author go and the matter stays.
    stays = one.kind == "withdraw" and one.before.isdecimal()
    return voice.words("council.did_withdraw_one" if stays else f"council.did_{one.kind}", **values)


def _named(voice: Voice, one: Step, code: str) -> str:
    return voice.words(f"council.topic_{code}") if one.kind == "topic" and code else code


def day(voice: Voice, row: Suggestion) -> str:
    """Until when it was promised."""
    return "" if row.until is None else voice.words("council.day", month=row.until.month, day=row.until.day)


def deadline(voice: Voice, row: Suggestion) -> str:
    """By when the next move is due, or that it is late."""
    if row.due_at is None:
        return ""
    local = row.due_at.astimezone(LOCAL)
    return voice.words("council.late" if row.late_since is not None else f"council.due_{row.state}", month=local.month, day=local.day)


def told(voice: Voice, row: Suggestion, one: Step) -> Outbound:
    """One step as those behind the suggestion hear of it, with what they can say to it."""
    picture = voice.words("council.see", text=short(row.text))
    rows: list[tuple[Button, ...]] = []
    match one.kind:
        case "accept":
            rows += [in_time(voice, row)]
        case "decline":
            rows += [in_time(voice, row), content_row(voice, row, "declined")]
        case "finish":
            rows += [(button,) for button in content_row(voice, row, "done")]
        case "worded":
            yes = voice.button("council.still", f"suggest:support:{row.id}")
            rows += [(yes, voice.button("council.no_longer", f"suggest:unsupport:{row.id}"))]
        case "topic" | "community" | "merged":
            rows += [(voice.button("council.contest", f"suggest:contest:{one.id}"),)]
        case _:
            pass
    rows.append((Button(picture, f"suggest:see:{row.id}"),))
    return Outbound(
        text=voice.words("council.step", text=short(row.text), said=did(voice, row, one)), buttons=tuple(rows), picture=one.picture
    )


def in_time(voice: Voice, row: Suggestion) -> tuple[Button, ...]:
    """回得及时 or 等久了."""
    said = (("yes", "council.in_time"), ("no", "council.too_long"))
    return tuple(voice.button(phrase, f"suggest:in_time:{row.id}:{row.round}:{answer}") for answer, phrase in said)


def content_row(voice: Voice, row: Suggestion, state: str) -> tuple[Button, ...]:
    """What she can say of how it was dealt with."""
    answers = ("good", "bad", "undone") if state == "done" else ("good", "bad")
    return tuple(voice.button(f"council.{state}_{answer}", f"suggest:content:{row.id}:{row.round}:{answer}") for answer in answers)


def digest(tx: Connection, content: Content, rows: list[Due], now: datetime) -> None:
    """One person's due steps in one message; what no longer concerns her is withheld."""
    told_steps = steps.of_notices(tx, [row.notice_id for row in rows])
    stale = [row.id for row in rows if not _concerns(tx, told_steps.get(row.notice_id), row.person_id)]
    if stale:
        notices.withheld(tx, stale, "stale", now=now)
    due = [row for row in rows if row.id not in stale]
    for start in range(0, len(due), TOGETHER):
        part = due[start : start + TOGETHER]
        said = outbound_of(part[0].body) if len(part) == 1 else _together(content, part)
        deliver(tx, content, [row.id for row in part], said, person_id=part[0].person_id, kind="suggestion", now=now)


def _concerns(tx: Connection, one: Step | None, person_id: int) -> bool:
    """Whether she is still behind what the step is about."""
    lead = None if one is None else suggestions.lead(tx, one.suggestion_id)
    return lead is not None and person_id in suggestions.concerned(tx, lead.id).people


def _together(content: Content, rows: list[Due]) -> Outbound:
    voice = for_others(content)
    said = [outbound_of(row.body) for row in rows]
    lines = [voice.words("council.news", count=len(said)), *(f"· {one.text}" for one in said)]
    opened = {button.choice: button for one in said for button in one.choices() if button.choice.startswith("suggest:see:")}
    return Outbound(text="\n".join(lines), buttons=tuple((button,) for button in list(opened.values())[:OPENED]))
