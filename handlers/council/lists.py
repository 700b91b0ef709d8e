"""What others say: the open suggestions by topic, newest, most supported or near her, and one with all that became of it."""

from __future__ import annotations

from collections.abc import Callable

from domain.council.states import ANSWERED, OPEN
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from domain.reading.topics import TOPICS
from handlers import forms, threads
from handlers.capability import Matter
from handlers.council import deciding, saying, supporting, told
from handlers.council.told import short
from handlers.scene import row_id
from handlers.turn import Turn
from storage.conversations import About
from storage.council import drafts, steps, suggestions
from storage.council.suggestions import Order, Suggestion
from storage.people import persons
from storage.work import seekers

SHOWN = 5
MATTERS = 8
ORDERS: dict[str, Order] = {"most": "most", "new": "new", "near": "near"}
# Of a suggestion's history.
STEPS = 8
# Steps that a list of what happened does not need.
_SMALL = frozenset({"supported"})


def act(turn: Turn, argument: str) -> list[Outbound]:
    """A button below a suggestion, or below what she said."""
    verb, _, rest = argument.partition(":")
    if verb not in VERBS:
        raise Refused("talk.old_button")
    return VERBS[verb](turn, rest)


def listed(turn: Turn, argument: str) -> list[Outbound]:
    """大家提的. `argument`: order[:topic[:offset]]; all topics where it is empty."""
    order, _, rest = argument.partition(":")
    topic, _, offset = rest.partition(":")
    place = threads.place_of(turn)
    if place is None:
        return [turn.say("council.no_place", (turn.button("menu.register", "menu:register"),))]
    if order == "topics":
        return [_topics(turn, place)]
    by, known = ORDERS.get(order, "most"), topic if topic in TOPICS else ""
    seen = row_id(offset)
    home = seekers.home(turn.tx, turn.person_id) if by == "near" else None
    near, community_id = ((home.lat, home.lon), None) if home is not None else (None, place)
    rows = suggestions.open_(turn.tx, order=by, community_id=community_id, near=near, topic=known, offset=seen, limit=SHOWN + 1)
    if not rows:
        return [turn.say("council.none_open", (turn.button("council.menu", "menu:suggest"),))]
    lines = [turn.words(f"council.list_{by}", topic=turn.words(f"council.topic_{known}") if known else "")]
    lines += [saying.told_line(turn, row, number) for number, row in enumerate(rows[:SHOWN], seen + 1)]
    buttons: list[tuple[Button, ...]] = []
    for number, row in enumerate(rows[:SHOWN], seen + 1):
        also = turn.button("council.support_number", f"suggest:support:{row.id}", number=number)
        buttons.append((also, turn.button("council.see_number", f"suggest:see:{row.id}", number=number)))
    if len(rows) > SHOWN:
        buttons.append((turn.button("council.more_open", f"suggest:list:{by}:{known}:{seen + SHOWN}"),))
    others = tuple(turn.button(f"council.by_{one}", f"suggest:list:{one}") for one in ORDERS if one != by)
    return [Outbound(text="\n".join(lines), buttons=(*buttons, (*others, turn.button("council.by_topic", "suggest:list:topics"))))]


def others(turn: Turn, _argument: str = "") -> list[Outbound]:
    """大家提的, as a word."""
    return listed(turn, "most")


def _topics(turn: Turn, place: int) -> Outbound:
    counts = suggestions.topics(turn.tx, place)
    rows = [(Button(f"{turn.words(f'council.topic_{code}')} {count}", f"suggest:list:most:{code}"),) for code, count in counts]
    return turn.say("council.topics" if rows else "council.none_open", *rows)


def see(turn: Turn, argument: str) -> list[Outbound]:
    """One suggestion: whole, with what happened to it, and what she can do about it."""
    return [card(turn, supporting.visible(turn, row_id(argument)))]


def card(turn: Turn, row: Suggestion) -> Outbound:
    """A suggestion as any mother reads it: nobody's name, the reasons, the dates."""
    behind = suggestions.behind(turn.tx, row.id)
    state = turn.words(f"council.state_{row.state}")
    head = turn.words(
        "council.card", text=row.text, topic=turn.words(f"council.topic_{row.topic}"), community=row.community, count=row.voices
    )
    lines = [head, turn.words("council.stands", state=state, due=told.deadline(turn, row))]
    for one in [step for step in steps.of_suggestions(turn.tx, [row.id]) if step.kind not in _SMALL][-STEPS:]:
        local = one.at.astimezone(LOCAL)
        lines.append(turn.words("council.history", month=local.month, day=local.day, said=told.did(turn, row, one)))
    # Who is on a picture was not asked: it is for staff and herself.
    picture = row.picture if row.author_id == turn.person_id else ""
    return Outbound(text="\n".join(lines), buttons=tuple(_deeds(turn, row, turn.person_id in behind.people)), picture=picture)


def _deeds(turn: Turn, row: Suggestion, behind: bool) -> list[tuple[Button, ...]]:
    """What she can do about it now."""
    buttons: list[tuple[Button, ...]] = []
    if row.state in OPEN and not behind and row.published_at is not None:
        buttons.append((turn.button("council.support", f"suggest:support:{row.id}"),))
    if behind and row.state in ANSWERED:
        buttons += [(button,) for button in told.content_row(turn, row, row.state)]
    if row.author_id == turn.person_id and row.state in ("received", "agenda"):
        if not row.named:
            buttons.append((turn.button("council.my_name", f"suggest:name:{row.id}"),))
        more = (turn.button("council.more", f"suggest:more:{row.id}"),) if row.state == "received" else ()
        buttons.append((*more, turn.button("council.withdraw", f"suggest:withdraw:{row.id}")))
        if row.state == "received":
            buttons.append((turn.button("council.reword", f"suggest:reword:{row.id}"),))
    elif behind and row.state in OPEN and row.author_id != turn.person_id:
        buttons.append((turn.button("council.unsupport", f"suggest:unsupport:{row.id}"),))
    return buttons


