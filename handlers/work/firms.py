"""A firm is looked at question by question, signs what it gives, and is suspended for the whole city, with all its posts taken back."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from domain.errors import Refused
from domain.work.vetting import SHARE, Topic
from handlers.scene import Scene
from handlers.tell import for_others, tell
from handlers.work import withdrawals
from handlers.work.withdrawals import Reason
from storage.work import applications, firms
from storage.work.firms import Firm


class Suspended(NamedTuple):
    """So many of its posts were withdrawn, and so many corrections sent."""

    posts: int
    told: int


def readable(scene: Scene, firm_id: int) -> Firm:
    """A firm with posts in her places. Raises Refused, the same for what is not there and what is not hers."""
    firm = firms.get(scene.tx, scene.scopes("firms.vet"), firm_id)
    if firm is None:
        raise Refused("firms.gone")
    return firm


def check(scene: Scene, firm_id: int, topic: Topic, *, good: bool, note: str) -> None:
    """Write down what was seen; what is not in order needs a word. Raises Refused."""
    firm = readable(scene, firm_id)
    if not good and not note:
        raise Refused("firms.need_note")
    firms.add_check(scene.tx, firm.id, topic, good=good, note=note, by=scene.person_id, now=scene.now)
    scene.log("firms.check", "enterprise", firm.id, topic=topic, good=good)


def agree(scene: Scene, firm_id: int, *, share: int, starts: date, ends: date) -> None:
    """What it signed: the percent from the first to the last day. Raises Refused."""
    firm = _decided(scene, firm_id)
    if not SHARE[0] <= share <= SHARE[1]:
        raise Refused("firms.wrong_share", least=SHARE[0], most=SHARE[1])
    if ends <= starts or ends < scene.today:
        raise Refused("firms.wrong_days")
    firms.agree(scene.tx, firm.id, share, starts, ends, by=scene.person_id, now=scene.now)
    scene.log("firms.agree", "enterprise", firm.id, share=share)


def suspend(scene: Scene, firm_id: int, reason: Reason, note: str) -> Suspended:
    """Nothing of it is published any more, and what is public is withdrawn with the correction to those who were told. Raises Refused."""
    firm = _decided(scene, firm_id)
    if not note:
        raise Refused("positions.need_reason")
    firms.hold(scene.tx, firm.id)
    if not firms.suspend(scene.tx, firm.id, reason, note, by=scene.person_id, now=scene.now):
        raise Refused("firms.suspended_before")
    withdrawn = [withdrawals.withdraw(scene, post, reason) for post in firms.public_posts(scene.tx, firm.id)]
    scene.log("firms.suspend", "enterprise", firm.id, posts=len(withdrawn))
    _tell(scene, firm, "firms.told_suspended", note=note)
    return Suspended(len(withdrawn), sum(one.told for one in withdrawn))


def resume(scene: Scene, firm_id: int) -> None:
    """It may offer work again, once nothing is out of order; what was withdrawn stays so. Raises Refused."""
    firm = _decided(scene, firm_id)
    newest = {one.topic: one.good for one in reversed(firms.checks(scene.tx, firm.id))}
    if not all(newest.values()):
        raise Refused("firms.still_bad")
    if not firms.resume(scene.tx, firm.id, by=scene.person_id, now=scene.now):
        raise Refused("firms.not_suspended")
    scene.log("firms.resume", "enterprise", firm.id)
    _tell(scene, firm, "firms.told_resumed", note="")


def _decided(scene: Scene, firm_id: int) -> Firm:
    """A firm that she may decide about: it holds for every community, so only for who covers them all."""
    scene.need("firms.decide", None)
    return readable(scene, firm_id)


def _tell(scene: Scene, firm: Firm, phrase: str, *, note: str) -> None:
    contacts = applications.contacts(scene.tx, firm.id)
    if contacts:
        word = for_others(scene.content).say(phrase, enterprise=firm.name, note=note)
        tell(scene.tx, scene.content, contacts, "staff", word, now=scene.now)
