"""The agreement: its statutory fields, its signatures and seal, in force only when all is recorded; what was promised is followed day by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.plain import JsonObject, whole_of
from handlers import forms
from handlers.mediation import wording
from handlers.mediation.opening import fetched, moved, opened, viewer
from handlers.scene import Scene, row_id
from handlers.turn import Turn
from storage.conversations import About
from storage.mediation import agreements, cases, visible
from storage.mediation.agreements import Signature
from storage.mediation.seen import AgreementSeen, Seen

FORM = "case_agreement"
SIGNATURES: tuple[Signature, ...] = ("signed_a", "signed_b", "mediator", "seal")


def current(turn: Scene, row: Seen) -> AgreementSeen | None:
    """The agreement that stands or is being signed."""
    live = [one for one in visible.agreements(turn.tx, viewer(turn), row.id) if one.confirm_status != "over"]
    return live[-1] if live else None


def buttons(turn: Turn, row: Seen) -> list[tuple[Button, ...]]:
    """What can be done about an agreement now."""
    here, one = f"case:{row.id}", current(turn, row)
    if row.state == "mediating":
        sign = [] if one is None else [turn.button("mediation.sign", f"{here}:sign")]
        return [(turn.button("mediation.agree", f"{here}:agree"), *sign)]
    if row.state in ("agreed", "closed") and one is not None:
        due = [each for each in visible.performances(turn.tx, viewer(turn), row.id) if each.status == "due" and each.agreement_id == one.id]
        rows: list[tuple[Button, ...]] = [(turn.button("mediation.performances", f"{here}:promises"),)] if due else []
        if one.confirm_status == "open":
            rows.append((turn.button("mediation.confirm_asked", f"{here}:confirm"),))
        return rows
    return []


def lines(turn: Turn, row: Seen) -> list[str]:
    """How the agreement stands, on the case's card."""
    one = current(turn, row)
    if one is None:
        return []
    if one.effective_at is None:
        return [turn.words("mediation.agreement_made", missing=_missing(turn, one))]
    forces = [turn.words("mediation.agreement_force", when=wording.when(turn, one.effective_at))]
    if one.confirm_by is not None and one.confirm_status == "open":
        forces.append(turn.words("mediation.confirm_until", when=wording.when(turn, one.confirm_by)))
    return forces


def _recorded(one: AgreementSeen) -> dict[Signature, bool]:
    at = {"signed_a": one.signed_a_at, "signed_b": one.signed_b_at, "mediator": one.mediator_at, "seal": one.seal_at}
    return {name: at[name] is not None for name in SIGNATURES if not (one.oral and name == "seal")}


def missing(one: AgreementSeen) -> list[str]:
    """What is not on the paper yet."""
    return [name for name, there in _recorded(one).items() if not there]


def _missing(turn: Turn, one: AgreementSeen) -> str:
    return turn.words("mediation.between").join(turn.words(f"mediation.signature.{name}") for name in missing(one))


def act(turn: Turn, row: Seen, verb: str, rest: str) -> list[Outbound] | None:
    """A deed about the agreement; None where it is another one."""
    match verb:
        case "agree":
            if row.state != "mediating":
                raise Refused("mediation.barred.not_now")
            return forms.start(turn, FORM, about={"case": row.id})
        case "sign":
            return _sign(turn, row, rest)
        case "promises":
            return _promises(turn, row)
        case "kept" | "broken":
            return _performed(turn, row, verb, row_id(rest))
        case "confirm":
            return _confirm(turn, row, rest)
    return None


