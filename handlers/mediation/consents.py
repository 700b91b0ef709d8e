"""Both sides are asked by the mediator, face to face or by phone, after their rights and duties were told; their words and the time are written down."""

from __future__ import annotations

from domain.errors import Refused
from domain.forms.schema import Answers
from domain.mediation.states import BOTH
from domain.messages import Button, Outbound
from domain.plain import text_of, whole_of
from handlers import forms
from handlers.mediation import wording
from handlers.mediation.opening import fetched, moved, opened, viewer
from handlers.scene import Scene
from handlers.turn import Turn
from storage.conversations import About
from storage.mediation import assignments, cases, sides, visible
from storage.mediation.seen import PartySeen, Seen

PARTY, CONSENT = "case_party", "case_consent"


def side_of(scene: Scene, row: Seen, name: str) -> PartySeen:
    """One side of a case that she has. Raises Refused for none."""
    party = next((one for one in visible.parties(scene.tx, viewer(scene), row.id) if one.side == name), None)
    if party is None:
        raise Refused("talk.old_button")
    return party


def act(turn: Turn, row: Seen, verb: str, rest: str) -> list[Outbound] | None:
    """A deed about one side; None where it is another one."""
    match verb:
        case "side":
            return [_card(turn, row, side_of(turn, row, rest))]
        case "facts":
            return _facts(turn, row, side_of(turn, row, rest))
        case "rights":
            sides.change(turn.tx, side_of(turn, row, rest).id, rights_at=turn.now)
            turn.log("cases.rights", "case", row.id, side=rest)
            return [_card(turn, row, side_of(turn, row, rest))]
        case "consent":
            return _ask(turn, row, side_of(turn, row, rest))
        case "code":
            return _code(turn, row, side_of(turn, row, rest))
        case "longer":
            return _longer(turn, row, side_of(turn, row, rest))
    return None


def _card(turn: Turn, row: Seen, side: PartySeen) -> Outbound:
    """One side: what is recorded, without the name."""
    here, name = f"case:{row.id}", side.side
    lines = [
        turn.words(f"mediation.side.{name}"),
        turn.words("mediation.consent_line", consent=turn.words(f"mediation.consent.{side.consent or 'open'}")),
        turn.words("mediation.rights_line", when=wording.when(turn, side.rights_at) if side.rights_at else turn.words("mediation.not_yet")),
    ]
    rows: list[tuple[Button, ...]] = [
        (turn.button("mediation.facts", f"{here}:facts:{name}"), turn.button("mediation.note_side", f"{here}:note:{name}")),
        (turn.button("mediation.code", f"{here}:code:{name}"), turn.button("mediation.back_to", here)),
    ]
    if row.state == "assigned":
        rows.insert(
            0, (turn.button("mediation.rights", f"{here}:rights:{name}"), turn.button("mediation.consent_ask", f"{here}:consent:{name}"))
        )
    if row.state == "mediating":
        rows.insert(0, (turn.button("mediation.longer_side", f"{here}:longer:{name}"),))
    told = [turn.words("mediation.rights_text")] if row.state == "assigned" and side.rights_at is None else []
    return wording.sealed("\n".join([*lines, *told]), *rows)


def _facts(turn: Turn, row: Seen, side: PartySeen) -> list[Outbound]:
    """What documents need to know of a side; what is known stands there already, and seeing it is logged."""
    turn.log("cases.names", "case", row.id, side=side.side)
    known = next(one for one in visible.names(turn.tx, viewer(turn), row.id) if one.id == side.id)
    names = ("name", "sex", "birth_year", "ethnic", "occupation", "phone", "address")
    given = {name: getattr(known, name) for name in names if getattr(known, name)}
    return forms.start(turn, PARTY, known=given, about={"case": row.id, "side": side.side})


