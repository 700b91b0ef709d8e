"""A mediator's working place in chat: her cases, what is due, and one case with all that can be done with it."""

from __future__ import annotations

from datetime import timedelta

from domain.errors import Refused
from domain.mediation.states import ENDED, OPEN, may_sit_together
from domain.messages import Button, Outbound
from handlers import forms
from handlers.links import link
from handlers.mediation import agreements, asking, consents, deciding, referrals, sittings, visits, wording
from handlers.mediation.opening import fetched, opened, viewer
from handlers.scene import row_id
from handlers.turn import Turn
from storage.mediation import cases, visible
from storage.mediation.seen import How, PartySeen, Seen

SHOWN = 8
SOON = timedelta(days=3)
MINE: tuple[How, ...] = ("holds", "asked")


def mine(turn: Turn, argument: str = "") -> list[Outbound]:
    """我的案件: open ones that she has or was asked for, what is due first first; behind them the ended ones."""
    who, after = viewer(turn), row_id(argument.removeprefix("ended:"))
    states = tuple(ENDED) if argument.startswith("ended") else tuple(OPEN)
    rows = visible.listed(turn.tx, who, how=MINE, states=states, after=after, limit=SHOWN)
    count = visible.count(turn.tx, who, how=MINE, states=states)
    buttons: list[tuple[Button, ...]] = [(Button(_line(turn, row), f"case:{row.id}"),) for row in rows]
    if (left := count - after - len(rows)) > 0:
        page = f"{'ended:' if argument.startswith('ended') else ''}{after + len(rows)}"
        buttons.append((turn.button("mediation.more", f"cases:{page}", count=left),))
    if not argument:
        buttons.append((turn.button("mediation.ended_list", "cases:ended:0"), turn.button("mediation.menu_due", "cases_due")))
    return [turn.say("mediation.mine" if rows else "mediation.mine_none", *buttons, count=count)]


def due(turn: Turn, _argument: str = "") -> list[Outbound]:
    """到期的: what has to be done within three days."""
    rows = visible.due(turn.tx, viewer(turn), how=MINE, before=turn.now + SOON)
    if not rows:
        return [turn.say("mediation.due_none")]
    return [turn.say("mediation.due_list", *((Button(_line(turn, row), f"case:{row.id}"),) for row in rows), count=len(rows))]


def _line(turn: Turn, row: Seen) -> str:
    mark = turn.words("mediation.asked_mark") if row.how == "asked" else ""
    late = turn.words("mediation.late_mark") if row.due_at is not None and row.due_at <= turn.now else ""
    return f"{mark}{late}{wording.number_of(turn, row)} · {turn.words(f'mediation.state.{row.state}')}"


def act(turn: Turn, argument: str) -> list[Outbound]:
    """`case:7` shows it; what comes behind is what she does with it."""
    number, _, deed = argument.partition(":")
    case_id = row_id(number)
    verb, _, rest = deed.partition(":")
    if verb in ("take", "decline", "names"):
        return _asked(turn, case_id, verb, rest)
    row = opened(turn, case_id, "holds") if verb else opened(turn, case_id, *MINE)
    match verb:
        case "":
            return show(turn, row)
        case "words":
            return _words(turn, row)
        case "back":
            asking.give_back(turn, row.id)
            return [turn.say("mediation.given_back")]
        case "note":
            return forms.start(turn, "case_note", about={"case": row.id, "note": rest or "none"})
        case "papers":
            return _papers(turn, row)
    for part in (deciding.act, consents.act, sittings.act, agreements.act, visits.act, referrals.act):
        if (said := part(turn, row, verb, rest)) is not None:
            return said
    raise Refused("talk.old_button")


def _asked(turn: Turn, case_id: int, verb: str, rest: str) -> list[Outbound]:
    row = opened(turn, case_id, *MINE)
    if verb == "names":
        return _names(turn, row)
    if verb == "take":
        asking.take(turn, case_id)
        return show(turn, opened(turn, case_id, "holds"))
    asking.decline(turn, case_id, "kin" if rest == "kin" else "busy")
    return [turn.say("mediation.declined")]