def made(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """协议: written down with what the law wants in it; it binds nobody yet."""
    row = opened(turn, int(about["case"]), "holds")
    if row.state != "mediating":
        raise Refused("mediation.barred.not_now")
    promised = [(str(one["what"]), _day(one["due_on"])) for one in _promised(answers)]
    agreements.add(
        turn.tx,
        row.id,
        oral=answers["form"] == "oral",
        facts=str(answers["facts"]),
        terms=str(answers["terms"]),
        manner=str(answers["manner"]),
        copies=whole_of(answers, "copies") or 3,
        promised=promised,
        now=turn.now,
    )
    turn.log("cases.agreement", "case", row.id)
    return _sign(turn, row, "")


def _promised(answers: Answers) -> list[JsonObject]:
    promises = answers.get("promises") or ()
    return [one for one in promises if isinstance(one, Mapping)] if isinstance(promises, (list, tuple)) else []


def _day(said: object) -> date:
    return said if isinstance(said, date) else date.fromisoformat(str(said))


def _sign(turn: Turn, row: Seen, what: str) -> list[Outbound]:
    """Each signature is a tap when it is on the paper; with the last one it is in force, and the case stands at agreed."""
    agreement = agreements.open_of(turn.tx, row.id)
    if agreement is None or row.state != "mediating":
        raise Refused("mediation.barred.not_now")
    if what in SIGNATURES:
        signed = agreements.sign(turn.tx, agreement, SIGNATURES[SIGNATURES.index(what)], now=turn.now)
        turn.log("cases.sign", "case", row.id, what=what)
        if (at := signed.effective_at()) is not None:
            return _in_force(turn, row, agreement, at)
    one = current(turn, row)
    assert one is not None
    rows = tuple((turn.button(f"mediation.signed.{name}", f"case:{row.id}:sign:{name}"),) for name in missing(one))
    back = (turn.button("mediation.back_to", f"case:{row.id}"),)
    return [turn.say("mediation.sign_oral" if one.oral else "mediation.sign_written", *rows, back)]


def _in_force(turn: Turn, row: Seen, agreement: agreements.Recorded, at: datetime) -> list[Outbound]:
    until = agreements.in_force(turn.tx, agreement, fetched(turn, row.id), at)
    moved(turn, row.id, "agree")
    wording.hint(turn, row.id)
    said = [turn.words("mediation.in_force")]
    said.append(turn.words("mediation.confirm_until", when=wording.when(turn, until)) if until else turn.words("mediation.confirm_none"))
    return [wording.sealed("\n".join(said), (turn.button("mediation.back_to", f"case:{row.id}"),))]


def _promises(turn: Turn, row: Seen) -> list[Outbound]:
    """What was promised by when, and whether it was done."""
    performances = visible.performances(turn.tx, viewer(turn), row.id)
    lines_, rows = [], []
    for number, one in enumerate(performances, 1):
        status = turn.words(f"mediation.performance.{one.status}")
        lines_.append(
            turn.words("mediation.promise_line", number=number, day=wording.day(turn, one.due_on), what=one.what or "—", status=status)
        )
        if one.status == "due":
            rows.append(
                (
                    turn.button("mediation.kept", f"case:{row.id}:kept:{one.id}", number=number),
                    turn.button("mediation.broken", f"case:{row.id}:broken:{one.id}", number=number),
                )
            )
    if not performances:
        raise Refused("mediation.no_promises")
    return wording.paged(turn, lines_, *rows, (turn.button("mediation.back_to", f"case:{row.id}"),))


def _performed(turn: Turn, row: Seen, verb: str, performance_id: int) -> list[Outbound]:
    """It was carried out, or not: a broken agreement opens the case again."""
    if not agreements.performed(turn.tx, performance_id, row.id, "done" if verb == "kept" else "broken"):
        raise Refused("talk.old_button")
    turn.log("cases.performance", "case", row.id, how=verb)
    if verb == "kept":
        return _promises(turn, row)
    return broken(turn, row)


def broken(turn: Turn, row: Seen) -> list[Outbound]:
    """The agreement is not kept: the case is open again, with the legal ways named."""
    moved(turn, row.id, "reopen")
    cases.step(turn.tx, row.id, "broken", "reopened", by=turn.person_id, now=turn.now)
    wording.hint(turn, row.id)
    keep = (turn.button("mediation.keep", f"case:{row.id}:keep"), turn.button("mediation.give_back", f"case:{row.id}:back"))
    return [turn.say("mediation.broken_open", keep, ways=wording.ways_of(turn, "broken"))]


def _confirm(turn: Turn, row: Seen, done: str) -> list[Outbound]:
    """Both asked the court to confirm it, within the thirty days."""
    one = current(turn, row)
    if one is None or one.confirm_status != "open" or one.confirm_by is None or one.confirm_by < turn.now:
        raise Refused("mediation.barred.not_now")
    if done != "yes":
        yes = turn.button("mediation.confirm_yes", f"case:{row.id}:confirm:yes")
        return [turn.say("mediation.confirm_sure", (yes, turn.button("mediation.back_to", f"case:{row.id}")))]
    agreements.confirmation(turn.tx, one.id, "asked")
    turn.log("cases.confirmation", "case", row.id)
    return [turn.say("mediation.confirm_kept", (turn.button("mediation.back_to", f"case:{row.id}"),))]
