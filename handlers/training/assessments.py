"""The coordinator's classes: how full they are, who came, and who passed, which brings a certificate and the posts it leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.access import may, scopes
from domain.errors import Refused
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.training import certificates
from handlers.scene import row_id
from handlers.tell import tell
from handlers.training import attendance as rolls
from handlers.training import classes as taught
from handlers.turn import Turn
from handlers.work import offers
from storage.people import persons
from storage.training import attendance, classes
from storage.work import posts

SHOWN = 10
PAGE = 10


def managed(turn: Turn, _argument: str = "") -> list[Outbound]:
    """培训班: the classes of her scopes with their counts."""
    where = scopes(turn.roles(), "classes.manage")
    if not where:
        raise Refused("staff.not_allowed")
    found = classes.managed(turn.tx, where, limit=SHOWN)
    if not found:
        return [turn.say("classes.staff_none")]
    lines, rows = [turn.words("classes.staff_list")], []
    for number, row in enumerate(found, 1):
        counts = {name: row[name] for name in ("title", "taken", "capacity", "waiting")}
        lines.append(turn.words("classes.staff_line", number=number, state=_state(turn, row), **counts))
        rows.append((Button(f"{number} {row['title']}", f"assess:see:{row['id']}"),))
    return [Outbound(text="\n".join(lines), buttons=tuple(rows))]


def _state(turn: Turn, row: Mapping[str, Any]) -> str:
    if row["status"] != "open":
        return turn.words("classes.state_closed")
    ahead = [at for at in row["sessions"] if at > turn.now]
    if any(at <= turn.now <= at + certificates.AFTER for at in row["sessions"]):
        return turn.words("classes.state_now")
    if not ahead:
        return turn.words("classes.state_over")
    return turn.words(
        "classes.state_coming" if len(ahead) == len(row["sessions"]) else "classes.state_running", when=taught.when(turn, ahead[0])
    )


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A button of the coordinator's classes."""
    verb, _, rest = argument.partition(":")
    if verb not in VERBS:
        raise Refused("classes.gone")
    return VERBS[verb](turn, rest)


def _class_of(turn: Turn, number: str) -> dict[str, Any]:
    """A class that she may manage. Raises Refused."""
    row = classes.get(turn.tx, row_id(number))
    if row is None:
        raise Refused("classes.gone")
    if not may(turn.roles(), "classes.manage", row["community_id"]):
        raise Refused("staff.not_allowed")
    return row


def see(turn: Turn, argument: str) -> list[Outbound]:
    """One class: its sessions with how many came, and what can be done now."""
    row = _class_of(turn, argument)
    lines, rows = [], []
    for number, session in enumerate(attendance.sessions(turn.tx, row["id"]), 1):
        lines.append(turn.words("classes.staff_session", number=number, when=taught.when(turn, session["starts_at"]), came=session["came"]))
        if certificates.going_on(session["starts_at"], turn.now):
            rows.append((turn.button("classes.staff_show_code", f"assess:code:{session['id']}"),))
        if session["starts_at"] - certificates.BEFORE <= turn.now and row["status"] == "open":
            rows.append((turn.button("classes.staff_roll", f"assess:roll:{session['id']}:0", number=number),))
    if certificates.over(row["sessions"], turn.now):
        rows.append((turn.button("classes.staff_assess", f"assess:assess:{row['id']}:0"),))
    elif row["status"] == "open":
        rows.append((turn.button("classes.cancel", f"assess:cancel:{row['id']}"),))
    counts = {name: row[name] for name in ("title", "taken", "capacity", "waiting")}
    return [turn.say("classes.staff_card", *rows, place=row["community"], sessions="\n".join(lines), **counts)]


def cancel(turn: Turn, argument: str) -> list[Outbound]:
    """取消这个班, asked once more; then everybody in it is told and shown another. `argument`: class[:yes]."""
    number, _, sure = argument.partition(":")
    row = _class_of(turn, number)
    if row["status"] != "open" or certificates.over(row["sessions"], turn.now):
        raise Refused("classes.over_already", title=row["title"])
    if sure != "yes":
        rows = (
            (
                turn.button("classes.cancel_yes", f"assess:cancel:{row['id']}:yes"),
                turn.button("classes.cancel_no", f"assess:see:{row['id']}"),
            ),
        )
        return [turn.say("classes.cancel_sure", *rows, title=row["title"], count=row["taken"] + row["waiting"])]
    turn.log("classes.cancel", "training_class", row["id"])
    for person_id in classes.cancel(turn.tx, row["id"]):
        hers = Turn.to(turn.tx, turn.content, person_id, now=turn.now)
        tell(turn.tx, turn.content, [person_id], "appointment", taught.another(hers, row, "classes.cancelled"), now=turn.now)
    return [turn.say("classes.cancel_done", title=row["title"])]


