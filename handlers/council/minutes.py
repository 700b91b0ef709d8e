"""Minutes of a meeting (会议记录): in words for the chat, and as a Word document from a template that an office may change."""

from __future__ import annotations

from pathlib import Path

from domain.errors import Refused
from handlers.council import voting
from handlers.council.wording import meeting_time
from handlers.scene import Scene
from handlers.tell import for_others
from handlers.turn import Turn
from handlers.voice import Voice
from handlers.word import rendered
from storage.council import meetings, votes
from storage.council.meetings import Item, Meeting

# content/documents/minutes.docx: its fields are those of `fields`.
TEMPLATE = "minutes.docx"
Fields = dict[str, object]


def fields(scene: Scene, voice: Voice, meeting: Meeting) -> Fields:
    """What the minutes say. Who came stands there by number: what mothers said of their coming is no list of names for a file."""
    guests = meetings.guests(scene.tx, meeting.id)
    return {
        "community": meeting.community,
        "when": meeting_time(voice, meeting.starts_at),
        "place": meeting.place,
        "asked": len(guests),
        "coming": sum(guest.answer == "yes" for guest in guests),
        "written": f"{scene.today:%Y-%m-%d}",
        "items": [_point(scene, voice, number, item) for number, item in enumerate(meetings.items(scene.tx, meeting.id), 1)],
    }


def _point(scene: Scene, voice: Voice, number: int, item: Item) -> Fields:
    closed = [row for row in votes.of_item(scene.tx, item.id) if row.closed_at is not None]
    until = "" if item.until is None else voice.words("council.day", month=item.until.month, day=item.until.day)
    return {
        "number": number,
        "text": item.text,
        "voices": item.voices,
        "vote": voting.result(voice, closed[-1]) if closed else voice.words("meetings.no_vote"),
        "verdict": voice.words(f"meetings.minutes_{item.verdict or 'open'}"),
        "decision": item.decision or "",
        "owner": item.owner or "",
        "until": until,
    }


def held(scene: Scene, meeting_id: int) -> Meeting:
    """A meeting that is over. Raises Refused before."""
    meeting = voting.called(scene, meeting_id)
    if meeting.state != "held":
        raise Refused("meetings.not_yet")
    return meeting


def in_words(turn: Turn, meeting: Meeting) -> str:
    """For the chat."""
    said = fields(turn, turn, held(turn, meeting.id))
    lines = [turn.words("meetings.minutes_head", **{name: value for name, value in said.items() if name != "items"})]
    lines += [
        turn.words("meetings.minutes_task" if item.owner else "meetings.minutes_point", **_point(turn, turn, number, item))
        for number, item in enumerate(meetings.items(turn.tx, meeting.id), 1)
    ]
    return "\n".join(lines)


def document(scene: Scene, meeting_id: int, folder: Path) -> bytes:
    """The Word document for who may see the meeting; that she had it is written down. Raises Refused before the meeting is over."""
    made = render(scene, held(scene, meeting_id), folder)
    scene.log("council.minutes", "meeting", meeting_id)
    return made


def render(scene: Scene, meeting: Meeting, folder: Path) -> bytes:
    """The Word document, made from the template in `folder`."""
    return rendered(folder / TEMPLATE, fields(scene, for_others(scene.content), meeting))
