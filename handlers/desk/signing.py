"""Signing in at the desk: a link from her own chat, in a new browser a second factor, a lock, and an end that nothing outlives."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Literal, NamedTuple

import pyotp
from sqlalchemy import Connection

from domain import desk
from domain.access import ROLES, Held
from domain.errors import Refused
from handlers.content import Content
from handlers.scene import Scene
from handlers.tell import for_others, tell
from storage import access_log
from storage.desk import sessions
from storage.desk.sessions import Session
from storage.staff import roles

# What came of a typed code.
Answer = Literal["right", "wrong", "ended"]
# So many colleagues are told that somebody waits for a code.
TOLD = 5


class Entered(NamedTuple):
    """A session that was begun: the token for her browser, and whether the second factor is still missing."""

    token: str
    waits: bool


def link(scene: Scene) -> str:
    """A code that opens the desk once. Raises Refused for who has no desk."""
    scene.scopes("desk.open")
    scene.log("desk.link", "person", scene.person_id)
    return sessions.link(scene.tx, scene.person_id, admits=False, now=scene.now, expires_at=scene.now + desk.LINK)


def enter(tx: Connection, content: Content, code: str, *, browser: str, label: str, now: datetime) -> Entered | None:
    """Use a code; in a browser that is not known yet the session waits for a second factor, and colleagues learn of it. None where it is void."""
    used = sessions.redeem(tx, code, now=now)
    if used is None or not staff_roles(roles.roles_of(tx, used.person_id)):
        return None
    device_id = sessions.known_device(tx, used.person_id, browser)
    token = sessions.begin(tx, used.person_id, browser=browser, label=label, device_id=device_id, now=now)
    access_log.write(tx, actor_id=used.person_id, action="desk.enter", subject_kind="person", subject_id=used.person_id, now=now)
    if device_id is not None:
        sessions.use_device(tx, device_id, now=now)
        return Entered(token, waits=False)
    session = sessions.of_token(tx, token)
    assert session is not None
    if used.admits:
        sessions.admit(tx, session, factor="command", by=None, now=now)
        return Entered(token, waits=False)
    _ask_colleagues(tx, content, session, now=now)
    return Entered(token, waits=True)


def staff_roles(held: list[Held]) -> list[Held]:
    """Those by which she works here."""
    return [one for one in held if ROLES[one.role].staff]


def _ask_colleagues(tx: Connection, content: Content, session: Session, *, now: datetime) -> None:
    voice = for_others(content)
    who = voice.called(session.name, session.key)
    word = voice.say("desk.asks", (voice.button("desk.show_code", f"desk_code:{session.id}"),), who=who, label=session.label)
    tell(tx, content, colleagues(tx, session.person_id)[:TOLD], "staff", word, now=now)


def colleagues(tx: Connection, person_id: int) -> list[int]:
    """Who may let a new browser of hers in."""
    hers = staff_roles(roles.roles_of(tx, person_id))
    near = [one for held in hers for one in roles.staff(tx, "coordinator", held.community_id)]
    known = dict.fromkeys([*near, *roles.staff(tx, "federation", None)])
    return [one for one in known if one != person_id and desk.may_admit(roles.roles_of(tx, one), hers)]


def waiting(scene: Scene) -> list[Session]:
    """Colleagues who wait for a code that she may show."""
    held = scene.roles()
    rows = sessions.waiting(scene.tx, since=scene.now - desk.WAITS)
    return [row for row in rows if row.person_id != scene.person_id and desk.may_admit(held, roles.roles_of(scene.tx, row.person_id))]


def show_code(scene: Scene, session_id: int) -> tuple[Session, str]:
    """A fresh code for a colleague, to be told to her by voice. Raises Refused where nobody waits, or it is not hers to let in."""
    session = next((row for row in waiting(scene) if row.id == session_id), None)
    if session is None:
        raise Refused("desk.nobody_waits")
    code = f"{secrets.randbelow(1_000_000):06d}"
    sessions.set_code(scene.tx, session.id, code, by=scene.person_id, until=scene.now + desk.CODE)
    scene.log("desk.admit", "person", session.person_id)
    return session, code


def confirm(scene: Scene, session: Session, code: str) -> Answer:
    """The second factor: a colleague's code, or her authenticator's. Her browser is known from then on, and she learns of it in her chat."""
    spelt = "".join(code.split())
    if sessions.tried(scene.tx, session.id) > desk.TRIES or scene.now - session.begun_at > desk.WAITS:
        return _end(scene, session)
    if sessions.is_code(session, spelt, now=scene.now) and session.code_by is not None:
        # Whoever showed it may have lost her role meanwhile.
        if not desk.may_admit(roles.roles_of(scene.tx, session.code_by), roles.roles_of(scene.tx, scene.person_id)):
            return "wrong"
        sessions.admit(scene.tx, session, factor="colleague", by=session.code_by, now=scene.now)
    elif totp_counts(scene, spelt):
        sessions.admit(scene.tx, session, factor="totp", by=None, now=scene.now)
    else:
        return "wrong"
    scene.log("desk.confirm", "person", scene.person_id)
    word = for_others(scene.content).say("desk.new_device", label=session.label)
    tell(scene.tx, scene.content, [scene.person_id], "staff", word, now=scene.now)
    return "right"


def _end(scene: Scene, session: Session) -> Answer:
    sessions.end(scene.tx, session_id=session.id, now=scene.now)
    scene.log("desk.end", "person", scene.person_id)
    return "ended"


def unlock(scene: Scene, session: Session, code: str) -> Answer:
    """She is back: by a code of her authenticator, or a fresh one of her chat."""
    if sessions.tried(scene.tx, session.id) > desk.TRIES:
        return _end(scene, session)
    if not totp_counts(scene, "".join(code.split())):
        used = sessions.redeem(scene.tx, code, now=scene.now)
        if used is None or used.person_id != scene.person_id:
            return "wrong"
    sessions.unlock(scene.tx, session.id, now=scene.now)
    return "right"


def sign_out(scene: Scene, session: Session, *, forget: bool) -> None:
    """签出: the session is over; `forget`: at a computer of others, which asks for the second factor again."""
    sessions.end(scene.tx, session_id=session.id, now=scene.now)
    if forget and session.device_id is not None:
        sessions.forget_devices(scene.tx, scene.person_id, device_id=session.device_id, now=scene.now)
    scene.log("desk.sign_out", "person", scene.person_id)


def forget_device(scene: Scene, device_id: int) -> None:
    """One of her browsers is no more hers; who sits there is out at once. Raises Refused where it is none of hers."""
    if not sessions.forget_devices(scene.tx, scene.person_id, device_id=device_id, now=scene.now):
        raise Refused("desk.no_device")
    scene.log("desk.forget_device", "person", scene.person_id)


def totp_counts(scene: Scene, code: str) -> bool:
    """Whether it is a code of her authenticator that did not count before."""
    account = sessions.account(scene.tx, scene.person_id)
    step = None if account is None else _step(account.totp, code, scene.now)
    return step is not None and sessions.used_step(scene.tx, scene.person_id, step)


def _step(secret: str, code: str, now: datetime) -> int | None:
    """The step of which this is the code, where its clock is off by one step at most."""
    totp = pyotp.TOTP(secret, interval=desk.STEP)
    current = totp.timecode(now)
    near = range(current - desk.OFF, current + desk.OFF + 1)
    return next((step for step in near if secrets.compare_digest(totp.generate_otp(step).encode(), code.encode())), None)


def set_totp(scene: Scene, secret: str, code: str) -> None:
    """Her authenticator from now on, after it showed a right code; she learns of it in her chat. Raises Refused."""
    step = _step(secret, "".join(code.split()), scene.now)
    if step is None:
        raise Refused("desk.wrong_code")
    sessions.set_totp(scene.tx, scene.person_id, secret, step=step, now=scene.now)
    scene.log("desk.totp", "person", scene.person_id)
    tell(scene.tx, scene.content, [scene.person_id], "staff", for_others(scene.content).say("desk.totp_set"), now=scene.now)


def drop_totp(scene: Scene) -> None:
    """She uses none any more."""
    sessions.drop_totp(scene.tx, scene.person_id)
    scene.log("desk.totp", "person", scene.person_id)


def out(tx: Connection, person_id: int, *, now: datetime) -> None:
    """She works here no more: every session of hers ends, and no browser is known."""
    sessions.forget_devices(tx, person_id, now=now)
    sessions.end(tx, person_id=person_id, now=now)
    sessions.drop_totp(tx, person_id)


def forget(scene: Scene) -> None:
    """Her data are erased: nothing of hers is left at the desk."""
    out(scene.tx, scene.person_id, now=scene.now)


def end_stale(tx: Connection, _content: Content, now: datetime) -> int:
    """Sessions that nobody ended; how many."""
    return sessions.end_stale(tx, begun_before=now - desk.LONGEST, now=now)
