"""The coordinator's classes in her chat: how full they are, who came, and two taps a name to say who passed."""

from __future__ import annotations

from collections.abc import Callable

from domain.errors import Refused
from domain.messages import Button, Outbound
from domain.training import certificates
from handlers.scene import row_id
from handlers.training import rolls, teaching
from handlers.training.classes import when
from handlers.turn import Turn
from storage.training import attendance, classes
from storage.training.attendance import Pupil
from storage.training.classes import Class

SHOWN = 10
PAGE = 10


def managed(turn: Turn, _argument: str = "") -> list[Outbound]:
    """培训班: the classes of her scopes with their counts."""
    own_classes = classes.managed(turn.tx, turn.scopes("classes.manage"), limit=SHOWN)
    if not own_classes:
        return [turn.say("classes.staff_none", (turn.button("activities.menu_staff", "activities_managed"),))]
    lines, rows = [turn.words("classes.staff_list")], []
    for number, row in enumerate(own_classes, 1):
        counts = {"title": row.title, "taken": row.taken, "capacity": row.capacity, "waiting": row.waiting}
        lines.append(turn.words("classes.staff_line", number=number, state=_state(turn, row), **counts))
        rows.append((Button(f"{number} {row.title}", f"assess:see:{row.id}"),))
    rows.append((turn.button("activities.menu_staff", "activities_managed"),))
    return [Outbound(text="\n".join(lines), buttons=tuple(rows))]


def _state(turn: Turn, row: Class) -> str:
    if row.status != "open":
        return turn.words("classes.state_closed")
    ahead = [at for at in row.sessions if at > turn.now]
    if any(at <= turn.now <= at + certificates.AFTER for at in row.sessions):
        return turn.words("classes.state_now")
    if not ahead:
        return turn.words("classes.state_over")
    return turn.words("classes.state_coming" if len(ahead) == len(row.sessions) else "classes.state_running", when=when(turn, ahead[0]))


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A button of the coordinator's classes."""
    verb, _, rest = argument.partition(":")
    if verb not in VERBS:
        raise Refused("classes.gone")
    return VERBS[verb](turn, rest)


def see(turn: Turn, argument: str) -> list[Outbound]:
    """One class: its sessions with how many came, and what can be done now."""
    row = teaching.class_of(turn, row_id(argument))
    lines, rows = [], []
    for number, session in enumerate(attendance.sessions(turn.tx, row.id), 1):
        lines.append(turn.words("classes.staff_session", number=number, when=when(turn, session.starts_at), came=session.came))
        if certificates.going_on(session.starts_at, turn.now):
            rows.append((turn.button("classes.staff_show_code", f"assess:code:{session.id}"),))
        if session.starts_at - certificates.BEFORE <= turn.now and row.status == "open":
            rows.append((turn.button("classes.staff_roll", f"assess:roll:{session.id}:0", number=number),))
    if certificates.over(row.sessions, turn.now):
        rows.append((turn.button("classes.staff_assess", f"assess:assess:{row.id}:0"),))
    elif row.status == "open":
        rows.append((turn.button("classes.cancel", f"assess:cancel:{row.id}"),))
    counts = {"title": row.title, "taken": row.taken, "capacity": row.capacity, "waiting": row.waiting}
    return [turn.say("classes.staff_card", *rows, place=row.community, sessions="\n".join(lines), **counts)]


def cancel(turn: Turn, argument: str) -> list[Outbound]:
    """取消这个班, asked once more. `argument`: class[:yes]."""
    number, _, sure = argument.partition(":")
    if sure == "yes":
        return [turn.say("classes.cancel_done", title=teaching.cancel(turn, row_id(number)).title)]
    row = teaching.cancellable(turn, row_id(number))
    yes = turn.button("classes.cancel_yes", f"assess:cancel:{row.id}:yes")
    no = turn.button("classes.cancel_no", f"assess:see:{row.id}")
    return [turn.say("classes.cancel_sure", (yes, no), title=row.title, count=row.taken + row.waiting)]


def assess(turn: Turn, argument: str) -> list[Outbound]:
    """评定: everybody with how often she came, and two taps each. `argument`: class:page[:again]. Every name that is shown is logged."""
    number, _, rest = argument.partition(":")
    page, _, again = rest.partition(":")
    row = teaching.class_of(turn, row_id(number))
    if not certificates.over(row.sessions, turn.now):
        raise Refused("classes.assess_not_yet")
    everybody = attendance.roll(turn.tx, row.id)
    if not everybody:
        return [turn.say("classes.roll_empty")]
    first = rolls.page_start(page, len(everybody), PAGE)
    shown = everybody[first : first + PAGE]
    rolls.log_looks(turn, shown, "classes.assess")
    lines, rows = [turn.words("classes.assess", title=row.title)], []
    for place, one in enumerate(shown, first + 1):
        state = {"passed": "classes.assessed_passed", "failed": "classes.assessed_failed"}.get(one.status, "")
        said = turn.words(state, certificate=one.certificate) if state else ""
        counts = {"attended": one.attended, "sessions": len(row.sessions)}
        lines.append(turn.words("classes.assess_line", number=place, who=rolls.called(turn, one), state=said, **counts))
        rows += _verdicts(turn, one, place, first // PAGE)
    ready = teaching.ready(row, everybody)
    if ready:
        rows.append((turn.button("classes.pass_all", f"assess:all:{row.id}", count=len(ready)),))
    if row.status != "open":
        lines.append(turn.words("classes.assess_all_done"))
    rows += rolls.pages(turn, f"assess:assess:{row.id}", first, len(everybody), PAGE)
    return [rolls.in_place(turn, Outbound(text="\n".join(lines), buttons=tuple(rows)), again=bool(again))]


def _verdicts(turn: Turn, one: Pupil, place: int, page: int) -> list[tuple[Button, ...]]:
    """A failed one may still pass; a certificate that is out is not called back by a tap."""
    if one.status == "passed":
        return []
    passing = turn.button("classes.pass", f"assess:pass:{one.id}:{page}", number=place)
    if one.status == "failed":
        return [(passing,)]
    return [(passing, turn.button("classes.fail", f"assess:fail:{one.id}:{page}", number=place))]


def _verdict(passed: bool) -> Callable[[Turn, str], list[Outbound]]:
    """`argument`: enrolment:page."""

    def handler(turn: Turn, argument: str) -> list[Outbound]:
        number, _, page = argument.partition(":")
        row = teaching.assess(turn, row_id(number), passed=passed)
        return assess(turn, f"{row.id}:{page}:again")

    return handler


def pass_all(turn: Turn, argument: str) -> list[Outbound]:
    """All who came to four of five sessions pass with one tap."""
    row = teaching.pass_all(turn, row_id(argument))
    return assess(turn, f"{row.id}:0:again")


VERBS: dict[str, Callable[[Turn, str], list[Outbound]]] = {
    "see": see,
    "cancel": cancel,
    "code": rolls.show_code,
    "roll": rolls.call_roll,
    "tick": rolls.ticked,
    "assess": assess,
    "pass": _verdict(True),
    "fail": _verdict(False),
    "all": pass_all,
}
