"""Her data: see what is stored, correct it, take it away as a file, have it deleted, withdraw a consent (PIPL 15, 44-47)."""

from __future__ import annotations

from domain.errors import Refused
from domain.messages import Outbound
from domain.notices import LOCAL
from handlers import profile
from handlers.links import MINUTES, link
from handlers.people import menu
from handlers.turn import Turn
from handlers.work import applications
from storage.people import consents, my_data

NOTICES_SHOWN = 5
# Of each notice in the list.
NOTICE_TEXT = 100


def see(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What is stored, as the summary in which each answer can be changed, and what else she can do about it."""
    known = profile.known(turn)
    if not known:
        buttons = (turn.button("data.export", "data:export"), turn.button("data.delete", "data:delete"))
        return [
            turn.say("data.nothing", (turn.button("menu.register", "menu:register"),), buttons, (turn.button("reach.exit", "menu:exit"),))
        ]
    withdraw = tuple(
        (turn.button("data.withdraw", f"data:withdraw:{purpose}", purpose=turn.words(f"data.purpose_{purpose}")),)
        for purpose in consents.given(turn.tx, turn.person_id)
    )
    firms = tuple(
        (turn.button("data.withdraw_firm", f"data:firm:{firm.id}", enterprise=firm.name),)
        for firm in my_data.employers(turn.tx, turn.person_id)
    )
    last = (turn.button("data.export", "data:export"), turn.button("data.delete", "data:delete")), (turn.button("reach.exit", "menu:exit"),)
    rows = (*withdraw, *firms, *last)
    return [turn.say("data.stored", *rows), *menu.register(turn)]


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A button below her data."""
    verb, _, what = argument.partition(":")
    if verb == "withdraw" and what in (*profile.PURPOSES, "hardship"):
        return _withdraw(turn, what)
    if verb == "delete":
        return [turn.say("data.sure", (turn.button("data.delete_yes", "data:erase"), turn.button("data.delete_no", "menu:data")))]
    if verb == "firm":
        return _withdraw_firm(turn, what)
    if verb == "export":
        return export(turn)
    if verb == "erase":
        profile.erase(turn)
        turn.log("data.erase", "person", turn.person_id)
        return [turn.say("data.deleted")]
    raise Refused("talk.old_button")


def _withdraw(turn: Turn, purpose: str) -> list[Outbound]:
    """She withdraws one consent."""
    profile.withdraw(turn, purpose)
    turn.log("consent.withdraw", "person", turn.person_id)
    return [turn.say("data.withdrawn", purpose=turn.words(f"data.purpose_{purpose}"))]


def _withdraw_firm(turn: Turn, written: str) -> list[Outbound]:
    """One firm may no longer have her data; it is told to delete it."""
    firms = {str(firm.id): firm for firm in my_data.employers(turn.tx, turn.person_id)}
    if written not in firms:
        raise Refused("talk.old_button")
    firm = firms[written]
    my_data.withdraw_employer(turn.tx, turn.person_id, firm.id, now=turn.now)
    applications.withdrawn(turn, firm.id)
    return [turn.say("data.withdrawn_firm", enterprise=firm.name)]


def notices(turn: Turn, _argument: str = "") -> list[Outbound]:
    """What she was told unasked lately, with its day."""
    lately = my_data.lately(turn.tx, turn.person_id, limit=NOTICES_SHOWN)
    buttons = (turn.button("menu.wishes", "menu:wishes"),)
    if not lately:
        return [turn.say("data.no_notices", buttons)]
    lines = [turn.words("data.notices")]
    for at, said in lately:
        text = said.text if len(said.text) <= NOTICE_TEXT else said.text[:NOTICE_TEXT] + "…"
        day = at.astimezone(LOCAL)
        lines.append(turn.words("data.notice", month=day.month, day=day.day, time=f"{day:%H:%M}", text=text))
    return [Outbound(text="\n\n".join(lines), buttons=(buttons,), private=any(said.private for _, said in lately))]


def export(turn: Turn) -> list[Outbound]:
    """A link to everything stored about her as one file. It leads to a page of ours, so that nothing of it goes through a messenger."""
    turn.log("data.export", "person", turn.person_id)
    return [turn.linked(turn.words("data.export_ready", minutes=MINUTES), ("data.export_open", link(turn, "data")))]
