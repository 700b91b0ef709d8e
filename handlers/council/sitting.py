"""我的议事会 in chat: what waits for her, meetings with their agendas, votes, decisions; for who has no seat, what it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from domain.access import scopes
from domain.errors import Refused
from domain.forms.schema import Answers
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from handlers import forms, threads
from handlers.capability import Matter
from handlers.council import meetings as deeds
from handlers.council import minutes, voting
from handlers.council.told import short
from handlers.council.wording import meeting_time
from handlers.scene import Scene, row_id
from handlers.turn import Turn
from handlers.voice import Voice
from storage.conversations import About
from storage.council import meetings, suggestions, votes
from storage.council.meetings import Item, Meeting
from storage.tables.meetings import Verdict

SHOWN = 6
# How long a meeting that is over stands in the list.
KEPT = timedelta(days=60)
TOPICS_TOLD = 5


def council(turn: Turn, _argument: str = "") -> list[Outbound]:
    """议事会: for who has a seat, or helps, what waits; for every other mother what it is and what women want most."""
    if scopes(turn.roles(), "council.see"):
        return mine(turn)
    place = threads.place_of(turn)
    rows = suggestions.open_(turn.tx, order="most", community_id=place, limit=TOPICS_TOLD) if place is not None else []
    lines = [turn.words("meetings.what"), *(turn.words("meetings.wanted", text=short(row.text), count=row.voices) for row in rows)]
    buttons = (turn.button("council.menu", "menu:suggest"), turn.button("council.others", "menu:others"))
    board = Button(turn.words("meetings.board"), "", f"{turn.content.rules.public_url}/board")
    return [Outbound(text="\n".join(lines), buttons=(buttons, (board,)))]


def mine(turn: Turn, _argument: str = "") -> list[Outbound]:
    """我的议事会: votes and invitations that wait for her, then the meetings of her places."""
    where = turn.scopes("council.see")
    rows: list[tuple[Button, ...]] = []
    for pending in votes.waiting(turn.tx, turn.person_id):
        row = suggestions.get(turn.tx, pending.suggestion_id)
        phrase = "meetings.vote_changed" if pending.voted else "meetings.vote_waits"
        rows.append((turn.button(phrase, f"vote:{pending.id}", text=short(row.text if row else "")),))
    for meeting in meetings.unanswered(turn.tx, turn.person_id, now=turn.now):
        when = meeting_time(turn, meeting.starts_at)
        rows.append(
            (turn.button("meetings.comes", f"come:{meeting.id}:yes", when=when), turn.button("meetings.no", f"come:{meeting.id}:no"))
        )
    calls = meetings.within_scopes(turn.tx, where, since=turn.now - KEPT, limit=SHOWN)
    lines = [turn.words("meetings.mine" if rows or calls else "meetings.none")]
    for meeting in calls:
        lines.append(_line(turn, meeting))
        rows.append((turn.button("meetings.look", f"meeting:{meeting.id}", when=meeting_time(turn, meeting.starts_at)),))
    places = [scope.community_id for scope in where if scope.community_id is not None]
    rows += [(turn.button("meetings.new", f"meeting:new:{place}"),) for place in places[:1]]
    return [Outbound(text="\n".join(lines), buttons=tuple(rows))]


def _line(turn: Turn, meeting: Meeting) -> str:
    state = turn.words(f"meetings.state_{meeting.state}")
    return turn.words(
        "meetings.line", when=meeting_time(turn, meeting.starts_at), place=meeting.place, community=meeting.community, state=state
    )


def matters(turn: Turn) -> list[Matter]:
    """Votes and invitations that wait for her, for 我的事."""
    pending = [one for one in votes.waiting(turn.tx, turn.person_id) if not one.voted]
    asked = meetings.unanswered(turn.tx, turn.person_id, now=turn.now)
    opens = turn.button("meetings.menu", "meetings")
    waiting = [Matter(turn.words("meetings.matter_vote", count=len(pending)), opens)] if pending else []
    return [*waiting, *(Matter(turn.words("meetings.matter_invited", when=meeting_time(turn, one.starts_at)), opens) for one in asked)]


def act(turn: Turn, argument: str) -> list[Outbound]:
    """`meeting:7` shows it; `meeting:7:verb[:item]` does it; `meeting:new:community` begins one."""
    number, _, rest = argument.partition(":")
    if number == "new":
        turn.need("council.call", row_id(rest))
        return forms.start(turn, "meeting", about={"community": row_id(rest)})
    meeting = voting.called(turn, row_id(number))
    verb, _, more = rest.partition(":")
    if verb == "":
        return [_card(turn, meeting)]
    if verb not in VERBS:
        raise Refused("talk.old_button")
    return VERBS[verb](turn, meeting, row_id(more))


def _card(turn: Turn, meeting: Meeting) -> Outbound:
    guests = meetings.guests(turn.tx, meeting.id)
    coming, away = (sum(guest.answer == said for guest in guests) for said in ("yes", "no"))
    lines = [_line(turn, meeting), turn.words("meetings.guests", count=len(guests), coming=coming, away=away)]
    items = meetings.items(turn.tx, meeting.id)
    buttons: list[tuple[Button, ...]] = []
    may = turn.may("council.call", meeting.community_id)
    for number, item in enumerate(items, 1):
        lines.append(turn.words("meetings.item", number=number, text=short(item.text), count=item.voices, said=standing(turn, turn, item)))
        if may and meeting.state in ("draft", "called") and not item.verdict:
            buttons.append(tuple(_item_buttons(turn, meeting, item, number)))
    if may:
        buttons.append(tuple(_meeting_buttons(turn, meeting)))
    buttons.append((turn.button("meetings.menu", "meetings"),))
    return Outbound(text="\n".join(lines), buttons=tuple(row for row in buttons if row))


def standing(scene: Scene, voice: Voice, item: Item) -> str:
    """What was decided, or how a vote ended; of an open one only how many have voted."""
    if item.verdict:
        return voice.words(f"meetings.verdict_{item.verdict}", words=item.decision or "")
    standing_votes = votes.of_item(scene.tx, item.id)
    if not standing_votes:
        return ""
    row = standing_votes[-1]
    if row.closed_at is None:
        return voice.words("meetings.turnout", voted=votes.turnout(scene.tx, row.id), count=row.electorate)
    return voting.result(voice, row)


def _item_buttons(turn: Turn, meeting: Meeting, item: Item, number: int) -> list[Button]:
    def button(verb: str) -> Button:
        return turn.button(f"meetings.do_{verb}", f"meeting:{meeting.id}:{verb}:{item.id}", number=number)

    if meeting.state == "draft":
        return [button("off")]
    if any(row.closed_at is None for row in votes.of_item(turn.tx, item.id)):
        return [button("end")]
    return [button("open"), button("secret"), button("accept"), button("decline"), button("later")]


def _meeting_buttons(turn: Turn, meeting: Meeting) -> list[Button]:
    verbs = {"draft": ("gather", "call", "cancel"), "called": ("hold", "cancel"), "held": ("minutes",)}.get(meeting.state, ())
    return [turn.button(f"meetings.do_{verb}", f"meeting:{meeting.id}:{verb}") for verb in verbs]


def _again(turn: Turn, meeting: Meeting) -> list[Outbound]:
    row = meetings.get(turn.tx, meeting.id)
    return [_card(turn, row)] if row is not None and row.state != "cancelled" else [turn.say("meetings.called_off")]


def _then(deed: Callable[[Turn, Meeting, int], object]) -> Callable[[Turn, Meeting, int], list[Outbound]]:
    """Do it, and show the meeting as it is then."""

    def handler(turn: Turn, meeting: Meeting, item_id: int) -> list[Outbound]:
        deed(turn, meeting, item_id)
        return _again(turn, meeting)

    return handler


def end(scene: Scene, item_id: int) -> None:
    """The vote that is open on a point is counted now. Raises Refused where there is none, or somebody has still to vote."""
    open_ = [row for row in votes.of_item(scene.tx, item_id) if row.closed_at is None]
    voting.end(scene, open_[-1].id if open_ else 0)


def _ask(verdict: str) -> Callable[[Turn, Meeting, int], list[Outbound]]:
    def handler(turn: Turn, meeting: Meeting, item_id: int) -> list[Outbound]:
        voting.point(turn, item_id, action="council.call")
        return forms.start(turn, "meeting_decision", about={"item": item_id}, known={"verdict": verdict})

    return handler


def _minutes(turn: Turn, meeting: Meeting, _item_id: int) -> list[Outbound]:
    return [Outbound(text=minutes.in_words(turn, meeting), buttons=((turn.button("meetings.menu", "meetings"),),))]


VERBS: dict[str, Callable[[Turn, Meeting, int], list[Outbound]]] = {
    "gather": _then(lambda turn, meeting, _item: deeds.gather(turn, meeting.id)),
    "off": _then(lambda turn, _meeting, item: deeds.take_off(turn, item)),
    "call": _then(lambda turn, meeting, _item: deeds.call(turn, meeting.id)),
    "cancel": _then(lambda turn, meeting, _item: deeds.cancel(turn, meeting.id)),
    "hold": _then(lambda turn, meeting, _item: deeds.hold(turn, meeting.id)),
    "open": _then(lambda turn, _meeting, item: voting.open_vote(turn, item, secret=False)),
    "secret": _then(lambda turn, _meeting, item: voting.open_vote(turn, item, secret=True)),
    "end": _then(lambda turn, _meeting, item: end(turn, item)),
    "accept": _ask("accept"),
    "decline": _ask("decline"),
    "later": _ask("later"),
    "minutes": _minutes,
}


def come(turn: Turn, argument: str) -> list[Outbound]:
    """能来 or 来不了. `argument`: meeting:yes."""
    number, _, said = argument.partition(":")
    meeting = deeds.come(turn, row_id(number), yes=said == "yes")
    return [
        turn.say(
            "meetings.comes_noted" if said == "yes" else "meetings.away_noted",
            when=meeting_time(turn, meeting.starts_at),
            place=meeting.place,
        )
    ]


VERDICTS: tuple[Verdict, ...] = ("accept", "decline", "later")


def planned(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """When and where were said."""
    day, hour = date.fromisoformat(str(answers["day"])), str(answers["hour"])
    starts_at = datetime.combine(day, time(int(hour[:2]), int(hour[2:])), LOCAL)
    place = str(answers.get("place") or turn.words("meetings.usual_place"))
    return [_card(turn, deeds.plan(turn, int(about["community"]), starts_at, place))]


def decided(turn: Turn, _conversation: int, answers: Answers, about: About) -> list[Outbound]:
    """What was decided on a point."""
    until = date.fromisoformat(str(answers["until"])) if answers.get("until") else None
    verdict = next((one for one in VERDICTS if one == answers["verdict"]), None)
    if verdict is None:
        raise Refused("talk.old_button")
    decision = deeds.Decision(verdict, str(answers["words"]), str(answers.get("owner") or "") or None, until)
    item = deeds.decide(turn, int(about["item"]), decision)
    meeting = meetings.get(turn.tx, item.meeting_id)
    assert meeting is not None
    return _again(turn, meeting)
