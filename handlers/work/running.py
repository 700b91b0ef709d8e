"""Her running matters by words: a trial she cannot come to, another day, not any more, late; found, confirmed by one tap, the other side told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from domain.errors import Refused
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.running import Said, heard
from domain.work.applications import OPEN
from handlers.capability import Deed
from handlers.scene import row_id
from handlers.turn import Turn
from handlers.work import applications, placements
from handlers.work.placements import tell_staff, tried
from handlers.work.wording import trial_words, work_row
from storage.people import persons
from storage.work import applications as stored
from storage.work import follow_ups, places
from storage.work.applications import Application

LOOKED_AT = 20


def about(turn: Turn, text: str) -> Deed | None:
    """What is to be asked about one of her matters; None where her words are of none that she has."""
    said = heard(text, turn.today)
    if said is None:
        return None
    rows = [row for row in stored.of_person(turn.tx, turn.person_id, limit=LOOKED_AT) if row.status in (*OPEN, "started")]
    meant = _MEANT[said.kind](turn, rows, said) if said.kind in _MEANT else []
    return partial(_which, turn, meant, said) if meant else None


def _coming(turn: Turn, rows: list[Application], said: Said) -> list[Application]:
    """Trials that are to come, those of the day she names first; else the post she works at."""
    trials = [row for row in rows if row.status == "trial" and not tried(row, turn.now)]
    that_day = [row for row in trials if row.trial_at is not None and row.trial_at.astimezone(LOCAL).date() == said.day]
    return that_day or trials or [row for row in rows if row.status == "started"]


def _trials(turn: Turn, rows: list[Application], _said: Said) -> list[Application]:
    return [row for row in rows if row.status == "trial" and not tried(row, turn.now)]


def _wanted(_turn: Turn, rows: list[Application], _said: Said) -> list[Application]:
    return [row for row in rows if row.status in OPEN] or [row for row in rows if row.status == "started"]


def _worked(_turn: Turn, rows: list[Application], _said: Said) -> list[Application]:
    return [row for row in rows if row.status == "started"] or [row for row in rows if row.status in OPEN]


def _tried(turn: Turn, rows: list[Application], _said: Said) -> list[Application]:
    return [row for row in rows if tried(row, turn.now)]


_MEANT: dict[str, Callable[[Turn, list[Application], Said], list[Application]]] = {
    "cannot": _coming,
    "late": _coming,
    "other_time": _trials,
    "where": _trials,
    "out": _wanted,
    "quit": _worked,
    "taken": _tried,
}


def _which(turn: Turn, meant: list[Application], said: Said) -> list[Outbound]:
    """One is asked about at once; of several she is asked which."""
    if said.kind == "where":
        return [turn.say("running.where", title=row.title, enterprise=row.enterprise, **trial_words(turn, row)) for row in meant[:1]]
    if len(meant) == 1:
        row = meant[0]
        return [turn.say(_question(row, said), *_answers(turn, row, said), **_values(turn, row, said))]
    rows = [(Button(turn.words("running.of", title=row.title), _first(turn, row, said).choice),) for row in meant]
    return [turn.say("running.which", *rows)]


def _question(row: Application, said: Said) -> str:
    if said.kind == "cannot":
        return "running.cannot" if row.status == "trial" else "running.absent"
    if said.kind in ("out", "quit"):
        return "running.quit" if row.status == "started" else "running.out"
    return f"running.{said.kind}"


def _values(turn: Turn, row: Application, said: Said) -> dict[str, object]:
    return {
        "title": row.title,
        "when": trial_words(turn, row)["when"],
        "day": _day(turn, said.day),
        "minutes": _late_by(turn, str(said.minutes or "")),
    }


def _day(turn: Turn, day: date | None) -> str:
    if day is None:
        return turn.words("running.some_day")
    return turn.words("applications.day", month=day.month, day=day.day, weekday=turn.words(f"form.weekdays.{day.isoweekday()}"))


def _late_by(turn: Turn, minutes: str) -> str:
    return turn.words("running.minutes", count=minutes) if minutes.isdecimal() else turn.words("running.a_while")


def _first(turn: Turn, row: Application, said: Said) -> Button:
    return _answers(turn, row, said)[0][0]


def _answers(turn: Turn, row: Application, said: Said) -> list[tuple[Button, ...]]:
    """What she most likely wants first, then what else it could be."""
    leave, keep = turn.button("applications.out", f"mine:{row.id}:leave"), turn.button("running.nothing", "menu:matters")
    day = said.day.isoformat() if said.day else ""
    if said.kind == "taken":
        return [
            (turn.button("applications.i_started", f"mine:{row.id}:started"), turn.button("applications.not_started", f"mine:{row.id}:not"))
        ]
    if said.kind == "late":
        return [(turn.button("running.tell_late", f"running:{row.id}:late:{said.minutes or ''}"),), (keep,)]
    if row.status == "started":
        if said.kind == "cannot":
            return [(turn.button("running.tell_absent", f"running:{row.id}:absent:{day}"),), (keep,)]
        return [(turn.button("running.quit_yes", f"running:{row.id}:quit"), turn.button("running.quit_no", "menu:matters"))]
    if said.kind in ("out", "quit"):
        return [(leave, turn.button("applications.out_no", "menu:matters"))]
    if said.kind == "other_time" and said.day is not None:
        return [(turn.button("running.other_day", f"running:{row.id}:other:{day}", day=_day(turn, said.day)),), (leave, keep)]
    return [(turn.button("applications.other_time", f"mine:{row.id}:other"),), (leave, keep)]


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A tap that confirms it, perhaps an old one: what cannot be done any more shows how it stands instead."""
    number, _, rest = argument.partition(":")
    verb, _, what = rest.partition(":")
    row = stored.get(turn.tx, row_id(number))
    if row is None or row.person_id != turn.person_id or verb not in _VERBS:
        raise Refused("talk.old_button")
    return _VERBS[verb](turn, row, what) or applications.mine(turn)