def show(turn: Turn, row: Seen) -> list[Outbound]:
    """The case: how it stands and both sides without names; below it what can be done now."""
    if row.how == "asked":
        buttons = (
            (turn.button("mediation.take", f"case:{row.id}:take"), turn.button("mediation.decline", f"case:{row.id}:decline")),
            (turn.button("mediation.names", f"case:{row.id}:names"), turn.button("mediation.kin", f"case:{row.id}:decline:kin")),
        )
        return [wording.sealed(turn.words("mediation.asked_card", head=wording.head(turn, row), place=row.community), *buttons)]
    lines = [wording.head(turn, row), *(_side(turn, side) for side in visible.parties(turn.tx, viewer(turn), row.id))]
    if row.settle_by is not None:
        lines.append(turn.words("mediation.settle_by", when=wording.when(turn, row.settle_by)))
    if row.hazards:
        lines.append(turn.words("mediation.danger_mark"))
    lines += sittings.lines(turn, row) + agreements.lines(turn, row)
    return wording.paged(turn, lines, *_buttons(turn, row))


def _side(turn: Turn, side: PartySeen) -> str:
    return turn.words(
        "mediation.side_line",
        side=turn.words(f"mediation.side.{side.side}"),
        consent=turn.words(f"mediation.consent.{side.consent or 'open'}"),
        reach=turn.words(f"mediation.reached.{side.contact or 'unknown'}"),
        anonymous=turn.words("mediation.anonymous_mark") if side.anonymous else "",
    )


def _buttons(turn: Turn, row: Seen) -> list[tuple[Button, ...]]:
    here = f"case:{row.id}"
    rows = deciding.buttons(turn, row)
    if row.state in ("assigned", "mediating", "accepted", "triage"):
        rows.append((turn.button("mediation.side_a", f"{here}:side:a"), turn.button("mediation.side_b", f"{here}:side:b")))
    standing = cases.standing(turn.tx, fetched(turn, row.id))
    if row.state == "mediating":
        together = (turn.button("mediation.sit_joint", f"{here}:sit:joint"),) if may_sit_together(standing) else ()
        rows.append((*together, turn.button("mediation.sit_a", f"{here}:sit:a"), turn.button("mediation.sit_b", f"{here}:sit:b")))
    rows += sittings.buttons(turn, row) + agreements.buttons(turn, row) + visits.buttons(turn, row)
    rows.append((turn.button("mediation.words", f"{here}:words"), turn.button("mediation.names", f"{here}:names")))
    if row.state in OPEN:
        rows.append((turn.button("mediation.note", f"{here}:note"), turn.button("mediation.refer", f"{here}:refer")))
        rows.append((turn.button("mediation.papers", f"{here}:papers"), turn.button("mediation.give_back", f"{here}:back")))
    else:
        rows.append((turn.button("mediation.papers", f"{here}:papers"),))
    return rows


def _names(turn: Turn, row: Seen) -> list[Outbound]:
    """看姓名: an act of its own, which is logged."""
    names = visible.names(turn.tx, viewer(turn), row.id)
    turn.log("cases.names", "case", row.id)
    lines = [wording.head(turn, row)]
    for side in names:
        values = {
            "side": turn.words(f"mediation.side.{side.side}"),
            "name": side.name or turn.words("mediation.no_name"),
            "phone": side.phone or turn.words("staff.no_phone"),
            "address": side.address or "—",
            "reach": side.contact_words or turn.words(f"mediation.reached.{side.contact or 'unknown'}"),
        }
        lines.append(turn.words("mediation.name_line" if row.how == "holds" else "mediation.name_only", **values))
    return wording.paged(turn, lines, (turn.button("mediation.back_to", f"case:{row.id}"),))


def _words(turn: Turn, row: Seen) -> list[Outbound]:
    """What was said, each side for itself, what the mediator wrote down behind it."""
    turn.log("cases.words", "case", row.id)
    sides = {side.id: side.side for side in visible.parties(turn.tx, viewer(turn), row.id)}
    lines = [wording.head(turn, row)]
    for word in visible.words(turn.tx, viewer(turn), row.id):
        side = turn.words(f"mediation.side.{sides[word.party_id]}") if word.party_id in sides else turn.words("mediation.ours")
        kind = turn.words(f"mediation.word.{word.kind}")
        lines.append(turn.words("mediation.word_line", at=wording.when(turn, word.at), side=side, kind=kind, said=word.said or "—"))
    return wording.paged(turn, lines, (turn.button("mediation.back_to", f"case:{row.id}"),))


def _papers(turn: Turn, row: Seen) -> list[Outbound]:
    """The file's documents, behind links that are checked again when they are opened."""
    turn.log("cases.papers", "case", row.id)
    word, pdf = link(turn, "file", row.id), link(turn, "pdf", row.id)
    said = turn.linked(turn.words("mediation.papers_ready"), ("mediation.papers_word", word), ("mediation.papers_pdf", pdf))
    return [wording.sealed(said.text, *said.buttons)]
