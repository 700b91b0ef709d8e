"""The staff's side of a thread: the list with dangers first, taking it, writing back, handing it over, and closing it with an outcome."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from domain.access import Scope
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.plain import code_of
from handlers import forms, listening
from handlers.capability import Count
from handlers.content import Content
from handlers.scene import Scene, row_id
from handlers.staff import answering
from handlers.tell import tell
from handlers.threads import ESCALATE_AFTER, heard, staff_name
from handlers.turn import Turn
from storage import threads
from storage.conversations import About
from storage.staff import roles
from storage.tables.threads import OUTCOMES
from storage.threads import NUMBER_ASKED, Thread

SHOWN = 8
# Words of a thread in chat; the desk shows all.
WORDS = 12
STEP = 20
REPLY, CLOSE = "thread_reply", "thread_close"


def in_danger(turn: Turn, text: str) -> list[Outbound] | None:
    """All that she writes in a danger is for who answers her, unless it is nothing but the answer to the form she is in."""
    if not turn.in_danger or listening.answers_plainly(turn, text):
        return None
    return heard(turn, text, intent="other") or []


def waiting(turn: Turn, argument: str = "") -> list[Outbound]:
    """Open threads within her scopes, dangers first, each with its button; how many more there are is always said."""
    where, after = turn.scopes("threads.see"), row_id(argument)
    rows, count = threads.waiting(turn.tx, where, after=after, limit=SHOWN), threads.count(turn.tx, where)
    if not rows:
        return [turn.say("threads.none")]
    buttons: list[tuple[Button, ...]] = [(Button(_line(turn, row), f"thread:{row.id}"),) for row in rows]
    if (left := count - after - len(rows)) > 0:
        buttons.append((turn.button("threads.more_open", f"threads:{after + len(rows)}", count=left),))
    return [turn.say("threads.open", *buttons, count=count)]


def count(scene: Scene, where: list[Scope]) -> Count:
    """Open threads, and those of danger that nobody has taken in time."""
    return Count(threads.count(scene.tx, where), threads.count(scene.tx, where, untaken_since=scene.now - ESCALATE_AFTER))


def _line(turn: Turn, row: Thread) -> str:
    mark = turn.words("staff.urgent") if row.urgent else ""
    taken = turn.words("threads.taken_mark") if row.taken_by is not None else ""
    return f"{mark}{turn.called(row.name, row.key)} · {turn.words(f'threads.kind_{row.kind}')}{taken}"


def act(turn: Turn, argument: str) -> list[Outbound]:
    """`thread:7` shows it; `:take`, `:reply`, `:hand[:person]`, `:close` do what they say."""
    number, _, deed = argument.partition(":")
    row = readable(turn, row_id(number))
    verb, _, rest = deed.partition(":")
    match verb:
        case "":
            return [_card(turn, row)]
        case "take":
            return _taken(turn, row)
        case "reply":
            return forms.start(turn, REPLY, about={"thread": row.id})
        case "close":
            return forms.start(turn, CLOSE, about={"thread": row.id})
        case "hand":
            return _handed(turn, row, rest)
    raise Refused("talk.old_button")


def readable(scene: Scene, thread_id: int) -> Thread:
    """A thread within her scopes; reading it is logged. Raises Refused, the same for what is not there and what is not hers."""
    row, where = threads.get(scene.tx, thread_id), scene.scopes("threads.see")
    if row is None or (row.community_id is not None and not scene.may("threads.see", row.community_id) and row.taken_by != scene.person_id):
        raise Refused("work.gone")
    assert where
    scene.log("threads.see", "thread", row.id)
    return row


def _card(turn: Turn, row: Thread) -> Outbound:
    """Who, how she may be reached, and the newest words with their times; what can be done below."""
    contact = row.contact if row.contact and row.contact != NUMBER_ASKED else row.phone
    head = turn.words(
        "threads.head",
        urgent=turn.words("staff.urgent") if row.urgent else "",
        who=turn.called(row.name, row.key),
        about=turn.words(f"threads.kind_{row.kind}"),
        contact=contact or turn.words("staff.no_phone"),
    )
    lines = [
        turn.words(
            "threads.word",
            at=f"{word.said_at.astimezone(LOCAL):%m-%d %H:%M}",
            who=(word.name or turn.words("threads.somebody")) if word.from_staff else turn.words("threads.she"),
            said=word.said or turn.words("threads.picture_sent"),
        )
        for word in threads.words(turn.tx, row.id, limit=WORDS)
    ]
    return Outbound(text="\n".join([head, *lines]), buttons=_buttons(turn, row), private=row.urgent or row.kind == "dispute")


def _buttons(turn: Turn, row: Thread) -> tuple[tuple[Button, ...], ...]:
    if row.closed_at is not None:
        return ((turn.button("threads.list", "threads"),),)
    if row.taken_by != turn.person_id:
        return ((turn.button("threads.take", f"thread:{row.id}:take"),), (turn.button("threads.list", "threads"),))
    doing = (turn.button("threads.reply", f"thread:{row.id}:reply"), turn.button("threads.close", f"thread:{row.id}:close"))
    return (doing, (turn.button("threads.hand", f"thread:{row.id}:hand"), turn.button("threads.list", "threads")))


def _taken(turn: Turn, row: Thread) -> list[Outbound]:
    answering.take(turn, row)
    fresh = threads.get(turn.tx, row.id)
    assert fresh is not None
    return [_card(turn, fresh)]


def replied(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """回复她: what she wrote goes to the woman's chat, with who says it; whoever writes has taken it."""
    row = readable(turn, int(about["thread"]))
    if row.closed_at is not None:
        raise Refused("threads.closed_before")
    if row.taken_by != turn.person_id:
        answering.take(turn, row)
    answering.reply(turn, row, str(answers["said"]))
    fresh = threads.get(turn.tx, row.id)
    assert fresh is not None
    return [turn.say("threads.sent", *_buttons(turn, fresh))]


