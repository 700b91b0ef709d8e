"""一样，我也支持: once a person; withdrawing; a changed text, which asks its supporters again; and what she says of how it was dealt with."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from domain.council.states import ANSWERED, OPEN, Move, worth_telling
from domain.errors import Refused
from handlers.content import Content
from handlers.council import told
from handlers.council.moves import advance
from handlers.scene import Scene
from storage.council import similar, suggestions, supports
from storage.council.suggestions import Suggestion

# What she tapped below something done or declined: whether it is done, and whether she is content.
VERDICTS: dict[str, tuple[bool, bool]] = {"good": (True, True), "bad": (True, False), "undone": (False, False)}


class Supported(NamedTuple):
    """The suggestion as it is led, and whether her voice is new."""

    row: Suggestion
    fresh: bool


def visible(scene: Scene, suggestion_id: int) -> Suggestion:
    """A suggestion, as it is led, that she may read: published, or her own. Raises Refused, the same for what is not there."""
    row = suggestions.lead(scene.tx, suggestion_id)
    if row is None or row.state == "withdrawn":
        raise Refused("council.gone")
    if row.published_at is None and scene.person_id not in suggestions.concerned(scene.tx, row.id).people:
        raise Refused("council.gone")
    return row


def support(scene: Scene, suggestion_id: int) -> Supported:
    """She wants it too. Raises Refused where it is decided already."""
    suggestions.hold(scene.tx)
    row = visible(scene, suggestion_id)
    if row.state not in OPEN or row.published_at is None:
        raise Refused("council.closed_already")
    before = suggestions.behind(scene.tx, row.id)
    if scene.person_id in before.people:
        return Supported(row, fresh=False)
    # Who is asked whether she still supports what was put into other words answers of that one, also once it is merged.
    asked = scene.person_id in supports.of_older_text(scene.tx, suggestion_id)
    number = suggestion_id if asked else row.id
    supports.add(scene.tx, number, scene.person_id, version=_version(scene.tx, number), now=scene.now)
    voices = suggestions.recount(scene.tx, row.id)
    row = row._replace(voices=voices)
    if worth_telling(voices):
        told.step(scene, row, "supported", by=scene.person_id)
    return Supported(row, fresh=True)


def _version(tx: Connection, suggestion_id: int) -> int:
    row = suggestions.get(tx, suggestion_id)
    assert row is not None
    return row.version


def unsupport(scene: Scene, suggestion_id: int) -> Suggestion:
    """She does not want it any more. Raises Refused where she did not support it."""
    suggestions.hold(scene.tx)
    row = visible(scene, suggestion_id)
    if not supports.remove(scene.tx, suggestions.concerned(scene.tx, row.id).members, scene.person_id):
        raise Refused("council.not_supported")
    return row._replace(voices=suggestions.recount(scene.tx, row.id))


def own(scene: Scene, suggestion_id: int) -> Suggestion:
    """One of hers, led or not. Raises Refused."""
    row = suggestions.get(scene.tx, suggestion_id)
    if row is None or row.author_id != scene.person_id or row.state == "withdrawn":
        raise Refused("council.gone")
    return row


def withdraw(scene: Scene, suggestion_id: int) -> bool:
    """She takes hers back: gone where nobody else is behind it, else closed by its author, and the others are told. Whether it is gone.

    Raises Refused once it is decided. One that was merged leaves the others as they are.
    """
    suggestions.hold(scene.tx)
    row = own(scene, suggestion_id)
    if row.merged_into is not None:
        lead = suggestions.lead(scene.tx, row.id)
        assert lead is not None
        suggestions.change(scene.tx, row.id, author_id=None, named=False, text=suggestions.TAKEN_BACK)
        _hand_down(scene, row, lead._replace(voices=suggestions.recount(scene.tx, lead.id)))
        return False
    if row.state not in ("received", "agenda"):
        raise Refused("council.too_late")
    group = suggestions.concerned(scene.tx, row.id)
    if (
        group.members == {row.id}
        and group.people <= {scene.person_id}
        and row.split_from is None
        and not suggestions.parts(scene.tx, row.id)
    ):
        suggestions.remove(scene.tx, row.id)
        return True
    advance(scene, row, "withdraw", by=scene.person_id)
    return False


def _hand_down(scene: Scene, row: Suggestion, lead: Suggestion) -> None:
    """Her words go from what others stand behind, and those are told; the row stays, that they are not lost with it."""
    similar.drop(scene.tx, [row.id])
    told.step(scene, lead, "withdraw", by=scene.person_id, before=str(row.id))


def reword(scene: Scene, suggestion_id: int, text: str) -> Suggestion:
    """She puts it in other words. While nobody else is behind it they simply take its place; else its supporters are asked again."""
    suggestions.hold(scene.tx)
    row = own(scene, suggestion_id)
    if row.state != "received" or row.merged_into is not None:
        raise Refused("council.too_late")
    return reworded(scene, row, text, by=scene.person_id)


def reworded(scene: Scene, row: Suggestion, text: str, *, by: int | None) -> Suggestion:
    """The text is another one from now on."""
    suggestions.change(scene.tx, row.id, text=text, version=row.version + 1)
    row = row._replace(text=text, version=row.version + 1)
    if row.published_at is not None:
        similar.put(scene.tx, row.id, row.community_id, text)
    row = row._replace(voices=suggestions.recount(scene.tx, row.id))
    ask_again(scene, row, by=by)
    return row


def ask_again(scene: Scene, row: Suggestion, *, by: int | None) -> None:
    """Who supported the text as it was is asked whether she supports it as it is."""
    asked = supports.of_older_text(scene.tx, row.id)
    told.step(scene, row, "worded", whom=asked, by=by)


def say_in_time(scene: Scene, suggestion_id: int, yes: bool, *, round_: int) -> bool:
    """Whether the answer came in time, by her own word; False where she had said it."""
    row = _asked(scene, suggestion_id)
    if row.answered_at is None or round_ > row.round:
        raise Refused("talk.old_button")
    return supports.tap(scene.tx, row.id, scene.person_id, "in_time", yes, round_=round_, now=scene.now)


def say_content(scene: Scene, suggestion_id: int, verdict: str, *, round_: int) -> Suggestion:
    """Whether she is content; an author's word opens it again once, or ends it. Raises Refused where she has said it, and for an old round."""
    suggestions.hold(scene.tx)
    row = _asked(scene, suggestion_id)
    if row.state not in ANSWERED or row.round != round_ or verdict not in VERDICTS:
        raise Refused("council.said_before")
    done, content = VERDICTS[verdict]
    if not supports.tap(scene.tx, row.id, scene.person_id, "content", content, round_=round_, now=scene.now):
        raise Refused("council.said_before")
    if row.state == "done":
        supports.tap(scene.tx, row.id, scene.person_id, "done", done, round_=round_, now=scene.now)
    if scene.person_id in suggestions.behind(scene.tx, row.id).authors:
        move: Move = "content" if content else "not_content"
        return advance(scene, row, move, by=scene.person_id)
    return row


def _asked(scene: Scene, suggestion_id: int) -> Suggestion:
    """What she may say something of: she is behind it."""
    row = visible(scene, suggestion_id)
    if scene.person_id not in suggestions.concerned(scene.tx, row.id).people:
        raise Refused("council.gone")
    return row


def read_again(tx: Connection, content: Content, row: Suggestion, now: datetime) -> None:
    """A list brought another text: who supported the old one is asked."""
    ask_again(Scene(tx=tx, content=content, now=now, person_id=row.author_id or 0), row, by=None)