def _date(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _late(turn: Turn, row: Application, what: str) -> list[Outbound]:
    if row.status not in ("trial", "started"):
        return []
    tell_staff(turn, row, "running.late_staff", minutes=_late_by(turn, what))
    return [_told(turn, row)]


def _absent(turn: Turn, row: Application, what: str) -> list[Outbound]:
    if row.status != "started":
        return []
    tell_staff(turn, row, "running.absent_staff", day=_day(turn, _date(what)))
    return [_told(turn, row)]


def _told(turn: Turn, row: Application) -> Outbound:
    """Whom it was told; where nobody answers for the post, that it has to be said there."""
    anybody = placements.answerers(turn.tx, row)
    return turn.say("running.told" if anybody else "running.nobody", title=row.title, enterprise=row.enterprise)


def _other(turn: Turn, row: Application, what: str) -> list[Outbound]:
    return applications.other_time(turn, row, day=_day(turn, _date(what)))


def _wish(turn: Turn, row: Application, what: str) -> list[Outbound]:
    """On which day she can come, once another time was asked for."""
    day = _date(what)
    if row.status != "applied" or row.reason != "other_time" or day is None:
        return []
    tell_staff(turn, row, "running.day_staff", day=_day(turn, day))
    return [turn.say("running.day_told", day=_day(turn, day))]


def _quit(turn: Turn, row: Application, _what: str) -> list[Outbound]:
    if not places.ended(turn.tx, row.id, "her_word", turn.now):
        return []
    follow_ups.cancel(turn.tx, row.id)
    if persons.profile(turn.tx, turn.person_id) is not None:
        # She changed, as far as posts are concerned for which nobody was left.
        persons.save_profile(turn.tx, turn.person_id, {}, now=turn.now)
    tell_staff(turn, row, "running.quit_staff")
    return [turn.say("running.quit_done", work_row(turn), title=row.title)]


_VERBS: dict[str, Callable[[Turn, Application, str], list[Outbound]]] = {
    "late": _late,
    "absent": _absent,
    "other": _other,
    "day": _wish,
    "quit": _quit,
}
