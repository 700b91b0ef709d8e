"""我的事: where all her matters stand, one line each, whatever they are about."""

from __future__ import annotations

from domain.messages import Button, Outbound
from handlers.capability import Matter
from handlers.turn import Turn
from storage import threads

# Lines of one message: a phone shows them without getting lost, and a channel of text alone takes them.
SHOWN = 12


def see(turn: Turn, argument: str = "") -> list[Outbound]:
    """What every capability knows of hers; `argument`: how many she saw."""
    matters = [matter for look in turn.content.capabilities.matters for matter in look(turn)]
    seen = int(argument) if argument.isdecimal() and len(argument) < 6 and int(argument) < len(matters) else 0
    if not matters:
        return [turn.say("matters.none", _ways(turn))]
    shown = matters[seen : seen + SHOWN]
    lines = [turn.words("matters.line", number=number, said=matter.said) for number, matter in enumerate(shown, seen + 1)]
    opened = {matter.open.choice: matter.open for matter in shown if matter.open is not None}
    rows = [(button,) for button in opened.values()]
    if seen + SHOWN < len(matters):
        rows.append((turn.button("matters.more", f"menu:matters:{seen + SHOWN}"),))
    return [Outbound(text="\n".join([turn.words("matters.all", count=len(matters)), *lines]), buttons=tuple(rows))]


def _ways(turn: Turn) -> tuple[Button, ...]:
    """What she could begin."""
    begun = (turn.button(own.phrase, own.choice) for own in turn.content.capabilities.own if own.choice != "menu:matters")
    return (turn.button("menu.work", "menu:work"), *begun)


def waiting(turn: Turn) -> list[Matter]:
    """Whom the bot handed her to, and who answers."""
    row = threads.open_of(turn.tx, turn.person_id)
    if row is None:
        return []
    phrase = "matters.thread" if row.taken_by is None else "matters.thread_taken"
    return [Matter(turn.words(phrase, about=turn.words(f"matters.thread_{row.kind}")))]