def support(turn: Turn, argument: str) -> list[Outbound]:
    """我也支持."""
    supported = supporting.support(turn, row_id(argument))
    phrase = "council.supported" if supported.fresh else "council.supported_before"
    return [
        turn.say(
            phrase,
            (turn.button("council.unsupport", f"suggest:unsupport:{supported.row.id}"),),
            text=short(supported.row.text),
            count=supported.row.voices,
        )
    ]


def same(turn: Turn, argument: str) -> list[Outbound]:
    """一样，我也支持: what she said becomes her voice for that one. `argument`: draft:suggestion."""
    number, _, which = argument.partition(":")
    draft = saying.hers(turn, number)
    said = support(turn, which)
    drafts.remove(turn.tx, draft.id)
    return said


def unsupport(turn: Turn, argument: str) -> list[Outbound]:
    """不支持了."""
    row = supporting.unsupport(turn, row_id(argument))
    return [turn.say("council.unsupported", text=short(row.text), count=row.voices)]


def name(turn: Turn, argument: str) -> list[Outbound]:
    """留我的名字: staff see her name with this one."""
    row = supporting.own(turn, row_id(argument))
    suggestions.change(turn.tx, row.id, named=True)
    called = persons.get(turn.tx, turn.person_id).name
    return [turn.say("council.named", name=called)] if called else [turn.say("council.named_no_name"), *forms.start(turn, "my_name")]


def withdraw(turn: Turn, argument: str) -> list[Outbound]:
    """撤回, asked once more. `argument`: suggestion[:yes]."""
    number, _, sure = argument.partition(":")
    row = supporting.own(turn, row_id(number))
    if sure != "yes":
        yes = turn.button("council.withdraw_yes", f"suggest:withdraw:{row.id}:yes")
        return [turn.say("council.withdraw_sure", (yes, turn.button("council.withdraw_no", f"suggest:see:{row.id}")), text=short(row.text))]
    gone = supporting.withdraw(turn, row.id)
    return [turn.say("council.withdrawn_gone" if gone else "council.withdrawn", text=short(row.text))]


def more(turn: Turn, argument: str) -> list[Outbound]:
    """加照片或位置."""
    row = supporting.own(turn, row_id(argument))
    asked = forms.start(turn, "suggestion_more", about={"suggestion": row.id})
    # Only our own page lets her choose a picture by a button; elsewhere she just sends it.
    choose = [turn.say("council.choose_picture", (turn.button("pictures.choose_one", "upload"),))] if turn.channel.channel == "web" else []
    return [*asked, *choose]


def more_said(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """A picture, a place, or both came."""
    row = supporting.own(turn, int(about["suggestion"]))
    values: suggestions.Values = {}
    if answers.get("picture"):
        values["picture"] = str(answers["picture"])
    match answers.get("where"):
        case [float(lat), float(lon)]:
            values |= {"lat": lat, "lon": lon}
        case _:
            pass
    if values:
        suggestions.change(turn.tx, row.id, **values)
    return [turn.say("council.added" if values else "council.nothing_added")]


def reword(turn: Turn, argument: str) -> list[Outbound]:
    """改几个字."""
    return forms.start(turn, "suggestion", about={"suggestion": supporting.own(turn, row_id(argument)).id})


def reworded(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """The new words came."""
    row = supporting.reword(turn, int(about["suggestion"]), str(answers["text"]))
    return [turn.say("council.reworded", text=short(row.text))]


def contest(turn: Turn, argument: str) -> list[Outbound]:
    """这样不对."""
    deciding.contest(turn, row_id(argument))
    return [turn.say("council.contested")]


def in_time(turn: Turn, argument: str) -> list[Outbound]:
    """回得及时 or 等久了. `argument`: suggestion:round:yes."""
    number, _, rest = argument.partition(":")
    round_, _, answer = rest.partition(":")
    supporting.say_in_time(turn, row_id(number), answer == "yes", round_=row_id(round_))
    return [turn.say("council.in_time_noted")]


def content(turn: Turn, argument: str) -> list[Outbound]:
    """满意 or not. `argument`: suggestion:round:verdict."""
    number, _, rest = argument.partition(":")
    round_, _, verdict = rest.partition(":")
    before = supporting.visible(turn, row_id(number))
    row = supporting.say_content(turn, before.id, verdict, round_=row_id(round_))
    if verdict == "good":
        return [turn.say("council.content_good")]
    if row.state != before.state and row.state in OPEN:
        return [turn.say("council.opened_again", due=told.deadline(turn, row))]
    return [turn.say("council.content_noted")]


def matters(turn: Turn) -> list[Matter]:
    """How hers and those she supports stand, for 我的事."""
    rows = suggestions.of_person(turn.tx, turn.person_id, limit=MATTERS)
    return [
        Matter(
            turn.words(
                "council.matter", text=short(row.text), state=turn.words(f"council.state_{row.state}"), due=told.deadline(turn, row)
            ),
            turn.button("council.see", f"suggest:see:{row.id}", text=short(row.text)),
        )
        for row in rows
        if row.state not in ("closed", "split")
    ]


VERBS: dict[str, Callable[[Turn, str], list[Outbound]]] = {
    "list": listed,
    "see": see,
    "support": support,
    "same": same,
    "unsupport": unsupport,
    "at": saying.at,
    "new": saying.new,
    "drop": saying.drop,
    "name": name,
    "withdraw": withdraw,
    "more": more,
    "reword": reword,
    "contest": contest,
    "in_time": in_time,
    "content": content,
}