def facts_told(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """当事人情况: with a name nobody is anonymous any more."""
    row = opened(turn, int(about["case"]), "holds")
    side = side_of(turn, row, str(about["side"]))
    sides.change(
        turn.tx,
        side.id,
        name=text_of(answers, "name"),
        sex=str(answers.get("sex") or ""),
        birth_year=whole_of(answers, "birth_year"),
        ethnic=str(answers.get("ethnic") or ""),
        occupation=text_of(answers, "occupation"),
        phone=text_of(answers, "phone"),
        address=text_of(answers, "address"),
        anonymous=side.anonymous and not answers.get("name"),
    )
    turn.log("cases.facts", "case", row.id, side=side.side)
    return [turn.say("mediation.facts_kept", (turn.button("mediation.back_to", f"case:{row.id}:side:{side.side}"),)), *_conflict(turn, row)]


def _conflict(turn: Turn, row: Seen) -> list[Outbound]:
    """What came to be known of a side may show that she must not have the case."""
    full = fetched(turn, row.id)
    free = [one.person_id for one in assignments.free_of_conflict(turn.tx, full, now=turn.now)]
    if turn.person_id in free:
        return []
    cases.add_conflict(turn.tx, row.id, turn.person_id, "same_building")
    return [turn.say("mediation.you_conflict", (turn.button("mediation.give_back", f"case:{row.id}:back"),))]


def _ask(turn: Turn, row: Seen, side: PartySeen) -> list[Outbound]:
    if row.state != "assigned":
        raise Refused("mediation.barred.not_now")
    if side.rights_at is None:
        raise Refused("mediation.rights_first")
    return forms.start(turn, CONSENT, about={"case": row.id, "side": side.side})


def consented(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """愿不愿意, in the side's words. With both it begins; with a refusal it ends, and the legal ways are named."""
    row = opened(turn, int(about["case"]), "holds")
    side = side_of(turn, row, str(about["side"]))
    if row.state != "assigned":
        raise Refused("mediation.barred.not_now")
    given = answers["answer"] == "given"
    sides.consent(turn.tx, side.id, "given" if given else "refused", str(answers["said"]), now=turn.now)
    sides.change(turn.tx, side.id, asked_at=turn.now)
    turn.log("cases.consent", "case", row.id, side=side.side, answer=str(answers["answer"]))
    if not given:
        moved(turn, row.id, "fail", reason="unwilling")
        if side.side == "b":
            wording.hint_to(turn, _of_side(turn, row, "a"))
        return [turn.say("mediation.failed", ways=wording.ways_of(turn, "unwilling"))]
    if cases.standing(turn.tx, fetched(turn, row.id)).consents == BOTH:
        moved(turn, row.id, "mediate")
        wording.hint(turn, row.id)
        return [turn.say("mediation.both_consent", (turn.button("mediation.back_to", f"case:{row.id}"),))]
    return [turn.say("mediation.one_consent", (turn.button("mediation.back_to", f"case:{row.id}"),))]


def _of_side(turn: Turn, row: Seen, name: str) -> list[int]:
    side = side_of(turn, row, name)
    return [side.person_id] if side.person_id is not None and side.contact != "self" else []


def _code(turn: Turn, row: Seen, side: PartySeen) -> list[Outbound]:
    """A code to read out: whoever sends it is this side here, and sees this side alone."""
    code = sides.make_code(turn.tx, side.id, now=turn.now)
    turn.log("cases.code", "case", row.id, side=side.side)
    return [wording.sealed(turn.words("mediation.code_made", code=code), (turn.button("mediation.back_to", f"case:{row.id}"),))]


def redeemed(turn: Turn, code: str) -> list[Outbound] | None:
    """/start with such a code, or the code alone; None where it is none."""
    if not turn.channel.carries_private:
        return None
    case_id = sides.use_code(turn.tx, code, turn.person_id, now=turn.now)
    if case_id is None:
        return None
    turn.log("cases.joined", "case", case_id)
    return [wording.sealed(turn.words("mediation.joined"), (turn.button("mediation.look_hers", f"matter:{case_id}"),))]


def _longer(turn: Turn, row: Seen, side: PartySeen) -> list[Outbound]:
    """A side said to the mediator that it may take longer; with both, another month."""
    if row.state != "mediating":
        raise Refused("mediation.barred.not_now")
    sides.extend(turn.tx, side.id, now=turn.now)
    turn.log("cases.longer", "case", row.id, side=side.side)
    if cases.standing(turn.tx, fetched(turn, row.id)).extends == BOTH:
        moved(turn, row.id, "extend")
        return [turn.say("mediation.extended", (turn.button("mediation.back_to", f"case:{row.id}"),))]
    return [turn.say("mediation.extend_noted", (turn.button("mediation.back_to", f"case:{row.id}"),))]
