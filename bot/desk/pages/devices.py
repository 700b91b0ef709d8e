"""Her own browsers and authenticator, and the code for a colleague who stands before a new computer."""

from __future__ import annotations

import pyotp

from bot.desk.page import Deed, File, Go, Look, Page, View
from domain.staff.invitations import qr
from handlers.desk import signing
from storage.desk import sessions
from storage.people import persons

ISSUER = "母亲岗"


def show(look: Look) -> View:
    """Where she is signed in, and whether an authenticator is set."""
    totp = sessions.account(look.tx, look.person_id) is not None
    return View("devices.html", {"devices": sessions.devices(look.tx, look.person_id), "totp": totp})


def _forget(deed: Deed) -> Go:
    signing.forget_device(deed, deed.form.id("device"))
    return Go("/desk/devices", "device_gone")


def _drop(deed: Deed) -> Go:
    signing.drop_totp(deed)
    return Go("/desk/devices", "totp_gone")


def totp(look: Look) -> View:
    """A fresh secret; it counts only once a code of it was typed."""
    secret = look.form.text("secret", 64) or pyotp.random_base32()
    return View("totp.html", {"secret": secret})


def _set(deed: Deed) -> Go:
    signing.set_totp(deed, deed.form.text("secret", 64), deed.form.text("code", 20))
    return Go("/desk/devices", "totp_set")


def _picture(deed: Deed) -> File:
    name = persons.get(deed.tx, deed.person_id).name or ""
    link = pyotp.TOTP(deed.form.text("secret", 64)).provisioning_uri(name=name, issuer_name=ISSUER)
    return File(qr(link), "totp.png", "image/png", shown=True)


def admit(look: Look) -> View:
    """Colleagues who wait for a code."""
    return View("admit.html", {"waiting": signing.waiting(look), "code": "", "whom": ""})


def _code(deed: Deed) -> View:
    session, code = signing.show_code(deed, deed.form.id("session"))
    whom = deed.voice.called(session.name, session.key)
    return View("admit.html", {"waiting": signing.waiting(deed), "code": code, "whom": whom})


PAGES = (
    Page(
        path="/desk/devices", needs="desk.open", show=show, acts={"forget": _forget, "drop_totp": _drop}, menu="desk.menu_devices", rank=990
    ),
    Page(path="/desk/devices/totp", needs="desk.open", show=totp, acts={"set": _set, "picture": _picture}),
    Page(path="/desk/admit", needs="desk.admit", show=admit, acts={"code": _code}, menu="desk.menu_admit", rank=980),
)
