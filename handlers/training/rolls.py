"""Signing in to a session: the code that is shown in the room, she who types it, and staff who tick a name."""

from __future__ import annotations

import unicodedata

from domain.errors import Refused
from domain.messages import Button, Outbound
from domain.training import certificates
from handlers.forms import REMIND_AFTER
from handlers.scene import Scene, row_id
from handlers.training.classes import when
from handlers.turn import Turn
from storage import conversations
from storage.training import attendance
from storage.training.attendance import Now, Pupil, Session

DIGITS = 6
PAGE = 12


def sign_in(turn: Turn, _argument: str = "") -> list[Outbound]:
    """签到: how it is done. A form she is in is put off, since there six digits would be an answer."""
    if not attendance.hers_now(turn.tx, turn.person_id, now=turn.now):
        return [turn.say("classes.sign_in_not_now", (turn.button("classes.menu_mine", "menu:my_classes"),))]
    if turn.state is not None and turn.conversation_id is not None:
        remind_at = turn.now + REMIND_AFTER[0]
        conversations.save(
            turn.tx, turn.conversation_id, turn.state, read=turn.saves, status="postponed", now=turn.now, remind_at=remind_at
        )
    return [turn.say("classes.sign_in_how")]


def check_in(turn: Turn, text: str) -> list[Outbound] | None:
    """Six digits outside a form while a session of hers goes on; None where they are something else."""
    said = "".join(unicodedata.normalize("NFKC", text).split())
    if not (len(said) == DIGITS and said.isascii() and said.isdecimal()):
        return None
    rows = attendance.hers_now(turn.tx, turn.person_id, now=turn.now)
    return _signed(turn, said, rows) if rows else None


def _signed(turn: Turn, said: str, rows: list[Now]) -> list[Outbound]:
    open_ = [row for row in rows if attendance.wrong_codes(turn.tx, row.id, turn.person_id) < certificates.TRIES]
    for row in open_:
        if certificates.holds(attendance.code_key(row.id), said, turn.now):
            fresh = attendance.sign_in(turn.tx, row.id, turn.person_id, by=None, now=turn.now)
            again = ((turn.button("talk.go_on", "menu:go_on"),),) if conversations.postponed(turn.tx, turn.person_id) else ()
            return [turn.say("classes.signed_in" if fresh else "classes.signed_in_before", *again, title=row.title)]
    if all(row.came for row in rows):
        return [turn.say("classes.signed_in_before", title=rows[0].title)]
    left = [row for row in open_ if attendance.count_wrong(turn.tx, row.id, turn.person_id) < certificates.TRIES]
    return [turn.say("classes.wrong_code" if left else "classes.too_many")]


def session_of(scene: Scene, session_id: int) -> Session:
    """A session that she may manage. Raises Refused."""
    session = attendance.session(scene.tx, session_id)
    if session is None:
        raise Refused("classes.gone")
    scene.need("classes.manage", session.community_id)
    return session


def tick(scene: Scene, session_id: int, person_id: int) -> bool:
    """She was there, or after all not: what was true is turned round; whether she was. Raises Refused before the session and for no pupil."""
    session = session_of(scene, session_id)
    if scene.now < session.starts_at - certificates.BEFORE or session.status != "open":
        raise Refused("classes.code_not_now")
    if all(pupil.person_id != person_id for pupil in attendance.roll(scene.tx, session.class_id)):
        raise Refused("classes.gone")
    came = attendance.sign_in(scene.tx, session.id, person_id, by=scene.person_id, now=scene.now)
    if not came:
        attendance.sign_out(scene.tx, session.id, person_id)
    scene.log("classes.tick", "person", person_id)
    return came


def in_place(turn: Turn, said: Outbound, *, again: bool) -> Outbound:
    """Put it where the tapped message is, on channels that can."""
    if not (again and turn.tapped and turn.channel.edits):
        return said
    return Outbound(text=said.text, buttons=said.buttons, edits=turn.tapped)


def show_code(turn: Turn, argument: str) -> list[Outbound]:
    """出示签到码, and 换一个 below it, which puts the newest code in the same place. `argument`: session[:again]."""
    number, _, again = argument.partition(":")
    row = session_of(turn, row_id(number))
    if not certificates.going_on(row.starts_at, turn.now):
        raise Refused("classes.code_not_now")
    turn.log("classes.code", "class_session", row.id)
    code = certificates.code(attendance.code_key(row.id), turn.now)
    rows = (
        (turn.button("classes.code_new", f"assess:code:{row.id}:again"),),
        (turn.button("classes.staff_roll_now", f"assess:roll:{row.id}:0"),),
    )
    word = turn.say("classes.code", *rows, title=row.title, code=code, seconds=certificates.lasts(turn.now))
    return [in_place(turn, word, again=bool(again))]


def call_roll(turn: Turn, argument: str) -> list[Outbound]:
    """点名: every name of a session with a tick. `argument`: session:page[:again]. Every name that is shown is logged."""
    number, _, rest = argument.partition(":")
    page, _, again = rest.partition(":")
    row = session_of(turn, row_id(number))
    people = attendance.roll(turn.tx, row.class_id, session_id=row.id)
    if not people:
        return [turn.say("classes.roll_empty")]
    first = page_start(page, len(people), PAGE)
    shown = people[first : first + PAGE]
    log_looks(turn, shown, "classes.roll")
    ticks = tuple((_tick(turn, row.id, one, first // PAGE),) for one in shown)
    turning = pages(turn, f"assess:roll:{row.id}", first, len(people), PAGE)
    came = sum(bool(one.came) for one in people)
    word = turn.say("classes.roll", *ticks, *turning, title=row.title, when=when(turn, row.starts_at), came=came)
    return [in_place(turn, word, again=bool(again))]


def _tick(turn: Turn, session_id: int, one: Pupil, page: int) -> Button:
    who = called(turn, one)
    label = turn.words("classes.came", who=who) if one.came else who
    return Button(label, f"assess:tick:{session_id}:{one.person_id}:{page}")


def ticked(turn: Turn, argument: str) -> list[Outbound]:
    """A tap on a name. `argument`: session:person:page."""
    number, _, rest = argument.partition(":")
    person, _, page = rest.partition(":")
    tick(turn, row_id(number), row_id(person))
    return call_roll(turn, f"{number}:{page}:again")


def called(turn: Turn, one: Pupil) -> str:
    """What a teacher can call her in the room: her name, else the end of her number, which she knows herself."""
    if one.name or not one.phone:
        return turn.called(one.name, one.key)
    return turn.words("classes.by_phone", tail=one.phone[-4:])


def log_looks(turn: Turn, people: list[Pupil], action: str) -> None:
    """Write down whose names were seen, or whose attendance was changed."""
    for one in people:
        turn.log(action, "person", one.person_id)


def page_start(page: str, count: int, size: int) -> int:
    """Where a page begins; the first for one that there is not."""
    first = int(page) * size if page.isdecimal() and len(page) < 6 else 0
    return first if first < count else 0


def pages(turn: Turn, choice: str, first: int, count: int, size: int) -> tuple[tuple[Button, ...], ...]:
    """The buttons that turn pages, where there is more than one."""
    page = first // size
    turning = []
    if page > 0:
        turning.append(turn.button("classes.page_back", f"{choice}:{page - 1}:again"))
    if first + size < count:
        turning.append(turn.button("classes.page_next", f"{choice}:{page + 1}:again"))
    return (tuple(turning),) if turning else ()
