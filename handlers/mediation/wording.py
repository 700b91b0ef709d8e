"""How matters of mediation are said: contents only in sealed messages, everything else in words that tell nothing to who looks on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from domain.mediation.gates import ways
from domain.mediation.numbers import written
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from handlers.tell import for_others, tell
from handlers.turn import Turn
from handlers.voice import Voice
from storage.mediation import own
from storage.mediation.seen import Hers, Seen

Row = tuple[Button, ...]


def sealed(text: str, *rows: Row) -> Outbound:
    """A message with contents: on channels that carry private matters alone, and after a crash a person decides whether it is sent again."""
    return Outbound(text=text, buttons=rows, private=True, once=True)


def paged(voice: Voice, lines: Iterable[str], *rows: Row) -> list[Outbound]:
    """Lines as sealed messages that fit the channel; the buttons are below the last."""
    most = voice.channel.max_text - 300
    pages, text = [], ""
    for line in lines:
        for start in range(0, max(len(line), 1), most):
            piece = line[start : start + most]
            if text and len(text) + len(piece) + 1 > most:
                pages.append(text)
                text = ""
            text = f"{text}\n{piece}" if text else piece
    return [*(sealed(page) for page in pages), sealed(text, *rows)]


def when(voice: Voice, at: datetime) -> str:
    """A moment, short."""
    local = at.astimezone(LOCAL)
    return voice.words("mediation.when", month=local.month, day=local.day, time=f"{local:%H:%M}")


def day(voice: Voice, at: date) -> str:
    """A day, with its year."""
    return voice.words("mediation.day", year=at.year, month=at.month, day=at.day)


def number_of(voice: Voice, row: Seen) -> str:
    """What a case is called: its number on paper, before that the number of its report."""
    if row.year is not None and row.number is not None:
        return written(row.community, row.year, row.number)
    return voice.words("mediation.report_number", number=row.id)


def head(voice: Voice, row: Seen) -> str:
    """A case in a line, as lists show it."""
    due = voice.words("mediation.due", when=when(voice, row.due_at)) if row.due_at else ""
    return voice.words(
        "mediation.head",
        number=number_of(voice, row),
        kind=voice.label("case_kinds", row.kind),
        state=voice.words(f"mediation.state.{row.state}"),
        due=due,
    )


def ways_of(voice: Voice, reason: str) -> str:
    """The legal ways that stay open."""
    return "\n".join(voice.words(f"mediation.way.{way}") for way in ways(reason))


def where_it_stands(voice: Voice, row: Hers) -> str:
    """How her matter stands, in her own words' terms."""
    return voice.words(f"mediation.hers.{row.state}")


def hint(turn: Turn, case_id: int) -> None:
    """Word to the sides that something is new, without saying what; not to who said that she comes by herself."""
    hint_to(turn, own.told_of(turn.tx, case_id))


def hint_to(turn: Turn, people: Iterable[int]) -> None:
    """The same to these."""
    others = [one for one in people if one != turn.person_id]
    if others:
        tell(turn.tx, turn.content, others, "answer", for_others(turn.content).say("mediation.news"), now=turn.now)