def assess(turn: Turn, argument: str) -> list[Outbound]:
    """评定: everybody with how often she came, and two taps each. `argument`: class:page[:again]. Every name that is shown is logged."""
    number, _, rest = argument.partition(":")
    page, _, again = rest.partition(":")
    row = _class_of(turn, number)
    if not certificates.over(row["sessions"], turn.now):
        raise Refused("classes.assess_not_yet")
    everybody = attendance.roll(turn.tx, row["id"])
    if not everybody:
        return [turn.say("classes.roll_empty")]
    first = rolls.page_start(page, len(everybody), PAGE)
    shown = everybody[first : first + PAGE]
    rolls.log_looks(turn, shown, "classes.assess")
    lines, rows = [turn.words("classes.assess", title=row["title"])], []
    for place, one in enumerate(shown, first + 1):
        state = {"enrolled": "", "passed": "classes.assessed_passed", "failed": "classes.assessed_failed"}[one["status"]]
        said = turn.words(state, certificate=one["certificate"]) if state else ""
        counts = {"attended": one["attended"], "sessions": len(row["sessions"])}
        lines.append(turn.words("classes.assess_line", number=place, who=rolls.called(turn, one), state=said, **counts))
        rows += _verdicts(turn, one, place, first // PAGE)
    ready = _ready(row, everybody)
    if ready:
        rows.append((turn.button("classes.pass_all", f"assess:all:{row['id']}", count=len(ready)),))
    if row["status"] != "open":
        lines.append(turn.words("classes.assess_all_done"))
    rows += rolls.pages(turn, f"assess:assess:{row['id']}", first, len(everybody), PAGE)
    return [rolls.in_place(turn, Outbound(text="\n".join(lines), buttons=tuple(rows)), again=bool(again))]


def _verdicts(turn: Turn, one: Mapping[str, Any], place: int, page: int) -> list[tuple[Button, ...]]:
    """A failed one may still pass; a certificate that is out is not called back by a tap."""
    if one["status"] == "passed":
        return []
    passing = turn.button("classes.pass", f"assess:pass:{one['id']}:{page}", number=place)
    if one["status"] == "failed":
        return [(passing,)]
    return [(passing, turn.button("classes.fail", f"assess:fail:{one['id']}:{page}", number=place))]


def _ready(row: Mapping[str, Any], everybody: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Who came often enough and is not assessed yet."""
    return [one for one in everybody if one["status"] == "enrolled" and certificates.enough(one["attended"], len(row["sessions"]))]


def _verdict(passed: bool) -> Callable[[Turn, str], list[Outbound]]:
    """`argument`: enrolment:page."""

    def handler(turn: Turn, argument: str) -> list[Outbound]:
        number, _, page = argument.partition(":")
        class_id = attendance.class_of(turn.tx, row_id(number))
        row = _class_of(turn, str(class_id or ""))
        found = [one for one in attendance.roll(turn.tx, row["id"]) if str(one["id"]) == number]
        return _settle(turn, row, found, passed=passed, page=page)

    return handler


def pass_all(turn: Turn, argument: str) -> list[Outbound]:
    """All who came to four of five sessions pass with one tap."""
    row = _class_of(turn, argument)
    return _settle(turn, row, _ready(row, attendance.roll(turn.tx, row["id"])), passed=True, page="0")


def _settle(turn: Turn, row: dict[str, Any], found: list[dict[str, Any]], *, passed: bool, page: str) -> list[Outbound]:
    """Write the verdicts down, tell each of them, and offer those who passed the posts at once. The class ends with the last verdict."""
    if not certificates.over(row["sessions"], turn.now):
        raise Refused("classes.assess_not_yet")
    settled = []
    for one in found:
        number = certificates.certificate(turn.now.astimezone(LOCAL).year, one["id"]) if passed else None
        if attendance.assess(turn.tx, one["id"], number, by=turn.person_id, now=turn.now):
            turn.log("classes.assess", "enrolment", one["id"])
            _tell(turn, row, one["person_id"], number)
            settled.append(one["person_id"])
    if passed and settled:
        _offer(turn, row, settled)
    if not classes.members(turn.tx, row["id"], "enrolled"):
        classes.change(turn.tx, row["id"], status="closed", assess_at=None)
    return assess(turn, f"{row['id']}:{page}:again")


def _tell(turn: Turn, row: Mapping[str, Any], person_id: int, certificate: str | None) -> None:
    """Her result, with the certificate's number, or with the next class; what she can do now, or still wants to learn, is kept."""
    hers = Turn.to(turn.tx, turn.content, person_id, now=turn.now)
    stored = _keep(hers, row["skill"], passed=certificate is not None)
    if certificate is None:
        word = taught.another(hers, row, "classes.failed")
    else:
        rows = ((hers.button("menu.work", "menu:work"),),)
        skill = hers.label("skills", row["skill"])
        phrase = "classes.passed" if stored else "classes.passed_unstored"
        word = Outbound(text=hers.words(phrase, title=row["title"], certificate=certificate, skill=skill), buttons=rows)
    tell(turn.tx, turn.content, [person_id], "answer", word, now=turn.now)


def _keep(hers: Turn, skill: str, *, passed: bool) -> bool:
    """Her skills, or what she wants to learn; only where she agreed that a profile is stored."""
    profile = persons.profile(hers.tx, hers.person_id)
    if profile is None or not persons.has_consent(hers.tx, hers.person_id, "profile"):
        return False
    learn = [one for one in profile["learn"] if one != skill]
    values = {"skills": list(dict.fromkeys([*profile["skills"], skill])), "learn": learn} if passed else {"learn": [*learn, skill]}
    persons.save_profile(hers.tx, hers.person_id, values, now=hers.now)
    return True


def _offer(turn: Turn, row: Mapping[str, Any], passed: list[int]) -> None:
    """The posts that the class leads to are theirs to have before the public is told (培训即就业)."""
    found = posts.by_code(turn.tx, row["leads_to"])
    for code in row["leads_to"]:
        if code in found and found[code].status == "published":
            offers.offer_now(turn.tx, turn.content, found[code].id, passed, wave=0, now=turn.now)


VERBS: dict[str, Callable[[Turn, str], list[Outbound]]] = {
    "see": see,
    "cancel": cancel,
    "code": rolls.show_code,
    "roll": rolls.call_roll,
    "tick": rolls.tick,
    "assess": assess,
    "pass": _verdict(True),
    "fail": _verdict(False),
    "all": pass_all,
}
