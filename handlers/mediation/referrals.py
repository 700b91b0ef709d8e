"""One side's matter goes to another body with that side's consent to this receiver; what it receives it sees, until it is done, sent back or taken back."""

from __future__ import annotations

from datetime import timedelta

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from handlers import forms
from handlers.mediation import wording
from handlers.mediation.consents import side_of
from handlers.mediation.opening import denied, opened, viewer
from handlers.scene import row_id
from handlers.tell import for_others, tell
from handlers.turn import Turn
from storage.conversations import About
from storage.mediation import referrals, visible
from storage.mediation.seen import How, Seen
from storage.staff import roles
from storage.tables.mediation import ReferralBody, ReferralStatus

FORM, REJECT = "case_refer", "case_reject"
BODIES: tuple[ReferralBody, ...] = ("federation", "legal_aid", "police", "court")
ANSWER = timedelta(days=3)
RECEIVES: tuple[How, ...] = ("receives",)
SHOWN = 8


def act(turn: Turn, row: Seen, verb: str, rest: str) -> list[Outbound] | None:
    """转给别的部门; None where it is another deed."""
    match verb:
        case "refer":
            return _refer(turn, row, rest)
        case "revoke":
            return _revoke(turn, row, row_id(rest))
    return None


def _refer(turn: Turn, row: Seen, rest: str) -> list[Outbound]:
    """First which side's matter, then to whom, then that side's word."""
    here = f"case:{row.id}:refer"
    side, _, body = rest.partition(":")
    if side not in ("a", "b"):
        rows = tuple((turn.button(f"mediation.side_{one}", f"{here}:{one}"),) for one in ("a", "b"))
        live = [one for one in visible.referrals(turn.tx, viewer(turn), row.id) if one.status in ("in_progress", "accepted")]
        back = tuple(
            (turn.button("mediation.revoke", f"case:{row.id}:revoke:{one.id}", body=turn.words(f"mediation.body.{one.body}")),)
            for one in live
        )
        return [turn.say("mediation.refer_whose", *rows, *back)]
    if body not in BODIES:
        return [turn.say("mediation.refer_to", *((turn.button(f"mediation.body.{one}", f"{here}:{side}:{one}"),) for one in BODIES))]
    side_of(turn, row, side)
    return forms.start(turn, FORM, about={"case": row.id, "side": side, "body": body})