def closed(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """办完了: how it ended, and a note for those who come after."""
    outcome = code_of(answers, "outcome", OUTCOMES)
    answering.close(turn, readable(turn, int(about["thread"])), outcome, str(answers.get("note") or ""))
    return [turn.say("threads.closed", (turn.button("threads.list", "threads"),))]


def _handed(turn: Turn, row: Thread, whom: str) -> list[Outbound]:
    """交给同事: to whom?"""
    if not whom:
        colleagues = answering.colleagues(turn, row)
        buttons = [(Button(staff_name(turn, one), f"thread:{row.id}:hand:{one}"),) for one in colleagues[:SHOWN]]
        return [turn.say("threads.hand_to" if buttons else "threads.nobody_else", *buttons)]
    answering.hand_over(turn, row, row_id(whom))
    return [turn.say("threads.handed", who=staff_name(turn, row_id(whom)))]


def escalate(tx: Connection, content: Content, now: datetime) -> int:
    """Dangers that nobody took within three minutes: the federation is told, then every coordinator, again and again until somebody does."""
    rows = threads.to_escalate(tx, now=now, limit=STEP)
    for row in rows:
        own = roles.staff(tx, "coordinator", row.community_id) if row.community_id is not None else []
        federation = roles.staff(tx, "federation", None)
        everybody = [*own, *federation, *roles.everybody(tx, "coordinator")]
        whom = federation if row.escalations == 0 and federation else everybody
        for person_id in dict.fromkeys(whom):
            voice = Turn.to(tx, content, person_id, now=now)
            minutes = int((now - row.opened_at).total_seconds() // 60)
            word = voice.say("threads.nobody_yet", (voice.button("threads.look", f"thread:{row.id}"),), number=row.id, minutes=minutes)
            tell(tx, content, [person_id], "danger", word, now=now)
        threads.escalate_at(tx, row.id, now + ESCALATE_AFTER, escalations=row.escalations + 1)
    return len(rows)
