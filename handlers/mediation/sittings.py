"""Meetings: times are proposed, each side taps what suits, and what suits all is confirmed; one side alone, or both only where nobody is in danger."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.mediation import meeting
from domain.mediation.states import SIDES, Side, may_sit_together
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.plain import texts_of
from handlers import forms
from handlers.mediation import wording
from handlers.mediation.opening import fetched, opened, viewer
from handlers.scene import Scene, row_id
from handlers.turn import Turn
from storage.conversations import About
from storage.mediation import cases, own, sittings, visible
from storage.mediation.seen import Hers, Seen, SittingSeen, TimeSeen
from storage.people import persons

FORM, MINUTES = "case_sitting", "case_minutes"


def act(turn: Turn, row: Seen, verb: str, rest: str) -> list[Outbound] | None:
    """A deed about meetings; None where it is another one."""
    match verb:
        case "sit":
            return _begin(turn, row, rest)
        case "sitting":
            return [_card(turn, row, _one(turn, row, row_id(rest)))]
        case "fits":
            number, _, side = rest.partition(":")
            return _fits(turn, row, row_id(number), side)
        case "cancel":
            return _cancel(turn, row, _one(turn, row, row_id(rest)))
        case "minutes":
            _held_by_now(turn, _one(turn, row, row_id(rest)))
            return forms.start(turn, MINUTES, about={"case": row.id, "sitting": row_id(rest)})
    return None


def _one(scene: Scene, row: Seen, sitting_id: int) -> SittingSeen:
    sitting = next((one for one in visible.sittings(scene.tx, viewer(scene), row.id) if one.id == sitting_id), None)
    if sitting is None:
        raise Refused("talk.old_button")
    return sitting


def _may(scene: Scene, row: Seen, together: bool) -> None:
    """Raises Refused where the sides may not meet: never together where somebody is in danger, and never before both agreed."""
    standing = cases.standing(scene.tx, fetched(scene, row.id))
    if standing.danger:
        raise Refused("mediation.barred.danger")
    if together and not may_sit_together(standing):
        raise Refused("mediation.barred.consents")
    if not together and standing.state not in ("triage", "assigned", "mediating"):
        raise Refused("mediation.barred.not_now")


def _begin(turn: Turn, row: Seen, whom: str) -> list[Outbound]:
    if whom not in ("joint", *SIDES):
        raise Refused("talk.old_button")
    _may(turn, row, whom == "joint")
    free = meeting.free([_windows(turn, row, side) for side in _needed(whom)], turn.now)
    said = turn.words("mediation.free_times", times=turn.words("mediation.between").join(wording.when(turn, at) for at in free))
    return [*([wording.sealed(said)] if free else []), *forms.start(turn, FORM, about={"case": row.id, "sit": whom})]


def _needed(whom: str) -> tuple[Side, ...]:
    return SIDES if whom == "joint" else tuple(side for side in SIDES if side == whom)


def _windows(scene: Scene, row: Seen, name: Side) -> str:
    side = next((one for one in visible.parties(scene.tx, viewer(scene), row.id) if one.side == name), None)
    profile = persons.profile(scene.tx, side.person_id) if side is not None and side.person_id is not None else None
    return profile.windows if profile is not None else ""


def proposed(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """约时间: the sides who have to come are asked by a neutral word to choose."""
    row, whom = opened(turn, int(about["case"]), "holds"), str(about["sit"])
    _may(turn, row, whom == "joint")
    side = next((one for one in visible.parties(turn.tx, viewer(turn), row.id) if one.side == whom), None)
    day = _day(answers["day"])
    times = [datetime.combine(day, time(int(hour[:2]), int(hour[2:])), LOCAL) for hour in texts_of(answers, "hours")]
    if not (times := [at for at in times if at > turn.now]):
        raise Refused("mediation.time_over")
    sitting_id = sittings.propose(turn.tx, row.id, party_id=side.id if side else None, room=str(answers["room"]), times=times)
    turn.log("cases.sitting", "case", row.id)
    wording.hint_to(turn, sittings.attending(turn.tx, sittings.Coming(sitting_id, row.id, side.id if side else None, "", times[0])))
    return [_card(turn, row, _one(turn, row, sitting_id))]


def _day(said: object) -> date:
    return said if isinstance(said, date) else date.fromisoformat(str(said))


def _card(turn: Turn, row: Seen, one: SittingSeen) -> Outbound:
    """A meeting, with what each side tapped; for who answered by phone the mediator taps."""
    here = f"case:{row.id}"
    lines, rows = [_line(turn, row, one)], []
    needed = _needed(_whom(turn, row, one))
    if one.status == "proposed":
        for moment in visible.sitting_times(turn.tx, viewer(turn), one.id):
            lines.append(turn.words("mediation.time_line", when=wording.when(turn, moment.starts_at), who=_who(turn, moment)))
            rows.append(
                tuple(
                    turn.button(f"mediation.fits_{side}", f"{here}:fits:{moment.id}:{side}", when=wording.when(turn, moment.starts_at))
                    for side in needed
                )
            )
    if one.status == "confirmed":
        rows.append((turn.button("mediation.minutes", f"{here}:minutes:{one.id}"),))
    if one.status in ("proposed", "confirmed"):
        rows.append((turn.button("mediation.cancel", f"{here}:cancel:{one.id}"), turn.button("mediation.back_to", here)))
    else:
        rows.append((turn.button("mediation.back_to", here),))
    return wording.sealed("\n".join(lines), *rows)


def _whom(scene: Scene, row: Seen, one: SittingSeen) -> str:
    sides = {side.id: side.side for side in visible.parties(scene.tx, viewer(scene), row.id)}
    return sides[one.party_id] if one.party_id is not None else "joint"


def _who(turn: Turn, moment: TimeSeen) -> str:
    said = [turn.words(f"mediation.side.{side}") for side, fits in zip(SIDES, (moment.suits_a, moment.suits_b), strict=True) if fits]
    return turn.words("mediation.between").join(said) or turn.words("mediation.nobody_yet")


def lines(turn: Turn, row: Seen) -> list[str]:
    """The meetings of a case, on its card."""
    return [_line(turn, row, one) for one in visible.sittings(turn.tx, viewer(turn), row.id) if one.status != "cancelled"]


def _line(turn: Turn, row: Seen, one: SittingSeen) -> str:
    return turn.words(
        "mediation.sitting_line",
        whom=turn.words(f"mediation.sit_with.{_whom(turn, row, one)}"),
        room=one.room,
        when=wording.when(turn, one.starts_at) if one.starts_at else turn.words("mediation.no_time_yet"),
        status=turn.words(f"mediation.sitting.{one.status}"),
    )


def buttons(turn: Turn, row: Seen) -> list[tuple[Button, ...]]:
    """The open meetings of a case."""
    open_ = [one for one in visible.sittings(turn.tx, viewer(turn), row.id) if one.status in ("proposed", "confirmed")]
    return [
        (
            turn.button(
                "mediation.sitting_open",
                f"case:{row.id}:sitting:{one.id}",
                room=one.room,
                status=turn.words(f"mediation.sitting.{one.status}"),
            ),
        )
        for one in open_
    ]


def _fits(turn: Turn, row: Seen, time_id: int, side: str) -> list[Outbound]:
    """A side said to the mediator that a time suits."""
    for one in visible.sittings(turn.tx, viewer(turn), row.id):
        moments = visible.sitting_times(turn.tx, viewer(turn), one.id)
        if (moment := next((each for each in moments if each.id == time_id), None)) and one.status == "proposed":
            needed = _needed(_whom(turn, row, one))
            if side not in needed:
                break
            sittings.suits(turn.tx, time_id, needed[needed.index(side)], True)
            _settle(turn, row.id, one, moment.id, needed, visible.sitting_times(turn.tx, viewer(turn), one.id))
            return [_card(turn, row, _one(turn, row, one.id))]
    raise Refused("talk.old_button")


def _settle(turn: Turn, case_id: int, one: SittingSeen, time_id: int, needed: tuple[Side, ...], moments: list[TimeSeen]) -> bool:
    """Confirm the time that was tapped where it suits all who have to come, if they may still meet."""
    moment = next(each for each in moments if each.id == time_id)
    if not meeting.suits(needed, suits_a=moment.suits_a, suits_b=moment.suits_b) or moment.starts_at <= turn.now:
        return False
    standing = cases.standing(turn.tx, fetched(turn, case_id))
    if standing.danger or (len(needed) == 2 and not may_sit_together(standing)):
        return False
    remind_at = meeting.remind_at(moment.starts_at, turn.now)
    if sittings.confirm(turn.tx, one.id, moment.starts_at, remind_at=remind_at):
        turn.log("cases.sitting_confirmed", "case", case_id)
        wording.hint_to(turn, sittings.attending(turn.tx, sittings.Coming(one.id, case_id, one.party_id, one.room, moment.starts_at)))
    return True


def _cancel(turn: Turn, row: Seen, one: SittingSeen) -> list[Outbound]:
    if not sittings.set_status(turn.tx, one.id, "cancelled"):
        raise Refused("mediation.barred.not_now")
    turn.log("cases.sitting_cancelled", "case", row.id)
    wording.hint_to(turn, sittings.attending(turn.tx, sittings.Coming(one.id, row.id, one.party_id, "", turn.now)))
    return [turn.say("mediation.cancelled", (turn.button("mediation.back_to", f"case:{row.id}"),))]


# How early before its time a meeting can be written down as held.
EARLY = timedelta(minutes=30)


def _held_by_now(scene: Scene, one: SittingSeen) -> None:
    if one.status != "confirmed" or one.starts_at is None:
        raise Refused("mediation.barred.not_now")
    if one.starts_at - EARLY > scene.now:
        raise Refused("mediation.not_held_yet")


def written(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """调解记录: the meeting took place."""
    from handlers.mediation.deciding import doubt

    row = opened(turn, int(about["case"]), "holds")
    one = _one(turn, row, int(about["sitting"]))
    _held_by_now(turn, one)
    minutes = {name: str(answers.get(name) or "") for name in ("present", "told", "stated", "verified", "result")}
    sittings.held(turn.tx, one.id, minutes, now=turn.now)
    turn.log("cases.minutes", "case", row.id)
    said = turn.say("mediation.minutes_kept", (turn.button("mediation.back_to", f"case:{row.id}"),))
    return [said, *doubt(turn, row, " ".join(minutes.values()))]


# What a side taps.


def hers_to_choose(turn: Turn, row: Hers) -> list[Outbound]:
    """The times that she is asked about; those that suit her have a tick."""
    lines_, rows = [turn.words("mediation.choose")], []
    for one in own.her_sittings(turn.tx, turn.person_id, row.id):
        for moment in own.her_times(turn.tx, turn.person_id, row.id, one.id):
            mine = moment.suits_a if row.side == "a" else moment.suits_b
            mark = turn.words("mediation.tick") if mine else ""
            rows.append(
                (
                    turn.button(
                        "mediation.suits", f"matter:{row.id}:suits:{moment.id}", when=wording.when(turn, moment.starts_at), mark=mark
                    ),
                )
            )
    if not rows:
        raise Refused("mediation.no_times")
    return [wording.sealed("\n".join(lines_), *rows, (turn.button("mediation.look_hers", f"matter:{row.id}"),))]


def tapped(turn: Turn, row: Hers, time_id: int) -> list[Outbound]:
    """This time suits her; a second tap takes it back. What suits all is confirmed at once."""
    for one in own.her_sittings(turn.tx, turn.person_id, row.id):
        moments = own.her_times(turn.tx, turn.person_id, row.id, one.id)
        moment = next((each for each in moments if each.id == time_id), None)
        if moment is None:
            continue
        mine = moment.suits_a if row.side == "a" else moment.suits_b
        sittings.suits(turn.tx, time_id, row.side, not mine)
        needed: tuple[Side, ...] = SIDES if one.party_id is None else (row.side,)
        if _settle(turn, row.id, one, time_id, needed, own.her_times(turn.tx, turn.person_id, row.id, one.id)):
            return [wording.sealed(turn.words("mediation.time_fixed", when=wording.when(turn, moment.starts_at), room=one.room))]
        return hers_to_choose(turn, row)
    raise Refused("mediation.no_times")