def consented(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """The side's word for this receiver is recorded; without one there is no referral."""
    row = opened(turn, int(about["case"]), "holds")
    side, body = side_of(turn, row, str(about["side"])), BODIES[BODIES.index(str(about["body"]))]
    receiver = next(iter(roles.staff(turn.tx, "federation", None)), None) if body == "federation" else None
    referral_id = referrals.add(
        turn.tx,
        row.id,
        side.id,
        body,
        receiver_id=receiver,
        consent_words=str(answers["said"]),
        by=turn.person_id,
        due_at=turn.now + ANSWER,
        now=turn.now,
    )
    turn.log("cases.refer", "case", row.id, body=body, referral=referral_id)
    if receiver is not None:
        voice = for_others(turn.content)
        word = voice.say("mediation.received", (voice.button("mediation.look", f"referral:{referral_id}"),), number=referral_id)
        tell(turn.tx, turn.content, [receiver], "staff", word, now=turn.now)
    phrase = "mediation.referred" if receiver is not None else "mediation.referred_outside"
    return [turn.say(phrase, (turn.button("mediation.back_to", f"case:{row.id}"),), body=turn.words(f"mediation.body.{body}"))]


def _revoke(turn: Turn, row: Seen, referral_id: int) -> list[Outbound]:
    """The side takes its word back: the receiver sees nothing from now on."""
    referral = referrals.get(turn.tx, referral_id)
    if referral is None or referral.case_id != row.id or not referrals.move(turn.tx, referral, "revoked", now=turn.now):
        raise Refused("talk.old_button")
    turn.log("cases.revoke", "case", row.id, referral=referral_id)
    return [turn.say("mediation.revoked", (turn.button("mediation.back_to", f"case:{row.id}"),))]


# The receiver's side.


def received(turn: Turn, _argument: str = "") -> list[Outbound]:
    """转来的: what was passed on to her."""
    rows = visible.listed(turn.tx, viewer(turn), how=RECEIVES, limit=SHOWN)
    buttons = [
        (Button(turn.words("mediation.referral_line", number=one.id, kind=turn.label("case_kinds", row.kind)), f"referral:{one.id}"),)
        for row in rows
        for one in visible.referrals(turn.tx, viewer(turn), row.id)
        if one.receiver_id == turn.person_id
    ]
    return [turn.say("mediation.received_list" if buttons else "mediation.received_none", *buttons)]


def at(turn: Turn, argument: str) -> list[Outbound]:
    """`referral:3` shows it; `:accept`, `:reject`, `:done` do what they say."""
    number, _, verb = argument.partition(":")
    referral = referrals.get(turn.tx, row_id(number))
    if referral is None or referral.receiver_id != turn.person_id:
        raise denied(row_id(number))
    row = opened(turn, referral.case_id, "receives", "holds")
    if verb == "reject":
        return forms.start(turn, REJECT, about={"referral": referral.id})
    if verb in ("accept", "done"):
        status: ReferralStatus = "accepted" if verb == "accept" else "done"
        if not referrals.move(turn.tx, referral, status, now=turn.now):
            raise Refused("talk.old_button")
        turn.log(f"referrals.{verb}", "case", referral.case_id, referral=referral.id)
        _tell_maker(turn, referral, status)
        if verb == "done":
            return [turn.say("mediation.referral_done")]
    return _card(turn, row, referrals.get(turn.tx, referral.id) or referral)


def _card(turn: Turn, row: Seen, referral: referrals.Referral) -> list[Outbound]:
    """Before it is accepted its kind and place; then the one side that agreed, with name and words."""
    here = f"referral:{referral.id}"
    lines = [turn.words("mediation.referral_head", number=referral.id, kind=turn.label("case_kinds", row.kind), place=row.community)]
    if referral.status == "in_progress":
        choose = (turn.button("mediation.referral_accept", f"{here}:accept"), turn.button("mediation.referral_reject", f"{here}:reject"))
        return [wording.sealed("\n".join(lines), choose)]
    turn.log("cases.names", "case", row.id)
    for side in visible.names(turn.tx, viewer(turn), row.id):
        reach = side.contact_words or turn.words(f"mediation.reached.{side.contact or 'unknown'}")
        values = {"name": side.name or turn.words("mediation.no_name"), "phone": side.phone or turn.words("staff.no_phone"), "reach": reach}
        lines.append(turn.words("mediation.name_line", side=turn.words("mediation.she"), address=side.address or "—", **values))
    for word in visible.words(turn.tx, viewer(turn), row.id):
        kind = turn.words(f"mediation.word.{word.kind}")
        she = turn.words("mediation.she")
        lines.append(turn.words("mediation.word_line", at=wording.when(turn, word.at), side=she, kind=kind, said=word.said or "—"))
    return wording.paged(turn, lines, (turn.button("mediation.referral_finish", f"{here}:done"),))


def rejected(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """退回, with a reason for who passed it on."""
    referral = referrals.get(turn.tx, int(about["referral"]))
    if referral is None or referral.receiver_id != turn.person_id:
        raise denied(int(about["referral"]))
    opened(turn, referral.case_id, "receives", "holds")
    if not referrals.move(turn.tx, referral, "rejected", reason=str(answers["said"]), now=turn.now):
        raise Refused("talk.old_button")
    turn.log("referrals.reject", "case", referral.case_id, referral=referral.id)
    _tell_maker(turn, referral, "rejected")
    return [turn.say("mediation.referral_back")]


def _tell_maker(turn: Turn, referral: referrals.Referral, status: ReferralStatus) -> None:
    voice = for_others(turn.content)
    values = {"number": referral.id, "status": voice.words(f"mediation.referral_status.{status}")}
    word = voice.say("mediation.referral_news", (voice.button("mediation.look", f"case:{referral.case_id}"),), **values)
    tell(turn.tx, turn.content, [referral.made_by], "staff", word, now=turn.now)
