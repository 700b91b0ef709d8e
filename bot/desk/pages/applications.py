"""Applications as a board by how they stand: several are answered at once, each as she was when somebody looked at her."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from bot.desk.page import Deed, Go, Look, Page, View
from domain.errors import Refused
from domain.notices import LOCAL
from handlers.scene import row_id
from handlers.voice import Voice
from handlers.work import decisions, wording
from handlers.work.decisions import Ending, Seen
from handlers.work.placements import tried
from storage.work import applications
from storage.work.applications import STANDINGS, Application, Standing

SIZE = 50
# Days ahead that a trial can be put on without writing, and the hours of each.
DAYS, HOURS = 6, (time(9), time(14))
ENDINGS: tuple[Ending, ...] = ("missed", "unfit", "no")


class Choice(NamedTuple):
    """What can be done with an application: the value of the form, and its words."""

    value: str
    said: str


def show(look: Look) -> View:
    """Those that stand like that; every woman on it is logged."""
    where, post, first = look.scopes("applications.see"), look.query.id("post"), look.query.id("from")
    standing: Standing = next((one for one in STANDINGS if one == look.query.text("status")), "applied")
    rows = applications.board(look.tx, where, standing, position_id=post, now=look.now, first=first, limit=SIZE + 1)
    for row in rows[:SIZE]:
        look.log("applications.see", "person", row.person_id)
    shown = [(row, wording.about_applicant(look.voice, row), _choices(look, row)) for row in rows[:SIZE]]
    counts = applications.standings(look.tx, where, position_id=post, now=look.now)
    values = {"rows": shown, "more": len(rows) > SIZE, "first": first, "size": SIZE, "counts": counts, "standing": standing, "post": post}
    return View("applications.html", {**values, "tried": lambda row: tried(row, look.now), "seen": _seen})


def _seen(row: Application) -> str:
    """How she stands now, so that a form decides on nothing else."""
    return f"{row.status}|{row.trial_at.isoformat() if row.trial_at else ''}"


def _choices(look: Look, row: Application) -> list[Choice]:
    """What may be done with her now."""
    if not look.may("applications.decide", row.community_id, enterprise_id=row.enterprise_id):
        return []
    words = look.voice.words
    if tried(row, look.now):
        return [Choice(one, words(f"desk.deed_{one}")) for one in ("start", "missed", "unfit")]
    if row.status not in ("applied", "trial"):
        return []
    slots = [Choice(at.isoformat(), _slot(look.voice, at)) for at in _slots(look.now)]
    return [*slots, Choice("other", words("desk.deed_other")), Choice("no", words("desk.deed_no"))]


def _slots(now: datetime) -> Iterator[datetime]:
    today = now.astimezone(LOCAL).date()
    for ahead in range(1, DAYS + 1):
        for hour in HOURS:
            yield _at(today + timedelta(days=ahead), hour)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, LOCAL)


def _slot(voice: Voice, at: datetime) -> str:
    weekday = voice.words("desk.weekdays")[at.weekday()]
    return voice.words("desk.trial_slot", month=at.month, day=at.day, weekday=weekday, hour=at.hour, minute=f"{at.minute:02d}")


def _decide(deed: Deed) -> Go:
    """照选的办: each answer by itself, on what was seen of her."""
    chosen = [(row_id(name.removeprefix("what-")), what) for name, what in deed.form.given.items() if name.startswith("what-") and what]
    if not chosen:
        raise Refused("desk.nothing_chosen")
    done = [_one(deed, number, str(what)) for number, what in chosen]
    status = deed.query.text("status") or "applied"
    post = f"&post={deed.query.id('post')}" if deed.query.id("post") else ""
    return Go(f"/desk/applications?status={status}{post}", "applications_done" if all(done) else "applications_some")


def _one(deed: Deed, number: int, what: str) -> bool:
    """Whether it could still be done to her."""
    if what == "start":
        return decisions.record_start(deed, number).done
    for ending in ENDINGS:
        if what == ending:
            return decisions.turn_down(deed, number, ending).done
    status, _, trial_at = deed.form.text(f"seen-{number}").partition("|")
    seen = Seen(status, datetime.fromisoformat(trial_at) if trial_at else None)
    return decisions.invite(deed, number, _time(deed, what), deed.form.text("place", 200), about=seen).done


def _time(deed: Deed, what: str) -> datetime:
    """The time that was chosen, or written below. Raises Refused."""
    try:
        at = datetime.fromisoformat(deed.form.text("other", 40) if what == "other" else what)
    except ValueError:
        raise Refused("desk.wrong_time") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=LOCAL)


def calendar(look: Look) -> View:
    """Trials to come, day by day, to hang on a wall."""
    rows = applications.board(look.tx, look.scopes("applications.see"), "trial", now=look.now, first=0, limit=500)
    days: dict[date, list[Application]] = {}
    for row in rows:
        if row.trial_at is not None:
            look.log("applications.see", "person", row.person_id)
            days.setdefault(row.trial_at.astimezone(LOCAL).date(), []).append(row)
    return View("trials.html", {"days": days})


PAGES = (
    Page(path="/desk/applications", needs="applications.see", show=show, acts={"decide": _decide}, menu="desk.menu_applications", rank=30),
    Page(path="/desk/applications/trials", needs="applications.see", show=calendar),
)
