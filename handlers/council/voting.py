"""A vote of the council: opened with who may vote and what is asked, one vote each, changeable until the end, told to nobody before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.council.votes import STANDARD, needed
from domain.errors import Refused
from domain.messages import Button, Outbound
from domain.notices import LOCAL
from handlers.content import Content
from handlers.council.told import short
from handlers.scene import Scene, row_id
from handlers.tell import for_others, tell
from handlers.turn import Turn
from handlers.voice import Voice
from storage import inbox
from storage.council import meetings, votes
from storage.council.meetings import Item, Meeting
from storage.council.votes import Motion
from storage.staff import roles

# How long a vote is open unless all have voted.
OPEN = timedelta(hours=24)
OPTIONS = 6
STEP = 20


def members(tx: Connection, community_id: int) -> list[int]:
    """Who sits in a community's council now."""
    return sorted(set(roles.staff(tx, "council", community_id)))


def called(scene: Scene, meeting_id: int, *, action: str = "council.see") -> Meeting:
    """A meeting that she may see. Raises Refused, the same for what is not there and what is not hers."""
    row = meetings.get(scene.tx, meeting_id)
    if row is None or not scene.may(action, row.community_id):
        raise Refused("meetings.gone")
    return row


def point(scene: Scene, item_id: int, *, action: str = "council.see") -> tuple[Item, Meeting]:
    """A point of an agenda that she may see, with its meeting. Raises Refused."""
    item = meetings.item(scene.tx, item_id)
    if item is None:
        raise Refused("meetings.gone")
    return item, called(scene, item.meeting_id, action=action)


def open_vote(scene: Scene, item_id: int, *, secret: bool, options: Sequence[str] = STANDARD, closes_at: datetime | None = None) -> Motion:
    """Every member of this moment is asked. Raises Refused before the meeting is called, while a vote is open, and after a decision."""
    item, meeting = point(scene, item_id, action="council.call")
    if meeting.state != "called" or item.verdict or any(one.closed_at is None for one in votes.of_item(scene.tx, item.id)):
        raise Refused("meetings.no_vote_now")
    if not 2 <= len(options) <= OPTIONS or len(set(options)) != len(options):
        raise Refused("meetings.options", most=OPTIONS)
    electors = members(scene.tx, meeting.community_id)
    if not electors:
        raise Refused("meetings.no_members")
    quorum = needed(len(electors), scene.content.rules.quorum, secret=secret)
    ends = closes_at or scene.now + OPEN
    number = votes.open_(scene.tx, item.id, options=options, secret=secret, quorum=quorum, electors=electors, closes_at=ends, now=scene.now)
    scene.log("council.open_vote", "motion", number)
    row = votes.get(scene.tx, number)
    assert row is not None
    tell(scene.tx, scene.content, electors, "appointment", ballot(for_others(scene.content), item, row), now=scene.now)
    return row


def ballot(voice: Voice, item: Item, row: Motion) -> Outbound:
    """The question with a button for each option."""
    local = row.closes_at.astimezone(LOCAL)
    phrase = "meetings.vote_secret" if row.secret else "meetings.vote_open"
    buttons = tuple((Button(option_words(voice, option), f"vote:{row.id}:{number}"),) for number, option in enumerate(row.options))
    when = {"month": local.month, "day": local.day, "hour": local.hour, "minute": f"{local.minute:02}"}
    return Outbound(text=voice.words(phrase, text=item.text, quorum=row.quorum, count=row.electorate, **when), buttons=buttons)


def option_words(voice: Voice, option: str) -> str:
    """同意, 反对, 弃权, or an option of its own."""
    return voice.words(f"meetings.option_{option}") if option in STANDARD else option


def cast(scene: Scene, motion_id: int, choice: int) -> Motion:
    """Her vote. Raises Refused for who is no elector, for no option, and after the end."""
    votes.hold(scene.tx, motion_id)
    row = votes.get(scene.tx, motion_id)
    if row is None:
        raise Refused("meetings.gone")
    if row.closed_at is not None or scene.now >= row.closes_at:
        raise Refused("meetings.vote_over")
    if not 0 <= choice < len(row.options):
        raise Refused("talk.old_button")
    if not votes.cast(scene.tx, row, scene.person_id, choice):
        raise Refused("meetings.no_elector")
    return row


def voted(turn: Turn, argument: str) -> list[Outbound]:
    """A tap on an option. `argument`: motion:option. A secret one is named neither in the answer nor in what is kept of her words."""
    number, _, option = argument.partition(":")
    if not option:
        return [_shown(turn, row_id(number))]
    row = cast(turn, row_id(number), row_id(option) if option.isdecimal() else -1)
    if row.secret:
        inbox.unsay(turn.tx, turn.person_id)
        return [turn.say("meetings.voted_secret")]
    return [turn.say("meetings.voted_open", option=option_words(turn, row.options[row_id(option)]))]


def _shown(turn: Turn, motion_id: int) -> Outbound:
    row = votes.get(turn.tx, motion_id)
    if row is None or turn.person_id not in votes.electors(turn.tx, row.id):
        raise Refused("meetings.gone")
    item = meetings.item(turn.tx, row.item_id)
    assert item is not None
    if row.closed_at is not None:
        raise Refused("meetings.vote_over")
    return ballot(turn, item, row)


def end(scene: Scene, motion_id: int) -> Motion:
    """Close it before its time: only once everybody has voted."""
    votes.hold(scene.tx, motion_id)
    row = votes.get(scene.tx, motion_id)
    if row is None or row.closed_at is not None:
        raise Refused("meetings.vote_over")
    point(scene, row.item_id, action="council.call")
    if votes.turnout(scene.tx, row.id) < row.electorate:
        raise Refused("meetings.not_all_voted")
    return _closed(scene.tx, scene.content, row, scene.now)


def _closed(tx: Connection, content: Content, row: Motion, now: datetime) -> Motion:
    """Count, and tell those who could vote."""
    row = votes.close(tx, row, now=now)
    item = meetings.item(tx, row.item_id)
    assert item is not None
    voice = for_others(content)
    word = voice.say(
        "meetings.result", (voice.button("meetings.see", f"meeting:{item.meeting_id}"),), text=short(item.text), said=result(voice, row)
    )
    tell(tx, content, votes.electors(tx, row.id), "appointment", word, now=now)
    return row


def result(voice: Voice, row: Motion) -> str:
    """How a closed vote ended, with its numbers; of one without a quorum there are none."""
    if row.outcome == "no_quorum":
        return voice.words("meetings.no_quorum", quorum=row.quorum)
    counts = voice.words("meetings.between").join(
        voice.words("meetings.option_count", option=option_words(voice, option), count=count)
        for option, count in zip(row.options, row.counts, strict=True)
    )
    return voice.words(f"meetings.outcome_{row.outcome}", counts=counts)


def close_due(tx: Connection, content: Content, now: datetime) -> int:
    """Votes whose time is over are counted; how many."""
    rows = votes.to_close(tx, now=now, limit=STEP)
    for row in rows:
        votes.hold(tx, row.id)
        fresh = votes.get(tx, row.id)
        if fresh is not None and fresh.closed_at is None:
            _closed(tx, content, fresh, now)
    return len(rows)
